"""The learner: how it reads the text, what its loop does, and that it learns."""

import math

import numpy as np
import pytest
import torch

from seqlab import Decoding, RunError, generate, read_prompts
from seqlab.training.checkpoints import LAST, Checkpoints, Journal

from .conftest import TEXT, corpus_of

FORMS = pytest.mark.parametrize("form", ["plain", "hoisted"])


def drive(learner, text, until=None):
    found = []
    for progress in learner.fit(text, text):
        found.append(progress)
        if progress.step == until:
            break
    return found


@FORMS
def test_the_smooth_loss_begins_where_every_character_is_as_likely(make_learner, form):
    letters = "".join(chr(ord("A") + number) for number in range(65)) * 3
    learner = make_learner(letters, form=form)
    assert learner.smooth_loss == 25 * math.log(65)
    assert round(learner.smooth_loss, 2) == 104.36
    [first] = drive(learner, corpus_of(letters), until=1)
    assert first.values["smooth_loss"] == pytest.approx(104.36, abs=0.005)


def test_the_smooth_loss_takes_a_thousandth_of_each_window(make_learner):
    learner, text = make_learner(), corpus_of(TEXT)
    smooth = 25 * math.log(len(learner.vocabulary))
    for progress in drive(learner, text):
        smooth = 0.999 * smooth + 0.001 * 25 * progress.loss  # a window that is shorter weighs as any other
        assert progress.values["smooth_loss"] == pytest.approx(smooth, rel=1e-12)


@pytest.mark.parametrize("carry", [True, False])
def test_training_is_that_of_torch(make_learner, carry):
    """The whole loop, with autograd, torch's clipping and torch's Adagrad in place of what is written by hand."""
    learner = make_learner(form="plain", training={"carry_state": carry, "gradient_clip_value": 0.5})
    text = corpus_of(TEXT[:50], TEXT[50:])  # where an example ends makes no difference
    weights = {name: torch.nn.Parameter(torch.tensor(array)) for name, array in learner.parameters}
    optimizer = torch.optim.Adagrad(weights.values(), lr=0.1, initial_accumulator_value=1e-8, eps=0)
    ids = torch.tensor(learner.vocabulary.ids(TEXT))
    windows = [(start, min(start + 25, len(ids))) for start in range(0, len(ids), 25)]
    assert windows[-1] == (75, len(ids))
    clipped = 0
    losses: list[float] = []
    for _ in range(3):
        hidden = torch.zeros(12, dtype=torch.float64)
        for start, stop in windows:
            hidden = hidden.detach() if carry else torch.zeros_like(hidden)
            loss = torch.zeros((), dtype=torch.float64)
            for place in range(start, stop):
                read = weights["input_to_hidden"][ids[place - 1]] if place else 0
                hidden = torch.tanh(read + hidden @ weights["hidden_to_hidden"] + weights["hidden_bias"])
                scores = hidden @ weights["hidden_to_output"] + weights["output_bias"]
                loss = loss + torch.nn.functional.cross_entropy(scores, ids[place])
            optimizer.zero_grad()
            loss.backward()
            clipped += sum(int((each.grad.abs() > 0.5).sum()) for each in weights.values())
            torch.nn.utils.clip_grad_value_(weights.values(), 0.5)
            optimizer.step()
            losses.append(loss.item() / (stop - start))
    assert clipped > 100
    progress = drive(learner, text)
    assert [each.loss for each in progress] == pytest.approx(losses, rel=1e-6)
    assert [each.targets for each in progress] == [25, 25, 25, len(ids) - 75] * 3
    assert [each.epoch_ended for each in progress] == [False, False, False, True] * 3
    assert [each.share for each in progress] == pytest.approx([number / 12 for number in range(1, 13)])
    for name, array in learner.parameters:
        np.testing.assert_allclose(array, weights[name].detach(), rtol=1e-5, atol=1e-8, err_msg=name)


@FORMS
def test_hello_is_learnt(make_learner, form):
    text = corpus_of(*["hello"] * 100)
    learner = make_learner("hello", form=form, training={"epochs": 20})
    drive(learner, text)
    log_probs = np.concatenate([each.log_probs for each in learner.predict(text)])
    assert -log_probs.mean() < 0.1 * math.log(2)  # a bigram model, which wavers after each l, has 0.4 ln 2
    with learner.language_model() as model:
        prompt = read_prompts(model, [learner.vocabulary.ids("h")])
        ((found,),) = generate(prompt, Decoding(max_length=4, temperature=0.0), end=None, banned=[], seed=1)
    assert "".join(map(learner.vocabulary.item, found.ids)) == "ello"


@FORMS
@pytest.mark.parametrize("cut", [1, 4, 6, 11])
def test_it_goes_on_from_a_checkpoint_to_the_same_bits(make_learner, form, cut, tmp_path):
    text = corpus_of(TEXT)
    whole, first, second = (make_learner(form=form) for _ in range(3))
    wanted = drive(whole, text)
    drive(first, text, until=cut)
    checkpoints = Checkpoints(tmp_path)
    checkpoints.save(LAST, first.training_state(), Journal())
    checkpoints.restore(LAST, second)
    assert drive(second, text) == wanted[cut:]
    for name in ("weights", "squares", "state"):
        assert np.array_equal(getattr(second, name), getattr(whole, name)), name
    assert list(second.predict(text)) == list(whole.predict(text))


def test_a_prediction_at_a_safe_point_changes_nothing_that_follows(make_learner):
    text, whole, looked_at = corpus_of(TEXT), make_learner(), make_learner()
    drive(whole, text)
    for _ in looked_at.fit(text, text):
        state = looked_at.training_state()
        list(looked_at.predict(text))
    assert np.array_equal(looked_at.weights, whole.weights)
    assert np.array_equal(state.arrays["weights"], whole.weights)


def test_the_seed_decides(make_learner):
    text = corpus_of(TEXT)
    one, same, other = make_learner(), make_learner(), make_learner(seed=14)
    for learner in (one, same, other):
        drive(learner, text, until=2)
    assert np.array_equal(one.weights, same.weights)
    assert not np.array_equal(one.weights, other.weights)


@FORMS
def test_what_is_saved_predicts_the_same(make_learner, form, tmp_path):
    text, learner, fresh = corpus_of(TEXT), make_learner(form=form), make_learner(form=form, seed=14)
    drive(learner, text)
    learner.save(tmp_path)
    fresh.load(tmp_path)
    assert list(fresh.predict(text)) == list(learner.predict(text))
    assert [path.name for path in tmp_path.iterdir()] == ["model.safetensors"]


def test_weights_of_another_model_do_not_fit(make_learner, tmp_path):
    learner = make_learner()
    for other in (make_learner(hidden_size=11), make_learner(form="plain")):
        before = other.weights.copy()
        with pytest.raises(ValueError, match="'weights' is float32"):
            other.restore(learner.training_state())
        learner.save(tmp_path)
        with pytest.raises(ValueError, match="'input_to_hidden' is float32"):
            other.load(tmp_path)
        assert np.array_equal(other.weights, before)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_loss_that_is_no_number_is_told(make_learner):
    learner = make_learner(lr=1e38, training={"gradient_clip_value": None})
    with pytest.raises(RunError, match=r"SL608.*update \d"):
        drive(learner, corpus_of(TEXT))


def test_its_size_is_that_of_the_equations(make_learner):
    learner = make_learner()
    v = len(learner.vocabulary)
    assert sum(learner.sizes().values()) == 12 * v + 12 * 12 + 12 * v + 12 + v
