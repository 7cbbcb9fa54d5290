r"""Whether LaTeX is well-formed: braces and environments, each closed inside what it was opened in."""

from __future__ import annotations

import re

_MARK = re.compile(r"%[^\n]*|\\(begin|end)\s*\{([^{}]*)\}|\\[^\n]|[{}]")


def is_balanced(text: str) -> bool:
    r"""Whether every brace and every `\begin{x}` of a LaTeX text is closed, in the order in which they were opened.

    `{ \begin{a} } \end{a}` is not balanced. Braces that are printed (`\{`) and comments do not count. Nothing else is
    looked at: neither `$` nor `\left(`, nor whether a command exists; `verbatim` is read as any other environment.

    Args:
        text: A whole document or a piece of one; empty is balanced.
    """
    return unclosed(text) == []


def unclosed(text: str, first: bool = False) -> list[str] | None:
    """What is open at the end of a LaTeX text; None if something was closed that was not the last to be opened.

    Args:
        text: A whole document or a piece of one.
        first: Look no further than the end of the first environment that stands in no other.
    """
    opened: list[str] = []
    for mark in _MARK.finditer(text):
        match mark[1] or mark[0]:
            case "begin":
                opened.append(mark[2])
            case "{":
                opened.append("{")
            case "end" | "}" as closing:
                if not opened or opened.pop() != ("{" if closing == "}" else mark[2]):
                    return None
                if first and closing == "end" and not opened:
                    return opened
    return opened
