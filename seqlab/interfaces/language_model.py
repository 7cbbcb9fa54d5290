"""Language model: p(next token | all before), whatever stands behind it: a network, n-grams, a mixture, a cache."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from seqlab.interfaces.vocabulary import Vocabulary

if TYPE_CHECKING:
    from torch import Tensor

    from seqlab.interfaces.decoder import Step
    from seqlab.interfaces.state import State


@runtime_checkable
class LanguageModel(Protocol):
    """A distribution over the next token, given those before. Scoring, generation and mixtures speak to it only.

    Ids are those of `vocabulary`; `IGNORED` stands for a token that is not in it, and for "nothing was read before". A
    state is what was read so far but for the last token, which is given beside it as `previous`: so a step reads one
    token, and nothing is computed that is not asked for.

    Attributes:
        vocabulary: What can be predicted, V symbols.
        begin: What is read before the first token of a text: the id of `</s>` where the vocabulary has it, else `IGNORED`.
    """

    vocabulary: Vocabulary
    begin: int

    def start(self, rows: int) -> State:
        """The state before anything is read.

        Args:
            rows: B, how many texts are read side by side.
        """

    def step(self, previous: Tensor, state: State) -> Step:
        """Read one token.

        Args:
            previous: `(B,)`, what is read: the last tokens, or `begin`.
            state: What `start` or the step before gave.

        Returns:
            Log-probabilities `(B, V)` of the token after it, and the next state.
        """

    def score(self, previous: Tensor, ids: Tensor, lengths: Tensor, state: State) -> tuple[Tensor, State]:
        """How likely given tokens are, each given all before it.

        Args:
            previous: `(B,)`, the tokens before the first of `ids`, or `begin`.
            ids: `(B, T)`, padded on the right.
            lengths: `(B,)`, how many of each row are real, 1 to T.
            state: What was read before `previous`.

        Returns:
            Log-probabilities `(B, T)` in nats, 0 on padding and where an id is `IGNORED`; and the state in which each
            row has read `previous` and all its real ids but the last.
        """
