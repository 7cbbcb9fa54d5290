"""The laws of a decoder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from seqlab.interfaces.decoder import Decoder, Step
from seqlab.interfaces.encoder import Encoding
from seqlab.interfaces.output import OutputLayer
from seqlab.interfaces.state import State, select
from seqlab.interfaces.vocabulary import IGNORED, Vocabulary
from seqlab.testing.closeness import OF_ONE_ROW, all_same, finite, same, shaped
from seqlab.testing.encoder import SHAPES
from seqlab.testing.laws import Broken, Conformance, Laws, subject_of
from seqlab.testing.modules import (
    ROWS,
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
from seqlab.testing.output import symbols
from seqlab.testing.pooler import encoding_of
from seqlab.testing.stand_ins import PlainOutput

MEMORY_SIZE = 6
BuildOutput = Callable[[int, Vocabulary], OutputLayer]


def check_decoder(
    decoder: type[Decoder], settings: Any, output: BuildOutput | None = None, vocabulary: Vocabulary | None = None
) -> Conformance:
    """See whether a decoder keeps its laws.

    Args:
        decoder: The class.
        settings: An instance of its settings, which has an `output_size`.
        output: Builds its output layer from its width and the vocabulary; by default a plain softmax.
        vocabulary: What is generated; by default 63 symbols, `<s>` and `</s>` among them.

    Returns:
        The laws that were checked.

    Raises:
        BrokenLaws: If one or more do not hold; it tells all of them.
        PluginError: If the decoder cannot be built for lack of a package.
    """
    laws = Laws(subject_of("decoder", decoder, settings))
    known = vocabulary or symbols()
    layer: BuildOutput = output or (lambda width, of: PlainOutput(None, width, of))

    def given(steps: int, dtype: torch.dtype, seed: int) -> Tensors:
        generator = torch.Generator().manual_seed(seed)
        lengths = lengths_for(4)
        return {
            "targets": torch.randint(len(known.items[:3]), len(known), (ROWS, steps), generator=generator),
            "memory": numbers((ROWS, 4, MEMORY_SIZE), dtype, seed) * real(lengths, 4).unsqueeze(2),
            "lengths": lengths,
        }

    subject = Subject(lambda: decoder(settings, MEMORY_SIZE, known, layer(settings.output_size, known)), given, _teach)
    with own_random():
        for trial in trials(laws, subject):
            with laws.law(
                SHAPES, "`settings.output_size` is the width of `hidden`, whatever it is made of", trial.where
            ):
                _check_shapes(trial, len(known), settings.output_size)
            if laws.holds(SHAPES) and check_calls(laws, trial):
                _check_steps(laws, trial, known)
                _check_memory(laws, trial)
        if laws.holds(SHAPES):
            check_weights(laws, subject)
    return laws.verdict(note_on(laws))


def _memory(given: Tensors) -> Encoding:
    return encoding_of(given["memory"], given["lengths"])


def _teach(module: Decoder, given: Tensors) -> Tensors:
    hidden, attention = module.teacher_force(given["targets"], _memory(given))
    named = {
        "hidden": hidden,
        "log_probs": module.output.log_probs(hidden.flatten(0, 1)).view(*hidden.shape[:2], -1),
    }
    return named if attention is None else {**named, "attention": attention}


def _check_shapes(trial: Trial, size: int, width: int) -> None:
    given = trial.given()
    named = trial.call(given)
    memory = _memory(given)
    shaped("hidden", named["hidden"], (ROWS, trial.steps, width), "(B, T, output_size)")
    if "attention" in named:
        shaped("attention", named["attention"], (ROWS, trial.steps, memory.states.shape[1]), "(B, T, S)")
    with torch.no_grad():
        state = trial.module.start(memory)
        step = trial.module.step(given["targets"][:, 0], state, memory)
    if not isinstance(step, Step):
        raise Broken(f"step gives a {type(step).__name__}, not a Step(log_probs, state, hidden, attention)")
    shaped("log_probs of a step", step.log_probs, (ROWS, size), "(B, V)")
    for when, tensors in (("start", state), ("step", step.state)):
        for name, tensor in tensors.items():
            if tensor.dim() == 0 or tensor.shape[0] != ROWS:
                raise Broken(
                    f"state['{name}'] of `{when}` is {tuple(tensor.shape)}, which does not begin with B = {ROWS}"
                )
    for name, tensor in named.items():
        finite(name, tensor)
    total = step.log_probs.exp().sum(dim=1)
    same("the sum of exp(log_probs) of a step", total, torch.ones_like(total), "over V", "by the contract")


def _steps(module: Decoder, targets: Tensor, memory: Encoding, begin: int) -> list[Step]:
    """One step after the other, with the right tokens before them."""
    previous, state = torch.full_like(targets[:, 0], begin), module.start(memory)
    found = []
    with torch.no_grad():
        for column in targets.unbind(dim=1):
            step = module.step(previous, state, memory)
            found.append(step)
            previous, state = column, step.state
    return found


def _check_steps(laws: Laws, trial: Trial, known: Vocabulary) -> None:
    given = trial.given()
    targets, memory = given["targets"], _memory(given)
    forced = trial.call(given)
    cause = "the targets are not shifted: `<s>` stands before the first, and each token is read one step after its own"
    with laws.law("row t predicts targets[:, t] from what stands before it", cause, trial.where):
        for place in {0, trial.steps // 2, trial.steps - 1}:
            other = targets.clone()
            other[:, place] = torch.where(other[:, place] == 5, 6, 5)
            hidden = trial.call({**given, "targets": other})["hidden"][:, : place + 1]
            now = f"once targets[:, {place}] is another"
            same("hidden", hidden, forced["hidden"][:, : place + 1], now, "before")
    cause = "the first token is not `<s>`, the state of `start` is not used, or the two ways differ in what they feed"
    with laws.law("teacher forcing equals stepping with the same tokens", cause, trial.where):
        steps = _steps(trial.module, targets, memory, known.id("<s>"))
        found = {"log_probs": torch.stack([step.log_probs for step in steps], dim=1)}
        if all(step.hidden is not None for step in steps):
            found["hidden"] = torch.stack([step.hidden for step in steps if step.hidden is not None], dim=1)
        if "attention" in forced and all(step.attention is not None for step in steps):
            found["attention"] = torch.stack([step.attention for step in steps if step.attention is not None], dim=1)
        all_same(found, {name: forced[name] for name in found}, "by steps", "by teacher_force")
    with laws.law(
        "IGNORED targets can be read", "an id of -100 is looked up: clamp the shifted targets at 0", trial.where
    ):
        ended = torch.nn.functional.pad(targets, (0, 2), value=IGNORED)
        hidden = trial.call({**given, "targets": ended})["hidden"][:, : trial.steps]
        same("hidden", hidden, forced["hidden"], "with two columns of IGNORED behind", "without")
    with laws.law(
        "the state is batch-first, and its rows can be chosen",
        "rows of the state are not rows of the batch",
        trial.where,
    ):
        rows = torch.tensor([3, 0, 0, 4])
        with torch.no_grad():
            state = trial.module.start(memory)
            first = trial.module.step(targets[:, 0], state, memory)
            _check_kept(state, trial.module.start(memory))
            second = trial.module.step(targets[:, -1], first.state, memory)
            of_rows = encoding_of(memory.states[rows], memory.lengths[rows])
            chosen = trial.module.step(targets[rows, -1], select(first.state, rows), of_rows)
        now, before = f"for the rows {rows.tolist()} of the state", "for the same rows in the whole batch"
        same("log_probs", chosen.log_probs, second.log_probs[rows], now, before)


def _check_kept(state: State, fresh: State) -> None:
    all_same(dict(state), dict(fresh), "after a step from it", "before")


def _check_memory(laws: Laws, trial: Trial) -> None:
    given = trial.given()
    forced = trial.call(given)
    lengths = given["lengths"]
    at = f"{trial.where}, a memory with lengths {lengths.tolist()}"
    cause = "attention or a mean runs over padding of the memory: mask with `memory.lengths`"
    with laws.law("padding of the memory changes nothing", cause, at):
        longer = dict(trial.call({**given, "memory": torch.nn.functional.pad(given["memory"], (0, 0, 0, 5))}))
        if "attention" in longer:
            beyond = longer["attention"][:, :, 4:]
            same("attention", beyond, torch.zeros_like(beyond), "on padding of the memory", "by the contract")
            longer["attention"] = longer["attention"][:, :, :4]
        all_same(longer, forced, "with 5 more columns of padding in the memory", "without")
    with laws.law("a batch of one equals its row in a larger batch", cause, at):
        for row, length in enumerate(lengths.tolist()):
            alone = dict(
                trial.call(
                    {
                        "targets": given["targets"][row : row + 1],
                        "memory": given["memory"][row : row + 1, :length],
                        "lengths": lengths[row : row + 1],
                    }
                )
            )
            alone = {name: tensor[0] for name, tensor in alone.items()}
            together = {name: tensor[row] for name, tensor in forced.items()}
            if "attention" in together:
                together["attention"] = together["attention"][:, :length]
            all_same(alone, together, f"for row {row} alone", f"in its batch of {ROWS}", OF_ONE_ROW)
