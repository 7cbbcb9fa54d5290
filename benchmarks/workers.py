"""Updates of an ensemble: in one process with one thread or several, and with a process for each share of its networks.

    [SEQLAB_DATA=folder/of/datasets] python benchmarks/workers.py [PIPELINE] [--networks 4] [--processes 2] [--updates 10]

Nothing else should run. All see the same batches, and learn the same bits or nearly so.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from seqlab.training.processes import prepare_for_torch, use_threads

prepare_for_torch()

from pairs import measure

from seqlab.config.load import load_pipeline
from seqlab.config.pipeline import Pipeline
from seqlab.data.load import load_dataset
from seqlab.data.vocabulary import fit_vocabularies
from seqlab.interfaces.context import Context
from seqlab.interfaces.learner import Progress
from seqlab.interfaces.records import Dataset
from seqlab.plugins import Plugins, load_plugins
from seqlab.training.network_learner import NetworkLearner

PIPELINES = Path(__file__).resolve().parent.parent / "pipelines"


def main() -> None:
    """Print medians and paired ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pipeline", nargs="?", default="sst2", help="one of pipelines/")
    parser.add_argument("--networks", type=int, default=4)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--updates", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    plugins = load_plugins()
    path = PIPELINES / f"{given.pipeline}.yaml"
    pipeline = load_pipeline(path, plugins, [f"model.ensemble={given.networks}"]).pipeline
    head = pipeline.model.settings.head_settings
    data = load_dataset(pipeline.data, head, pipeline.seed, plugins.registry.build)
    systems: dict[str, Callable[[], object]] = {}
    for processes, threads in ((1, 1), (1, given.processes), (given.processes, 1)):
        updates = _updates(pipeline, data, plugins, processes)
        systems[f"processes {processes}, threads {threads}"] = lambda updates=updates, threads=threads: _take(
            updates, threads, given.updates
        )
    print(f"{given.pipeline}, {given.networks} networks, {given.updates} updates")
    measure(systems, given.rounds)


def _updates(pipeline: Pipeline, data: Dataset, plugins: Plugins, processes: int) -> Iterator[Progress]:
    """The updates of a new learner, which are made when they are asked for."""
    head = pipeline.model.settings.head_settings
    vocabularies = fit_vocabularies(data.train, head)
    context = Context(vocabularies, pipeline.seed, processes, pipeline.training, plugins.registry.build, head)
    learner = plugins.registry.build(pipeline.model, context)
    assert isinstance(learner, NetworkLearner)
    return iter(learner.fit(data.train, data.dev))


def _take(updates: Iterator[Progress], threads: int, count: int) -> None:
    use_threads(threads)
    for _ in islice(updates, count):
        pass


if __name__ == "__main__":
    main()
