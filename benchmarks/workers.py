"""Updates of an ensemble: in one process with one thread or several, and with a process for each share of its networks.

    [SEQLAB_DATA=folder/of/datasets] python benchmarks/workers.py [PIPELINE] [--networks 4] [--processes 2] [--updates 10]

Nothing else should run. All see the same batches, and learn the same bits or nearly so.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator

from seqlab.training.processes import prepare_for_torch, use_threads

prepare_for_torch()

from pairs import measure

from seqlab.config.load import load_pipeline
from seqlab.data.load import load_dataset
from seqlab.data.vocabulary import fit_vocabularies
from seqlab.interfaces.learner import Progress
from seqlab.plugins import load_plugins
from seqlab.runs.saved_model import build_learner


def main() -> None:
    """Print medians and paired ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pipeline", nargs="?", default="sst2", help="YAML file or name")
    parser.add_argument("--networks", type=int, default=4)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--updates", type=int, default=10, help="of a round")
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    systems: dict[str, Callable[[], object]] = {}
    for processes, threads in ((1, 1), (1, given.processes), (given.processes, 1)):
        updates = _updates(given.pipeline, given.networks, processes)
        systems[f"processes {processes}, threads {threads}"] = lambda updates=updates, threads=threads: _take(
            updates, threads, given.updates
        )
    print(f"{given.pipeline}, {given.networks} networks, {given.updates} updates")
    measure(systems, given.rounds)


def _updates(pipeline: str, networks: int, processes: int) -> Iterator[Progress]:
    """The updates of a new learner, which are made when they are asked for."""
    plugins = load_plugins()
    resolved = load_pipeline(pipeline, plugins, [f"model.ensemble={networks}", f"threads={processes}"])
    head = resolved.pipeline.model.settings.head_settings
    data = load_dataset(resolved.pipeline.data, head, resolved.pipeline.seed, plugins.registry.build)
    learner = build_learner(resolved, plugins, fit_vocabularies(data.train, head))
    return iter(learner.fit(data.train, data.dev))


def _take(updates: Iterator[Progress], threads: int, count: int) -> None:
    use_threads(threads)
    for _ in range(count):
        next(updates)


if __name__ == "__main__":
    main()
