"""Poolers: states -> one vector."""

from __future__ import annotations

from seqlab import Registrar, hookimpl


@hookimpl
def seqlab_register_components(registry: Registrar) -> None:
    """Register the poolers of this plugin."""
    registry.pooler(
        "last",
        "seqlab_pool.ends:LastPooler",
        summary="the final state; of two directions, the last of the forward and the first of the backward one",
    )
    registry.pooler(
        "first",
        "seqlab_pool.ends:FirstPooler",
        summary="the state at the first position; for encoders that have read all there, so not for causal ones",
    )
    registry.pooler("mean", "seqlab_pool.over_time:MeanPooler", summary="the mean of the real states")
    registry.pooler(
        "max", "seqlab_pool.over_time:MaxPooler", summary="the largest value of each element over the real states"
    )
    registry.pooler(
        "mean_max",
        "seqlab_pool.over_time:MeanMaxPooler",
        summary="mean and largest value side by side: a vector twice as wide as the states",
    )
    registry.pooler(
        "attention",
        "seqlab_pool.attention:AttentionPooler",
        config="seqlab_pool.settings:AttentionSettings",
        summary="a weighted mean of the states, whose weights are learnt",
    )
