"""Embedder `convnet`: a small convolutional network over pixels."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn

from seqlab import Dropout, Embedded, Embedder, Image, Vocabulary, image_pixels
from seqlab_vision.regions import gathered
from seqlab_vision.settings import ConvNetSettings

_GROUPS = 8
"""Most groups of channels that are normalised together."""


class ConvNet(Embedder):
    """Blocks of a convolution, a normalisation, a rectifier and a maximum; then a linear map.

    Channels are normalised in groups within each image (Wu and He 2018), so that no image depends on the others of its
    batch. To the vector of a region one for its place is added, since a decoder's attention does not know places. The
    vector of the whole image is a linear map of all regions side by side; it stands last, where a decoder begins.
    """

    config: ConvNetSettings

    def __init__(self, config: ConvNetSettings, vocabulary: Vocabulary | None) -> None:
        super().__init__(config, vocabulary)
        self.output_size = config.size
        widths = [3, *(config.channels << number for number in range(config.depth))]
        blocks: list[nn.Module] = []
        for width, wider in pairwise(widths):
            groups = np.gcd(wider, _GROUPS)
            blocks += [
                nn.Conv2d(width, wider, 3, padding=1, bias=False),
                nn.GroupNorm(int(groups), wider),
                nn.ReLU(),
                nn.MaxPool2d(2),
            ]
        self.blocks = nn.Sequential(*blocks)
        regions = config.side**2
        self.whole = nn.Linear(widths[-1] * regions, config.size)
        self.each = nn.Linear(widths[-1], config.size) if config.regions else None
        self.places = nn.Parameter(torch.randn(regions, config.size) * 0.1) if config.regions else None
        self.dropout = Dropout(config.dropout, False)

    def features(self, items: Sequence[Image]) -> Tensor:
        """Pixels `(N, 3, S, S)`, bytes.

        Raises:
            DataError: If an image cannot be opened; see `image_pixels`.
        """
        size = self.config.image_size
        pixels = np.empty((len(items), size, size, 3), dtype=np.uint8)
        for place, image in enumerate(image_pixels(items, size)):
            pixels[place] = image
        return torch.from_numpy(pixels).permute(0, 3, 1, 2).contiguous()  # (N, 3, S, S)

    def forward(self, features: Tensor, index: Tensor, lengths: Tensor) -> Embedded:
        """Vectors of regions and image `(B, R + 1, D)`, or of the image `(B, 1, D)`; see `Embedder.forward`."""
        pixels = features.to(self.whole.weight.dtype) / 127.5 - 1  # (U, 3, S, S), from -1 to 1
        seen = self.blocks(pixels)  # (U, channels, side, side)
        vectors = self.whole(seen.flatten(1)).unsqueeze(1)  # (U, 1, D)
        if self.each is not None and self.places is not None:
            regions = self.each(seen.flatten(2).transpose(1, 2)) + self.places  # (U, R, D)
            vectors = torch.cat([regions, vectors], dim=1)  # (U, R + 1, D)
        return gathered(self.dropout(vectors), index)
