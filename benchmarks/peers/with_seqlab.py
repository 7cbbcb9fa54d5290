"""seqlab as its users run it: `seqlab run PIPELINE`, then the saved model over the test split.

The rate of training is that of the run's own log, without the first pass over train. It counts what an update takes and
the making of batches, not baselines, dev scores and checkpoints; the peers' rates are taken likewise.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seqlab.training.processes import prepare_for_torch, use_threads

prepare_for_torch()

from task import accuracy, tagging

import seqlab
from seqlab import Dataset, Example
from seqlab.config.load import load_pipeline
from seqlab.data.load import load_dataset
from seqlab.plugins import Plugins, load_plugins
from seqlab.runs.saved_model import load_model

COMMAND = (sys.executable, "-m", "seqlab.cli.main")
QUICK = (
    "evaluation.baselines={only: [most_frequent_class]}",
    "evaluation.resamples=100",
    "training.average_last=0",
)
"""What is neither training nor tagging is kept short; a few passes are too few to average over."""


@dataclass(frozen=True)
class Rates:
    """What a run's log says of its training.

    Args:
        later: Words per second from the second pass on.
        whole: Words per second of all of it.
        seconds: Of the second pass and those after.
        passes: Over train.
    """

    later: float
    whole: float
    seconds: float
    passes: int


def train(pipeline: str, folder: Path, overrides: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
    """Run a pipeline in a process of its own.

    Raises:
        subprocess.CalledProcessError: If the run ends in an error, which it has told of.
    """
    words = [*COMMAND, "run", pipeline, *overrides, *QUICK, "--run-dir", str(folder)]
    subprocess.run(words, env=environment, check=True, stdout=subprocess.DEVNULL)


def read_data(folder: Path, plugins: Plugins) -> Dataset:
    """The data of a run, read anew by its pipeline."""
    pipeline = load_pipeline(folder / "pipeline.yaml", plugins, environment={}).pipeline
    head = pipeline.model.settings.head_settings
    return load_dataset(pipeline.data, head, pipeline.seed, plugins.registry.build)


def tags(examples: Sequence[Example]) -> list[tuple[str, ...]]:
    """The right tags of every sentence."""
    return [example.target.items for example in examples]  # type: ignore[union-attr]


def rates(folder: Path, words: int) -> Rates:
    """The rates of a finished run.

    Args:
        folder: Of the run.
        words: Of its train split.

    Raises:
        ValueError: If it has fewer than two passes.
    """
    records = [json.loads(line) for line in (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    ends = [record["seconds"] for record in records if record["event"] == "dev"]
    if len(ends) < 2:
        raise ValueError("a rate needs two passes over train: the first is the warm-up")
    seconds = ends[-1] - ends[0]
    return Rates(words * (len(ends) - 1) / seconds, words * len(ends) / ends[-1], seconds, len(ends))


def main() -> None:
    """Train, tag, print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pipeline")
    parser.add_argument("--name", required=True)
    parser.add_argument("--model", type=Path, required=True, help="the run's folder")
    parser.add_argument("--limit", type=int, required=True, help="sentences of train")
    parser.add_argument("--passes", type=int, required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=13)
    given = parser.parse_args()
    overrides = [
        f"data.limit={given.limit}",
        f"training.epochs={given.passes}",
        f"threads={given.threads}",
        f"seed={given.seed}",
    ]
    train(given.pipeline, given.model, overrides)

    plugins = load_plugins()
    data = read_data(given.model, plugins)
    words = sum(map(len, tags(data.train)))
    measured = rates(given.model, words)
    _, learner = load_model(given.model / "model", plugins)
    use_threads(given.threads)
    assert data.test is not None
    test = data.test
    gold = tags(test)
    rate, found = tagging(
        lambda: test,
        lambda examples: [prediction.tags for prediction in learner.predict(examples)],
        sum(map(len, gold)),
    )
    result: dict[str, Any] = {
        "system": given.name,
        "version": f"seqlab {seqlab.__version__}",
        "training_tokens_per_second": round(measured.later, 1),
        "training_tokens_per_second_with_warm_up": round(measured.whole, 1),
        "tagging_tokens_per_second": round(rate, 1),
        "accuracy": round(accuracy(found, gold), 2),
        "seconds": round(measured.seconds, 2),
        "tokens": words * (measured.passes - 1),
        "sentences": len(data.train) * measured.passes,
        "parameters": sum(learner.sizes().values()),
    }
    print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
