"""Settings of the decoder, the head, its metrics and its baselines. Imports neither torch nor numpy, since `seqlab validate` reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

from annotated_types import Ge, Gt, Le, Lt
from typing_extensions import Doc

from seqlab import BaselineSettings, Decoding, HeadSettings, Kind, MetricSettings, Part

AttentionKind = Literal["none", "dot", "general", "additive"]


@dataclass(frozen=True)
class RNNDecoderSettings:
    """A recurrent network that reads what was generated so far, and looks at the encoder's states.

    It starts from the encoder's last state where cell, layers and widths are the same and the encoder has one direction;
    else from a linear map of its final vector, and a tanh.
    """

    cell: Annotated[Literal["lstm", "gru", "rnn"], Doc("what makes a state of the state before and a token")] = "lstm"
    hidden_size: Annotated[int, Ge(1), Doc("width of the state")] = 200
    num_layers: Annotated[int, Ge(1), Doc("layers, each reading the states of the one below")] = 1
    embedding_size: Annotated[int, Ge(1), Doc("width of the vectors of the tokens that are read")] = 200
    tied: Annotated[
        bool, Doc("read tokens by the weights of the output layer, which is as wide then (Press and Wolf 2017)")
    ] = False
    attention: Annotated[
        AttentionKind,
        Doc(
            "how a state weighs the encoder's: q m; q W m (Luong et al. 2015); v tanh(W q + U m) (Bahdanau et al. 2015)"
        ),
    ] = "general"
    input_feeding: Annotated[
        bool, Doc("read beside each token what was told to the output layer before; a step at a time, so slower")
    ] = False
    context: Annotated[bool, Doc("read the encoder's final vector beside each token (Cho et al. 2014)")] = False
    dropout: Annotated[
        float, Ge(0), Lt(1), Doc("share set to 0 of token vectors, of states between layers and before the output")
    ] = 0.0

    @property
    def output_size(self) -> int:
        """Width of what the output layer sees."""
        return self.embedding_size if self.tied else self.hidden_size


@dataclass(frozen=True)
class GeneratorSettings(HeadSettings):
    """What heads share that generate a sequence by a decoder over the encoder's states."""

    decoder: Annotated[
        Part, Kind("decoder", default="rnn_decoder"), Doc("tokens so far and states -> what follows")
    ] = field(default=Part("decoder", "rnn_decoder", None))
    output: Annotated[Part, Kind("output", default="full"), Doc("states -> probabilities of the next token")] = field(
        default=Part("output", "full", None)
    )
    unknown: Annotated[bool, Doc("<unk> stands for every token outside the output vocabulary while training")] = True
    beam: Annotated[int | None, Ge(1), Doc("texts that a beam search keeps side by side; null for none")] = None
    length_penalty: Annotated[float, Ge(0), Doc("how much a beam search favours long texts (Wu et al. 2016)")] = 0.0
    n_best: Annotated[int, Ge(1), Doc("how many texts of a beam search are kept with each prediction")] = 1
    max_length: Annotated[int, Ge(1), Doc("most tokens that are generated, </s> among them")] = 100

    target: ClassVar[Literal["tokens"]] = "tokens"

    def __post_init__(self) -> None:
        """Refuse a decoding that contradicts itself, and an output layer that is told to share what a head has not."""
        _ = self.decoding
        if getattr(self.output.settings, "tied", False):
            raise ValueError("output: it is the decoder that shares its weights; write 'tied: true' under 'decoder'")

    @property
    def decoding(self) -> Decoding:
        """How texts are made."""
        if self.beam is None:
            return Decoding(self.max_length, temperature=0, length_penalty=self.length_penalty, n_best=self.n_best)
        return Decoding(self.max_length, beam=self.beam, length_penalty=self.length_penalty, n_best=self.n_best)

    @property
    def output_specials(self) -> tuple[str, ...]:
        """`<unk>` where the settings say so, `<s>` and `</s>`."""
        return (*("<unk>",) * self.unknown, "<s>", "</s>")


@dataclass(frozen=True)
class TranslatorSettings(GeneratorSettings):
    """A sequence from a sequence: a decoder over the encoder's states, trained on the right tokens before each.

    The best text by a beam search, or the likeliest token at each step where `beam` is null. <s> is never generated, and
    <unk> only to be replaced: with `copy_unknown`.
    """

    copy_unknown: Annotated[
        bool,
        Doc("generate <unk>, and put in its place the input token that was looked at most (Luong et al. 2015)"),
    ] = False

    default_metrics: ClassVar[tuple[str, ...]] = ("bleu", "chrf", "exact_match")
    default_baselines: ClassVar[tuple[str, ...]] = ("copy", "most_frequent_target", "nearest_source", "ibm_model_1")

    def __post_init__(self) -> None:
        """Refuse also to copy without an <unk> to replace, or by a decoder that looks at nothing."""
        super().__post_init__()
        if self.copy_unknown and not self.unknown:
            raise ValueError("copy_unknown: it is <unk> that is replaced; write 'unknown: true', or remove it")
        if self.copy_unknown and getattr(self.decoder.settings, "attention", None) == "none":
            raise ValueError("copy_unknown: a decoder without attention looks at no input token; "
                             "write 'attention: general' under 'decoder', or remove it")  # fmt: skip


@dataclass(frozen=True)
class CaptionerSettings(GeneratorSettings):
    """What an image shows, in words: a decoder over the encoder's states, trained on every caption of an image.

    The best text by a beam search, or the likeliest word at each step where `beam` is null. <s> and <unk> are never
    generated.
    """

    max_length: Annotated[int, Ge(1), Doc("most words that are generated, </s> among them")] = 30

    default_metrics: ClassVar[tuple[str, ...]] = (
        "bleu_4", "bleu_3", "bleu_2", "bleu_1", "cider_d", "rouge_l", "exact_match",
    )  # fmt: skip
    default_baselines: ClassVar[tuple[str, ...]] = (
        "most_frequent_caption", "best_constant_caption", "nearest_image_caption",
    )  # fmt: skip
    default_controls: ClassVar[tuple[str, ...]] = ("shuffled_images",)


@dataclass(frozen=True)
class BleuSettings(MetricSettings):
    """BLEU of the whole set, as sacreBLEU has it: up to four words, exponential smoothing, from 0 to 100."""

    tokenize: Annotated[
        Literal["13a", "intl", "char", "none"], Doc("how sacreBLEU cuts texts; 13a is that of WMT's tables")
    ] = "13a"
    lowercase: Annotated[bool, Doc("compare in lower case")] = False

    targets: ClassVar[tuple[Literal["tokens"], ...]] = ("tokens",)


@dataclass(frozen=True)
class BleuOrderSettings(BleuSettings):
    """BLEU of the whole set up to so many words, of words as they stand: the figures of captioning, from 0 to 100."""

    tokenize: Annotated[
        Literal["13a", "intl", "char", "none"], Doc("how sacreBLEU cuts texts; none: between blanks only")
    ] = "none"


@dataclass(frozen=True)
class CiderDSettings(MetricSettings):
    """CIDEr-D: how much of what the references agree on is said, words that stand everywhere counting little."""

    sigma: Annotated[float, Gt(0), Doc("how many words longer or shorter a caption may be before it counts little")] = (
        6.0
    )

    targets: ClassVar[tuple[Literal["tokens"], ...]] = ("tokens",)


@dataclass(frozen=True)
class ChrfSettings(MetricSettings):
    """chrF2 of the whole set, as sacreBLEU has it: up to six characters, white space left out, from 0 to 100."""

    targets: ClassVar[tuple[Literal["tokens"], ...]] = ("tokens",)


@dataclass(frozen=True)
class RougeLSettings(MetricSettings):
    """ROUGE-L (Lin 2004): the F-measure of the longest common subsequence of words; of several references the best."""

    beta: Annotated[
        float, Gt(0), Doc("how much more recall weighs than precision; 1 is usual, 1.2 in tables of captions")
    ] = 1.0
    lowercase: Annotated[bool, Doc("compare in lower case")] = False

    targets: ClassVar[tuple[Literal["tokens"], ...]] = ("tokens",)


@dataclass(frozen=True)
class ExactMatchSettings(MetricSettings):
    """The share of texts that are right as a whole; it has no settings."""

    targets: ClassVar[tuple[Literal["tokens"], ...]] = ("tokens",)


@dataclass(frozen=True)
class CopySettings(BaselineSettings):
    """The source itself; it has no settings."""

    targets: ClassVar[tuple[Literal["tokens"], ...]] = ("tokens",)
    accepts: ClassVar[tuple[Literal["tokens"], ...]] = ("tokens",)


@dataclass(frozen=True)
class Lead1Settings(BaselineSettings):
    """The first sentence of the source; it has no settings."""

    targets: ClassVar[tuple[Literal["tokens"], ...]] = ("tokens",)
    accepts: ClassVar[tuple[Literal["tokens"], ...]] = ("tokens",)


@dataclass(frozen=True)
class MostFrequentTargetSettings(BaselineSettings):
    """The target that stands most often in train; it has no settings."""

    targets: ClassVar[tuple[Literal["tokens"], ...]] = ("tokens",)


@dataclass(frozen=True)
class NearestSourceSettings(BaselineSettings):
    """The target of the most similar source of train; it has no settings."""

    targets: ClassVar[tuple[Literal["tokens"], ...]] = ("tokens",)
    accepts: ClassVar[tuple[Literal["tokens"], ...]] = ("tokens",)


@dataclass(frozen=True)
class IBMModel1Settings(BaselineSettings):
    """Word by word, by the translation table of IBM Model 1 (Brown et al. 1993)."""

    iterations: Annotated[int, Ge(1), Doc("rounds of expectation and maximisation")] = 10

    targets: ClassVar[tuple[Literal["tokens"], ...]] = ("tokens",)
    accepts: ClassVar[tuple[Literal["tokens"], ...]] = ("tokens",)


@dataclass(frozen=True)
class MostFrequentCaptionSettings(BaselineSettings):
    """The caption that stands most often in train; it has no settings."""

    targets: ClassVar[tuple[Literal["tokens"], ...]] = ("tokens",)


@dataclass(frozen=True)
class BestConstantCaptionSettings(BaselineSettings):
    """The one text that has the best BLEU when it is said of every example of train; among the targets of train."""

    order: Annotated[int, Ge(1), Le(4), Doc("words of the longest n-grams of that BLEU")] = 4

    targets: ClassVar[tuple[Literal["tokens"], ...]] = ("tokens",)


@dataclass(frozen=True)
class NearestImageCaptionSettings(BaselineSettings):
    """A caption of the image of train that looks most alike, pixel by pixel."""

    size: Annotated[int, Ge(1), Le(64), Doc("pixels of a side to which images are shrunk for this")] = 16

    targets: ClassVar[tuple[Literal["tokens"], ...]] = ("tokens",)
    accepts: ClassVar[tuple[Literal["image"], ...]] = ("image",)
