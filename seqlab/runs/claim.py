"""Where a run takes place, and whether it may: a fresh folder, or the one of the very run that is resumed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from seqlab.config.load import load_pipeline, with_values
from seqlab.config.resolved import ResolvedPipeline
from seqlab.errors import Place, Problem, RunError
from seqlab.files import write_text_atomically
from seqlab.plugins import Plugins
from seqlab.runs.folder import RunFolder, latest_unfinished, new_folder
from seqlab.training.processes import default_threads, measure_threads

MOST_DIFFERENCES = 10


def choose_folder(path: Path | None, name: str, resume: bool) -> RunFolder:
    """The folder that was asked for, the newest unfinished one of the pipeline, or a new one.

    Raises:
        RunError: SL609 if there is none to resume.
    """
    if path is not None:
        return RunFolder(path)
    return latest_unfinished(name) if resume else new_folder(name)


def fix_threads(resolved: ResolvedPipeline, folder: RunFolder | None, plugins: Plugins) -> ResolvedPipeline:
    """Settle the number of threads: the pipeline's, that of the run that began here, measured, or the cores."""
    if isinstance(resolved.pipeline.threads, int):
        return resolved
    recorded = None if folder is None else folder.read_manifest().get("threads")
    if recorded is not None:
        count, origin = int(recorded), "the run that is resumed"
    elif resolved.pipeline.threads == "auto":
        count, origin = measure_threads(), "measured"
    else:
        count, origin = default_threads(), "cores of this machine"
    return with_values(resolved, {"threads": count}, origin, plugins)


def claim(folder: RunFolder, resolved: ResolvedPipeline, resume: bool, plugins: Plugins) -> bool:
    """Write the pipeline into a fresh folder, or make sure that it is the one that began there.

    Returns:
        Whether a run goes on here that had begun.

    Raises:
        RunError: SL603 if the folder holds something else, SL611 if it holds a run of another pipeline.
    """
    if not folder.is_started:
        others = [path.name for path in folder.path.iterdir() if not path.name.startswith(".")]
        if others:
            raise _taken(folder, f"something else ({others[0]})", "choose a new or empty folder with --run-dir")
        write_text_atomically(folder.pipeline, resolved.text)
        return False
    if not resume:
        if folder.is_finished:
            raise _taken(folder, "a finished run", "choose a new folder with --run-dir")
        raise _taken(folder, "a run that has not ended", "add --resume to go on with it, or choose a new --run-dir")
    changed = _differences(load_pipeline(folder.pipeline, plugins, environment={}).tree, resolved.tree)
    if changed:
        raise RunError(
            Problem(
                "SL611",
                "the pipeline is not the one that this run began with",
                place=Place(str(folder.pipeline)),
                notes=(
                    *changed[:MOST_DIFFERENCES],
                    "resume with the same settings, or start a new run in another folder",
                ),
            )
        )
    return True


def _taken(folder: RunFolder, what: str, advice: str) -> RunError:
    return RunError(Problem("SL603", f"this folder holds {what}", place=Place(str(folder.path)), notes=(advice,)))


def _differences(before: object, now: object, path: str = "") -> list[str]:
    """`encoder.hidden_size: 100 then, 200 now` for every value that differs."""
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        keys = [*before, *(key for key in now if key not in before)]
        return [
            line
            for key in keys
            for line in _differences(before.get(key), now.get(key), f"{path}.{key}" if path else str(key))
        ]
    return [] if before == now else [f"{path}: {before!r} then, {now!r} now"]
