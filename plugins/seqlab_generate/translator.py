"""Heads `translator` and `captioner`: generate a sequence from an encoding, of another sequence or of an image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from torch import Tensor

from seqlab import (
    Batch,
    Decoder,
    DecoderHead,
    Encoded,
    Generated,
    OutputLayer,
    Parts,
    Prediction,
    Sizes,
    TokensPrediction,
    Vocabularies,
    begin_decoding,
    generate,
)
from seqlab_generate.settings import TranslatorSettings


class Translator(DecoderHead):
    """A decoder over the states of the input, with its output layer.

    Sutskever et al. 2014 without attention in the decoder, Bahdanau et al. 2015 and Luong et al. 2015 with it. A captioner is
    the same over the regions of an image (Vinyals et al. 2015, Xu et al. 2015): only floors, metrics and controls differ.
    """

    config: TranslatorSettings

    def __init__(
        self, config: TranslatorSettings, sizes: Mapping[str, Sizes], vocabularies: Vocabularies, parts: Parts
    ) -> None:
        super().__init__(config, sizes, vocabularies, parts)
        if vocabularies.target is None:
            raise ValueError("a head that generates needs a vocabulary of tokens")
        self.tokens = vocabularies.target
        self.begin, self.end = self.tokens.id("<s>"), self.tokens.id("</s>")
        self.banned = [self.begin, self.tokens.unknown]
        output: OutputLayer = parts.build(config.output, config.decoder.settings.output_size, self.tokens)
        self.decoder: Decoder = parts.build(config.decoder, sizes["main"].states, self.tokens, output)

    def predict(self, encoded: Encoded, batch: Batch) -> list[Prediction]:
        """What the decoder generates for each row, with its attention."""
        memory = self.memory(encoded)
        prefix = begin_decoding(self.decoder, memory, self.begin)
        found = generate(prefix, self.config.decoding, end=self.end, banned=self.banned)
        return [self._prediction(texts, length) for texts, length in zip(found, memory.lengths, strict=True)]

    def _prediction(self, texts: Sequence[Generated], length: Tensor) -> TokensPrediction:
        best = texts[0]
        attention = None if best.attention is None else tuple(weights[: int(length)] for weights in best.attention)
        n_best = tuple((self._items(text), text.log_prob) for text in texts) if self.config.n_best > 1 else ()
        return TokensPrediction(self._items(best), n_best, attention)

    def _items(self, text: Generated) -> tuple[str, ...]:
        return tuple(self.tokens.item(id_) for id_ in text.ids)
