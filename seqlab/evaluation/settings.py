"""Settings of the core's metrics and of its baseline. Neither torch nor numpy is imported here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from seqlab.interfaces.settings import BaselineSettings, MetricSettings, TargetKind


@dataclass(frozen=True)
class ClassMetricSettings(MetricSettings):
    """A metric that compares predicted classes with gold ones; it has no settings."""

    targets: ClassVar[tuple[TargetKind, ...]] = ("tags", "labels")


@dataclass(frozen=True)
class NumberMetricSettings(MetricSettings):
    """A metric that compares predicted numbers with gold ones; it has no settings."""

    targets: ClassVar[tuple[TargetKind, ...]] = ("number",)


@dataclass(frozen=True)
class MeanSettings(BaselineSettings):
    """The floor of every task with numbers; it has no settings."""

    targets: ClassVar[tuple[TargetKind, ...]] = ("number",)


@dataclass(frozen=True)
class MostFrequentClassSettings(BaselineSettings):
    """The floor of every task with classes; it has no settings."""

    targets: ClassVar[tuple[TargetKind, ...]] = ("tags", "labels")
