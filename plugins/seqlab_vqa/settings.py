"""Settings of embedder, heads and baselines. Imports neither torch nor numpy, since `seqlab validate` reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from annotated_types import Ge, Lt
from typing_extensions import Doc

from seqlab import BaselineSettings, EmbedderSettings, HeadSettings, Requirements

FusionKind = Literal["product", "concatenation", "gated"]


@dataclass(frozen=True)
class SentenceSettings(EmbedderSettings):
    """A vector for each sentence of a story, where the tokens are whole sentences.

    It is the sum of the vectors of its words, each element weighted by the word's place, so that order counts (Sukhbaatar
    et al. 2015, section 4.1). Marks of punctuation are left out, and all is read in lower case.
    """

    size: Annotated[int, Ge(1), Doc("width of the vectors")] = 50
    order: Annotated[bool, Doc("weigh words by their place; false: as a bag of words")] = True
    places: Annotated[
        int, Ge(0), Doc("so many sentences, counted from the end, have a vector of their place added; 0 for none")
    ] = 0
    dropout: Annotated[float, Ge(0), Lt(1), Doc("share of the elements set to 0")] = 0.0


@dataclass(frozen=True)
class AnswererSettings(HeadSettings):
    """The answer to a question about an image, one of those of train.

    The question is its pooled vector, or the final state of its encoder where it has no pooler. It looks `hops` times at the
    states of the image, each time for what matches it, and takes what it finds into the next look. With 0 hops there is no
    attention: the image is its pooled vector, or the mean of its states. Then both are fused.
    """

    fusion: Annotated[
        FusionKind,
        Doc("how both become one vector: their product, a layer over both side by side, or a gate between them"),
    ] = "product"
    size: Annotated[int, Ge(1), Doc("width of the fused vector, and of what is compared in a look")] = 128
    hops: Annotated[int, Ge(0), Doc("how often the question looks at the states; 0: no attention")] = 1
    dropout: Annotated[float, Ge(0), Lt(1), Doc("share of the fused vector set to 0 before the output layer")] = 0.0

    target: ClassVar[Literal["labels"]] = "labels"
    decides_by_scores: ClassVar[bool] = True
    requires: ClassVar[Requirements] = Requirements(inputs=("image", "question"))
    default_metrics: ClassVar[tuple[str, ...]] = ("accuracy", "macro_f1")
    default_baselines: ClassVar[tuple[str, ...]] = ("most_frequent_class", "question_prior")
    default_controls: ClassVar[tuple[str, ...]] = ("question_only", "image_only", "shuffled_images")


@dataclass(frozen=True)
class StoryAnswererSettings(AnswererSettings):
    """The answer to a question about a story, one of those of train.

    The question is its pooled vector, or the final state of its encoder where it has no pooler. It looks `hops` times at the
    states of the story, each time for what matches it, and takes what it finds into the next look (Sukhbaatar et al. 2015,
    section 2.2). With 0 hops there is no attention: the story is its pooled vector, or the mean of its states. Then both are
    fused.
    """

    requires: ClassVar[Requirements] = Requirements(inputs=("story", "question"))
    default_baselines: ClassVar[tuple[str, ...]] = ("most_frequent_class", "question_prior", "last_mentioned")
    default_controls: ClassVar[tuple[str, ...]] = ("question_only", "shuffled_context")


@dataclass(frozen=True)
class QuestionPriorSettings(BaselineSettings):
    """The most frequent answer to the same question in train; that of all train for a question that it does not have."""

    targets: ClassVar[tuple[Literal["labels"], ...]] = ("labels",)


@dataclass(frozen=True)
class LastMentionedSettings(BaselineSettings):
    """The answer of train that the story mentions last; the most frequent one where it mentions none."""

    targets: ClassVar[tuple[Literal["labels"], ...]] = ("labels",)
