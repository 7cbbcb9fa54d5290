"""The folder of a run: what is where, who may write to it."""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from seqlab.errors import Place, Problem, RunError
from seqlab.files import Occupied, held_lock, write_json_atomically
from seqlab.interfaces.diagnosis import Diagnosis

RUNS = Path("runs")
LOCK = ".lock"


class RunFolder:
    """The folder of one run.

    Args:
        path: The folder; it need not exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.pipeline = path / "pipeline.yaml"
        self.manifest = path / "manifest.json"
        self.model = path / "model"
        self.baselines = path / "baselines"
        self.checkpoints = path / "checkpoints"
        self.log = path / "log.jsonl"
        self.metrics = path / "metrics.json"
        self.variants = path / "variants.json"
        self.diagnosis = path / "diagnosis.json"

    def predictions(self, split: str) -> Path:
        """Where the predictions on a split are."""
        return self.path / f"predictions.{split}.jsonl"

    @property
    def is_started(self) -> bool:
        """Whether a run has begun here."""
        return self.pipeline.is_file()

    @property
    def is_finished(self) -> bool:
        """Whether a run has ended here: its metrics are written last but for the report."""
        return self.metrics.is_file()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Make the folder and keep every other process out of it.

        Raises:
            RunError: SL601 if another process is at work here; SL602 if the folder cannot be made.
        """
        with ExitStack() as stack:
            try:
                self.path.mkdir(parents=True, exist_ok=True)
                stack.enter_context(held_lock(self.path / LOCK))
            except Occupied:
                raise RunError(
                    Problem("SL601", "another process is at work in this run's folder", place=Place(str(self.path)),
                            notes=("wait for it to end, or choose another folder with --run-dir",))
                ) from None  # fmt: skip
            except OSError as error:
                raise RunError(
                    Problem("SL602", f"this folder cannot be used for a run: {error.strerror}",
                            place=Place(str(self.path)), notes=("choose another one with --run-dir",))
                ) from error  # fmt: skip
            yield

    def discard(self) -> None:
        """Take away a run that never got as far as its data; whatever else is in the folder stays."""
        for path in (self.pipeline, self.path / LOCK):
            path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # not empty
            self.path.rmdir()

    def log_lines(self) -> list[Mapping[str, Any]]:
        """The records of the log."""
        if not self.log.is_file():
            return []
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    def cut_log(self, lines: int) -> None:
        """Keep the first lines of the log: those that the checkpoint knows."""
        if self.log.is_file():
            kept = self.log.read_bytes().splitlines(keepends=True)[:lines]
            self.log.write_bytes(b"".join(kept))

    def append_log(self, record: Mapping[str, Any]) -> None:
        """Add a line to the log."""
        with self.log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")

    def read_diagnosis(self) -> Diagnosis | None:
        """What `seqlab diagnose` found; None where nobody has looked.

        Raises:
            ValueError, KeyError, TypeError, AttributeError: If `diagnosis.json` is broken.
        """
        if not self.diagnosis.is_file():
            return None
        return Diagnosis.from_json(json.loads(self.diagnosis.read_text(encoding="utf-8")))

    def write_manifest(self, manifest: Mapping[str, Any]) -> None:
        """Write `manifest.json`."""
        write_json_atomically(self.manifest, manifest)

    def read_manifest(self) -> dict[str, Any]:
        """Read `manifest.json`; empty if there is none yet."""
        if not self.manifest.is_file():
            return {}
        manifest: dict[str, Any] = json.loads(self.manifest.read_text(encoding="utf-8"))
        return manifest


def new_folder(name: str, prefix: str = "") -> RunFolder:
    """A folder for a new run: `runs/<name>/<time>-<id>`."""
    return RunFolder(RUNS / name / f"{prefix}{datetime.now().astimezone():%Y%m%d-%H%M%S}-{secrets.token_hex(2)}")


def latest_unfinished(name: str) -> RunFolder:
    """The newest run of a pipeline that has not ended.

    Raises:
        RunError: SL609 if there is none.
    """
    parent = RUNS / name
    found = [RunFolder(path) for path in sorted(parent.iterdir(), reverse=True)] if parent.is_dir() else []
    for folder in found:
        if folder.is_started and not folder.is_finished:
            return folder
    raise RunError(
        Problem("SL609", f"there is no unfinished run of '{name}' to resume", place=Place(str(parent)),
                notes=("name its folder with --run-dir, or leave out --resume",))
    )  # fmt: skip
