"""First weights of the recurrent layers. All of them change a tensor in place."""

from __future__ import annotations

import torch
from torch import Tensor, nn


@torch.no_grad()
def xavier_per_gate(weight: Tensor, gates: int) -> None:
    """Glorot and Bengio (2010), equation 16, for each gate by itself: the gates' widths do not count as one fan-out.

    Args:
        weight: `(gates * H, D)`.
        gates: How many matrices stand in it, one above the other.
    """
    for gate in weight.chunk(gates):
        nn.init.xavier_uniform_(gate)


@torch.no_grad()
def orthogonal_per_gate(weight: Tensor, gates: int) -> None:
    """A random orthogonal matrix for each gate (Saxe et al. 2014): a step neither stretches nor shrinks a state.

    Args:
        weight: `(gates * H, H)`.
        gates: How many matrices stand in it, one above the other.
    """
    for gate in weight.chunk(gates):
        nn.init.orthogonal_(gate)


def identity(weight: Tensor) -> None:
    """The identity matrix (Le et al. 2015, section 2): a state stays as it is, and so does its gradient.

    Args:
        weight: `(H, H)`.
    """
    nn.init.eye_(weight)


def uniform(weight: Tensor) -> None:
    """Each weight drawn evenly from -1 / sqrt(H) to 1 / sqrt(H), as `torch.nn.RNN` does.

    Their variance is 1 / (3 H), so the spectral radius of a wide matrix is about 1 / sqrt(3) = 0.58 by the circular law: a
    state fades by that factor at each step, and so does the gradient on its way back.

    Args:
        weight: `(H, H)`.
    """
    limit = weight.shape[1] ** -0.5
    nn.init.uniform_(weight, -limit, limit)


@torch.no_grad()
def chrono_(bias: Tensor, longest: int) -> None:
    """Biases of forget gates whose spans reach from 1 to `longest` steps (Tallec and Ollivier 2018, equation 16).

    A gate of bias b forgets over about 1 + e^b steps; b is `log u` with u drawn evenly from 1 to `longest` - 1.

    Args:
        bias: `(H,)`.
        longest: The longest span, in steps; at least 2.
    """
    bias.uniform_(1, max(longest - 1, 1)).log_()
