"""Which metrics, baselines and controls a pipeline is scored with: its own, those of its head, and the one that stays."""

from __future__ import annotations

from collections.abc import Mapping

from seqlab.config.pipeline import Pipeline
from seqlab.interfaces.settings import HeadSettings, Part, TargetKind, can_read
from seqlab.registry import Registry

ALWAYS: Mapping[TargetKind, str] = {"tags": "most_frequent_class", "labels": "most_frequent_class", "number": "mean"}
"""The floor of every task with classes, and of numbers; no pipeline can remove it."""


def chosen_metrics(pipeline: Pipeline, registry: Registry) -> tuple[Part, ...]:
    """The pipeline's metrics, else those of the head; the first decides."""
    return pipeline.evaluation.metrics or _parts("metric", _head(pipeline).default_metrics, registry)


def chosen_baselines(pipeline: Pipeline, registry: Registry) -> Mapping[str, Part]:
    """The baselines by key, the floor that always stands first.

    Those of the head that cannot read what the data gives are left out.
    """
    head, choice = _head(pipeline), pipeline.evaluation.baselines
    given = pipeline.data.reader.settings.inputs
    default = _parts("baseline", head.default_baselines, registry)
    usual = (part for part in default if can_read(part.settings, given))
    own = choice.only if choice.only is not None else (*usual, *choice.add)
    always = _parts("baseline", (ALWAYS[head.target],), registry) if head.target in ALWAYS else ()
    return {part.key: part for part in (*always, *own)}


def chosen_controls(pipeline: Pipeline, registry: Registry) -> Mapping[str, Part]:
    """The controls by key: those of the head, then the pipeline's."""
    own = _parts("control", _head(pipeline).default_controls, registry)
    return {part.key: part for part in (*own, *pipeline.evaluation.controls)}


def chosen_variants(pipeline: Pipeline) -> Mapping[str, Part]:
    """The pipeline's variants by key."""
    return {part.key: part for part in pipeline.evaluation.variants}


def _head(pipeline: Pipeline) -> HeadSettings:
    settings: HeadSettings = pipeline.model.settings.head_settings
    return settings


def _parts(kind: str, names: tuple[str, ...], registry: Registry) -> tuple[Part, ...]:
    return tuple(registry.part(kind, name) for name in names)
