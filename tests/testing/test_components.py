"""Every registered component keeps its laws; a new one is checked because it is registered."""

from dataclasses import dataclass, make_dataclass, replace
from importlib.util import find_spec

import pytest
import torch

from seqlab.discovery import BUILT_IN
from seqlab.errors import PluginError, Problem
from seqlab.plugins import load_plugins
from seqlab.registry import Component
from seqlab.testing import NotCheckedError, check_component
from seqlab.testing.components import CHECKS, results
from seqlab.testing.laws import described
from seqlab.testing.settings import required, variations
from seqlab_rnn.settings import LSTMSettings

from . import wrong_encoders

REGISTRY = load_plugins().registry
BUILT_INS = [each for each in REGISTRY if each.distribution == BUILT_IN]
CHECKED = [each for each in BUILT_INS if each.kind in CHECKS]

# Built-ins that the registry alone cannot check, and the words that say why.
NOT_CHECKED = {
    "vectors": "no default for",
    "features": "no default for",
    "convnet": "it reads no tokens",
    "pretrained_convnet": "it reads no tokens",
    "nearest_image_caption": "it reads image",
}
if find_spec("pycrfsuite") is None:
    NOT_CHECKED["crfsuite"] = "needs the package python-crfsuite"


def cases():
    """Every built-in with its defaults, and with each setting of few choices changed."""
    for each in CHECKED:
        config = each.settings_class()
        for settings in [None] if required(config) else variations(config):
            changed = "" if settings is None else described(settings)
            yield pytest.param(each, settings, id=f"{each.kind}-{each.name}-{changed}".rstrip("-"))


@pytest.mark.parametrize("component, settings", list(cases()))
def test_every_built_in_keeps_its_laws(component, settings):
    try:
        kept = check_component(component, REGISTRY, settings)
    except (NotCheckedError, PluginError) as error:
        if component.kind == "reader":
            pytest.skip(str(error))  # checked on a sample of its format, in the tests of the reader
        reason = str(error)
    else:
        reason = ""
        assert len(kept.laws) >= 5
    assert (component.name in NOT_CHECKED) == bool(reason)
    assert NOT_CHECKED.get(component.name, "") in reason


DEEP = [
    each for each in CHECKED if each.kind == "encoder" and "num_layers" in each.settings_class().__dataclass_fields__
]


@pytest.mark.parametrize("component", DEEP, ids=lambda each: each.name)
def test_every_variation_of_two_layers_keeps_its_laws(component):
    """What has no effect in one layer: connections past a layer, dropout between two."""
    for varied in variations(component.settings_class()):
        settings = replace(varied, num_layers=2, hidden_size=6, dropout=0.3)
        check_component(component, REGISTRY, settings)


def test_a_kind_without_laws_is_not_checked():
    (adam,) = results(REGISTRY.get("optimizer", "adam"), REGISTRY)
    assert (adam.outcome, adam.reason) == ("not checked", "there are no laws for the kind 'optimizer' yet")
    with pytest.raises(NotCheckedError, match="no laws for the kind 'optimizer'"):
        check_component(REGISTRY.get("optimizer", "adam"), REGISTRY)


def component(target, config=None, kind="encoder"):
    return Component(kind, "mine", target, config, "", "me")


def test_a_component_that_breaks_a_law_fails():
    (found,) = results(component(wrong_encoders.PaddingLeak, wrong_encoders.Blind), REGISTRY)
    assert found.outcome == "failed"
    assert [failure.law for failure in found.broken.failures] == ["padding changes nothing", "padding gets no gradient"]


def test_a_class_that_is_not_where_it_is_said_to_be_fails():
    (found,) = results(component("seqlab_mine:Encoder", wrong_encoders.Blind), REGISTRY)
    assert found.outcome == "failed"
    assert "cannot be imported from 'seqlab_mine:Encoder'" in found.broken.note


def test_a_component_that_lacks_a_package_is_not_checked(tmp_path, monkeypatch):
    (tmp_path / "lacking.py").write_text("import a_package_that_nobody_has\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    (found,) = results(component("lacking:Encoder", wrong_encoders.Blind), REGISTRY)
    assert (found.outcome, found.reason) == ("not checked", "needs a_package_that_nobody_has, which is not installed")


def test_a_package_may_be_missed_when_it_is_built(monkeypatch):
    class Lacking(wrong_encoders.Elman):
        def __init__(self, config, input_size):
            problem = Problem("SL504", "encoder 'mine' needs a library", hint="pip install library")
            raise PluginError(problem) from ImportError("no library", name="library")

    (found,) = results(component(Lacking, wrong_encoders.Forward), REGISTRY)
    assert found.reason == "needs a library: pip install library"


def test_a_component_with_a_required_setting_is_not_checked():
    settings = make_dataclass("Settings", [("path", str)], bases=(wrong_encoders.Blind,), frozen=True)
    (found,) = results(component(wrong_encoders.Neighbours, settings), REGISTRY)
    assert found.reason == "no default for 'path': check it with settings, in a test"


def test_variations_change_one_setting_at_a_time():
    default, *others = variations(LSTMSettings)
    assert default == LSTMSettings()
    assert {LSTMSettings(bidirectional=True), LSTMSettings(num_layers=2)} <= set(others)
    changed = [[name for name in vars(default) if getattr(each, name) != getattr(default, name)] for each in others]
    assert all(len(names) == 1 for names in changed)
    assert len(set(map(str, others))) == len(others)


def test_settings_that_refuse_a_variation_are_not_varied():
    @dataclass(frozen=True)
    class Refusing:
        one: bool = True
        two: bool = False

        def __post_init__(self):
            if not self.one:
                raise ValueError("one is needed")

    assert list(variations(Refusing)) == [Refusing(), Refusing(two=True)]


def test_a_lstm_whose_rows_are_swapped_is_found(monkeypatch):
    """The registry-driven test above can fail: here the built-in itself is broken."""
    from seqlab_rnn.lstm import LSTMEncoder

    forward = LSTMEncoder.forward

    def swapped(self, inputs, lengths, state=None):
        encoding = forward(self, inputs, lengths, state)
        return encoding._replace(final=torch.flip(encoding.final, dims=(0,)))

    monkeypatch.setattr(LSTMEncoder, "forward", swapped)
    first = next(results(REGISTRY.get("encoder", "lstm"), REGISTRY))
    assert "final is the last real state" in {failure.law for failure in first.broken.failures}
