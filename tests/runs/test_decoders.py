"""Decoders under `generate` and `score`: the same numbers as the steps, the loss and the predictions of the model."""

import json
import math
import random

import pytest
import torch

from seqlab.interfaces.decoding import Decoding
from seqlab.plugins import load_plugins
from seqlab.runs import generators
from seqlab.runs.generate import Request, write_texts
from seqlab.runs.language_models import Which, saved_generator
from seqlab.runs.score import Total, score_pairs
from seqlab.testing import invoke

PIPELINE = """
name: backwards
threads: 1
data: {reader: {type: pairs, unit: character}, train: train.tsv, dev: dev.tsv, test: dev.tsv}
model:
  embedder: {type: word, size: 12, word_dropout: 0}
  encoder: {type: gru, hidden_size: 16}
  head: {type: translator, decoder: {type: rnn_decoder, hidden_size: 16, embedding_size: 8}, max_length: 9}
training: {epochs: 4, batch_size: 16, optimizer: {type: adam, lr: 0.01}}
evaluation: {resamples: 100, baselines: {only: [copy]}}
"""
"""Words of a few letters, written backwards: learnt so far that texts differ, and not so far that all are sure."""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("decoders")
    draws = random.Random(3)
    for split, size in (("train", 200), ("dev", 45)):
        words = ["".join(draws.choices("abcd", k=draws.randint(1, 6))) for _ in range(size)]
        (folder / f"{split}.tsv").write_text("".join(f"{word}\t{word[::-1]}\n" for word in words))
    (folder / "backwards.yaml").write_text(PIPELINE)
    for name, setting in (("greedy", "null"), ("beam", "3")):
        options = (f"model.head.beam={setting}", f"model.head.length_penalty={0.6 if name == 'beam' else 0}")
        answer = invoke("run", str(folder / "backwards.yaml"), *options, "--run-dir", str(folder / name))
        assert answer.code == 0, answer.errors
    return folder


@pytest.fixture(scope="module")
def saved(home):
    with saved_generator(str(home / "greedy"), Which(), load_plugins()) as found:
        yield found


def written(saved, *prompts, count=1, seed=0, **decoding):
    request = Request(prompts, Decoding(**decoding), count, seed)
    return [piece.written for piece in write_texts(saved, request) if piece.written]


def sources(home):
    return [line.split("\t")[0] for line in (home / "dev.tsv").read_text().splitlines()]


def encoded(saved, examples):
    """What the network makes of each example by itself."""
    return [(encoded, batch) for example in examples for _, encoded, batch in saved.learner._encoded([example])]


def test_a_score_is_the_sum_of_the_steps_of_the_decoder(saved, home):
    head = saved.learner.network.head
    with saved.learner._ready():
        examples = list(saved.wording.reader.read(home / "dev.tsv", "test"))
        lines = list(score_pairs(saved, home / "dev.tsv"))
        for line, (seen, _) in zip(lines, encoded(saved, examples), strict=True):
            memory, found = seen.encodings["main"], []
            state, previous = head.decoder.start(memory), torch.tensor([head.begin])
            for token in line.tokens:
                step = head.decoder.step(previous, state, memory)
                previous, state = torch.tensor([saved.vocabulary.id(token)]), step.state
                found.append(float(step.log_probs[0, previous]))
            assert line.log_probs == pytest.approx(found, rel=1e-4, abs=1e-6)
    assert [line.text for line in lines] == [source[::-1] for source in sources(home)]
    assert [line.input for line in lines] == sources(home)
    assert lines[0].tokens == (*sources(home)[0][::-1], "</s>")


def test_all_scores_together_are_minus_the_loss(saved, home):
    head, total = saved.learner.network.head, Total(saved)
    for line in score_pairs(saved, home / "dev.tsv"):
        total.add(line)
    with saved.learner._ready():
        losses = [head.loss(seen, batch) for seen, batch in
                  encoded(saved, saved.wording.reader.read(home / "dev.tsv", "test"))]  # fmt: skip
    assert total.log_prob == pytest.approx(-sum(float(loss.sum) for loss in losses), rel=1e-4)
    assert total.tokens == sum(loss.count for loss in losses)


def test_a_score_read_in_two_pieces_is_the_same(saved, home):
    examples = list(saved.wording.reader.read(home / "dev.tsv", "test"))[:5]
    ids = torch.tensor([[3, 4, 5, 6], [4, 4, 4, 4], [5, 3, 3, 3], [6, 3, 5, 5], [3, 3, 3, 3]])
    with saved.learner.target_model(examples) as model:
        begin, whole = torch.full((5,), model.begin), torch.full((5,), 4)
        expected, _ = model.score(begin, ids, whole, model.start(5))
        lengths = torch.tensor([1, 2, 1, 2, 2])
        first, state = model.score(begin, ids[:, :2], lengths, model.start(5))
        rest = torch.stack([row[length : length + 2] for row, length in zip(ids, lengths, strict=True)])
        previous = ids.gather(1, lengths.unsqueeze(1) - 1).squeeze(1)
        second, _ = model.score(previous, rest, torch.full((5,), 2), state)
        for row, length in enumerate(lengths.tolist()):
            pieces = [*first[row, :length].tolist(), *second[row].tolist()]
            assert pieces == pytest.approx(expected[row, : length + 2].tolist(), rel=1e-5)
        assert first[0, 1] == 0  # padding
        with pytest.raises(ValueError, match="5 rows, not 4"):
            model.start(4)


@pytest.mark.parametrize(
    ("run", "options"), [("greedy", {"temperature": 0}), ("beam", {"beam": 3, "length_penalty": 0.6})]
)
def test_it_writes_what_the_run_predicts(home, run, options):
    with saved_generator(str(home / run), Which(), load_plugins()) as saved:
        texts = written(saved, *sources(home), max_length=9, **options)
    rows = map(json.loads, (home / run / "predictions.test.jsonl").read_text().splitlines())
    predicted = [row["model"] for row in rows]
    assert [list(text.tokens) for text in texts] == predicted
    assert [text.prompt for text in texts] == sources(home)
    assert len(set(map(tuple, predicted))) > 10  # else it says the same to all


def test_what_it_writes_is_as_likely_as_scoring_says(saved, tmp_path):
    texts = [text for text in written(saved, "abc", "ddca", count=5, temperature=1.0) if text.tokens]
    (tmp_path / "pairs.tsv").write_text("".join(f"{text.prompt}\t{text.text}\n" for text in texts))
    for text, line in zip(texts, score_pairs(saved, tmp_path / "pairs.tsv"), strict=True):
        assert line.log_probs[: len(text.log_probs)] == pytest.approx(text.log_probs, rel=1e-4)


def test_a_text_hangs_on_its_number_and_not_on_those_beside_it(saved, monkeypatch):
    together = [text.text for text in written(saved, "abcd", "dcb", "aa", count=3, seed=5)]
    assert len(set(together)) > 3
    monkeypatch.setattr(generators, "ROWS", 2)
    assert [text.text for text in written(saved, "abcd", "dcb", "aa", count=3, seed=5)] == together


def test_a_token_that_cannot_be_predicted_is_scored_as_unknown(saved, tmp_path):
    (tmp_path / "pairs.tsv").write_text("ab\tbz\n")
    [line] = score_pairs(saved, tmp_path / "pairs.tsv")
    assert line.known == (True, False, True)
    assert math.isfinite(line.log_prob)
    assert all(text.tokens.count("<unk>") + text.tokens.count("<s>") == 0 for text in written(saved, "z", count=20))


def test_on_the_command_line(home):
    run, pairs = str(home / "greedy"), str(home / "dev.tsv")
    heading, first, *_, total, note = invoke("score", run, pairs).output.splitlines()
    source = sources(home)[0]
    assert heading.split()[-1] == "text"
    assert first.endswith(f"  {source} => {source[::-1]}")
    assert total.endswith("all 45 pairs")
    assert "Perplexity is per character" in note
    best = invoke("generate", run, "--prompt", "abcd", "--beam", "4", "--n-best", "2", "--json")
    texts = json.loads(best.output)["texts"]
    assert [text["prompt"] for text in texts] == ["abcd", "abcd"]
    assert texts[0]["score"] >= texts[1]["score"]
    (home / "one.txt").write_text("abcd\n")
    predicted = invoke("predict", run, str(home / "one.txt")).output
    assert invoke("generate", run, "--prompt", "abcd", "--temperature", "0").output == predicted


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("generate", "{run}"), 2, "the model answers an input: give it with --prompt or --prompts"),
        (("score", "{run}"), 2, "give a FILE of inputs with their targets"),
        (("score", "{run}", "{home}/none.tsv"), 3, "error[SL410]"),
        (("score", "{run}", "{home}/dev.tsv", "--from", "copy"), 6, "error[SL618]: only the trained model of this run"),
    ],
)
def test_what_cannot_be_is_told(home, arguments, code, message):
    answer = invoke(*(each.format(run=home / "greedy", home=home) for each in arguments))
    assert (answer.code, message in answer.errors) == (code, True), answer.errors


def test_a_head_without_a_decoder_is_told(home, monkeypatch):
    from seqlab.training.network_learner import NetworkLearner

    monkeypatch.setattr(NetworkLearner, "has_target_model", False)
    answer = invoke("generate", str(home / "greedy"), "--prompt", "ab")
    assert answer.code == 6
    assert "error[SL618]: this model does not say which token of a target comes next" in answer.errors
