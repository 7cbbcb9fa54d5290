"""For tests of plugins: the laws that each kind of component keeps, tiny data, and the command line in this process.

Names are loaded when they are first asked for: importing this package imports neither torch nor numpy.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

_HOME = {
    "Answer": "command_line",
    "BrokenLaws": "laws",
    "Conformance": "laws",
    "Failure": "laws",
    "NotCheckedError": "laws",
    "check_baseline": "baseline",
    "check_component": "components",
    "check_decoder": "decoder",
    "check_embedder": "embedder",
    "check_encoder": "encoder",
    "check_head": "head",
    "check_metric": "metric",
    "check_output": "output",
    "check_pooler": "pooler",
    "check_reader": "reader",
    "invoke": "command_line",
}

__all__ = sorted(_HOME)

if TYPE_CHECKING:
    from seqlab.testing.baseline import check_baseline as check_baseline
    from seqlab.testing.command_line import Answer as Answer
    from seqlab.testing.command_line import invoke as invoke
    from seqlab.testing.components import check_component as check_component
    from seqlab.testing.decoder import check_decoder as check_decoder
    from seqlab.testing.embedder import check_embedder as check_embedder
    from seqlab.testing.encoder import check_encoder as check_encoder
    from seqlab.testing.head import check_head as check_head
    from seqlab.testing.laws import BrokenLaws as BrokenLaws
    from seqlab.testing.laws import Conformance as Conformance
    from seqlab.testing.laws import Failure as Failure
    from seqlab.testing.laws import NotCheckedError as NotCheckedError
    from seqlab.testing.metric import check_metric as check_metric
    from seqlab.testing.output import check_output as check_output
    from seqlab.testing.pooler import check_pooler as check_pooler
    from seqlab.testing.reader import check_reader as check_reader


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'seqlab.testing' has no attribute '{name}'")
    value = getattr(importlib.import_module(f"seqlab.testing.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
