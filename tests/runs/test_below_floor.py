"""A deliberately broken model is called worse than its floor: in the terminal, in metrics.json and in the report."""

import uuid

import pytest

PLUGIN = '''
from dataclasses import dataclass, replace

import torch

from seqlab import TagsPrediction, hookimpl
from seqlab_tagger.head import Tagger
from seqlab_tagger.settings import TaggerSettings


@dataclass(frozen=True)
class BrokenSettings(TaggerSettings):
    """Broken on purpose."""


class Constant(Tagger):
    """Says the rarest tag everywhere."""

    def predict(self, encoded, batch):
        return [TagsPrediction((self.tags.items[-1],) * len(each.tags)) for each in super().predict(encoded, batch)]


class Shuffled(Tagger):
    """Learns from the tags of other tokens."""

    def loss(self, encoded, batch):
        real = batch.target >= 0
        shuffled = batch.target.clone()
        shuffled[real] = batch.target[real][torch.randperm(int(real.sum()))]
        return super().loss(encoded, replace(batch, target=shuffled))


@hookimpl
def seqlab_register_components(registry):
    registry.head("constant", Constant, config=BrokenSettings)
    registry.head("shuffled", Shuffled, config=BrokenSettings)
'''


@pytest.mark.parametrize("head", ["constant", "shuffled"])
def test_a_broken_model_is_called_worse_than_its_floor(head, run_small, tmp_path):
    plugin = tmp_path / f"broken_{uuid.uuid4().hex}.py"
    plugin.write_text(PLUGIN)
    settings = (f"plugins=[{plugin}]", f"model.head={head}", "data.limit=200")
    ran = run_small("run", *settings, "--fail-under-baseline")
    assert ran.code == 5, ran.errors
    assert "does NOT beat its floor" in ran.output
    assert ran.metrics["below_floor"] is True
    for compared in ran.metrics["test"]["comparison"].values():
        assert compared["better"] is False
    assert ran.metrics["test"]["comparison"]["linear_tagger"]["worse"] is True
    for written in ("report.html", "MODEL_CARD.md"):
        assert "does NOT beat its floor" in (ran.folder / written).read_text(encoding="utf-8")
