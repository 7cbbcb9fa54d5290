r"""Items as words of an ARPA file, whatever characters they hold.

Of an item that a line cannot hold, the blank of a model of characters for one, each such character is written as its code
point: `\u{20}`. So is an item `<s>`, which means something else there. All is read back as it was.
"""

from __future__ import annotations

import re

BEGIN, END = "<s>", "</s>"

_UNWRITABLE = re.compile(r"[\s\x00-\x1f\x7f\ud800-\udfff]|\\(?=u\{)|^<(?=s>$)")
_ESCAPED = re.compile(r"\\u\{([0-9a-f]{0,6})\}")


def escaped(item: str) -> str:
    """An item as a word without blanks, control characters and half surrogates."""
    return _UNWRITABLE.sub(lambda found: f"\\u{{{ord(found[0]):x}}}", item) or "\\u{}"


def unescaped(word: str) -> str:
    """The item that was given to `escaped`."""
    return _ESCAPED.sub(_character, word) if "\\u{" in word else word


def _character(found: re.Match[str]) -> str:
    code = int(found[1] or "0", 16)
    return "" if not found[1] else chr(code) if code <= 0x10FFFF else found[0]
