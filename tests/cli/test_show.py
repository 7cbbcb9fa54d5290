"""`seqlab show`."""

import dataclasses
from typing import Annotated, Literal

import pytest
import yaml
from annotated_types import Ge
from typing_extensions import Doc

from seqlab.cli.settings_text import _PLACES, encoder_facts, setting_rows, snippet
from seqlab.interfaces.settings import EncoderSettings, Kind, Part
from seqlab.plugins import load_plugins
from seqlab.registry import KINDS, Component, Registry


def test_every_kind_is_shown_with_what_it_does(seqlab):
    lines = seqlab("show").output.splitlines()
    for kind, meaning in KINDS.items():
        assert any(line.startswith(f"  {kind} ") and line.endswith(meaning) for line in lines)


def test_a_kind_lists_its_components(seqlab):
    answer = seqlab("show", "encoder")
    assert answer.output.startswith("encoder: vectors -> states and a final state\n\n")
    assert "  lstm" in answer.output


def test_a_component_is_explained(seqlab):
    output = seqlab("show", "encoder", "lstm").output
    assert output.startswith("encoder lstm: long short-term memory")
    assert "  from seqlab " in output
    assert "(plugin rnn); seqlab_rnn.lstm:LSTMEncoder" in output
    assert "causal: yes, but no with bidirectional: true or reversed: true\n" in output
    (line,) = [line for line in output.splitlines() if line.startswith("  hidden_size ")]
    assert "int >= 1" in line


def test_a_component_is_found_without_its_kind(seqlab):
    assert seqlab("show", "lstm").output == seqlab("show", "encoder", "lstm").output


@pytest.mark.parametrize(
    "arguments, told",
    [
        (["encodr"], "did you mean 'encoder'?"),
        (["encodr", "lstm"], "did you mean 'encoder'?"),
        (["encoder", "lstn"], "did you mean 'lstm'?"),
    ],
)
def test_an_unknown_name_is_told_the_nearest(seqlab, arguments, told):
    answer = seqlab("show", *arguments)
    assert (answer.code, answer.output) == (2, "")
    assert "error[SL201]" in answer.errors
    assert told in answer.errors


def test_a_broken_plugin_is_named_where_a_component_is_missing(seqlab, tmp_path):
    (tmp_path / "missing_parts.py").write_text("# hookimpl\nraise OSError('no disk')\n")
    answer = seqlab("show", "encoder", "sru", "--plugins-dir", str(tmp_path))
    assert "plugin 'missing_parts' does not work: OSError: no disk" in answer.errors


def test_the_grammar_of_a_pipeline_shows_every_section(seqlab):
    names = [line.split()[0] for line in seqlab("show", "pipeline").output.splitlines() if line.startswith("  ")]
    assert {"name", "data.reader", "model.encoder", "seed", "training.optimizer", "evaluation.baselines.only"} <= set(
        names
    )


@pytest.mark.parametrize("component", list(load_plugins().registry), ids=lambda each: f"{each.kind} {each.name}")
def test_every_built_in_component_can_be_shown_and_says_what_each_setting_is_for(seqlab, component):
    output = seqlab("show", component.kind, component.name).output
    assert [row.name for row in setting_rows(component.settings_class()) if not row.doc] == []
    pasted = yaml.safe_load(output.partition("to paste:\n")[2])
    for step in _PLACES[component.kind].split("."):
        pasted = pasted[0] if step == "-" else pasted[step]
    assert pasted["type"] == component.name


def test_every_kind_has_a_place_in_a_pipeline():
    assert set(_PLACES) == set(KINDS)


@dataclasses.dataclass(frozen=True)
class Inner:
    rate: Annotated[float, Doc("how fast")] = 0.5


@dataclasses.dataclass(frozen=True)
class OddSettings(EncoderSettings):
    width: Annotated[int, Ge(1), Doc("how wide")]
    below: Annotated[Part, Kind("encoder"), Doc("what it reads")]
    mode: Annotated[Literal["both", "left"], Doc("which side")] = "both"
    most: Annotated[int | None, Ge(1), Doc("at most")] = None
    inner: Annotated[Inner, Doc("nested")] = dataclasses.field(default_factory=Inner)

    @property
    def is_causal(self):
        return self.mode == "left"


def test_settings_are_put_into_words():
    assert [(row.name, row.takes, row.default) for row in setting_rows(OddSettings)] == [
        ("width", "int >= 1", "required"),
        ("below", "encoder", "required"),
        ("mode", "'both' or 'left'", "both"),
        ("most", "int >= 1", "null"),
        ("inner.rate", "float", "0.5"),
    ]


def test_a_snippet_holds_samples_for_what_is_required():
    component = Component("encoder", "odd", "nowhere:Odd", OddSettings, "", "stranger")
    registry = Registry()
    registry.add(component)
    assert yaml.safe_load(snippet(component, OddSettings, registry)) == {
        "model": {
            "encoder": {
                "type": "odd", "width": 100, "below": "odd", "mode": "both", "most": None, "inner": {"rate": 0.5},
            }
        }
    }  # fmt: skip


def test_facts_of_an_encoder_name_the_settings_that_change_them():
    assert encoder_facts(OddSettings, Registry()) == [
        "causal: no, but yes with mode: left",
        "can carry a state from window to window: no",
    ]
