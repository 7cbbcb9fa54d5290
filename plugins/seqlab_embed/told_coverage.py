"""What the user is told of pretrained vectors before training: how much of train they cover."""

from __future__ import annotations

import click
from torch import nn

from seqlab import Learner
from seqlab_embed.vectors import VectorsEmbedder

FEW = 0.5
"""Share of the running words below which something is probably wrong: the language, the case, the file."""


def tell_coverage(learner: Learner) -> None:
    """Print a line for each table of pretrained vectors, on standard error.

    Args:
        learner: Of any kind; only a network has embedders.

    Raises:
        DataError: If the file is missing or broken.
    """
    network = getattr(learner, "network", None)
    for embedder in network.modules() if isinstance(network, nn.Module) else ():
        if isinstance(embedder, VectorsEmbedder):
            embedder.fill()
            coverage = embedder.coverage()
            source = embedder.config.spacy or embedder.config.path
            what = f"{coverage.types:.1%} of the distinct and {coverage.tokens:.1%} of the running words of train"
            click.echo(f"vectors: {what} have one in {source}", err=True)
            if coverage.tokens < FEW:
                click.echo(
                    "warning: that is little; is it the language, the script and the case of your data?", err=True
                )
