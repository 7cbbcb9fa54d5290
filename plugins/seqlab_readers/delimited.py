"""Readers `tsv` and `csv`: a table with a text and a label in each row."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

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
from seqlab_readers.labelled import labels_in
from seqlab_readers.labelled_settings import CsvSettings, TsvSettings


class Delimited(Reader):
    """Reads a table, plain or in `.gz`, row by row."""

    config: TsvSettings | CsvSettings

    def read(self, path: Path, split: str) -> Iterator[Example]:
        """Yield one example for each row; its id is `split-N` with N counted from 1, blank lines left out.

        A table with mistakes is read to its end, or to its tenth mistake, so that they are told together.

        Raises:
            DataError: SL410 to SL417 if it is no text file, SL480 if a column is missing, SL481 if a row has another
                number of columns, SL482 and SL483 for a row without text or label, SL484 if quotes do not close, SL486 if
                there is no row.
        """
        file = str(path)
        rows = self._rows(text_lines(path, keep_ends=True, encoding=self.config.encoding), file)
        columns = self._columns(rows, file, with_label=True)
        problems: list[Problem] = []
        number = 0
        for number, (line, cells) in enumerate(rows, 1):
            place = Place(file, line)
            wrong = columns.wrong(cells, place)
            labels = () if wrong is not None else labels_in(cells[columns.label], self.config.several)
            if wrong is None and not labels and self.config.several is None:
                wrong = Problem("SL483", f"the row has no label in column {columns.label + 1}", place,
                                notes=("label it or remove it; a text may be without one where 'several' is given",))  # fmt: skip
            if wrong is not None:
                problems.append(wrong)
                if len(problems) == MOST_PROBLEMS:
                    break
            elif not problems:
                yield Example(
                    f"{split}-{number}", str(place), {"main": Text(cells[columns.text].strip())}, Labels(labels)
                )
        if not number:
            problems = [Problem("SL486", "the table has no row", Place(file), notes=("is this the right file?",))]
        if problems:
            raise all_told(problems)

    def read_inputs(self, lines: Iterable[str], name: str) -> Iterator[Example]:
        """Yield one example for each row; only its text is looked at, and a header need not name a label."""
        rows = self._rows((f"{line}\n" for line in lines), name)
        columns = self._columns(rows, name, with_label=False)
        for number, (line, cells) in enumerate(rows, 1):
            if wrong := columns.wrong(cells, Place(name, line)):
                raise DataError(wrong)
            yield Example(str(number), f"{name}:{line}", {"main": Text(cells[columns.text].strip())})

    def recognises(self, lines: Sequence[str]) -> bool:
        """Whether the first line is a header of several columns that names the one of the text.

        Without a header: whether all lines have the same number of columns, and enough of them.
        """
        try:
            rows = [cells for _, cells in self._rows(lines[:1] if self.config.header else lines, "")]
        except DataError:
            return False
        if self.config.header:
            return bool(rows) and len(rows[0]) > 1 and self.config.text in rows[0]
        widths = {len(cells) for cells in rows}
        return len(widths) == 1 and widths.pop() >= max(int(self.config.text), int(self.config.label))

    def _rows(self, lines: Iterable[str], file: str) -> Iterator[tuple[int, list[str]]]:
        """The cells of each row that is not blank, with the number of its first line."""
        reader = csv.reader(
            lines,
            delimiter=self.config.delimiter,
            quoting=csv.QUOTE_MINIMAL if self.config.quoted else csv.QUOTE_NONE,
            strict=True,
        )
        while True:
            first = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise _malformed(error, Place(file, first)) from error
            if len(cells) > 1 or (cells and cells[0].strip()):
                yield first, cells

    def _columns(self, rows: Iterator[tuple[int, list[str]]], file: str, *, with_label: bool) -> _Columns:
        """Where text and label stand; the header is taken from the rows.

        Raises:
            DataError: SL480 if there is no such column, SL486 if there is not even a header.
        """
        settings = self.config
        if not settings.header:
            numbers = [column for column in (settings.text, settings.label) if isinstance(column, int)]
            return _Columns(numbers[0] - 1, numbers[1] - 1 if with_label else -1, None)
        line, names = next(rows, (0, []))
        if not names:
            raise DataError(
                Problem("SL486", "the table has no header", Place(file), notes=("is this the right file?",))
            )
        names = [name.strip() for name in names]
        wanted = {"text": settings.text, "label": settings.label} if with_label else {"text": settings.text}
        problems = [
            _no_column(setting, column, names, Place(file, line))
            for setting, column in wanted.items()
            if (column not in names if isinstance(column, str) else column > len(names))
        ]
        if problems:
            raise all_told(problems)
        places = {
            setting: names.index(column) if isinstance(column, str) else column - 1
            for setting, column in wanted.items()
        }
        return _Columns(places["text"], places.get("label", -1), len(names))


@dataclass(slots=True)
class _Columns:
    """Where things stand in a row.

    Args:
        text: Index of the text.
        label: Index of the label; -1 where it is not looked at.
        width: How many columns a row has; None until the first row without a header has said it.
    """

    text: int
    label: int
    width: int | None

    def wrong(self, cells: Sequence[str], place: Place) -> Problem | None:
        """What is wrong with a row, apart from its label."""
        if self.width is None and max(self.text, self.label) < len(cells):
            self.width = len(cells)
        if len(cells) != self.width:
            wanted = f"at least {max(self.text, self.label) + 1}" if self.width is None else str(self.width)
            return Problem("SL481", f"the row has {len(cells)} columns, not {wanted}", place,
                           notes=("is the delimiter right? a cell that holds it must be quoted, in a file that is read so",))  # fmt: skip
        if not cells[self.text].strip():
            return Problem(
                "SL482", f"the row has no text in column {self.text + 1}", place, notes=("write it or remove the row",)
            )
        return None


def _no_column(setting: str, column: int | str, names: Sequence[str], place: Place) -> Problem:
    notes = (f"its columns: {', '.join(names)}", f"choose with data.reader.{setting}=NAME, or write header: false")
    if isinstance(column, int):
        return Problem("SL480", f"the header has {len(names)} columns, not {column}", place, notes=notes)
    return Problem("SL480", f"the header has no column '{column}'", place, suggestion(column, names), notes)


def _malformed(error: csv.Error, place: Place) -> DataError:
    """What the csv module cannot read; it says little, and the row may go over many lines."""
    if "unexpected end of data" in str(error):
        message = "a quotation mark opens a cell in this row, and none closes it to the end of the file"
    elif "field limit" in str(error):
        message = f"a cell of this row has more than {csv.field_size_limit():,} characters"
    else:
        message = f"the row cannot be read: {error}"
    notes = ('a quote inside of a quoted cell is written ""', "where quotes are characters as any other: quoted: false")
    return DataError(Problem("SL484", message, place, notes=notes))
