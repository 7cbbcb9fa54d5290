"""Reading a text file line by line, and saying what is wrong with it when it is no text."""

from __future__ import annotations

import difflib
import gzip
import zlib
from collections.abc import Iterator
from functools import partial
from io import BufferedReader
from pathlib import Path
from typing import IO

from seqlab.errors import DataError, Place, Problem

LONGEST_LINE = 1_000_000
"""Bytes; a longer line is an error, so that a file without line ends does not fill the memory."""

_GZIP = b"\x1f\x8b"
_BYTE_ORDER_MARK = "\ufeff"
_OTHER_CONTENT = (
    ((_GZIP,), "SL412", "the file is packed by gzip, but its name does not end in .gz", "rename it, or unpack it"),
    ((b"PK\x03\x04",), "SL414", "the file is a zip archive, not text", "unpack it first"),
    ((b"\xff\xfe", b"\xfe\xff"), "SL413", "the file is UTF-16, not UTF-8", "convert it: iconv -f UTF-16 -t UTF-8"),
    ((b"version https://git-lfs",), "SL417", "the file is a pointer of git-lfs, not the data", "run: git lfs pull"),
    ((b"<!doctype", b"<html", b"<?xml"), "SL417", "the file is a web page or XML, not plain text",
     "download the raw file; on GitHub that is the address behind 'Raw'"),
)  # fmt: skip


def text_lines(path: Path, *, keep_ends: bool = False, encoding: str = "utf-8") -> Iterator[str]:
    """Yield the lines of a text file without their line ends (LF or CR LF), in constant memory.

    A byte-order mark is skipped; a file that ends in `.gz` is unpacked on the way.

    Args:
        path: The file.
        keep_ends: Whether each line keeps its end, as LF, so that all of them joined are the text. Then the last one has an
            end only if the file has one there, and a CR that stands alone is a character as any other.
        encoding: Of the file; one in which a line ends with the byte of LF, as in all but UTF-16 and UTF-32.

    Raises:
        DataError: SL410 if it does not exist, SL411 if it cannot be opened, SL412 if it is no whole gzip file, SL413 if
            it is not of the encoding, SL414 if it is binary, SL415 if a line is absurdly long, SL416 if it is empty, SL417 if it
            is a web page or the like.
    """
    with _open(path) as stream:
        yield from _checked(stream, str(path), keep_ends, encoding)


def stream_lines(stream: IO[bytes], name: str) -> Iterator[str]:
    """Yield the lines of a stream that is open already, standard input for one, as `text_lines` does.

    Args:
        stream: Open for reading bytes; it is not closed.
        name: What stands for the file in messages.

    Raises:
        DataError: SL411 to SL417, as `text_lines`.
    """
    yield from _checked(stream, name)


def _checked(stream: IO[bytes], name: str, keep_ends: bool = False, encoding: str = "utf-8") -> Iterator[str]:
    try:
        yield from _decoded(stream, name, keep_ends, encoding)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        what = "ends too early" if isinstance(error, EOFError) else "is damaged"
        note = "it was probably cut or altered while it was downloaded or copied; get it again"
        raise DataError(Problem("SL412", f"the gzip file {what}", Place(name), notes=(note,))) from error
    except OSError as error:
        raise _unreadable(Path(name), error) from error


def _decoded(stream: IO[bytes], name: str, keep_ends: bool, encoding: str) -> Iterator[str]:
    """The lines of an open file, decoded and checked."""
    number = offset = 0
    for raw in iter(partial(stream.readline, LONGEST_LINE), b""):
        number += 1
        if number == 1:
            _check_beginning(raw, name)
        try:
            line = raw.decode(encoding)
        except UnicodeDecodeError as error:
            raise _not_encoded(raw, error, Place(name, number), offset, encoding) from error
        if "\0" in line:
            column = line.index("\0") + 1
            raise DataError(
                Problem("SL414", "a NUL byte stands in the text", Place(name, number, column),
                        notes=("the file is binary, or was damaged while it was copied; get it again",))
            )  # fmt: skip
        if len(raw) == LONGEST_LINE and raw[-1:] != b"\n":
            raise _too_long(name, number)
        offset += len(raw)
        if number == 1:
            line = line.removeprefix(_BYTE_ORDER_MARK)
        if not keep_ends:
            yield line.rstrip("\r\n")
        else:
            yield f"{line[:-2]}\n" if line.endswith("\r\n") else line
    if not number:
        raise DataError(
            Problem("SL416", "the file is empty", Place(name),
                    notes=("it has no bytes at all; a download or a disk that was full may have left it",))
        )  # fmt: skip


def _open(path: Path) -> IO[bytes]:
    """The file, opened for reading bytes; unpacked if its name ends in `.gz`."""
    try:
        stream = path.open("rb")
        if path.suffix != ".gz":
            return stream
        if not (beginning := stream.peek(2)[:2]):
            return stream
        if beginning == _GZIP:
            stream.close()
            return BufferedReader(gzip.open(path, "rb"))  # GzipFile.readline is Python, this one is C
        stream.close()
    except FileNotFoundError as error:
        raise _missing(path) from error
    except OSError as error:
        raise _unreadable(path, error) from error
    raise DataError(
        Problem("SL412", "the name ends in .gz, but the file is not packed by gzip", Place(str(path)),
                notes=("rename it without .gz if it is plain text; else get it again",))
    )  # fmt: skip


def _missing(path: Path) -> DataError:
    """The file does not exist: name the part of its path that is wrong, and the nearest one that is there."""
    absent = path
    while absent.parent != absent and not absent.parent.exists():
        absent = absent.parent
    what = "there is no such file" if absent == path else f"there is no folder '{absent.name}' in '{absent.parent}'"
    try:
        siblings = sorted(entry.name for entry in absent.parent.iterdir())
    except OSError:
        siblings = []
    near = difflib.get_close_matches(absent.name, siblings, n=1)
    return DataError(
        Problem("SL410", what, Place(str(path)), hint=f"did you mean '{absent.parent / near[0]}'?" if near else None,
                notes=() if path.is_absolute() else (f"looked for in: {Path.cwd()}",))
    )  # fmt: skip


def _unreadable(path: Path, error: OSError) -> DataError:
    """The file is there and cannot be read."""
    if path.is_dir():
        files = sorted(entry.name for entry in path.iterdir() if entry.is_file())
        shown = ", ".join(files[:6]) + (f", ... ({len(files) - 6} more)" if len(files) > 6 else "")
        note = f"files in it: {shown}" if files else "no file is in it"
        return DataError(Problem("SL411", "this is a folder, not a file", Place(str(path)), notes=(note,)))
    reason = "you may not read the file" if isinstance(error, PermissionError) else "the file cannot be read"
    notes = ("see who may read it: ls -l",) if isinstance(error, PermissionError) else ()
    return DataError(Problem("SL411", f"{reason}: {error.strerror or error}", Place(str(path)), notes=notes))


def _check_beginning(raw: bytes, name: str) -> None:
    """Recognise by its first bytes what is no text at all, or not the text that was meant."""
    beginning = raw.removeprefix(_BYTE_ORDER_MARK.encode()).lstrip()[:40].lower()
    for marks, code, message, note in _OTHER_CONTENT:
        if raw.startswith(marks) or beginning.startswith(marks):
            raise DataError(Problem(code, message, Place(name, 1), notes=(note,)))


def _not_encoded(raw: bytes, error: UnicodeDecodeError, place: Place, offset: int, encoding: str) -> DataError:
    """A byte that is none of the encoding: where, and how it may be mended."""
    assert place.line is not None
    if len(raw) == LONGEST_LINE and error.end == len(raw):
        return _too_long(place.file, place.line)
    before = raw[: error.start].decode(encoding)
    source = raw.decode(encoding, "replace").rstrip("\r\n")
    if encoding.lower().replace("_", "-") in ("utf-8", "utf8"):
        name = "UTF-8"
        note = "the file may be Latin-1 or Windows-1252; convert it: iconv -f WINDOWS-1252 -t UTF-8; or, where the reader has it, set data.reader.encoding"
    else:
        name, note = encoding, "is it another encoding, or UTF-8 after all? see: file --mime-encoding FILE"
    return DataError(
        Problem("SL413", f"byte 0x{raw[error.start]:02x} at offset {offset + error.start:,} is not {name}",
                Place(place.file, place.line, len(before) + 1, source), notes=(note,))
    )  # fmt: skip


def _too_long(name: str, number: int) -> DataError:
    return DataError(
        Problem("SL415", f"the line is longer than {LONGEST_LINE:,} bytes", Place(name, number),
                notes=("is this the right file? its line ends may be lost",))
    )  # fmt: skip
