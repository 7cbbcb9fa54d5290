"""The parts of the answerers, against their formulas and by hand."""

import math

import pytest
import torch

from seqlab import Encoding, Vocabulary
from seqlab_vqa.fusion import Fusion
from seqlab_vqa.looks import Looks
from seqlab_vqa.sentence import SentenceEmbedder
from seqlab_vqa.settings import SentenceSettings


def embedder(**settings):
    torch.manual_seed(13)
    return SentenceEmbedder(
        SentenceSettings(size=4, **settings), Vocabulary.of_inputs({"Bo ran home.": 2, "Home is far.": 1})
    ).eval()


def test_a_sentence_is_the_sum_of_its_words_weighted_by_place():
    module = embedder()
    features = module.features(["Home ran far!", "bo"])
    vectors, _ = module(features, torch.tensor([[1, 0]]), torch.tensor([2]))
    ids = module.words.ids(["home", "ran", "far"])
    for k in range(1, 5):  # J = 3 words, D = 4 elements
        wanted = sum(
            ((1 - j / 3) - (k / 4) * (1 - 2 * j / 3)) * module.vectors[word, k - 1].item()
            for j, word in enumerate(ids, 1)
        )
        assert vectors[0, 1, k - 1].item() == pytest.approx(wanted, abs=1e-6)


def test_the_order_of_words_counts_unless_it_is_said_not_to():
    for order in (True, False):
        module = embedder(order=order)
        vectors, _ = module(module.features(["bo ran home", "home ran bo"]), torch.tensor([[0, 1]]), torch.tensor([2]))
        assert torch.allclose(vectors[0, 0], vectors[0, 1]) != order


def test_a_place_is_counted_from_the_end_of_each_story():
    with_places, without = embedder(places=2), embedder()
    features = with_places.features(["bo ran", "far"])
    index, lengths = torch.tensor([[0, 1, 1], [1, 0, 0]]), torch.tensor([3, 2])
    with torch.no_grad():
        without.vectors.copy_(with_places.vectors)
        added = with_places(features, index, lengths).vectors - without(features, index, lengths).vectors
    wanted = [[torch.zeros(4), with_places.places[1], with_places.places[0]], [*with_places.places.flip(0)]]
    for row, places in enumerate(wanted):
        for step, vector in enumerate(places):
            assert torch.allclose(added[row, step], vector, atol=1e-6)


@pytest.mark.parametrize("kind", ["product", "concatenation", "gated"])
def test_a_fusion_is_its_formula(kind):
    torch.manual_seed(13)
    fusion = Fusion(kind, 3, 2, 5)
    question, context = torch.randn(4, 3), torch.randn(4, 2)
    both = torch.cat([question, context], dim=1)

    def affine(layer, vectors):
        return vectors @ layer.weight.T + layer.bias

    if kind == "concatenation":
        wanted = affine(fusion.joint, both).tanh()
    else:
        asked, seen = affine(fusion.question, question).tanh(), affine(fusion.context, context).tanh()
        gate = None if kind == "product" else 1 / (1 + (-affine(fusion.joint, both)).exp())
        wanted = asked * seen if gate is None else gate * asked + (1 - gate) * seen
    assert torch.allclose(fusion(question, context), wanted, atol=1e-6)


@torch.no_grad()
def test_two_looks_step_by_step():
    torch.manual_seed(13)
    looks = Looks(question_size=3, state_size=2, size=4, hops=2)
    states, question = torch.randn(1, 3, 2), torch.randn(1, 3)
    states[0, 2] = 7.0  # padding, and not even zero
    encoding = Encoding(states, states[:, 1], torch.tensor([2]), {})
    asked = looks.question(question)[0]
    for hop in range(2):
        keys = [looks.keys[hop].weight @ states[0, t] for t in range(2)]
        scores = [math.exp(float(key @ asked) / 2) for key in keys]
        found = sum(score / sum(scores) * (looks.values[hop].weight @ states[0, t]) for t, score in enumerate(scores))
        last, asked = asked, asked + found
    got_asked, got_found, weights = looks(question, encoding)
    assert torch.allclose(got_asked[0], last, atol=1e-6)
    assert torch.allclose(got_found[0], found, atol=1e-6)
    assert weights[0].tolist() == pytest.approx([scores[0] / sum(scores), scores[1] / sum(scores), 0.0], abs=1e-6)
