"""Settings of the embedders of images. Imports neither torch nor numpy, since `seqlab validate` reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from annotated_types import Ge, Le, Lt
from typing_extensions import Doc

from seqlab import EmbedderSettings


@dataclass(frozen=True)
class ImageEmbedderSettings(EmbedderSettings):
    """What the embedders of images have in common."""

    size: Annotated[int, Ge(1), Doc("width of the vectors")] = 128
    regions: Annotated[
        bool,
        Doc("a vector for each region, row by row, and after them one for the whole image; else that alone"),
    ] = True
    dropout: Annotated[float, Ge(0), Lt(1), Doc("share of the elements of a vector set to 0")] = 0.0

    accepts: ClassVar[tuple[Literal["image"], ...]] = ("image",)


@dataclass(frozen=True)
class ConvNetSettings(ImageEmbedderSettings):
    """A small convolutional network that is trained with the rest of the model.

    Each of `depth` blocks is a convolution over 3 x 3 pixels, a normalisation, and the maximum of 2 x 2; so an image of
    48 pixels has 6 x 6 regions after three. It knows where each region lies.
    """

    image_size: Annotated[int, Ge(8), Le(512), Doc("pixels of a side; every image is drawn into such a square")] = 64
    channels: Annotated[int, Ge(1), Doc("channels of the first block, doubled in each that follows")] = 16
    depth: Annotated[int, Ge(1), Le(8), Doc("blocks, each of which halves the sides")] = 3

    def __post_init__(self) -> None:
        """Something must be left of the image."""
        if self.image_size >> self.depth == 0:
            raise ValueError(f"depth: {self.depth} halvings leave nothing of {self.image_size} pixels")

    @property
    def side(self) -> int:
        """How many regions stand beside each other."""
        return self.image_size >> self.depth


@dataclass(frozen=True)
class PretrainedConvNetSettings(ImageEmbedderSettings):
    """EfficientNet-Lite0 (Tan and Le 2019), trained on ImageNet and frozen; a linear map of its vectors is trained.

    What it sees is kept in the user's cache, so that each image goes through it once. Needs the extra `seqlab[vision]`.
    """

    image_size: Annotated[
        int, Ge(32), Le(512), Doc("pixels of a side; there is a region for each 32 x 32 of them, rounded up")
    ] = 160

    @property
    def side(self) -> int:
        """How many regions stand beside each other."""
        return -(-self.image_size // 32)
