"""The task that every peer is given, and how its time is taken. Imports the standard library only.

The words and tags come from files that `compare.py` writes: one sentence a line, its words (or tags) with a tab between.
A peer's driver calls `perform` with functions of its own; what is printed is one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

Words = list[str]
Tags = list[str]

WARM_UP = 10
"""Batches at the start of training that are not counted: torch builds its kernels there, spaCy its caches."""
TAGGING_ROUNDS = 5
"""How often the test split is tagged, after one time that is not counted."""


class Stopwatch:
    """Counts tokens and seconds of training from the end of the warm-up on; between two passes it stands still.

    Args:
        sentences: Training ends after the warm-up and so many.
    """

    def __init__(self, sentences: int) -> None:
        self.left = sentences
        self.sentences = self.batches = self.tokens = 0
        self.seconds = 0.0
        self.last = time.perf_counter()

    def start_pass(self) -> None:
        """A pass over train begins; what went before (shuffling, scoring, saving) is not training."""
        self.last = time.perf_counter()

    def end_batch(self, sentences: int, tokens: int) -> bool:
        """An update is done.

        Returns:
            Whether training is over.
        """
        now = time.perf_counter()
        self.batches += 1
        self.sentences += sentences
        if self.batches > WARM_UP:
            self.left -= sentences
            self.tokens += tokens
            self.seconds += now - self.last
        self.last = now
        return self.left <= 0

    @property
    def rate(self) -> float:
        """Tokens per second."""
        return self.tokens / self.seconds


def read_sentences(path: Path) -> list[list[str]]:
    """The words, or the tags, of each sentence."""
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]


def tagging(prepare: Callable[[], object], tag: Callable[..., Sequence[Tags]], tokens: int) -> tuple[float, list[Tags]]:
    """The rate at which a trained model tags, and what it says.

    Args:
        prepare: Makes what the system takes its sentences as, afresh for each round; not counted.
        tag: Tags them; counted.
        tokens: Of all sentences.

    Returns:
        Tokens per second by the median round, and the tags.
    """
    seconds = []
    found: list[Tags] = []
    for number in range(TAGGING_ROUNDS + 1):
        prepared = prepare()
        start = time.perf_counter()
        found = list(tag(prepared))
        if number:
            seconds.append(time.perf_counter() - start)
    return tokens / statistics.median(seconds), found


def accuracy(found: Sequence[Sequence[str]], gold: Sequence[Sequence[str]]) -> float:
    """Percent of tokens whose tag is right.

    Raises:
        ValueError: If a sentence has more tags than words, or fewer.
    """
    pairs = [pair for one, other in zip(found, gold, strict=True) for pair in zip(one, other, strict=True)]
    return 100 * sum(tag == right for tag, right in pairs) / len(pairs)


def write_tagged(sentences: Sequence[Words], tags: Sequence[Tags], path: Path) -> None:
    """Write `word/TAG` lines, as `seqlab predict` does."""
    lines = (
        " ".join(f"{word}/{tag}" for word, tag in zip(*pair, strict=True)) for pair in zip(sentences, tags, strict=True)
    )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


class Peer:
    """A system: what `main` needs of it. One instance is trained, or loaded, and then asked for tags."""

    name = ""
    version = ""

    def train(self, sentences: list[Words], tags: list[Tags], stopwatch: Stopwatch) -> None:
        """Build the model and train it until the stopwatch says that it is over."""
        raise NotImplementedError

    def prepare(self, sentences: list[Words]) -> object:
        """Sentences as the system takes them, without tags."""
        raise NotImplementedError

    def tag(self, prepared: object) -> list[Tags]:
        """Tag what `prepare` gave."""
        raise NotImplementedError

    def parameters(self) -> int:
        """Trained numbers."""
        raise NotImplementedError

    def save(self, folder: Path) -> None:
        """Write the model."""
        raise NotImplementedError

    def load(self, folder: Path) -> None:
        """Read the model."""
        raise NotImplementedError


def main(peer: Peer, arguments: argparse.Namespace) -> None:
    """Do what the command line says: `train` (and time tagging), or `tag` a file by the saved model."""
    model = Path(arguments.model)
    if arguments.action == "tag":
        peer.load(model)
        words = [line.split(" ") for line in Path(arguments.file).read_text(encoding="utf-8").splitlines()]
        write_tagged(words, peer.tag(peer.prepare(words)), Path(arguments.output))
        return
    folder = Path(arguments.data)
    words, tags = read_sentences(folder / "train.words"), read_sentences(folder / "train.tags")
    test, gold = read_sentences(folder / "test.words"), read_sentences(folder / "test.tags")
    stopwatch = Stopwatch(arguments.sentences)
    peer.train(words, tags, stopwatch)
    rate, found = tagging(lambda: peer.prepare(test), peer.tag, sum(map(len, gold)))
    model.mkdir(parents=True, exist_ok=True)
    peer.save(model)
    result = {
        "system": peer.name,
        "version": peer.version,
        "training_tokens_per_second": round(stopwatch.rate, 1),
        "tagging_tokens_per_second": round(rate, 1),
        "accuracy": round(accuracy(found, gold), 2),
        "seconds": round(stopwatch.seconds, 2),
        "tokens": stopwatch.tokens,
        "sentences": stopwatch.sentences,
        "parameters": peer.parameters(),
    }
    print(json.dumps(result), flush=True)


def command_line(description: str | None) -> argparse.ArgumentParser:
    """What every driver is told."""
    parser = argparse.ArgumentParser(description=description)
    actions = parser.add_subparsers(dest="action", required=True)
    train = actions.add_parser("train", help="train, time, save")
    train.add_argument("--data", required=True, help="folder with train and test, as .words and .tags")
    train.add_argument(
        "--sentences", type=int, required=True, help="train on so many after the warm-up, in passes over train"
    )
    tag = actions.add_parser("tag", help="tag a file of words by the saved model")
    tag.add_argument("file", help="one sentence a line, words with a space between")
    tag.add_argument("output")
    for action in (train, tag):
        action.add_argument("--model", required=True, help="folder of the saved model")
        action.add_argument("--threads", type=int, default=2)
        action.add_argument("--seed", type=int, default=13)
        action.add_argument("--characters", action="store_true", help="Flair: with character embeddings")
    return parser
