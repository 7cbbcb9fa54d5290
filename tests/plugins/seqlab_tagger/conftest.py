"""Small treebanks for the baselines of tagging."""

import random

import pytest

from seqlab import Context, Example, Tags, Tokens, Vocabularies


def make_sentence(words, tags=None):
    target = None if tags is None else Tags(tuple(tags.split()))
    return Example("s", "train:1", {"main": Tokens(tuple(words.split()))}, target)


@pytest.fixture
def sentence():
    return make_sentence


@pytest.fixture
def context():
    return Context(Vocabularies({}), seed=13, threads=1, training=None, build=None, head=None)


@pytest.fixture(scope="session")
def toy_treebank():
    """Two hundred sentences of a grammar in which `can` and `run` are ambiguous and endings tell the tag."""
    choose = random.Random(7).choice
    found = []
    for number in range(200):
        noun, verb = choose(["dog", "run", "can", f"bor{number}tion"]), choose(["run", "can", f"gal{number}ed"])
        words, tags = [choose(["the", "The", "a"]), noun, verb], ["D", "N", "V"]
        if number % 3 == 0:
            words, tags = [*words, choose(["quickly", f"zor{number}ly"])], [*tags, "A"]
        if number % 5 == 0:
            words, tags = ["Ada", *words[2:]], ["P", *tags[2:]]
        found.append(make_sentence(" ".join([*words, "."]), " ".join([*tags, "."])))
    return found
