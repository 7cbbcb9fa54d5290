"""Names of components: clashes, qualified names, suggestions."""

from dataclasses import dataclass

import pytest

from seqlab.errors import PipelineError, PluginError
from seqlab.interfaces.settings import NoSettings, Part
from seqlab.registry import KINDS, Component, Registrar, Registry


@pytest.fixture
def registry():
    registry = Registry()
    Registrar(registry, "seqlab").encoder("lstm", "nowhere:LSTM", summary="built in")
    return registry


def told(error):
    """The only problem of an error."""
    (problem,) = error.value.problems
    return problem


def test_a_component_is_found_by_its_plain_and_by_its_qualified_name(registry):
    assert registry.get("encoder", "lstm") is registry.get("encoder", "seqlab/lstm")


def test_a_name_that_two_distributions_register_is_an_error_that_names_both(registry):
    Registrar(registry, "stranger").encoder("lstm", "elsewhere:LSTM")
    with pytest.raises(PipelineError) as error:
        registry.get("encoder", "lstm")
    assert told(error).code == "SL202"
    assert told(error).notes == ("write one of: seqlab/lstm, stranger/lstm",)
    assert registry.get("encoder", "stranger/lstm").target == "elsewhere:LSTM"
    assert registry.names("encoder") == ["seqlab/lstm", "stranger/lstm"]


def test_an_unknown_name_is_told_the_nearest_and_all_that_are_known(registry):
    with pytest.raises(PipelineError) as error:
        registry.get("encoder", "lstn")
    assert told(error).code == "SL201"
    assert told(error).hint == "did you mean 'lstm'?"
    assert told(error).notes[0].startswith("known: lstm")


def test_the_name_of_another_distribution_does_not_match(registry):
    with pytest.raises(PipelineError) as error:
        registry.get("encoder", "stranger/lstm")
    assert told(error).code == "SL201"


def test_one_name_in_two_kinds_is_no_clash(registry):
    Registrar(registry, "seqlab").decoder("lstm", "nowhere:LSTMDecoder")
    assert registry.get("decoder", "lstm").kind == "decoder"
    assert [component.kind for component in registry] == ["encoder", "decoder"]


def test_registering_a_name_twice_is_an_error(registry):
    with pytest.raises(PluginError) as error:
        Registrar(registry, "seqlab").encoder("lstm", "nowhere:Other")
    assert told(error).code == "SL503"


def test_an_unknown_kind_is_an_error_with_the_nearest_kind(registry):
    with pytest.raises(PluginError) as error:
        Registrar(registry, "seqlab").component("encodr", "x", "nowhere:X")
    assert (told(error).code, told(error).hint) == ("SL503", "did you mean 'encoder'?")


def test_the_registrar_has_a_method_for_every_kind():
    registry = Registry()
    for kind in KINDS:
        getattr(Registrar(registry, "seqlab"), kind)("name", "nowhere:Class")
    assert [component.kind for component in registry] == list(KINDS)


def test_discarding_a_distribution_leaves_the_others(registry):
    Registrar(registry, "stranger").encoder("lstm", "elsewhere:LSTM")
    registry.discard("seqlab")
    assert registry.names("encoder") == ["lstm"]
    assert registry.get("encoder", "lstm").distribution == "stranger"


def test_a_target_that_cannot_be_imported_is_the_plugins_error(registry):
    with pytest.raises(PluginError) as error:
        registry.get("encoder", "lstm").load()
    assert told(error).code == "SL504"
    assert "No module named 'nowhere'" in told(error).message


@dataclass(frozen=True)
class Width:
    size: int = 3


class Doubler:
    def __init__(self, config, factor):
        self.answer = config.size * factor


def test_building_gives_the_class_its_settings_and_what_its_kind_takes():
    registry = Registry()
    registry.add(Component("metric", "doubler", Doubler, Width, "", "seqlab"))
    assert registry.get("metric", "doubler").settings_class() is Width
    assert registry.build(Part("metric", "doubler", Width(size=21)), factor=2).answer == 42


def test_a_component_without_settings_has_none():
    assert Component("metric", "doubler", Doubler, None, "", "seqlab").settings_class() is NoSettings
