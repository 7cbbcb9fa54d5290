"""Generation from an input: sequence to sequence, its metrics and its floors."""

from __future__ import annotations

from seqlab import Registrar, hookimpl


@hookimpl
def seqlab_register_components(registry: Registrar) -> None:
    """Register decoder, head, metrics and baselines; their modules are imported when one is used."""
    registry.decoder(
        "rnn_decoder",
        "seqlab_generate.rnn_decoder:RNNDecoder",
        config="seqlab_generate.settings:RNNDecoderSettings",
        summary="recurrent layers over the tokens so far, with attention over the encoder's states",
    )
    registry.head(
        "translator",
        "seqlab_generate.translator:Translator",
        config="seqlab_generate.settings:TranslatorSettings",
        summary="a sequence from a sequence, by a decoder over the encoder's states",
    )
    registry.metric(
        "bleu",
        "seqlab_generate.bleu:Bleu",
        config="seqlab_generate.settings:BleuSettings",
        summary="BLEU of the whole set, by sacreBLEU",
    )
    registry.metric(
        "chrf",
        "seqlab_generate.chrf:Chrf",
        config="seqlab_generate.settings:ChrfSettings",
        summary="F-score of character n-grams of the whole set (chrF2)",
    )
    registry.metric(
        "rouge_l",
        "seqlab_generate.rouge_l:RougeL",
        config="seqlab_generate.settings:RougeLSettings",
        summary="F-measure of the longest common subsequence of words",
    )
    registry.metric(
        "exact_match",
        "seqlab_generate.exact_match:ExactMatch",
        config="seqlab_generate.settings:ExactMatchSettings",
        summary="share of texts that are right as a whole",
    )
    registry.baseline(
        "copy",
        "seqlab_generate.copy:Copy",
        config="seqlab_generate.settings:CopySettings",
        summary="the source itself",
    )
    registry.baseline(
        "lead_1",
        "seqlab_generate.lead_1:Lead1",
        config="seqlab_generate.settings:Lead1Settings",
        summary="the first sentence of the source, the floor of summaries",
    )
    registry.baseline(
        "most_frequent_target",
        "seqlab_generate.most_frequent_target:MostFrequentTarget",
        config="seqlab_generate.settings:MostFrequentTargetSettings",
        summary="the target that stands most often in train",
    )
    registry.baseline(
        "nearest_source",
        "seqlab_generate.nearest_source:NearestSource",
        config="seqlab_generate.settings:NearestSourceSettings",
        summary="the target of the most similar source of train, by TF-IDF",
    )
    registry.baseline(
        "ibm_model_1",
        "seqlab_generate.ibm_model_1:IBMModel1",
        config="seqlab_generate.settings:IBMModel1Settings",
        summary="word by word, by the translation table of IBM Model 1",
    )
