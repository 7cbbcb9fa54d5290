"""Embedder `pretrained_convnet`: what EfficientNet-Lite0 sees, and a linear map of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from seqlab import Dropout, Embedded, Embedder, Image, Vocabulary, image_bytes, image_pixels
from seqlab_vision.efficientnet import FEATURES, EfficientNetLite0, load_efficientnet
from seqlab_vision.feature_cache import FeatureCache, Features
from seqlab_vision.regions import gathered
from seqlab_vision.settings import PretrainedConvNetSettings


class PretrainedConvNet(Embedder):
    """Vectors of a frozen network, in half precision, by a trained linear map and a vector for the place of each region.

    The vector of the whole image is the mean of its regions by a map of its own; it stands last, where a decoder begins.

    The frozen network is no part of the model: neither trained nor saved with it, and loaded only where an image is not
    in the cache yet.

    Raises:
        PluginError: SL504 if the package with its weights is not installed, when an image must go through it.
    """

    config: PretrainedConvNetSettings

    def __init__(self, config: PretrainedConvNetSettings, vocabulary: Vocabulary | None) -> None:
        super().__init__(config, vocabulary)
        self.output_size = config.size
        self.whole = nn.Linear(FEATURES, config.size)
        self.each = nn.Linear(FEATURES, config.size) if config.regions else None
        self.places = nn.Parameter(torch.randn(config.side**2, config.size) * 0.1) if config.regions else None
        self.dropout = Dropout(config.dropout, False)

    def features(self, items: Sequence[Image]) -> Tensor:
        """What the frozen network sees: `(N, R, 1280)`, or `(N, 1, 1280)` for the whole image, half precision.

        Raises:
            DataError: If an image cannot be opened; see `image_pixels`.
            PluginError: SL504 if the package with the weights is not installed.
        """
        settings = self.config
        network: list[EfficientNetLite0] = []

        def compute(numbers: Sequence[int]) -> Features:
            if not network:
                network.append(load_efficientnet())
            pixels = np.stack(list(image_pixels([items[number] for number in numbers], settings.image_size)))
            inputs = (
                torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 127.5 - 1
            )  # (n, 3, S, S); mean = deviation = 0.5
            seen = network[0](inputs).flatten(2).transpose(1, 2)  # (n, R, 1280)
            kept = seen if settings.regions else seen.mean(dim=1, keepdim=True)
            return kept.half().numpy()

        cache = FeatureCache(f"efficientnet-lite0-{settings.image_size}-{'regions' if settings.regions else 'whole'}")
        regions = settings.side**2 if settings.regions else 1
        found = torch.empty(len(items), regions, FEATURES, dtype=torch.float16)
        for numbers, rows in cache.features(image_bytes(items), compute):
            found[list(numbers)] = torch.from_numpy(rows)
        return found

    def forward(self, features: Tensor, index: Tensor, lengths: Tensor) -> Embedded:
        """Vectors of regions and image `(B, R + 1, D)`, or of the image `(B, 1, D)`; see `Embedder.forward`."""
        seen = self.dropout(features.to(self.whole.weight.dtype))  # (U, R, 1280)
        vectors = self.whole(seen.mean(dim=1, keepdim=True))  # (U, 1, D)
        if self.each is not None and self.places is not None:
            vectors = torch.cat([self.each(seen) + self.places, vectors], dim=1)  # (U, R + 1, D)
        return gathered(vectors, index)
