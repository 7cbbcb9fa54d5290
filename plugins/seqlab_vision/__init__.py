"""Images: embedders that turn pictures into vectors of regions, or into one vector."""

from __future__ import annotations

from seqlab import Registrar, hookimpl


@hookimpl
def seqlab_register_components(registry: Registrar) -> None:
    """Register the embedders; their modules are imported when one is used."""
    registry.embedder(
        "convnet",
        "seqlab_vision.convnet:ConvNet",
        config="seqlab_vision.settings:ConvNetSettings",
        summary="an image's regions, or its vector, by a small trained convolutional network",
    )
    registry.embedder(
        "pretrained_convnet",
        "seqlab_vision.pretrained_convnet:PretrainedConvNet",
        config="seqlab_vision.settings:PretrainedConvNetSettings",
        summary="an image's regions, or its vector, by EfficientNet-Lite0 as it was trained on ImageNet",
    )
    registry.control(
        "shuffled_images",
        "seqlab_vision.shuffled_images:ShuffledImages",
        summary="every image in the place of another: what is left was said without looking",
    )
