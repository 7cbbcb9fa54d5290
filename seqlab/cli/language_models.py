"""What the verbs of language models have in common: which of a run's models, and where text comes from and goes to."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO, TypeVar

import click

from seqlab.cli.layout import muted

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

STANDARD_INPUT = "standard input"


def model_options(command: Decorated) -> Decorated:
    """Give a verb `--from` and `--variant`, as `baseline` and `variant`."""
    for option in (
        click.option("--variant", metavar="KEY", help="A variant of the run, in place of the model."),
        click.option("--from", "baseline", metavar="KEY", help="A baseline of the run, in place of the model."),
    ):
        command = option(command)
    return command


def check_model_options(baseline: str | None, variant: str | None) -> None:
    """One of them at most."""
    if baseline is not None and variant is not None:
        raise click.UsageError("--from and --variant name two models: leave out one of them")


def input_lines(file: Path | None) -> tuple[Iterator[str], bool]:
    """The lines of a file, or of standard input (`-`, None); and whether somebody types them."""
    from seqlab.data.textfile import stream_lines, text_lines

    if file is not None and str(file) != "-":
        return text_lines(file), False
    return stream_lines(sys.stdin.buffer, STANDARD_INPUT), sys.stdin.isatty()


def output_stream() -> TextIO:
    """Standard output. Whatever the terminal speaks: what is read is UTF-8 with LF, and so is what is written."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    return sys.stdout


def tell_model(run: str, folder: Path, name: str) -> None:
    """Say which model is read, where it was named by its pipeline."""
    if not Path(run).exists():
        click.echo(muted(f"model: {folder}{'' if name == 'model' else f', {name}'}"), err=True)
