"""Generation from an input: sequence to sequence and captions of images, their metrics and their floors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqlab import Registrar, hookimpl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seqlab import Pipeline, Problem, ReportData, Section


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
    registry.head(
        "captioner",
        "seqlab_generate.translator:Translator",
        config="seqlab_generate.settings:CaptionerSettings",
        summary="what an image shows in words, by a decoder over its regions",
    )
    registry.metric(
        "bleu",
        "seqlab_generate.bleu:Bleu",
        config="seqlab_generate.settings:BleuSettings",
        summary="BLEU of the whole set, by sacreBLEU",
    )
    for order, words in enumerate(("single words", "two words", "three words", "four words"), 1):
        registry.metric(
            f"bleu_{order}",
            f"seqlab_generate.bleu:Bleu{order}",
            config="seqlab_generate.settings:BleuOrderSettings",
            summary=f"BLEU of the whole set up to {words}, as captions are scored",
        )
    registry.metric(
        "cider_d",
        "seqlab_generate.cider_d:CiderD",
        config="seqlab_generate.settings:CiderDSettings",
        summary="likeness to what several references agree on",
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
        "most_frequent_caption",
        "seqlab_generate.most_frequent_target:MostFrequentTarget",
        config="seqlab_generate.settings:MostFrequentCaptionSettings",
        summary="the caption that stands most often in train",
    )
    registry.baseline(
        "best_constant_caption",
        "seqlab_generate.best_constant_caption:BestConstantCaption",
        config="seqlab_generate.settings:BestConstantCaptionSettings",
        summary="the one caption of train that says most of all its images",
    )
    registry.baseline(
        "nearest_image_caption",
        "seqlab_generate.nearest_image_caption:NearestImageCaption",
        config="seqlab_generate.settings:NearestImageCaptionSettings",
        summary="a caption of the image of train that looks most alike, by its pixels",
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


@hookimpl
def seqlab_check_config(pipeline: Pipeline) -> Sequence[Problem]:
    """Say where no token of the input can stand in place of <unk>."""
    from seqlab_generate.copying_check import check_copying

    return check_copying(pipeline)


@hookimpl
def seqlab_report_sections(report: ReportData) -> Sequence[Section]:
    """Images with their captions, where there are some."""
    from seqlab_generate.captions_section import captions_section

    section = captions_section(report)
    return [] if section is None else [section]
