"""One door to all checks: a component as the registry has it. Nothing here imports torch until one is checked."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from seqlab.errors import PluginError
from seqlab.registry import Component, Registry
from seqlab.testing.laws import BrokenLaws, Conformance, NotCheckedError, described, told
from seqlab.testing.settings import completed, required, variations

CHECKS = {
    kind: f"seqlab.testing.{kind}:check_{kind}"
    for kind in ("reader", "embedder", "encoder", "pooler", "output", "decoder", "head", "metric", "baseline")
}
"""The kinds that have laws, and where the function is that checks them."""

_NEED_REGISTRY = ("head", "baseline")


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the check of one component with some settings.

    Args:
        component: The component.
        settings: The settings that are not the default, in words; empty for the defaults.
        laws: How many laws were checked.
        broken: Those that do not hold; None if all do.
        reason: Why nothing was checked; None if something was.
    """

    component: Component
    settings: str = ""
    laws: int = 0
    broken: BrokenLaws | None = None
    reason: str | None = None

    @property
    def outcome(self) -> str:
        """`passed`, `failed` or `not checked`."""
        return "not checked" if self.reason else "failed" if self.broken else "passed"


def check_component(component: Component, registry: Registry, settings: Any = None) -> Conformance:
    """See whether a registered component keeps the laws of its kind.

    Args:
        component: As `registry.get("encoder", "lstm")` gives it.
        registry: Where components that its settings name are found.
        settings: An instance of its settings; the defaults if None.

    Raises:
        BrokenLaws: If one or more do not hold; it tells all of them.
        PluginError: If it cannot be imported or built for lack of a package.
        NotCheckedError: If its kind has no laws, a setting has no default, or a sample must be given.
    """
    if component.kind not in CHECKS:
        raise NotCheckedError(f"there are no laws for the kind '{component.kind}' yet")
    config = component.settings_class()
    if settings is None:
        if missing := required(config):
            raise NotCheckedError(f"no default for {', '.join(map(repr, missing))}: check it with settings, in a test")
        settings = config()
    settings = completed(settings, registry)
    loaded = component.load()
    module, _, name = CHECKS[component.kind].partition(":")
    check: Callable[..., Conformance] = getattr(importlib.import_module(module), name)
    return check(loaded, settings, registry=registry) if component.kind in _NEED_REGISTRY else check(loaded, settings)


def results(component: Component, registry: Registry) -> Iterator[Result]:
    """The component with its defaults, and each variation of its settings."""
    try:
        config = component.settings_class()
        settings: list[Any] = [None] if component.kind not in CHECKS or required(config) else list(variations(config))
    except PluginError as error:
        yield _not_built(component, "", error)
        return
    except Exception as error:  # a stranger's settings may raise anything
        yield Result(component, broken=_raised(component, error))
        return
    for number, each in enumerate(settings):
        result = _result(component, registry, each)
        if number and result.reason is not None:
            continue  # a variation that cannot be checked says no more than its defaults
        yield result
        if result.reason is not None:
            return


def _result(component: Component, registry: Registry, settings: Any) -> Result:
    words = "" if settings is None else described(settings)
    try:
        kept = check_component(component, registry, settings)
    except BrokenLaws as broken:
        return Result(component, words, len(broken.laws), broken)
    except PluginError as error:
        return _not_built(component, words, error)
    except NotCheckedError as error:
        return Result(component, words, reason=str(error))
    except Exception as error:  # a stranger's component may raise anything, outside of a law too
        return Result(component, words, broken=_raised(component, error))
    return Result(component, words, len(kept.laws))


def _not_built(component: Component, words: str, error: PluginError) -> Result:
    """A package that is missing is no failure; a name that leads nowhere is."""
    problem = error.problems[0]
    cause = error.__cause__
    own = {str(target).partition(":")[0].partition(".")[0] for target in (component.target, component.config)}
    if isinstance(cause, ImportError) and (cause.name or "").partition(".")[0] not in own:
        by_registry = "cannot be imported from" in problem.message
        reason = f"needs {cause.name or 'a package'}, which is not installed" if by_registry else problem.message
        reason = reason.removeprefix(f"{component.kind} '{component.name}' ")
        return Result(component, words, reason=f"{reason}: {problem.hint}" if problem.hint else reason)
    return Result(component, words, broken=BrokenLaws(_named(component), (), (), problem.message))


def _raised(component: Component, error: Exception) -> BrokenLaws:
    return BrokenLaws(_named(component), (), (), f"it raises {told(error)}")


def _named(component: Component) -> str:
    return f"{component.kind} {component.name}"
