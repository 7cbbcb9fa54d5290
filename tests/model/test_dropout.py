import pytest
import torch
from torch import nn

from seqlab import Dropout


def test_the_share_set_to_zero_and_the_scale_of_the_rest():
    torch.manual_seed(13)
    masked = Dropout(0.33)(torch.ones(1000, 1000))
    assert (masked == 0).double().mean().item() == pytest.approx(0.33, abs=4 * (0.33 * 0.67 / 1e6) ** 0.5)
    assert masked[masked > 0].unique().tolist() == pytest.approx([1 / 0.67], rel=1e-4)
    assert masked.mean().item() == pytest.approx(1, abs=4e-3)


def test_neighbours_fall_independently():
    torch.manual_seed(13)
    kept = (Dropout(0.5)(torch.ones(400_000)) > 0).double()
    for lag in range(1, 9):  # four elements come from one draw
        both = (kept[:-lag] * kept[lag:]).mean().item()
        assert both == pytest.approx(0.25, abs=4 * (0.25 * 0.75 / 400_000) ** 0.5)


def test_a_variational_mask_is_the_same_at_every_step_of_a_row():
    torch.manual_seed(13)
    masked = Dropout(0.5, variational=True)(torch.ones(8, 5, 64))
    assert torch.equal(masked, masked[:, :1].expand(8, 5, 64))
    assert not torch.equal(masked[0], masked[1])


def test_the_gradient_passes_where_the_value_does():
    torch.manual_seed(13)
    inputs = torch.ones(3, 4, 5, requires_grad=True)
    masked = Dropout(0.4)(inputs)
    masked.sum().backward()
    assert torch.equal(inputs.grad, masked.detach())


@pytest.mark.parametrize("rate, training", [(0.0, True), (0.5, False)])
def test_nothing_happens_at_rate_zero_and_outside_training(rate, training):
    dropout = Dropout(rate).train(training)
    inputs = torch.randn(3, 4)
    assert dropout(inputs) is inputs


def test_the_same_generator_gives_the_same_mask():
    dropout, inputs = Dropout(0.5), torch.randn(7, 9)
    torch.manual_seed(1)
    first = dropout(inputs)
    torch.manual_seed(1)
    assert torch.equal(dropout(inputs), first)
    assert not torch.equal(dropout(inputs), first)


@pytest.mark.parametrize("rate", [-0.1, 1.0])
def test_a_rate_that_is_none_is_refused(rate):
    with pytest.raises(ValueError, match="in \\[0, 1\\)"):
        Dropout(rate)


def test_it_stands_where_a_module_stands():
    assert "Dropout(0.5, variational=False)" in repr(nn.Sequential(Dropout(0.5)))
