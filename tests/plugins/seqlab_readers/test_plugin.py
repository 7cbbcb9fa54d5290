"""What the plugin registers, and that settings are read without torch and numpy."""

import subprocess
import sys

import pytest

import seqlab_readers
from seqlab import ReaderSettings, Registrar
from seqlab.registry import Registry
from seqlab_readers.settings import ConlluSettings, LinesSettings, TextSettings


@pytest.fixture
def registry() -> Registry:
    registry = Registry()
    seqlab_readers.seqlab_register_components(Registrar(registry, "readers"))
    return registry


def test_readers_and_tokenizers_are_registered_and_load(registry: Registry) -> None:
    assert registry.names("reader") == [
        "babi",
        "captions",
        "conll",
        "conllu",
        "csv",
        "folders",
        "frames",
        "image_questions",
        "jsonl",
        "lines",
        "pairs",
        "parallel",
        "text",
        "tsv",
    ]
    assert registry.names("tokenizer") == ["characters", "spacy", "whitespace"]
    for component in registry:
        component.settings_class()
        component.load()
        assert component.summary


def test_the_target_is_a_tag_for_each_token() -> None:
    assert ConlluSettings().target == "tags"
    assert ConlluSettings().inputs == {"main": "tokens"}


@pytest.mark.parametrize("settings", [TextSettings(), LinesSettings()])
def test_plain_text_is_nothing_but_the_input(settings: ReaderSettings) -> None:
    assert settings.target is None
    assert settings.inputs == {"main": "tokens"}


def test_settings_import_neither_torch_nor_numpy() -> None:
    code = (
        "import sys; sys.modules['torch'] = sys.modules['numpy'] = None\n"
        "import seqlab_readers, seqlab_readers.settings, seqlab_readers.conllu, seqlab_readers.whitespace\n"
        "import seqlab_readers.text, seqlab_readers.lines, seqlab_readers.labelled_settings"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
