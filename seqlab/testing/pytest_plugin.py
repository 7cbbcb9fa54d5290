"""Two fixtures for the tests of plugins, once seqlab is installed. Importing this module imports nothing of weight."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from seqlab.testing.command_line import Answer
    from seqlab.testing.laws import Conformance


@pytest.fixture
def seqlab_cli() -> Callable[..., Answer]:
    """Runs the command line in this process: `seqlab_cli("validate", "mine.yaml").code == 0`."""
    from seqlab.testing.command_line import invoke

    return invoke


@pytest.fixture
def seqlab_check() -> Callable[..., Conformance]:
    """Holds a registered component to its laws: `seqlab_check("encoder", "sru", hidden_size=7)`."""
    return _check


def _check(kind: str, name: str, /, *, files: Iterable[str | Path] = (), **settings: Any) -> Conformance:
    """See whether a component keeps the laws of its kind.

    Args:
        kind: `encoder`.
        name: Its name, as in `type:`.
        files: Plugins of one `.py` file each, which are not installed.
        **settings: Those that are not to be the default.

    Raises:
        BrokenLaws: If a law does not hold.
    """
    from seqlab.plugins import load_plugins
    from seqlab.testing.components import check_component

    registry = load_plugins(files=files).registry
    component = registry.get(kind, name)
    return check_component(component, registry, component.settings_class()(**settings) if settings else None)
