"""Turning a text into the numbers of a `Corpus`: megabytes per second, and the memory that it takes.

    cd benchmarks && python corpus.py --megabytes 10 100 1000

Each size is a process of its own. Memory is what the process itself needs (`RssAnon`); the pages of the temporary file that the
system keeps are its own to drop.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

UNITS = ("character", "word")


def write(path: Path, megabytes: int) -> None:
    """The help texts of Python, again and again."""
    from pydoc_data.topics import topics

    text = "\n".join(topics.values())
    with path.open("w", encoding="utf-8") as file:
        for _ in range(megabytes * 1_000_000 // len(text) + 1):
            file.write(text)


def measure(path: Path, unit: str) -> None:
    """Read, count, and print what it took."""
    from seqlab import Corpus
    from seqlab_readers.lines import Lines
    from seqlab_readers.settings import LinesSettings, TextSettings
    from seqlab_readers.text import RunningText

    reader = RunningText(TextSettings()) if unit == "character" else Lines(LinesSettings())
    before, start = anonymous(), time.perf_counter()
    corpus = Corpus.of(reader.read(path, "train"), ends=unit == "word")
    seconds = time.perf_counter() - start
    corpus.counts()
    size = path.stat().st_size / 1e6
    print(
        f"{size:6.0f} MB by {unit}: {corpus.size:,} tokens of {len(corpus.types):,} types, {size / seconds:.1f} MB/s, "
        f"{anonymous() - before:.0f} MB of memory"
    )


def anonymous() -> float:
    """Memory of this process that no file stands behind, in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) / 1024
    return float("nan")


def main() -> None:
    """Measure every size by every unit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, nargs="+", default=[10, 100])
    parser.add_argument("--one", nargs=2, metavar=("FILE", "UNIT"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        measure(Path(given.one[0]), given.one[1])
        return
    with tempfile.TemporaryDirectory() as folder:
        for megabytes in given.megabytes:
            path = Path(folder) / f"{megabytes}.txt"
            write(path, megabytes)
            for unit in UNITS:
                subprocess.run([sys.executable, __file__, "--one", str(path), unit], check=True)
            path.unlink()


if __name__ == "__main__":
    main()
