"""A study: the product of settings and seeds, one run folder each, resumable, with one table."""

from __future__ import annotations

import itertools
import json
import re
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

from seqlab.config.load import load_pipeline
from seqlab.config.pipeline import Pipeline
from seqlab.errors import Place, Problem, RunError
from seqlab.evaluation.choice import chosen_metrics
from seqlab.evaluation.metrics_json import coverage_from_json
from seqlab.evaluation.seeds import compare_variants
from seqlab.evaluation.vocabulary import coverage_sentence
from seqlab.files import write_json_atomically
from seqlab.interfaces.metric import Metric
from seqlab.plugins import Plugins
from seqlab.runs.execute import Request, execute
from seqlab.runs.folder import RUNS, RunFolder, new_folder

STUDY = "study.json"


@dataclass(frozen=True, slots=True)
class Member:
    """One run of a study.

    Args:
        values: Dotted setting -> its value in this run.
        seed: Its seed.
    """

    values: Mapping[str, Any]
    seed: int

    @property
    def variant(self) -> str:
        """Its settings in words; the same for all seeds."""
        return ", ".join(f"{path}={_word(value)}" for path, value in self.values.items()) or "the pipeline as it is"

    @property
    def folder(self) -> str:
        """Name of its run folder."""
        parts = [f"{path.rpartition('.')[2]}-{_word(value)}" for path, value in self.values.items()]
        return re.sub(r"[^\w.=-]+", "_", "-".join([*parts, f"seed-{self.seed}"]))

    def overrides(self) -> list[str]:
        """Its settings as command-line overrides; JSON is YAML."""
        return [*(f"{path}={json.dumps(value)}" for path, value in self.values.items()), f"seed={self.seed}"]


Finished: TypeAlias = tuple[Member, Mapping[str, Any], Mapping[str, Any], tuple[float, ...]]
"""A run that has ended: what it was, its `metrics.json`, its `manifest.json`, its gradient by lag as in `Row`."""


@dataclass(frozen=True, slots=True)
class Row:
    """One variant over its seeds.

    Args:
        variant: Its settings in words.
        seeds: How many runs it has.
        mean: Mean of the primary metric.
        deviation: Standard deviation over seeds (n - 1); None for one seed.
        low: Smallest value.
        high: Largest value.
        seconds: Mean training seconds.
        floor: The strongest baseline's key.
        floor_score: Its score.
        below_floor: Whether the mean fails to beat that.
        primary: The metric.
        percent: Whether it is a rate.
        scores: The primary metric of each run.
        higher_is_better: Whether more of it is better.
        vocabulary: What must stand beside the scores of a language model, in words; empty for other tasks.
        gradient: Norm of the gradient by lag over that at lag 0, the median over seeds of the medians of `seqlab diagnose`;
            empty where the pipeline has no `diagnose:` or the encoder no state.
    """

    variant: str
    seeds: int
    mean: float
    deviation: float | None
    low: float
    high: float
    seconds: float
    floor: str | None
    floor_score: float | None
    below_floor: bool
    primary: str
    percent: bool
    scores: tuple[float, ...] = ()
    higher_is_better: bool = True
    vocabulary: str = ""
    gradient: tuple[float, ...] = ()


def members(pipeline: Pipeline, seeds: int | None = None) -> list[Member]:
    """The runs of a study, in the order in which they are run.

    Args:
        pipeline: With a `study:` section, or without one where `seeds` is given.
        seeds: How many seeds to run, from the pipeline's own on; None for those of the section.
    """
    study = pipeline.study
    numbers = study.seeds if study is not None and study.seeds and seeds is None else (pipeline.seed,)
    if seeds is not None:
        numbers = tuple(range(pipeline.seed, pipeline.seed + seeds))
    vary = dict(study.vary) if study is not None else {}
    return [
        Member(dict(zip(vary, values, strict=True)), seed)
        for values in itertools.product(*vary.values())
        for seed in numbers
    ]


def choose_study_folder(request: Request) -> Path:
    """The folder that was asked for, the newest unfinished study of the pipeline, or a new one.

    Raises:
        RunError: SL609 if there is none to resume.
    """
    if request.folder is not None:
        return request.folder
    name = request.resolved.pipeline.name
    parent = RUNS / name
    if not request.resume:
        return new_folder(name, prefix="study-").path
    found = sorted(parent.glob("study-*"), reverse=True)
    unfinished = [path for path in found if not _is_finished(path)]
    if not unfinished:
        raise RunError(
            Problem("SL609", f"there is no unfinished study of '{name}' to resume", place=Place(str(parent)),
                    notes=("name its folder with --run-dir, or leave out --resume",))
        )  # fmt: skip
    return unfinished[0]


def _is_finished(folder: Path) -> bool:
    path = folder / STUDY
    return path.is_file() and json.loads(path.read_text(encoding="utf-8"))["missing"] == 0


def run_study(
    request: Request,
    source: str | Path,
    overrides: Sequence[str],
    plugins: Plugins,
    folder: Path,
    seeds: int | None = None,
    announce: Callable[[Member, int, int], None] = lambda member, number, total: None,
) -> list[Row]:
    """Run what is not finished yet, and write `study.json` after every run.

    Args:
        request: As for one run; its pipeline names the study.
        source: The pipeline's file or name, loaded again for every member.
        overrides: Those of the command line.
        plugins: The plugins.
        folder: Folder of the study.
        seeds: As in `members`.
        announce: Told of each run before it begins: the member, its number from 1, how many there are.
    """
    every = members(request.resolved.pipeline, seeds)
    without_study = [] if request.resolved.pipeline.study is None else ["~study"]
    deciding: Metric = plugins.registry.build(chosen_metrics(request.resolved.pipeline, plugins.registry)[0])
    finished: list[Finished] = []
    rows: list[Row] = []
    for number, member in enumerate(every, 1):
        announce(member, number, len(every))
        home = RunFolder(folder / member.folder)
        resolved = load_pipeline(source, plugins, [*overrides, *member.overrides(), *without_study])
        if not home.is_finished:
            execute(
                Request(resolved, home.path, home.is_started, False, request.command, request.write_report), plugins
            )
        metrics = json.loads(home.metrics.read_text(encoding="utf-8"))
        finished.append((member, metrics, home.read_manifest(), _gradient(home)))
        rows = _table(finished, deciding)
        record = _record(request.resolved.pipeline.name, finished, rows, missing=len(every) - number)
        write_json_atomically(folder / STUDY, record)
    return rows


def _table(finished: Sequence[Finished], deciding: Metric) -> list[Row]:
    """One row for each variant: its score over seeds beside the strongest baseline."""
    rows = []
    for variant, group in itertools.groupby(finished, key=lambda run: run[0].variant):
        runs = list(group)
        primary = runs[0][1]["primary"]
        scores = [_final(metrics)["model"][primary] for _, metrics, _, _ in runs]
        floors = {
            key: statistics.mean(_final(metrics)["baselines"][key][primary] for _, metrics, _, _ in runs)
            for key in _final(runs[0][1])["baselines"]
        }
        floor = (max if deciding.higher_is_better else min)(floors, key=floors.__getitem__) if floors else None
        mean = statistics.fmean(scores)
        floor_score = floors[floor] if floor else None
        coverage = coverage_from_json(_final(runs[0][1]))
        beaten = floor_score is None or (mean > floor_score if deciding.higher_is_better else mean < floor_score)
        rows.append(
            Row(
                variant=variant,
                seeds=len(runs),
                mean=mean,
                deviation=statistics.stdev(scores) if len(scores) > 1 else None,
                low=min(scores),
                high=max(scores),
                seconds=statistics.fmean(manifest["training"]["seconds"] for _, _, manifest, _ in runs),
                floor=floor,
                floor_score=floor_score,
                below_floor=not beaten,
                primary=primary,
                percent=deciding.is_rate,
                scores=tuple(scores),
                higher_is_better=deciding.higher_is_better,
                vocabulary="" if coverage is None else coverage_sentence(coverage),
                gradient=tuple(map(statistics.median, zip(*(gradient for *_, gradient in runs), strict=False))),
            )
        )
    return rows


def _record(name: str, finished: Sequence[Finished], rows: Sequence[Row], missing: int) -> dict[str, Any]:
    return {
        "schema": 1,
        "name": name,
        "primary": finished[0][1]["primary"],
        "runs": [
            {
                "values": dict(member.values),
                "seed": member.seed,
                "folder": member.folder,
                "seconds": manifest["training"]["seconds"],
                "scores": _final(metrics)["model"],
            }
            for member, metrics, manifest, _ in finished
        ],
        "missing": missing,
        "table": [asdict(row) for row in rows],
        "comparisons": [
            asdict(each)
            for each in compare_variants({row.variant: row.scores for row in rows}, rows[0].higher_is_better)
        ],
    }


def _final(metrics: Mapping[str, Any]) -> Mapping[str, Any]:
    """The split that decides: test, or dev where there is no test."""
    final: Mapping[str, Any] = metrics["dev"] if metrics["test"] is None else metrics["test"]
    return final


def _gradient(home: RunFolder) -> tuple[float, ...]:
    """The gradient by lag over that at lag 0; empty where nobody has looked."""
    diagnosis = home.read_diagnosis()
    flow = None if diagnosis is None else diagnosis.flow
    return () if flow is None or not flow.median[0] else tuple(each / flow.median[0] for each in flow.median)


def _word(value: Any) -> str:
    """A value in words; of a component its type and what else is given, by which variants of one type differ."""
    if isinstance(value, Mapping):
        given = ", ".join(f"{name}={_word(each)}" for name, each in value.items() if name != "type")
        name = str(value.get("type", "mapping"))
        return f"{name}({given})" if given else name
    return value if isinstance(value, str) else json.dumps(value)
