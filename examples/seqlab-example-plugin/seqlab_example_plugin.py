"""An encoder of exponential moving averages."""

from seqlab import Registrar, hookimpl


@hookimpl
def seqlab_register_components(registry: Registrar) -> None:
    """Register the encoder by where it is, so that torch is imported only when one is built."""
    registry.encoder(
        "ema",
        "seqlab_example_plugin_model:EMAEncoder",
        config="seqlab_example_plugin_settings:EMASettings",
        summary="exponential moving averages with a learned decay for each channel",
    )
