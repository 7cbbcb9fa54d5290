"""Output layer `adaptive`: a softmax over frequent symbols and clusters of rare ones."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

import torch
from torch import Tensor, nn

from seqlab import Loss, OutputLayer, Vocabulary
from seqlab_lm.chunked_cross_entropy import ROWS, log_probs, summed_cross_entropy, target_log_probs
from seqlab_lm.output_settings import AdaptiveSettings
from seqlab_lm.scored_targets import in_place, only_scored

COVERED = (70, 90)
"""Per cent of the tokens of train that stand before each cluster, where no cutoffs are given."""


class AdaptiveOutput(OutputLayer):
    """Most tokens are among the frequent symbols and cost one small softmax; a rare one costs a narrow one more.

    The softmax of Grave et al. (2017), "Efficient softmax approximation for GPUs", with the weights of torch's
    `nn.AdaptiveLogSoftmaxWithLoss` and the same answers. The head chooses among the frequent symbols and the clusters,
    and within cluster i the symbol is chosen by H / div_value^i numbers made from the state.

    Args:
        config: The layer's settings.
        input_size: H.
        vocabulary: Its symbols stand by falling count, as those of every output vocabulary do.
        embedding: None, since clusters are of unequal width.

    Attributes:
        cutoffs: How many symbols stand before each cluster.

    Raises:
        ValueError: If an embedding is to be shared, or the vocabulary has no symbols beyond the last cutoff.
    """

    config: AdaptiveSettings

    def __init__(
        self, config: AdaptiveSettings, input_size: int, vocabulary: Vocabulary, embedding: nn.Parameter | None = None
    ) -> None:
        super().__init__(config, input_size, vocabulary, embedding)
        size = len(vocabulary)
        if embedding is not None:
            raise ValueError("output 'adaptive' cannot share an embedding: its clusters are of unequal width")
        if config.cutoffs and config.cutoffs[-1] >= size:
            raise ValueError(
                f"the last of the 'cutoffs' of output 'adaptive' is {config.cutoffs[-1]}, but the vocabulary has no more "
                f"than {size} symbols"
            )
        self.cutoffs = config.cutoffs or cutoffs_for(vocabulary.counts)
        self.frequent = self.cutoffs[0] if self.cutoffs else size
        self.head = nn.Linear(input_size, self.frequent + len(self.cutoffs), bias=config.head_bias)
        widths = (max(1, int(input_size // config.div_value**i)) for i in range(1, len(self.cutoffs) + 1))
        spans = pairwise((*self.cutoffs, size))
        self.tail = nn.ModuleList(Cluster(input_size, width, *span) for width, span in zip(widths, spans, strict=True))

    @property
    def clusters(self) -> Iterator[Cluster]:
        """Those of the less and less frequent symbols."""
        return (each for each in self.tail if isinstance(each, Cluster))

    def loss(self, hidden: Tensor, targets: Tensor) -> Loss:
        """See `OutputLayer.loss`."""
        hidden, targets, _ = only_scored(hidden, targets)
        head, first = self.head, self._in_head(targets)
        total = summed_cross_entropy(hidden, head.weight, head.bias, first, head.out_features)
        for cluster in self.clusters:
            rows = cluster.rows(targets)
            if len(rows):
                own, states = targets[rows] - cluster.start, cluster.down(hidden.index_select(0, rows))
                total = total + summed_cross_entropy(states, cluster.out.weight, None, own, cluster.size)
        return Loss(total, len(targets))

    def log_probs(self, hidden: Tensor) -> Tensor:
        """See `OutputLayer.log_probs`; without a gradient `(N, V)` stands in memory once."""
        if torch.is_grad_enabled():
            return self._log_probs(hidden)
        found = hidden.new_empty(len(hidden), len(self.vocabulary))
        chunks = max(1, math.ceil(len(hidden) / ROWS))
        for each, rows in zip(hidden.chunk(chunks), found.chunk(chunks), strict=True):
            rows.copy_(self._log_probs(each))
        return found

    def target_log_probs(self, hidden: Tensor, targets: Tensor) -> Tensor:
        """See `OutputLayer.target_log_probs`."""
        count = len(targets)
        hidden, targets, scored = only_scored(hidden, targets)
        found = target_log_probs(hidden, self.head.weight, self.head.bias, self._in_head(targets))
        for cluster in self.clusters:
            rows = cluster.rows(targets)
            own, states = targets[rows] - cluster.start, cluster.down(hidden.index_select(0, rows))
            found = found.index_add(0, rows, target_log_probs(states, cluster.out.weight, None, own))
        return in_place(found, scored, count)

    def _in_head(self, targets: Tensor) -> Tensor:
        """What the head must choose, `(N,)`: a frequent symbol, or a cluster, whose numbers follow those of the symbols."""
        chosen = targets
        for number, cluster in enumerate(self.clusters, start=self.frequent):
            chosen = torch.where(targets >= cluster.start, number, chosen)
        return chosen

    def _log_probs(self, hidden: Tensor) -> Tensor:
        first = log_probs(hidden, self.head.weight, self.head.bias)  # (N, frequent + clusters)
        symbols, entries = first[:, : self.frequent], first[:, self.frequent :].unsqueeze(2)  # (N, clusters, 1)
        rare = [
            log_probs(cluster.down(hidden), cluster.out.weight, None) + entries[:, number]
            for number, cluster in enumerate(self.clusters)
        ]
        return torch.cat([symbols, *rare], dim=1)  # (N, V)


class Cluster(nn.Module):
    """Rare symbols that stand side by side, chosen among by a narrow view of the state.

    Args:
        input_size: H.
        width: Of the view.
        start: Id of the first symbol.
        stop: Id after the last symbol.
    """

    def __init__(self, input_size: int, width: int, start: int, stop: int) -> None:
        super().__init__()
        self.start, self.stop = start, stop
        self.size = stop - start
        self.down = nn.Linear(input_size, width, bias=False)
        self.out = nn.Linear(width, self.size, bias=False)

    def rows(self, targets: Tensor) -> Tensor:
        """Which rows have one of these symbols for a target, `(n,)` of `(N,)`."""
        return ((targets >= self.start) & (targets < self.stop)).nonzero().squeeze(1)


def cutoffs_for(counts: Sequence[int]) -> tuple[int, ...]:
    """Cutoffs before which stand 70% of the tokens of train, and 90%.

    Args:
        counts: How often each symbol stood in train; each is counted once more, since specials may count 0.

    Returns:
        Two of them; fewer where there are too few symbols.
    """
    sums = list(accumulate(count + 1 for count in counts))
    covering = {next(n for n, of in enumerate(sums, start=1) if 100 * of >= share * sums[-1]) for share in COVERED}
    return tuple(sorted(cut for cut in covering if cut < len(counts)))
