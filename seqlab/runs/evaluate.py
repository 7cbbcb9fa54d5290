"""A saved model and its saved baselines, scored on other files, as the run scored them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from seqlab.config.pipeline import Pipeline
from seqlab.data.checks import check_examples
from seqlab.data.load import file_hashes, read_split
from seqlab.errors import Place, Problem, RunError
from seqlab.evaluation.choice import chosen_baselines, chosen_metrics, chosen_variants
from seqlab.evaluation.metrics_json import as_json
from seqlab.evaluation.scoring import evaluate_split, evaluation
from seqlab.evaluation.slices import KNOWN, UNKNOWN, tagged_words
from seqlab.evaluation.vocabulary import coverage_of
from seqlab.files import write_json_atomically
from seqlab.interfaces.baseline import Baseline
from seqlab.interfaces.context import Context
from seqlab.interfaces.evaluation import Evaluation, Predictions, SliceMembers
from seqlab.interfaces.reader import Reader
from seqlab.interfaces.records import Example, Prediction
from seqlab.interfaces.vocabulary import Vocabulary
from seqlab.plugins import Plugins
from seqlab.runs.find import find_model
from seqlab.runs.folder import RunFolder
from seqlab.runs.predictions import write_predictions
from seqlab.runs.saved_model import load_model
from seqlab.runs.variants import Variants
from seqlab.training.processes import use_threads

Split = Literal["dev", "test"]


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What a saved model was found to be worth on other data.

    Args:
        model: Its folder.
        split: The split that the files were read as.
        files: sha256 of each file, by its path.
        evaluation: The scores, as both splits.
        predictions: What each system said.
        without: Baselines and variants of the pipeline that were not saved with the model.
    """

    model: Path
    split: Split
    files: Mapping[str, str]
    evaluation: Evaluation
    predictions: Predictions
    without: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """As `metrics.json`, with the one split that was scored, the model and the hashes of the files."""
        record = as_json(self.evaluation)
        record |= {split: record["test"] if split == self.split else None for split in ("dev", "test")}
        return record | {"model": str(self.model), "data": dict(self.files)}

    def write(self, folder: Path) -> None:
        """Write `metrics.json` and the predictions.

        Raises:
            RunError: SL602 if the folder cannot be made, SL603 if it holds a run, SL605 if a file cannot be written.
        """
        home = RunFolder(folder)
        if home.is_started:
            raise RunError(
                Problem("SL603", "this folder holds a run", Place(str(folder)),
                        notes=("its own scores stay as they are: choose a new folder with --output",))
            )  # fmt: skip
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RunError(
                Problem("SL602", f"this folder cannot be made: {error.strerror}", Place(str(folder)),
                        notes=("choose another one with --output",))
            ) from error  # fmt: skip
        write_json_atomically(home.metrics, self.as_json())
        write_predictions(self.predictions, home.predictions(self.split))


def evaluate(run: str, files: Sequence[Path], split: Split, limit: int | None, plugins: Plugins) -> Evaluated:
    """Score a saved model on files, beside the baselines that were saved with it.

    The files are read with the reader of the run; metrics, intervals and comparisons are those of the run, too.

    Args:
        run: The run's folder, its `model` folder, or the name of its pipeline.
        files: One after the other.
        split: The split that they are read as: ids begin with it where the data has none.
        limit: Most examples; None for all.
        plugins: The loaded plugins.

    Raises:
        RunError: SL610, SL612 if there is no such model.
        DataError: If a file is missing or broken, or has nothing to compare with.
    """
    home, folder = find_model(run)
    resolved, learner = load_model(home, plugins)
    pipeline, build = resolved.pipeline, plugins.registry.build
    use_threads(int(pipeline.threads or 1))
    data = pipeline.data
    tokenizer = build(data.tokenizer) if data.tokenizer else None
    head = pipeline.model.settings.head_settings
    reader: Reader = build(data.reader)
    examples = read_split(reader, tokenizer, files, split, head, limit)
    check_examples(examples, data.max_length, head.several_labels)
    context: Context = learner.context
    baselines, without = _saved_baselines(folder, pipeline, plugins)
    variants: Mapping[str, Sequence[Prediction]] = {}
    if folder is not None:
        made = Variants(pipeline, plugins.registry, learner, baselines)
        made.load(folder)
        variants = made.predict(examples)
    without += tuple(key for key in chosen_variants(pipeline) if key not in variants)
    predictions = Predictions(
        examples=examples,
        model=list(learner.predict(examples)),
        baselines={key: list(baseline.predict(examples)) for key, baseline in baselines.items()},
        variants=variants,
        slices=_slices(examples, context.vocabularies.inputs.get("main")),
    )
    metrics = [build(part) for part in chosen_metrics(pipeline, plugins.registry)]
    scores = evaluate_split(
        examples,
        predictions.model,
        predictions.baselines,
        metrics,
        seed=context.seed_for("bootstrap"),
        resamples=pipeline.evaluation.resamples,
        variants=predictions.variants,
        slices=predictions.slices,
    )
    if head.target == "next_token" and context.vocabularies.target is not None:
        scores = replace(scores, coverage=coverage_of(context.vocabularies.target, examples))
    return Evaluated(
        model=home,
        split=split,
        files=file_hashes(reader, {split: files}),
        evaluation=evaluation(scores, scores, metrics),
        predictions=predictions,
        without=without,
    )


def _saved_baselines(
    folder: RunFolder | None, pipeline: Pipeline, plugins: Plugins
) -> tuple[dict[str, Baseline], tuple[str, ...]]:
    """The baselines as the run fitted them, and the keys of those that were not saved."""
    found: dict[str, Baseline] = {}
    parts = chosen_baselines(pipeline, plugins.registry)
    for key, part in parts.items():
        if folder is not None and (folder.baselines / key).is_dir():
            found[key] = plugins.registry.build(part)
            found[key].load(folder.baselines / key)
    return found, tuple(key for key in parts if key not in found)


def _slices(examples: Sequence[Example], vocabulary: Vocabulary | None) -> SliceMembers:
    """Which tokens train knows; which of them are ambiguous, a saved model does not know."""
    if vocabulary is None:
        return {}
    known: list[tuple[bool, ...]] = []
    for example in examples:
        words = tagged_words(example)
        if words is None:
            return {}
        known.append(tuple(vocabulary.count(word) > 0 for word in words))
    return {KNOWN: known, UNKNOWN: [tuple(not flag for flag in flags) for flags in known]}
