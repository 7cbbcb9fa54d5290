"""`seqlab score`: how likely texts are to a saved language model, or targets to one that generates from an input."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seqlab.cli.language_models import check_model_options, input_lines, model_options, output_stream, tell_model
from seqlab.cli.layout import heading, is_terminal, muted
from seqlab.cli.options import current_plugins, plugin_options

if TYPE_CHECKING:
    from seqlab.runs.score import ScoredLine, Total


@click.command(short_help="say how likely texts are to a saved model")
@click.argument("run", metavar="RUN")
@click.argument("file", metavar="[FILE]", required=False, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--tokens", "with_tokens", is_flag=True, help="Show each token with its log-probability.")
@click.option("--rank", is_flag=True, help="Put the likeliest line first.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
@model_options
@plugin_options
def command(
    run: str,
    file: Path | None,
    with_tokens: bool,
    rank: bool,
    as_json: bool,
    baseline: str | None,
    variant: str | None,
) -> None:
    """Say how likely each line of FILE or standard input is by itself: the log-probability, in nats.

    RUN is a run's folder, its `model` folder, or the name of a pipeline: its newest finished run under runs/. The
    log-probability of a line is the sum of those of its tokens, each given all before it; `</s>` counts where the model
    predicts it. For a model that generates from an input (a translation, a caption) FILE is in the form of its reader, and
    each target is scored given its input.

    \b
    seqlab score char_lm sentences.txt
    seqlab score translate pairs.tsv
    printf "the cat is small\\nsmall the cat is\\n" | seqlab score char_lm --rank
    """  # noqa: D301 (click reads the escape)
    check_model_options(baseline, variant)
    from seqlab.training.processes import prepare_for_torch

    prepare_for_torch()
    from seqlab.runs.language_models import Which, saved_generator
    from seqlab.runs.score import Total, ranked, score_lines, score_pairs

    with saved_generator(run, Which(baseline, variant), current_plugins()) as saved:
        tell_model(run, saved.folder, saved.name)
        total = Total(saved)
        if not saved.takes_input:
            lines, typed = input_lines(file)
            scored = _counted(score_lines(saved, lines, at_once=typed and not rank), total)
        elif file is not None and str(file) != "-":
            scored = _counted(score_pairs(saved, file), total)
        else:
            raise click.UsageError("the model generates from an input: give a FILE of inputs with their targets")
        if rank:
            scored = iter(ranked(list(scored)))
        if as_json:
            record = {"model": str(saved.folder), "system": saved.name, "lines": [line.as_json() for line in scored]}
            click.echo(json.dumps(record | {"total": total.as_json()}, ensure_ascii=False, indent=2))
            return
        _show(scored, total, with_tokens, saved.takes_input)


def _counted(lines: Iterable[ScoredLine], total: Total) -> Iterator[ScoredLine]:
    for line in lines:
        total.add(line)
        yield line


def _show(lines: Iterable[ScoredLine], total: Total, with_tokens: bool, is_pair: bool) -> None:
    """A row for each line, its tokens below it, and all of them together in the end."""
    from seqlab.evaluation.vocabulary import coverage_sentence
    from seqlab.report.visible import visible

    output, on_terminal = output_stream(), is_terminal()
    shown = visible if on_terminal else str
    output.write(heading(f"{'log p':>12}  {'per token':>10}  {'perplexity':>12}  {'tokens':>7}  text") + "\n")
    for line in lines:
        text = shown(line.text if line.input is None else f"{line.input} => {line.text}")
        output.write(f"{_numbers(line.log_prob, line.per_token, len(line.tokens))}  {text}\n")
        if with_tokens:
            for token, value, known in zip(line.tokens, line.log_probs, line.known, strict=True):
                number = "not scored" if math.isnan(value) else f"{value:.4f}"
                output.write(f"{number:>12}  {_token(token)}{'' if known or math.isnan(value) else ' (as <unk>)'}\n")
        output.flush()
    one = "line" if not is_pair else "pair"
    what = f"all {total.lines:,} {one}s" if total.lines != 1 else f"the {one}"
    output.write(f"{_numbers(total.log_prob, total.per_token, total.tokens)}  {muted(what)}\n")
    output.write(f"{muted(f'log p is in nats. {coverage_sentence(total.coverage)}')}\n")


def _numbers(log_prob: float, per_token: float, tokens: int) -> str:
    from seqlab.runs.score import perplexity

    mean, among = ("-", "-") if math.isnan(per_token) else (f"{per_token:.4f}", f"{perplexity(per_token):,.2f}")
    return f"{log_prob:12.4f}  {mean:>10}  {among:>12}  {tokens:7,}"


def _token(token: str) -> str:
    """A token, in quotes where it would not be seen."""
    return token if token.isprintable() and token.strip() else repr(token)
