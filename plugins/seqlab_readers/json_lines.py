"""Reader `jsonl`: one JSON object in each line, with a text and its label."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from sys import intern
from typing import Any

from seqlab import (
    MOST_PROBLEMS,
    DataError,
    Example,
    Labels,
    Place,
    Problem,
    Reader,
    Text,
    all_told,
    suggestion,
    text_lines,
)
from seqlab_readers.labelled_settings import JsonLinesSettings

_KINDS = {dict: "an object", list: "a list", str: "a string", bool: "true or false", type(None): "null"}


class JsonLines(Reader):
    """Reads JSON lines, plain or in `.gz`."""

    config: JsonLinesSettings

    def read(self, path: Path, split: str) -> Iterator[Example]:
        """Yield one example for each line that is not blank; its id is `split-N` with N counted from 1.

        A file with mistakes is read to its end, or to its tenth mistake, so that they are told together.

        Raises:
            DataError: SL410 to SL417 if it is no text file, SL480 if a field is missing, SL482 and SL483 for an empty text
                or label, SL484 if a line is no JSON, SL485 if a field is of another kind, SL486 if all lines are blank.
        """
        file = str(path)
        problems: list[Problem] = []
        number = 0
        for number, (place, line) in enumerate(_lines(text_lines(path, encoding=self.config.encoding), file), 1):
            try:
                record = _record(line, place)
                text, labels = self._text(record, place), self._labels(record, place)
            except DataError as error:
                problems += error.problems
                if len(problems) >= MOST_PROBLEMS:
                    break
            else:
                if not problems:
                    yield Example(f"{split}-{number}", str(place), {"main": text}, labels)
        if not number:
            problems = [
                Problem("SL486", "the file holds only blank lines", Place(file), notes=("is this the right file?",))
            ]
        if problems:
            raise all_told(problems)

    def read_inputs(self, lines: Iterable[str], name: str) -> Iterator[Example]:
        """Yield one example for each line that is not blank; only its text is looked at."""
        for number, (place, line) in enumerate(_lines(lines, name), 1):
            yield Example(str(number), str(place), {"main": self._text(_record(line, place), place)})

    def recognises(self, lines: Sequence[str]) -> bool:
        """Whether the first line is an object with the field of the text."""
        try:
            return self.config.text in _record(lines[0], Place("")) if lines else False
        except DataError:
            return False

    def _text(self, record: Mapping[str, Any], place: Place) -> Text:
        value = _field(record, "text", self.config.text, place)
        if not isinstance(value, str):
            raise _wrong_kind(self.config.text, value, "a string", place)
        if not value.strip():
            raise _empty("SL482", self.config.text, place)
        return Text(value.strip())

    def _labels(self, record: Mapping[str, Any], place: Place) -> Labels:
        value = _field(record, "label", self.config.label, place)
        found = [_label(each) for each in (value if isinstance(value, list) else [value])]
        if None in found:
            raise _wrong_kind(self.config.label, value, "a string, a whole number or a list of them", place)
        if "" in found:
            raise _empty("SL483", self.config.label, place)
        return Labels(tuple(dict.fromkeys(intern(label) for label in found if label is not None)))


def _lines(lines: Iterable[str], file: str) -> Iterator[tuple[Place, str]]:
    return ((Place(file, number), line) for number, line in enumerate(lines, 1) if line and not line.isspace())


def _record(line: str, place: Place) -> Mapping[str, Any]:
    try:
        record = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        column = error.colno if isinstance(error, json.JSONDecodeError) else 1
        message = (
            f"this is no JSON: {error.msg}" if isinstance(error, json.JSONDecodeError) else "this is nested too deep"
        )
        at = Place(place.file, place.line, column, line)
        raise DataError(Problem("SL484", message, at, notes=("each line is one object: {...}",))) from error
    if not isinstance(record, dict):
        raise DataError(
            Problem(
                "SL485", f"the line is {_kind(record)}, not an object", place, notes=("each line is one object: {...}",)
            )
        )
    return record


def _field(record: Mapping[str, Any], setting: str, name: str, place: Place) -> Any:
    if name not in record:
        notes = (f"its fields: {', '.join(record) or 'none'}", f"choose with data.reader.{setting}=NAME")
        raise DataError(Problem("SL480", f"the object has no field '{name}'", place, suggestion(name, record), notes))
    return record[name]


def _label(value: Any) -> str | None:
    """A label as a string; None for what is none."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if type(value) is int else None


def _wrong_kind(name: str, value: Any, wanted: str, place: Place) -> DataError:
    notes = ("write it so, or name another field: data.reader.text, data.reader.label",)
    return DataError(Problem("SL485", f"field '{name}' is {_kind(value)}, not {wanted}", place, notes=notes))


def _empty(code: str, name: str, place: Place) -> DataError:
    return DataError(Problem(code, f"field '{name}' is empty", place, notes=("fill it or remove the line",)))


def _kind(value: Any) -> str:
    return _KINDS.get(type(value), "a number")
