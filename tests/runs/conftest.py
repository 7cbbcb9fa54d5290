"""Small runs of the tagger on the sample treebank."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

SMALL = ("threads=1", "data.limit=60", "training.epochs=3", "training.batch_tokens=80", "evaluation.resamples=200")


@dataclass(frozen=True)
class Ran:
    folder: Path
    code: int
    output: str
    errors: str

    @property
    def weights(self):
        return (self.folder / "model" / "model.safetensors").read_bytes()

    @property
    def metrics(self):
        return json.loads((self.folder / "metrics.json").read_text())

    @property
    def log(self):
        """The log without what a clock says."""
        records = [json.loads(line) for line in (self.folder / "log.jsonl").read_text().splitlines()]
        return [{key: value for key, value in record.items() if key != "seconds"} for record in records]


@pytest.fixture
def run_small(seqlab, tmp_path, monkeypatch):
    """Runs `seqlab run pos`, made small, in a named folder."""
    monkeypatch.chdir(tmp_path)

    def go(folder, *arguments, pipeline="pos", small=SMALL):
        answer = seqlab("run", pipeline, *small, *arguments, "--run-dir", folder)
        return Ran(tmp_path / folder, answer.code, answer.output, answer.errors)

    return go
