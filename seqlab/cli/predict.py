"""`seqlab predict`: a saved model over a file or a stream."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path

import click

from seqlab.cli.layout import muted
from seqlab.cli.options import current_plugins, plugin_options

STANDARD_INPUT = "standard input"
COMMAND_LINE = "command line"


_IMAGES = (".jpg", ".jpeg", ".png")


@click.command(short_help="tag, label or caption with a saved model")
@click.argument("run", metavar="RUN")
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--input",
    "form_in",
    metavar="FORM",
    default="auto",
    show_default=True,
    help="text (raw), tokens (one sentence a line), conllu or another reader's name; auto tells a reader's form from text.",
)
@click.option(
    "--output",
    "form_out",
    metavar="FORM",
    default="auto",
    show_default=True,
    help="plain (word/TAG, or LABEL and text), jsonl, html (tags drawn in the text), vectors (of each text one, as jsonl), neighbours (the nearest texts of the input), or conllu; auto: as the input, plain for text and tokens.",
)
@click.option("--language", metavar="CODE", help="Language of raw text, for spaCy's rules.  [default: en]")
@click.option("--probabilities", is_flag=True, help="Give probabilities, and attention where there is some, in jsonl.")
@click.option("--line-buffered", is_flag=True, help="Answer after every line, as on a terminal; slower.")
@plugin_options
def command(
    run: str,
    files: tuple[Path, ...],
    form_in: str,
    form_out: str,
    language: str | None,
    probabilities: bool,
    line_buffered: bool,
) -> None:
    """Tag, label or rewrite text with a saved model, from FILE or standard input; or say what images show.

    RUN is a run's folder, its `model` folder, or the name of a pipeline: its newest finished run under runs/. A file may
    be of any size. Raw text is one text a line; for a tagger it is split into sentences. A model of
    several inputs (a story and a question) reads the format of its reader, and ranks its answers.

    \b
    echo "The cat sat on the mat." | seqlab predict pos
    echo "I loved every minute." | seqlab predict sentiment --output jsonl --probabilities
    seqlab predict pos raw.conllu > tagged.conllu
    seqlab predict runs/pos/TIME-ID text.txt --output jsonl --probabilities
    seqlab predict ner text.txt --output html > entities.html
    seqlab predict caption one.jpg another.png
    seqlab predict autoencoder sentences.txt --output vectors > vectors.jsonl
    seqlab predict autoencoder sentences.txt --output neighbours
    """  # noqa: D301 (click reads the escape)
    if probabilities and form_out != "jsonl":
        raise click.UsageError("--probabilities needs --output jsonl")
    from seqlab.training.processes import prepare_for_torch, use_threads

    prepare_for_torch()
    from seqlab.runs.find import find_model
    from seqlab.runs.predict import Form, Predictor
    from seqlab.runs.saved_model import load_model

    plugins = current_plugins()
    lines, name = _lines(files)
    folder, _ = find_model(run)
    if not Path(run).exists():
        click.echo(muted(f"model: {folder}"), err=True)
    resolved, learner = load_model(folder, plugins)
    use_threads(int(resolved.pipeline.threads or 1))
    at_once = line_buffered or (name == STANDARD_INPUT and sys.stdin.isatty())
    form = Form(form_in, form_out, language or "en", probabilities, at_once)
    predictor = Predictor(resolved.pipeline, learner, plugins, form)
    if name == COMMAND_LINE and "image" not in resolved.pipeline.data.reader.settings.inputs.values():
        raise click.UsageError("the model reads no images")
    if language is not None and resolved.pipeline.data.tokenizer is not None:
        click.echo("note: --language does nothing here, since the pipeline has a tokenizer of its own", err=True)
    output = sys.stdout
    if isinstance(output, TextIOWrapper):  # whatever the terminal speaks: what is read is UTF-8 with LF, too
        output.reconfigure(encoding="utf-8", newline="\n")
    for piece in predictor.answers(lines, name):
        output.write(piece)
        if at_once:
            output.flush()


def _lines(files: Sequence[Path]) -> tuple[Iterator[str], str]:
    """The lines of the file, or of standard input, and how it is called; of images their paths."""
    from seqlab.data.textfile import stream_lines, text_lines

    if files and all(file.suffix.lower() in _IMAGES for file in files):
        return map(str, files), COMMAND_LINE
    if len(files) > 1:
        raise click.UsageError("only images may be several: join other files, or predict one after the other")
    if files and str(files[0]) != "-":
        return text_lines(files[0]), str(files[0])
    return stream_lines(sys.stdin.buffer, STANDARD_INPUT), STANDARD_INPUT
