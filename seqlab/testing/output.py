"""The laws of an output layer."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from seqlab.interfaces.output import Loss, OutputLayer
from seqlab.interfaces.vocabulary import IGNORED, Vocabulary
from seqlab.testing.closeness import finite, same, shaped
from seqlab.testing.encoder import SHAPES
from seqlab.testing.laws import Broken, Conformance, Laws, subject_of
from seqlab.testing.modules import (
    SEED,
    Subject,
    Tensors,
    Trial,
    check_calls,
    check_weights,
    note_on,
    numbers,
    own_random,
    trials,
)

SPECIALS = ("<unk>", "<s>", "</s>")


def symbols(size: int = 60) -> Vocabulary:
    """An output vocabulary with Zipf's counts and every special."""
    return Vocabulary.of_outputs({f"w{rank:02}": 1000 // rank for rank in range(1, size + 1)}, SPECIALS)


def check_output(
    output: type[OutputLayer], settings: Any, input_size: int = 8, vocabulary: Vocabulary | None = None
) -> Conformance:
    """See whether an output layer keeps its laws, in eval mode: in training it may approximate its loss.

    Args:
        output: The class.
        settings: An instance of its settings.
        input_size: H, the width of the states that are drawn.
        vocabulary: What can be predicted; by default 63 symbols.

    Returns:
        The laws that were checked.

    Raises:
        BrokenLaws: If one or more do not hold; it tells all of them.
        PluginError: If the layer cannot be built for lack of a package.
    """
    laws = Laws(subject_of("output", output, settings))
    known = vocabulary or symbols()

    def given(steps: int, dtype: torch.dtype, seed: int) -> Tensors:
        rows = 5 * steps
        targets = torch.randint(len(known), (rows,), generator=torch.Generator().manual_seed(seed))
        targets[3::4] = IGNORED
        return {"hidden": numbers((rows, input_size), dtype, seed), "targets": targets}

    def call(module: OutputLayer, of: Tensors) -> Tensors:
        loss = module.loss(of["hidden"], of["targets"])
        chosen = module.target_log_probs(of["hidden"], of["targets"])
        return {"loss.sum": loss.sum, "log_probs": module.log_probs(of["hidden"]), "target_log_probs": chosen}

    subject = Subject(lambda: output(settings, input_size, known), given, call)
    with own_random():
        for trial in trials(laws, subject):
            with laws.law(SHAPES, "V is the size of the vocabulary: it never has `<pad>`", trial.where):
                _check_shapes(trial, len(known))
            if laws.holds(SHAPES) and check_calls(laws, trial):
                _check_probabilities(laws, trial)
                _check_loss(laws, trial)
        if laws.holds(SHAPES):
            check_weights(laws, subject)
            _check_tied(laws, output, settings, input_size, known)
    return laws.verdict(note_on(laws))


def _check_shapes(trial: Trial, size: int) -> None:
    given = trial.given()
    rows = len(given["targets"])
    with torch.no_grad():
        loss = trial.module.loss(given["hidden"], given["targets"])
    if not isinstance(loss, Loss):
        raise Broken(f"loss gives a {type(loss).__name__}, not a Loss(sum, count)")
    named = trial.call(given)
    shaped("loss.sum", named["loss.sum"], (), "a scalar")
    shaped("log_probs", named["log_probs"], (rows, size), "(N, V)")
    shaped("target_log_probs", named["target_log_probs"], (rows,), "(N,)")
    for name, tensor in named.items():
        finite(name, tensor)


def _check_probabilities(laws: Laws, trial: Trial) -> None:
    given = trial.given()
    hidden, targets = given["hidden"], given["targets"]
    named = trial.call(given)
    log_probs, chosen = named["log_probs"], named["target_log_probs"]
    with laws.law("log_probs sum to 1", "scores without a log-softmax, or one over the wrong dimension", trial.where):
        total = log_probs.exp().sum(dim=1)
        same("the sum of exp(log_probs)", total, torch.ones_like(total), "over V", "by the contract")
    cause = "it is computed another way than `log_probs`, or IGNORED picks a symbol"
    with laws.law("target_log_probs are those of log_probs, and 0 where IGNORED", cause, trial.where):
        picked = log_probs.gather(1, targets.clamp(min=0).unsqueeze(1)).squeeze(1)
        expected = torch.where(targets == IGNORED, torch.zeros_like(picked), picked)
        same("target_log_probs", chosen, expected, "as given", "in log_probs")
    with laws.law("a batch of one equals its row in a larger batch", "rows of the batch are mixed", trial.where):
        for row in (0, len(targets) - 1):
            alone = trial.call({"hidden": hidden[row : row + 1], "targets": targets[row : row + 1]})["log_probs"]
            same("log_probs", alone, log_probs[row : row + 1], f"for row {row} alone", "in its batch")


def _check_loss(laws: Laws, trial: Trial) -> None:
    given = trial.given()
    hidden, targets = given["hidden"], given["targets"]
    scored = int((targets != IGNORED).sum())
    with torch.no_grad():
        loss = trial.module.loss(hidden, targets)
        nothing = trial.module.loss(hidden, torch.full_like(targets, IGNORED))
    cause = "a mean in place of a sum, or IGNORED targets among those that count"
    with laws.law("the loss is minus the sum over the targets that are not IGNORED", cause, trial.where):
        expected = -trial.call(given)["target_log_probs"].sum()
        same("loss.sum", loss.sum, expected, "as given", "by target_log_probs")
        if loss.count != scored:
            raise Broken(f"loss.count is {loss.count} for {scored} targets that are not IGNORED, of {len(targets)}")
        if nothing.count != 0 or float(nothing.sum) != 0:
            raise Broken(
                f"with nothing but IGNORED targets the loss is {nothing.sum.item()} for {nothing.count}, not 0 for 0"
            )
    with laws.law(
        "IGNORED targets get no gradient", "their loss is multiplied by 0 too late, or not at all", trial.where
    ):
        tracked = hidden.clone().requires_grad_()
        (gradient,) = torch.autograd.grad(trial.module.loss(tracked, targets).sum, tracked)
        ignored = gradient * (targets == IGNORED).unsqueeze(1)
        same(
            "the gradient of hidden",
            ignored,
            torch.zeros_like(ignored),
            "where the target is IGNORED",
            "by the contract",
        )


def _check_tied(laws: Laws, output: type[OutputLayer], settings: Any, size: int, known: Vocabulary) -> None:
    cause = "`embedding` is copied or left alone: make it the layer's own weight (`self.weight = embedding`)"
    embedding = nn.Parameter(numbers((len(known), size), torch.float32, SEED))
    try:
        module = output(settings, size, known, embedding).eval()
    except ValueError:
        return  # by the contract: it has weights of another shape, and says so
    with laws.law("a shared embedding is the layer's own weight", cause):
        if not any(parameter is embedding for parameter in module.parameters()):
            raise Broken("the embedding that was given is not among its parameters")
        hidden = numbers((4, size), torch.float32, SEED + 1)
        before = module.log_probs(hidden)
        (gradient,) = torch.autograd.grad(_first(before), embedding, allow_unused=True)
        if gradient is None or not bool(gradient.any()):
            raise Broken("log_probs send no gradient to the embedding that was given")


def _first(log_probs: Tensor) -> Tensor:
    return log_probs[:, 0].sum()
