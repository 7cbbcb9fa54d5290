"""The embedders of characters: each distinct word is read once, by its spelling, and padding changes nothing."""

import math

import pytest
import torch
from torch import nn
from torch.nn import functional

from seqlab import Vocabulary
from seqlab_embed.char_cnn import CharCNNEmbedder
from seqlab_embed.char_rnn import CharRNNEmbedder
from seqlab_embed.char_settings import CharCNNSettings, CharRNNSettings
from seqlab_embed.characters import BEGIN, END, PADDING, SPECIALS, UNKNOWN, Characters

COUNTS = {"the": 8, "The": 4, "dog": 3, "naïve": 2, "по-русски": 2, "東京": 2, "New York": 2, "ß": 2}
WORDS = ["the", "a", "", "dogs", "naïve", "по-русски", "東京都", "New York", "unbelievably", "\U0001f600", "é"]


def make(kind: str, dtype=torch.float64, seed: int = 13, **settings):
    torch.manual_seed(seed)
    words = Vocabulary.of_inputs(COUNTS)
    if kind == "rnn":
        ours = CharRNNEmbedder(CharRNNSettings(**{"size": 6, "embedding_size": 5, **settings}), words)
    else:
        ours = CharCNNEmbedder(CharCNNSettings(**{"filters": 4, "embedding_size": 5, **settings}), words)
    return ours.to(dtype).eval()


def vectors(ours, words):
    """`(len(words), D)`: the words in one row of a batch."""
    index = torch.arange(len(words)).unsqueeze(0)
    return ours(ours.features(words), index, torch.tensor([len(words)])).vectors[0]


BOTH = pytest.mark.parametrize("kind", ["rnn", "cnn"])
PRECISION = pytest.mark.parametrize("dtype, tolerance", [(torch.float64, 1e-10), (torch.float32, 1e-5)])


# -------------------------------------------------------------------------------------------------- spelling


def spelled(words, **settings):
    characters = Characters(Vocabulary.of_inputs(COUNTS), **{"min_count": 1, "max_length": 30, **settings})
    ids, lengths = characters.spell(words)
    return characters, [row[:length] for row, length in zip(ids.tolist(), lengths.tolist(), strict=True)]


def test_a_word_is_spelled_between_its_ends():
    characters, (dog, empty) = spelled(["dog", ""])
    assert dog == [BEGIN, *(characters.vocabulary.id(c) for c in "dog"), END]
    assert empty == [BEGIN, END]
    assert "".join(characters.vocabulary.item(id_) for id_ in dog) == "<w>dog</w>"


def test_words_are_padded_on_the_right():
    characters = Characters(Vocabulary.of_inputs(COUNTS), min_count=1, max_length=30)
    ids, lengths = characters.spell(["dog", "", "東京"], least=7)
    assert ids.shape == (3, 7)
    assert lengths.tolist() == [5, 2, 4]
    for row, length in zip(ids, lengths.tolist(), strict=True):
        assert (row[length:] == PADDING).all()
        assert (row[:length] != PADDING).all()


def test_the_inventory_is_the_characters_of_train_by_their_frequency_in_running_text():
    characters, _ = spelled([""], min_count=4)
    counts = {c: sum(n for word, n in COUNTS.items() for own in word if own == c) for c in set("".join(COUNTS))}
    expected = sorted((c for c, n in counts.items() if n >= 4), key=lambda c: (-counts[c], c))
    assert characters.vocabulary.items == (*SPECIALS, *expected)
    assert characters.vocabulary.count("h") == 12
    assert len(characters) == len(SPECIALS) + len(expected)


def test_rare_and_new_characters_are_unknown():
    characters, (row,) = spelled(["ße✗"], min_count=3)
    assert row == [BEGIN, UNKNOWN, characters.vocabulary.id("e"), UNKNOWN, END]


@pytest.mark.parametrize("max_length, kept", [(4, "undo"), (5, "unddo"), (2, "uo"), (8, "undo-redo"[:4] + "redo")])
def test_of_a_long_word_the_first_and_the_last_half_are_read(max_length, kept):
    characters = Characters(Vocabulary.of_inputs({"undo-redo": 1}), 1, max_length)
    ids, lengths = characters.spell(["undo-redo"])
    assert lengths.tolist() == [max_length + 2]
    assert "".join(characters.vocabulary.item(id_) for id_ in ids[0, 1:-1].tolist()) == kept


def test_a_word_of_the_longest_length_is_read_whole():
    characters = Characters(Vocabulary.of_inputs({"abcde": 1}), 1, 5)
    assert (
        "".join(characters.vocabulary.item(id_) for id_ in characters.spell(["abcde"])[0][0, 1:-1].tolist()) == "abcde"
    )


def test_the_specials_of_the_word_vocabulary_are_no_words():
    characters = Characters(Vocabulary.of_inputs({"a": 1}), 1, 30)
    assert characters.vocabulary.items == (*SPECIALS, "a")


# ------------------------------------------------------------------------------------- against brute force


def shown(ours, word):
    """The characters' vectors of one word, ends included, `(L, E)`."""
    ids, _ = ours.characters.spell([word])
    return ours.vectors[ids[0].long()]


@PRECISION
def test_char_rnn_is_torchs_lstm_over_each_word_alone_from_both_ends(dtype, tolerance):
    ours = make("rnn", dtype)
    found = vectors(ours, WORDS)
    assert found.shape == (len(WORDS), ours.output_size)
    twin = nn.LSTM(5, 3, batch_first=True, bidirectional=True).to(dtype)
    with torch.no_grad():
        for own, suffix in ((ours.forward_lstm, ""), (ours.backward_lstm, "_reverse")):
            for name, parameter in own.named_parameters():
                getattr(twin, name + suffix).copy_(parameter)
    for word, vector in zip(WORDS, found, strict=True):
        _, (hidden, _) = twin(shown(ours, word).unsqueeze(0))
        torch.testing.assert_close(vector, hidden[:, 0].flatten(), rtol=tolerance, atol=tolerance)


@PRECISION
@pytest.mark.parametrize("widths", [(2, 3, 4), (1,), (5, 2)])
def test_char_cnn_is_the_largest_answer_over_the_places_of_a_word(dtype, tolerance, widths):
    ours = make("cnn", dtype, widths=widths).requires_grad_(False)
    found = vectors(ours, WORDS)
    assert found.shape == (len(WORDS), ours.output_size) == (len(WORDS), 4 * len(widths))
    for word, vector in zip(WORDS, found, strict=True):
        read = shown(ours, word)
        expected = []
        for width, filters in zip(widths, ours.filters, strict=True):
            within = functional.pad(read, (0, 0, 0, max(0, width - len(read))))
            for weight, bias in zip(filters.weight.view(-1, width, 5), filters.bias, strict=True):  # (width, E)
                places = range(len(within) - width + 1)
                answers = [float((weight * within[place : place + width]).sum() + bias) for place in places]
                expected.append(max(0.0, *answers))
        torch.testing.assert_close(vector, torch.tensor(expected, dtype=dtype), rtol=tolerance, atol=tolerance)


# -------------------------------------------------------------------------------------------------- the laws


@BOTH
@PRECISION
def test_a_word_does_not_hang_on_the_words_beside_it(kind, dtype, tolerance):
    ours = make(kind, dtype)
    together = vectors(ours, WORDS)
    for word, vector in zip(WORDS, together, strict=True):
        torch.testing.assert_close(vectors(ours, [word])[0], vector, rtol=tolerance, atol=tolerance)


@BOTH
def test_more_padding_changes_nothing(kind):
    """Features are as wide as the longest word of the corpus, not of the batch."""
    ours = make(kind)
    narrow = vectors(ours, ["the", "a"])
    wide = ours.features(["the", "a", "x" * 29])[:2]
    found = ours(wide, torch.tensor([[0, 1]]), torch.tensor([2])).vectors[0]
    torch.testing.assert_close(found, narrow, rtol=1e-10, atol=1e-10)


@BOTH
def test_the_index_says_which_word_stands_where(kind):
    ours = make(kind)
    index = torch.tensor([[1, 0, 1], [2, 0, 0]])
    embedded = ours(ours.features(["dog", "the", ""]), index, torch.tensor([3, 1]))
    assert embedded.vectors.shape == (2, 3, ours.output_size)
    assert embedded.lengths.tolist() == [3, 1]
    assert torch.equal(embedded.vectors, vectors(ours, ["dog", "the", ""])[index])


@BOTH
def test_every_parameter_gets_a_gradient_and_padding_gets_none(kind):
    ours = make(kind).train()
    vectors(ours, WORDS).square().sum().backward()
    for name, parameter in ours.named_parameters():
        assert parameter.grad.any(), name
    assert not ours.vectors.grad[PADDING].any()
    assert ours.vectors.grad[[BEGIN, END]].any(dim=1).all()


@BOTH
def test_gradients_match_finite_differences(kind):
    ours = make(kind)
    features = ours.features(["the", "", "dogs"])
    names = [name for name, _ in ours.named_parameters()]

    def loss(*parameters):
        given = (features, torch.tensor([[0, 1, 2, 0]]), torch.tensor([4]))
        return torch.func.functional_call(ours, dict(zip(names, parameters, strict=True)), given).vectors.sin()

    if kind == "cnn":  # padding has a zero vector, which is not trained: it is no variable here
        ours.vectors.data[UNKNOWN] = 0.3
    parameters = [parameter.detach().clone().requires_grad_() for parameter in ours.parameters()]
    given = loss(*parameters)
    weights = torch.randn_like(given)
    found = torch.autograd.grad((weights * given).sum(), parameters)
    for parameter, gradient in zip(parameters, found, strict=True):
        direction = torch.randn_like(parameter)
        if parameter.shape == ours.vectors.shape:
            direction[PADDING] = 0
        with torch.no_grad():
            others = list(parameters)
            place = next(i for i, each in enumerate(parameters) if each is parameter)
            sides = []
            for sign in (1, -1):
                others[place] = parameter + sign * 1e-6 * direction
                sides.append(float((weights * loss(*others)).sum()))
        slope = (sides[0] - sides[1]) / 2e-6
        assert slope == pytest.approx(float((gradient * direction).sum()), rel=1e-5, abs=1e-8)


@BOTH
def test_a_new_one_of_the_same_vocabulary_takes_the_saved_weights(kind):
    ours, fresh = make(kind), make(kind, seed=99)
    assert not torch.equal(vectors(ours, WORDS), vectors(fresh, WORDS))
    fresh.load_state_dict(ours.state_dict())
    assert torch.equal(vectors(ours, WORDS), vectors(fresh, WORDS))
    assert all("vectors" in name or "lstm" in name or "filters" in name for name in ours.state_dict())


@BOTH
def test_words_that_train_did_not_have_differ_by_their_spelling(kind):
    ours = make(kind)
    one, other, unknown, also_unknown = vectors(ours, ["good", "hood", "♣♣", "♦♦"])
    assert not torch.equal(one, other)
    assert torch.equal(unknown, also_unknown)


@BOTH
def test_dropout_clears_elements_of_each_occurrence_and_scales_the_rest(kind):
    ours = make(kind, dropout=0.25).train()
    index = torch.zeros(1, 4000, dtype=torch.int64)
    found = ours(ours.features(["dog"]), index, torch.tensor([4000])).vectors[0]
    whole = ours.eval()(ours.features(["dog"]), index, torch.tensor([4000])).vectors[0]
    kept = found != 0
    assert kept[whole != 0].double().mean().item() == pytest.approx(0.75, abs=0.03)
    torch.testing.assert_close(found[kept], whole[kept] / 0.75, rtol=1e-4, atol=1e-8)


def test_both_directions_are_equally_wide():
    with pytest.raises(ValueError, match="must be even"):
        CharRNNSettings(size=51)


@BOTH
def test_an_input_that_is_not_tokens_is_refused(kind):
    embedder, settings = {"rnn": (CharRNNEmbedder, CharRNNSettings), "cnn": (CharCNNEmbedder, CharCNNSettings)}[kind]
    with pytest.raises(ValueError, match="tokens only"):
        embedder(settings(), None)


def test_an_lstm_begins_orthogonal_and_remembering():
    ours = make("rnn")
    for lstm in (ours.forward_lstm, ours.backward_lstm):
        for gate in lstm.weight_hh_l0.detach().chunk(4):
            torch.testing.assert_close(gate @ gate.T, torch.eye(3, dtype=gate.dtype), rtol=1e-5, atol=1e-6)
        biases = (lstm.bias_ih_l0 + lstm.bias_hh_l0).detach().chunk(4)
        assert [bias.unique().tolist() for bias in biases] == [[0.0], [1.0], [0.0], [0.0]]


@BOTH
def test_vectors_of_characters_begin_small(kind):
    ours = make(kind, embedding_size=400)
    known = ours.vectors[BEGIN:].norm(dim=1)
    assert known.mean().item() == pytest.approx(1, abs=0.05)
    assert not ours.vectors[:BEGIN].any()
    assert math.isclose(ours.vectors.std().item(), 400**-0.5, rel_tol=0.1)
