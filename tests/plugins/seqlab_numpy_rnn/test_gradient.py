"""Both forms of forward and backward: against torch's autograd, against each other, and where the gradient ends."""

import numpy as np
import pytest
import torch

from seqlab_numpy_rnn.hoisted import hoisted
from seqlab_numpy_rnn.parameters import draw, zeros
from seqlab_numpy_rnn.plain import plain

V, H, T = 7, 5, 11
FORMS = pytest.mark.parametrize("form", [plain, hoisted])


def network(spread: float = 0.5, dtype: type = np.float64):
    vector, parameters = zeros(V, H, dtype)
    draw(parameters, np.random.default_rng(3))
    vector *= spread / 0.01
    parameters.hidden_bias[:] = np.linspace(-0.3, 0.3, H)
    parameters.output_bias[:] = np.linspace(-0.2, 0.2, V)
    return vector, parameters


@pytest.fixture
def window():
    random = np.random.default_rng(5)
    return random.integers(0, V, T), random.integers(0, V, T), random.normal(0, 0.5, H)


def by_autograd(parameters, ids, targets, state):
    """Loss, gradients by name, that of the given state, and the state after the window."""
    names = {name: torch.tensor(array, requires_grad=True) for name, array in parameters}
    given = hidden = torch.tensor(state, requires_grad=True)
    rows = torch.cat([torch.eye(V, dtype=torch.float64), torch.zeros(1, V, dtype=torch.float64)])
    loss = 0.0
    for id_, target in zip(ids, targets, strict=True):
        read = rows[V if id_ < 0 else id_] @ names["input_to_hidden"]
        hidden = torch.tanh(read + hidden @ names["hidden_to_hidden"] + names["hidden_bias"])
        scores = hidden @ names["hidden_to_output"] + names["output_bias"]
        loss = loss + torch.nn.functional.cross_entropy(scores, torch.tensor(target))
    loss.backward()
    return loss.item(), {name: tensor.grad.numpy() for name, tensor in names.items()}, given.grad, hidden.detach()


@FORMS
@pytest.mark.parametrize("steps", [1, 2, T])
def test_the_gradient_by_hand_is_that_of_autograd(form, steps, window):
    ids, targets, state = window[0][:steps], window[1][:steps], window[2]
    _, parameters = network()
    vector, gradient = zeros(V, H, np.float64)
    vector[:] = np.nan  # of the window before; nothing of it may stay
    loss, after = form(parameters, ids, targets, state, gradient)
    wanted, gradients, _, hidden = by_autograd(parameters, ids, targets, state)
    assert loss == pytest.approx(wanted, rel=1e-12)
    np.testing.assert_allclose(after, hidden, rtol=1e-12)
    for name, array in gradient:
        scale = np.abs(gradients[name]).max()
        assert scale > 1e-3
        np.testing.assert_allclose(array, gradients[name], rtol=1e-7, atol=1e-12 * scale, err_msg=name)


@FORMS
def test_what_is_not_in_the_vocabulary_is_read_as_zeros(form, window):
    ids, targets, state = window
    ids = ids.copy()
    ids[[0, 4]] = -100
    _, parameters = network()
    _, gradient = zeros(V, H, np.float64)
    loss, _ = form(parameters, ids, targets, state, gradient)
    wanted, gradients, _, _ = by_autograd(parameters, ids, targets, state)
    assert loss == pytest.approx(wanted, rel=1e-12)
    for name, array in gradient:
        np.testing.assert_allclose(array, gradients[name], rtol=1e-7, atol=1e-12, err_msg=name)


def test_the_forms_agree_in_single_precision(window):
    ids, targets, state = window
    found = {}
    for form, dtype in ((plain, np.float64), (hoisted, np.float32)):
        vector, gradient = zeros(V, H, dtype)
        loss, after = form(network(dtype=dtype)[1], ids, targets, state.astype(dtype), gradient)
        assert after.dtype == vector.dtype == dtype  # nothing has fallen back to double
        found[form] = loss, vector
    assert found[hoisted][0] == pytest.approx(found[plain][0], rel=1e-5)
    np.testing.assert_allclose(found[hoisted][1], found[plain][1], rtol=1e-3, atol=1e-5)


@FORMS
def test_the_gradient_ends_where_the_window_begins_and_the_value_does_not(form, window):
    ids, targets, state = window
    _, parameters = network()
    first, second = (zeros(V, H, np.float64)[1] for _ in range(2))
    _, half = form(parameters, ids[:6], targets[:6], state, first)
    loss, _ = form(parameters, ids[6:], targets[6:], half, second)

    whole = by_autograd(parameters, ids, targets, state)
    parts = by_autograd(parameters, ids[:6], targets[:6], state)[0] + loss
    assert parts == pytest.approx(whole[0], rel=1e-12)  # the carried value is that of one pass
    alone, gradients, reached, _ = by_autograd(parameters, ids[6:], targets[6:], half)
    assert loss == pytest.approx(alone, rel=1e-12)
    assert reached.abs().max() > 1e-3  # there is a gradient to the state before
    for name, array in second:  # but none of it goes on into the window that made it
        np.testing.assert_allclose(array, gradients[name], rtol=1e-7, atol=1e-12, err_msg=name)
    lost = whole[1]["hidden_to_hidden"] - first.hidden_to_hidden - second.hidden_to_hidden
    assert np.abs(lost).max() > 1e-3  # full backpropagation has more
    cold, _ = form(parameters, ids[6:], targets[6:], np.zeros(H), second)
    assert abs(cold - loss) > 1e-3


@FORMS
def test_at_first_every_character_is_about_as_likely(form, window):
    ids, targets, _ = window
    _, parameters = network(spread=0.01)
    parameters.hidden_bias[:] = parameters.output_bias[:] = 0
    _, gradient = zeros(V, H, np.float64)
    loss, _ = form(parameters, ids, targets, np.zeros(H), gradient)
    assert loss == pytest.approx(T * np.log(V), rel=1e-3)


def test_all_parameters_are_views_of_one_vector():
    vector, parameters = zeros(V, H, np.float32)
    for number, (_, array) in enumerate(parameters, 1):
        array += number
    assert vector.tolist() == [1.0] * (V * H) + [2.0] * (H * H) + [3.0] * (H * V) + [4.0] * H + [5.0] * V


def test_first_weights_are_small_and_normal_and_biases_zero():
    _, parameters = zeros(50, 200, np.float64)
    draw(parameters, np.random.default_rng(1))
    for name, array in parameters:
        if array.ndim == 1:
            assert not array.any()
            continue
        assert array.mean() == pytest.approx(0, abs=4 * 0.01 / np.sqrt(array.size)), name
        assert array.std() == pytest.approx(0.01, rel=4 / np.sqrt(2 * array.size)), name
