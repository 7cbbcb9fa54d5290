"""Baseline `kneser_ney`: n-grams, the floor that most small recurrent networks do not clear."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from torch import Tensor

from seqlab import (
    IGNORED,
    Baseline,
    Context,
    Corpus,
    Example,
    LogProbsPrediction,
    Prediction,
    State,
    Step,
    Vocabulary,
)
from seqlab_lm.kneser_ney import KneserNey, fit_kneser_ney
from seqlab_lm.ngram_arpa_writer import write_arpa
from seqlab_lm.settings import KneserNeySettings

_COUNTS, _VOCABULARY, _FORM, _ARPA = "kneser_ney.safetensors", "vocabulary.json", "form.json", "kneser_ney.arpa.gz"

Ids = NDArray[np.int64]


class KneserNeyBaseline(Baseline):
    """Interpolated modified Kneser-Ney (Chen and Goodman 1999, section 4.1) over the model's vocabulary.

    Where sentences end with `</s>`, each begins with that symbol as its context, and no n-gram reaches across. Running
    text is one sequence.
    """

    config: KneserNeySettings

    def __init__(self, config: KneserNeySettings) -> None:
        super().__init__(config)
        self._model: NGramLanguageModel | None = None
        self._is_text = False

    def fit(self, train: Sequence[Example], dev: Sequence[Example], context: Context) -> None:
        """Count the n-grams of train."""
        vocabulary = context.vocabularies.target
        assert vocabulary is not None
        self._is_text = bool(getattr(context.training, "is_text", False))
        corpus = Corpus.of(train, context.head.ends)
        ids, starts, _ = self._sequences(corpus, vocabulary)
        counted = fit_kneser_ney(ids, starts, len(vocabulary), self.config.order, begin=corpus.ends)
        self._model = NGramLanguageModel(vocabulary, counted)

    def predict(self, examples: Sequence[Example]) -> Iterator[Prediction]:
        """The log-probability of every token."""
        model = self.language_model()
        corpus = Corpus.of(examples, model.begin != IGNORED)
        ids, starts, targets = self._sequences(corpus, model.vocabulary)
        log_probs = model.counted.log_probs(ids, starts, begin=corpus.ends)[targets]
        for start, stop in pairwise(corpus.starts.tolist()):
            yield LogProbsPrediction(tuple(log_probs[start:stop].tolist()))

    def language_model(self) -> NGramLanguageModel:
        """The n-grams as a language model.

        Raises:
            RuntimeError: If it is neither fitted nor loaded.
        """
        if self._model is None:
            raise RuntimeError("kneser_ney is neither fitted nor loaded")
        return self._model

    def save(self, folder: Path) -> None:
        """Write vocabulary and counts, and an ARPA file where that is asked for."""
        model = self.language_model()
        model.vocabulary.save(folder / _VOCABULARY)
        save_file(model.counted.to_arrays(), folder / _COUNTS)
        if self.config.arpa:
            write_arpa(model.counted, model.vocabulary.items, folder / _ARPA)
        (folder / _FORM).write_text(json.dumps({"running_text": self._is_text}) + "\n", encoding="utf-8")

    def load(self, folder: Path) -> None:
        """Read what `save` wrote."""
        counted = KneserNey.from_arrays(load_file(folder / _COUNTS))
        self._model = NGramLanguageModel(Vocabulary.load(folder / _VOCABULARY), counted)
        self._is_text = json.loads((folder / _FORM).read_text(encoding="utf-8"))["running_text"]

    def _sequences(self, corpus: Corpus, vocabulary: Vocabulary) -> tuple[Ids, Ids, Ids]:
        """Ids, where sequences begin, and where the tokens of the corpus stand among the ids."""
        ids = corpus.lookup(vocabulary)[np.asarray(corpus.targets(0, corpus.size))]
        if corpus.ends:
            end = vocabulary.id("</s>")
            ids, starts, places = cut_at(end, np.concatenate([[end], ids]))
            return ids, starts, places[1:]
        return ids, np.zeros(1, np.int64) if self._is_text else corpus.starts[:-1], np.arange(len(ids))


class NGramLanguageModel:
    """N-grams as a `LanguageModel`; its state is the `context`, the last tokens `(B, order - 1)`, `IGNORED` where there are
    fewer.

    Args:
        vocabulary: V symbols.
        counted: The n-grams.
    """

    def __init__(self, vocabulary: Vocabulary, counted: KneserNey) -> None:
        self.vocabulary = vocabulary
        self.counted = counted
        self.begin = vocabulary.id("</s>") if "</s>" in vocabulary else IGNORED

    def start(self, rows: int) -> State:
        """Nothing was read."""
        return {"context": torch.full((rows, self.counted.order - 1), IGNORED)}

    def step(self, previous: Tensor, state: State) -> Step:
        """Read one token; see `LanguageModel.step`."""
        context = self._after(torch.cat([state["context"], previous.unsqueeze(1)], dim=1))
        return Step(torch.from_numpy(self.counted.next_log_probs(context.numpy())), {"context": context})

    def score(self, previous: Tensor, ids: Tensor, lengths: Tensor, state: State) -> tuple[Tensor, State]:
        """Log-probabilities of given tokens; see `LanguageModel.score`."""
        known = torch.cat([state["context"], previous.unsqueeze(1)], dim=1)  # (B, order)
        padding = torch.arange(ids.shape[1]) >= lengths.unsqueeze(1)
        rows = torch.cat([known, ids.masked_fill(padding, IGNORED)], dim=1)
        flat, starts, places = cut_at(self.begin, rows.flatten().numpy(), rows.shape[1])
        log_probs = self.counted.log_probs(flat, starts, begin=False)[places].reshape(rows.shape)
        found = torch.from_numpy(np.nan_to_num(log_probs[:, known.shape[1] :], nan=0.0))
        ends = known.shape[1] + lengths.unsqueeze(1) - 1 + torch.arange(-self.counted.order + 1, 0)  # before the last
        return found, {"context": self._after(rows.gather(1, ends))}

    def _after(self, tokens: Tensor) -> Tensor:
        """The context that tokens `(B, T)` leave: the last of them, nothing from before a `</s>`."""
        width = self.counted.order - 1
        context = tokens[:, tokens.shape[1] - width :]
        if self.begin == IGNORED or not width:
            return context
        later = (context == self.begin).flip(1).cumsum(1).flip(1) - (context == self.begin).long()  # ends after it
        return context.masked_fill(later > 0, IGNORED)


def cut_at(end: int, ids: Ids, row: int | None = None) -> tuple[Ids, Ids, Ids]:
    """Let every `</s>` stand twice: as the last token of a sequence, and as the first of the next.

    Args:
        end: Id of `</s>`; a negative one stands nowhere.
        ids: `(N,)`.
        row: Sequences also begin after every so many ids; None for none but the first.

    Returns:
        The ids, where sequences begin, and where each of the N stands (a `</s>` as the last of its sequence).
    """
    copies = np.where((ids == end) & (end >= 0), 2, 1)
    places = np.cumsum(copies) - copies
    starts = [places[:: row or max(len(ids), 1)], places[copies == 2] + 1]
    return np.repeat(ids, copies), np.unique(np.concatenate(starts)), places
