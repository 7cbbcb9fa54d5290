"""Every pooler equals a loop over each row alone, and keeps the laws of all components."""

import math
import subprocess
import sys

import pytest
import torch
from torch import Tensor, nn

import seqlab_pool
from seqlab import Encoding, Registrar
from seqlab.interfaces.pooler import Pooler
from seqlab.registry import Registry
from seqlab_pool.attention import AttentionPooler
from seqlab_pool.ends import FirstPooler, LastPooler
from seqlab_pool.over_time import MaxPooler, MeanMaxPooler, MeanPooler
from seqlab_pool.settings import AttentionSettings
from seqlab_rnn.lstm import LSTMEncoder
from seqlab_rnn.settings import LSTMSettings

H = 4
NAMES = ["last", "first", "mean", "max", "mean_max", "attention"]
CLASSES = {"last": LastPooler, "first": FirstPooler, "mean": MeanPooler, "max": MaxPooler, "mean_max": MeanMaxPooler}
EVERY = pytest.mark.parametrize("name", NAMES)
PRECISIONS = pytest.mark.parametrize("dtype, tolerance", [(torch.float64, 1e-10), (torch.float32, 1e-5)])


def pooler(name: str, dtype=torch.float64, size: int = 3, dropout: float = 0.0) -> Pooler:
    torch.manual_seed(13)
    if name == "attention":
        made: Pooler = AttentionPooler(AttentionSettings(size=size, dropout=dropout), H)
    else:
        made = CLASSES[name](None, H)
    return made.to(dtype).eval()


def drawn(rows: int, steps: int, dtype=torch.float64, seed: int = 7, below: float = 0.0) -> Tensor:
    """States, all of them moved down by `below`."""
    return torch.randn(rows, steps, H, generator=torch.Generator().manual_seed(seed), dtype=dtype) - below


def encoding(states: Tensor, lengths: Tensor) -> Encoding:
    """States that are zero on padding, and the last real one as the final state."""
    real = (torch.arange(states.shape[1]) < lengths.unsqueeze(1)).unsqueeze(2)
    masked = states * real
    return Encoding(masked, masked[torch.arange(len(lengths)), lengths - 1], lengths, {})


def trained(name: str, dtype=torch.float64) -> Pooler:
    """After 20 updates towards an arbitrary vector."""
    ours = pooler(name, dtype)
    given = encoding(drawn(6, 9, dtype), torch.tensor([9, 4, 1, 7, 2, 9]))
    optimizer = torch.optim.Adam(ours.parameters(), lr=0.3) if list(ours.parameters()) else None
    for _ in range(20 if optimizer else 0):
        optimizer.zero_grad()
        (ours(given).vector - 2).square().sum().backward()
        optimizer.step()
    return ours


def loop_weights(ours: AttentionPooler, row: list[list[float]]) -> list[float]:
    """Yang et al. 2016, equations 5 and 6, in plain numbers."""
    weight, bias, query = ours.projection.weight.tolist(), ours.projection.bias.tolist(), ours.query.weight[0].tolist()
    scores = []
    for state in row:
        projected = [
            math.tanh(sum(w * h for w, h in zip(of, state, strict=True)) + b)
            for of, b in zip(weight, bias, strict=True)
        ]
        scores.append(sum(u * q for u, q in zip(projected, query, strict=True)))
    total = sum(math.exp(score) for score in scores)
    return [math.exp(score) / total for score in scores]


def loop(name: str, ours: Pooler, row: list[list[float]]) -> list[float]:
    """The vector of one row without padding, in plain numbers."""
    columns = list(zip(*row, strict=True))
    mean = [sum(column) / len(row) for column in columns]
    match name:
        case "last":
            return row[-1]
        case "first":
            return row[0]
        case "mean":
            return mean
        case "max":
            return [max(column) for column in columns]
        case "mean_max":
            return mean + [max(column) for column in columns]
        case _:
            weights = loop_weights(ours, row)
            return [sum(w * h for w, h in zip(weights, column, strict=True)) for column in columns]


@EVERY
@PRECISIONS
@pytest.mark.parametrize("steps", [1, 2, 37])
@pytest.mark.parametrize("make", [pooler, trained])
def test_it_is_a_loop_over_each_row_alone(name, dtype, tolerance, steps, make):
    ours = make(name, dtype)
    for seed in range(3):
        lengths = torch.randint(1, steps + 1, (5,), generator=torch.Generator().manual_seed(seed))
        states = drawn(5, steps, dtype, seed)
        vector = ours(encoding(states, lengths)).vector
        assert vector.dtype == dtype
        expected = [loop(name, ours, states[row, :length].tolist()) for row, length in enumerate(lengths.tolist())]
        torch.testing.assert_close(vector, torch.tensor(expected, dtype=dtype), rtol=tolerance, atol=tolerance)


@EVERY
def test_the_vector_is_as_wide_as_it_says(name):
    ours = pooler(name)
    assert ours(encoding(drawn(3, 5), torch.tensor([5, 2, 1]))).vector.shape == (3, ours.output_size)
    assert ours.output_size == (2 * H if name == "mean_max" else H)


@EVERY
@pytest.mark.parametrize("make", [pooler, trained])
def test_more_padding_changes_nothing(name, make):
    ours, lengths, states = make(name, torch.float32), torch.tensor([7, 2, 5]), drawn(3, 7, torch.float32, below=5)
    short = ours(encoding(states, lengths))
    long = ours(encoding(torch.cat([states, drawn(3, 50, torch.float32)], dim=1), lengths))
    torch.testing.assert_close(long.vector, short.vector, rtol=1e-5, atol=1e-6)
    if short.weights is not None:
        assert not long.weights[:, 7:].any()
        torch.testing.assert_close(long.weights[:, :7], short.weights, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ["mean", "max", "mean_max", "attention"])
def test_what_stands_on_padding_is_of_no_account(name):
    """Encoders give zeros there; a pooler does not rely on it."""
    ours, lengths, states = pooler(name), torch.tensor([2, 6, 4]), drawn(3, 6)
    clean = encoding(states, lengths)
    filled = clean._replace(states=clean.states.masked_fill((torch.arange(6) >= lengths[:, None]).unsqueeze(2), 1e6))
    torch.testing.assert_close(ours(filled).vector, ours(clean).vector, rtol=1e-10, atol=1e-10)


@EVERY
def test_a_batch_of_one_equals_its_row(name):
    ours, lengths, states = trained(name, torch.float32), torch.tensor([4, 9, 1, 9, 6]), drawn(5, 9, torch.float32)
    together = ours(encoding(states, lengths))
    for row, length in enumerate(lengths.tolist()):
        alone = ours(encoding(states[row : row + 1, :length], lengths[row : row + 1]))
        torch.testing.assert_close(alone.vector[0], together.vector[row], rtol=1e-5, atol=1e-6)


@EVERY
def test_rows_are_independent(name):
    ours, lengths, states = pooler(name), torch.tensor([4, 9, 3]), drawn(3, 9)
    moved = states.clone()
    moved[1] += 1
    before, after = ours(encoding(states, lengths)).vector, ours(encoding(moved, lengths)).vector
    assert torch.equal(before[[0, 2]], after[[0, 2]])
    assert not torch.equal(before[1], after[1])


@EVERY
def test_gradients_reach_what_is_read_and_no_padding(name):
    ours, lengths = pooler(name), torch.tensor([3, 8, 1])
    states = drawn(3, 8).requires_grad_()
    real = torch.arange(8) < lengths.unsqueeze(1)
    given = Encoding(states, states[torch.arange(3), lengths - 1], lengths, {})  # nothing else stops a gradient
    (ours(given).vector * torch.randn(3, ours.output_size, dtype=torch.float64)).sum().backward()
    reached = states.grad.ne(0)  # (B, T, H)
    assert not reached[~real].any()
    expected = {"last": torch.arange(8) == lengths.unsqueeze(1) - 1, "first": (torch.arange(8) == 0).expand(3, 8)}
    if name == "max":
        assert reached.sum(dim=1).eq(1).all()  # each element of the vector comes from one position
    else:
        assert torch.equal(reached.all(dim=2), expected.get(name, real))


def test_every_parameter_of_attention_gets_a_gradient():
    ours = pooler("attention", size=5)
    ours(encoding(drawn(3, 6), torch.tensor([6, 2, 4]))).vector.square().sum().backward()
    assert sorted(name for name, _ in ours.named_parameters()) == [
        "projection.bias",
        "projection.weight",
        "query.weight",
    ]
    assert all(parameter.grad.ne(0).all() for parameter in ours.parameters())


@EVERY
def test_gradients_match_finite_differences(name):
    ours, lengths = pooler(name), torch.tensor([3, 1])
    names = [parameter for parameter, _ in ours.named_parameters()]

    def run(states, *weights):
        pooled = torch.func.functional_call(ours, dict(zip(names, weights, strict=True)), (encoding(states, lengths),))
        return (pooled.vector,) if pooled.weights is None else (pooled.vector, pooled.weights)

    assert torch.autograd.gradcheck(run, (drawn(2, 3).requires_grad_(), *ours.parameters()))


@pytest.mark.parametrize("name", ["max", "mean_max"])
def test_the_zeros_of_padding_do_not_win_over_negative_values(name):
    states, lengths = drawn(2, 5, below=100), torch.tensor([2, 5])
    vector = pooler(name)(encoding(states, lengths)).vector
    assert vector.lt(-90).all()
    torch.testing.assert_close(vector[0, -H:], torch.maximum(states[0, 0], states[0, 1]))


def test_positions_that_share_the_largest_value_share_its_gradient():
    states = torch.zeros(1, 4, H, dtype=torch.float64, requires_grad=True)
    pooler("max")(Encoding(states, states[:, 2], torch.tensor([3]), {})).vector.sum().backward()
    torch.testing.assert_close(states.grad[0, :, 0], torch.tensor([1 / 3, 1 / 3, 1 / 3, 0], dtype=torch.float64))


def test_weights_are_a_distribution_over_real_positions():
    ours, lengths, states = pooler("attention"), torch.tensor([7, 2, 1]), drawn(3, 7)
    weights = ours(encoding(states, lengths)).weights
    assert weights.shape == (3, 7)
    torch.testing.assert_close(weights.sum(dim=1), torch.ones(3, dtype=torch.float64))
    assert torch.equal(weights > 0, torch.arange(7) < lengths.unsqueeze(1))
    expected = torch.tensor(loop_weights(ours, states[0].tolist()), dtype=torch.float64)
    torch.testing.assert_close(weights[0], expected, rtol=1e-10, atol=1e-12)
    assert [pooler(name)(encoding(states, lengths)).weights for name in NAMES[:-1]] == [None] * 5


def test_attention_with_a_query_of_nothing_is_the_mean():
    ours, given = pooler("attention"), encoding(drawn(3, 7), torch.tensor([7, 2, 1]))
    nn.init.zeros_(ours.query.weight)
    torch.testing.assert_close(ours(given).vector, pooler("mean")(given).vector)


def test_attention_stays_finite_however_large_its_scores():
    ours, lengths = pooler("attention", torch.float32), torch.tensor([5, 1])
    with torch.no_grad():
        ours.query.weight.mul_(1e6)
    states = drawn(2, 5, torch.float32).requires_grad_()
    pooled = ours(encoding(states, lengths))
    pooled.vector.sum().backward()
    best = pooled.weights[0].argmax()
    torch.testing.assert_close(pooled.vector[0], states[0, best])  # all weight on one state
    assert states.grad.isfinite().all()


def test_attention_learns_where_to_look():
    """One position of each row is marked, and its other elements are the answer; no mean could give them."""
    ours = pooler("attention", size=8)
    states, lengths = drawn(64, 6), torch.randint(2, 7, (64,), generator=torch.Generator().manual_seed(1))
    marked = (torch.arange(64) % 6).minimum(lengths - 1)
    states[:, :, 0] = 0
    states[torch.arange(64), marked, 0] = 1
    given, answer = encoding(states, lengths), states[torch.arange(64), marked]
    optimizer = torch.optim.Adam(ours.parameters(), lr=0.1)
    for _ in range(150):
        optimizer.zero_grad()
        (ours(given).vector - answer).square().sum().backward()
        optimizer.step()
    assert ours(given).weights[torch.arange(64), marked].min() > 0.95


def test_dropout_of_attention_acts_only_in_training():
    ours, given = pooler("attention", size=50, dropout=0.5), encoding(drawn(2, 6), torch.tensor([6, 4]))
    still = ours(given).weights
    assert torch.equal(still, pooler("attention", size=50)(given).weights)
    noisy = ours.train()(given).weights
    assert not torch.equal(noisy, still)
    torch.testing.assert_close(noisy.sum(dim=1), torch.ones(2, dtype=torch.float64))
    assert not noisy[1, 4:].any()


@pytest.mark.parametrize("bidirectional", [False, True], ids=["one-way", "two-way"])
def test_both_ends_of_a_recurrent_encoder(bidirectional):
    torch.manual_seed(13)
    encoder = LSTMEncoder(LSTMSettings(hidden_size=H, bidirectional=bidirectional), 3).eval()
    inputs, lengths = torch.randn(3, 6, 3), torch.tensor([6, 2, 4])
    given = encoder(inputs, lengths)
    last, first = LastPooler(None, encoder.output_size)(given), FirstPooler(None, encoder.output_size)(given)
    for row, length in enumerate(lengths.tolist()):
        forward, backward = given.states[row, :, :H], given.states[row, :, H:]  # no backward one: (T, 0)
        torch.testing.assert_close(last.vector[row], torch.cat([forward[length - 1], backward[0]]))
        torch.testing.assert_close(first.vector[row], torch.cat([forward[0], backward[0]]))
    moved = inputs.clone()
    moved[:, 1] += 1
    again = FirstPooler(None, encoder.output_size)(encoder(moved, lengths))
    assert torch.equal(again.vector[:, :H], first.vector[:, :H])  # one way, it has read the first token only
    assert bidirectional == (not torch.equal(again.vector, first.vector))


def test_a_saved_pooler_says_the_same():
    ours, other, given = trained("attention"), pooler("attention"), encoding(drawn(2, 5), torch.tensor([5, 3]))
    assert not torch.equal(other(given).vector, ours(given).vector)
    other.load_state_dict(ours.state_dict())
    assert torch.equal(other(given).vector, ours(given).vector)


def test_all_are_registered_and_load():
    registry = Registry()
    seqlab_pool.seqlab_register_components(Registrar(registry, "pool"))
    assert registry.names("pooler") == sorted(NAMES)
    for component in registry:
        component.settings_class()
        assert issubclass(component.load(), Pooler)
        assert component.summary


def test_settings_import_neither_torch_nor_numpy():
    code = "import sys; sys.modules['torch'] = sys.modules['numpy'] = None\nimport seqlab_pool, seqlab_pool.settings"
    subprocess.run([sys.executable, "-c", code], check=True)
