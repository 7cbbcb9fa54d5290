"""Settings of the tagger's head and baselines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from annotated_types import Ge, Gt, Lt
from typing_extensions import Doc

from seqlab import BaselineSettings, HeadSettings


@dataclass(frozen=True)
class TaggerSettings(HeadSettings):
    """A tag for every token, each from the state at its token."""

    dropout: Annotated[float, Ge(0), Lt(1), Doc("share of each state set to 0 before the output layer")] = 0.0

    target: ClassVar[Literal["tags"]] = "tags"
    default_metrics: ClassVar[tuple[str, ...]] = ("accuracy",)
    default_baselines: ClassVar[tuple[str, ...]] = (
        "most_frequent_class",
        "most_frequent_tag",
        "suffix_tag",
        "hmm",
        "linear_tagger",
    )


@dataclass(frozen=True)
class MostFrequentTagSettings(BaselineSettings):
    """Each word's most frequent tag; it has no settings."""

    targets: ClassVar[tuple[Literal["tags"], ...]] = ("tags",)


@dataclass(frozen=True)
class SuffixTagSettings(BaselineSettings):
    """Each word's most frequent tag; an unknown word's by its ending and its capital."""

    suffix_length: Annotated[int, Ge(0), Doc("letters of the longest ending")] = 5
    rare_count: Annotated[int, Ge(1), Doc("endings are learnt from words that stand at most so often in train")] = 5

    targets: ClassVar[tuple[Literal["tags"], ...]] = ("tags",)


@dataclass(frozen=True)
class HMMSettings(BaselineSettings):
    """A bigram hidden Markov model; an unknown word is judged by its ending and its capital.

    The defaults are those of Brants (2000) but for `suffix_smoothing`, which was chosen on dev of UD English-EWT: with 1
    it has 92.13, with the standard deviation of the tags' probabilities (0.05 there) 91.88.
    """

    suffix_length: Annotated[int, Ge(0), Doc("letters of the longest ending")] = 10
    rare_count: Annotated[int, Ge(1), Doc("endings are learnt from words that stand at most so often in train")] = 10
    suffix_smoothing: Annotated[float, Gt(0), Doc("weight of the next shorter ending; the ending has 1")] = 1.0

    targets: ClassVar[tuple[Literal["tags"], ...]] = ("tags",)


@dataclass(frozen=True)
class LinearTaggerSettings(BaselineSettings):
    """Linear support vector machines over words, affixes, shapes and neighbours: the strongest cheap tagger."""

    cost: Annotated[float, Gt(0), Doc("weight of the errors beside the size of the weights: C of LinearSVC")] = 0.1
    iterations: Annotated[int, Ge(1), Doc("passes over train at most")] = 10

    targets: ClassVar[tuple[Literal["tags"], ...]] = ("tags",)


@dataclass(frozen=True)
class CRFsuiteSettings(BaselineSettings):
    """A linear-chain conditional random field by CRFsuite; needs `pip install "seqlab[crfsuite]"`."""

    l1: Annotated[float, Ge(0), Doc("penalty on the weights' absolute values")] = 0.1
    l2: Annotated[float, Ge(0), Doc("penalty on the weights' squares")] = 0.01
    iterations: Annotated[int, Ge(1), Doc("L-BFGS iterations at most")] = 50

    targets: ClassVar[tuple[Literal["tags"], ...]] = ("tags",)
