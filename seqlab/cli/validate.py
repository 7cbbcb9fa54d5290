"""`seqlab validate`: every mistake of a pipeline at once, before any data is read."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from seqlab.cli.layout import muted
from seqlab.cli.options import fresh_plugins, pipelines_and_overrides, plugin_options
from seqlab.errors import Problem, SeqlabError
from seqlab.interfaces.settings import Part

if TYPE_CHECKING:
    from seqlab.config.pipeline import Pipeline

_SHOWN = ("reader", "embedder", "encoder", "pooler", "decoder", "head", "learner")


@click.command(short_help="check pipelines without reading any data")
@click.argument("arguments", metavar="PIPELINE... [KEY=VALUE | ~KEY]...", nargs=-1, required=True)
@click.option("--resolved", is_flag=True, help="Print the whole pipeline, and where each value comes from.")
@plugin_options
def command(arguments: tuple[str, ...], resolved: bool) -> None:
    """Check pipelines without reading any data.

    A PIPELINE is a YAML file or the name of a shipped one. KEY=VALUE sets a value and ~KEY removes one, in all of
    them. Every mistake is told at once, with its place; the exit code is then 2.

    \b
    seqlab validate pos
    seqlab validate my.yaml model.encoder.num_layers=3 --resolved
    """  # noqa: D301 (click reads the escape)
    from seqlab.config.load import load_pipeline

    pipelines, overrides = pipelines_and_overrides(arguments)
    if not pipelines:
        raise click.UsageError("no pipeline is named: give a YAML file, or a name of `seqlab pipelines`")
    problems: list[Problem] = []
    failures: list[SeqlabError] = []
    for source in pipelines:
        try:
            found = load_pipeline(source, fresh_plugins(), overrides)
        except SeqlabError as error:
            problems += [problem for problem in error.problems if problem not in problems]
            failures.append(error)
            continue
        if resolved:
            click.echo(found.text.rstrip("\n"))
        else:
            click.echo(f"{source}: valid\n  {muted(' -> '.join(_described(found.pipeline)))}")
    if failures:
        raise type(failures[0])(*problems)


def _described(pipeline: Pipeline) -> Iterator[str]:
    """`reader conllu`, `embedder word + char_rnn`, `encoder lstm`, `head tagger`: as data flows."""
    parts = [*_parts(pipeline.data), *_parts(pipeline.model.settings)]
    if not any(part.kind == "head" for part in parts):
        parts.append(pipeline.model)
    for kind in _SHOWN:
        names = dict.fromkeys(part.type for part in parts if part.kind == kind)
        if names:
            yield f"{kind} {' + '.join(names)}"


def _parts(value: Any) -> Iterator[Part]:
    """Every component that stands in settings, at any depth."""
    if isinstance(value, Part):
        yield value
        yield from _parts(value.settings)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _parts(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from _parts(inner)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _parts(getattr(value, field.name))
