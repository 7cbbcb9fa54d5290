"""The project's pages and what stands in their fences."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted(
    [
        *(path for path in ROOT.glob("*.md") if path.name != "CHANGELOG.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "examples").glob("*/README.md"),
    ]
)


@dataclass(frozen=True)
class Fence:
    """A fenced block: its page, the line of its first line, its language and its text."""

    page: Path
    line: int
    language: str
    text: str

    @property
    def file(self) -> str | None:
        """The file that its first line names: `# window.py` or `# window.py: why`."""
        found = re.match(r"# ([\w./-]+\.(?:py|yaml|toml))\b", self.text)
        return found[1] if found else None

    @property
    def place(self) -> str:
        """Where it stands, for the names of tests."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def fences(page: Path) -> Iterator[Fence]:
    """The fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    for found in re.finditer(r"^```(\w*)\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL):
        yield Fence(page, text.count("\n", 0, found.start(2)) + 1, found[1], found[2])


def commands(fence: Fence) -> Iterator[list[str]]:
    """The shell commands of a `console` fence as words; those joined by `&&` stand alone, variables before one go."""
    for line in fence.text.splitlines():
        if line.startswith("$ "):
            for part in re.split(r"&&|\|", line[2:]):
                words = shlex.split(part, comments=True)
                while words and re.match(r"[A-Z_]+=", words[0]):
                    words = words[1:]
                yield words
