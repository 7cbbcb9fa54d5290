"""`seqlab plugins`."""

import json
import subprocess
import sys

import pytest


def test_built_in_plugins_are_listed_with_what_they_bring(seqlab):
    lines = seqlab("plugins").output.splitlines()
    (rnn,) = [line for line in lines if line.startswith("  rnn ")]
    assert rnn.split()[1] == "seqlab"
    assert "seqlab_rnn" in rnn
    assert "encoder " in rnn


def test_a_broken_plugin_stands_below_with_its_reason(seqlab, tmp_path):
    path = tmp_path / "broken_listed.py"
    path.write_text("# hookimpl\nraise OSError('no disk')\n")
    answer = seqlab("plugins", "--plugins-dir", str(tmp_path))
    assert answer.code == 0
    assert answer.output.endswith(
        f"\nbroken_listed ({path}) does not work: error[SL502]\n  OSError: no disk ({path.resolve()}:2)\n"
    )


def test_json_holds_everything(seqlab):
    listed = {plugin["name"]: plugin for plugin in json.loads(seqlab("plugins", "--json").output)}
    assert "encoder lstm" in listed["rnn"].pop("components")
    assert listed["rnn"] | {"version": None} == {
        "name": "rnn",
        "distribution": "seqlab",
        "version": None,
        "source": "seqlab_rnn",
        "summary": "Recurrent encoders.",
        "hooks": [],
        "reason": None,
        "code": None,
    }


def test_a_blocked_plugin_is_not_listed(seqlab):
    assert "seqlab_rnn" not in seqlab("plugins", "-p", "no:rnn").output
    assert "seqlab_rnn" not in seqlab("-p", "no:rnn", "plugins").output


LEAKING = '''
"""An encoder that reads its padding."""

from dataclasses import dataclass

import torch
from torch import nn

from seqlab import Encoder, EncoderSettings, Encoding, hookimpl


@dataclass(frozen=True)
class LeakingSettings(EncoderSettings):
    """Settings."""

    deep: bool = False


class Leaking(Encoder):
    def __init__(self, config, input_size):
        super().__init__(config, input_size)
        self.output_size = 4
        self.convolution = nn.Conv1d(input_size, 4, 3, padding=1)

    def forward(self, inputs, lengths, state=None):
        mask = (torch.arange(inputs.shape[1]) < lengths[:, None]).unsqueeze(2)
        read = inputs * mask if self.config.deep else inputs
        states = torch.tanh(self.convolution(read.transpose(1, 2)).transpose(1, 2)) * mask
        return Encoding(states, states[torch.arange(len(lengths)), lengths - 1], lengths, {})


@hookimpl
def seqlab_register_components(registry):
    registry.encoder("leaking", Leaking, config=LeakingSettings)
'''


@pytest.fixture
def leaking(tmp_path, monkeypatch):
    """A folder with a plugin whose encoder is right only with `deep: true`."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "leaking_listed.py").write_text(LEAKING)
    yield str(tmp_path)
    sys.modules.pop("leaking_listed", None)


def test_check_tells_which_law_fails_on_which_input(seqlab, leaking):
    answer = seqlab("plugins", "check", "leaking_listed", "--plugins-dir", leaking)
    assert answer.code == 4
    lines = answer.output.splitlines()
    assert lines[0] == "failed       encoder leaking, 2 of 16 laws"
    assert lines[2:4] == [
        "      padding changes nothing",
        "          with T = 1, float32, fresh weights, lengths [1, 1, 1, 1, 1]:",
    ]
    assert lines[-2:] == ["passed       encoder leaking with deep=True, 16 laws", "1 passed, 1 failed, 0 not checked"]
    assert answer.errors.startswith("error[SL509]: 1 of 2 checks failed\n")


def test_check_takes_a_plugin_a_kind_or_a_component(seqlab):
    by_plugin = seqlab("plugins", "check", "evaluation").output.splitlines()
    assert by_plugin[0] == "passed       metric accuracy, 6 laws"
    assert any(line.startswith("passed       baseline stratified") for line in by_plugin)
    by_kind = seqlab("plugins", "check", "metric").output.splitlines()
    assert all(" metric " in line for line in by_kind[:-1])
    assert len(by_kind) > 3
    assert seqlab("plugins", "check", "pooler", "mean").output.splitlines()[-1] == "1 passed, 0 failed, 0 not checked"


def test_check_says_why_something_is_not_checked(seqlab):
    answer = seqlab("plugins", "check", "optimizer", "adam")
    assert answer.code == 0
    assert answer.output.splitlines()[0] == (
        "not checked  optimizer adam: there are no laws for the kind 'optimizer' yet"
    )


def test_check_gives_json(seqlab, leaking):
    answer = seqlab("plugins", "check", "encoder", "leaking", "--json", "--plugins-dir", leaking)
    assert answer.code == 4
    first, second = json.loads(answer.output)
    assert (first["kind"], first["name"], first["distribution"]) == ("encoder", "leaking", "leaking_listed")
    assert (first["outcome"], first["laws"], first["reason"]) == ("failed", 16, None)
    assert [failure["law"] for failure in first["failures"]] == ["padding changes nothing", "padding gets no gradient"]
    assert set(first["failures"][0]) == {"law", "where", "found", "cause", "more"}
    assert (second["settings"], second["outcome"], second["failures"]) == ("deep=True", "passed", [])


def test_check_of_an_unknown_name_is_told_the_nearest(seqlab):
    answer = seqlab("plugins", "check", "taggr")
    assert answer.code == 2
    assert "there is no plugin and no kind 'taggr': did you mean 'tagger'?" in answer.errors
    answer = seqlab("plugins", "check", "encoder", "lsmt")
    assert answer.code == 2
    assert "did you mean 'lstm'?" in answer.errors


def test_check_of_a_plugin_that_does_not_work_gives_its_reason(seqlab, tmp_path):
    (tmp_path / "broken_checked.py").write_text("# hookimpl\nraise OSError('no disk')\n")
    answer = seqlab("plugins", "check", "broken_checked", "--plugins-dir", str(tmp_path))
    assert answer.code == 4
    assert "error[SL502]: plugin 'broken_checked' does not work: OSError: no disk" in answer.errors


def test_listing_and_the_help_of_check_import_no_torch():
    code = (
        "import sys; from seqlab.cli.main import main; main(['plugins']); main(['plugins', 'check', '-h']); "
        "assert 'torch' not in sys.modules"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    assert "--json" in answer.stdout
