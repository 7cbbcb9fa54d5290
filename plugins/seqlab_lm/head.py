"""Head `language_model`: the distribution of the next token, from each state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from torch import Tensor, nn

from seqlab import Dropout, NextTokenHead, OutputLayer, Parts, PipelineError, Problem, Sizes, Vocabularies, Vocabulary
from seqlab_lm.settings import LanguageModelSettings


class LanguageModelHead(NextTokenHead):
    """An output layer over the states, with dropout between; see `NextTokenHead`.

    Where the output shares the table of the embedder (Press and Wolf 2017) and the states are not as wide as its vectors,
    a projection without bias stands between the two.
    """

    config: LanguageModelSettings

    def __init__(
        self, config: LanguageModelSettings, sizes: Mapping[str, Sizes], vocabularies: Vocabularies, parts: Parts
    ) -> None:
        super().__init__(config, sizes, vocabularies, parts)
        if vocabularies.target is None:
            raise ValueError("head 'language_model' needs a vocabulary of tokens")
        size = sizes["main"].states
        shared = _table(parts, vocabularies.target) if getattr(config.output.settings, "tied", False) else None
        self.projection: nn.Module = nn.Identity()
        if shared is not None and shared.shape[1] != size:
            self.projection = nn.Linear(size, shared.shape[1], bias=False)
            size = shared.shape[1]
        self.dropout = Dropout(config.dropout, config.variational)
        self.output: OutputLayer = parts.build(config.output, size, vocabularies.target, shared)

    def hidden(self, states: Tensor) -> Tensor:
        """What the output layer sees, `(B, T, output.input_size)`."""
        return cast(Tensor, self.dropout(self.projection(states)))


def _table(parts: Parts, vocabulary: Vocabulary) -> nn.Parameter:
    """The table of the only embedder, whose last V rows are those of the output vocabulary.

    Raises:
        PipelineError: SL322 if there is no such table.
    """
    embedders = parts.embedders["main"]
    table, own = getattr(embedders[0], "vectors", None), getattr(embedders[0], "vocabulary", None)
    fits = isinstance(own, Vocabulary) and own.items[-len(vocabulary) :] == vocabulary.items
    if len(embedders) != 1 or not isinstance(table, nn.Parameter) or not fits:
        raise PipelineError(
            Problem("SL322", "the output layer cannot share the table of the embedder: there is no single table with a "
                    "row for every token that can be predicted",
                    notes=("embed by `word` alone, without min_count and lowercase, or write tied: false for the output",))
        )  # fmt: skip
    return table
