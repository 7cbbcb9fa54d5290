"""The training loop, over any learner. Read it from top to bottom."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pluggy

from seqlab.config.pipeline import TrainingSection
from seqlab.errors import Problem, RunError
from seqlab.interfaces.learner import Learner, Progress
from seqlab.interfaces.moments import EpochEnd
from seqlab.interfaces.records import Dataset
from seqlab.training.checkpoints import BEST, LAST, Checkpoints, Journal
from seqlab.training.interruption import Interruption


class Interrupted(Exception):
    """Training ended at a safe point because the user asked for it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How training went.

    Args:
        steps: Updates.
        epochs: Complete epochs.
        best_epoch: The epoch whose weights are kept.
        seconds: Time in updates alone, without dev scores, checkpoints, baselines and imports.
        stopped: Why it ended.
    """

    steps: int
    epochs: int
    best_epoch: int
    seconds: float
    stopped: str


def train(
    learner: Learner,
    data: Dataset,
    settings: TrainingSection,
    checkpoints: Checkpoints,
    score: Callable[[Learner], Mapping[str, float]],
    higher_is_better: bool,
    hook: pluggy.HookRelay,
    log: Callable[[Mapping[str, Any]], None],
    journal: Journal | None = None,
    sample: Callable[[Learner, Progress], Mapping[str, Any] | None] = lambda learner, progress: None,
) -> Outcome:
    """Train a learner to the end, and leave it with the weights that are kept: its best or its last ones.

    Args:
        learner: New, or restored together with `journal`.
        data: Train and dev.
        settings: The `training:` section.
        checkpoints: Where to keep `last` and `best`.
        score: Dev scores, the one that decides first.
        higher_is_better: Whether more of that is better.
        hook: Plugins are told of the moments of training.
        log: Takes one record for each logged step and each dev score.
        journal: What the loop remembered at the checkpoint; None for a new run.
        sample: What else is logged when dev was scored: a text of a language model. None for nothing.

    Raises:
        Interrupted: At the safe point after Ctrl-C or SIGTERM, when the checkpoint is written.
        RunError: SL607 if an epoch never ends, so that nothing was scored.
    """
    journal = journal or Journal()
    epoch_seconds = 0.0
    with Interruption() as interruption:
        updates = learner.fit(data.train, data.dev)
        while journal.stopped is None:
            start = time.perf_counter()
            progress = next(updates, None)
            elapsed = time.perf_counter() - start
            if progress is None:
                journal.stopped = "all epochs done"
                break
            journal.step, journal.epoch = progress.step, progress.epoch
            journal.seconds += elapsed
            epoch_seconds += elapsed
            _add_loss(journal, progress)
            if progress.step % settings.log_steps == 0:
                log(_logged_step(journal, progress))

            out_of_steps = settings.max_steps is not None and progress.step >= settings.max_steps
            out_of_time = settings.max_minutes is not None and journal.seconds >= 60 * settings.max_minutes
            asked = None if progress.epoch_ended else hook.seqlab_should_stop(progress=progress)
            if progress.epoch_ended or out_of_steps or out_of_time or asked:
                scores = score(learner)
                primary = next(iter(scores.values()))
                better = _is_better(primary, journal.best, higher_is_better)
                learner.observe(scores, better)
                if better:
                    journal.best, journal.best_epoch, journal.waited = primary, progress.epoch, 0
                else:
                    journal.waited += 1
                speed = journal.loss_count[1] / epoch_seconds if epoch_seconds else 0.0
                log(_logged_epoch(journal, progress, scores))
                if (text := sample(learner, progress)) is not None:
                    log(_logged_sample(journal, progress, text))
                hook.seqlab_epoch_end(moment=EpochEnd(progress, scores, better, journal.seconds, speed))
                journal.loss_sum[1], journal.loss_count[1], epoch_seconds = 0.0, 0, 0.0
                if out_of_steps:
                    journal.stopped = f"max_steps ({settings.max_steps})"
                elif out_of_time:
                    journal.stopped = f"max_minutes ({settings.max_minutes:g})"
                elif settings.patience is not None and journal.waited >= settings.patience:
                    journal.stopped = f"no better dev score for {journal.waited} epochs"
                else:
                    journal.stopped = asked or hook.seqlab_should_stop(progress=progress)
                if better:
                    _save(checkpoints, BEST, learner, journal, hook)
                _save(checkpoints, LAST, learner, journal, hook)
            else:
                due = settings.checkpoint_steps is not None and progress.step % settings.checkpoint_steps == 0
                if due or interruption.requested:
                    _save(checkpoints, LAST, learner, journal, hook)
            if interruption.requested:
                raise Interrupted
    best = settings.keep == "best"
    if journal.best is None or checkpoints.restore(BEST if best else LAST, learner) is None:
        raise RunError(Problem("SL607", f"training ended ({journal.stopped}) before dev was scored once",
                               notes=("let at least one epoch end",)))  # fmt: skip
    kept = journal.best_epoch if best else journal.epoch
    return Outcome(journal.step, journal.epoch, kept, journal.seconds, journal.stopped)


def _is_better(score: float, best: float | None, higher_is_better: bool) -> bool:
    """Any score is better than none, and any number better than what is not a number."""
    if best is None or math.isnan(best):
        return best is None or not math.isnan(score)
    return score > best if higher_is_better else score < best


def _add_loss(journal: Journal, progress: Progress) -> None:
    for since in (0, 1):  # the last logged step, the last epoch
        journal.loss_sum[since] += progress.loss * progress.targets
        journal.loss_count[since] += progress.targets


def _logged_step(journal: Journal, progress: Progress) -> Mapping[str, Any]:
    loss = journal.loss_sum[0] / max(journal.loss_count[0], 1)
    journal.loss_sum[0], journal.loss_count[0] = 0.0, 0
    journal.log_lines += 1
    return {"event": "step", "step": progress.step, "epoch": progress.epoch, "share": round(progress.share, 6),
            "train_loss": loss, **progress.values}  # fmt: skip


def _logged_epoch(journal: Journal, progress: Progress, scores: Mapping[str, float]) -> Mapping[str, Any]:
    journal.log_lines += 1
    return {"event": "dev", "step": progress.step, "epoch": progress.epoch,
            "train_loss": journal.loss_sum[1] / max(journal.loss_count[1], 1), "scores": dict(scores),
            "seconds": round(journal.seconds, 3)}  # fmt: skip


def _logged_sample(journal: Journal, progress: Progress, text: Mapping[str, Any]) -> Mapping[str, Any]:
    journal.log_lines += 1
    return {"event": "sample", "step": progress.step, "epoch": progress.epoch, **text}


def _save(checkpoints: Checkpoints, name: str, learner: Learner, journal: Journal, hook: pluggy.HookRelay) -> None:
    path = checkpoints.save(name, learner.training_state(), journal)
    if path is not None:
        hook.seqlab_checkpoint_saved(path=path)
