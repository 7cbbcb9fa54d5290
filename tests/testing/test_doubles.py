"""The doubles of tests/doubles, among them a decoder, an output layer and heads, keep the laws of their kinds."""

from pathlib import Path

import numpy as np
import pytest

from seqlab import Features
from seqlab.plugins import load_plugins
from seqlab.testing import check_embedder, check_reader
from seqlab.testing.components import CHECKS, results

DOUBLES = Path(__file__).parent.parent / "doubles"
NAMES = ("toy_language_model", "toy_questions", "toy_translation")
REGISTRY = load_plugins(files=[DOUBLES / f"{name}.py" for name in NAMES]).registry
GIVEN = ("reader", "toy_regions")  # what cannot be checked without a sample

COMPONENTS = [
    pytest.param(each, id=each.name)
    for each in REGISTRY
    if each.name.startswith("toy_") and each.kind in CHECKS and not {each.kind, each.name} & set(GIVEN)
]  # fmt: skip

SAMPLES = {
    "toy_lines": "a b c\na\nb a\n",
    "toy_pairs": "a b\tA B\nb\tB\tb\n",
    "toy_questions": '{"question": "is it", "scene": [[0, 1, 0]], "answer": "yes"}\n'
    '{"question": "is not", "scene": [[1, 1, 0]], "answer": "no"}\n',
}


@pytest.mark.parametrize("component", COMPONENTS)
def test_it_keeps_its_laws(component):
    for result in results(component, REGISTRY):
        assert result.outcome == "passed", result.broken or result.reason


def test_the_doubles_have_what_the_core_has_not():
    kinds = {each.values[0].kind for each in COMPONENTS}
    assert {"encoder", "pooler", "output", "decoder", "head", "metric", "baseline"} <= kinds


@pytest.mark.parametrize("name", SAMPLES)
def test_a_reader_keeps_its_laws_on_a_sample(name):
    component = REGISTRY.get("reader", name)
    assert check_reader(component.load(), component.settings_class()(), SAMPLES[name]).laws


def test_an_embedder_of_regions_keeps_its_laws_on_items():
    component = REGISTRY.get("embedder", "toy_regions")
    draws = np.random.default_rng(13)
    items = [Features(draws.normal(size=(4, 3)).astype(np.float32)) for _ in range(6)]
    assert check_embedder(component.load(), component.settings_class()(), items=items).laws
