"""How language models are trained, through the loop: a stream, a dev loss of which less is better, large rates, clipping."""

import math
import signal

import numpy as np
import pytest
import torch

from seqlab.interfaces.records import Dataset, Example, Tokens
from seqlab.plugins import Plugins
from seqlab.training import loop
from seqlab.training.checkpoints import LAST, Checkpoints

CLASSIC = ("training.optimizer={type: sgd, lr: 20}", "training.gradient_clip_norm=0.25", "training.batch_size=1")
AWD = (
    "model.embedder={type: word, size: 6, dropout: 0.2, variational: true, embedding_dropout: 0.1}",
    "model.encoder={type: lstm, hidden_size: 6, num_layers: 2, dropout: 0.2, variational: true, weight_drop: 0.3, "
    "activation_penalty: 2, temporal_penalty: 1}",
    "training.vary_window=true",
    "training.window_length=12",
    "training.average_after=1",
)
WIDE = ("model.embedder.size=24", "model.encoder.hidden_size=24")
RISING = (3.0, 2.0, 2.5, 1.0, 2.2, 2.1, 0.9, 3.0)


@pytest.fixture(scope="session")
def counting() -> list[Example]:
    """Words that count up, from eleven to nought again, and now and then jump."""
    random, examples = np.random.default_rng(13), []
    for number in range(40):
        words = [int(random.integers(12))]
        for jumps in random.random(11) < 0.1:
            words.append(int(random.integers(12)) if jumps else (words[-1] + 1) % 12)
        tokens = Tokens(tuple(f"w{word}" for word in words))
        examples.append(Example(f"s{number}", f"train.conllu:{number + 1}", {"main": tokens}))
    return examples


def dev_loss(learner, dev) -> float:
    """Nats per token."""
    log_probs = [each for prediction in learner.predict(dev) for each in prediction.log_probs]
    return -float(np.mean(log_probs))


class Trained:
    """One training and what can be seen of it.

    Args:
        learner: Of a language model.
        train: Its examples, dev at once.
        losses: Dev losses that are told instead of those that are measured.
        folder: Of checkpoints.
        resume: Go on from the last of them.
    """

    def __init__(self, learner, train, losses=None, folder=None, resume=False) -> None:
        self.learner = learner
        self.rates: list[list[float]] = []
        self.norms: list[float] = []
        self.losses: list[float] = []
        self._watch()
        checkpoints = Checkpoints(folder)

        def score(learner):
            self.losses.append(losses[learner.epoch - 1] if losses else dev_loss(learner, train))
            return {"nats_per_token": self.losses[-1]}

        self.outcome = loop.train(
            learner,
            Dataset(train, train, None),
            learner.settings,
            checkpoints,
            score=score,
            higher_is_better=False,
            hook=Plugins().hook,
            log=lambda record: None,
            journal=checkpoints.restore(LAST, learner) if resume else None,
        )

    def _watch(self) -> None:
        """The learning rates of each epoch, and the norm of each gradient that an update takes."""
        learner, step = self.learner, self.learner.members[0].optimizer.step

        def watched():
            while len(self.rates) <= learner.epoch:
                self.rates.append([])
            self.rates[learner.epoch].append(learner.members[0].optimizer.param_groups[0]["lr"])
            gradients = [p.grad.flatten() for p in learner.parameters.values() if p.grad is not None]
            self.norms.append(float(torch.cat(gradients).double().norm()))
            step()

        learner.members[0].optimizer.step = watched


@pytest.mark.parametrize(
    "patience, falls", [(0, [0, 0, 0, 1, 1, 2, 3, 3]), (1, [0, 0, 0, 0, 0, 0, 1, 1]), (2, [0] * 8)]
)
def test_plateau_lets_the_rate_fall_when_the_dev_loss_of_a_stream_does_not(make_learner, train, patience, falls):
    schedule = f"training.schedule={{type: plateau, factor: 0.25, patience: {patience}}}"
    learner = make_learner(*CLASSIC, schedule, "training.epochs=8", pipeline="language_model")
    trained = Trained(learner, train, RISING)
    assert [set(rates) for rates in trained.rates] == [{20 * 0.25**n} for n in falls]
    assert trained.outcome.best_epoch == 7


def test_plateau_and_varied_windows_multiply(make_learner, train):
    schedule = "training.schedule={type: plateau, factor: 0.5, patience: 0}"
    more = ("training.vary_window=true", "training.window_length=20", "training.epochs=4")
    trained = Trained(make_learner(*CLASSIC, schedule, *more, pipeline="language_model"), train, (3.0, 4.0, 5.0, 6.0))
    for falls, rates in zip((0, 0, 1, 2), trained.rates, strict=True):
        lengths = np.array(rates) / (20 * 0.5**falls) * 20
        np.testing.assert_allclose(lengths, lengths.round(), atol=1e-9)
        assert round(sum(lengths)) == sum(len(example.target) + 1 for example in train)


@pytest.mark.parametrize("limit", [0.02, 0.1])
def test_every_gradient_of_a_stream_is_clipped(make_learner, train, limit):
    more = (*CLASSIC, f"training.gradient_clip_norm={limit}")
    trained = Trained(make_learner(*more, pipeline="language_model"), train)
    assert max(trained.norms) <= limit * (1 + 1e-5)
    assert sum(norm > limit * 0.999 for norm in trained.norms) > len(trained.norms) / 4


@pytest.mark.parametrize("rate", [20, 30])
def test_the_classic_recipe_stays_finite_and_learns(make_learner, counting, rate):
    """SGD without momentum, a rate of 20 to 30, gradients clipped at 0.25 (Merity et al. 2018, section 5)."""
    settings = (*CLASSIC, *WIDE, f"training.optimizer.lr={rate}", "training.epochs=8", "training.batch_size=4")
    learner = make_learner(*settings, pipeline="language_model")
    before = dev_loss(learner, counting)
    assert before == pytest.approx(math.log(13), rel=0.05)  # twelve words and </s>, about as likely
    trained = Trained(learner, counting)
    assert all(map(math.isfinite, trained.losses))
    assert min(trained.losses) < before - 0.7


def test_the_mean_of_weights_that_a_large_rate_throws_about_is_better_than_the_last(make_learner, counting):
    settings = (*CLASSIC, *WIDE, "training.epochs=8", "training.average_after=1")
    learner = make_learner(*settings, pipeline="language_model")
    trained = Trained(learner, counting, losses=(2.0, 2.1, 2.2, 2.3, 2.4, 2.5, 2.6, 1.9))  # the last is the best
    assert learner.average.updates == 5 * len(trained.rates[0])
    averaged = dev_loss(learner, counting)
    learner.average.updates = 0
    assert averaged < dev_loss(learner, counting) - 0.01


def test_awd_lstm_stays_finite_and_learns(make_learner, counting):
    settings = (*CLASSIC, *AWD, *WIDE, "training.epochs=8")
    learner = make_learner(*settings, pipeline="language_model")
    before = dev_loss(learner, counting)
    trained = Trained(learner, counting)
    assert all(map(math.isfinite, trained.losses))
    assert min(trained.losses) < before - 0.7


@pytest.mark.parametrize("cut", [1, 40, 80, 100])
def test_awd_lstm_that_is_interrupted_goes_on_to_the_same_bits(make_learner, train, tmp_path, cut):
    """Interrupted twice before the stall and twice after it, in mid-epoch."""
    settings = (*CLASSIC, *AWD, "training.epochs=6")
    losses = (3.0, 2.0, 2.5, 2.1, 1.9, 1.8)

    class Interrupts:
        """The signal comes while an update runs."""

        def __init__(self, learner) -> None:
            self.run, self.learner = learner.members[0].optimizer.step, learner

        def __call__(self):
            if self.learner.step == cut:
                signal.raise_signal(signal.SIGINT)
            self.run()

    whole = make_learner(*settings, pipeline="language_model")
    expected = Trained(whole, train, losses, tmp_path / "whole")
    first, second = (make_learner(*settings, pipeline="language_model") for _ in range(2))
    first.members[0].optimizer.step = Interrupts(first)
    with pytest.raises(loop.Interrupted):
        Trained(first, train, losses, tmp_path / "cut")
    assert (first.average.updates > 0) == (cut > 50)
    resumed = Trained(second, train, losses, tmp_path / "cut", resume=True)
    assert resumed.outcome.best_epoch == expected.outcome.best_epoch == 6
    assert whole.average.updates > 0
    one, other = whole.training_state(), second.training_state()
    assert one.values == other.values
    assert [name for name in one.arrays if one.arrays[name].tobytes() != other.arrays[name].tobytes()] == []
