"""Every hook says when it is called, in the code and in docs/reference/hooks.md."""

import inspect
import re
from pathlib import Path

import pytest

from seqlab import hookspecs

PAGE = (Path(__file__).parent.parent / "docs/reference/hooks.md").read_text(encoding="utf-8")
HOOKS = {name: getattr(hookspecs, name) for name in vars(hookspecs) if name.startswith("seqlab_")}
SECTIONS = dict(re.findall(r"^### `(\w+)`\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL))


def test_the_page_and_the_code_have_the_same_hooks_in_the_same_order():
    assert list(SECTIONS) == re.findall(r"^\| \[`(\w+)`\]", PAGE, re.MULTILINE)
    assert list(SECTIONS) == list(HOOKS)


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_is_documented(name):
    section = SECTIONS[name]
    assert inspect.getdoc(HOOKS[name]).startswith("Called ")
    assert [line for line in ("When", "Gets", "Answer") if f"- **{line}**: " not in section] == []
    gets = section.partition("**Gets**")[2].partition("**Answer**")[0]
    arguments = list(inspect.signature(HOOKS[name]).parameters)
    assert [argument for argument in arguments if f"`{argument}`" not in gets] == []
    assert arguments or "nothing" in gets


@pytest.mark.parametrize("name", HOOKS)
def test_the_page_says_where_the_first_answer_counts(name):
    assert HOOKS[name].seqlab_spec["firstresult"] is ("First answer counts" in SECTIONS[name])
