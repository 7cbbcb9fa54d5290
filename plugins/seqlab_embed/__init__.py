"""Embedders: what an input holds -> vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqlab import Registrar, hookimpl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seqlab import Learner, Pipeline, Problem


@hookimpl
def seqlab_register_components(registry: Registrar) -> None:
    """Register the embedders of this plugin."""
    registry.embedder(
        "word",
        "seqlab_embed.word:WordEmbedder",
        config="seqlab_embed.settings:WordSettings",
        summary="one trained vector for each frequent token",
    )
    registry.embedder(
        "affix",
        "seqlab_embed.affix:AffixEmbedder",
        config="seqlab_embed.affix_settings:AffixSettings",
        summary="hashed beginnings, ends and shape of a word",
    )
    registry.embedder(
        "char_rnn",
        "seqlab_embed.char_rnn:CharRNNEmbedder",
        config="seqlab_embed.char_settings:CharRNNSettings",
        summary="a word's vector from an LSTM over its characters",
    )
    registry.embedder(
        "char_cnn",
        "seqlab_embed.char_cnn:CharCNNEmbedder",
        config="seqlab_embed.char_settings:CharCNNSettings",
        summary="a word's vector from convolutions over its characters",
    )
    registry.embedder(
        "vectors",
        "seqlab_embed.vectors:VectorsEmbedder",
        config="seqlab_embed.vectors_settings:VectorsSettings",
        summary="pretrained vectors: GloVe, word2vec, fastText, or of a spaCy package",
    )
    registry.embedder(
        "features",
        "seqlab_embed.features:FeaturesEmbedder",
        config="seqlab_embed.features_settings:FeaturesSettings",
        summary="vectors that the data itself holds: frames of speech, measurements",
    )


@hookimpl
def seqlab_check_config(pipeline: Pipeline) -> Sequence[Problem]:
    """Say which optimizers cannot update sparse rows."""
    from seqlab_embed.sparse_check import check_sparse_rows

    return check_sparse_rows(pipeline)


@hookimpl(tryfirst=True)  # before the sizes of the model are shown
def seqlab_model_built(learner: Learner) -> None:
    """Fill the tables of pretrained vectors, and say how much of train they cover."""
    from seqlab_embed.told_coverage import tell_coverage

    tell_coverage(learner)
