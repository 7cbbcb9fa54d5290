"""The registry: kind + name -> component.

Components are data: where the class is (`module:Class`, loaded only when it is built), where its settings are, and
one line about it. Two plugins may register one name; only who asks for that name is told so, and
`distribution/name` always works.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from seqlab.errors import PipelineError, PluginError, Problem, listing, suggestion
from seqlab.interfaces.settings import NoSettings, Part

KINDS: dict[str, str] = {
    "reader": "turns a file into examples",
    "tokenizer": "text -> tokens with character offsets",
    "embedder": "distinct items (words, images) -> vectors",
    "encoder": "vectors -> states and a final state",
    "pooler": "states -> one vector",
    "output": "states -> log-probabilities over the output vocabulary",
    "decoder": "generates tokens from an encoding",
    "head": "the task's layer: loss, prediction, metrics and baselines of the task",
    "learner": "what a run trains",
    "optimizer": "turns gradients into updates",
    "schedule": "learning rate over training",
    "metric": "predictions and gold -> scores",
    "baseline": "fit and predict without a gradient: the floor",
    "control": "the trained model on perturbed input",
    "variant": "another language model made of the trained one: a mixture, a cache",
    "judge": "a text that a language model has written -> what it is worth",
}
"""Every kind of component, in the order of a pipeline, with what it is for."""


@dataclass(frozen=True, slots=True)
class Component:
    """A registered component.

    Args:
        kind: One of `KINDS`.
        name: Its name, as in `type:`.
        target: The class, or `module:Class`.
        config: Its settings class, or `module:Class`; None for a component without settings.
        summary: One line about it.
        distribution: Who ships it; stands before the name in `distribution/name`.
    """

    kind: str
    name: str
    target: str | type
    config: str | type | None
    summary: str
    distribution: str

    @property
    def qualified_name(self) -> str:
        """`distribution/name`."""
        return f"{self.distribution}/{self.name}"

    def settings_class(self) -> type:
        """The settings dataclass; imports the module that holds it.

        Raises:
            PluginError: SL504 if it cannot be imported.
        """
        return NoSettings if self.config is None else self._import(self.config)

    def load(self) -> Any:
        """The class itself; imports the module that holds it.

        Raises:
            PluginError: SL504 if it cannot be imported.
        """
        return self._import(self.target)

    def _import(self, target: str | type) -> Any:
        if not isinstance(target, str):
            return target
        module, _, attribute = target.partition(":")
        try:
            return getattr(importlib.import_module(module), attribute)
        except Exception as error:  # a stranger's module may raise anything
            raise PluginError(
                Problem(
                    "SL504",
                    f"{self.kind} '{self.qualified_name}' cannot be imported from '{target}': "
                    f"{type(error).__name__}: {error}",
                    notes=("see: seqlab plugins",),
                )
            ) from error


class Registry:
    """All components of the loaded plugins."""

    def __init__(self) -> None:
        self._components: dict[tuple[str, str], list[Component]] = {}

    def add(self, component: Component) -> None:
        """Register a component.

        Raises:
            PluginError: SL503 for an unknown kind, or a name that the same distribution registers twice.
        """
        if component.kind not in KINDS:
            raise PluginError(
                Problem("SL503", f"unknown kind of component '{component.kind}'",
                        hint=suggestion(component.kind, KINDS), notes=(f"kinds: {', '.join(KINDS)}",))
            )  # fmt: skip
        same = self._components.setdefault((component.kind, component.name), [])
        if any(other.distribution == component.distribution for other in same):
            raise PluginError(
                Problem("SL503", f"'{component.distribution}' registers {component.kind} '{component.name}' twice")
            )
        same.append(component)

    def discard(self, distribution: str) -> None:
        """Forget all that one distribution registered (its hook raised half-way)."""
        for key, components in list(self._components.items()):
            kept = [component for component in components if component.distribution != distribution]
            if kept:
                self._components[key] = kept
            else:
                del self._components[key]

    def names(self, kind: str) -> list[str]:
        """The names of a kind, sorted; a name that several register stands qualified, once for each."""
        found = []
        for (of_kind, name), components in self._components.items():
            if of_kind == kind:
                found += [name] if len(components) == 1 else [each.qualified_name for each in components]
        return sorted(found)

    def __iter__(self) -> Iterator[Component]:
        """All components, by kind and name."""
        kinds = list(KINDS)
        every = [component for components in self._components.values() for component in components]
        return iter(sorted(every, key=lambda c: (kinds.index(c.kind), c.name, c.distribution)))

    def get(self, kind: str, name: str) -> Component:
        """The component of a kind with a name, plain or `distribution/name`.

        Raises:
            PipelineError: SL201 if there is none, SL202 if several distributions register it. Its problem has no place
                yet: whoever knows the place adds it.
        """
        distribution, _, plain = name.rpartition("/")
        found = self._components.get((kind, plain), [])
        if distribution:
            found = [component for component in found if component.distribution == distribution]
        if len(found) == 1:
            return found[0]
        if found:
            names = [component.qualified_name for component in found]
            raise PipelineError(
                Problem("SL202", f"{kind} '{name}' is registered by several plugins", notes=(
                    f"write one of: {', '.join(names)}",))
            )  # fmt: skip
        known = self.names(kind)
        raise PipelineError(
            Problem("SL201", f"unknown {kind} '{name}'", hint=suggestion(name, known), notes=(
                f"known: {listing(known) or 'none'}        see: seqlab show {kind}",))
        )  # fmt: skip

    def part(self, kind: str, name: str) -> Part:
        """A component with its default settings, as if a pipeline named it alone.

        Raises:
            PipelineError: If there is no such component.
            TypeError: If one of its settings has no default.
        """
        return Part(kind, name, self.get(kind, name).settings_class()())

    def build(self, part: Part, *arguments: Any, **named: Any) -> Any:
        """Construct a component: its class called with its settings and what its kind takes.

        Args:
            part: What the pipeline names.
            *arguments: What the kind's constructor takes after `config`.
            **named: The same, by name.
        """
        return self.get(part.kind, part.type).load()(part.settings, *arguments, **named)


class Registrar:
    """The registry as one plugin sees it: one method for each kind, all alike.

    Each takes a name, the class (`"module:Class"` so that it is imported only when it is built), its settings class
    (`config`, likewise) and one line about it (`summary`).
    """

    def __init__(self, registry: Registry, distribution: str) -> None:
        self._registry = registry
        self._distribution = distribution

    def component(
        self, kind: str, name: str, target: str | type, config: str | type | None = None, summary: str = ""
    ) -> None:
        """Register a component of any kind."""
        self._registry.add(Component(kind, name, target, config, summary, self._distribution))

    def reader(self, name: str, target: str | type, config: str | type | None = None, summary: str = "") -> None:
        """Register a reader: file -> examples."""
        self.component("reader", name, target, config, summary)

    def tokenizer(self, name: str, target: str | type, config: str | type | None = None, summary: str = "") -> None:
        """Register a tokenizer: text -> tokens with offsets."""
        self.component("tokenizer", name, target, config, summary)

    def embedder(self, name: str, target: str | type, config: str | type | None = None, summary: str = "") -> None:
        """Register an embedder: distinct items -> vectors."""
        self.component("embedder", name, target, config, summary)

    def encoder(self, name: str, target: str | type, config: str | type | None = None, summary: str = "") -> None:
        """Register an encoder: vectors -> states."""
        self.component("encoder", name, target, config, summary)

    def pooler(self, name: str, target: str | type, config: str | type | None = None, summary: str = "") -> None:
        """Register a pooler: states -> one vector."""
        self.component("pooler", name, target, config, summary)

    def output(self, name: str, target: str | type, config: str | type | None = None, summary: str = "") -> None:
        """Register an output layer: states -> log-probabilities."""
        self.component("output", name, target, config, summary)

    def decoder(self, name: str, target: str | type, config: str | type | None = None, summary: str = "") -> None:
        """Register a decoder: encoding -> tokens."""
        self.component("decoder", name, target, config, summary)

    def head(self, name: str, target: str | type, config: str | type | None = None, summary: str = "") -> None:
        """Register a head: the task's layer."""
        self.component("head", name, target, config, summary)

    def learner(self, name: str, target: str | type, config: str | type | None = None, summary: str = "") -> None:
        """Register a learner: what a run trains."""
        self.component("learner", name, target, config, summary)

    def optimizer(self, name: str, target: str | type, config: str | type | None = None, summary: str = "") -> None:
        """Register an optimizer: a function of its settings and the parameters that gives a `torch.optim.Optimizer`."""
        self.component("optimizer", name, target, config, summary)

    def schedule(self, name: str, target: str | type, config: str | type | None = None, summary: str = "") -> None:
        """Register a schedule: learning rate over training."""
        self.component("schedule", name, target, config, summary)

    def metric(self, name: str, target: str | type, config: str | type | None = None, summary: str = "") -> None:
        """Register a metric: predictions and gold -> scores."""
        self.component("metric", name, target, config, summary)

    def baseline(self, name: str, target: str | type, config: str | type | None = None, summary: str = "") -> None:
        """Register a baseline: fit and predict without a gradient."""
        self.component("baseline", name, target, config, summary)

    def control(self, name: str, target: str | type, config: str | type | None = None, summary: str = "") -> None:
        """Register a control: the trained model on perturbed input."""
        self.component("control", name, target, config, summary)

    def variant(self, name: str, target: str | type, config: str | type | None = None, summary: str = "") -> None:
        """Register a variant: another language model made of the trained one."""
        self.component("variant", name, target, config, summary)

    def judge(self, name: str, target: str | type, config: str | type | None = None, summary: str = "") -> None:
        """Register a judge: a text that a language model has written -> what it is worth."""
        self.component("judge", name, target, config, summary)
