"""The gradient by lag: closed forms of linear networks, and what autograd says of truncated ones."""

import numpy as np
import pytest
import torch
from torch import nn

from seqlab.interfaces.embedder import Embedded
from seqlab.interfaces.encoder import Encoder, Encoding
from seqlab.interfaces.head import Encoded, Head
from seqlab.interfaces.output import Loss
from seqlab.interfaces.records import Batch, InputBatch
from seqlab.interfaces.vocabulary import IGNORED
from seqlab.model.gradient_flow import gradient_flow
from seqlab.model.network import InputStack
from seqlab_rnn.gru import GRUEncoder
from seqlab_rnn.lstm import LSTMEncoder
from seqlab_rnn.rnn import RNNEncoder
from seqlab_rnn.settings import GRUSettings, LSTMSettings, RNNSettings

SIZE, STEPS, ROWS = 6, 30, 5


class Linear(Encoder):
    """`h_t = W h_(t-1) + x_t`."""

    def __init__(self, matrix):
        super().__init__(None, SIZE)
        self.output_size = SIZE
        self.matrix = nn.Parameter(matrix)

    def forward(self, inputs, lengths, state=None):
        now = inputs.new_zeros(len(inputs), SIZE) if state is None else state["hidden"]
        states = []
        for column in inputs.unbind(1):
            now = now @ self.matrix.T + column
            states.append(now)
        return Encoding(torch.stack(states, 1), now, lengths, {"hidden": now})


class Vectors(nn.Module):
    output_size = SIZE

    def forward(self, features, index, lengths):
        return Embedded(features[index], lengths)


class Readout(Head):
    """A weighted sum of the state at the only target."""

    def __init__(self):
        nn.Module.__init__(self)

    def loss(self, encoded, batch):
        chosen = encoded.encodings["main"].states[batch.target != IGNORED]
        return Loss((chosen * torch.linspace(-1, 1, chosen.shape[1], dtype=torch.float64)).sum(), len(chosen))

    def predict(self, encoded, batch):
        raise NotImplementedError


class StateReadout(Readout):
    """The same of the state that goes on, by which a decoder begins."""

    def loss(self, encoded, batch):
        state = encoded.encodings["main"].state["hidden"]
        return Loss((state * torch.linspace(-1, 1, state.shape[1], dtype=torch.float64)).sum(), len(state))


class Stack(InputStack):
    def __init__(self, encoder):
        nn.Module.__init__(self)
        self.shared = (Vectors(),)
        self.encoder = encoder
        self.pooling = ()


class OneInput(nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.inputs = nn.ModuleDict({"main": Stack(encoder)})
        self.head = Readout()


@pytest.fixture
def batch():
    features = torch.rand(12, SIZE, dtype=torch.float64, generator=torch.Generator().manual_seed(5))
    index = torch.randint(0, 12, (ROWS, STEPS), generator=torch.Generator().manual_seed(6))
    target = torch.full((ROWS, STEPS), IGNORED)
    target[:, -1] = 0
    lengths = torch.full((ROWS,), STEPS)
    return Batch(
        {"main": InputBatch((features,), index, lengths)}, target, lengths, (), torch.zeros(ROWS, dtype=torch.bool)
    )


def rotation():
    torch.manual_seed(13)
    return torch.linalg.qr(torch.randn(SIZE, SIZE, dtype=torch.float64))[0]


@pytest.mark.parametrize("scale", [0.9, 1.2])
def test_a_scaled_rotation_scales_the_gradient_at_every_step(batch, scale):
    flow = gradient_flow(OneInput(Linear(scale * rotation())), batch)
    expected = scale ** np.arange(STEPS)
    np.testing.assert_allclose(np.array(flow.median) / flow.median[0], expected, rtol=1e-6)
    np.testing.assert_allclose(np.array(flow.high) / flow.high[0], expected, rtol=1e-6)
    assert flow.examples == ROWS
    assert flow.lags == STEPS - 1


def test_a_head_that_reads_the_last_state_has_the_same_flow(batch):
    seen, carried = OneInput(Linear(0.9 * rotation())), OneInput(Linear(0.9 * rotation()))
    carried.head = StateReadout()
    one, other = gradient_flow(seen, batch), gradient_flow(carried, batch)
    assert other.median == pytest.approx(one.median, rel=1e-12)
    assert other.bias == pytest.approx(one.bias, abs=1e-12)


def test_an_irnn_begins_with_the_same_gradient_at_every_lag(batch):
    encoder = RNNEncoder(RNNSettings(hidden_size=SIZE, nonlinearity="relu", recurrent_init="identity"), SIZE).double()
    (matrix,) = encoder.recurrent_weights().values()
    assert torch.equal(matrix, torch.eye(SIZE, dtype=torch.float64))
    with torch.no_grad():
        encoder.layers[0][0].weight_ih.abs_()  # the inputs are positive, so that no unit is off
    flow = gradient_flow(OneInput(encoder), batch)
    np.testing.assert_allclose(np.array(flow.median) / flow.median[0], 1.0, rtol=1e-12)


ENCODERS = {
    "rnn": lambda: RNNEncoder(RNNSettings(hidden_size=4), SIZE),
    "gru": lambda: GRUEncoder(GRUSettings(hidden_size=4), SIZE),
    "lstm": lambda: LSTMEncoder(LSTMSettings(hidden_size=4, num_layers=2), SIZE),
}


@pytest.mark.parametrize("name", ENCODERS)
def test_the_bias_is_that_of_a_state_that_is_detached_there(batch, name):
    torch.manual_seed(13)
    network = OneInput(ENCODERS[name]().double().eval())
    encoder = network.inputs["main"].encoder
    flow = gradient_flow(network, batch)
    vectors = network.inputs["main"].embed(batch.inputs["main"]).vectors
    whole = weights_gradient(network, batch, encoder(vectors, batch.target_lengths))
    for cut_after in (0, 1, 7):
        kept = cut_after + 1
        before = encoder(vectors[:, :-kept], torch.full((ROWS,), STEPS - kept)).state
        state = {part: tensor.detach() for part, tensor in before.items()}
        late = encoder(vectors[:, -kept:], torch.full((ROWS,), kept), state)
        missing = whole - weights_gradient(network, batch, late, kept)
        assert flow.bias[cut_after] == pytest.approx(float(missing.norm() / whole.norm()), rel=1e-9)
    assert flow.bias[-1] == pytest.approx(0, abs=1e-12)
    assert sum(flow.share) == pytest.approx(1, abs=1e-12)


def weights_gradient(network, batch, encoding, kept=STEPS):
    part = Batch(batch.inputs, batch.target[:, -kept:], batch.target_lengths, (), batch.continues)
    loss = network.head.loss(Encoded({"main": encoding}, {}), part).sum
    found = torch.autograd.grad(loss, list(network.inputs["main"].encoder.parameters()))
    return torch.cat([gradient.flatten() for gradient in found])


def test_the_steps_that_keep_a_share_are_counted(batch):
    flow = gradient_flow(OneInput(Linear(0.5 * rotation())), batch)
    keeping = flow.length_keeping(0.95)
    assert sum(flow.share[:keeping]) >= 0.95 > sum(flow.share[: keeping - 1])
    assert flow.length_keeping(1.0) == STEPS - 1  # the first step multiplies a state of zeros
