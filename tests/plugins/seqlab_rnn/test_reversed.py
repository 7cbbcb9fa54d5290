"""An encoder that reads from the end."""

import pytest
import torch

from seqlab_rnn.gru import GRUEncoder
from seqlab_rnn.lstm import LSTMEncoder
from seqlab_rnn.settings import GRUSettings, LSTMSettings


@pytest.mark.parametrize("encoder, settings", [(LSTMEncoder, LSTMSettings), (GRUEncoder, GRUSettings)])
@torch.no_grad()
def test_it_is_the_encoder_of_the_reversed_rows(encoder, settings):
    torch.manual_seed(3)
    forward = encoder(settings(hidden_size=4, num_layers=2), 3).eval()
    backward = encoder(settings(hidden_size=4, num_layers=2, reversed=True), 3).eval()
    backward.load_state_dict(forward.state_dict())
    inputs, lengths = torch.randn(3, 5, 3), torch.tensor([5, 2, 4])
    found = backward(inputs, lengths)
    for row, length in enumerate(lengths.tolist()):
        expected = forward(inputs[row : row + 1, :length].flip(1), torch.tensor([length]))
        torch.testing.assert_close(found.states[row, :length], expected.states[0].flip(0))
        torch.testing.assert_close(found.final[row], expected.final[0])
        for name, tensor in expected.state.items():
            torch.testing.assert_close(found.state[name][row], tensor[0])
        assert not found.states[row, length:].any()


def test_it_is_not_causal_and_has_one_direction():
    settings = LSTMSettings(reversed=True)
    assert (settings.is_causal, settings.has_state, settings.directions) == (False, False, 1)
    with pytest.raises(ValueError, match="reversed"):
        LSTMSettings(reversed=True, bidirectional=True)
    with pytest.raises(ValueError, match="go on from a state"):
        LSTMEncoder(settings, 3)(torch.zeros(1, 2, 3), torch.tensor([2]), {})
