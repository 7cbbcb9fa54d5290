"""Judges of generated texts, on texts whose worth is known."""

import pytest

from seqlab import Corpus, Example, Tokens
from seqlab_lm.judge_settings import CopiedSettings
from seqlab_lm.judges import BalancedLatex, Copied, PythonParses


@pytest.mark.parametrize(
    "text, good",
    [
        ("def f(x):\n    return x\nclass", True),  # what begins after the first statement is not judged
        ("def f(x):\n    return x\n    if x:", True),  # nor the line that was cut
        ("def f(x):\n    return (x\nclass A: pass\n", False),
        ("def f(x:\n    return x\n", False),
        ("def f(x):\nreturn x\n", False),
        ("x = [\n    1,\n]\ny = (", True),
        ("def f", False),
        ("", False),
        ("x = '\0'\n", False),
    ],
)
def test_python_is_judged_by_its_first_statement(text, good):
    assert PythonParses(None).share(text, tuple(text)) == good


@pytest.mark.parametrize(
    "text, good",
    [
        ("\\begin{a} {x} \\begin{b} y \\end{b} \\end{a}", True),
        ("\\begin{a} \\begin{b} \\end{a} \\end{b}", False),
        ("\\begin{a} {x \\end{a}", False),
        ("\\begin{a} } \\end{a}", False),
        ("\\begin{a} \\{ \\end{a}", True),  # an escaped brace is none
        ("\\begin{a} 5\\% {", True),  # it may be closed yet
        ("\\begin{a} % }\n\\end{a}", True),
        ("\\begin{a} % a comment ends with its line\n} \\end{a}", False),
        ("\\begin{a} x \\end{a} }", True),  # the document has ended before
        ("}", False),
    ],
)
def test_latex_must_close_what_was_opened_last(text, good):
    assert BalancedLatex(None).share(text, tuple(text)) == good


def test_copied_n_grams_are_those_that_stand_in_train():
    judge = Copied(CopiedSettings(length=3))
    judge.prepare(Corpus.of([Example("1", "f:1", {"main": Tokens(tuple("abcde"))})], ends=False))
    assert judge.share("abcde", tuple("abcde")) == 1
    assert judge.share("abcxcde", tuple("abcxcde")) == 2 / 5  # abc, cde of abc bcx cxc xcd cde
    assert judge.share("cba", tuple("cba")) == 0  # the same letters in another order
    assert judge.share("ab", tuple("ab")) == 0
