"""The head that translates: its loss, what it generates, and a task that it learns in seconds."""

import math

import pytest
import torch

from seqlab import (
    Batch,
    Decoder,
    Encoded,
    Encoding,
    Example,
    Part,
    Parts,
    Sizes,
    Step,
    Tokens,
    Vocabularies,
    Vocabulary,
)
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


class Scripted(Decoder):
    """Tells at each step of each row which tokens are likely and where it looks; the state counts the steps.

    Row 0 writes `<unk> a <unk>`, or, less likely, `a a <unk>`; it looks at the source from its end. Row 1 writes `<unk>`,
    and looks at all of its source alike.
    """

    likely = [[{0: 0.6, 3: 0.4}, {3: 1.0}, {0: 1.0}, {2: 1.0}], [{0: 1.0}, {2: 1.0}, {2: 1.0}, {2: 1.0}]]
    looks = [[(0.1, 0.2, 0.7), (0.1, 0.8, 0.1), (0.6, 0.3, 0.1), (1.0, 0.0, 0.0)], [(0.5, 0.5, 0.0)] * 4]

    def __init__(self, attends=True):
        super().__init__(None, 3, TOKENS, None)
        self.attends = attends

    def start(self, memory):
        return {"row": torch.arange(2), "place": torch.zeros(2, dtype=torch.long)}

    def step(self, previous, state, memory):
        log_probs = torch.full((len(previous), len(TOKENS)), -torch.inf)
        places = list(zip(state["row"].tolist(), state["place"].tolist(), strict=True))
        for line, (row, place) in enumerate(places):
            for id_, probability in self.likely[row][place].items():
                log_probs[line, id_] = torch.tensor(probability).log()
        weights = torch.tensor([self.looks[row][place] for row, place in places]) if self.attends else None
        return Step(log_probs, {**state, "place": state["place"] + 1}, None, weights)

    def teacher_force(self, targets, memory, sampling_rate=0.0):
        raise NotImplementedError


def copied(decoder, **settings):
    """What is generated of two sources, of three tokens and of two, by a decoder that does as it is told."""
    part = Part("decoder", "scripted", RNNDecoderSettings())
    config = TranslatorSettings(copy_unknown=True, decoder=part, **settings)
    parts = Parts(lambda part, *_: decoder if part.kind == "decoder" else None)
    made = Translator(config, {"main": Sizes(3)}, Vocabularies({}, TOKENS), parts).eval()
    lengths = torch.tensor([3, 2])
    memory = Encoding(torch.zeros(2, 3, 3), torch.zeros(2, 3), lengths, {})
    examples = [
        Example(name, name, {"main": Tokens(items)}) for name, items in (("x", tuple("xyz")), ("p", tuple("pq")))
    ]
    return made.predict(
        Encoded({"main": memory}, {}), Batch({}, None, None, examples, torch.zeros(2, dtype=torch.bool))
    )


def test_an_unknown_word_is_the_one_that_was_looked_at_most():
    found = copied(Scripted())
    assert [each.tokens for each in found] == [("z", "a", "x"), ("p",)]
    assert [len(weights) for weights in found[1].attention] == [2]


def test_every_text_of_a_beam_gets_its_words():
    first, second = copied(Scripted(), beam=2, n_best=2)
    assert [items for items, _ in first.n_best] == [("z", "a", "x"), ("a", "a", "x")]
    assert [score for _, score in first.n_best] == pytest.approx([math.log(0.6), math.log(0.4)], abs=1e-6)
    assert first.tokens == ("z", "a", "x")
    assert second.tokens == ("p",)


def test_nothing_is_copied_by_a_decoder_that_looks_at_nothing():
    with pytest.raises(ValueError, match="without attention"):
        copied(Scripted(attends=False))
    decoder = Part("decoder", "rnn_decoder", RNNDecoderSettings(attention="none"))
    with pytest.raises(ValueError, match="copy_unknown: a decoder without attention"):
        TranslatorSettings(copy_unknown=True, decoder=decoder)
    with pytest.raises(ValueError, match="copy_unknown: it is <unk>"):
        TranslatorSettings(copy_unknown=True, unknown=False)


def test_vectors_and_images_have_no_words_to_copy():
    assert "SL331]: 'copy_unknown: true'" in invoke("validate", "transcribe", "model.head.copy_unknown=true").errors
    assert "SL203" in invoke("validate", "caption", "model.head.copy_unknown=true").errors


NAMES = """
name: names
data: {reader: pairs, train: train.tsv, dev: dev.tsv, test: dev.tsv, vocabulary: {min_count: 2}}
model:
  embedder: {type: word, size: 16, word_dropout: 0, min_count: 2}
  encoder: identity
  head: {type: translator, copy_unknown: true, decoder: {type: rnn_decoder, hidden_size: 16, embedding_size: 8}}
training: {epochs: 6, batch_size: 8, optimizer: {type: adam, lr: 2e-2}}
evaluation: {metrics: [exact_match], resamples: 200}
"""


def test_it_learns_to_say_names_that_it_never_read(tmp_path):
    rows = []
    for place in range(40):
        for word, said in (("hallo", "hello"), ("danke", "thanks")):
            for name, written in (("frau", "madam"), ("herr", "sir"), (f"{word}{place}", f"{word}{place}")):
                source = (word, name) if len(rows) % 3 else (name, word)
                rows.append(f"{' '.join(source)}\t{said} {written}\n")
    (tmp_path / "train.tsv").write_text("".join(rows[:210]))
    (tmp_path / "dev.tsv").write_text("".join(rows[210:]))
    (tmp_path / "names.yaml").write_text(NAMES)
    answer = invoke("run", str(tmp_path / "names.yaml"), "--run-dir", str(tmp_path / "run"))
    assert answer.code == 0, answer.errors
    (tmp_path / "new.txt").write_text("hallo Jonas\nMia danke\n")
    assert invoke("predict", str(tmp_path / "run"), str(tmp_path / "new.txt")).output == "hello Jonas\nthanks Mia\n"


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
