"""A saved model over a stream: lines in, lines out, in memory that does not grow with either."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray

from seqlab.config.pipeline import Pipeline
from seqlab.data.checks import check_examples
from seqlab.data.load import tokenised
from seqlab.data.raw import text_examples, token_examples
from seqlab.errors import DataError, Problem, RunError, suggestion
from seqlab.interfaces.learner import Learner
from seqlab.interfaces.reader import Reader
from seqlab.interfaces.records import Example, Prediction, Tokens
from seqlab.interfaces.tokenizer import Tokenizer
from seqlab.plugins import Plugins
from seqlab.runs.answers import as_json_line, as_plain
from seqlab.runs.highlight import Highlighter
from seqlab.runs.vectors import as_vector_line, name_of, neighbour_texts

AUTO, TEXT, TOKENS = "auto", "text", "tokens"
PLAIN, JSONL, HTML = "plain", "jsonl", "html"
VECTORS, NEIGHBOURS = "vectors", "neighbours"

CHUNK_TOKENS = 50_000
"""Tokens that are in memory at a time: enough for well-filled batches of like length (`benchmarks/predict.py`)."""
CHUNK_EXAMPLES = 5_000
_LOOK_AHEAD = 20
"""Lines that `auto` looks at."""


@dataclass(frozen=True, slots=True)
class Form:
    """What comes in and what goes out.

    Args:
        input: `text`, `tokens`, the name of a reader (`conllu`), or `auto`: the run's reader where it recognises the
            first lines or the model reads several inputs, else `text`.
        output: `plain`, `jsonl`, `html`, `vectors`, `neighbours`, the name of the run's
            reader, or `auto`: as the input where that is a reader's
            format that can be written, else `plain`.
        language: Of raw text, where the pipeline has no tokenizer of its own.
        probabilities: Whether `jsonl` holds probabilities.
        at_once: Answer after every line.
    """

    input: str = AUTO
    output: str = AUTO
    language: str = "en"
    probabilities: bool = False
    at_once: bool = False


class Predictor:
    """A saved model, ready to answer.

    Args:
        pipeline: The model's pipeline.
        learner: The model.
        plugins: The loaded plugins.
        form: What comes in and what goes out.

    Raises:
        RunError: SL615 if the model predicts nothing that could be written, or a format is unknown or does not fit it.
    """

    def __init__(self, pipeline: Pipeline, learner: Learner, plugins: Plugins, form: Form) -> None:
        self.pipeline = pipeline
        self.learner = learner
        self.registry = plugins.registry
        self.form = form
        self.target = pipeline.model.settings.head_settings.target
        if self.target == "next_token":
            raise _unfit(
                "a language model has nothing to predict",
                "it continues a text: seqlab generate; or says how likely one is: seqlab score",
            )
        self.reader: Reader = self.registry.build(pipeline.data.reader)
        self.own = pipeline.data.reader.key
        if form.input not in (AUTO, TEXT, TOKENS):
            self._check_input(form.input)
        self.highlighter = Highlighter(pipeline.name)
        if form.output == HTML and self.target != "tags":
            raise _unfit(f"only tags are drawn as html, but the model predicts {self.target}", "choose plain or jsonl")
        if form.output in (VECTORS, NEIGHBOURS):
            self._check_vectors()
        elif form.output not in (AUTO, PLAIN, JSONL, HTML):
            self._check_output(form.output)

    def answers(self, lines: Iterable[str], name: str) -> Iterator[str]:
        """Yield the output, a piece for each chunk of the input.

        Args:
            lines: Checked and without line ends.
            name: What stands for the file in messages.

        Raises:
            DataError: If the input is broken; what stands before was answered.
        """
        lines, format_in = self._recognised(lines)
        format_out = self.form.output
        if format_out == AUTO:
            format_out = format_in if format_in == self.own and self._writes() else PLAIN
        if format_out == HTML:
            yield self.highlighter.begin()
        chunks = self._read(lines, name, format_in)
        if format_out == NEIGHBOURS:
            yield from self._neighbours(chunks)
            return
        for examples in chunks:
            if format_out == VECTORS:
                yield "".join(map(as_vector_line, examples, self.learner.vectors(examples)))
                continue
            predictions = self.learner.predict(examples)
            yield "".join(
                self._written(format_out, example, prediction)
                for example, prediction in zip(examples, predictions, strict=True)
            )
        if format_out == HTML:
            yield self.highlighter.end()

    def examples(self, lines: Iterable[str], name: str) -> Iterator[list[Example]]:
        """Yield what is to be predicted, chunk by chunk; see `answers`."""
        known, format_in = self._recognised(lines)
        return self._read(known, name, format_in)

    def _recognised(self, lines: Iterable[str]) -> tuple[Iterator[str], str]:
        """The lines, and the form in which they come."""
        lines, format_in = iter(lines), self.form.input
        if format_in != AUTO:
            return lines, format_in
        first = list(islice(lines, 1 if self.form.at_once else _LOOK_AHEAD))
        is_own = self._has_several or self.reader.recognises(first)
        return chain(first, lines), self.own if is_own else TEXT

    def _read(self, lines: Iterator[str], name: str, format_in: str) -> Iterator[list[Example]]:
        return self._checked(self._chunks(self._examples(lines, name, format_in)))

    def _neighbours(self, chunks: Iterable[Sequence[Example]]) -> Iterator[str]:
        """Each example with the nearest of all; their vectors are in memory at once."""
        names: list[str] = []
        vectors: list[NDArray[np.float32]] = []
        for examples in chunks:
            names += map(name_of, examples)
            vectors += self.learner.vectors(examples)
        if names:
            yield from neighbour_texts(names, np.stack(vectors))

    def _examples(self, lines: Iterable[str], name: str, format_in: str) -> Iterator[Example]:
        if format_in not in (TEXT, TOKENS):
            read = self._reader(format_in).read_inputs(lines, name)
            yield from tokenised(read, self._tokenizer()) if self.pipeline.data.tokenizer else read
            return
        inputs = self.pipeline.data.reader.settings.inputs
        if self._has_several:
            raise _unfit(
                f"the model reads several inputs: {', '.join(inputs)}", "give them in the format of its reader"
            )
        if inputs["main"] not in ("tokens", "text"):
            raise _unfit(
                f"the model reads {inputs['main']}, which a text has not",
                f"give them in the format of its reader: --input {self.own}"
                if type(self.reader).read_inputs is not Reader.read_inputs
                else "score it on a file of data: seqlab evaluate",
            )
        if format_in == TOKENS:
            yield from token_examples(lines, name)
        else:
            yield from text_examples(lines, name, self._tokenizer(), by_sentence=self.target == "tags")

    @property
    def _has_several(self) -> bool:
        """Whether an example has more than one input, or one with a name of its own: then raw text is no example."""
        return list(self.pipeline.data.reader.settings.inputs) != ["main"]

    def _tokenizer(self) -> Tokenizer:
        """The pipeline's own, since the model knows its tokens; spaCy's rules where the data came in tokens."""
        part = self.pipeline.data.tokenizer
        if part is None:
            default = self.registry.part("tokenizer", "spacy")
            part = replace(default, settings=replace(default.settings, language=self.form.language))
        tokenizer: Tokenizer = self.registry.build(part)
        return tokenizer

    def _chunks(self, examples: Iterator[Example]) -> Iterator[list[Example]]:
        """Examples that are predicted together. What was read before an error is given first."""
        chunk: list[Example] = []
        tokens = 0
        while True:
            try:
                example = next(examples, None)
            except DataError:
                if chunk:
                    yield chunk
                raise
            if example is not None:
                chunk.append(example)
                tokens += sum(len(value) for value in example.inputs.values() if isinstance(value, Tokens))
            is_full = self.form.at_once or tokens >= CHUNK_TOKENS or len(chunk) >= CHUNK_EXAMPLES
            if chunk and (example is None or is_full):
                yield chunk
                chunk, tokens = [], 0
            if example is None:
                return

    def _checked(self, chunks: Iterable[list[Example]]) -> Iterator[list[Example]]:
        for examples in chunks:
            try:
                check_examples(examples, self.pipeline.data.max_length)
            except DataError as error:
                notes = {"SL406": ("split it into shorter ones",)}
                problems = (replace(each, notes=notes.get(each.code, each.notes)) for each in error.problems)
                raise DataError(*problems) from None
            yield examples

    def _written(self, format_out: str, example: Example, prediction: Prediction) -> str:
        if format_out == PLAIN:
            return as_plain(example, prediction, self.reader.text_of)
        if format_out == JSONL:
            return as_json_line(example, prediction, self.form.probabilities)
        if format_out == HTML:
            return self.highlighter.sentence(example, prediction)
        return self.reader.write(example, prediction)

    def _reader(self, name: str) -> Reader:
        """The run's reader where it is the one, with its settings; else one with default settings."""
        if name == self.own:
            return self.reader
        reader: Reader = self.registry.build(self.registry.part("reader", name))
        return reader

    def _check_input(self, name: str) -> None:
        """A format must be known, and its reader must do without targets."""
        self._check_name(name, (TEXT, TOKENS))
        reader = None
        with suppress(TypeError):  # a reader that needs settings cannot be meant by its name alone
            reader = self._reader(name)
        if reader is None or type(reader).read_inputs is Reader.read_inputs:
            raise _unfit(f"the reader '{name}' cannot read without targets", "give the input as text or as tokens")

    def _check_output(self, name: str) -> None:
        """A format must be known, and be the one that the model learnt from."""
        self._check_name(name, (PLAIN, JSONL, HTML, VECTORS, NEIGHBOURS))
        note = "choose the output plain or jsonl"
        if name != self.own:
            raise _unfit(
                f"the model learnt from '{self.own}': where its {self.target} stand in '{name}' is not known", note
            )
        if not self._writes():
            raise _unfit(f"the reader '{name}' cannot write predictions", note)

    def _check_vectors(self) -> None:
        """There must be one vector for each example."""
        if type(self.learner).vectors is Learner.vectors:
            raise _unfit(f"a model of the type '{self.pipeline.model.type}' has no vectors", "choose plain or jsonl")
        if list(inputs := self.pipeline.data.reader.settings.inputs) != ["main"]:
            raise _unfit(
                f"each of several inputs has a vector of its own: {', '.join(inputs)}", "choose plain or jsonl"
            )

    def _check_name(self, name: str, others: tuple[str, ...]) -> None:
        known = [AUTO, *others, *self.registry.names("reader")]
        if name not in known:
            problem = _unfit(f"unknown format '{name}'", f"known: {', '.join(known)}").problems[0]
            raise RunError(replace(problem, hint=suggestion(name, known)))

    def _writes(self) -> bool:
        return type(self.reader).write is not Reader.write


def _unfit(message: str, note: str) -> RunError:
    return RunError(Problem("SL615", message, notes=(note,)))
