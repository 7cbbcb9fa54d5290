"""Which folder is meant: of a run, of a study, or of a model by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from seqlab.errors import Place, Problem, RunError, suggestion
from seqlab.runs.folder import RUNS, RunFolder
from seqlab.runs.saved_model import PIPELINE
from seqlab.runs.study import STUDY


def find_model(run: str) -> tuple[Path, RunFolder | None]:
    """The folder of a run's model, and the run that it belongs to; None for a model that was copied elsewhere.

    Args:
        run: As in `reopen`; a run that has a model need not have ended.

    Raises:
        RunError: SL612 if there is no run of that name.
    """
    folder = find_folder(run)
    if not is_run(folder):
        return folder, None
    opened = RunFolder(folder)
    if not is_model(opened.model):
        raise unfinished(opened)
    return opened.model, opened


def find_folder(run: str) -> Path:
    """The folder that is meant: of a run, of a study, or of a model by itself.

    Raises:
        RunError: SL612 if there is none, or a folder on the way cannot be read.
    """
    try:
        return _find(run)
    except OSError as error:
        raise RunError(
            Problem("SL612", f"this folder cannot be read: {error.strerror}", Place(str(error.filename or run)),
                    notes=("name the folder of a run, or a pipeline, for its newest finished run",))
        ) from error  # fmt: skip


def _find(run: str) -> Path:
    path = Path(run)
    if path.is_dir():
        if is_model(path) and is_run(path.absolute().parent):
            return path.parent if path.name else path.absolute().parent
        if is_run(path) or is_model(path) or is_study(path):
            return path
    home = path if path.is_dir() and any(map(is_run, path.iterdir())) else RUNS / run
    runs = [RunFolder(each) for each in sorted(_folders(home), reverse=True) if is_run(each)]
    finished = next((each for each in runs if each.is_finished), None)
    if finished is not None:
        return finished.path
    if runs:
        raise unfinished(runs[0])
    names = sorted(each.name for each in _folders(RUNS))
    what = f"'{run}' is no run" if path.exists() else f"there is no run '{run}'"
    known = f"pipelines that were run here: {', '.join(names)}" if names else "no pipeline was run in this folder"
    raise RunError(
        Problem("SL612", what, hint=suggestion(run, names),
                notes=("name the folder of a run, or a pipeline, for its newest finished run", known))
    )  # fmt: skip


def is_run(path: Path) -> bool:
    """Whether a run has begun in a folder."""
    return (path / PIPELINE).is_file() and not is_model(path)


def is_study(path: Path) -> bool:
    """Whether a folder holds a study."""
    return (path / STUDY).is_file()


def is_model(path: Path) -> bool:
    """Whether a folder holds what `predict` needs, and no run."""
    parts = ("vocabulary.*.json", "*.safetensors")  # a network that reads vectors and gives a number has no vocabulary
    return (path / PIPELINE).is_file() and any(any(path.glob(part)) for part in parts)


def _folders(path: Path) -> Iterator[Path]:
    return (each for each in path.iterdir() if each.is_dir()) if path.is_dir() else iter(())


def unfinished(folder: RunFolder) -> RunError:
    """The error for a run that has not ended where a finished one is needed."""
    return RunError(
        Problem("SL612", "this run has not ended", Place(str(folder.path)),
                notes=(f"go on with it: seqlab run {folder.pipeline} --run-dir {folder.path} --resume",))
    )  # fmt: skip
