"""What the encoder promises: the laws of every encoder, and that it is the recurrence of its formula."""

import pytest
import torch
from seqlab_example_plugin_model import EMAEncoder
from seqlab_example_plugin_settings import EMASettings

from seqlab.plugins import load_plugins
from seqlab.testing import check_encoder


@pytest.fixture
def encoder() -> EMAEncoder:
    torch.manual_seed(13)
    return EMAEncoder(EMASettings(hidden_size=6), input_size=3).double()


@pytest.mark.parametrize("length", [1, 2, 37])
def test_the_scan_is_the_recurrence(encoder, length):
    inputs = torch.randn(2, length, 3, dtype=torch.float64)
    decay, average, expected = torch.sigmoid(encoder.decay_logit), torch.zeros(2, 6, dtype=torch.float64), []
    for step in range(length):
        average = decay * average + (1 - decay) * encoder.project(inputs[:, step])
        expected.append(average)
    encoding = encoder(inputs, torch.tensor([length, length]))
    torch.testing.assert_close(encoding.states, torch.stack(expected, dim=1), rtol=1e-10, atol=1e-12)
    torch.testing.assert_close(encoding.final, average, rtol=1e-10, atol=1e-12)


def test_it_keeps_the_laws_of_every_encoder():
    check_encoder(EMAEncoder, EMASettings(hidden_size=6))


def test_half_lives_at_the_start_reach_from_one_token_to_the_longest():
    encoder = EMAEncoder(EMASettings(hidden_size=3, longest_half_life=16.0), input_size=1)
    half_lives = torch.log(torch.tensor(0.5)) / torch.log(torch.sigmoid(encoder.decay_logit))
    torch.testing.assert_close(half_lives, torch.tensor([1.0, 4.0, 16.0]), rtol=1e-4, atol=0)


def test_seqlab_finds_it():
    import seqlab_example_plugin

    plugins = load_plugins(files=[seqlab_example_plugin.__file__])
    assert plugins.registry.get("encoder", "ema").settings_class() is EMASettings
