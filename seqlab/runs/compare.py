"""Finished runs side by side: what differs in them, and whether they differ on the same examples. Imports no torch."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seqlab.errors import RunError
from seqlab.evaluation.choice import chosen_metrics
from seqlab.evaluation.scoring import evaluate_split
from seqlab.interfaces.evaluation import Comparison, Predictions
from seqlab.interfaces.metric import Metric
from seqlab.runs.reopened import Reopened

VERSIONS = ("seqlab", "python", "platform", "cores", "libraries", "plugins", "environment")
"""Keys of the manifest that say what a run was made with."""

Difference = tuple[str, tuple[str, ...]]
"""What differs, and its value in each run; `-` where a run has none."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Several runs against the first.

    Args:
        labels: A short name for each run.
        runs: In the order in which they were given.
        pairs: By label, each run minus the first one on the first one's deciding metric, on the same examples.
        apart: By label, why a run cannot be compared with the first.
        settings: Dotted settings of the pipelines that differ.
        data: Files that differ, by the first digits of their sha256.
        versions: What else differs in what they were made with.
    """

    labels: tuple[str, ...]
    runs: tuple[Reopened, ...]
    pairs: Mapping[str, Comparison]
    apart: Mapping[str, str]
    settings: tuple[Difference, ...]
    data: tuple[Difference, ...]
    versions: tuple[Difference, ...]


def compare_runs(runs: Sequence[Reopened]) -> Compared:
    """Compare runs with the first of them.

    Args:
        runs: At least two; one may stand there twice.

    Raises:
        RunError: SL613, SL614 if the files of the first one cannot be read.
    """
    labels = short_labels([run.folder.path for run in runs])
    first = runs[0]
    metric = _deciding_metric(first)
    pairs: dict[str, Comparison] = {}
    apart: dict[str, str] = {}
    for label, run in zip(labels[1:], runs[1:], strict=True):
        reason = why_apart(first, run)
        if reason is None:
            pairs[label] = _pair(first, run, metric)
        else:
            apart[label] = reason
    return Compared(
        labels=labels,
        runs=tuple(runs),
        pairs=pairs,
        apart=apart,
        settings=differences([run.resolved.tree for run in runs]),
        data=_data(runs),
        versions=differences([{key: run.manifest.get(key) for key in VERSIONS} for run in runs]),
    )


def why_apart(first: Reopened, run: Reopened) -> str | None:
    """Why two runs cannot be compared on the same examples; None if they can."""
    mine, its = (each.resolved.pipeline.model.settings.head_settings.target for each in (first, run))
    if mine != its:
        return f"it predicts {its.replace('_', ' ')}, the first run {mine.replace('_', ' ')}"
    split, other = first.evaluation.final_split, run.evaluation.final_split
    if split != other:
        return f"it was scored on {other}, the first run on {split}"
    try:
        theirs = run.predictions.examples
    except RunError as error:
        return error.problems[0].message
    ours = first.predictions.examples
    if len(ours) != len(theirs):
        return f"its {split} has {len(theirs):,} examples, that of the first run {len(ours):,}"
    for one, two in zip(ours, theirs, strict=True):
        if one.id != two.id:
            return f"its {split} has other examples: '{two.id}' where the first run has '{one.id}'"
        if one.target != two.target:
            return f"the gold of example '{one.id}' is another"
    return None


def differences(trees: Sequence[Mapping[str, Any]]) -> tuple[Difference, ...]:
    """The dotted paths whose values are not the same in all trees, in their order."""
    flat = [dict(_flattened(tree)) for tree in trees]
    paths = dict.fromkeys(path for each in flat for path in each)
    rows = [(path, tuple(each.get(path, "-") for each in flat)) for path in paths]
    return tuple((path, values) for path, values in rows if len(set(values)) > 1)


def short_labels(folders: Sequence[Path]) -> tuple[str, ...]:
    """The folders without what they have in common; one that stands there again is numbered."""
    every = [path.absolute() for path in folders]
    common = Path(os.path.commonpath([path.parent for path in every]))
    names = [str(path.relative_to(common)) for path in every]
    return tuple(
        name if names.index(name) == place else f"{name} ({names[: place + 1].count(name)})"
        for place, name in enumerate(names)
    )


def _deciding_metric(run: Reopened) -> Metric:
    part = chosen_metrics(run.resolved.pipeline, run.plugins.registry)[0]
    metric: Metric = run.plugins.registry.build(part)
    return metric


def _pair(first: Reopened, run: Reopened, metric: Metric) -> Comparison:
    """A run minus the first one."""
    mine: Predictions = first.predictions
    split = evaluate_split(
        mine.examples,
        run.predictions.model,
        {"first": mine.model},
        [metric],
        seed=first.resolved.pipeline.seed,
        resamples=first.resolved.pipeline.evaluation.resamples,
    )
    return split.comparison["first"]


def _data(runs: Sequence[Reopened]) -> tuple[Difference, ...]:
    """Files that not all runs read; none where all read the same content, wherever it stood."""
    hashes = [dict(run.manifest.get("data", {})) for run in runs]
    if len({tuple(sorted(each.values())) for each in hashes}) == 1:
        return ()
    return differences([{path: digest[:12] for path, digest in each.items()} for each in hashes])


def _flattened(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _flattened(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        for place, inner in enumerate(value):
            yield from _flattened(inner, f"{path}.{place}")
    elif value is not None:
        yield path, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
