"""The texts of generated samples: what is in them, and that they are the same again."""

import ast
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import textwrap
from collections import Counter
from pathlib import Path
from pydoc_data.topics import topics as real

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqlab.data.catalogue.generated import docstrings, latex, library, number_words, spelled, summaries, topics
from seqlab.data.catalogue.generated.cut import cut
from seqlab.data.catalogue.generated.draw import Draw
from seqlab.data.catalogue.generated.shelf import RECIPES
from seqlab.errors import DataError
from seqlab_lm.balance import is_balanced

SPLITS = ["train", "dev", "test"]


@pytest.fixture(scope="module")
def texts():
    return {name: dict(recipe.texts()) for name, recipe in RECIPES.items()}


@pytest.mark.parametrize("name", RECIPES)
def test_each_is_text_that_every_reader_takes(texts, name):
    assert list(texts[name]) == SPLITS
    for text in texts[name].values():
        assert text.endswith("\n")
        assert not text.startswith("\n")
        assert not re.search("[\r\0]", text)
        assert max(map(len, text.split("\n"))) < 1000
        text.encode()


def sums(texts) -> dict[str, dict[str, str]]:
    return {name: {split: hashlib.sha256(text.encode()).hexdigest() for split, text in each.items()}
            for name, each in texts.items()}  # fmt: skip


def test_another_process_makes_the_same_bytes(texts):
    code = (
        "import hashlib, json; from seqlab.data.catalogue.generated.shelf import RECIPES\n"
        "print(json.dumps({name: {split: hashlib.sha256(text.encode()).hexdigest() for split, text in r.texts().items()}"
        " for name, r in RECIPES.items()}))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "17", "LC_ALL": "C", "PYTHONUTF8": "0", "TZ": "Asia/Tokyo"}
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert json.loads(answer.stdout) == sums(texts)


def test_what_is_not_of_python_is_the_same_with_every_python(texts):
    """If you change a generator, count its EDITION up: else an older text is taken for the new one."""
    editions = {name: recipe.edition for name, recipe in RECIPES.items() if not recipe.of_python}
    assert editions == {"hello": 1, "latex": 1, "seeds": 1, "symbols": 1, "number-words": 1,
                        "stories": 1, "spelled-speech": 1,
                        "shapes-captions": 1, "shapes-questions": 1}  # fmt: skip
    found = sums(texts)
    assert {split: found["latex"][split][:16] for split in SPLITS} == {
        "train": "cbf90bb401ad176b",
        "dev": "b005b84a3754acb7",
        "test": "92566c93c7d74b94",
    }
    assert {split: found["symbols"][split][:16] for split in SPLITS} == {
        "train": "9ca6d6977a9d4abd",
        "dev": "3b91ed1008ac987b",
        "test": "e6cbd45910f4e8a3",
    }
    assert {split: found["number-words"][split][:16] for split in SPLITS} == {
        "train": "614ac4e945279928",
        "dev": "67cd80b3dfe5124f",
        "test": "53977bfed1a7ef32",
    }
    assert {split: found["shapes-captions"][split][:16] for split in SPLITS} == {
        "train": "8aad9e2708e50c6b",
        "dev": "ac244ee3bd5caee0",
        "test": "06360b58e263f435",
    }
    assert {split: found["shapes-questions"][split][:16] for split in SPLITS} == {
        "train": "2d164a7a123f750d",
        "dev": "91df89fa30544cc9",
        "test": "991bba3334be6ce9",
    }
    assert texts["hello"]["train"] == "hello\n" * 100
    assert {split: text.split() for split, text in texts["seeds"].items()} == {
        split: [str(number) for number in range(1, size + 1)]
        for split, size in (("train", 10_000), ("dev", 1_000), ("test", 2_000))
    }


def test_symbols_are_copied_or_reversed_and_no_line_stands_twice(texts):
    lines = [line for split in SPLITS for line in texts["symbols"][split].splitlines()]
    assert len(lines) == len(set(lines)) == 9000
    for line in lines:
        order, *symbols = line.partition("\t")[0].split()
        assert line.partition("\t")[2].split() == (symbols if order == "copy" else symbols[::-1])
    assert {line.split()[0] for line in lines} == {"copy", "reverse"}


def test_numbers_are_written_in_words_and_those_of_five_digits_are_held_out(texts):
    known = {0: "zero", 13: "thirteen", 40: "forty", 99: "ninety nine", 300: "three hundred", 1001: "one thousand one",
             70512: "seventy thousand five hundred twelve", 999999: "nine hundred ninety nine thousand nine hundred ninety nine"}  # fmt: skip
    assert {number: number_words.in_words(number) for number in known} == known
    digits = {
        s: [line.partition("\t")[2].replace(" ", "") for line in texts["number-words"][s].splitlines()] for s in SPLITS
    }
    assert {len(number) for number in digits["train"] + digits["dev"]} == {1, 2, 3, 4, 6}
    assert sum(len(number) == 5 for number in digits["test"]) == 250
    every = [number for split in SPLITS for number in digits[split]]
    assert len(every) == len(set(every))
    lines = texts["number-words"]["test"].splitlines()
    assert [line.partition("\t")[0] for line in lines] == [
        number_words.in_words(int(number)) for number in digits["test"]
    ]


def test_words_are_spelled_in_the_patterns_of_their_letters(texts):
    archives, spectra = spelled.archives(), np.array(list(spelled.patterns().values()))
    assert {split: hashlib.sha256(archive).hexdigest()[:16] for split, archive in archives.items()} == {
        "train": "fd432432aaddaab7",
        "dev": "904eecfa50cb3be1",
        "test": "519d6dbc71f106c4",
    }
    rows = [line.split("\t") for line in texts["spelled-speech"]["dev"].splitlines()]
    assert [name for name, _ in rows] == [f"dev.npz/{number:04}.npy" for number in range(1, 301)]
    with np.load(io.BytesIO(archives["dev"])) as arrays:
        for name, word in rows:
            frames = arrays[name.removeprefix("dev.npz/").removesuffix(".npy")].astype(float)
            assert frames.shape[1] == spelled.CHANNELS
            nearest = np.abs(frames[:, None] - np.vstack([np.zeros(16), spectra])).sum(axis=2).argmin(axis=1)
            heard = [found for found, before in zip(nearest, [0, *nearest], strict=False) if found and found != before]
            assert "".join(spelled.LETTERS[number - 1] for number in heard) == word
    every = [word for each in spelled.words().values() for word in each]
    assert len(set(every)) == len(every)


def test_a_docstring_is_summed_up_by_its_first_line_where_that_is_a_sentence_alone():
    source = textwrap.dedent(
        '''
        """Do it.

        Twice,
           or\tonce.
        """
        def one():
            """Alone."""
        def two():
            """No sentence

            but a body."""
        def three():
            """Goes on.
            In the next line."""
        '''
    )
    assert list(summaries.pairs(source)) == ["Twice, or once.\tDo it."]
    long = f'"""Long.\n\n{"word " * 99}"""'
    assert list(summaries.pairs(long)) == [f"{' '.join(['word'] * summaries.MOST_WORDS)}\tLong."]


def test_summaries_are_pairs_of_the_library_and_none_stands_twice(texts):
    lines = [line for split in SPLITS for line in texts["docstring-summaries"][split].splitlines()]
    assert len(lines) == len(set(lines)) > 1000
    assert all(re.fullmatch(r"[^\t]+\t[^\t]+\.", line) for line in lines)
    whole = " ".join(" ".join(texts["python-docstrings"][split].split()) for split in SPLITS)
    assert all(" ".join(reversed(line.split("\t"))) in whole for line in lines)


# ---------------------------------------------------------------------------------------------------- the cut


@given(st.dictionaries(st.text(max_size=5), st.integers(1, 50).map("x".__mul__), min_size=1, max_size=30))
def test_a_cut_has_each_text_once_and_in_the_order_of_names(named):
    named = {name: f"{name!r} {text}" for name, text in named.items()}
    found = cut(named)
    assert list(found) == SPLITS
    parts = {split: [part for part in text.split("\n") if part] for split, text in found.items()}
    assert Counter(part for each in parts.values() for part in each) == Counter(named.values())
    names = {text: name for name, text in named.items()}
    for each in parts.values():
        assert [names[part] for part in each] == sorted(names[part] for part in each)


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=60))
def test_dev_and_test_are_a_tenth_each_but_for_half_a_text_at_either_end(sizes):
    found = cut({str(number): "x" * size for number, size in enumerate(sizes)})
    whole, largest = sum(sizes), max(sizes)
    for split in ("dev", "test"):
        assert abs(found[split].count("x") - whole / 10) <= largest


def test_the_cut_does_not_hang_on_the_order():
    named = {f"n{number}": "x" * number for number in range(1, 40)}
    assert cut(named) == cut(dict(reversed(named.items())))


# ------------------------------------------------------------------------------------------- what Python carries


@pytest.mark.parametrize("name, least, most", [
    ("python-topics", 3e5, 6e5), ("python-docstrings", 1e6, 2e6), ("python-source", 2e6, 5e6)
])  # fmt: skip
def test_what_python_carries_is_cut_into_about_eight_one_and_one_tenths(texts, name, least, most):
    sizes = {split: len(text) for split, text in texts[name].items()}
    whole = sum(sizes.values())
    assert least < whole < most
    assert 0.06 < sizes["dev"] / whole < 0.15
    assert 0.06 < sizes["test"] / whole < 0.15


@pytest.mark.parametrize("name", ["python-topics", "python-docstrings"])
def test_hardly_a_paragraph_of_dev_and_test_stands_in_train(texts, name):
    def paragraphs(text):
        return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text)]

    train = set(paragraphs(texts[name]["train"]))
    for split in ("dev", "test"):
        found = [part for part in paragraphs(texts[name][split]) if len(part) > 60]
        assert sum(len(part) for part in found if part in train) < 0.01 * sum(map(len, found))


def test_topics_that_are_sections_of_others_are_left_out(texts):
    kept = topics.once(
        {"for": "For  each.", "compound": "If x: y.\n\nFor each.\n\nWhile.", "with": "With.\n\nFor each.\n\nAs as."}
    )
    assert list(kept) == ["compound", "with"]
    whole = "\n".join(texts["python-topics"].values())
    assert "compound" in topics.once(real)
    for name in topics.once(real):
        assert real[name].strip("\n") in whole
    assert whole.count(real["if"].split("\n\n")[-1].strip()[:80]) <= 1


def test_docstrings_are_those_of_modules_classes_and_functions_wherever_they_stand():
    source = '''
"""Module."""
x = 1; """not this"""
if x:
    class A:
        """Class.

            Indented
                twice.   \n        """
        async def f(self):
            "f"
            try: pass
            except E:
                def g(): """g"""
else:
    def h(): return "not this"
match x:
    case 1:
        def i(): "i"
'''
    assert list(docstrings.docstrings(source)) == ["Module.", "Class.\n\nIndented\n    twice.", "f", "g", "i"]


def test_docstrings_stand_once_and_code_does_not(texts):
    whole = "\n".join(texts["python-docstrings"].values())
    assert whole.count("Return a shallow copy of the dictionary") <= 1
    assert "import sys\n" not in whole.split("\n\n")
    assert textwrap.dedent.__doc__.strip().split("\n")[0] in whole


def test_source_is_whole_modules_that_parse(texts):
    without = re.sub(r"^from __future__ import .*$", "", texts["python-source"]["dev"], flags=re.MULTILINE)
    assert len(ast.parse(without).body) > 300
    assert Path(textwrap.__file__).read_text(encoding="utf-8") in "".join(texts["python-source"].values())


def test_neither_tests_nor_what_is_installed_is_read(monkeypatch, tmp_path):
    for name in ("textwrap.py", "six.py", "_pyio.py", "email/message.py", "email/test/__init__.py", "idlelib/pyshell.py",
                 "latin.py", "this.py"):  # fmt: skip
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_bytes(f"{name!r}\r\n".encode())
    (tmp_path / "this.py").write_bytes(b"# coding: latin-1\n'\xe9'\n")
    monkeypatch.setattr(library.sysconfig, "get_path", lambda name: str(tmp_path))
    assert list(library.library_files(packages=True)) == [
        ("email/message", "'email/message.py'\n"),
        ("textwrap", "'textwrap.py'\n"),
    ]
    assert list(library.library_files(packages=False)) == [("textwrap", "'textwrap.py'\n")]


def test_a_python_without_its_sources_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(library.sysconfig, "get_path", lambda name: str(tmp_path / "none"))
    with pytest.raises(DataError) as caught:
        RECIPES["python-source"].texts()
    (problem,) = caught.value.problems
    version = sys.version.partition(" ")[0]
    assert problem.code == "SL438"
    assert problem.message == (
        f"this Python {version} comes without the sources of its standard library, from which the sample is read"
    )
    assert problem.place.file == str(tmp_path / "none")


def test_a_python_without_its_help_texts_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "pydoc_data.topics", None)
    with pytest.raises(DataError, match=r"SL438.* comes without its help texts, pydoc_data"):
        topics.texts()


# ----------------------------------------------------------------------------------------------------- LaTeX


def documents(text: str) -> list[str]:
    return [f"\\documentclass{part}" for part in text.split("\\documentclass")[1:]]


@pytest.mark.parametrize("split", SPLITS)
def test_every_document_is_well_formed(texts, split):
    text = texts["latex"][split]
    assert latex.SIZES[split] <= len(text) < latex.SIZES[split] + 20_000
    for each in documents(text):
        assert is_balanced(each)
        assert each.count("\\begin{document}") == each.count("\\end{document}") == 1
        assert each.count("$") % 2 == 0
        assert each.count("\\left(") == each.count("\\right)")


@pytest.mark.parametrize("split", SPLITS)
def test_every_reference_names_a_label_that_stands_before_it(texts, split):
    referred = 0
    for each in documents(texts["latex"][split]):
        labels = set()
        for verb, label in re.findall(r"\\(label|ref|eqref)\{([^}]*)\}", each):
            if verb == "label":
                assert label not in labels
                labels.add(label)
            else:
                referred += 1
                assert label in labels
    assert referred > 100


def test_no_document_stands_twice(texts):
    every = [each for text in texts["latex"].values() for each in documents(text)]
    assert len(every) > 200
    assert len(set(every)) == len(every)


def test_environments_are_of_many_kinds_and_nest(texts):
    text = texts["latex"]["train"]
    kinds = Counter(re.findall(r"\\begin\{(\w+)\}", text))
    assert {"itemize", "enumerate", "equation", "align", "pmatrix", "proof", "theorem", "table", "tabular"} <= set(
        kinds
    )
    assert min(kinds.values()) > 50
    depths = Counter()
    depth = 0
    for verb in re.findall(r"\\(begin|end)\{", text):
        depth += 1 if verb == "begin" else -1
        depths[depth] += 1
    assert {2, 3, 4, 5} <= set(depths)
    braces = max(len(re.findall("{", line)) for line in text.split("\n"))
    assert braces > 8


@given(st.text(max_size=20))
def test_documents_of_any_seed_are_well_formed(seed):
    assert is_balanced(latex.document(seed))
    assert latex.document(seed) == latex.document(seed)


def test_choices_are_even_and_reach_both_ends():
    draw = Draw("some")
    found = Counter(draw.between(3, 7) for _ in range(5000))
    assert set(found) == {3, 4, 5, 6, 7}
    assert all(abs(count - 1000) < 150 for count in found.values())  # five standard deviations
    assert abs(sum(draw.happens(0.3) for _ in range(5000)) - 1500) < 170
    assert set(Counter(draw.one("abc") for _ in range(100))) == set("abc")
