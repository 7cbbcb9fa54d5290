"""Flair's sequence tagger: one-hot words, and on demand characters, under a BiLSTM of 256, by Flair's own trainer."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import Any

import flair
import torch
from flair.data import Corpus, Dictionary, Sentence
from flair.datasets import FlairDatapointDataset
from flair.embeddings import CharacterEmbeddings, OneHotEmbeddings, StackedEmbeddings
from flair.models import SequenceTagger
from flair.trainers import ModelTrainer
from flair.trainers.plugins import TrainerPlugin
from flair.trainers.plugins.base import TrainingInterrupt
from task import Peer, Stopwatch, Tags, Words, command_line, main

LABEL = "upos"
MOST_PASSES = 1000


class Clock(TrainerPlugin):
    """Tells the stopwatch of Flair's batches, and ends training when it is over."""

    def __init__(self, stopwatch: Stopwatch) -> None:
        super().__init__()
        self.stopwatch = stopwatch

    @TrainerPlugin.hook
    def before_training_epoch(self, **_: Any) -> None:
        """A pass begins."""
        self.stopwatch.start_pass()

    @TrainerPlugin.hook
    def after_training_batch(self, batch: list[Sentence], **_: Any) -> None:
        """An update is done."""
        if self.stopwatch.end_batch(len(batch), sum(map(len, batch))):
            raise TrainingInterrupt


class Flair(Peer):
    """Flair.

    Args:
        characters: Whether its character embeddings stand beside the words.
    """

    version = f"flair {flair.__version__}, torch {torch.__version__}"

    def __init__(self, characters: bool) -> None:
        self.characters = characters
        self.name = "flair_characters" if characters else "flair"

    def train(self, sentences: list[Words], tags: list[Tags], stopwatch: Stopwatch) -> None:
        """Flair's defaults (batches of 32, dropout), but Adam for SGD, and a softmax for the CRF as the others have."""
        data = []
        for words, labels in zip(sentences, tags, strict=True):
            sentence = Sentence(words)
            for token, label in zip(sentence, labels, strict=True):
                token.add_label(LABEL, label)
            data.append(sentence)
        corpus = Corpus(train=FlairDatapointDataset(data), sample_missing_splits=False)
        embeddings = [OneHotEmbeddings.from_corpus(corpus, min_freq=2, embedding_length=100)]
        if self.characters:
            characters = Dictionary()  # of train: Flair's own list would have to be fetched
            for character in sorted({character for words in sentences for word in words for character in word}):
                characters.add_item(character)
            embeddings.append(CharacterEmbeddings(characters))
        self.model = SequenceTagger(
            hidden_size=256,
            embeddings=StackedEmbeddings(embeddings),
            tag_dictionary=corpus.make_label_dictionary(LABEL, add_unk=False),
            tag_type=LABEL,
            use_crf=False,
        )
        with tempfile.TemporaryDirectory() as folder:
            ModelTrainer(self.model, corpus).train(
                folder,
                learning_rate=1e-3,
                optimizer=torch.optim.Adam,
                max_epochs=MOST_PASSES,
                use_final_model_for_eval=True,
                save_final_model=False,
                create_file_logs=False,
                create_loss_file=False,
                plugins=[Clock(stopwatch)],
            )

    def prepare(self, sentences: list[Words]) -> list[Sentence]:
        """Flair's sentences."""
        return [Sentence(words) for words in sentences]

    def tag(self, prepared: object) -> list[Tags]:
        """In Flair's batches of 32, which it sorts by length."""
        assert isinstance(prepared, list)
        self.model.predict(prepared)
        return [[token.get_label(LABEL).value for token in sentence] for sentence in prepared]

    def parameters(self) -> int:
        """Trained numbers."""
        return sum(parameter.numel() for parameter in self.model.parameters() if parameter.requires_grad)

    def save(self, folder: Path) -> None:
        """Write the model."""
        self.model.save(folder / "flair.pt")

    def load(self, folder: Path) -> None:
        """Read the model."""
        self.model = SequenceTagger.load(folder / "flair.pt")


if __name__ == "__main__":
    given = command_line(__doc__).parse_args()
    logging.getLogger("flair").setLevel(logging.ERROR)
    torch.set_num_threads(given.threads)
    flair.set_seed(given.seed)
    main(Flair(given.characters), given)
