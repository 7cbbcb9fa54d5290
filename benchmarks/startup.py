"""How long the light verbs take, as whole processes.

python benchmarks/startup.py
"""

from __future__ import annotations

import subprocess
import sys

from pairs import measure

VERBS = (("--help",), ("validate", "pos"), ("plugins",), ("show", "encoder", "lstm"))


def main() -> None:
    """Print medians; the first row, an empty Python, is what the others are compared with."""

    def process(*arguments: str):
        return lambda: subprocess.run([sys.executable, *arguments], capture_output=True, check=True)

    systems = {"python -c pass": process("-c", "pass")}
    systems |= {f"seqlab {' '.join(verb)}": process("-m", "seqlab.cli.main", *verb) for verb in VERBS}
    measure(systems)


if __name__ == "__main__":
    main()
