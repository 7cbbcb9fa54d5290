"""Laws and what breaks them, in words. Nothing here imports torch."""

from __future__ import annotations

import dataclasses
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from seqlab.errors import PluginError


class Broken(Exception):
    """What was found instead of what a law says, on which input, in one sentence."""


class NotCheckedError(ValueError):
    """A component cannot be checked as it is: its kind has no laws, or a sample or a setting must be given."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A law that does not hold.

    Args:
        law: The law: `padding changes nothing`.
        where: The first input on which it fails; empty where there is only one.
        found: What was found there.
        cause: What usually causes it.
        more: On how many further inputs it fails.
    """

    law: str
    where: str
    found: str
    cause: str
    more: int = 0

    def __str__(self) -> str:
        more = [f"and in {self.more} more case{'s' if self.more > 1 else ''}"] if self.more else []
        lines = [f"with {self.where}:"] if self.where else []
        return "\n".join(
            [self.law, *(f"    {each}" for each in (*lines, self.found, *more, f"cause, most often: {self.cause}"))]
        )


@dataclass(frozen=True, slots=True)
class Conformance:
    """A component that keeps all laws.

    Args:
        subject: Its kind, class and settings.
        laws: The laws that were checked.
    """

    subject: str
    laws: tuple[str, ...]


class BrokenLaws(AssertionError):
    """A component breaks laws of its kind; the message tells all of them.

    Args:
        subject: Its kind, class and settings.
        laws: The laws that were checked.
        failures: Those that do not hold.
        note: What else there is to say.
    """

    def __init__(self, subject: str, laws: tuple[str, ...], failures: tuple[Failure, ...], note: str = "") -> None:
        self.subject, self.laws, self.failures, self.note = subject, laws, failures, note
        head = f"{subject} breaks {len(failures)} of {len(laws)} laws" if failures else f"{subject} cannot be checked"
        tail = [f"  {note}"] if note else []
        told = ["  " + str(failure).replace("\n", "\n  ") for failure in failures]
        super().__init__("\n\n".join([head, *told, *tail]))


class Laws:
    """Collects which laws hold for one component.

    Args:
        subject: Its kind, class and settings.
    """

    def __init__(self, subject: str) -> None:
        self.subject = subject
        self._failures: dict[str, Failure | None] = {}

    @contextmanager
    def law(self, name: str, cause: str, where: str = "") -> Iterator[None]:
        """What is inside checks one law on one input: it raises `Broken`, or anything else, if the law does not hold.

        Raises:
            PluginError: Whatever the component raises of that kind: it lacks a package, which breaks no law.
        """
        self._failures.setdefault(name, None)
        try:
            yield
        except PluginError:
            raise
        except Broken as broken:
            self._fail(name, where, str(broken), cause)
        except Exception as error:  # a stranger's component may raise anything
            self._fail(name, where, f"it raises {told(error)}", cause)

    def holds(self, name: str) -> bool:
        """Whether a law has held on every input so far."""
        return self._failures.get(name) is None

    def verdict(self, note: str = "") -> Conformance:
        """All laws, if they hold.

        Raises:
            BrokenLaws: If one does not.
        """
        failures = tuple(failure for failure in self._failures.values() if failure is not None)
        if failures:
            raise BrokenLaws(self.subject, tuple(self._failures), failures, note)
        return Conformance(self.subject, tuple(self._failures))

    def _fail(self, name: str, where: str, found: str, cause: str) -> None:
        earlier = self._failures[name]
        self._failures[name] = (
            dataclasses.replace(earlier, more=earlier.more + 1) if earlier else Failure(name, where, found, cause)
        )


def subject_of(kind: str, component: type, settings: Any) -> str:
    """`encoder LSTMEncoder(bidirectional=True)`: kind, class, and the settings that are not the default."""
    return f"{kind} {getattr(component, '__name__', component)}({described(settings)})"


def described(settings: Any) -> str:
    """The settings that are not the default: `bidirectional=True`."""
    if not dataclasses.is_dataclass(settings):
        return ""
    shown = []
    for field in dataclasses.fields(settings):
        value = getattr(settings, field.name)
        default = field.default_factory() if field.default_factory is not dataclasses.MISSING else field.default
        if value != default:
            shown.append(f"{field.name}={value!r}")
    return ", ".join(shown)


def told(error: Exception) -> str:
    """An exception in one line, with the place in the component's own file."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "/torch/" not in frame.filename and "/seqlab/testing/" not in frame.filename]
    place = f" ({own[-1].filename}:{own[-1].lineno})" if own else ""
    first = (str(error) or "no message").strip().splitlines()[0]
    return f"{type(error).__name__}: {first}{place}"
