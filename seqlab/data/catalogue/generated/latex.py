r"""Sample `latex`: small documents about nothing, whose brackets and environments close.

A document has no preamble. It has a title, an abstract and a few sections. A section is made of blocks: paragraphs of
sentences with inline formulas, footnotes and emphasis; displayed equations, single or aligned, some with a matrix inside;
theorems, lemmas and definitions, most of them with a proof; lists, whose items may hold further blocks; tables. Sections,
statements, tables and equations carry labels, and every `\ref` names a label that stands before it in the same document.

So each document is well-formed: its braces are balanced, and every `\begin{x}` is closed by its `\end{x}`. That makes it
a test of what a language model keeps in mind: what it opened many lines ago.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from seqlab.data.catalogue.generated.draw import Draw
from seqlab.data.catalogue.generated.latex_language import Language

EDITION = 1
SIZES = {"train": 1_000_000, "dev": 100_000, "test": 100_000}
"""Characters; the last document goes on to its end."""
DEEPEST = 4
"""Environments inside one another, the document itself among them, at which blocks hold no further ones."""
STATEMENTS = {"theorem": "thm", "lemma": "lem", "proposition": "prop", "definition": "def", "corollary": "cor"}
REFERENCES = {"sec": r"Section~\ref", "eq": r"equation~\eqref", "tab": r"Table~\ref"} | {
    short: rf"{name.capitalize()}~\ref" for name, short in STATEMENTS.items()
}


def texts() -> Mapping[str, str]:
    """Documents until each split has its size, an empty line between them; every one has a seed of its own."""
    return {split: "\n".join(_documents(split, size)) for split, size in SIZES.items()}


def document(seed: str) -> str:
    """The document of a seed."""
    return _Document(Draw(seed)).text()


def _documents(split: str, size: int) -> Iterator[str]:
    number = 0
    while size > 0:
        number += 1
        text = document(f"latex/{split}/{number}")
        size -= len(text) + 1
        yield text


class _Document:
    """A document while it is written."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.language = Language(draw, self._reference)
        self.lines: list[str] = []
        self.labels: list[str] = []
        self.depth = 0

    def text(self) -> str:
        self._write(r"\documentclass{article}")
        with self._environment("document"):
            self._fill(r"\title{On <a thing>}")
            self._write(r"\maketitle")
            with self._environment("abstract"):
                self._paragraph()
            for _ in range(self.draw.between(2, 4)):
                self._section()
        return "\n".join(self.lines) + "\n"

    def _write(self, line: str) -> None:
        self.lines.append("  " * self.depth + line)

    def _fill(self, pattern: str, depth: int = 2, after: str = "") -> None:
        self._write(self.language.filled(pattern, depth) + after)

    @contextmanager
    def _environment(self, name: str, after: str = "") -> Iterator[None]:
        self._write(f"\\begin{{{name}}}{after}")
        self.depth += 1
        yield
        self.depth -= 1
        self._write(f"\\end{{{name}}}")

    def _label(self, kind: str) -> str:
        """The command of a new label, which later references may name."""
        label = self.language.filled(f"{kind}:<noun>-{len(self.labels) + 1}")
        self.labels.append(label)
        return f"\\label{{{label}}}"

    def _reference(self) -> str:
        if not self.labels:
            return "the assumption"
        label = self.draw.one(self.labels)
        return f"{REFERENCES[label.partition(':')[0]]}{{{label}}}"

    def _section(self) -> None:
        title = self.language.filled("<a thing>").capitalize()
        self._write(f"\\section{{{title}}}{self._label('sec')}")
        for _ in range(self.draw.between(2, 4)):
            self._block()

    def _block(self) -> None:
        if self.depth >= DEEPEST:
            self._paragraph()
        else:
            self.draw.one((self._paragraph, self._paragraph, self._display, self._statement, self._list, self._table))()

    def _paragraph(self) -> None:
        for _ in range(self.draw.between(1, 4)):
            self._write(self.language.sentence())

    def _display(self) -> None:
        if self.draw.happens(0.3):
            with self._environment("align"):
                self._fill(r"<formula> &= <formula> \\", 3)
                for _ in range(self.draw.between(0, 2)):
                    self._fill(r"&= <formula> \\", 3)
                self._fill("&= <formula> ", 3, self._label("eq"))
        else:
            with self._environment("equation", self._label("eq")):
                if self.draw.happens(0.8):
                    self._fill("<formula> <sign> <formula>", 3)
                else:
                    self._matrix()

    def _matrix(self) -> None:
        self._fill("<symbol> =")
        with self._environment("pmatrix"):
            size = self.draw.between(2, 3)
            self._rows(size, size, "<formula>")

    def _table(self) -> None:
        with self._environment("table"):
            columns = self.draw.between(2, 4)
            with self._environment("tabular", f"{{{'l' * columns}}}"):
                self._rows(self.draw.between(2, 4), columns, "$<formula>$")
            self._fill(r"\caption{The <noun> of <a thing>.}", after=self._label("tab"))

    def _rows(self, rows: int, columns: int, cell: str) -> None:
        for _ in range(rows):
            self._fill(" & ".join([cell] * columns) + r" \\", 1)

    def _statement(self) -> None:
        name = self.draw.one(tuple(STATEMENTS))
        title = self.language.filled("[the <thing>]") if self.draw.happens(0.2) else ""
        with self._environment(name, title + self._label(STATEMENTS[name])):
            self._paragraph()
            if self.draw.happens(0.3):
                self._block()
        if name != "definition" and self.draw.happens(0.8):
            with self._environment("proof"):
                for _ in range(self.draw.between(1, 3)):
                    self._block()

    def _list(self) -> None:
        with self._environment(self.draw.one(("itemize", "enumerate"))):
            for _ in range(self.draw.between(2, 4)):
                self._write(rf"\item {self.language.sentence()}")
                if self.draw.happens(0.25):
                    self._block()
