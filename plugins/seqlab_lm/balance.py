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
    opened: list[str] = []
    for mark in _MARK.finditer(text):
        match mark[1] or mark[0]:
            case "begin":
                opened.append(mark[2])
            case "{":
                opened.append("{")
            case "end" | "}" as closing:
                if not opened or opened.pop() != ("{" if closing == "}" else mark[2]):
                    return False
    return not opened
