"""Subwords as they are learnt from train, and predictions of pieces as predictions of words."""

import json
import subprocess
import sys
from collections import Counter
from itertools import pairwise

import pytest

from seqlab.config.pipeline import VocabularySection
from seqlab.data.subwords import cut_examples, joined, learn_subwords
from seqlab.data.vocabulary import fit_vocabularies
from seqlab.errors import PluginError
from seqlab.interfaces.records import Example, Image, LabelsPrediction, Tokens, TokensPrediction
from seqlab.interfaces.settings import HeadSettings
from seqlab.interfaces.subwords import Subwords

FREQUENCIES = {"low": 5, "lower": 2, "newest": 6, "widest": 3}
"""Sennrich et al. 2016, figure 1."""
LOW = Subwords([("l", "o"), ("lo", "w"), ("e", "r"), ("er", " ")])


def pair(source: str, *targets: str) -> Example:
    found = tuple(Tokens(tuple(target.split())) for target in targets)
    return Example(source, "f:1", {"main": Tokens(tuple(source.split()))}, found if len(found) > 1 else found[0])


def train() -> list[Example]:
    words = [word for word, count in FREQUENCIES.items() for _ in range(count)]
    return [pair(source, target) for source, target in zip(words[::2], words[1::2], strict=True)]


def plainly_learnt(words: Counter, size: int) -> list[tuple[str, str]]:
    """Algorithm 1 of Sennrich et al. 2016; of equally frequent pairs the one whose pieces were there first."""
    cut = {word: [*word, " "] for word in words}
    known = sorted({piece for pieces in cut.values() for piece in pieces})
    merges = []
    while len(known) < size:
        counts: Counter = Counter()
        for word, pieces in cut.items():
            for each in pairwise(pieces):
                counts[each] += words[word]
        best = min(counts, key=lambda each: (-counts[each], *map(known.index, each)), default=None)
        if best is None or counts[best] < 2:
            break
        merges.append(best)
        known += [merged] if (merged := "".join(best)) not in known else []
        for pieces in cut.values():
            place = 0
            while place < len(pieces) - 1:
                if (pieces[place], pieces[place + 1]) == best:
                    pieces[place : place + 2] = [merged]
                place += 1
    return merges


@pytest.fixture
def library():
    import tokenizers

    return tokenizers


@pytest.mark.usefixtures("library")
def test_the_example_of_the_paper():
    subwords = learn_subwords(train(), size=len(set("lowernewestwidest ")) + 5)
    assert subwords.merges[0] == ("e", "s")
    assert subwords.cut(["lowest", "newest"]) == ("low", "est ", "n", "e", "w", "est ")


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("size", [1, 12, 20, 60])
def test_it_learns_what_the_algorithm_says(size):
    text = "she sells sea shells by the sea shore and the shells she sells are sea shells for sure"
    examples = [*train(), pair(text, text[::-1], text.upper())]
    words = Counter(FREQUENCIES) + Counter([*text.split(), *text[::-1].split(), *text.upper().split()])
    assert list(learn_subwords(examples, size).merges) == plainly_learnt(words, size)


def test_it_cuts_as_the_library_does(library):
    subwords = learn_subwords(train(), 40)
    pieces = sorted({*"abcdefghijklmnopqrstuvwxyz ", *map("".join, subwords.merges)})
    model = library.models.BPE({piece: number for number, piece in enumerate(pieces)}, list(subwords.merges))
    theirs = library.Tokenizer(model)
    for word in ("lowest", "newer", "wildest", "lolowest", "estest", "west", "neewewest"):
        assert list(subwords.pieces(word)) == theirs.encode(f"{word} ").tokens


@pytest.mark.usefixtures("library")
def test_every_process_learns_the_same():
    code = (
        "import json; from seqlab.data.subwords import learn_subwords; from seqlab import Example, Tokens\n"
        "words = [chr(97 + i * 7 % 26) + chr(97 + i * 11 % 26) + chr(97 + i * 3 % 26) for i in range(200)] * 2\n"
        "print(json.dumps(learn_subwords([Example('', '', {'main': Tokens(tuple(words))})], 150).merges))"
    )
    found = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout for _ in "ab"
    ]
    assert found[0] == found[1]
    assert len(json.loads(found[0])) > 50


@pytest.mark.usefixtures("library")
def test_vocabularies_hold_pieces_of_train():
    head = type("Settings", (HeadSettings,), {"target": "tokens", "output_specials": ("<unk>", "<s>", "</s>")})()
    found = fit_vocabularies(train(), head, VocabularySection(subwords=14))
    assert found.subwords is not None
    assert "est " in found.inputs["main"]
    assert "est " in found.target
    assert "newest" not in found.target
    assert set(found.target.items[3:]) | set(found.inputs["main"].items[2:]) <= {
        *" deilnorstw", *map("".join, found.subwords.merges)
    }  # fmt: skip


def test_without_the_library_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(PluginError) as caught:
        learn_subwords(train(), 100)
    assert str(caught.value).splitlines() == [
        "error[SL504]: 'data.vocabulary.subwords' needs the package tokenizers, which is not installed",
        '   pip install "seqlab[subwords]"',
        "   or remove it, to read words",
    ]


def test_inputs_and_all_targets_are_cut(tmp_path):
    image = Image(tmp_path / "i.jpg")
    example = Example(
        "e", "f:1", {"main": Tokens(("lower",)), "picture": image}, (Tokens(("low", "o")), Tokens(("er",)))
    )
    (found,) = cut_examples([example], LOW)
    assert found.inputs == {"main": Tokens(("low", "er ")), "picture": image}
    assert found.target == (Tokens(("low", " ", "o", " ")), Tokens(("er ",)))
    assert cut_examples([Example("e", "f:1", {"main": Tokens(("o",))})], LOW)[0].target is None


def test_a_prediction_of_pieces_is_one_of_words():
    pieces = ("lo", "w", "er ", "ow")
    attention = ((0.5, 0.25, 0.125, 0.125), (0.25, 0.25, 0.25, 0.25), (0.75, 0, 0.25, 0), (0.125, 0.5, 0.375, 0))
    prediction = TokensPrediction(pieces, ((pieces, -1.0), (("low", " "), -2.0)), attention)
    found = joined(prediction, pair("lower e", "x"), LOW)  # of the pieces low, er, e and the end of that
    assert found.tokens == ("lower", "ow")
    assert found.n_best == ((("lower", "ow"), -1.0), (("low",), -2.0))
    assert found.attention == ((pytest.approx(2 / 3), pytest.approx(1 / 3)), (0.625, 0.375))


def test_attention_to_regions_of_an_image_stays(tmp_path):
    example = Example("e", "f:1", {"main": Image(tmp_path / "i.jpg")})
    prediction = TokensPrediction(("low", "er "), (), ((0.5, 0.5), (0.25, 0.75)))
    assert joined(prediction, example, LOW) == TokensPrediction(("lower",), (), ((0.375, 0.625),))


def test_what_is_no_text_stays():
    prediction = LabelsPrediction(("yes",))
    assert joined(prediction, pair("a", "b"), LOW) is prediction
