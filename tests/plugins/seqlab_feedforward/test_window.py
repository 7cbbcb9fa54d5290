"""The encoder `window` is a layer over inputs side by side, written out here."""

import pytest
import torch

from seqlab_feedforward.settings import WindowSettings
from seqlab_feedforward.window import WindowEncoder


@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
@pytest.mark.parametrize("size, after", [(1, 0), (4, 0), (2, 3), (9, 0)])
def test_it_is_a_layer_over_the_inputs_side_by_side(size, after, nonlinearity):
    torch.manual_seed(13)
    ours = WindowEncoder(WindowSettings(hidden_size=6, size=size, after=after, nonlinearity=nonlinearity), 3).double()
    weight = ours.layer.convolution.weight.transpose(1, 2).reshape(6, -1)  # (H, window * D)
    given, lengths = torch.randn(2, 5, 3, dtype=torch.float64), torch.tensor([5, 3])
    states = ours(given, lengths).states
    for row, length in enumerate(lengths.tolist()):
        for t in range(length):
            window = [
                given[row, place] if 0 <= place < length else torch.zeros(3, dtype=torch.float64)
                for place in range(t - size + 1, t + after + 1)
            ]
            total = weight @ torch.cat(window) + ours.layer.convolution.bias
            expected = torch.tanh(total) if nonlinearity == "tanh" else total.clamp(min=0)
            torch.testing.assert_close(states[row, t], expected, rtol=1e-12, atol=1e-12)


def test_it_sees_its_window_and_no_further():
    torch.manual_seed(13)
    ours = WindowEncoder(WindowSettings(hidden_size=6, size=3, after=1), 3)
    given, lengths = torch.randn(1, 9, 3), torch.tensor([9])
    moved = given.clone()
    moved[0, 4] += 1
    changed = (ours(given, lengths).states != ours(moved, lengths).states).any(dim=2)[0]
    assert changed.tolist() == [False, False, False, True, True, True, True, False, False]
