"""From the `data:` section of a pipeline to the examples of three splits."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from seqlab.config.pipeline import DataSection
from seqlab.data.catalogue import check_others, entry_named, find
from seqlab.data.checks import check_dataset
from seqlab.errors import DataError, Place, Problem
from seqlab.files import sha256
from seqlab.interfaces.corpus import Corpus
from seqlab.interfaces.reader import Reader
from seqlab.interfaces.records import Dataset, Example, Text, Tokens
from seqlab.interfaces.settings import HeadSettings
from seqlab.interfaces.tokenizer import Tokenizer


def load_dataset(section: DataSection, head: HeadSettings, seed: int, build: Callable[..., Any]) -> Dataset:
    """Read, tokenise, cut and check the splits.

    Args:
        section: The `data:` section.
        head: What the head predicts; where it is the next token, each split is a `Corpus`.
        seed: Seeds the cut of dev where the data has none.
        build: Builds the reader and the tokenizer.

    Raises:
        DataError: If a file is missing, empty or broken, or an example is too long; all problems of a split at once.
    """
    reader: Reader = build(section.reader)
    tokenizer: Tokenizer | None = build(section.tokenizer) if section.tokenizer else None
    paths, shares = _sources(section)
    if shares and head.target != "next_token":
        raise DataError(
            Problem("SL431", f"the splits of dataset '{section.dataset}' are parts of one running text",
                    notes=("only a language model reads it; or cut it, and name your files under data.train, dev and test",))
        )  # fmt: skip
    limit = None if shares else section.limit
    splits = {split: read_split(reader, tokenizer, files, split, head, limit) for split, files in paths.items()}
    for split, share in shares.items():
        splits[split] = _part(splits[split], *share)[: section.limit]
    if section.folds is not None:
        splits = cut_fold(splits, section.folds, seed)
    if "dev" not in splits:
        whole = splits["train"]
        splits["train"], splits["dev"] = cut_dev(whole, section.dev_share, seed)
        if not (splits["train"] and splits["dev"]):
            raise DataError(_too_little(whole, paths["train"]))
    dataset = Dataset(
        train=splits["train"],
        dev=splits["dev"],
        test=splits.get("test"),
        files=file_hashes(reader, paths),
    )
    if section.dataset is not None:
        check_others(section.dataset, map(Path, dataset.files))
    return replace(dataset, warnings=check_dataset(dataset, section.max_length, head.several_labels))


def file_hashes(reader: Reader, paths: Mapping[str, Sequence[Path]]) -> Mapping[str, str]:
    """The sha256 of every file and folder that was read, each once.

    Args:
        reader: Which has read them.
        paths: The files of each split, as they were given to it.
    """
    read = {file: None for split, files in paths.items() for path in files for file in reader.files(path, split)}
    return {str(file): sha256(file) for file in read}


def read_split(
    reader: Reader,
    tokenizer: Tokenizer | None,
    files: Sequence[Path],
    split: str,
    head: HeadSettings,
    limit: int | None = None,
) -> Sequence[Example]:
    """Read and tokenise the files of one split.

    Args:
        reader: Of the `data:` section.
        tokenizer: The same; None without one.
        files: One after the other.
        split: `train`, `dev` or `test`.
        head: What the head predicts; where it is the next token, an example's input is its target.
        limit: Most examples; None for all.

    Raises:
        DataError: If a file is missing, empty or broken.
    """
    read = islice((example for file in files for example in reader.read(file, split)), limit)
    found = read if tokenizer is None else tokenised(read, tokenizer)
    examples = Corpus.of(found, head.ends) if head.target == "next_token" else list(found)
    if not examples:
        raise DataError(Problem("SL404", f"{split} has no examples", place=Place(", ".join(map(str, files)))))
    return examples


def cut_dev(examples: Sequence[Example], share: float, seed: int) -> tuple[Sequence[Example], Sequence[Example]]:
    """Cut dev from train: the examples whose ids have the smallest seeded hashes, so that it does not hang on the order.

    A group (the questions of a story, of an image) is never divided: by its hash it is in dev or in train as a whole. Of
    a corpus dev is the end, since it may be one running text.

    Args:
        examples: Train.
        share: How much of it becomes dev.
        seed: Of the hashes.

    Returns:
        The remainder and dev, each in the old order.
    """
    if isinstance(examples, Corpus):
        return _part(examples, 0, 1 - share), _part(examples, 1 - share, 1)
    marks = {id(e): hashlib.sha256(f"{seed}/{e.group or e.id}".encode()).digest() for e in examples}
    ranked = sorted(examples, key=lambda e: marks[id(e)])
    chosen = {e.group or id(e) for e in ranked[: max(1, round(len(examples) * share))]}
    return (
        [e for e in examples if (e.group or id(e)) not in chosen],
        [e for e in examples if (e.group or id(e)) in chosen],
    )


def _too_little(examples: Sequence[Example], files: Sequence[Path]) -> Problem:
    count, unit = (examples.size, "token") if isinstance(examples, Corpus) else (len(examples), "example")
    return Problem("SL404", f"train has {count} {unit}{'s' * (count != 1)}, of which no dev can be cut",
                   Place(", ".join(map(str, files))), notes=("name a file under data.dev, or give more data",))  # fmt: skip


def cut_fold(splits: Mapping[str, Sequence[Example]], folds: int, seed: int) -> dict[str, Sequence[Example]]:
    """One step of a cross-validation: all examples, of which a fold becomes test and the rest train; no group is divided.

    The folds do not depend on the seed, only which of them is test: `folds` seeds in a row test every example once. An
    example's fold follows from the hash of its id, which tells the splits apart.

    Returns:
        Train and test, each in the old order.
    """
    examples = [example for split in ("train", "dev", "test") for example in splits.get(split, ())]
    names = [example.group or f"{place}/{example.id}" for place, example in enumerate(examples)]
    marks = {
        name: hashlib.sha256(f"folds/{example.group or example.id}".encode()).digest()
        for name, example in zip(names, examples, strict=True)
    }
    chosen = set(sorted(marks, key=marks.__getitem__)[seed % folds :: folds])
    return {
        "train": [example for name, example in zip(names, examples, strict=True) if name not in chosen],
        "test": [example for name, example in zip(names, examples, strict=True) if name in chosen],
    }


def _part(examples: Sequence[Example], start: float, stop: float) -> Corpus:
    """From one share of the tokens to another; where sentences end, only whole ones."""
    assert isinstance(examples, Corpus)
    places = [math.floor(share * examples.size) for share in (start, stop)]
    if examples.ends:
        places = examples.starts[examples.starts.searchsorted(places)].tolist()
    return examples.piece(*places)


def _sources(section: DataSection) -> tuple[Mapping[str, Sequence[Path]], Mapping[str, tuple[float, float]]]:
    """The files of each split; and which shares of them the splits are, where they are parts of the same."""
    if section.dataset is not None:
        files = {split: [path] for split, path in find(section.dataset).items()}
        return files, entry_named(section.dataset).shares
    given = {"train": section.train, "dev": section.dev, "test": section.test}
    return {split: [Path(path) for path in files] for split, files in given.items() if files}, {}


def tokenised(examples: Iterable[Example], tokenizer: Tokenizer) -> Iterator[Example]:
    """The examples with their texts cut into tokens; other inputs stay."""
    for example in examples:
        inputs = {
            name: _tokens(value.text, tokenizer) if isinstance(value, Text) else value
            for name, value in example.inputs.items()
        }
        yield replace(example, inputs=inputs)


def _tokens(text: str, tokenizer: Tokenizer) -> Tokens:
    tokens = tokenizer(text)
    return Tokens(tuple(token.text for token in tokens), text, tuple(token.start for token in tokens))
