"""The laws of a head."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from seqlab.data.batching import collate
from seqlab.data.indexing import IndexedExamples, index_examples
from seqlab.data.vocabulary import fit_vocabularies
from seqlab.interfaces.encoder import Encoding
from seqlab.interfaces.head import Encoded, Head, Parts, ScoringHead, Sizes
from seqlab.interfaces.output import Loss
from seqlab.interfaces.pooler import Pooled
from seqlab.interfaces.records import Batch, Prediction, Vocabularies
from seqlab.interfaces.vocabulary import IGNORED
from seqlab.registry import Registry
from seqlab.testing import corpora
from seqlab.testing.closeness import finite, same, shaped
from seqlab.testing.encoder import SHAPES
from seqlab.testing.laws import Broken, Conformance, Laws, subject_of
from seqlab.testing.modules import (
    REPEATS,
    Subject,
    Tensors,
    Trial,
    check_calls,
    check_weights,
    lengths_for,
    note_on,
    numbers,
    own_random,
    real,
    trials,
)
from seqlab.testing.pooler import encoding_of
from seqlab.testing.predictions import agree, belongs
from seqlab.testing.settings import completed
from seqlab.testing.stand_ins import PlainEmbedder

WIDTH = 6
BY_SCORES = "a head that decides by scores decides by nothing else"


def check_head(head: type[Head], settings: Any, registry: Registry | None = None) -> Conformance:
    """See whether a head keeps its laws, on generated examples and drawn states.

    Args:
        head: The class.
        settings: An instance of its settings, a `HeadSettings`.
        registry: Where the components that its settings name are found; by default the installed ones.

    Returns:
        The laws that were checked.

    Raises:
        BrokenLaws: If one or more do not hold; it tells all of them.
        PluginError: If the head cannot be built for lack of a package.
    """
    if registry is None:
        from seqlab.plugins import load_plugins

        registry = load_plugins().registry
    settings = completed(settings, registry)
    laws = Laws(subject_of("head", head, settings))
    case = _Case(head, settings, registry)
    subject = Subject(case.build, case.given, lambda module, of: {"loss.sum": module.loss(*case.batch(of)).sum})
    with own_random():
        for trial in trials(laws, subject):
            cause = "a mean in place of a sum, targets counted that are IGNORED, or one prediction for the whole batch"
            with laws.law(SHAPES, cause, trial.where):
                _check_shapes(trial, case)
            if laws.holds(SHAPES) and check_calls(laws, trial):
                _check_sum(laws, trial, case)
                _check_rows(laws, trial, case)
                _check_scores(laws, trial, case)
        if laws.holds(SHAPES):
            check_weights(laws, subject)
    return laws.verdict(note_on(laws))


class _Case:
    """Examples of the head's kind, for any number of steps, with states in place of an encoder's."""

    def __init__(self, head: type[Head], settings: Any, registry: Registry) -> None:
        self.head, self.settings, self.registry = head, settings, registry
        self.names: tuple[str, ...] = settings.requires.inputs or ("main",)
        train = corpora.examples(settings.target, 40, inputs=self.names)
        self.vocabularies: Vocabularies = fit_vocabularies(train, settings)
        self.embedders = {name: PlainEmbedder(None, self.vocabularies.inputs[name], WIDTH) for name in self.names}
        self._indexed: dict[int, IndexedExamples] = {}

    def build(self) -> nn.Module:
        """A fresh head."""
        pooled = WIDTH if self.settings.requires.pooler else None
        sizes = {name: Sizes(WIDTH, pooled) for name in self.names}
        return self.head(
            self.settings, sizes, self.vocabularies, Parts(self._build, {n: (e,) for n, e in self.embedders.items()})
        )

    def _build(self, part: Any, *arguments: Any, **named: Any) -> Any:
        return self.registry.build(part, *arguments, **named)

    def indexed(self, steps: int) -> IndexedExamples:
        """Five examples with inputs of at most so many tokens."""
        if steps not in self._indexed:
            draws = random.Random(steps)
            shortest = 1 if self.settings.target != "next_token" or self.settings.output_specials else 2
            lengths = [max(length, shortest) for length in lengths_for(steps).tolist()]
            made = [
                corpora.example(self.settings.target, n, draws, i, inputs=self.names) for i, n in enumerate(lengths)
            ]
            self._indexed[steps] = index_examples(made, self.settings, self.vocabularies.target)
        return self._indexed[steps]

    def given(self, steps: int, dtype: torch.dtype, seed: int) -> Tensors:
        """States and pooled vectors of all inputs, and the numbers of the rows."""
        indexed = self.indexed(steps)
        tensors: dict[str, Tensor] = {"rows": torch.arange(len(indexed)), "steps": torch.tensor(steps)}
        for place, name in enumerate(self.names):
            lengths = torch.tensor([len(row) for row in indexed.inputs[name].rows])
            longest = int(lengths.max())
            states = numbers((len(indexed), longest, WIDTH), dtype, seed + place)
            tensors[f"states of {name}"] = states * real(lengths, longest).unsqueeze(2)
            if self.settings.requires.pooler:
                tensors[f"vector of {name}"] = numbers((len(indexed), WIDTH), dtype, seed + 100 + place)
        return tensors

    def batch(self, given: Tensors) -> tuple[Encoded, Batch]:
        """What a head is given: states of the chosen rows, cut to the longest of them, and their batch."""
        rows = given["rows"]
        indexed = self.indexed(int(given["steps"]))
        features = {name: (e.features(indexed.inputs[name].items),) for name, e in self.embedders.items()}
        batch = collate(indexed, features, rows.numpy(), self.settings.target)
        encodings: dict[str, Encoding] = {}
        pooled: dict[str, Pooled] = {}
        for name in self.names:
            lengths = batch.inputs[name].lengths
            states = given[f"states of {name}"][rows][:, : int(lengths.max())]
            encodings[name] = encoding_of(states, lengths)
            if self.settings.requires.pooler:
                mask = real(lengths, states.shape[1])
                weights = mask.to(states.dtype) / lengths.unsqueeze(1)
                pooled[name] = Pooled(given[f"vector of {name}"][rows], weights)
        return Encoded(encodings, pooled), batch

    def predict(self, module: Head, encoded: Encoded, batch: Batch) -> Sequence[Prediction]:
        """Predictions, as a run asks for them."""
        with torch.inference_mode():
            return module.predict(encoded, batch)


def _loss(module: Head, encoded: Encoded, batch: Batch) -> Loss:
    with torch.no_grad():
        return module.loss(encoded, batch)


def _check_shapes(trial: Trial, case: _Case) -> None:
    encoded, batch = case.batch(trial.given())
    assert batch.target is not None
    loss = _loss(trial.module, encoded, batch)
    if not isinstance(loss, Loss):
        raise Broken(f"loss gives a {type(loss).__name__}, not a Loss(sum, count)")
    shaped("loss.sum", loss.sum, (), "a scalar")
    finite("loss.sum", loss.sum)
    scored = len(batch) if case.settings.target == "number" else int((batch.target != IGNORED).sum())
    if loss.count != scored:
        raise Broken(f"loss.count is {loss.count} for {scored} targets that are not IGNORED")
    predictions = case.predict(trial.module, encoded, batch)
    if len(predictions) != len(batch):
        raise Broken(f"{len(predictions)} predictions for {len(batch)} rows")
    lengths = batch.inputs[case.names[0]].lengths if case.settings.target == "tags" else batch.target_lengths
    for row, prediction in enumerate(predictions):
        length = None if lengths is None else int(lengths[row])
        belongs(prediction, case.settings.target, length, case.vocabularies.target, f"row {row}")


def _check_sum(laws: Laws, trial: Trial, case: _Case) -> None:
    given = trial.given()
    whole = _loss(trial.module, *case.batch(given))
    with laws.law("the loss is a sum, with its count", "a mean over the batch or over its tokens", trial.where):
        first = _loss(trial.module, *case.batch({**given, "rows": given["rows"][:2]}))
        second = _loss(trial.module, *case.batch({**given, "rows": given["rows"][2:]}))
        same(
            "loss.sum",
            first.sum + second.sum,
            whole.sum,
            "of rows 0 to 1 plus rows 2 to 4",
            "of all rows at once",
        )
        if first.count + second.count != whole.count:
            raise Broken(
                f"loss.count is {first.count} and {second.count} for the parts, but {whole.count} for all rows"
            )
    if case.settings.target == "number":  # a number is never unknown to train
        return
    cause = "the cross-entropy has no `ignore_index=IGNORED`, or the count is that of the rows"
    with laws.law("IGNORED targets count nothing", cause, trial.where):
        encoded, batch = case.batch(given)
        assert batch.target is not None
        target = batch.target.clone()
        target[1] = IGNORED
        ignored = _loss(trial.module, encoded, dataclasses.replace(batch, target=target))
        rest = _loss(trial.module, *case.batch({**given, "rows": torch.tensor([0, 2, 3, 4])}))
        same("loss.sum", ignored.sum, rest.sum, "with all targets of row 1 IGNORED", "without row 1")
        if ignored.count != rest.count:
            raise Broken(
                f"loss.count is {ignored.count} with all targets of row 1 IGNORED, but {rest.count} without row 1"
            )


def _check_rows(laws: Laws, trial: Trial, case: _Case) -> None:
    given = trial.given()
    encoded, batch = case.batch(given)
    loss, predictions = _loss(trial.module, encoded, batch), case.predict(trial.module, encoded, batch)
    with laws.law(REPEATS, "dropout or noise that does not heed `self.training`", trial.where):
        _all_agree(
            case.predict(trial.module, encoded, batch), predictions, "in a second call of `predict`", "in the first"
        )
    lengths = {name: each.lengths.tolist() for name, each in batch.inputs.items()}
    at = f"{trial.where}, lengths {lengths}"
    with laws.law("padding changes nothing", "padding takes part in a sum, a maximum or a normalisation", at):
        wider = _padded(encoded, batch, 6)
        same("loss.sum", _loss(trial.module, *wider).sum, loss.sum, "with 6 more columns of padding", "without")
        _all_agree(case.predict(trial.module, *wider), predictions, "with 6 more columns of padding", "without")
    with laws.law("a batch of one equals its row in a larger batch", "rows of the batch are mixed", at):
        for row in range(len(batch)):
            alone = case.predict(trial.module, *case.batch({**given, "rows": torch.tensor([row])}))
            _all_agree(alone, predictions[row : row + 1], f"for row {row} alone", "in its batch", first=row)
    if case.settings.target != "next_token":
        with laws.law(
            "predict looks at no target", "`batch.target` or `example.target` is read; both are None later", at
        ):
            bare = [dataclasses.replace(example, target=None) for example in batch.examples]
            unknown = dataclasses.replace(batch, target=None, target_lengths=None, examples=bare)
            _all_agree(case.predict(trial.module, encoded, unknown), predictions, "without targets", "with them")
    with laws.law("padding gets no gradient", "the loss runs over padding: its targets are IGNORED", at):
        tracked = {n: t.clone().requires_grad_() if t.is_floating_point() else t for n, t in given.items()}
        total = trial.module.loss(*case.batch(tracked)).sum
        if total.requires_grad:
            names = [name for name in tracked if name.startswith("states")]
            found = torch.autograd.grad(total, [tracked[name] for name in names], allow_unused=True)
            for name, gradient in zip(names, found, strict=True):
                if gradient is not None:
                    on_padding = gradient * (given[name] == 0)
                    same(
                        f"the gradient of the {name}",
                        on_padding,
                        torch.zeros_like(gradient),
                        "on padding",
                        "by the contract",
                    )


def _check_scores(laws: Laws, trial: Trial, case: _Case) -> None:
    """By the scores of another head, with other weights, it decides as that one does; so an ensemble can average them."""
    says = case.settings.decides_by_scores
    if not says and not isinstance(trial.module, ScoringHead):
        return
    with laws.law(
        BY_SCORES, "`decide` reads weights of its own, or the settings lack `decides_by_scores`", trial.where
    ):
        if not isinstance(trial.module, ScoringHead):
            raise Broken("its settings have decides_by_scores, but it is no ScoringHead")
        if not says:
            raise Broken("it is a ScoringHead, but its settings do not say decides_by_scores")
        other = case.build().to(trial.dtype).eval()
        assert isinstance(other, ScoringHead)
        encoded, batch = case.batch(trial.given())
        with torch.inference_mode():
            found = trial.module.decide(other.scores(encoded), encoded, batch)
            expected = other.predict(encoded, batch)
        _all_agree(found, expected, "by the scores of another head", "by that head")


def _padded(encoded: Encoded, batch: Batch, columns: int) -> tuple[Encoded, Batch]:
    """The same with more columns of padding."""

    def pad(tensor: Tensor, filler: float = 0) -> Tensor:
        return nn.functional.pad(tensor, (0, columns), value=filler)

    encodings = {
        name: each._replace(states=nn.functional.pad(each.states, (0, 0, 0, columns)))
        for name, each in encoded.encodings.items()
    }
    pooled = {
        name: each if each.weights is None else each._replace(weights=pad(each.weights))
        for name, each in encoded.pooled.items()
    }
    inputs = {name: dataclasses.replace(each, index=pad(each.index)) for name, each in batch.inputs.items()}
    target = batch.target
    if target is not None and batch.target_lengths is not None:  # else it has no steps
        target = pad(target, IGNORED)
    return Encoded(encodings, pooled), dataclasses.replace(batch, inputs=inputs, target=target)


def _all_agree(
    found: Sequence[Prediction], expected: Sequence[Prediction], now: str, before: str, first: int = 0
) -> None:
    for row, (one, other) in enumerate(zip(found, expected, strict=True), first):
        agree(one, other, f"the prediction of row {row}", now, before)
