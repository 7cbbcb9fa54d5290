"""Encoders without recurrence."""

from __future__ import annotations

from seqlab import Registrar, hookimpl


@hookimpl
def seqlab_register_components(registry: Registrar) -> None:
    """Register the encoders of this plugin."""
