"""Settings of the taggers' heads, metric and baselines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from annotated_types import Ge, Gt, Lt
from typing_extensions import Doc

from seqlab import BaselineSettings, HeadSettings, MetricSettings


@dataclass(frozen=True)
class TaggerSettings(HeadSettings):
    """A tag for every token, each from the state at its token."""

    dropout: Annotated[float, Ge(0), Lt(1), Doc("share of each state set to 0 before the output layer")] = 0.0

    target: ClassVar[Literal["tags"]] = "tags"
    decides_by_scores: ClassVar[bool] = True
    default_metrics: ClassVar[tuple[str, ...]] = ("accuracy",)
    default_baselines: ClassVar[tuple[str, ...]] = (
        "most_frequent_class",
        "most_frequent_tag",
        "suffix_tag",
        "hmm",
        "linear_tagger",
    )


@dataclass(frozen=True)
class CRFTaggerSettings(TaggerSettings):
    """The likeliest sequence of tags as a whole: a linear-chain conditional random field over the states.

    Where the tags are of a scheme of spans (B-PER I-PER O), a sequence that breaks it is never predicted.
    """

    scheme: Annotated[
        Literal["auto", "none", "IOB1", "BIO", "BIOES"],
        Doc("which tags may follow each other; auto: the scheme that the tags of train are of, if any; none: all may"),
    ] = "auto"
    constrain_training: Annotated[
        bool,
        Doc("forbid in training too what breaks the scheme; a sentence whose own tags break it then teaches nothing"),
    ] = False
    tune_outside: Annotated[
        bool, Doc("once trained, lower or raise the score of O by what gives dev the highest F1 of spans")
    ] = False
    n_best: Annotated[int, Ge(0), Doc("so many sequences, with log-probabilities, are given with each prediction")] = 0
    marginals: Annotated[bool, Doc("give the probability of every tag at every token with each prediction")] = False


@dataclass(frozen=True)
class SpanF1Settings(MetricSettings):
    """F1 of whole spans; it has no settings."""

    targets: ClassVar[tuple[Literal["tags"], ...]] = ("tags",)


@dataclass(frozen=True)
class MostFrequentTagSettings(BaselineSettings):
    """Each word's most frequent tag; it has no settings."""

    targets: ClassVar[tuple[Literal["tags"], ...]] = ("tags",)


@dataclass(frozen=True)
class GazetteerSettings(BaselineSettings):
    """The spans of train, wherever their words stand again; it has no settings."""

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
