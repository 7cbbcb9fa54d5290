"""Regression: a number for a whole sequence."""

from __future__ import annotations

from seqlab import Registrar, hookimpl


@hookimpl
def seqlab_register_components(registry: Registrar) -> None:
    """Register the head; its metrics and its floor are the core's."""
    registry.head(
        "regressor",
        "seqlab_regress.head:Regressor",
        config="seqlab_regress.settings:RegressorSettings",
        summary="one number for each sequence, by a linear map and squared error",
    )
