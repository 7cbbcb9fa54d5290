"""A run that has ended, opened again by its folder or by the name of its pipeline. Imports no torch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from seqlab.config.load import load_pipeline
from seqlab.config.resolved import ResolvedPipeline
from seqlab.errors import Place, Problem, RunError
from seqlab.evaluation.metrics_json import from_json
from seqlab.interfaces.diagnosis import Diagnosis
from seqlab.interfaces.evaluation import Evaluation, Predictions
from seqlab.interfaces.moments import ReportData
from seqlab.plugins import Plugins
from seqlab.runs.find import find_folder, is_model, is_run, unfinished
from seqlab.runs.folder import RunFolder
from seqlab.runs.predictions import read_predictions
from seqlab.runs.study import STUDY, Row


@dataclass(frozen=True)
class Reopened:
    """A finished run.

    Args:
        folder: Its folder.
        shown: What the user called it.
        plugins: The loaded plugins.
    """

    folder: RunFolder
    shown: str
    plugins: Plugins

    @cached_property
    def resolved(self) -> ResolvedPipeline:
        """Its pipeline."""
        return load_pipeline(self.folder.pipeline, self.plugins, environment={})

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """What its result may depend on."""
        manifest: Mapping[str, Any] = _read_json(self.folder.manifest)
        return manifest

    @cached_property
    def evaluation(self) -> Evaluation:
        """Its scores.

        Raises:
            RunError: SL614 if `metrics.json` cannot be read.
        """
        record = _read_json(self.folder.metrics)
        try:
            return from_json(record)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise _unreadable(self.folder.metrics, f"{type(error).__name__}: {error}") from error

    @cached_property
    def predictions(self) -> Predictions:
        """What each system said on its final split.

        Raises:
            RunError: SL613 if they cannot be read.
        """
        target = self.resolved.pipeline.model.settings.head_settings.target
        return read_predictions(self.folder.predictions(self.evaluation.final_split), target)

    @cached_property
    def diagnosis(self) -> Diagnosis | None:
        """What `seqlab diagnose` found; None where nobody has looked.

        Raises:
            RunError: SL614 if `diagnosis.json` cannot be read.
        """
        try:
            return self.folder.read_diagnosis()
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise _unreadable(self.folder.diagnosis, f"{type(error).__name__}: {error}") from error

    def report_data(self) -> ReportData:
        """All that the report of the run was made from."""
        return ReportData(
            folder=self.folder.path,
            name=self.resolved.pipeline.name,
            evaluation=self.evaluation,
            predictions=self.predictions,
            log=self.folder.log_lines(),
            manifest=self.manifest,
            pipeline=self.folder.pipeline.read_text(encoding="utf-8"),
            diagnosis=self.diagnosis,
        )


def reopen(run: str, plugins: Plugins) -> Reopened:
    """Open a finished run.

    Args:
        run: Its folder, its `model` folder, or the name of a pipeline: its newest finished run under `runs/`.
        plugins: The loaded plugins.

    Raises:
        RunError: SL612 if there is none, or it has not ended.
    """
    folder = find_folder(run)
    if not is_run(folder):
        raise RunError(
            Problem("SL612", "this is no run, but a model by itself" if is_model(folder) else "this is no run",
                    Place(str(folder)), notes=("name the folder of a run, which holds metrics.json",))
        )  # fmt: skip
    opened = RunFolder(folder)
    if not opened.is_finished:
        raise unfinished(opened)
    return Reopened(opened, run, plugins)


def read_study(folder: Path) -> tuple[list[Row], int]:
    """The table of a study, and how many of its runs have not ended.

    Raises:
        RunError: SL614 if `study.json` cannot be read.
    """
    record = _read_json(folder / STUDY)
    try:
        curves = ("scores", "gradient")
        return [
            Row(**{**row, **{name: tuple(row.get(name, ())) for name in curves}}) for row in record["table"]
        ], record["missing"]
    except (KeyError, TypeError, AttributeError) as error:
        raise _unreadable(folder / STUDY, f"{type(error).__name__}: {error}") from error


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _unreadable(path, error.strerror or "" if isinstance(error, OSError) else str(error)) from error


def _unreadable(path: Path, reason: str) -> RunError:
    return RunError(
        Problem("SL614", f"this file of a run cannot be read: {reason}", Place(str(path)),
                notes=("was it changed by hand, or written by another version of seqlab?",))
    )  # fmt: skip
