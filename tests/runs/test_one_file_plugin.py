"""An encoder in one file outside the repository is found in each of three ways, and runs from a YAML."""

import json
import uuid

import pytest

PLUGIN = '''
"""Sums of inputs so far."""

from dataclasses import dataclass

import torch

from seqlab import Encoder, EncoderSettings, Encoding, hookimpl


@dataclass(frozen=True)
class SumSettings(EncoderSettings):
    """No setting."""

    @property
    def is_causal(self):
        return True


class SumEncoder(Encoder):
    def __init__(self, config, input_size):
        super().__init__(config, input_size)
        self.output_size = input_size

    def forward(self, inputs, lengths, state=None):
        real = (torch.arange(inputs.shape[1]) < lengths.unsqueeze(1)).unsqueeze(2)
        states = (inputs * real).cumsum(dim=1) * real
        return Encoding(states, states[torch.arange(len(lengths)), lengths - 1], lengths, {})


@hookimpl
def seqlab_register_components(registry):
    registry.encoder("NAME", SumEncoder, config=SumSettings, summary="sums of inputs so far")
'''
BROKEN = "import a_module_that_is_not_there\n"
PIPELINE = """
extends: pos
PLUGINS
data: {limit: 40}
model: {encoder: {type: NAME}}
training: {epochs: 1}
evaluation: {resamples: 100}
"""


@pytest.fixture
def stranger(tmp_path, monkeypatch):
    """A module name that this process has not seen, a plugin of that name, and a pipeline that names its encoder."""
    monkeypatch.chdir(tmp_path)
    name = f"sum_{uuid.uuid4().hex[:8]}"

    def write(folder, plugins=""):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / f"{name}.py").write_text(PLUGIN.replace("NAME", name))
        (tmp_path / "pipeline.yaml").write_text(PIPELINE.replace("NAME", name).replace("PLUGINS", plugins))
        return name

    return write


def check(answer, tmp_path, name):
    assert answer.code == 0, answer.errors
    assert f"type: {name}" in (tmp_path / "run" / "pipeline.yaml").read_text()
    assert json.loads((tmp_path / "run" / "metrics.json").read_text())["schema"] == 1


def test_through_the_pipeline(stranger, seqlab, tmp_path):
    name = stranger("elsewhere")
    stranger("elsewhere", f"plugins: [elsewhere/{name}.py]")
    check(seqlab("run", "pipeline.yaml", "--run-dir", "run"), tmp_path, name)


def test_through_a_folder(stranger, seqlab, tmp_path):
    name = stranger("mine")
    check(seqlab("run", "pipeline.yaml", "--plugins-dir", "mine", "--run-dir", "run"), tmp_path, name)


def test_through_an_entry_point(stranger, seqlab, tmp_path, monkeypatch):
    name = stranger("site")
    metadata = tmp_path / "site" / f"{name}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[seqlab]\n{name} = {name}\n")
    monkeypatch.syspath_prepend(tmp_path / "site")
    check(seqlab("run", "pipeline.yaml", "--run-dir", "run"), tmp_path, name)


def test_a_plugin_that_raises_on_import_breaks_nothing(stranger, seqlab, tmp_path):
    name = stranger("mine")
    (tmp_path / "mine" / f"broken_{name}.py").write_text(f"from seqlab import hookimpl\n{BROKEN}")
    answer = seqlab("run", "pipeline.yaml", "--plugins-dir", "mine", "--run-dir", "run")
    check(answer, tmp_path, name)
    assert f"note: plugin 'broken_{name}' does not work" in answer.errors
    listed = seqlab("plugins", "--plugins-dir", "mine").output
    assert "No module named 'a_module_that_is_not_there'" in listed
