"""The names that a plugin's tests may import. A name is never taken away in silence."""

import pytest

import seqlab.testing

NAMES = """Answer BrokenLaws Conformance Failure NotCheckedError check_baseline check_component check_decoder
check_embedder check_encoder check_head check_metric check_output check_pooler check_reader invoke""".split()  # noqa: SIM905


def test_the_names_are_these():
    assert seqlab.testing.__all__ == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_name_resolves(name):
    assert callable(getattr(seqlab.testing, name))


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'check_encodr'"):
        seqlab.testing.check_encodr  # noqa: B018
