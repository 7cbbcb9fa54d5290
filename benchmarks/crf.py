"""What a CRF costs beside a softmax: a whole update of a tagger, and the sum over all paths alone, in two forms.

    python benchmarks/crf.py [--threads 1] [--tags 17 50] [--rounds 7] [--batches 10]

Batches are shaped as those of UD English-EWT: lengths of a skewed distribution with its mean, 16.3 words, sorted into batches of
about `--tokens` padded words. The taggers are BiLSTMs over words of 64 + 96 numbers, without what both share beyond it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from seqlab.training.processes import prepare_for_torch

prepare_for_torch()

import numpy as np
import torch
from pairs import measure
from torch import Tensor, nn

from seqlab import Batch, Encoded, Encoding, Head, Parts, Sizes, Vocabularies, Vocabulary
from seqlab_rnn.lstm import LSTMEncoder
from seqlab_rnn.settings import LSTMSettings
from seqlab_tagger import chain
from seqlab_tagger.crf import CRFTagger
from seqlab_tagger.head import Tagger
from seqlab_tagger.settings import CRFTaggerSettings, TaggerSettings
from seqlab_tagger.viterbi import viterbi

INPUTS, HIDDEN = 160, 128


def main() -> None:
    """Print settings, then medians and paired ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--tags", type=int, nargs="+", default=[17, 50])
    parser.add_argument("--tokens", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--batches", type=int, default=10)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    lengths = _batches(options.tokens, options.batches)
    shapes = ", ".join(f"{len(each)} x {int(each.max())}" for each in lengths)
    print(f"batches {shapes}; BiLSTM {INPUTS} -> 2 x {HIDDEN}; threads {options.threads}")
    for tags in options.tags:
        print(f"\nan update of a tagger, {tags} tags, {len(lengths)} batches")
        heads = {
            "softmax": (Tagger, TaggerSettings()),
            "CRF": (CRFTagger, CRFTaggerSettings()),
        }
        measure({name: _updates(*head, tags, lengths) for name, head in heads.items()}, options.rounds)
        print("the sum over all paths with its gradient")
        forms = {"logarithms": chain._by_logarithms, "scaled": chain.log_partition}
        measure({name: _sums(form, tags, lengths) for name, form in forms.items()}, options.rounds)
        print("prediction from scores")
        given = [_scores(tags, each) for each in lengths]
        measure(
            {
                "likeliest tag of each": lambda given=given: [scores[0].argmax(dim=2) for scores, _ in given],
                "Viterbi": lambda given=given: [
                    viterbi(*(each.double().numpy() for each in scores), of.numpy()) for scores, of in given
                ],
            },
            options.rounds,
        )


def _batches(tokens: int, count: int) -> list[Tensor]:
    """Lengths of batches, spread over all lengths."""
    drawn = np.sort(np.random.default_rng(13).gamma(1.9, 8.6, 12_000).astype(int) + 1)
    found = []
    for start in np.linspace(0, len(drawn) - 1, count + 2).astype(int)[1:-1]:
        rows = max(1, tokens // int(drawn[start]))
        found.append(torch.from_numpy(drawn[max(0, start - rows) + 1 : start + 1].copy()))
    return found


def _updates(head: type[Head], settings: TaggerSettings, tags: int, lengths: list[Tensor]) -> Callable[[], None]:
    torch.manual_seed(0)
    encoder = LSTMEncoder(LSTMSettings(hidden_size=HIDDEN, bidirectional=True), INPUTS)
    vocabulary = Vocabulary.of_outputs({f"T{number:02}": 1 for number in range(tags)})
    top = head(settings, {"main": Sizes(2 * HIDDEN)}, Vocabularies({}, vocabulary), Parts(lambda part: part))
    model = nn.ModuleList([encoder, top])
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    given = [(torch.randn(len(each), int(each.max()), INPUTS), each, _targets(tags, each)) for each in lengths]

    def go() -> None:
        for inputs, each, target in given:
            optimizer.zero_grad(set_to_none=True)
            encoding: Encoding = encoder(inputs, each)
            batch = Batch({}, target, each, (), torch.zeros(len(each), dtype=torch.bool))
            loss = top.loss(Encoded({"main": encoding}, {}), batch)
            (loss.sum / loss.count).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 5)
            optimizer.step()

    return go


def _targets(tags: int, lengths: Tensor) -> Tensor:
    steps = int(lengths.max())
    drawn = torch.randint(0, tags, (len(lengths), steps), generator=torch.Generator().manual_seed(1))
    return drawn.masked_fill(torch.arange(steps) >= lengths.unsqueeze(1), -100)


def _scores(tags: int, lengths: Tensor) -> tuple[list[Tensor], Tensor]:
    generator = torch.Generator().manual_seed(2)
    shapes = ((len(lengths), int(lengths.max()), tags), (tags, tags), (tags,), (tags,))
    return [torch.randn(shape, generator=generator) for shape in shapes], lengths


def _sums(form: Callable[..., Tensor], tags: int, lengths: list[Tensor]) -> Callable[[], None]:
    given = [_scores(tags, each) for each in lengths]
    for scores, _ in given:
        for each in scores:
            each.requires_grad_()

    def go() -> None:
        for scores, each in given:
            torch.autograd.grad(form(*scores, each).sum(), scores, materialize_grads=True)

    return go


if __name__ == "__main__":
    main()
