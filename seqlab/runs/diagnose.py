"""What became of the gradients and of the past in the model of a run."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median
from typing import Any

import torch
from torch import Tensor

from seqlab.config.pipeline import DiagnoseSection
from seqlab.data.load import load_dataset
from seqlab.data.windows import example_windows, last_steps, text_windows
from seqlab.errors import Problem, RunError
from seqlab.files import write_json_atomically
from seqlab.interfaces.corpus import Corpus
from seqlab.interfaces.diagnosis import (
    UPDATE_RATIO,
    ContextLoss,
    Diagnosis,
    GradientFlow,
    RecurrentMatrix,
    Saturation,
)
from seqlab.interfaces.learner import Learner
from seqlab.interfaces.records import Batch, Example
from seqlab.model.effective_context import context_loss
from seqlab.model.ensemble import Ensemble
from seqlab.model.gradient_flow import gradient_flow
from seqlab.model.network import InputStack, Network
from seqlab.plugins import Plugins
from seqlab.runs.folder import RunFolder
from seqlab.runs.reopened import reopen
from seqlab.runs.saved_model import build_learner, load_model
from seqlab.training.network_learner import NetworkLearner
from seqlab.training.processes import use_threads

END_OF_RANGE = 0.1
"""A gate below this share of its range, or as far from its upper end, is called saturated (Karpathy et al. 2015)."""


def diagnose_run(run: str, section: DiagnoseSection, untrained: bool, plugins: Plugins) -> tuple[RunFolder, Diagnosis]:
    """Diagnose the model of a finished run on its dev split.

    Args:
        run: The run's folder, or the name of its pipeline.
        section: How far to look.
        untrained: Look at fresh weights of the same seed instead.
        plugins: The loaded plugins.

    Raises:
        RunError: SL612 if there is no such run, or it has not ended; SL610 if it has no model; SL620 if its model has no encoder that can be looked at.
        DataError: If its data is gone.
    """
    opened = reopen(run, plugins)
    folder = opened.folder
    resolved, learner = load_model(folder.model, plugins)
    pipeline = resolved.pipeline
    use_threads(int(pipeline.threads or 1))
    if untrained:
        learner = build_learner(resolved, plugins, learner.context.vocabularies)
    head = pipeline.model.settings.head_settings
    data = load_dataset(pipeline.data, head, pipeline.seed, plugins.registry.build)
    return folder, diagnose(learner, data.dev, section, [] if untrained else folder.log_lines(), not untrained)


def diagnose(
    learner: Learner, dev: Sequence[Example], section: DiagnoseSection, log: Sequence[Mapping[str, Any]], trained: bool
) -> Diagnosis:
    """Diagnose a learner.

    Args:
        learner: The trained model, or a fresh one.
        dev: What it is looked at on.
        section: How far to look.
        log: The lines of `log.jsonl`.
        trained: Whether it is trained.

    Raises:
        RunError: SL620 if it has no encoder that can be looked at.
    """
    if not isinstance(learner, NetworkLearner) or list(learner.network.members[0].inputs) != ["main"]:
        raise RunError(Problem("SL620", f"learner '{type(learner).__name__}' has no encoder to be looked at",
                               notes=("only a network with one input has: model.embedder, encoder and head",)))  # fmt: skip
    if isinstance(learner.network, Ensemble):
        raise RunError(Problem("SL620", f"an ensemble has {len(learner.network.members)} encoders, not one to be looked at",
                               hint="look at one such network: model.ensemble=1"))  # fmt: skip
    settings = learner.config.input_parts()["main"].encoder
    flow: GradientFlow | None = None
    matrices: tuple[RecurrentMatrix, ...] = ()
    saturation: tuple[Saturation, ...] = ()
    with learner.as_predicting():
        network = learner.alone
        batch = _windows(learner, dev, section)
        stack = network.inputs["main"]
        assert isinstance(stack, InputStack)
        matrices = tuple(_matrix(name, each) for name, each in stack.encoder.recurrent_weights().items())
        if batch is not None:
            exact, batch = copy.deepcopy(network).double(), _double(batch)
            saturation = _saturation(exact, batch)
            if getattr(settings.settings, "has_state", False):
                flow = gradient_flow(exact, batch)
    return Diagnosis(
        encoder=settings.type,
        trained=trained,
        flow=flow,
        matrices=matrices,
        saturation=saturation,
        context=_context(learner, dev, section),
        clip_rate=_clip_rate(log),
        update_ratio=_update_ratio(log),
    )


def save_diagnosis(folder: RunFolder, diagnosis: Diagnosis) -> None:
    """Write `diagnosis.json`."""
    write_json_atomically(folder.diagnosis, diagnosis.as_json())


def _windows(learner: NetworkLearner, dev: Sequence[Example], section: DiagnoseSection) -> Batch | None:
    """Rows of `lags + 1` tokens of dev, of fewer where it has not enough; None where it has no targets."""
    context, steps = learner.context, section.lags + 1
    indexed, features = learner.prepare(last_steps(dev, steps, section.examples))
    if context.training.is_text:
        assert indexed.corpus is not None
        assert context.vocabularies.target is not None
        return text_windows(indexed.corpus, features["main"], context.vocabularies.target, steps, section.examples)
    return example_windows(indexed, features, context.head.target, steps, section.examples)


def _double(batch: Batch) -> Batch:
    """The same with features of floating point in float64."""
    main = batch.inputs["main"]
    features = tuple(each.double() if each.is_floating_point() else each for each in main.features)
    return replace(batch, inputs={"main": replace(main, features=features)})


def _matrix(name: str, matrix: Tensor) -> RecurrentMatrix:
    exact = matrix.detach().double()
    radius = torch.linalg.eigvals(exact).abs().max()
    return RecurrentMatrix(name, float(radius), float(torch.linalg.matrix_norm(exact, 2)))


def _saturation(network: Network, batch: Batch) -> tuple[Saturation, ...]:
    stack = network.inputs["main"]
    assert isinstance(stack, InputStack)
    with torch.no_grad():
        vectors, lengths = stack.embed(batch.inputs["main"])
        found = stack.encoder.activations(vectors, lengths)
    return tuple(_ends(name, values) for name, values in found.items())


def _ends(name: str, values: Tensor) -> Saturation:
    shares = values if name.endswith("gate") else (values + 1) / 2  # of the range, 0 to 1
    low, high = (shares < END_OF_RANGE).double().mean(), (shares > 1 - END_OF_RANGE).double().mean()
    return Saturation(name, float(low), float(high))


def _context(learner: NetworkLearner, dev: Sequence[Example], section: DiagnoseSection) -> ContextLoss | None:
    """Of a language model of running text alone; a sentence by itself has no distant past."""
    if learner.context.head.target != "next_token" or not learner.context.training.is_text:
        return None
    corpus = Corpus.of(dev, learner.context.head.ends)
    with learner.language_model() as model:
        return context_loss(model, corpus, section.targets, learner.context.stream("diagnose"))


def _clip_rate(log: Sequence[Mapping[str, Any]]) -> tuple[float, ...]:
    """The last share that was logged in each epoch."""
    by_epoch: dict[int, float] = {}
    for line in log:
        if line.get("event") == "step" and "clip_rate" in line:
            by_epoch[int(line["epoch"])] = float(line["clip_rate"])
    return tuple(by_epoch[epoch] for epoch in sorted(by_epoch))


def _update_ratio(log: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    found: dict[str, list[float]] = {}
    for line in log:
        for name, value in line.items():
            if name.startswith(UPDATE_RATIO) and math.isfinite(value):
                found.setdefault(name.removeprefix(UPDATE_RATIO), []).append(value)
    return {part: median(values) for part, values in found.items()}
