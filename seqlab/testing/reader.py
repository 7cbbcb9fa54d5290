"""The laws of a reader. Nothing here imports torch."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from seqlab.errors import DataError
from seqlab.interfaces.reader import Reader
from seqlab.interfaces.records import Example, Features, Image, Labels, Number, Prediction, Tags, Text, Tokens
from seqlab.interfaces.settings import TargetKind
from seqlab.testing import corpora
from seqlab.testing.laws import Broken, Conformance, Laws, NotCheckedError, subject_of
from seqlab.testing.predictions import perfect

READS = "read gives an iterator of examples"
_INPUTS = {"tokens": Tokens, "text": Text, "image": Image, "features": Features}


def check_reader(reader: type[Reader], settings: Any, text: str | None = None, name: str = "sample.txt") -> Conformance:
    """See whether a reader keeps its laws.

    Args:
        reader: The class.
        settings: An instance of its settings, a `ReaderSettings`.
        text: A file with at least two examples; by default one that the reader writes itself.
        name: What the file is called.

    Returns:
        The laws that were checked.

    Raises:
        BrokenLaws: If one or more do not hold; it tells all of them.
        PluginError: If the reader cannot be built for lack of a package.
        NotCheckedError: If no text is given, and the reader cannot write one or names images in it.
    """
    laws = Laws(subject_of("reader", reader, settings))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        content = text if text is not None else written_sample(reader(settings))
        path.write_text(content, encoding=reader.encoding)
        case = _Case(reader, settings, path, content.splitlines())
        with laws.law(
            READS, "`read` gives back a list: `yield` each example, so that memory does not grow with the file"
        ):
            found = reader(settings).read(path, "train")
            if not isinstance(found, Iterator):
                raise Broken(f"it gives a {type(found).__name__}")
            if len(list(found)) < 2:
                raise Broken("it finds fewer than two examples in the sample")
        if laws.holds(READS):
            _check_examples(laws, case)
            _check_places(laws, case)
            _check_writing(laws, case)
    return laws.verdict()


def written_sample(reader: Reader) -> str:
    """A file that a reader writes itself, from generated examples.

    Raises:
        NotCheckedError: If it cannot, or what it writes names images.
    """
    if "image" in getattr(reader.config, "inputs", {}).values():
        raise NotCheckedError(
            "it reads images, which a sample alone does not have: check it in a test, with images beside"
        )
    kind: TargetKind | None = reader.config.target if hasattr(reader.config, "target") else None
    try:
        if kind is None:
            raise NotImplementedError
        return "".join(
            reader.write(dataclasses.replace(example, target=None), _gold(kind, example))
            for example in corpora.examples(kind, 6)
        )
    except NotImplementedError:
        raise NotCheckedError("it writes nothing, so a sample must be given: check_reader(..., text=...)") from None


@dataclasses.dataclass(frozen=True)
class _Case:
    reader: type[Reader]
    settings: Any
    path: Path
    lines: list[str]

    def read(self, path: Path | None = None) -> list[Example]:
        """The examples of the sample, or of another file, by a fresh reader."""
        return list(self.reader(self.settings).read(path or self.path, "train"))


def _gold(kind: TargetKind, example: Example) -> Prediction:
    return perfect(kind, example.target, len(next(iter(example.inputs.values()))))  # type: ignore[arg-type]


def _check_examples(laws: Laws, case: _Case) -> None:
    examples = case.read()
    with laws.law("reading twice gives the same", "something of the first pass is kept, or a set gives the order"):
        reader = case.reader(case.settings)
        again = [list(reader.read(case.path, "train")) for _ in range(2)]
        for number, example in enumerate(examples):
            for other in again:
                if len(other) != len(examples) or not _equal(other[number], example):
                    raise Broken(f"example {number + 1} is another when the file is read once more")
    with laws.law("ids are unique", "the id is the same for all, or is not counted on; take `{split}-{number}`"):
        seen: set[str] = set()
        for example in examples:
            if not isinstance(example.id, str) or not example.id or example.id in seen:
                raise Broken(f"the id {example.id!r} stands twice, or is no name")
            seen.add(example.id)
    with laws.law("inputs are those that the settings name", "`inputs` of the settings class is not what `read` gives"):
        wanted: Mapping[str, Any] = getattr(case.settings, "inputs", {"main": "tokens"})
        for example in examples:
            kinds = {name: type(value).__name__ for name, value in example.inputs.items()}
            if kinds != {name: _INPUTS[kind].__name__ for name, kind in wanted.items()}:
                raise Broken(f"{_named(example)} has the inputs {kinds}, but the settings say {dict(wanted)}")
            for name, value in example.inputs.items():
                _check_tokens(value, f"input '{name}' of {_named(example)}")
    with laws.law(
        "targets are of the kind that the settings name", "`target` of the settings class is not what `read` gives"
    ):
        for example in examples:
            _check_target(example, getattr(case.settings, "target", None))


def _check_tokens(value: Any, name: str) -> None:
    if not isinstance(value, Tokens):
        return
    if not isinstance(value.items, tuple) or not all(isinstance(item, str) and item for item in value.items):
        raise Broken(f"{name} is not a tuple of words that are not empty: {value.items!r}")
    if value.starts:
        if value.text is None or len(value.starts) != len(value.items):
            raise Broken(f"{name} has {len(value.starts)} starts for {len(value.items)} tokens, or no text")
        for item, start in zip(value.items, value.starts, strict=True):
            if not value.text.startswith(item, start):
                raise Broken(f"{name}: token {item!r} does not stand at character {start} of its text {value.text!r}")


def _check_target(example: Example, kind: TargetKind | None) -> None:
    target = example.target
    if kind in (None, "next_token"):
        right = target is None
    elif kind == "tags":
        right = isinstance(target, Tags)
        tagged = example.inputs["main"] if "main" in example.inputs else next(iter(example.inputs.values()))
        if isinstance(target, Tags) and isinstance(tagged, Tokens) and len(target) != len(tagged):
            raise Broken(f"{_named(example)} has {len(target)} tags for {len(tagged)} tokens")
    elif kind == "labels":
        right = isinstance(target, Labels)
    elif kind == "number":
        right = isinstance(target, Number)
    else:
        every = target if isinstance(target, tuple) else (target,)
        right = all(isinstance(each, Tokens) for each in every)
    if not right:
        raise Broken(f"{_named(example)} has a target of type {type(target).__name__}, but the settings say {kind!r}")


def _check_places(laws: Laws, case: _Case) -> None:
    examples = case.read()
    cause = "lines are counted from 0, from the end of an example, or without the empty ones; enumerate(lines, 1)"
    with laws.law("places are file:line, where an example begins", cause):
        before = 0
        for example in examples:
            file, _, line = example.place.rpartition(":")
            if file != str(case.path) or not line.isdecimal():
                raise Broken(f"the place of {_named(example)} is '{example.place}', not '{case.path}:LINE'")
            number = int(line)
            if not before < number <= len(case.lines):
                raise Broken(
                    f"{_named(example)} is said to begin on line {number}, after one on line {before}, in a file of "
                    f"{len(case.lines)} lines counted from 1"
                )
            if not case.lines[number - 1].strip():
                raise Broken(f"{_named(example)} is said to begin on line {number}, which is empty")
            before = number
        for count, example in enumerate(examples[1:], 1):
            begins = int(example.place.rpartition(":")[2])
            part = case.path.with_name(f"part-{count}{case.path.suffix}")
            part.write_text("\n".join(case.lines[: begins - 1]) + "\n", encoding=case.reader.encoding)
            try:
                found = len(case.read(part))
            except DataError:  # a format that is whole or nothing
                return
            if found != count:
                raise Broken(
                    f"{_named(example)} is said to begin on line {begins}, but the lines before it hold {found} "
                    f"examples, not {count}"
                )


def _check_writing(laws: Laws, case: _Case) -> None:
    examples = case.read()
    reader = case.reader(case.settings)
    kind = getattr(case.settings, "target", None)
    if case.reader.read_inputs is not Reader.read_inputs:
        cause = "the two ways of reading cut the lines in another way, or the target is looked at"
        with laws.law("read_inputs gives the inputs of read", cause):
            found = reader.read_inputs(iter(case.lines), "stdin")
            if not isinstance(found, Iterator):
                raise Broken(f"it gives a {type(found).__name__}, not an iterator")
            bare = list(found)
            if [example.inputs for example in bare] != [example.inputs for example in examples]:
                raise Broken(
                    f"{len(bare)} examples, of which not all have the inputs of the {len(examples)} that `read` gives"
                )
        with laws.law("a reader recognises what it reads", "`recognises` does not know its own format"):
            if case.reader.recognises is not Reader.recognises and not reader.recognises(case.lines[:20]):
                raise Broken("the first lines of the sample are not recognised")
    if case.reader.write is Reader.write or kind in (None, "next_token"):
        return
    sources = examples
    if case.reader.read_inputs is not Reader.read_inputs:
        sources = list(reader.read_inputs(iter(case.lines), "stdin"))
    cause = "what `write` leaves out or adds is not what `read` needs"
    with laws.law("what write writes is read back", cause):
        golds = [_gold(kind, example) for example in examples]
        again = case.path.with_name(f"again{case.path.suffix}")
        texts = [
            reader.write(dataclasses.replace(s, target=None), gold) for s, gold in zip(sources, golds, strict=True)
        ]
        again.write_text("".join(texts), encoding=case.reader.encoding)
        back = case.read(again)
        if [(e.inputs, e.target) for e in back] != [(e.inputs, e.target) for e in examples]:
            first = next(
                (b for b, e in zip(back, examples, strict=False) if (b.inputs, b.target) != (e.inputs, e.target)), None
            )
            what = f"{_named(first)} has other inputs or another target" if first else f"{len(back)} examples come back"
            raise Broken(f"{what} after writing {len(examples)} examples with their own targets as predictions")


def _equal(one: Example, other: Example) -> bool:
    """Whether two examples are the same; vectors made elsewhere are compared by their numbers."""
    if (one.id, one.place, one.target, set(one.inputs)) != (other.id, other.place, other.target, set(other.inputs)):
        return False
    pairs = [(one.inputs[name], other.inputs[name]) for name in one.inputs]
    return all(
        a.array.tolist() == b.array.tolist() if isinstance(a, Features) and isinstance(b, Features) else a == b
        for a, b in pairs
    )


def _named(example: Example) -> str:
    return f"example '{example.id}'"
