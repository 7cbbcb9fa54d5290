"""spaCy's tagger as `spacy init config --optimize efficiency` sets it up and `spacy train` trains it; on one core."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import spacy
from spacy.cli.init_config import init_config
from spacy.tokens import Doc
from spacy.training import Example
from spacy.training.loop import create_train_batches, train_while_improving
from spacy.util import fix_random_seed, load_model_from_config, registry
from task import Peer, Stopwatch, Tags, Words, command_line, main


class Spacy(Peer):
    """spaCy.

    Args:
        seed: Of its weights and its batches.
    """

    name, version = "spacy", f"spacy {spacy.__version__}"

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def train(self, sentences: list[Words], tags: list[Tags], stopwatch: Stopwatch) -> None:
        """The preset's batches, optimizer and dropout, without the scoring of dev."""
        fix_random_seed(self.seed)
        self.nlp = load_model_from_config(init_config(lang="en", pipeline=["tagger"]), auto_fill=True)

        def corpus(_: Any) -> Iterator[Example]:
            for words, labels in zip(sentences, tags, strict=True):
                gold = Doc(self.nlp.vocab, words=words, tags=labels)
                yield Example(Doc(self.nlp.vocab, words=words), gold)

        self.nlp.initialize(lambda: corpus(self.nlp))
        settings = registry.resolve(self.nlp.config.interpolate()["training"])
        stopwatch.start_pass()
        for batch, _, _ in train_while_improving(
            self.nlp,
            settings["optimizer"],
            create_train_batches(self.nlp, corpus, settings["batcher"], 0),
            evaluate=lambda: (0.0, {}),
            dropout=settings["dropout"],
            accumulate_gradient=settings["accumulate_gradient"],
            patience=0,
            max_steps=0,
            eval_frequency=settings["eval_frequency"],
            exclude=[],
            annotating_components=[],
            before_update=None,
        ):
            if stopwatch.end_batch(len(batch), sum(map(len, batch))):
                break

    def prepare(self, sentences: list[Words]) -> list[Doc]:
        """Documents without tags."""
        return [Doc(self.nlp.vocab, words=words) for words in sentences]

    def tag(self, prepared: object) -> list[Tags]:
        """In spaCy's batches of 1,000 sentences."""
        assert isinstance(prepared, list)
        return [[token.tag_ for token in document] for document in self.nlp.pipe(prepared)]

    def parameters(self) -> int:
        """Trained numbers."""
        nodes = {id(node): node for _, pipe in self.nlp.pipeline for node in pipe.model.walk()}
        return sum(node.get_param(name).size for node in nodes.values() for name in node.param_names)

    def save(self, folder: Path) -> None:
        """Write the model."""
        self.nlp.to_disk(folder / "spacy")

    def load(self, folder: Path) -> None:
        """Read the model."""
        self.nlp = spacy.load(folder / "spacy")


if __name__ == "__main__":
    given = command_line(__doc__).parse_args()
    main(Spacy(given.seed), given)
