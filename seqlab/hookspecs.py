"""Every hook: when it is called, what it gets, what its answer means.

A plugin is a module with functions marked `@hookimpl`; it may take fewer arguments than a hook has. Components are
registered in one hook (`seqlab_register_components`); the others are moments of a run. None is called inside a
training step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    import click

    from seqlab.errors import Problem
    from seqlab.interfaces.evaluation import Evaluation
    from seqlab.interfaces.learner import Learner, Progress
    from seqlab.interfaces.moments import EpochEnd, Floor, ReportData, RunStart, Section
    from seqlab.interfaces.records import Dataset
    from seqlab.registry import Registrar

PROJECT = "seqlab"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def seqlab_register_components(registry: Registrar) -> None:
    """Called once, when the plugin is loaded: register readers, encoders, heads and so on.

    Nothing heavy may be imported here: give targets as `"module:Class"`.
    """


@hookspec
def seqlab_register_commands(cli: click.Group) -> None:
    """Called when the command line starts: add verbs to the `seqlab` command."""


@hookspec
def seqlab_register_pipelines() -> Sequence[Path]:  # type: ignore[empty-body]
    """Called when a pipeline is looked up by name: answer with the YAML files that the plugin ships."""


@hookspec
def seqlab_check_config(pipeline: Any) -> Sequence[Problem]:  # type: ignore[empty-body]
    """Called when a pipeline is valid in itself, before any data is read: answer with what does not fit together.

    Args:
        pipeline: A `seqlab.Pipeline`.
    """


@hookspec
def seqlab_environment() -> Mapping[str, str]:  # type: ignore[empty-body]
    """Called when a manifest is written: versions and settings that results may depend on."""


@hookspec
def seqlab_run_start(run: RunStart) -> None:
    """Called when the run's folder exists and nothing has been read yet."""


@hookspec
def seqlab_data_ready(data: Dataset) -> None:
    """Called when the data is read and checked."""


@hookspec
def seqlab_floor_ready(floor: Floor) -> None:
    """Called when the baselines are fitted and scored on dev, before the model is built."""


@hookspec
def seqlab_model_built(learner: Learner) -> None:
    """Called when the model is built, before its first update."""


@hookspec
def seqlab_log(record: Mapping[str, Any]) -> None:
    """Called for every line of `log.jsonl`."""


@hookspec
def seqlab_epoch_end(moment: EpochEnd) -> None:
    """Called at the end of every epoch, when dev is scored."""


@hookspec(firstresult=True)
def seqlab_should_stop(progress: Progress) -> str | None:
    """Called at every safe point: answer with a reason to end training here, or None to go on."""


@hookspec
def seqlab_checkpoint_saved(path: Path) -> None:
    """Called when a checkpoint is on disk under its final name."""


@hookspec
def seqlab_evaluate_end(evaluation: Evaluation) -> None:
    """Called when the weights that are kept are scored and compared with every baseline."""


@hookspec
def seqlab_report_sections(report: ReportData) -> Sequence[Section]:  # type: ignore[empty-body]
    """Called when a report is written: answer with sections to add."""


@hookspec
def seqlab_run_end(run: RunStart, evaluation: Evaluation | None) -> None:
    """Called last, after the report; `evaluation` is None for a dry run."""


@hookspec(firstresult=True)
def seqlab_explain_error(error: BaseException) -> str | None:
    """Called when a run ends in an error that is not a user's mistake: answer with a next step, or None."""
