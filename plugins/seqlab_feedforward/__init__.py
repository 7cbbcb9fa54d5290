"""Encoders without recurrence."""

from __future__ import annotations

from seqlab import Registrar, hookimpl


@hookimpl
def seqlab_register_components(registry: Registrar) -> None:
    """Register the encoders of this plugin."""
    registry.encoder(
        "window",
        "seqlab_feedforward.window:WindowEncoder",
        config="seqlab_feedforward.settings:WindowSettings",
        summary="each state from a fixed window of inputs: the feed-forward language model",
    )
    registry.encoder(
        "cnn",
        "seqlab_feedforward.cnn:CNNEncoder",
        config="seqlab_feedforward.settings:CNNSettings",
        summary="stacked convolutions over time, causal or looking both ways",
    )
    registry.encoder(
        "identity",
        "seqlab_feedforward.identity:IdentityEncoder",
        config="seqlab_feedforward.settings:IdentitySettings",
        summary="the embedded inputs themselves: what a model does without an encoder",
    )
