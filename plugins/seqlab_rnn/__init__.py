"""Recurrent encoders."""

from __future__ import annotations

from seqlab import Registrar, hookimpl


@hookimpl
def seqlab_register_components(registry: Registrar) -> None:
    """Register the encoders of this plugin."""
    registry.encoder(
        "lstm",
        "seqlab_rnn.lstm:LSTMEncoder",
        config="seqlab_rnn.settings:LSTMSettings",
        summary="long short-term memory, stacked, one or two directions",
    )
    registry.encoder(
        "gru",
        "seqlab_rnn.gru:GRUEncoder",
        config="seqlab_rnn.settings:GRUSettings",
        summary="gated recurrent units, stacked, one or two directions",
    )
    registry.encoder(
        "rnn",
        "seqlab_rnn.rnn:RNNEncoder",
        config="seqlab_rnn.settings:RNNSettings",
        summary="the simple recurrent network (tanh or relu; IRNN), stacked, one or two directions",
    )
