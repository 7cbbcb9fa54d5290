"""Sample `python-docstrings`: English about code, from the standard library of the running Python."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from inspect import cleandoc

from seqlab.data.catalogue.generated.cut import cut
from seqlab.data.catalogue.generated.library import library_files

EDITION = 1


def texts() -> Mapping[str, str]:
    """The docstrings of all public modules and of what is in them, each once, cut by module or package.

    A package is cut as one, since its modules are about the same thing.

    Raises:
        DataError: SL438 if this Python comes without its sources.
    """
    return cut({name: "\n\n".join(each) for name, each in by_package(docstrings).items()})


def by_package(texts_of: Callable[[str], Iterator[str]]) -> Mapping[str, Sequence[str]]:
    """What stands in the sources of the standard library, each text once, under its module or package.

    Args:
        texts_of: Yields the texts of a source.

    Raises:
        DataError: SL438 if this Python comes without its sources.
    """
    found: dict[str, list[str]] = {}
    seen: set[str] = set()
    for name, source in library_files(packages=True):
        for text in texts_of(source):
            if text not in seen:  # a method's is often that of the method that it overrides
                seen.add(text)
                found.setdefault(name.partition("/")[0], []).append(text)
    return found


def docstrings(source: str) -> Iterator[str]:
    """Yield the docstrings of a module, its classes and its functions, from top to bottom, without their indentation."""
    yield from _of(ast.parse(source))


def _of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        if text := ast.get_docstring(node, clean=False):
            yield "\n".join(line.rstrip() for line in cleandoc(text).split("\n"))
    elif not isinstance(node, ast.stmt | ast.excepthandler | ast.match_case):
        return  # an expression holds no definition
    for child in ast.iter_child_nodes(node):
        yield from _of(child)
