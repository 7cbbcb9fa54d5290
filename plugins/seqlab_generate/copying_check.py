"""Whether the input has tokens that can stand in place of <unk>."""

from __future__ import annotations

from collections.abc import Sequence

from seqlab import Pipeline, Problem


def check_copying(pipeline: Pipeline) -> Sequence[Problem]:
    """What is wrong with `copy_unknown: true` beside the reader of a pipeline.

    Args:
        pipeline: One that is valid in itself.
    """
    reader = pipeline.data.reader
    kind = getattr(reader.settings, "inputs", {"main": "tokens"}).get("main")
    head = getattr(pipeline.model.settings, "head", None)
    if not getattr(getattr(head, "settings", None), "copy_unknown", False) or kind in ("tokens", "text", None):
        return ()
    return [
        Problem("SL331", f"'copy_unknown: true' copies tokens of the input, but reader '{reader.type}' gives {kind}",
                notes=("remove it",))
    ]  # fmt: skip
