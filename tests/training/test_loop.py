"""The loop over any learner: when it scores, what it keeps, when it stops, how it goes on."""

import signal
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from seqlab.config.pipeline import TrainingSection
from seqlab.errors import RunError
from seqlab.hookspecs import hookimpl
from seqlab.interfaces.learner import Learner, Progress, TrainingState
from seqlab.interfaces.records import Dataset
from seqlab.plugins import Plugins
from seqlab.training import loop
from seqlab.training.checkpoints import LAST, Checkpoints
from seqlab.training.loop import Interrupted, Outcome

STEPS = 4
"""Updates of an epoch."""


class Counter(Learner):
    """Its weights are the number of its updates, its loss is 1 / that number, each on 10 targets."""

    def __init__(self, epochs: int = 3, interrupted_at: int = -1) -> None:
        self.step = 0
        self.epochs = epochs
        self.interrupted_at = interrupted_at
        self.heard: list[tuple[dict[str, float], bool]] = []

    def fit(self, train, dev):
        while self.step < self.epochs * STEPS:
            self.step += 1
            if self.step == self.interrupted_at:
                signal.raise_signal(signal.SIGINT)
            ended = self.step % STEPS == 0
            yield Progress(self.step, self.step // STEPS, 0.5, 1 / self.step, 10, ended, {"rate": 2.0})

    def observe(self, scores, improved):
        self.heard.append((dict(scores), improved))

    def training_state(self):
        return TrainingState({"step": np.array([self.step])}, {"heard": len(self.heard)})

    def restore(self, state):
        self.step = int(state.arrays["step"][0])

    def sizes(self):
        return {}

    predict = save = load = None


@dataclass
class Listener:
    """Keeps what the hooks of training say, and stops where it is told to."""

    stop_at: int = -1
    epochs: list[object] = field(default_factory=list)
    saved: list[str] = field(default_factory=list)

    @hookimpl
    def seqlab_epoch_end(self, moment):
        self.epochs.append(moment)

    @hookimpl
    def seqlab_checkpoint_saved(self, path: Path):
        self.saved.append(path.stem)

    @hookimpl
    def seqlab_should_stop(self, progress):
        return "enough" if progress.step == self.stop_at else None


@dataclass
class Training:
    """One training and all that can be seen of it."""

    folder: Path | None = None
    scores: tuple[float, ...] = (0.1, 0.2, 0.3)
    higher_is_better: bool = True
    learner: Counter = field(default_factory=Counter)
    listener: Listener = field(default_factory=Listener)
    log: list[dict] = field(default_factory=list)

    def run(self, resume: bool = False, **settings) -> Outcome:
        plugins = Plugins()
        plugins.register(self.listener, "listener")
        checkpoints = Checkpoints(self.folder)
        journal = checkpoints.restore(LAST, self.learner) if resume else None
        if journal is not None:
            del self.log[journal.log_lines :]
        return loop.train(
            self.learner,
            Dataset((), (), None),
            TrainingSection(**{"log_steps": 2, **settings}),
            checkpoints,
            score=lambda learner: {"accuracy": self.scores[(learner.step - 1) // STEPS], "other": 0.0},
            higher_is_better=self.higher_is_better,
            hook=plugins.hook,
            log=lambda record: self.log.append(dict(record)),
            journal=journal,
        )


def without_clock(log: list[dict]) -> list[dict]:
    return [{key: value for key, value in record.items() if key != "seconds"} for record in log]


@pytest.mark.parametrize("higher, scores, best", [
    (True, (0.1, 0.3, 0.2), 2),
    (False, (0.1, 0.3, 0.2), 1),
    (False, (0.3, 0.2, 0.1), 3),
    (True, (0.2, 0.2, 0.2), 1),
    (True, (float("nan"), 0.1, 0.05), 2),
    (False, (float("nan"), 0.1, 0.2), 2),
    (True, (0.1, float("nan"), 0.05), 1),
])  # fmt: skip
@pytest.mark.parametrize("on_disk", [False, True])
def test_the_best_weights_are_kept_and_stand_at_the_end(tmp_path, on_disk, higher, scores, best):
    training = Training(tmp_path / "c" if on_disk else None, scores, higher)
    outcome = training.run()
    assert (outcome.steps, outcome.epochs, outcome.best_epoch) == (3 * STEPS, 3, best)
    assert outcome.stopped == "all epochs done"
    assert training.learner.step == best * STEPS


@pytest.mark.parametrize("on_disk", [False, True])
def test_the_last_weights_can_be_kept_whatever_dev_says(tmp_path, on_disk):
    training = Training(tmp_path / "c" if on_disk else None, (0.1, 0.3, 0.2))
    outcome = training.run(keep="last")
    assert (outcome.steps, outcome.epochs, outcome.best_epoch) == (3 * STEPS, 3, 3)
    assert training.learner.step == 3 * STEPS
    assert [improved for _, improved in training.learner.heard] == [True, True, False]
    stopped = Training(None, (0.5, 0.1, 0.1, 0.9), learner=Counter(epochs=4))
    assert stopped.run(keep="last", patience=2).best_epoch == stopped.learner.step / STEPS == 3


def test_patience_counts_epochs_since_the_best():
    training = Training(scores=(0.1, 0.5, 0.4, 0.5, 0.9), learner=Counter(epochs=5))
    outcome = training.run(patience=2)
    assert (outcome.epochs, outcome.best_epoch) == (4, 2)
    assert outcome.stopped == "no better dev score for 2 epochs"


def test_patience_ends_though_no_score_is_a_number():
    training = Training(scores=(float("nan"),) * 5, learner=Counter(epochs=5))
    assert training.run(patience=2).epochs == 3


def test_a_better_score_renews_patience():
    training = Training(scores=(0.1, 0.0, 0.2, 0.1, 0.3), learner=Counter(epochs=5))
    assert training.run(patience=2).stopped == "all epochs done"


@pytest.mark.parametrize("steps, epochs", [(1, 0), (4, 1), (6, 1)])
def test_max_steps_ends_training_at_that_update_and_scores_it(steps, epochs):
    training = Training()
    outcome = training.run(max_steps=steps)
    assert (outcome.steps, outcome.epochs, outcome.stopped) == (steps, epochs, f"max_steps ({steps})")
    assert training.learner.step == steps
    assert training.log[-1]["event"] == "dev"
    assert training.log[-1]["step"] == steps


def test_max_minutes_counts_time_in_updates_alone(monkeypatch):
    """Each update takes 30 seconds and each dev score a day."""
    now = [0.0]

    def clock() -> float:
        return now[0]

    class Slow(Counter):
        def fit(self, train, dev):
            for progress in super().fit(train, dev):
                now[0] += 30
                yield progress

        def observe(self, scores, improved):
            now[0] += 86_400

    monkeypatch.setattr(loop, "time", SimpleNamespace(perf_counter=clock))
    training = Training(learner=Slow())
    outcome = training.run(max_minutes=3.5)
    assert (outcome.steps, outcome.seconds) == (7, 210)
    assert outcome.stopped == "max_minutes (3.5)"
    assert [moment.seconds for moment in training.listener.epochs] == [120, 210]
    assert [moment.targets_per_second for moment in training.listener.epochs] == pytest.approx([10 / 30] * 2)


def test_a_plugin_may_stop_training_in_mid_epoch_and_dev_is_scored_there():
    training = Training(listener=Listener(stop_at=6))
    outcome = training.run()
    assert (outcome.steps, outcome.stopped) == (6, "enough")
    assert [scores["accuracy"] for scores, _ in training.learner.heard] == [0.1, 0.2]
    assert training.learner.step == 6  # the second score is the better one


def test_a_plugin_may_stop_training_at_the_end_of_an_epoch():
    outcome = Training(listener=Listener(stop_at=2 * STEPS)).run()
    assert (outcome.steps, outcome.stopped, outcome.best_epoch) == (2 * STEPS, "enough", 2)


def test_training_that_ends_before_a_dev_score_is_an_error():
    with pytest.raises(RunError) as caught:
        Training(learner=Counter(epochs=0)).run()
    assert caught.value.problems[0].code == "SL607"
    assert "all epochs done" in caught.value.problems[0].message


def test_learner_and_plugins_hear_the_scores_and_whether_they_are_the_best():
    training = Training(scores=(0.2, 0.1, 0.3))
    training.run()
    assert [(scores["accuracy"], improved) for scores, improved in training.learner.heard] == [
        (0.2, True), (0.1, False), (0.3, True),
    ]  # fmt: skip
    assert [(moment.scores["accuracy"], moment.best) for moment in training.listener.epochs] == [
        (0.2, True), (0.1, False), (0.3, True),
    ]  # fmt: skip


def test_losses_are_means_since_the_last_logged_step_and_over_the_epoch():
    training = Training()
    training.run()
    steps = [record for record in training.log if record["event"] == "step"]
    epochs = [record for record in training.log if record["event"] == "dev"]
    assert [record["step"] for record in steps] == [2, 4, 6, 8, 10, 12]
    assert [record["train_loss"] for record in steps] == pytest.approx(
        [(1 / n + 1 / (n - 1)) / 2 for n in (2, 4, 6, 8, 10, 12)]
    )
    assert [record["train_loss"] for record in epochs] == pytest.approx(
        [sum(1 / n for n in range(start + 1, start + STEPS + 1)) / STEPS for start in (0, 4, 8)]
    )
    assert all(record["rate"] == 2.0 for record in steps)
    assert epochs[1]["scores"] == {"accuracy": 0.2, "other": 0.0}


def test_checkpoints_are_written_when_they_are_due(tmp_path):
    training = Training(tmp_path, scores=(0.2, 0.1, 0.3))
    training.run(checkpoint_steps=3)
    # updates:                                3       4 (best)        6       8       9       12 (best)
    assert training.listener.saved == ["last", "best", "last", "last", "last", "last", "best", "last"]


@pytest.mark.parametrize("step", range(1, 3 * STEPS + 1))
def test_an_interrupted_training_goes_on_as_if_nothing_had_happened(tmp_path, step):
    whole = Training(tmp_path / "whole", scores=(0.1, 0.3, 0.2))
    expected = whole.run()

    first = Training(tmp_path / "cut", scores=whole.scores, learner=Counter(interrupted_at=step))
    with pytest.raises(Interrupted):
        first.run()
    assert Checkpoints(tmp_path / "cut").load(LAST)[1].step == step

    second = Training(tmp_path / "cut", scores=whole.scores, log=first.log)
    outcome = second.run(resume=True)
    assert (outcome.steps, outcome.best_epoch, outcome.stopped) == (
        expected.steps,
        expected.best_epoch,
        expected.stopped,
    )
    assert second.learner.step == whole.learner.step
    assert without_clock(second.log) == without_clock(whole.log)


def test_a_training_that_was_cut_goes_on_from_the_last_checkpoint(tmp_path):
    """Killed at update 7, after the checkpoint of update 6: the log beyond it is written again."""
    whole = Training(tmp_path / "whole")
    whole.run(checkpoint_steps=3, log_steps=1)

    class Killed(Counter):
        def fit(self, train, dev):
            for progress in super().fit(train, dev):
                yield progress
                if progress.step == 7:
                    raise MemoryError

    first = Training(tmp_path / "cut", learner=Killed())
    with pytest.raises(MemoryError):
        first.run(checkpoint_steps=3, log_steps=1)
    second = Training(tmp_path / "cut", log=first.log)
    second.run(resume=True, checkpoint_steps=3, log_steps=1)
    assert without_clock(second.log) == without_clock(whole.log)


def test_patience_and_seconds_are_remembered(tmp_path):
    scores = (0.3, 0.2, 0.1, 0.0)
    first = Training(tmp_path, scores, learner=Counter(epochs=4, interrupted_at=2 * STEPS + 1))
    with pytest.raises(Interrupted):
        first.run(patience=2)
    journal = Checkpoints(tmp_path).load(LAST)[1]
    assert (journal.waited, journal.best, journal.best_epoch) == (1, 0.3, 1)
    second = Training(tmp_path, scores, learner=Counter(epochs=4))
    outcome = second.run(resume=True, patience=2)
    assert (outcome.epochs, outcome.best_epoch) == (3, 1)
    assert outcome.seconds > journal.seconds > 0


def test_a_finished_training_is_not_trained_again(tmp_path):
    Training(tmp_path).run(max_steps=6)
    again = Training(tmp_path)
    outcome = again.run(resume=True, max_steps=6)
    assert (outcome.steps, outcome.stopped) == (6, "max_steps (6)")
    assert again.log == []


def test_signals_are_handled_as_before_when_training_has_ended():
    before = signal.getsignal(signal.SIGINT)
    Training().run()
    assert signal.getsignal(signal.SIGINT) is before
