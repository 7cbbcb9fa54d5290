"""YAML text -> nodes with places. The only module that knows PyYAML.

Only its event stream is used: no tag is resolved, no object built, and an alias is counted with all that it stands
for, so that a file which unfolds into billions of nodes is refused as soon as the count is reached.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import yaml

from seqlab.config.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode
from seqlab.config.scalars import read_scalar
from seqlab.errors import PipelineError, Place, Problem

MOST_BYTES = 1024 * 1024
MOST_DEPTH = 40
MOST_NODES = 20_000

_LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Source:
    """A text that is being read.

    Args:
        text: All of it.
        shown: The file, as messages name it.
        origin: What values remember, before their line: `pos.yaml`.
        folder: What relative paths in it are relative to.
        problems: Takes what is wrong and does not end the reading.
    """

    text: str
    shown: str
    origin: str
    folder: Path
    problems: list[Problem]
    lines: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.lines = _LINE_END.split(self.text)

    def place(self, line: int, column: int, width: int = 1) -> Place:
        """The place of a line and a column, both counted from 0."""
        text = self.lines[line] if line < len(self.lines) else ""
        return Place(self.shown, line + 1, column + 1, text, max(1, width))

    def fail(self, code: str, message: str, place: Place | None, hint: str | None = None, *notes: str) -> NoReturn:
        """End the reading."""
        raise PipelineError(*self.problems, Problem(code, message, place, hint, notes))


def read_file(path: Path, shown: str, problems: list[Problem]) -> MappingNode:
    """Read a file whose top level is a mapping.

    Args:
        path: The file.
        shown: Its name in messages.
        problems: Takes what is wrong but lets the reading go on: duplicate keys, tags, merge keys (SL109 to SL113).

    Raises:
        PipelineError: SL102 to SL108 and SL111 when there is no tree to go on with.
    """
    whole = Place(shown)
    try:
        content = path.read_bytes()
    except OSError as error:
        what = "is a folder, not a file" if path.is_dir() else f"cannot be read: {error.strerror or error}"
        raise PipelineError(
            Problem("SL102", f"'{shown}' {what}", whole, notes=("give a YAML file, or see: seqlab pipelines",))
        ) from None
    if len(content) > MOST_BYTES:
        raise PipelineError(
            Problem(
                "SL111",
                f"the file has {len(content):,} bytes; a pipeline has at most {MOST_BYTES:,}",
                whole,
                notes=("keep data in files of its own: see: seqlab show reader",),
            )
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        raise PipelineError(
            Problem(
                "SL104",
                f"the file is not UTF-8: byte 0x{content[error.start]:02x} at offset {error.start}",
                Place(shown, before.count(b"\n") + 1),
                notes=("save it as UTF-8",),
            )
        ) from None
    source = Source(text, shown, path.name, path.parent, problems)
    root = _Reader(source).document()
    if root is None or (isinstance(root, ScalarNode) and root.value is None):
        source.fail("SL103", "the file is empty", whole, None, "start from one that works: seqlab new")
    if not isinstance(root, MappingNode):
        what = "a list" if isinstance(root, SequenceNode) else "a single value"
        message = f"a pipeline is a mapping (`name: ...`, `data: ...`), but this file holds {what}"
        source.fail("SL108", message, root.place)
    return root


def read_value(text: str, place: Place, origin: str, folder: Path) -> Node:
    """Read the value of an override: `3`, `[1, 2]`, `{type: lstm}`.

    Raises:
        PipelineError: SL105 or another SL1xx, at the given place.
    """
    problems: list[Problem] = []
    source = Source(text, place.file, origin, folder, problems)
    try:
        root = _Reader(source, fixed=place).document()
    except PipelineError as error:
        problems = list(error.problems)
        root = None
    if problems:
        raise PipelineError(*(Problem(each.code, each.message, place, each.hint) for each in problems))
    return root if root is not None else ScalarNode(None, place, origin, folder)


class _Reader:
    """Turns the events of one text into nodes.

    Args:
        source: The text.
        fixed: The place that every node is given; None where nodes have their own.
    """

    def __init__(self, source: Source, fixed: Place | None = None) -> None:
        self.source = source
        self.fixed = fixed
        self.anchors: dict[str, tuple[Node, int] | None] = {}
        self.count = 0
        self.events = self._events()

    def _events(self) -> Iterator[Any]:
        try:
            yield from yaml.parse(self.source.text, Loader=_LOADER)
        except yaml.MarkedYAMLError as error:
            self._syntax_error(error)
        except (yaml.YAMLError, UnicodeError) as error:
            position = getattr(error, "position", None)
            reason = getattr(error, "reason", "it cannot be read")
            lines = _LINE_END.split(self.source.text[:position]) if isinstance(position, int) else [""]
            place = self.source.place(len(lines) - 1, len(lines[-1]))
            self.source.fail("SL105", f"this is not valid YAML: {reason}", place, "remove this character")

    def _syntax_error(self, error: yaml.MarkedYAMLError) -> NoReturn:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        text = self.source.lines[line] if line < len(self.source.lines) else ""
        blank = text[: len(text) - len(text.lstrip())]
        if "\t" in blank:
            place = self.source.place(line, blank.index("\t"))
            self.source.fail("SL106", "a tab indents this line", place, "YAML is indented with spaces")
        hint = None
        if error.problem and "mapping values are not allowed" in error.problem:
            hint = "check the indentation; put a value that holds ': ' in quotes"
        elif error.problem and "cannot start any token" in error.problem:
            hint = "put this value in quotes"
        notes = []
        if error.context:
            opened = f", which begins on line {error.context_mark.line + 1}" if error.context_mark else ""
            notes.append(f"{error.context}{opened}")
        message = f"this is not valid YAML: {error.problem or error}"
        self.source.fail("SL105", message, self.source.place(line, column), hint, *notes)

    def document(self) -> Node | None:
        """The one document of the text; None if there is none."""
        root: Node | None = None
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    place = self._place(event)
                    self.source.fail("SL107", "a second document begins here", place, "one file holds one pipeline")
                root = self._node(next(self.events), 1)
        return root

    def _place(self, event: Any) -> Place:
        if self.fixed:
            return self.fixed
        start, end = event.start_mark, event.end_mark
        line = self.source.lines[start.line] if start.line < len(self.source.lines) else ""
        stop = end.column if end.line == start.line else len(line)
        return self.source.place(start.line, start.column, stop - start.column)

    def _node(self, event: Any, depth: int) -> Node:
        place = self._place(event)
        if isinstance(event, yaml.AliasEvent):
            name = str(event.anchor)
            known = self.anchors.get(name)
            if known is None:
                what = "stands inside what it names" if name in self.anchors else f"has no '&{name}' before it"
                self.source.fail("SL105", f"this is not valid YAML: alias '*{name}' {what}", place)
            self._count(known[1], place)
            return known[0]
        if depth > MOST_DEPTH:
            self.source.fail("SL111", f"more than {MOST_DEPTH} levels inside one another", place, "nest less")
        if event.tag not in (None, "!"):
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self.source.problems.append(
                Problem("SL110", f"tag '{tag}' is not allowed: a pipeline holds plain values only", place, "remove it")
            )
        if event.anchor:
            self.anchors[event.anchor] = None
        before = self.count
        self._count(1, place)
        node: Node
        if isinstance(event, yaml.ScalarEvent):
            node = self._scalar(event, place)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = SequenceNode(tuple(self._items(depth)), place, self._origin(place), self.source.folder)
        else:
            node = MappingNode(tuple(self._entries(depth)), place, self._origin(place), self.source.folder)
        if event.anchor:
            self.anchors[event.anchor] = (node, self.count - before)
        return node

    def _count(self, nodes: int, place: Place) -> None:
        self.count += nodes
        if self.count > MOST_NODES:
            message = f"more than {MOST_NODES:,} values, counting what each alias stands for"
            self.source.fail("SL111", message, place, "write out what is meant, without aliases")

    def _origin(self, place: Place) -> str:
        return self.source.origin if self.fixed else f"{self.source.origin}:{place.line}"

    def _scalar(self, event: Any, place: Place) -> ScalarNode:
        quoted = bool(event.style) or event.tag == "!"
        value = event.value if quoted else read_scalar(event.value)
        return ScalarNode(value, place, self._origin(place), self.source.folder, quoted)

    def _items(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            yield self._node(event, depth + 1)

    def _entries(self, depth: int) -> Iterator[Entry]:
        first: dict[str, Place] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self._key(event, depth)
            value = self._node(next(self.events), depth + 1)
            if key is None:
                continue
            name, place = key
            if name in first:
                on = f"on line {first[name].line}" if not self.fixed else "before"
                message = f"key '{name}' stands here a second time; it is already given {on}"
                self.source.problems.append(Problem("SL109", message, place, "keep one of the two"))
                continue
            first[name] = place
            yield Entry(name, place, value)

    def _key(self, event: Any, depth: int) -> tuple[str, Place] | None:
        """The key's text and place; None when it cannot be one."""
        place = self._place(event)
        node = self._node(event, depth + 1)
        if not isinstance(node, ScalarNode):
            self.source.problems.append(Problem("SL113", "a key must be a word, not a list or a mapping", place))
            return None
        text = event.value if isinstance(event, yaml.ScalarEvent) else str(node.value)
        if text == "<<" and not node.quoted:
            self.source.problems.append(
                Problem("SL112", "merge key '<<' is not supported", place, "use 'extends:', or repeat the settings")
            )
            return None
        return text, place
