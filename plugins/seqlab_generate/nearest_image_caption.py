"""Baseline `nearest_image_caption`: a caption of the image that looks most alike."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from seqlab import Baseline, Context, Example, Image, Prediction, TokensPrediction, image_pixels
from seqlab_generate.pairs import Items, targets_of
from seqlab_generate.settings import NearestImageCaptionSettings

_CAPTIONS, _PIXELS = "captions.json", "pixels.npy"
_CHUNK = 500
"""Images that are looked up at a time."""


class NearestImageCaption(Baseline):
    """The first caption of the image of train whose shrunk pixels are the nearest, by the square of their differences."""

    config: NearestImageCaptionSettings

    def __init__(self, config: NearestImageCaptionSettings) -> None:
        super().__init__(config)
        self._captions: list[Items] = []
        self._pixels = np.empty((0, 0), dtype=np.uint8)  # (N, 3 size^2)

    def fit(self, train: Sequence[Example], dev: Sequence[Example], context: Context) -> None:
        """Shrink the images of train, and keep the first caption of each."""
        self._captions = [targets_of(example)[0] for example in train]
        self._pixels = self._shrunk(train)

    def predict(self, examples: Sequence[Example]) -> Iterator[Prediction]:
        """A caption of the nearest image; of equally near ones, the first."""
        if not self._captions:
            raise RuntimeError("nearest_image_caption is neither fitted nor loaded")
        known = self._pixels.astype(np.float32)
        squares = np.square(known).sum(axis=1)  # (N,)
        for start in range(0, len(examples), _CHUNK):
            asked = self._shrunk(examples[start : start + _CHUNK]).astype(np.float32)
            for place in np.argmin(squares - 2 * asked @ known.T, axis=1):  # (n, N), up to what does not hang on N
                yield TokensPrediction(self._captions[place])

    def save(self, folder: Path) -> None:
        """Write captions as JSON and pixels as an array."""
        text = json.dumps(self._captions, ensure_ascii=False, indent=0)
        (folder / _CAPTIONS).write_text(text + "\n", encoding="utf-8")
        np.save(folder / _PIXELS, self._pixels, allow_pickle=False)

    def load(self, folder: Path) -> None:
        """Read what `save` wrote."""
        self._captions = [tuple(each) for each in json.loads((folder / _CAPTIONS).read_text(encoding="utf-8"))]
        self._pixels = np.load(folder / _PIXELS, allow_pickle=False)

    def _shrunk(self, examples: Sequence[Example]) -> NDArray[np.uint8]:
        """`(n, 3 size^2)`."""
        images = [_image_of(example) for example in examples]
        return np.array([pixels.ravel() for pixels in image_pixels(images, self.config.size)], dtype=np.uint8)


def _image_of(example: Example) -> Image:
    image = next((value for value in example.inputs.values() if isinstance(value, Image)), None)
    if image is None:
        raise TypeError(f"{example.place}: the example has no image")
    return image
