"""Head `crf_tagger`: a linear-chain conditional random field over the tags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from seqlab import (
    IGNORED,
    OUTSIDE,
    Batch,
    DataError,
    Encoded,
    Loss,
    Parts,
    Prediction,
    Problem,
    Scheme,
    Sizes,
    Tags,
    TagsPrediction,
    Vocabularies,
    scheme_of,
)
from seqlab_tagger.chain import log_partition, marginals
from seqlab_tagger.head import TAGS, Tagger
from seqlab_tagger.outside import fitted_offset
from seqlab_tagger.settings import CRFTaggerSettings, SpanF1Settings
from seqlab_tagger.span_f1 import SpanF1
from seqlab_tagger.steps import step_scores
from seqlab_tagger.viterbi import IMPOSSIBLE, viterbi

STEPS, START, END = "steps", "start", "end"

Steps: TypeAlias = tuple[Tensor, Tensor, Tensor]
"""Scores of steps `(K, K)`, of the first tag `(K,)` and of the last one `(K,)`."""


class CRFTagger(Tagger):
    """All tags of a sentence at once: each is scored by the state at its token, each pair by how well it goes together.

    `p(tags) = exp(score(tags)) / sum over all sequences of exp(score)`, with the score as in `chain.py`. Training raises
    the log-probability of the gold tags; a tag that train does not have, or that is not known, may be any tag (Tsuboi
    et al. 2008, equation 3). Prediction is the likeliest sequence that keeps to the scheme.

    The likeliest sequence is not the one that serves F1 best: where spans are rare and new, it leaves out most of them. With
    `tune_outside` the score of `O` is moved, after training, by what gives dev the highest F1 (Minkov et al. 2006).

    Attributes:
        outside: What is taken from the score of `O` in prediction; 0 until `calibrate`.

    References:
        John Lafferty, Andrew McCallum and Fernando Pereira, "Conditional random fields", ICML 2001.
        Yuta Tsuboi et al., "Training conditional random fields using incomplete annotations", COLING 2008.
        Guillaume Lample et al., "Neural architectures for named entity recognition", NAACL 2016, section 2.2.
        Einat Minkov et al., "NER systems that suit user's preferences: adjusting the recall-precision trade-off for entity
        extraction", HLT-NAACL 2006.
    """

    config: CRFTaggerSettings
    step_limits: Tensor
    start_limits: Tensor
    end_limits: Tensor
    outside: Tensor

    def __init__(
        self, config: CRFTaggerSettings, sizes: Mapping[str, Sizes], vocabularies: Vocabularies, parts: Parts
    ) -> None:
        super().__init__(config, sizes, vocabularies, parts)
        count = len(self.tags)
        self.transitions = nn.Parameter(torch.zeros(count, count))  # from the row's tag to the column's
        self.start = nn.Parameter(torch.zeros(count))
        self.end = nn.Parameter(torch.zeros(count))
        limits = step_scores(self.tags.items, self._scheme())
        for name, scores in zip(("step_limits", "start_limits", "end_limits"), limits, strict=True):
            self.register_buffer(name, torch.from_numpy(scores), persistent=False)
        self.register_buffer("outside", torch.zeros(()))

    def loss(self, encoded: Encoded, batch: Batch) -> Loss:
        """Minus the log-probability of the known tags of each sentence, summed; counted are the known tags."""
        assert batch.target is not None
        emissions = self.scores(encoded)[TAGS]  # (B, T, K)
        target, lengths = batch.target, encoded.encodings["main"].lengths
        count = int((target != IGNORED).sum())
        steps: Steps = (self.transitions, self.start, self.end)
        if self.config.constrain_training:
            steps = self._within_limits(steps)
            kept = self._keeps_to_limits(target, lengths)
            emissions, target, lengths = emissions[kept], target[kept], lengths[kept]
            if not len(target):
                return Loss(emissions.sum() * 0, count)
        real = torch.arange(target.shape[1]) < lengths.unsqueeze(1)  # (B, T)
        known = target != IGNORED
        total = log_partition(emissions, *steps, lengths).sum()
        if torch.equal(known, real):
            total = total - _score(emissions, steps, target, lengths, known)
        else:
            other = known.unsqueeze(2) & (target.unsqueeze(2) != torch.arange(len(self.tags)))  # (B, T, K)
            total = total - log_partition(emissions.masked_fill(other, IMPOSSIBLE), *steps, lengths).sum()
        return Loss(total.to(emissions.dtype), count)

    def scores(self, encoded: Encoded) -> Mapping[str, Tensor]:
        """Of tags `(B, T, K)`, of steps `(K, K)`, of the first tag `(K,)` and of the last one `(K,)`."""
        return {**super().scores(encoded), STEPS: self.transitions, START: self.start, END: self.end}

    def decide(self, scores: Mapping[str, Tensor], encoded: Encoded, batch: Batch) -> list[Prediction]:
        """The likeliest sequences; the probability of a tag at its token is that of all sequences with it."""
        lengths = encoded.encodings["main"].lengths
        emissions, steps = self._decisive(scores, float(self.outside))
        paths, of_paths = _best(emissions, steps, lengths, max(1, self.config.n_best))
        shares = marginals(emissions, *steps, lengths)  # (B, T, K)
        of_best = shares.gather(2, torch.from_numpy(paths[:, 0]).unsqueeze(2)).squeeze(2)  # (B, T)
        totals = log_partition(emissions, *steps, lengths).tolist() if self.config.n_best else [0.0] * len(paths)
        names = self.tags.items
        found: list[Prediction] = []
        for row, length in enumerate(lengths.tolist()):
            sequences = [tuple([names[tag] for tag in path[:length]]) for path in paths[row].tolist()]
            ranked = zip(sequences, of_paths[row].tolist(), strict=True)
            kept = [(tags, score - totals[row]) for tags, score in ranked if score > IMPOSSIBLE / 2]
            every = shares[row, :length].tolist() if self.config.marginals else []
            found.append(
                TagsPrediction(
                    sequences[0],
                    tuple(of_best[row, :length].tolist()),
                    n_best=tuple(kept) if self.config.n_best else (),
                    marginals=tuple(dict(zip(names, each, strict=True)) for each in every) or None,
                )
            )
        return found

    def calibrate(self, batches: Iterable[tuple[Mapping[str, Tensor], Batch]]) -> None:
        """Fit on dev what is taken from the score of `O`."""
        if not self.config.tune_outside or OUTSIDE not in self.tags:
            return
        dev = list(batches)
        self.outside.fill_(fitted_offset(lambda offset: self._span_f1(dev, offset)))

    def _span_f1(self, dev: Sequence[tuple[Mapping[str, Tensor], Batch]], offset: float) -> float:
        """F1 of the spans of dev with so much taken from the score of `O`."""
        metric, totals = SpanF1(SpanF1Settings()), np.zeros(3)
        for scores, batch in dev:
            assert batch.target_lengths is not None
            paths, _ = _best(*self._decisive(scores, offset), batch.target_lengths, 1)
            for path, example in zip(paths[:, 0].tolist(), batch.examples, strict=True):
                assert isinstance(example.target, Tags)
                tags = tuple([self.tags.item(tag) for tag in path[: len(example.target)]])
                totals += metric.counts(TagsPrediction(tags), example.target)
        return float(metric.combine(totals)["span_f1"])

    def _decisive(self, scores: Mapping[str, Tensor], offset: float) -> tuple[Tensor, Steps]:
        """What the prediction goes by: emissions, with something taken from those of `O`, and the steps that are allowed."""
        emissions = scores[TAGS]
        if offset:
            emissions = emissions.clone()
            emissions[:, :, self.tags.id(OUTSIDE)] -= offset
        return emissions, self._within_limits((scores[STEPS], scores[START], scores[END]))

    def _scheme(self) -> Scheme | None:
        """The scheme that is kept to; None if there is none.

        Raises:
            DataError: SL474 if the tags of train are not of the scheme that the settings name.
        """
        named, found = self.config.scheme, scheme_of(self.tags.items)
        if named == "auto":
            return found
        if named == "none":
            return None
        if found is not None and "BIOES" in (named, found) and named != found:
            message = f"head 'crf_tagger' has scheme: {named}, but the tags of train are {found}: {' '.join(self.tags.items[:8])}"
            hint = "leave 'scheme' out: it is read off the tags"
            raise DataError(Problem("SL474", message, hint=hint))
        return named

    def _within_limits(self, steps: Steps) -> Steps:
        """The scores of steps, with those forbidden that break the scheme."""
        between, first, last = steps
        return between + self.step_limits, first + self.start_limits, last + self.end_limits

    def _keeps_to_limits(self, target: Tensor, lengths: Tensor) -> Tensor:
        """Which rows have no known tags side by side that break the scheme: `(B,)` bool."""
        known, tags = target != IGNORED, target.clamp(min=0)  # (B, T)
        between = self.step_limits[tags[:, :-1], tags[:, 1:]] * (known[:, :-1] & known[:, 1:])  # (B, T - 1)
        last = lengths.unsqueeze(1) - 1
        first_score = self.start_limits[tags[:, 0]] * known[:, 0]
        last_score = self.end_limits[tags.gather(1, last)] * known.gather(1, last)  # (B, 1)
        return between.sum(dim=1) + first_score + last_score.squeeze(1) > IMPOSSIBLE / 2


def _best(emissions: Tensor, steps: Steps, lengths: Tensor, count: int) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """The best sequences of each row `(B, count, T)`, and their scores `(B, count)`."""
    given, between, first, last = (each.detach().double().numpy() for each in (emissions, *steps))
    return viterbi(given, between, first, last, lengths.numpy(), count)


def _score(emissions: Tensor, steps: Steps, target: Tensor, lengths: Tensor, real: Tensor) -> Tensor:
    """The score of the gold tags of all rows together, float64. Steps are counted first, so that autograd sees few of them."""
    tags = target.masked_fill(~real, 0)  # (B, T)
    of_tags = emissions.gather(2, tags.unsqueeze(2)).squeeze(2)[real].sum(dtype=torch.float64)
    count = emissions.shape[2]
    pairs = (tags[:, :-1] * count + tags[:, 1:])[real[:, 1:]].bincount(minlength=count * count).view(count, count)
    first = tags[:, 0].bincount(minlength=count)
    last = tags.gather(1, lengths.unsqueeze(1) - 1).squeeze(1).bincount(minlength=count)
    scored = zip(steps, (pairs, first, last), strict=True)
    total: Tensor = sum(((scores.double() * times).sum() for scores, times in scored), of_tags)
    return total
