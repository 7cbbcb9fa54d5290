"""The laws of an embedder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from seqlab.interfaces.embedder import Embedded, Embedder
from seqlab.interfaces.vocabulary import Vocabulary
from seqlab.testing.closeness import OF_ONE_ROW, finite, same, shaped
from seqlab.testing.encoder import SHAPES
from seqlab.testing.laws import Broken, Conformance, Laws, NotCheckedError, subject_of
from seqlab.testing.modules import (
    ROWS,
    Subject,
    Tensors,
    Trial,
    check_calls,
    check_weights,
    lengths_for,
    note_on,
    own_random,
    real,
    trials,
)

KNOWN = {"the": 9, "cat": 5, "sat": 4, "The": 3, "on": 3, "mat": 2, "Zürich": 2, "1984": 1, "e-mail": 1, "a": 1}
UNKNOWN = ("unseen", "x", "ŝafo", "猫", "3.14", "Donaudampfschifffahrtsgesellschaftskapitänsmütze", "👍🏽", "CAT")
"""Words that train does not have: long, short, and in scripts that it does not have either."""


def check_embedder(
    embedder: type[Embedder],
    settings: Any,
    items: Sequence[Any] | None = None,
    vocabulary: Vocabulary | None = None,
) -> Conformance:
    """See whether an embedder keeps its laws.

    Args:
        embedder: The class.
        settings: An instance of its settings, an `EmbedderSettings`.
        items: Distinct items that it can read; by default words, half of them unknown.
        vocabulary: What it is built with; by default that of the words, and None if items are given.

    Returns:
        The laws that were checked.

    Raises:
        BrokenLaws: If one or more do not hold; it tells all of them.
        PluginError: If the embedder cannot be built for lack of a package.
        NotCheckedError: If it does not read tokens, and no items are given.
    """
    if items is None:
        if "tokens" not in getattr(settings, "accepts", ("tokens",)):
            raise NotCheckedError("it reads no tokens, so items must be given: check_embedder(..., items=[...])")
        items = [*KNOWN, *UNKNOWN]
        vocabulary = vocabulary or Vocabulary.of_inputs(KNOWN)
    laws = Laws(subject_of("embedder", embedder, settings))
    of_tokens = isinstance(items[0], str)

    def given(steps: int, dtype: torch.dtype, seed: int) -> Tensors:
        lengths = lengths_for(steps if of_tokens else 1)
        shape = (ROWS, steps if of_tokens else 1)
        places = torch.randint(len(items), shape, generator=torch.Generator().manual_seed(seed))
        return {"places": places * real(lengths, shape[1]), "lengths": lengths}

    def call(module: Embedder, of: Tensors) -> Tensors:
        embedded = _embed(module, items, of["places"], of["lengths"])
        kept = real(embedded.lengths, embedded.vectors.shape[1]).unsqueeze(2)
        return {"vectors": embedded.vectors.masked_fill(~kept, 0.0), "lengths": embedded.lengths}

    subject = Subject(lambda: embedder(settings, vocabulary), given, call)
    with own_random():
        for trial in trials(laws, subject):
            with laws.law(
                SHAPES, "`output_size` is not the width of the vectors, or `features` merges items", trial.where
            ):
                _check_shapes(trial, items, of_tokens)
            if laws.holds(SHAPES) and check_calls(laws, trial):
                _check_items(laws, trial, items)
                if of_tokens:  # of anything else an item is a whole row
                    _check_rows(laws, trial)
        if laws.holds(SHAPES):
            check_weights(laws, subject)
    return laws.verdict(note_on(laws))


def _embed(module: Embedder, items: Sequence[Any], index: Tensor, lengths: Tensor) -> Embedded:
    """Features without a gradient, as the core makes them, and vectors from them."""
    embedded: Embedded = module(_features(module, items), index, lengths)
    return embedded


def _features(module: Embedder, items: Sequence[Any]) -> Tensor:
    with torch.no_grad():
        features = module.features(items)
    parameter = next(module.parameters(), None)
    if parameter is not None and features.is_floating_point():
        features = features.to(parameter.dtype)
    return features


def _check_shapes(trial: Trial, items: Sequence[Any], of_tokens: bool) -> None:
    given = trial.given()
    index, lengths = given["places"], given["lengths"]
    features = _features(trial.module, items)
    if not isinstance(features, Tensor) or features.dim() == 0 or features.shape[0] != len(items):
        found = tuple(features.shape) if isinstance(features, Tensor) else type(features).__name__
        raise Broken(f"features of {len(items)} items are {found}, not a tensor with a row for each")
    with torch.no_grad():
        embedded = trial.module(features, index, lengths)
    if not isinstance(embedded, Embedded):
        raise Broken(f"it gives a {type(embedded).__name__}, not an Embedded(vectors, lengths)")
    steps = index.shape[1] if of_tokens else embedded.vectors.shape[1]
    shaped("vectors", embedded.vectors, (ROWS, steps, trial.module.output_size), "(B, T, output_size)")
    shaped("lengths", embedded.lengths, (ROWS,), "(B,)")
    if of_tokens:
        same("lengths", embedded.lengths, lengths, "as given back", "in the batch")
    finite("vectors", trial.call(given)["vectors"])
    kind = next((parameter.dtype for parameter in trial.module.parameters()), embedded.vectors.dtype)
    if embedded.vectors.dtype != kind:
        raise Broken(f"vectors are of {embedded.vectors.dtype}, but weights are of {kind}")


def _vectors(trial: Trial, items: Sequence[Any], order: Sequence[int]) -> dict[int, Tensor]:
    """The vector of each item, embedded together in an order: `(T, D)` by its number."""
    column = torch.arange(len(order)).unsqueeze(1)  # (N, 1)
    with torch.no_grad():
        chosen = [items[number] for number in order]
        embedded = _embed(trial.module, chosen, column, torch.ones(len(order), dtype=torch.int64))
    steps = embedded.lengths.tolist()  # an item that is a whole sequence is padded to the longest beside it
    return {number: embedded.vectors[place, : steps[place]] for place, number in enumerate(order)}


def _check_items(laws: Laws, trial: Trial, items: Sequence[Any]) -> None:
    every = _vectors(trial, items, range(len(items)))
    cause = (
        "a normalisation or an encoder runs over items as if they were a sequence, or shorter items see their padding"
    )
    with laws.law("the vector of an item does not depend on the other items", cause, trial.where):
        backwards = _vectors(trial, items, range(len(items) - 1, -1, -1))
        alone = {number: _vectors(trial, items, [number])[number] for number in range(len(items))}
        for number, vector in every.items():
            name = (
                f"the vector of {items[number]!r}" if isinstance(items[number], str) else f"the vector of item {number}"
            )
            same(name, backwards[number], vector, "with the items in reverse order", "in their order", OF_ONE_ROW)
            same(name, alone[number], vector, "for the item alone", f"among {len(items)} items", OF_ONE_ROW)
    cause = "`forward` looks at rows of `features` that no position points to, or at their order"
    with laws.law("forward depends on what the index points to, and on nothing else", cause, trial.where):
        given = trial.given()
        index, lengths = given["places"], given["lengths"]
        features = _features(trial.module, items)
        mask = real(lengths, index.shape[1])
        used, renumbered = torch.unique(index[mask], return_inverse=True)
        compact = torch.zeros_like(index)
        compact[mask] = renumbered
        with torch.no_grad():
            whole = trial.module(features, index, lengths).vectors
            chosen = trial.module(features[used], compact, lengths).vectors
            turned = trial.module(features.flip(0), torch.where(mask, len(items) - 1 - index, 0), lengths).vectors
        if whole.shape[1] == index.shape[1]:
            whole, chosen, turned = (vectors[mask] for vectors in (whole, chosen, turned))
        same("vectors", chosen, whole, "without the rows of features that nobody needs", "with them")
        same("vectors", turned, whole, "with the rows of features in reverse order", "in their order")


def _check_rows(laws: Laws, trial: Trial) -> None:
    given = trial.given()
    index, lengths = given["places"], given["lengths"]
    plain = trial.call(given)["vectors"]
    mask = real(lengths, trial.steps)
    at = f"{trial.where}, lengths {lengths.tolist()}"
    with laws.law("padding changes nothing", "what the index says on padding is looked at by other positions", at):
        other = trial.call({**given, "places": torch.where(mask, index, 1)})["vectors"]
        same("vectors", other, plain, "with index 1 on padding", "with 0 there")
        longer = trial.call({**given, "places": torch.nn.functional.pad(index, (0, 6))})["vectors"]
        same("vectors", longer[:, : trial.steps], plain, "with 6 more columns of padding", "without")
    cause = "positions or rows of the batch are mixed: that is an encoder's work"
    with laws.law("a batch of one equals its row in a larger batch", cause, at):
        for row, length in enumerate(lengths.tolist()):
            alone = trial.call({"places": index[row : row + 1, :length], "lengths": lengths[row : row + 1]})["vectors"]
            expected = plain[row, :length]
            same(
                "vectors", alone[0], expected, f"for row {row} (length {length}) alone", "in its batch of 5", OF_ONE_ROW
            )
    with laws.law("an item has the same vector wherever it stands", cause, at):
        places, counts = torch.unique(index[mask], return_counts=True)
        for place in places[counts > 1][:3].tolist():
            found = plain[mask & (index == place)]
            same("vectors", found, found[:1].expand_as(found), "of one item further on", "where it stands first")
