"""Tagging: a label for every token, with the floor that the textbooks set."""

from __future__ import annotations

from seqlab import Registrar, hookimpl


@hookimpl
def seqlab_register_components(registry: Registrar) -> None:
    """Register the head and the baseline."""
    registry.head(
        "tagger",
        "seqlab_tagger.head:Tagger",
        config="seqlab_tagger.settings:TaggerSettings",
        summary="a tag for every token, by a softmax over the tags of train",
    )
    registry.baseline(
        "most_frequent_tag",
        "seqlab_tagger.most_frequent_tag:MostFrequentTag",
        config="seqlab_tagger.settings:MostFrequentTagSettings",
        summary="each word's most frequent tag in train; an unknown word gets the most frequent tag of all",
    )
