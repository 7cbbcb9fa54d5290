"""The variants of a study: the product of what `study.vary` holds, checked before the first of them runs."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace

from seqlab.config.merge import WrongPathError, set_value
from seqlab.config.nodes import Entry, MappingNode, Node, SequenceNode, plain
from seqlab.config.resolved import ResolvedPipeline
from seqlab.errors import Problem

MOST_CHECKED = 64
"""Of a larger study only so many variants are checked ahead."""


def check_variants(
    resolved: ResolvedPipeline, check: Callable[[MappingNode, list[Problem]], None]
) -> Iterator[Problem]:
    """What is wrong in the variants of a pipeline's study; each problem once.

    Args:
        resolved: The pipeline.
        check: Validates one variant's tree and notes what is wrong.
    """
    study = resolved.source.get("study")
    vary = study.get("vary") if isinstance(study, MappingNode) else None
    if not isinstance(vary, MappingNode):
        return
    empty = [entry for entry in vary if isinstance(entry.value, SequenceNode) and not entry.value.items]
    varied = [entry for entry in vary if entry not in empty]
    for entry in empty:
        yield Problem("SL318", f"'{entry.key}' of 'vary' has no values, so that there is nothing to run", entry.place)
    told: set[tuple[str, str]] = set()
    for chosen in itertools.islice(itertools.product(*(_choices(entry) for entry in varied)), MOST_CHECKED):
        tree: Node = resolved.source.without("study")
        problems: list[Problem] = []
        for entry, value in chosen:
            try:
                tree = set_value(tree, [(key, entry.place) for key in entry.key.split(".")], value)
            except WrongPathError as error:
                problems.append(Problem("SL317", f"'{entry.key}' cannot be varied: {error}", entry.place, error.hint))
        assert isinstance(tree, MappingNode)
        check(tree, problems)
        variant = ", ".join(f"{entry.key}={plain(value)}" for entry, value in chosen)
        for problem in problems:
            if (problem.code, problem.message) not in told:
                told.add((problem.code, problem.message))
                yield replace(problem, notes=(*problem.notes, f"in the variant: {variant}"))


def _choices(entry: Entry) -> list[tuple[Entry, Node]]:
    values = entry.value.items if isinstance(entry.value, SequenceNode) else (entry.value,)
    return [(entry, value) for value in values]
