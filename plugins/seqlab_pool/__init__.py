"""Poolers: states -> one vector."""

from __future__ import annotations

from seqlab import Registrar, hookimpl


@hookimpl
def seqlab_register_components(registry: Registrar) -> None:
    """Register the poolers of this plugin."""
