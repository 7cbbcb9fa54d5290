"""The head that translates: its loss, what it generates, and a task that it learns in seconds."""

import pytest
import torch

from seqlab import Batch, Encoded, Encoding, Part, Parts, Sizes, Vocabularies, Vocabulary
from seqlab.testing import invoke
from seqlab.testing.stand_ins import PlainOutput
from seqlab_generate.rnn_decoder import RNNDecoder
from seqlab_generate.settings import RNNDecoderSettings, TranslatorSettings
from seqlab_generate.translator import Translator

TOKENS = Vocabulary.of_outputs({"a": 5, "b": 3, "c": 2}, ("<unk>", "<s>", "</s>"))
LENGTHS = torch.tensor([4, 2])
TARGET = torch.tensor([[3, 4, 5, 2], [5, 2, -100, -100]])


def head(**settings):
    torch.manual_seed(13)

    def build(part, *arguments):
        return RNNDecoder(part.settings, *arguments) if part.kind == "decoder" else PlainOutput(None, *arguments)

    decoder = Part("decoder", "rnn_decoder", RNNDecoderSettings(hidden_size=5, embedding_size=4))
    config = TranslatorSettings(**{"decoder": decoder, "max_length": 8, **settings})
    made = Translator(config, {"main": Sizes(3)}, Vocabularies({}, TOKENS), Parts(build))
    for parameter in made.parameters():
        parameter.data.mul_(3)
    return made.double().eval()


@pytest.fixture
def encoded():
    states = torch.randn(2, 4, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(7))
    states[1, 2:] = 0
    return Encoded({"main": Encoding(states, states[[0, 1], [3, 1]], LENGTHS, {})}, {})


BATCH = Batch({}, TARGET, LENGTHS, (), torch.zeros(2, dtype=torch.bool))


@torch.no_grad()
def test_the_loss_sums_over_the_target_and_its_end(encoded):
    made = head()
    memory = encoded.encodings["main"]
    state, previous, total = made.decoder.start(memory), torch.tensor([1, 1]), 0.0
    for place in range(4):
        step = made.decoder.step(previous, state, memory)
        for row in range(2):
            if TARGET[row, place] >= 0:
                total -= float(step.log_probs[row, TARGET[row, place]])
        previous, state = TARGET[:, place].clamp(min=0), step.state
    loss = made.loss(encoded, BATCH)
    assert float(loss.sum) == pytest.approx(total)
    assert loss.count == 6


@pytest.mark.parametrize("beam", [None, 3])
def test_it_generates_symbols_only_and_attends_to_real_ones(encoded, beam):
    found = head(beam=beam, n_best=3 if beam else 1).predict(encoded, BATCH)
    assert any(each.tokens for each in found)
    for each, length in zip(found, LENGTHS.tolist(), strict=True):
        assert set(each.tokens) <= {"a", "b", "c"}
        assert len(each.attention) == len(each.tokens)
        assert all(len(weights) == length and sum(weights) == pytest.approx(1) for weights in each.attention)
        assert len(each.n_best) == (3 if beam else 0)
        if beam:
            assert each.n_best[0][0] == each.tokens


def test_it_samples_while_training_only(encoded):
    made, rates = head(), []
    original = made.decoder.teacher_force

    def watched(targets, memory, rate):
        rates.append(rate)
        return original(targets, memory, rate)

    made.decoder.teacher_force = watched
    made.sampling_rate = 0.25
    made.loss(encoded, BATCH)
    made.train()
    made.loss(encoded, BATCH)
    assert rates == [0.0, 0.25]


def test_settings_that_contradict_themselves():
    with pytest.raises(ValueError, match="beam"):
        TranslatorSettings(length_penalty=1.0)
    with pytest.raises(ValueError, match="beam of 2"):
        TranslatorSettings(beam=2, n_best=3)


PIPELINE = """
name: reversal
threads: 1
data: {reader: pairs, train: train.tsv, dev: dev.tsv, test: dev.tsv}
model:
  embedder: {type: word, size: 16, word_dropout: 0}
  encoder: {type: lstm, hidden_size: 32}
  head: {type: translator, beam: 2, decoder: {type: rnn_decoder, hidden_size: 32, embedding_size: 16}}
training: {epochs: 14, batch_size: 16, sampling_rate: 0.1, optimizer: {type: adam, lr: 1e-2}}
evaluation: {metrics: [exact_match, bleu], resamples: 200}
"""


def test_it_learns_to_reverse_and_predicts_text_from_text(tmp_path):
    letters = "abcd"
    words = [f"{a} {b} {c}" for a in letters for b in letters for c in letters]
    rows = [f"{word}\t{word[::-1]}\n" for word in words]
    (tmp_path / "train.tsv").write_text("".join(row for place, row in enumerate(rows) if place % 8) * 3)
    (tmp_path / "dev.tsv").write_text("".join(rows[::8]))
    (tmp_path / "reversal.yaml").write_text(PIPELINE)
    run = tmp_path / "run"
    answer = invoke("run", str(tmp_path / "reversal.yaml"), "--run-dir", str(run))
    assert answer.code == 0, answer.errors
    (tmp_path / "new.txt").write_text("a b d\nd a a\n")
    answer = invoke("predict", str(run), str(tmp_path / "new.txt"))
    assert answer.output == "d b a\na a d\n"
