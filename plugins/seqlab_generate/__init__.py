"""Generation from an input: sequence to sequence."""

from __future__ import annotations

from seqlab import Registrar, hookimpl


@hookimpl
def seqlab_register_components(registry: Registrar) -> None:
    """Register the decoder; its module is imported when it is used."""
    registry.decoder(
        "rnn_decoder",
        "seqlab_generate.rnn_decoder:RNNDecoder",
        config="seqlab_generate.settings:RNNDecoderSettings",
        summary="recurrent layers over the tokens so far, with attention over the encoder's states",
    )
