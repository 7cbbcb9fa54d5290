"""Vocabularies are fitted on train, and on nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from seqlab.errors import DataError, Problem
from seqlab.interfaces.records import Example, Tokens, Vocabularies
from seqlab.interfaces.settings import HeadSettings
from seqlab.interfaces.vocabulary import Vocabulary

END = "</s>"


def fit_vocabularies(train: Sequence[Example], head: HeadSettings) -> Vocabularies:
    """One vocabulary for each input of tokens, and one for what is predicted.

    Args:
        train: The train split.
        head: Settings of the head: its kind of target and the symbols that the task adds to the output.

    Raises:
        DataError: SL409 if train has nothing to predict.
    """
    inputs: dict[str, Counter[str]] = {}
    for example in train:
        for name, value in example.inputs.items():
            if isinstance(value, Tokens):
                inputs.setdefault(name, Counter()).update(value.items)
    if head.target == "next_token":
        outputs = Counter(inputs.get("main", Counter()))
        if END in head.output_specials:
            inputs["main"][END] += len(train)
            outputs[END] = len(train)
    else:
        outputs = Counter()
        for example in train:
            for target in example.target if isinstance(example.target, tuple) else (example.target,):
                if target is not None:
                    outputs.update(target.items)
    if not outputs:
        raise DataError(
            Problem("SL409", f"train has no {head.target.replace('_', ' ')} to learn from",
                    notes=("check the reader's settings: which column or field holds them",))
        )  # fmt: skip
    return Vocabularies(
        inputs={name: Vocabulary.of_inputs(counts) for name, counts in inputs.items()},
        target=Vocabulary.of_outputs(outputs, head.output_specials),
    )
