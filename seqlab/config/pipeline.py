"""What one YAML file describes.

These dataclasses are the pipeline's grammar: validation, `seqlab show` and the JSON Schema read them, as they read the settings of any component.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

from annotated_types import Ge, Gt, Lt
from typing_extensions import Doc

from seqlab.interfaces.settings import Kind, Part


@dataclass(frozen=True)
class VocabularySection:
    """Which tokens can be predicted; all others are `<unk>`. Fitted on train.

    With `subwords`, tokens are pieces of words for the network alone: floors, metrics and predictions have words.
    """

    min_count: Annotated[int, Ge(1), Doc("tokens that are rarer in train are <unk>")] = 1
    max_size: Annotated[int | None, Ge(1), Doc("most tokens besides the symbols, the most frequent first")] = None
    subwords: Annotated[
        int | None,
        Ge(1),
        Doc(
            "cut words into at most so many distinct pieces, by byte pair encoding; needs seqlab[subwords]; null: words"
        ),
    ] = None

    @property
    def leaves_out(self) -> bool:
        """Whether a token of train may be left out."""
        return self.min_count > 1 or self.max_size is not None


DEV_SHARE = 0.1
"""Of train, where dev is cut off from it and no other share is asked for."""


@dataclass(frozen=True)
class DataSection:
    """Which examples there are."""

    reader: Annotated[Part, Kind("reader"), Doc("turns the files into examples")]
    dataset: Annotated[str | None, Doc("a sample or a named dataset, instead of paths; see: seqlab data list")] = None
    train: Annotated[tuple[str, ...], Doc("files of the train split; paths are relative to this file")] = ()
    dev: Annotated[
        tuple[str, ...], Doc("files of the dev split; none: a share of train by a seeded hash, the end of a text")
    ] = ()
    dev_share: Annotated[float, Gt(0), Lt(1), Doc("share of train that is cut off for dev where no dev is given")] = (
        DEV_SHARE
    )
    test: Annotated[tuple[str, ...], Doc("files of the test split; none: no test scores")] = ()
    folds: Annotated[
        int | None,
        Ge(2),
        Doc(
            "cut all examples into so many folds: test is the one whose number is the seed modulo folds, dev is cut from the rest"
        ),
    ] = None
    tokenizer: Annotated[Part | None, Kind("tokenizer"), Doc("cuts text into tokens, for readers that give text")] = (
        None
    )
    vocabulary: Annotated[VocabularySection, Doc("for heads that predict tokens: which of them")] = field(
        default_factory=VocabularySection
    )
    limit: Annotated[int | None, Ge(1), Doc("read only so many examples of each split")] = None
    max_length: Annotated[int, Ge(1), Doc("an example with more tokens is an error")] = 10_000


@dataclass(frozen=True)
class TrainingSection:
    """How the learner is trained."""

    epochs: Annotated[int, Ge(1), Doc("passes over train")] = 10
    max_steps: Annotated[int | None, Ge(1), Doc("stop after so many updates")] = None
    max_minutes: Annotated[float | None, Gt(0), Doc("stop after so many minutes; the run is then not repeatable")] = (
        None
    )
    batch_tokens: Annotated[int | None, Ge(1), Doc("padded tokens in a batch; 1000 where batch_size is not given")] = (
        None
    )
    batch_size: Annotated[int | None, Ge(1), Doc("examples in a batch (rows of a stream), instead of batch_tokens")] = (
        None
    )
    window_length: Annotated[int | None, Ge(1), Doc("read train as a stream, so many tokens for each update")] = None
    vary_window: Annotated[
        bool, Doc("draw each window's length around window_length, and scale the learning rate with it")
    ] = False
    carry_state: Annotated[bool, Doc("carry the state of a stream from window to window, detached")] = True
    bptt: Annotated[
        Literal["full", "truncated", "randomised"],
        Doc(
            "how the gradient goes back through a batch: all the way, cut every bptt_length steps, or cut there at random"
        ),
    ] = "full"
    bptt_length: Annotated[int | None, Ge(1), Doc("steps after which the gradient is cut, for all but full")] = None
    bptt_probability: Annotated[
        float, Gt(0), Lt(1), Doc("randomised: how likely the gradient crosses such a place; it is divided by it")
    ] = 0.5
    sampling_rate: Annotated[
        float,
        Ge(0),
        Lt(1),
        Doc(
            "share of the tokens read by a language model or a decoder that it draws itself at the end of training, from 0"
        ),
    ] = 0.0
    optimizer: Annotated[Part, Kind("optimizer", default="adam"), Doc("turns gradients into updates")] = field(
        default=Part("optimizer", "adam", None)
    )
    schedule: Annotated[Part, Kind("schedule", default="constant"), Doc("learning rate over training")] = field(
        default=Part("schedule", "constant", None)
    )
    gradient_clip_norm: Annotated[float | None, Gt(0), Doc("scale the gradient down to this norm")] = None
    gradient_clip_value: Annotated[float | None, Gt(0), Doc("clip every element of the gradient to this size")] = None
    patience: Annotated[int | None, Ge(1), Doc("stop after so many epochs without a better dev score")] = None
    keep: Annotated[
        Literal["best", "last"], Doc("the model's weights: those of the epoch that is best on dev, or those at the end")
    ] = "best"
    average_last: Annotated[int, Ge(0), Doc("over so many last epochs, score the mean of the weights so far")] = 0
    average_after: Annotated[
        int | None,
        Ge(1),
        Doc("once dev is no better than it was more than so many epochs before, score the mean of the weights since"),
    ] = None
    checkpoint_steps: Annotated[int | None, Ge(1), Doc("checkpoint after so many updates too, not only each epoch")] = (
        None
    )
    log_steps: Annotated[int, Ge(1), Doc("log the training loss after so many updates")] = 20

    def __post_init__(self) -> None:
        """Refuse to vary or cut what is not there."""
        if self.vary_window and self.window_length is None:
            raise ValueError("vary_window: needs 'window_length', around which the lengths are drawn")
        if self.bptt != "full" and self.bptt_length is None:
            raise ValueError(f"bptt: '{self.bptt}' needs 'bptt_length', the steps after which the gradient is cut")
        if self.bptt == "full" and self.bptt_length is not None:
            raise ValueError("bptt_length: cuts nothing where 'bptt' is full; write truncated or randomised")

    @property
    def is_text(self) -> bool:
        """Whether all examples are one running text, and not each by itself."""
        return self.window_length is not None


@dataclass(frozen=True)
class BaselineChoice:
    """Which baselines stand beside the model. A plain list adds to those of the head."""

    list_field: ClassVar[str] = "add"
    """A list in place of the mapping is taken as this field."""

    add: Annotated[tuple[Part, ...], Kind("baseline"), Doc("besides the head's own")] = ()
    only: Annotated[
        tuple[Part, ...] | None,
        Kind("baseline"),
        Doc("instead of the head's own; most_frequent_class, or for numbers mean, always stays"),
    ] = None


@dataclass(frozen=True)
class SamplesSection:
    """Texts that a language model writes: some while it is trained, to be looked at; many in the end, to be judged."""

    prompt: Annotated[str, Doc("what the text begins with")] = ""
    length: Annotated[int, Ge(0), Doc("most tokens of a text; 0 for no samples")] = 150
    temperature: Annotated[float, Ge(0), Doc("0 takes the likeliest token at every step")] = 1.0
    judges: Annotated[tuple[Part, ...], Kind("judge"), Doc("what judges the texts of model and baselines")] = ()
    count: Annotated[int, Ge(1), Doc("texts of each system that are judged")] = 100


@dataclass(frozen=True)
class EvaluationSection:
    """How the model is scored, and against what."""

    metrics: Annotated[tuple[Part, ...], Kind("metric"), Doc("the first decides; none: the head's own")] = ()
    baselines: Annotated[BaselineChoice, Doc("baselines besides the head's own, or instead of them")] = field(
        default_factory=BaselineChoice
    )
    controls: Annotated[tuple[Part, ...], Kind("control"), Doc("perturbed inputs, besides the head's own")] = ()
    variants: Annotated[
        tuple[Part, ...], Kind("variant"), Doc("language models made of the trained one, scored beside it")
    ] = ()
    samples: Annotated[SamplesSection, Doc("texts of a language model while it is trained")] = field(
        default_factory=SamplesSection
    )
    resamples: Annotated[int, Ge(100), Doc("bootstrap samples for intervals and comparisons")] = 10_000


@dataclass(frozen=True)
class StudySection:
    """Runs the product of settings and seeds, one run folder each."""

    vary: Annotated[Mapping[str, tuple[Any, ...]], Doc("dotted setting -> its values")] = field(default_factory=dict)
    seeds: Annotated[tuple[int, ...], Doc("seeds of each variant; none: the pipeline's own")] = ()


@dataclass(frozen=True)
class DiagnoseSection:
    """How far `seqlab diagnose` looks into the trained model; in a pipeline, the run ends with it."""

    lags: Annotated[int, Ge(1), Doc("how many steps back the gradient of a loss is followed")] = 50
    examples: Annotated[int, Ge(2), Doc("how many losses are followed")] = 32
    targets: Annotated[int, Ge(2), Doc("how many tokens are predicted from less and less of the past")] = 500


@dataclass(frozen=True)
class Pipeline:
    """What one YAML file describes."""

    name: Annotated[str, Doc("names the run's folder: letters, digits, '-', '_' and '.'")]
    data: Annotated[DataSection, Doc("which examples there are")]
    model: Annotated[Part, Kind("learner", default="network"), Doc("what is trained")]
    seed: Annotated[int, Ge(0), Doc("every random stream is derived from it")] = 13
    threads: Annotated[
        int | Literal["auto"] | None,
        Ge(1),
        Doc("threads of torch and numpy; auto: measured once; none: the cores, at most 4"),
    ] = None
    plugins: Annotated[tuple[str, ...], Doc("local plugin files (.py), relative to this file")] = ()
    training: Annotated[TrainingSection, Doc("how it is trained")] = field(default_factory=TrainingSection)
    evaluation: Annotated[EvaluationSection, Doc("how it is scored")] = field(default_factory=EvaluationSection)
    diagnose: Annotated[DiagnoseSection | None, Doc("look at gradients and gates of the trained model")] = None
    study: Annotated[StudySection | None, Doc("run several variants and seeds")] = None
