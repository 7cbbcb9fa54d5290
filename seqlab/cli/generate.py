"""`seqlab generate`: a saved language model continues a text, a saved model that generates answers an input."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from seqlab.cli.language_models import (
    STANDARD_INPUT,
    check_model_options,
    input_lines,
    model_options,
    output_stream,
    tell_model,
)
from seqlab.cli.layout import heading, is_terminal, muted
from seqlab.cli.options import current_plugins, plugin_options

if TYPE_CHECKING:
    from seqlab.interfaces.decoding import Decoding
    from seqlab.runs.generate import Piece, Request
    from seqlab.runs.generators import SavedGenerator

LENGTH = 200
_MOST_NAMED = 8
"""Unknown tokens that are named."""


@click.command(short_help="continue a text with a saved language model, or answer an input")
@click.argument("run", metavar="RUN")
@click.option(
    "--prompt", metavar="TEXT", help="What the text begins with, or the input that it answers.  [default: nothing]"
)
@click.option(
    "--prompts",
    "file",
    metavar="FILE",
    type=click.Path(path_type=Path, allow_dash=True),
    help="A file of prompts, one a line; - for standard input.",
)
@click.option(
    "--length", type=click.IntRange(min=1), default=LENGTH, show_default=True, metavar="N", help="Most tokens."
)
@click.option(
    "--temperature", type=click.FloatRange(min=0), metavar="T", help="Below 1 bolder, above 1 wilder; 0: the likeliest."
)
@click.option("--top-k", type=click.IntRange(min=1), metavar="K", help="Draw from the K likeliest tokens.")
@click.option(
    "--top-p",
    type=click.FloatRange(0, 1, min_open=True),
    metavar="P",
    help="Draw from the fewest that hold P of it all.",
)
@click.option(
    "--n", "count", type=click.IntRange(min=1), default=1, metavar="N", help="Texts of each prompt.  [default: 1]"
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, metavar="N", help="Of what is drawn.")
@click.option("--beam", type=click.IntRange(min=1), metavar="N", help="Search with N texts side by side; draw nothing.")
@click.option("--n-best", type=click.IntRange(min=1), metavar="N", help="Of a beam search, the N best texts.")
@click.option("--length-penalty", type=click.FloatRange(min=0), metavar="A", help="How much a beam favours long texts.")
@click.option("--allow-unknown", is_flag=True, help="Let <unk> be written.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else, once all is done.")
@model_options
@plugin_options
def command(
    run: str,
    prompt: str | None,
    file: Path | None,
    length: int,
    temperature: float | None,
    top_k: int | None,
    top_p: float | None,
    count: int,
    seed: int,
    beam: int | None,
    n_best: int | None,
    length_penalty: float | None,
    allow_unknown: bool,
    as_json: bool,
    baseline: str | None,
    variant: str | None,
) -> None:
    """Continue a text, or answer an input, token by token, until `</s>` or --length; the same seed gives the same text.

    RUN is a run's folder, its `model` folder, or the name of a pipeline: its newest finished run under runs/. A
    model that generates from an input (a translation, a caption) is given that as the prompt, as `seqlab predict` reads it.
    That verb takes the likeliest, as --temperature 0 does, or searches, as --beam, by the settings of the pipeline.

    \b
    seqlab generate char_lm --prompt "The " --temperature 0.8
    seqlab generate char_lm --prompt "The " --from kneser_ney_7 --n 3
    seqlab generate word_lm_ptb --prompt "the cat" --beam 5 --n-best 3
    seqlab generate translate --prompt "two hundred ten" --beam 5 --n-best 3
    """  # noqa: D301 (click reads the escape)
    check_model_options(baseline, variant)
    if prompt is not None and file is not None:
        raise click.UsageError("--prompt and --prompts both say what the texts begin with: leave out one of them")
    drawn = {"temperature": temperature, "top_k": top_k, "top_p": top_p}
    decoding = _decoding(length, drawn, count, beam, {"n_best": n_best, "length_penalty": length_penalty})
    from seqlab.training.processes import prepare_for_torch

    prepare_for_torch()
    from seqlab.runs.generate import Request, write_texts
    from seqlab.runs.language_models import Which, saved_generator

    prompts = tuple(input_lines(file)[0]) if file is not None else (prompt or "",)
    name = "--prompt" if file is None else STANDARD_INPUT if str(file) == "-" else str(file)
    request = Request(prompts, decoding, count, seed, allow_unknown, name)
    with saved_generator(run, Which(baseline, variant), current_plugins()) as saved:
        tell_model(run, saved.folder, saved.name)
        if saved.takes_input and not "".join(prompts).strip():
            raise click.UsageError("the model answers an input: give it with --prompt or --prompts")
        _tell_unknown(saved, prompts)
        pieces = write_texts(saved, request)
        if as_json:
            click.echo(json.dumps(_record(saved, request, pieces), ensure_ascii=False, indent=2))
        else:
            _show(saved, request, pieces)


def _decoding(length: int, drawn: dict[str, Any], count: int, beam: int | None, searched: dict[str, Any]) -> Decoding:
    """The settings of generation, with contradictions told in the words of the command line."""
    from seqlab.interfaces.decoding import Decoding

    given = {name: value for name, value in (drawn if beam is None else searched).items() if value is not None}
    if beam is None:
        for name, value in searched.items():
            if value is not None:
                raise click.UsageError(f"{_option(name)} is for a beam search: give --beam too, or leave it out")
        if count > 1 and drawn["temperature"] == 0:
            raise click.UsageError(f"--temperature 0 draws nothing, so that all {count} texts would be the same")
    else:
        for name, value in {**drawn, "n": count if count > 1 else None}.items():
            if value is not None:
                more = "; for several texts give --n-best" if name == "n" else ""
                raise click.UsageError(f"{_option(name)} is for texts that are drawn, and --beam draws nothing{more}")
    try:
        return Decoding(max_length=length, beam=beam, **given)
    except ValueError as error:
        name, _, what = str(error).partition(": ")
        raise click.UsageError(f"{_option(name)}: {what}") from error


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _tell_unknown(saved: SavedGenerator, prompts: Sequence[str]) -> None:
    """Say which tokens of the prompts the model does not know."""
    from seqlab.report.visible import visible

    outside = list(dict.fromkeys(token for prompt in prompts for token in saved.outside(prompt)))
    if not outside:
        return
    named = ", ".join(f"'{visible(token)}'" for token in outside[:_MOST_NAMED])
    more = len(outside) - _MOST_NAMED
    what = f"{named}{f' and {more} more' if more > 0 else ''}"
    are, them = ("is", "it") if len(outside) == 1 else ("are", "them")
    click.echo(f"note: {what} {are} not in the vocabulary; the model reads <unk> for {them}", err=True)


def _record(saved: SavedGenerator, request: Request, pieces: Iterator[Piece]) -> dict[str, Any]:
    return {
        "model": str(saved.folder),
        "system": saved.name,
        "seed": request.seed,
        "texts": [piece.written.as_json() for piece in pieces if piece.written is not None],
    }


def _show(saved: SavedGenerator, request: Request, pieces: Iterator[Piece]) -> None:
    """Print texts as they grow: one a line where `</s>` ends them, else with a rule above each of several."""
    from seqlab.report.visible import visible

    output, on_terminal = output_stream(), is_terminal()
    searched = request.decoding.n_best if request.decoding.beam is not None else 1
    total = len(request.prompts) * request.count * searched
    number, begins = 0, True
    for piece in pieces:
        text = visible(piece.text) if on_terminal else piece.text
        if begins:
            number += 1
            if total > 1 and saved.end is None:
                output.write(muted(f"--- {number} of {total} ---") + "\n")
            text = heading(text) if text else ""
        begins = piece.written is not None
        output.write(text + ("\n" if begins else ""))
        output.flush()
