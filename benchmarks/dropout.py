"""Dropout of a batch of states: torch's, and seqlab's from random bits, for each element or one mask for all steps.

    python benchmarks/dropout.py

Forward only, two threads.
"""

from __future__ import annotations

from collections.abc import Callable

from seqlab.training.processes import use_threads

use_threads(2)

import torch
from pairs import measure

from seqlab import Dropout

CALLS = 50


def main() -> None:
    """Print the time of 50 forward passes each."""
    inputs = torch.randn(32, 30, 256)
    forms = {
        "torch.nn.Dropout": torch.nn.Dropout(0.33),
        "Dropout": Dropout(0.33),
        "Dropout, variational": Dropout(0.33, variational=True),
    }

    def calls(form: torch.nn.Module) -> Callable[[], object]:
        return lambda: [form(inputs) for _ in range(CALLS)]

    print(f"{CALLS} masks of {'x'.join(map(str, inputs.shape))} elements, 2 threads")
    measure({name: calls(form) for name, form in forms.items()})


if __name__ == "__main__":
    main()
