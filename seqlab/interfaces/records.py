"""The records that flow through a run: examples, predictions, batches. Nothing here imports torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import torch

    from seqlab.interfaces.subwords import Subwords
    from seqlab.interfaces.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Tokens:
    """A sequence of strings: words, characters, subwords.

    Args:
        items: The tokens.
        text: The text that they were cut from, where there was one.
        starts: Character offset of each token in `text`; empty without one.
    """

    items: tuple[str, ...]
    text: str | None = None
    starts: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.items)


@dataclass(frozen=True, slots=True)
class Text:
    """A text that is not tokenised yet."""

    text: str


@dataclass(frozen=True, slots=True)
class Image:
    """A picture: a file, or a member of a zip archive.

    Args:
        path: The file, or the archive.
        member: Name inside the archive; None for a plain file.
    """

    path: Path
    member: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """Vectors made elsewhere: frames of speech, regions of an image.

    Args:
        array: `(T, D)`, float32.
    """

    array: np.ndarray[Any, Any]

    def __len__(self) -> int:
        return int(self.array.shape[0])


@dataclass(frozen=True, slots=True)
class Tags:
    """One label for each token."""

    items: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.items)


@dataclass(frozen=True, slots=True)
class Labels:
    """The label of an example; several for a multi-label task."""

    items: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.items)


@dataclass(frozen=True, slots=True)
class Number:
    """The number that belongs to an example."""

    value: float


Input: TypeAlias = Tokens | Text | Image | Features
Target: TypeAlias = Tags | Labels | Number | Tokens | tuple[Tokens, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """One item of data.

    Args:
        id: Its name in the data; unique within its split.
        place: `file:line` where it begins.
        inputs: By name; a single input is called `main`.
        target: What is to be predicted; several `Tokens` are alternatives (captions); None where nothing is known.
        source: Its text as it stood in the data, kept only where it will be written again with a prediction.
        group: What it shares with other examples (a story, an image): none is divided when dev is cut from train. Unique
            over all splits; None where it stands alone.
    """

    id: str
    place: str
    inputs: Mapping[str, Input]
    target: Target | None = None
    source: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class TagsPrediction:
    """One tag for each token.

    Args:
        tags: The predicted tags.
        probabilities: Probability of each predicted tag, where the model has one.
        n_best: All whole sequences that were kept, with their log-probabilities, best first.
        marginals: For each token, the probability of every tag.
    """

    tags: tuple[str, ...]
    probabilities: tuple[float, ...] | None = None
    n_best: tuple[tuple[tuple[str, ...], float], ...] = ()
    marginals: tuple[Mapping[str, float], ...] | None = None


@dataclass(frozen=True, slots=True)
class LabelsPrediction:
    """The label of an example, or several.

    Args:
        labels: The predicted labels.
        probabilities: Probability of every class, where the model has one.
        attention: Weight of each token in the pooled vector.
    """

    labels: tuple[str, ...]
    probabilities: Mapping[str, float] | None = None
    attention: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True)
class TokensPrediction:
    """A generated sequence.

    Args:
        tokens: The best sequence, without `<s>` and `</s>`.
        n_best: All that were kept, with their log-probabilities, best first.
        attention: For each generated token, its weights over the memory.
    """

    tokens: tuple[str, ...]
    n_best: tuple[tuple[tuple[str, ...], float], ...] = ()
    attention: tuple[tuple[float, ...], ...] | None = None


@dataclass(frozen=True, slots=True)
class LogProbsPrediction:
    """How likely a given sequence is.

    Args:
        log_probs: Log-probability of each token given those before it, in nats; NaN where a token cannot be predicted at
            all, since it is not in the vocabulary and nothing stands for it.
    """

    log_probs: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class NumberPrediction:
    """The number of an example."""

    value: float


Prediction: TypeAlias = TagsPrediction | LabelsPrediction | NumberPrediction | TokensPrediction | LogProbsPrediction


@dataclass(frozen=True, slots=True)
class Vocabularies:
    """All vocabularies of a model, fitted on train.

    Args:
        inputs: One for each input of tokens, by name: every token of train with its count.
        target: What can be predicted; None for a task without discrete outputs.
        subwords: What words are cut into before they are looked up in the others; None where they are not cut.
    """

    inputs: Mapping[str, Vocabulary]
    target: Vocabulary | None = None
    subwords: Subwords | None = None


@dataclass(frozen=True, slots=True)
class InputBatch:
    """One input of a batch, each distinct item once.

    Args:
        features: For each embedder, what does not train, a row for each of the U distinct items: `(U, ...)`.
        index: `(B, T)`: which row stands at each position; 0 on padding.
        lengths: `(B,)`: how many positions of each row are real.
    """

    features: tuple[torch.Tensor, ...]
    index: torch.Tensor
    lengths: torch.Tensor


@dataclass(frozen=True, slots=True)
class Batch:
    """Examples side by side, padded on the right.

    Args:
        inputs: By name.
        target: Ids under the output vocabulary, `IGNORED` on padding and on labels unknown to train: `(B, T)` for
            tags, tokens and next tokens, `(B,)` for labels; for heads of several labels `(B, C)` of 1 and 0; for numbers
            the numbers themselves, float32 `(B,)`; None where nothing is known.
        target_lengths: `(B,)`: how many positions of each row of the target are real.
        examples: The examples of the rows; empty for windows of a stream.
        continues: `(B,)` bool: False where a row starts afresh, True where it goes on from the batch before.
    """

    inputs: Mapping[str, InputBatch]
    target: torch.Tensor | None
    target_lengths: torch.Tensor | None
    examples: Sequence[Example]
    continues: torch.Tensor

    def __len__(self) -> int:
        return int(self.continues.shape[0])


@dataclass(frozen=True, slots=True)
class Dataset:
    """The examples of the three splits, tokenised, and where they came from.

    Args:
        train: What models and baselines are fitted on.
        dev: What settings are chosen on.
        test: What is scored once, at the end; None where a set has no test split.
        files: sha256 of every file that was read, by its path.
        warnings: What is odd about the data, in words.
    """

    train: Sequence[Example]
    dev: Sequence[Example]
    test: Sequence[Example] | None
    files: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
