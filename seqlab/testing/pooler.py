"""The laws of a pooler."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from seqlab.interfaces.encoder import Encoding
from seqlab.interfaces.pooler import Pooled, Pooler
from seqlab.testing.closeness import all_same, finite, same, shaped
from seqlab.testing.encoder import SHAPES
from seqlab.testing.laws import Broken, Conformance, Laws, subject_of
from seqlab.testing.modules import (
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


def check_pooler(pooler: type[Pooler], settings: Any, input_size: int = 6) -> Conformance:
    """See whether a pooler keeps its laws.

    Args:
        pooler: The class.
        settings: An instance of its settings.
        input_size: H, the width of the states that are drawn; an even number.

    Returns:
        The laws that were checked.

    Raises:
        BrokenLaws: If one or more do not hold; it tells all of them.
        PluginError: If the pooler cannot be built for lack of a package.
    """
    laws = Laws(subject_of("pooler", pooler, settings))

    def given(steps: int, dtype: torch.dtype, seed: int) -> Tensors:
        lengths = lengths_for(steps)
        states = numbers((len(lengths), steps, input_size), dtype, seed)
        states[0] = -states[0].abs() - 0.1  # in this row, zeros on padding would win a maximum
        return {"states": states * real(lengths, steps).unsqueeze(2), "lengths": lengths}

    subject = Subject(lambda: pooler(settings, input_size), given, lambda module, of: _named(_pool(module, of)))
    with own_random():
        for trial in trials(laws, subject):
            with laws.law(SHAPES, "`output_size` is not the width of the vector", trial.where):
                _check_shapes(trial)
            if laws.holds(SHAPES) and check_calls(laws, trial):
                _check_rows(laws, trial)
                _check_weights(laws, trial)
        if laws.holds(SHAPES):
            check_weights(laws, subject)
    return laws.verdict(note_on(laws))


def encoding_of(states: Tensor, lengths: Tensor) -> Encoding:
    """An encoding whose final state is the last real one."""
    return Encoding(states, states[torch.arange(len(lengths)), lengths - 1], lengths, {})


def _pool(module: Pooler, given: Tensors) -> Pooled:
    pooled: Pooled = module(encoding_of(given["states"], given["lengths"]))
    return pooled


def _named(pooled: Pooled) -> Tensors:
    return {"vector": pooled.vector} | ({} if pooled.weights is None else {"weights": pooled.weights})


def _check_shapes(trial: Trial) -> None:
    given = trial.given()
    rows, steps, _ = given["states"].shape
    with torch.no_grad():
        pooled = _pool(trial.module, given)
    if not isinstance(pooled, Pooled):
        raise Broken(f"it gives a {type(pooled).__name__}, not a Pooled(vector, weights)")
    shaped("vector", pooled.vector, (rows, trial.module.output_size), "(B, output_size)")
    finite("vector", pooled.vector)
    if pooled.vector.dtype != given["states"].dtype:
        raise Broken(f"vector is of {pooled.vector.dtype}, but weights and states are of {given['states'].dtype}")
    if pooled.weights is not None:
        shaped("weights", pooled.weights, (rows, steps), "(B, T)")


def _check_rows(laws: Laws, trial: Trial) -> None:
    given = trial.given()
    states, lengths = given["states"], given["lengths"]
    plain = trial.call(given)
    at = f"{trial.where}, lengths {lengths.tolist()}, row 0 all negative"
    cause = "padding takes part: divide by `lengths`, fill with -inf before a softmax or a maximum"
    with laws.law("padding changes nothing", cause, at):
        for columns in (2, 40):
            longer = dict(trial.call({**given, "states": torch.nn.functional.pad(states, (0, 0, 0, columns))}))
            if "weights" in longer:
                longer["weights"] = longer["weights"][:, : trial.steps]
            all_same(longer, plain, f"with {columns} more columns of padding", "without")
    with laws.law("a batch of one equals its row in a larger batch", cause, at):
        for row, length in enumerate(lengths.tolist()):
            alone = trial.call({"states": states[row : row + 1, :length], "lengths": lengths[row : row + 1]})
            alone = {name: tensor[0] for name, tensor in alone.items()}
            together = {name: tensor[row] for name, tensor in plain.items()}
            if "weights" in together:
                together["weights"] = together["weights"][:length]
            all_same(alone, together, f"for row {row} (length {length}) alone", "in its batch of 5", ())


def _check_weights(laws: Laws, trial: Trial) -> None:
    given = trial.given()
    weights = trial.call(given).get("weights")
    if weights is None:
        return
    at = f"{trial.where}, lengths {given['lengths'].tolist()}"
    with laws.law(
        "weights are a distribution over real positions", "the mask is missing, or comes after the softmax", at
    ):
        on_padding = weights * ~real(given["lengths"], trial.steps)
        same("weights", on_padding, torch.zeros_like(weights), "on padding", "by the contract")
        if bool((weights < 0).any()):
            raise Broken(f"weights are as low as {float(weights.min()):.3g}")
        same(
            "the sum of weights",
            weights.sum(dim=1),
            torch.ones_like(weights[:, 0]),
            "over the steps",
            "by the contract",
        )
