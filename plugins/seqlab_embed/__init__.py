"""Embedders: tokens -> vectors."""

from __future__ import annotations

from seqlab import Registrar, hookimpl


@hookimpl
def seqlab_register_components(registry: Registrar) -> None:
    """Register the embedders of this plugin."""
    registry.embedder(
        "word",
        "seqlab_embed.word:WordEmbedder",
        config="seqlab_embed.settings:WordSettings",
        summary="one trained vector for each frequent token",
    )
