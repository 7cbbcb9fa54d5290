"""From the `data:` section of a pipeline to the examples of three splits."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from seqlab.config.pipeline import DataSection
from seqlab.data.catalogue import find
from seqlab.data.checks import check_dataset
from seqlab.errors import DataError, Place, Problem
from seqlab.files import sha256
from seqlab.interfaces.reader import Reader
from seqlab.interfaces.records import Dataset, Example, Text, Tokens
from seqlab.interfaces.settings import TargetKind
from seqlab.interfaces.tokenizer import Tokenizer

DEV_SHARE = 0.1


def load_dataset(section: DataSection, target: TargetKind, seed: int, build: Callable[..., Any]) -> Dataset:
    """Read, tokenise, cut and check the splits.

    Args:
        section: The `data:` section.
        target: What the head predicts; where it is the next token, an example's input is its target.
        seed: Seeds the cut of dev where the data has none.
        build: Builds the reader and the tokenizer.

    Raises:
        DataError: If a file is missing, empty or broken, or an example is too long; all problems of a split at once.
    """
    reader: Reader = build(section.reader)
    tokenizer: Tokenizer | None = build(section.tokenizer) if section.tokenizer else None
    paths = _paths(section)
    limit = section.limit
    splits = {split: read_split(reader, tokenizer, files, split, target, limit) for split, files in paths.items()}
    if "dev" not in splits:
        splits["train"], splits["dev"] = cut_dev(splits["train"], seed)
    dataset = Dataset(
        train=splits["train"],
        dev=splits["dev"],
        test=splits.get("test"),
        files={str(path): sha256(path) for files in paths.values() for path in files},
    )
    return replace(dataset, warnings=check_dataset(dataset, section.max_length))


def read_split(
    reader: Reader,
    tokenizer: Tokenizer | None,
    files: Sequence[Path],
    split: str,
    target: TargetKind,
    limit: int | None = None,
) -> list[Example]:
    """Read and tokenise the files of one split.

    Args:
        reader: Of the `data:` section.
        tokenizer: The same; None without one.
        files: One after the other.
        split: `train`, `dev` or `test`.
        target: What the head predicts; where it is the next token, an example's input is its target.
        limit: Most examples; None for all.

    Raises:
        DataError: If a file is missing, empty or broken.
    """
    examples = _read(reader, tokenizer, files, split, limit)
    return [_own_target(example) for example in examples] if target == "next_token" else examples


def cut_dev(examples: Sequence[Example], seed: int) -> tuple[list[Example], list[Example]]:
    """Cut dev from train: the tenth whose ids have the smallest seeded hashes, so that it does not hang on the order.

    Returns:
        The remainder and dev, each in the old order.
    """
    marks = {id(e): hashlib.sha256(f"{seed}/{e.id}".encode()).digest() for e in examples}
    chosen = {id(e) for e in sorted(examples, key=lambda e: marks[id(e)])[: max(1, round(len(examples) * DEV_SHARE))]}
    return [e for e in examples if id(e) not in chosen], [e for e in examples if id(e) in chosen]


def _paths(section: DataSection) -> Mapping[str, Sequence[Path]]:
    if section.dataset is not None:
        return {split: [path] for split, path in find(section.dataset).items()}
    given = {"train": section.train, "dev": section.dev, "test": section.test}
    return {split: [Path(path) for path in files] for split, files in given.items() if files}


def _read(
    reader: Reader, tokenizer: Tokenizer | None, files: Sequence[Path], split: str, limit: int | None
) -> list[Example]:
    examples = list(islice((example for file in files for example in reader.read(file, split)), limit))
    if not examples:
        raise DataError(Problem("SL404", f"{split} has no examples", place=Place(", ".join(map(str, files)))))
    return examples if tokenizer is None else list(_tokenised(examples, tokenizer))


def _tokenised(examples: Sequence[Example], tokenizer: Tokenizer) -> Iterator[Example]:
    for example in examples:
        inputs = {
            name: _tokens(value.text, tokenizer) if isinstance(value, Text) else value
            for name, value in example.inputs.items()
        }
        yield replace(example, inputs=inputs)


def _own_target(example: Example) -> Example:
    tokens = example.inputs["main"]
    assert isinstance(tokens, Tokens)
    return replace(example, target=tokens)


def _tokens(text: str, tokenizer: Tokenizer) -> Tokens:
    tokens = tokenizer(text)
    return Tokens(tuple(token.text for token in tokens), text, tuple(token.start for token in tokens))
