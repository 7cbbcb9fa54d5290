"""A plugin of toy components, so that golden messages do not change when seqlab gets another encoder.

Nothing here can be built: only the settings are ever asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from annotated_types import Ge, Gt, Len, Lt
from typing_extensions import Doc

from seqlab import (
    BaselineSettings,
    EmbedderSettings,
    EncoderSettings,
    HeadSettings,
    Kind,
    LearnerSettings,
    MetricSettings,
    Part,
    ReaderSettings,
    Registrar,
    Requirements,
    VariantSettings,
    hookimpl,
)


@dataclass(frozen=True)
class TagsReader(ReaderSettings):
    """Words with a tag each."""

    column: Annotated[str, Doc("which column is the tag")] = "upos"

    def __post_init__(self) -> None:
        if self.column == "form":
            raise ValueError("column: a word cannot be its own tag")

    @property
    def target(self) -> Literal["tags"]:
        return "tags"


@dataclass(frozen=True)
class TextReader(ReaderSettings):
    """A text with a label."""

    separator: Annotated[str, Len(1, 1), Doc("what stands between label and text")] = ";"

    @property
    def inputs(self) -> Mapping[str, Any]:
        return {"main": "text"}

    @property
    def target(self) -> Literal["labels"]:
        return "labels"


@dataclass(frozen=True)
class PlainReader(ReaderSettings):
    """Tokens and nothing to predict."""


@dataclass(frozen=True)
class QuestionReader(ReaderSettings):
    """An image and a question, with an answer."""

    @property
    def inputs(self) -> Mapping[str, Any]:
        return {"image": "image", "question": "tokens"}

    @property
    def target(self) -> Literal["labels"]:
        return "labels"


@dataclass(frozen=True)
class Word(EmbedderSettings):
    """A vector for each word."""

    size: Annotated[int, Ge(1), Doc("width of the vectors")] = 100
    min_count: Annotated[int, Ge(1), Doc("rarer words are <unk>")] = 1
    vectors: Annotated[Path | None, Doc("a file of trained vectors")] = None


@dataclass(frozen=True)
class Pixels(EmbedderSettings):
    """Regions of an image."""

    accepts: ClassVar[Any] = ("image",)


@dataclass(frozen=True)
class LSTM(EncoderSettings):
    """Long short-term memory."""

    hidden_size: Annotated[int, Ge(1), Doc("width of the state, per direction")] = 200
    num_layers: Annotated[int, Ge(1), Doc("layers")] = 1
    bidirectional: Annotated[bool, Doc("read from both ends")] = False
    dropout: Annotated[float, Ge(0), Lt(1), Doc("share of inputs set to 0")] = 0.0

    @property
    def is_causal(self) -> bool:
        return not self.bidirectional

    @property
    def has_state(self) -> bool:
        return not self.bidirectional


@dataclass(frozen=True)
class GRU(LSTM):
    """Gated recurrent units."""


@dataclass(frozen=True)
class Convolution(EncoderSettings):
    """A window around each word."""

    width: Annotated[int, Ge(1), Doc("tokens that a state sees")]
    causal: Annotated[bool, Doc("see the past only")] = False

    @property
    def is_causal(self) -> bool:
        return self.causal


@dataclass(frozen=True)
class Pooling:
    """One vector for an example."""


@dataclass(frozen=True)
class OutputFull:
    """A softmax over the vocabulary."""

    tied: Annotated[bool, Doc("share the embedding")] = False


@dataclass(frozen=True)
class Tagger(HeadSettings):
    """A tag for every token."""

    target: ClassVar[Any] = "tags"
    dropout: Annotated[float, Ge(0), Lt(1), Doc("share of states set to 0")] = 0.0


@dataclass(frozen=True)
class Classifier(HeadSettings):
    """A label for every example."""

    target: ClassVar[Any] = "labels"
    requires: ClassVar[Requirements] = Requirements(pooler=True)
    activation: Annotated[Literal["tanh", "relu", "none"], Doc("before the last layer")] = "none"


@dataclass(frozen=True)
class Answerer(HeadSettings):
    """An answer to a question about an image."""

    target: ClassVar[Any] = "labels"
    requires: ClassVar[Requirements] = Requirements(pooler=True, inputs=("image", "question"))


FULL = Part("output", "full", None)


@dataclass(frozen=True)
class LanguageModel(HeadSettings):
    """The next token."""

    target: ClassVar[Any] = "next_token"
    requires: ClassVar[Requirements] = Requirements(causal=True)
    output: Annotated[Part, Kind("output", default="full"), Doc("scores of the next token")] = FULL


@dataclass(frozen=True)
class Streamer(LearnerSettings):
    """A learner of another kind, with an optimizer of its own."""

    training_needed: ClassVar[Any] = ("window_length",)
    training_unused: ClassVar[Any] = ("optimizer", "schedule", "batch_size", "vary_window", "gradient_clip_norm")

    @property
    def head_settings(self) -> HeadSettings:
        return LanguageModel()


@dataclass(frozen=True)
class Adam:
    """Adaptive moments."""

    lr: Annotated[float, Gt(0), Doc("learning rate")] = 1e-3
    betas: Annotated[tuple[float, float], Ge(0), Lt(1), Doc("decay of both means")] = (0.9, 0.999)


@dataclass(frozen=True)
class SGD:
    """Stochastic gradient descent."""

    lr: Annotated[float, Gt(0), Doc("learning rate")]


@dataclass(frozen=True)
class Constant:
    """The same rate throughout."""


@dataclass(frozen=True)
class ForTags(MetricSettings, BaselineSettings):
    """A metric or baseline for tags."""

    targets: ClassVar[Any] = ("tags",)


@dataclass(frozen=True)
class KneserNey(BaselineSettings):
    """Counts of token sequences."""

    targets: ClassVar[Any] = ("next_token",)
    order: Annotated[int, Ge(1), Doc("tokens in a sequence")] = 5


@dataclass(frozen=True)
class Mixture(VariantSettings):
    """The model mixed with a baseline."""

    baseline: Annotated[str, Doc("key of the baseline")] = "kneser_ney"

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.baseline,)


@hookimpl
def seqlab_register_components(registry: Registrar) -> None:
    """Register the toys under the names of their kind."""
    toys: dict[str, dict[str, type | str | None]] = {
        "reader": {"conllu": TagsReader, "labelled_text": TextReader, "tokens": PlainReader, "vqa": QuestionReader},
        "tokenizer": {"whitespace": None},
        "embedder": {"word": Word, "pixels": Pixels},
        "encoder": {"lstm": LSTM, "gru": GRU, "convolution": Convolution, "needs_cuda": "no_such_module:Settings"},
        "pooler": {"last": Pooling, "mean": Pooling},
        "output": {"full": OutputFull},
        "head": {
            "tagger": Tagger,
            "classifier": Classifier,
            "vqa": Answerer,
            "language_model": LanguageModel,
        },
        "learner": {"network": "seqlab.model.settings:NetworkSettings", "streamer": Streamer},
        "optimizer": {"adam": Adam, "sgd": SGD},
        "schedule": {"constant": Constant},
        "metric": {"accuracy": MetricSettings, "span_f1": ForTags},
        "baseline": {
            "most_frequent_class": BaselineSettings,
            "most_frequent_tag": ForTags,
            "kneser_ney": KneserNey,
        },
        "control": {"shuffled_source": None},
        "variant": {"mixture": Mixture},
    }
    for kind, components in toys.items():
        for name, config in components.items():
            registry.component(kind, name, "parts:Nothing", config, f"the toy {kind} {name}")
