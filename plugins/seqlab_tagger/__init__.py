"""Tagging: a label for every token, with the floors from the textbooks up to the strongest cheap tagger."""

from __future__ import annotations

from seqlab import Registrar, hookimpl


@hookimpl
def seqlab_register_components(registry: Registrar) -> None:
    """Register the heads, their metric and their baselines."""
    registry.head(
        "tagger",
        "seqlab_tagger.head:Tagger",
        config="seqlab_tagger.settings:TaggerSettings",
        summary="a tag for every token, by a softmax over the tags of train",
    )
    registry.head(
        "crf_tagger",
        "seqlab_tagger.crf:CRFTagger",
        config="seqlab_tagger.settings:CRFTaggerSettings",
        summary="the likeliest sequence of tags, by a conditional random field that knows which may follow which",
    )
    registry.metric(
        "span_f1",
        "seqlab_tagger.span_f1:SpanF1",
        config="seqlab_tagger.settings:SpanF1Settings",
        summary="F1, precision and recall of whole spans such as named entities, as conlleval counts them",
    )
    registry.baseline(
        "most_frequent_tag",
        "seqlab_tagger.most_frequent_tag:MostFrequentTag",
        config="seqlab_tagger.settings:MostFrequentTagSettings",
        summary="each word's most frequent tag in train; an unknown word gets the most frequent tag of all",
    )
    registry.baseline(
        "gazetteer",
        "seqlab_tagger.gazetteer:Gazetteer",
        config="seqlab_tagger.settings:GazetteerSettings",
        summary="the spans of train wherever their words stand again, the longest first",
    )
    registry.baseline(
        "suffix_tag",
        "seqlab_tagger.suffix_tag:SuffixTag",
        config="seqlab_tagger.settings:SuffixTagSettings",
        summary="each word's most frequent tag; an unknown word's by its ending and its capital",
    )
    registry.baseline(
        "hmm",
        "seqlab_tagger.hmm:HMM",
        config="seqlab_tagger.settings:HMMSettings",
        summary="bigram hidden Markov model with a suffix model for unknown words (Brants 2000)",
    )
    registry.baseline(
        "linear_tagger",
        "seqlab_tagger.linear_tagger:LinearTagger",
        config="seqlab_tagger.settings:LinearTaggerSettings",
        summary="linear support vector machines over words, affixes, shapes and neighbours",
    )
    registry.baseline(
        "crfsuite",
        "seqlab_tagger.crfsuite:CRFsuite",
        config="seqlab_tagger.settings:CRFsuiteSettings",
        summary="conditional random field over the same features, by the extra seqlab[crfsuite]",
    )
