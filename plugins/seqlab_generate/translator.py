"""Heads `translator` and `captioner`: generate a sequence from an encoding, of another sequence or of an image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
from seqlab_generate.pairs import Items, source_of
from seqlab_generate.settings import GeneratorSettings, TranslatorSettings


class Translator(DecoderHead):
    """A decoder over the states of the input, with its output layer.

    Sutskever et al. 2014 without attention in the decoder, Bahdanau et al. 2015 and Luong et al. 2015 with it. A captioner is
    the same over the regions of an image (Vinyals et al. 2015, Xu et al. 2015): only floors, metrics and controls differ.

    With `copy_unknown`, <unk> is generated like any token, and replaced afterwards by the token of the input that has the
    highest weight at its step, of equal ones the first (Luong et al. 2015, "Addressing the rare word problem"; Jean et al.
    2015, section 3.3; without their dictionary).
    """

    config: GeneratorSettings

    def __init__(
        self, config: GeneratorSettings, sizes: Mapping[str, Sizes], vocabularies: Vocabularies, parts: Parts
    ) -> None:
        super().__init__(config, sizes, vocabularies, parts)
        if vocabularies.target is None:
            raise ValueError("a head that generates needs a vocabulary of tokens")
        self.tokens = vocabularies.target
        self.begin, self.end = self.tokens.id("<s>"), self.tokens.id("</s>")
        self.copies = isinstance(config, TranslatorSettings) and config.copy_unknown
        self.banned = [self.begin] if self.copies else [self.begin, self.tokens.unknown]
        output: OutputLayer = parts.build(config.output, config.decoder.settings.output_size, self.tokens)
        self.decoder: Decoder = parts.build(config.decoder, sizes["main"].states, self.tokens, output)

    def predict(self, encoded: Encoded, batch: Batch) -> list[Prediction]:
        """What the decoder generates for each row, with its attention.

        Raises:
            ValueError: If <unk> is to be replaced, but the decoder gives no attention.
        """
        memory = self.memory(encoded)
        prefix = begin_decoding(self.decoder, memory, self.begin)
        found = generate(prefix, self.config.decoding, end=self.end, banned=self.banned)
        sources = [source_of(example) for example in batch.examples] if self.copies else [()] * len(found)
        rows = zip(found, memory.lengths.tolist(), sources, strict=True)
        return [self._prediction(texts, length, source) for texts, length, source in rows]

    def _prediction(self, texts: Sequence[Generated], length: int, source: Items) -> TokensPrediction:
        best = texts[0]
        attention = None if best.attention is None else tuple(weights[:length] for weights in best.attention)
        n_best = tuple((self._items(text, source), text.log_prob) for text in texts) if self.config.n_best > 1 else ()
        return TokensPrediction(self._items(best, source), n_best, attention)

    def _items(self, text: Generated, source: Items) -> Items:
        items = tuple(self.tokens.item(id_) for id_ in text.ids)
        if not self.copies or self.tokens.unknown not in text.ids:
            return items
        if text.attention is None:
            raise ValueError("a decoder without attention cannot say which token of the input stands for <unk>")
        return tuple(
            source[max(range(len(source)), key=weights.__getitem__)] if id_ == self.tokens.unknown else item
            for id_, item, weights in zip(text.ids, items, text.attention, strict=True)
        )
