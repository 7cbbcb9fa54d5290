"""The laws of an encoder."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from seqlab.interfaces.encoder import Encoder, Encoding
from seqlab.interfaces.state import State, select
from seqlab.testing.closeness import OF_ONE_ROW, all_same, finite, same, shaped
from seqlab.testing.laws import Broken, Conformance, Laws, subject_of
from seqlab.testing.modules import (
    SEED,
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

SHAPES = "shapes and types are those of the contract"
FILLERS = {"0": 0.0, "1000": 1000.0, "-1": -1.0}
"""What padding is filled with."""


def check_encoder(encoder: type[Encoder], settings: Any, input_size: int = 5) -> Conformance:
    """See whether an encoder keeps its laws.

    Args:
        encoder: The class.
        settings: An instance of its settings, an `EncoderSettings`.
        input_size: D, the width of the inputs that are drawn.

    Returns:
        The laws that were checked.

    Raises:
        BrokenLaws: If one or more do not hold; it tells all of them.
        PluginError: If the encoder cannot be built for lack of a package.
    """
    laws = Laws(subject_of("encoder", encoder, settings))

    def given(steps: int, dtype: torch.dtype, seed: int) -> Tensors:
        lengths = lengths_for(steps)
        inputs = numbers((len(lengths), steps, input_size), dtype, seed) * real(lengths, steps).unsqueeze(2)
        return {"inputs": inputs, "lengths": lengths}

    subject = Subject(lambda: encoder(settings, input_size), given, lambda module, of: _named(_encode(module, of)))
    with own_random():
        for trial in trials(laws, subject):
            cause = "`output_size` forgets the directions, or what is given back was cut to the longest row"
            with laws.law(SHAPES, cause, trial.where):
                _check_shapes(trial, settings)
            if laws.holds(SHAPES) and check_calls(laws, trial):
                _check_padding(laws, trial)
                _check_positions(laws, trial, settings)
                if settings.has_state and settings.is_causal:
                    _check_state(laws, trial)
        if laws.holds(SHAPES):
            check_weights(laws, subject)
    return laws.verdict(note_on(laws))


def _encode(module: Encoder, given: Tensors, state: State | None = None) -> Encoding:
    encoding: Encoding = module(given["inputs"], given["lengths"], state)
    return encoding


def _named(encoding: Encoding) -> Tensors:
    """All tensors of an encoding by name."""
    penalty = {"penalty": encoding.penalty} if isinstance(encoding.penalty, Tensor) else {}
    state = {f"state['{name}']": tensor for name, tensor in encoding.state.items()}
    return {"states": encoding.states, "final": encoding.final, **state, **penalty}


def _check_shapes(trial: Trial, settings: Any) -> None:
    given = trial.given()
    inputs, lengths = given["inputs"], given["lengths"]
    rows, steps, _ = inputs.shape
    with torch.no_grad():
        encoding = _encode(trial.module, given)
    if not isinstance(encoding, Encoding):
        raise Broken(f"it gives a {type(encoding).__name__}, not an Encoding(states, final, lengths, state)")
    width = trial.module.output_size
    shaped("states", encoding.states, (rows, steps, width), "(B, T, output_size)")
    shaped("final", encoding.final, (rows, width), "(B, output_size)")
    shaped("lengths", encoding.lengths, (rows,), "(B,)")
    same("lengths", encoding.lengths, lengths, "in the encoding", "in the batch")
    for name, tensor in _named(encoding).items():
        finite(name, tensor)
        if tensor.is_floating_point() and tensor.dtype != inputs.dtype:
            raise Broken(f"{name} is of {tensor.dtype}, but weights and inputs are of {inputs.dtype}")
    for name, tensor in encoding.state.items():
        if tensor.dim() == 0 or tensor.shape[0] != rows:
            raise Broken(f"state['{name}'] has the shape {tuple(tensor.shape)}, which does not begin with B = {rows}")
    if settings.has_state and not settings.is_causal:
        raise Broken("its settings say `has_state`, but not `is_causal`: what follows a window would be missing in it")
    if settings.directions not in (1, 2) or width % settings.directions:
        raise Broken(f"its settings say {settings.directions} directions, which do not share {width} units")


def _check_padding(laws: Laws, trial: Trial) -> None:
    given = trial.given()
    inputs, lengths = given["inputs"], given["lengths"]
    steps = trial.steps
    mask = real(lengths, steps).unsqueeze(2)
    plain = trial.call(given)
    at = f"{trial.where}, lengths {lengths.tolist()}"
    cause = "what stands on padding is read by a step beside it, or by the reversed direction: mask with `lengths`"
    with laws.law("padding changes nothing", cause, at):
        for filler, number in FILLERS.items():
            filled = {**given, "inputs": torch.where(mask, inputs, torch.full_like(inputs, number))}
            all_same(trial.call(filled), plain, f"with {filler} on padding", "with 0 there")
        more = numbers((inputs.shape[0], 6, inputs.shape[2]), trial.dtype, SEED + 3)
        longer = dict(trial.call({**given, "inputs": torch.cat([inputs, more], dim=1)}))
        expected = {**plain, "states": torch.nn.functional.pad(plain["states"], (0, 0, 0, 6))}
        all_same(longer, expected, "with 6 more columns of padding", "without")
    cause = "rows are mixed: a normalisation or a softmax over the batch, or a reversal by the longest row"
    with laws.law("a batch of one equals its row in a larger batch", cause, at):
        for row, length in enumerate(lengths.tolist()):
            alone = trial.call({"inputs": inputs[row : row + 1, :length], "lengths": lengths[row : row + 1]})
            together = {name: tensor[row] for name, tensor in plain.items() if name != "penalty"}
            together["states"] = together["states"][:length]
            alone = {name: tensor[0] for name, tensor in alone.items() if name != "penalty"}
            all_same(alone, together, f"for row {row} (length {length}) alone", "in its batch of 5", OF_ONE_ROW)
    with laws.law("states are zero on padding", "the states are not masked with `lengths` at the end", at):
        on_padding = plain["states"] * ~mask
        same("states", on_padding, torch.zeros_like(on_padding), "on padding", "by the contract")
    _check_padding_gradient(laws, trial, mask, at)


def _check_padding_gradient(laws: Laws, trial: Trial, mask: Tensor, at: str) -> None:
    cause = "padding is read, even if its weight happens to be 0: mask inputs, not only states"
    with laws.law("padding gets no gradient", cause, at):
        given = trial.given()
        filled = torch.where(mask, given["inputs"], torch.ones_like(given["inputs"])).requires_grad_()
        outputs = trial.subject.call(trial.module, {**given, "inputs": filled})
        total = sum((t.sum() for t in outputs.values() if t.requires_grad), start=torch.zeros(()))
        if total.requires_grad:
            (gradient,) = torch.autograd.grad(total, filled, allow_unused=True)
            on_padding = torch.zeros_like(filled) if gradient is None else gradient * ~mask
            same("the gradient of inputs", on_padding, torch.zeros_like(filled), "on padding", "by the contract")


def _check_positions(laws: Laws, trial: Trial, settings: Any) -> None:
    given = trial.given()
    inputs, lengths = given["inputs"], given["lengths"]
    plain = trial.call(given)
    rows = torch.arange(len(lengths))
    last, first = plain["states"][rows, lengths - 1], plain["states"][:, 0]
    at = f"{trial.where}, lengths {lengths.tolist()}"
    if settings.directions == 2:
        half = last.shape[1] // 2
        expected = torch.cat([last[:, :half], first[:, half:]], dim=1)
        meaning = "in the states (last real one of the forward half, first one of the backward half)"
    elif settings.is_backward:
        expected, meaning = first, "in the first state, which is read last"
    else:
        expected, meaning = last, "in the last real state"
    cause = "it is taken from the last column, which is padding in a shorter row: take it at `lengths - 1`"
    with laws.law("final is the last real state", cause, at):
        same("final", plain["final"], expected, "as given", meaning)
    if trial.steps < 3:
        return
    moved = []
    for step in (1, trial.steps // 2, trial.steps - 1):
        other = inputs.clone()
        other[:, step] += 1
        other = other * real(lengths, trial.steps).unsqueeze(2)
        states = trial.call({**given, "inputs": other})["states"]
        moved.append((step, states[:, :step]))
    if settings.is_causal:
        cause = (
            "a second direction, a window or an attention reaches forward; or a mean over the row goes into each state"
        )
        with laws.law("a causal encoder's state t does not move when input t + 1 does", cause, trial.where):
            for step, states in moved:
                same("states", states, plain["states"][:, :step], f"once input {step} has moved", "before")
    else:
        cause = "`is_causal` was not given: a property of the settings that is False unless they say otherwise"
        with laws.law("settings that say that it is not causal are right", cause, trial.where):
            if all(torch.equal(states, plain["states"][:, :step]) for step, states in moved):
                raise Broken("no state moved when a later input did: it is causal, but `settings.is_causal` is False")


def _check_state(laws: Laws, trial: Trial) -> None:
    given = trial.given()
    inputs, lengths = given["inputs"], given["lengths"]
    plain = trial.call(given)
    at = f"{trial.where}, lengths {lengths.tolist()}"

    def encode(of: Tensors, state: State | None) -> Encoding:
        with torch.no_grad():
            return _encode(trial.module, of, state)

    zero = {name: torch.zeros_like(tensor) for name, tensor in _encode(trial.module, given).state.items()}
    cause = "an initial state that is learnt or not 0: the core clears the rows of a state that start afresh to 0"
    with laws.law("a state of zeros starts afresh", cause, at):
        all_same(_named(encode(given, zero)), plain, "from a state of zeros", "without a state")
    if trial.steps < 2:
        return
    kept = torch.tensor([row for row, length in enumerate(lengths.tolist()) if length > 1])
    inputs, lengths = inputs[kept], lengths[kept]
    whole = _named(encode({"inputs": inputs, "lengths": lengths}, None))
    cause = "the state that is given is not used, is taken from padding in a shorter row, or leaves something out"
    for cuts, what in (
        (torch.ones_like(lengths), "the first step alone"),
        ((lengths + 1) // 2, "half of each row"),
        (torch.maximum(lengths - 1, torch.ones_like(lengths)), "all but the last step"),
    ):
        rest = lengths - cuts
        with laws.law("windows with a carried state equal one pass", cause, f"{at}, the first window holding {what}"):
            first = encode({"inputs": inputs[:, : int(cuts.max())], "lengths": cuts}, None)
            window = torch.full((len(kept), int(rest.max()), inputs.shape[2]), 7.0, dtype=trial.dtype)
            for row, (cut, length) in enumerate(zip(cuts.tolist(), lengths.tolist(), strict=True)):
                window[row, : length - cut] = inputs[row, cut:length]
            second = encode({"inputs": window, "lengths": rest}, first.state)
            joined = torch.zeros_like(whole["states"])
            for row, (cut, length) in enumerate(zip(cuts.tolist(), lengths.tolist(), strict=True)):
                joined[row, :cut] = first.states[row, :cut]
                joined[row, cut:length] = second.states[row, : length - cut]
            found = {**_named(second), "states": joined}
            found.pop("penalty", None)
            expected = {name: tensor for name, tensor in whole.items() if name != "penalty"}
            all_same(found, expected, "in two windows", "in one pass")
    order = torch.stack([torch.tensor(len(kept) - 1), lengths.argmax(), torch.tensor(0)])
    with laws.law("the state is batch-first", "rows of the state are not rows of the batch", at):
        state = encode({"inputs": inputs, "lengths": lengths}, None).state
        every = _named(encode({"inputs": inputs, "lengths": lengths}, state))
        chosen = _named(encode({"inputs": inputs[order], "lengths": lengths[order]}, select(state, order)))
        chosen = {name: tensor for name, tensor in chosen.items() if name != "penalty"}
        all_same(
            chosen,
            {name: tensor[order] for name, tensor in every.items() if name != "penalty"},
            f"for the rows {order.tolist()} of the state",
            "for the same rows in the whole batch",
        )
