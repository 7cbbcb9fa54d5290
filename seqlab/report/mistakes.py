"""What the model got wrong, sorted for browsing: by confusion, by part of the data, by what its floor knew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from seqlab.data.shown import shown_inputs
from seqlab.evaluation.decisions import decisions
from seqlab.evaluation.slices import tagged_words
from seqlab.interfaces.evaluation import Predictions
from seqlab.interfaces.records import Example, Tags, TokensPrediction

_AROUND = 10
"""Tokens that are shown on either side of a wrong one."""

_LONGEST = 400
"""Characters of an input that are shown."""


@dataclass(frozen=True, slots=True)
class MarkedToken:
    """A token near an error.

    Args:
        text: The token.
        gold: Its gold tag.
        predicted: What the model said.
        focus: Whether it is the error that is shown.
    """

    text: str
    gold: str
    predicted: str
    focus: bool = False

    @property
    def wrong(self) -> bool:
        """Whether the model missed it."""
        return self.gold != self.predicted


@dataclass(frozen=True, slots=True)
class Mistake:
    """One wrong decision.

    Args:
        id: The example's name.
        place: File and line where it begins.
        gold: What was right.
        predicted: What the model said.
        floor: What the floor said; None without one.
        tokens: The tokens around it; empty where the whole example is one decision.
        text: The input as text; empty for tags.
        cut_before: Whether more stands before what is shown.
        cut_after: Whether more stands after it.
    """

    id: str
    place: str
    gold: str
    predicted: str
    floor: str | None = None
    tokens: tuple[MarkedToken, ...] = ()
    text: str = ""
    cut_before: bool = False
    cut_after: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Mistakes of one kind.

    Args:
        title: Which kind.
        total: How many there are.
        shown: Some of them, spread evenly over the split.
        known_to_floor: How many of them the floor has right; None without one, or where the title says it.
    """

    title: str
    total: int
    shown: tuple[Mistake, ...]
    known_to_floor: int | None


@dataclass(frozen=True, slots=True)
class Mistakes:
    """All that the report says of errors.

    Args:
        unit: What was decided: `tokens` or `examples`.
        decisions: How many decisions there were.
        wrong: How many of them were wrong.
        examples: How many examples there were.
        wrong_examples: How many of them hold an error.
        groups: Headings, and the groups below each.
        known_to_floor: Wrong decisions that the floor had right; None without a floor.
    """

    unit: str
    decisions: int
    wrong: int
    examples: int
    wrong_examples: int
    groups: Mapping[str, tuple[Group, ...]]
    known_to_floor: int | None


@dataclass(frozen=True, slots=True)
class _Wrong:
    """Where a wrong decision is: number of the example, number of the decision in it; and what was said."""

    example: int
    decision: int
    gold: str
    predicted: str
    floor: str | None


def find_mistakes(
    predictions: Predictions, floor: str | None = None, most: int = 8, most_confusions: int = 12
) -> Mistakes | None:
    """What the model got wrong; None where predictions are neither right nor wrong (log-probabilities).

    Args:
        predictions: What each system said.
        floor: Key of the baseline to compare with.
        most: Mistakes of each group that are shown.
        most_confusions: Pairs of classes that are shown.
    """
    against = predictions.baselines.get(floor) if floor else None
    wrong: list[_Wrong] = []
    total = 0
    for number, (example, prediction) in enumerate(zip(predictions.examples, predictions.model, strict=True)):
        pairs = decisions(prediction, example.target)
        if pairs is None:
            return None
        total += len(pairs)
        if all(gold == said for gold, said in pairs):
            continue
        beside = decisions(against[number], example.target) if against is not None else None
        wrong += [
            _Wrong(number, place, gold, said, beside[place][1] if beside else None)
            for place, (gold, said) in enumerate(pairs)
            if gold != said
        ]
    has_tags = any(isinstance(example.target, Tags) for example in predictions.examples[:1])
    return Mistakes(
        unit="tokens" if has_tags else "examples",
        decisions=total,
        wrong=len(wrong),
        examples=len(predictions.examples),
        wrong_examples=len({each.example for each in wrong}),
        groups=_groups(predictions, wrong, floor, most, most_confusions),
        known_to_floor=_known_to_floor(wrong),
    )


def spread(count: int, most: int) -> list[int]:
    """At most so many of `count` places, evenly over all of them, the first and the last included."""
    if count <= most:
        return list(range(count))
    return [round(number * (count - 1) / max(1, most - 1)) for number in range(most)]


def _groups(
    predictions: Predictions, wrong: Sequence[_Wrong], floor: str | None, most: int, most_confusions: int
) -> dict[str, tuple[Group, ...]]:
    def group(title: str, members: Sequence[_Wrong]) -> Group:
        shown = tuple(_mistake(predictions.examples[members[n].example], members[n], predictions)
                      for n in spread(len(members), most))  # fmt: skip
        return Group(title, len(members), shown, _known_to_floor(members))

    found: dict[str, tuple[Group, ...]] = {}
    if any(isinstance(said, TokensPrediction) for said in predictions.model[:1]):
        # Pairs of whole generated texts are no classes to confuse.
        found["All errors"] = (group("Unlike every reference", wrong),)
    else:
        pairs: dict[tuple[str, str], list[_Wrong]] = defaultdict(list)
        for each in wrong:
            pairs[each.gold, each.predicted].append(each)
        ordered = sorted(pairs.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        found["By confusion"] = tuple(
            group(f"{gold} taken for {said}", members) for (gold, said), members in ordered[:most_confusions]
        )
    found["By part of the data"] = tuple(
        group(f"On {name} {'words' if name in ('known', 'unknown', 'ambiguous') else 'examples'}", members)
        for name, flags in predictions.slices.items()
        if (members := [each for each in wrong if flags[each.example][each.decision]])
    )
    if floor:
        lost = [each for each in wrong if each.floor == each.gold]
        alone = replace(group(f"Wrong only for the model: {floor} has them right", lost), known_to_floor=None)
        found["Beside the floor"] = (alone,) if lost else ()
    return {heading: groups for heading, groups in found.items() if groups}


def _known_to_floor(wrong: Sequence[_Wrong]) -> int | None:
    if any(each.floor is None for each in wrong):
        return None
    return sum(each.floor == each.gold for each in wrong)


def _mistake(example: Example, wrong: _Wrong, predictions: Predictions) -> Mistake:
    place = example.place.rpartition("/")[2]
    if not isinstance(example.target, Tags):
        inputs = shown_inputs(example)
        if len(inputs) > 1:
            text = " / ".join(f"{name}: {_end_of(text)}" for name, text in inputs.items())
            return Mistake(example.id, place, wrong.gold, wrong.predicted, wrong.floor, (), text)
        text = "".join(inputs.values())
        return Mistake(example.id, place, wrong.gold, wrong.predicted, wrong.floor, (), text[:_LONGEST],
                       cut_after=len(text) > _LONGEST)  # fmt: skip
    pairs = decisions(predictions.model[wrong.example], example.target) or []
    words = tagged_words(example) or tuple(f"[{number}]" for number in range(1, len(pairs) + 1))
    start, stop = max(0, wrong.decision - _AROUND), wrong.decision + _AROUND + 1
    tokens = tuple(
        MarkedToken(words[number], *pairs[number], focus=number == wrong.decision)
        for number in range(start, min(stop, len(pairs)))
    )
    return Mistake(
        example.id, place, wrong.gold, wrong.predicted, wrong.floor, tokens, "", start > 0, stop < len(pairs)
    )


def _end_of(text: str) -> str:
    """One of several inputs; of a long one the end, where a story has come to when the question is asked."""
    return text if len(text) <= _LONGEST else f"... {text[-_LONGEST:]}"
