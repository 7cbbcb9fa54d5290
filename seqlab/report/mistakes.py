"""What the model got wrong: the first wrong examples, the classes it confuses, what its floor knew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from seqlab.interfaces.evaluation import Predictions
from seqlab.interfaces.records import (
    Example,
    Image,
    Labels,
    LabelsPrediction,
    Prediction,
    Tags,
    TagsPrediction,
    Target,
    Text,
    Tokens,
    TokensPrediction,
)

_LONGEST = 80
"""Tokens of an example that are shown."""


@dataclass(frozen=True, slots=True)
class MarkedToken:
    """A token of a tagged example; `gold` and `predicted` differ where it is wrong."""

    text: str
    gold: str
    predicted: str

    @property
    def wrong(self) -> bool:
        """Whether the model missed it."""
        return self.gold != self.predicted


@dataclass(frozen=True, slots=True)
class Mistake:
    """An example that the model got wrong.

    Args:
        id: The example's name.
        place: Where it stands in the data.
        tokens: Its tokens with their tags; empty for other tasks.
        text: Its input as text; empty for tags.
        gold: What was right, as text; empty for tags.
        predicted: What the model said; empty for tags.
        cut: Whether more of it is not shown.
    """

    id: str
    place: str
    tokens: tuple[MarkedToken, ...] = ()
    text: str = ""
    gold: str = ""
    predicted: str = ""
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Mistakes:
    """All that the report says of errors.

    Args:
        unit: What was decided: `tokens` or `examples`.
        decisions: How many decisions there were.
        wrong: How many of them were wrong.
        examples: How many examples there were.
        wrong_examples: How many of them hold an error.
        first: The first of these.
        confusions: Gold class, predicted class and how often, the most frequent first.
        known_to_floor: Wrong decisions that the floor had right; None without a floor.
    """

    unit: str
    decisions: int
    wrong: int
    examples: int
    wrong_examples: int
    first: tuple[Mistake, ...]
    confusions: tuple[tuple[str, str, int], ...]
    known_to_floor: int | None


def find_mistakes(
    predictions: Predictions, floor: str | None = None, most: int = 20, most_confusions: int = 12
) -> Mistakes | None:
    """What the model got wrong; None where predictions are neither right nor wrong (log-probabilities).

    Args:
        predictions: What each system said.
        floor: Key of the baseline to compare with.
        most: Examples that are shown.
        most_confusions: Pairs of classes that are shown.
    """
    against: Sequence[Prediction] | None = predictions.baselines.get(floor) if floor else None
    confusions: Counter[tuple[str, str]] = Counter()
    first: list[Mistake] = []
    decisions = wrong_examples = known = 0
    unit = "examples"
    for place, (example, prediction) in enumerate(zip(predictions.examples, predictions.model, strict=True)):
        pairs = _decisions(prediction, example.target)
        if pairs is None:
            return None
        if isinstance(example.target, Tags):
            unit = "tokens"
        decisions += len(pairs)
        wrong = [number for number, (gold, said) in enumerate(pairs) if gold != said]
        if not wrong:
            continue
        wrong_examples += 1
        confusions.update(pairs[number] for number in wrong)
        if against is not None:
            floor_pairs = _decisions(against[place], example.target) or []
            known += sum(floor_pairs[number][0] == floor_pairs[number][1] for number in wrong)
        if len(first) < most:
            first.append(_mistake(example, pairs, wrong[0]))
    return Mistakes(
        unit=unit,
        decisions=decisions,
        wrong=confusions.total(),
        examples=len(predictions.examples),
        wrong_examples=wrong_examples,
        first=tuple(first),
        # Pairs of whole generated texts are no classes to confuse.
        confusions=()
        if any(isinstance(said, TokensPrediction) for said in predictions.model[:1])
        else tuple((gold, said, number) for (gold, said), number in confusions.most_common(most_confusions)),
        known_to_floor=None if against is None else known,
    )


def _decisions(prediction: Prediction, gold: Target | None) -> list[tuple[str, str]] | None:
    """Gold and predicted of each decision, as text; equal where the prediction is right."""
    if isinstance(gold, Tags) and isinstance(prediction, TagsPrediction):
        return list(zip(gold.items, prediction.tags, strict=True))
    if isinstance(gold, Labels) and isinstance(prediction, LabelsPrediction):
        return [(", ".join(sorted(gold.items)), ", ".join(sorted(prediction.labels)))]
    if isinstance(prediction, TokensPrediction) and isinstance(gold, Tokens | tuple):
        said = " ".join(prediction.tokens)
        accepted = [" ".join(each.items) for each in (gold if isinstance(gold, tuple) else (gold,))]
        return [(said if said in accepted else accepted[0] if accepted else "", said)]
    return None


def _mistake(example: Example, pairs: Sequence[tuple[str, str]], first_wrong: int) -> Mistake:
    if isinstance(example.target, Tags):
        words = _tagged_words(example, len(pairs))
        # A long example is shown from a little before its first error.
        start = max(0, first_wrong - 5) if len(pairs) > _LONGEST else 0
        marked = tuple(MarkedToken(word, gold, said) for word, (gold, said) in zip(words, pairs, strict=True))[
            start : start + _LONGEST
        ]
        return Mistake(example.id, example.place, tokens=marked, cut=len(marked) < len(pairs))
    text = " / ".join(_shown_inputs(example))
    cut = len(text) > _LONGEST * 8
    gold, said = pairs[0]
    return Mistake(example.id, example.place, text=text[: _LONGEST * 8], gold=gold, predicted=said, cut=cut)


def _tagged_words(example: Example, length: int) -> tuple[str, ...]:
    for value in example.inputs.values():
        if isinstance(value, Tokens) and len(value) == length:
            return value.items
    return tuple(f"[{number}]" for number in range(1, length + 1))


def _shown_inputs(example: Example) -> Iterator[str]:
    for value in example.inputs.values():
        match value:
            case Tokens():
                yield value.text or " ".join(value.items)
            case Text():
                yield value.text
            case Image():
                yield value.member or Path(value.path).name
