"""The embedder `features`: the vectors of the data, each a step."""

import numpy as np
import pytest
import torch

from seqlab import Features
from seqlab.errors import DataError
from seqlab.testing import check_embedder
from seqlab_embed.features import FeaturesEmbedder
from seqlab_embed.features_settings import FeaturesSettings


def sequences(*lengths: int, size: int = 3) -> list[Features]:
    draws = np.random.default_rng(13)
    return [Features(draws.normal(size=(length, size)).astype(np.float32)) for length in lengths]


@pytest.mark.parametrize("projection", [None, 5])
def test_it_keeps_the_laws_of_every_embedder(projection):
    settings = FeaturesSettings(size=3, projection=projection)
    assert check_embedder(FeaturesEmbedder, settings, items=sequences(4, 1, 7, 2, 7, 3)).laws


def test_each_vector_is_a_step_as_it_stands_in_the_data():
    items = sequences(4, 1, 6)
    ours = FeaturesEmbedder(FeaturesSettings(size=3), None)
    embedded = ours(ours.features(items), torch.tensor([[1], [0], [1]]), torch.tensor([1, 1, 1]))
    assert embedded.lengths.tolist() == [1, 4, 1]
    assert embedded.vectors.shape == (3, 4, 3)  # the longest of the batch, not that of all
    assert np.array_equal(embedded.vectors[1].numpy(), items[0].array)
    assert np.array_equal(embedded.vectors[2, :1].numpy(), items[1].array)


def test_a_vector_of_zeros_is_a_step_too():
    ours = FeaturesEmbedder(FeaturesSettings(size=2), None)
    features = ours.features([Features(np.zeros((5, 2), dtype=np.float32))])
    assert ours(features, torch.tensor([[0]]), torch.tensor([1])).lengths.tolist() == [5]


def test_the_projection_is_linear():
    ours = FeaturesEmbedder(FeaturesSettings(size=3, projection=4), None)
    (item,) = sequences(5)
    found = ours(ours.features([item]), torch.tensor([[0]]), torch.tensor([1])).vectors[0]
    expected = item.array @ ours.projection.weight.detach().numpy().T + ours.projection.bias.detach().numpy()
    np.testing.assert_allclose(found.detach().numpy(), expected, rtol=1e-5, atol=1e-6)


def test_variational_dropout_hides_the_same_numbers_at_each_step():
    torch.manual_seed(13)
    ours = FeaturesEmbedder(FeaturesSettings(size=40, dropout=0.5, variational=True), None).train()
    features = ours.features([Features(np.ones((6, 40), dtype=np.float32))])
    hidden = ours(features, torch.tensor([[0]]), torch.tensor([1])).vectors[0] == 0  # (T, D)
    assert 0 < int(hidden[0].sum()) < 40
    assert torch.equal(hidden, hidden[:1].expand_as(hidden))


@pytest.mark.parametrize(
    "shape, said",
    [
        (
            (4, 2),
            r"SL444\]: the vectors of the data have 2 numbers, but embedder 'features' has size: 3\n   write size: 2",
        ),
        ((4,), r"SL444\]: features have the shape \(4,\), but embedder 'features' reads \(T, 3\)"),
    ],
)
def test_another_width_is_told(shape, said):
    ours = FeaturesEmbedder(FeaturesSettings(size=3), None)
    with pytest.raises(DataError, match=said):
        ours.features([*sequences(2), Features(np.zeros(shape, dtype=np.float32))])
