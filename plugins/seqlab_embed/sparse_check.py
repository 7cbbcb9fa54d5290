"""Whether the optimizer can update only the rows of a table that a batch read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from seqlab import Pipeline, Problem


def check_sparse_rows(pipeline: Pipeline) -> Sequence[Problem]:
    """What is wrong with `sparse: true` beside the optimizer of a pipeline.

    An optimizer whose settings do not say `changes_every_row` is believed to know what it does.

    Args:
        pipeline: One that is valid in itself.
    """
    inputs: Mapping[str, Any] = getattr(pipeline.model.settings, "input_parts", dict)()
    sparse = [part for of in inputs.values() for part in of.embedder if getattr(part.settings, "sparse", False)]
    optimizer = pipeline.training.optimizer
    setting = getattr(optimizer.settings, "changes_every_row", None)
    if not sparse or setting is None:
        return ()
    return [
        Problem("SL312", f"'{setting}' of optimizer '{optimizer.type}' changes every row of a table, but embedder "
                f"'{sparse[0].type}' has 'sparse: true'", notes=(f"write {setting}: 0, or sparse: false",))
    ]  # fmt: skip
