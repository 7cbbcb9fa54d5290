"""The manifest: everything besides the pipeline that a result may depend on."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import seqlab
from seqlab.errors import Place, Problem, RunError
from seqlab.plugins import Plugins
from seqlab.runs.folder import RunFolder
from seqlab.training.processes import cores

LIBRARIES = ("torch", "numpy", "scikit-learn", "safetensors", "pluggy", "pydantic", "tokenizers")


def make_manifest(
    plugins: Plugins, seed: int, threads: int, files: Mapping[str, str], command: Sequence[str]
) -> dict[str, Any]:
    """Versions, seed, threads, data hashes and command line of a run that begins now."""
    environment: dict[str, str] = {}
    for answer in plugins.hook.seqlab_environment():
        environment |= answer or {}
    return {
        "schema": 1,
        "started": datetime.now().astimezone().isoformat(timespec="seconds"),
        "command": list(command),
        "seqlab": seqlab.__version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cores": cores(),
        "libraries": {name: found for name in LIBRARIES if (found := _version(name))},
        "plugins": {plugin.name: plugin.version for plugin in plugins if plugin.reason is None},
        "environment": environment,
        "seed": seed,
        "threads": threads,
        "data": dict(files),
    }


def check_same_data(folder: RunFolder, files: Mapping[str, str]) -> None:
    """Refuse to go on with other data than the run began with.

    Raises:
        RunError: SL604 naming the first file that differs.
    """
    before = folder.read_manifest().get("data")
    if before is None or before == dict(files):
        return
    changed = sorted(path for path in {*before, *files} if before.get(path) != files.get(path))
    raise RunError(
        Problem("SL604", "the data is not what this run began with", place=Place(changed[0]),
                notes=("a resumed run must see the same data; start a new run without --resume",))
    )  # fmt: skip


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
