"""The head `tagger`: cross-entropy over the tokens whose tag train knows; the likeliest tag with its probability."""

import math

import pytest
import torch

from seqlab import IGNORED, Batch, Encoded, Encoding, Parts, Sizes, Vocabularies, Vocabulary
from seqlab_tagger.head import Tagger
from seqlab_tagger.settings import TaggerSettings

TAGS = Vocabulary.of_outputs({"NOUN": 5, "VERB": 3, "DET": 2})
LENGTHS = torch.tensor([4, 2])
TARGET = torch.tensor([[0, 2, IGNORED, 1], [1, 1, IGNORED, IGNORED]])


@pytest.fixture
def head() -> Tagger:
    torch.manual_seed(13)
    parts = Parts(build=lambda part: part)
    return Tagger(TaggerSettings(dropout=0.5), {"main": Sizes(3)}, Vocabularies({}, TAGS), parts).double().eval()


def encoded(states: torch.Tensor) -> Encoded:
    return Encoded({"main": Encoding(states, states[:, 0], LENGTHS, {})}, {})


def batch(target=TARGET) -> Batch:
    return Batch({}, target, LENGTHS, (), torch.zeros(2, dtype=torch.bool))


@pytest.fixture
def states() -> torch.Tensor:
    return torch.randn(2, 4, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(7))


def probabilities(head: Tagger, states: torch.Tensor) -> list[list[list[float]]]:
    """Softmax by hand, in Python numbers."""
    weight, bias = head.projection.weight.tolist(), head.projection.bias.tolist()
    found = []
    for row in states.tolist():
        found.append([])
        for state in row:
            scores = [
                sum(w * s for w, s in zip(ws, state, strict=True)) + b for ws, b in zip(weight, bias, strict=True)
            ]
            total = sum(math.exp(score) for score in scores)
            found[-1].append([math.exp(score) / total for score in scores])
    return found


def test_the_loss_is_the_cross_entropy_of_real_tokens_with_known_tags(head, states):
    by_hand = probabilities(head, states)
    terms = [
        -math.log(by_hand[row][step][tag])
        for row, tags in enumerate(TARGET.tolist())
        for step, tag in enumerate(tags)
        if tag != IGNORED
    ]
    loss = head.loss(encoded(states), batch())
    assert loss.count == len(terms) == 5
    assert loss.sum.item() == pytest.approx(sum(terms), rel=1e-12)


def test_positions_without_a_known_tag_get_no_gradient(head, states):
    states.requires_grad_()
    head.loss(encoded(states), batch()).sum.backward()
    assert not states.grad[TARGET == IGNORED].any()
    assert states.grad[TARGET != IGNORED].all()


def test_a_batch_without_any_known_tag_has_the_loss_zero(head, states):
    loss = head.loss(encoded(states), batch(torch.full((2, 4), IGNORED)))
    assert (loss.sum.item(), loss.count) == (0, 0)


def test_it_predicts_the_likeliest_tag_of_each_real_token_with_its_probability(head, states):
    by_hand = probabilities(head, states)
    for row, (prediction, length) in enumerate(zip(head.predict(encoded(states), batch(None)), [4, 2], strict=True)):
        expected = by_hand[row][:length]
        assert prediction.tags == tuple(TAGS.item(max(range(3), key=each.__getitem__)) for each in expected)
        assert prediction.probabilities == pytest.approx([max(each) for each in expected], rel=1e-12)


def test_dropout_is_for_training_only(head, states):
    assert head.loss(encoded(states), batch()).sum == head.loss(encoded(states), batch()).sum
    assert head.predict(encoded(states), batch())[0] == head.predict(encoded(states), batch())[0]
    head.train()
    assert head.loss(encoded(states), batch()).sum != head.loss(encoded(states), batch()).sum


def test_it_needs_tags_to_choose_from():
    with pytest.raises(ValueError, match="vocabulary of tags"):
        Tagger(TaggerSettings(), {"main": Sizes(3)}, Vocabularies({}), Parts(build=lambda part: part))
