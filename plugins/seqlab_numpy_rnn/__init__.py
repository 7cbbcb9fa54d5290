"""A character language model in plain numpy, with the backward pass written by hand: learner `min_char_rnn`.

In the order of a lecture: 1 reading the text (`learner`), 2 the parameters (`parameters`), 3 forward and 4 backward
(`plain`; the same with fewer, larger products in `hoisted`), 5 the loop with Adagrad (`learner`, `adagrad`), 6 what comes
next (`language_model`).
"""

from __future__ import annotations

from seqlab import Registrar, hookimpl


@hookimpl
def seqlab_register_components(registry: Registrar) -> None:
    """Register the learner of this plugin."""
    registry.learner(
        "min_char_rnn",
        "seqlab_numpy_rnn.learner:MinCharRNN",
        config="seqlab_numpy_rnn.settings:MinCharRNNSettings",
        summary="an Elman network over one running text in numpy, its backward pass written by hand",
    )
