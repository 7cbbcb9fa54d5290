"""What the hooks of a run are told: one record for each moment that has something to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from seqlab.interfaces.diagnosis import Diagnosis
from seqlab.interfaces.evaluation import Coverage, Evaluation, Predictions, Scores
from seqlab.interfaces.learner import Progress


@dataclass(frozen=True, slots=True)
class RunStart:
    """A run begins.

    Args:
        name: Name of the pipeline.
        folder: The run's folder; None for a dry run, which writes nothing.
        seed: The pipeline's seed.
        threads: How many threads torch uses.
        resumed: Whether it goes on from a checkpoint.
    """

    name: str
    folder: Path | None
    seed: int
    threads: int
    resumed: bool


@dataclass(frozen=True, slots=True)
class Floor:
    """The baselines are fitted and scored on dev.

    Args:
        primary: Name of the metric that decides.
        percent: Names of the metrics that are rates.
        scores: By baseline key.
        seconds: How long fitting and scoring each took.
        coverage: What the vocabulary of a language model can tell of dev; None for other tasks.
    """

    primary: str
    percent: frozenset[str]
    scores: Mapping[str, Scores]
    seconds: Mapping[str, float]
    coverage: Coverage | None = None


@dataclass(frozen=True, slots=True)
class EpochEnd:
    """An epoch has ended and dev is scored.

    Args:
        progress: Where training is.
        scores: Scores on dev.
        best: Whether they are the best so far.
        seconds: Training seconds so far, without baselines and imports.
        targets_per_second: Training speed of the epoch.
    """

    progress: Progress
    scores: Mapping[str, float]
    best: bool
    seconds: float
    targets_per_second: float


@dataclass(frozen=True, slots=True)
class ReportData:
    """All that a report may show.

    Args:
        folder: The run's folder.
        name: Name of the pipeline.
        evaluation: All scores.
        predictions: What each system said on the final split.
        log: The lines of `log.jsonl`.
        manifest: The content of `manifest.json`.
        pipeline: The text of the resolved pipeline with the provenance of each value.
        diagnosis: What became of the gradients in the model; None where nobody has looked.
    """

    folder: Path
    name: str
    evaluation: Evaluation
    predictions: Predictions
    log: Sequence[Mapping[str, Any]]
    manifest: Mapping[str, Any]
    pipeline: str
    diagnosis: Diagnosis | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the report.

    Args:
        title: Its heading.
        html: Its body; safe HTML without scripts and without anything from the network.
        order: Where it stands: verdict 0, metrics 10, learning 20, errors 30, settings 80, environment 90.
    """

    title: str
    html: str
    order: int = field(default=50)
