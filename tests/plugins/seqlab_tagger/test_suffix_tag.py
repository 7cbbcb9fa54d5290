import json

import pytest

from seqlab_tagger.settings import SuffixTagSettings
from seqlab_tagger.suffix_tag import SuffixTag


@pytest.fixture
def tagged(sentence):
    def tag(baseline, words):
        (prediction,) = baseline.predict([sentence(words)])
        return " ".join(prediction.tags)

    return tag


@pytest.fixture
def fitted(sentence):
    def fit(*pairs, **settings):
        baseline = SuffixTag(SuffixTagSettings(**settings))
        baseline.fit([sentence(words, tags) for words, tags in pairs], [], None)
        return baseline

    return fit


TRAIN = (("walking talking", "V V"), ("king ring", "N N"), ("the the the the the the", "D D D D D D"))


def test_a_known_word_has_its_most_frequent_tag_whatever_its_ending(fitted, tagged):
    assert tagged(fitted(*TRAIN), "king talking the") == "N V D"


def test_the_longest_ending_that_train_has_decides(fitted, tagged):
    # `alking` ends like two verbs; of the words in `ing`, two are verbs and two nouns, and the first in train is a verb;
    # `-ring` has only the noun.
    assert tagged(fitted(*TRAIN), "balking string ping") == "V N V"


def test_endings_are_cut_at_the_length_that_is_set(fitted, tagged):
    assert tagged(fitted(("xing ying string", "V V N")), "bstring") == "N"
    assert tagged(fitted(("xing ying string", "V V N"), suffix_length=3), "bstring") == "V"


def test_frequent_words_teach_no_ending(fitted, tagged):
    train = (("he he he", "P P P"), ("axle", "N"))
    assert tagged(fitted(*train, rare_count=3), "she") == "P"
    assert tagged(fitted(*train, rare_count=2), "she") == "N"


def test_each_distinct_word_counts_once_for_an_ending(fitted, tagged):
    assert tagged(fitted(("bing bing bing cing ding", "N N N V V")), "ying") == "V"


def test_capitals_have_endings_of_their_own(fitted, tagged):
    baseline = fitted(("Boston london paris table", "P N N N"))
    assert tagged(baseline, "Houston houston Xyz xyz") == "P N P N"


def test_a_kind_of_word_without_rare_words_has_the_most_frequent_tag_of_all(fitted, tagged):
    assert tagged(fitted(("the the cat", "D D N")), "Berlin") == "D"


def test_saved_and_loaded_it_predicts_the_same(fitted, tagged, tmp_path):
    baseline = fitted(*TRAIN, ("größe", "N"))
    baseline.save(tmp_path)
    loaded = SuffixTag(SuffixTagSettings())
    loaded.load(tmp_path)
    words = "balking ping größe süße The"
    assert tagged(loaded, words) == tagged(baseline, words)
    (file,) = tmp_path.iterdir()
    assert json.loads(file.read_text(encoding="utf-8"))["most_frequent"] == "D"


def test_it_must_be_fitted_first(sentence, tmp_path):
    with pytest.raises(RuntimeError, match="neither fitted nor loaded"):
        list(SuffixTag(SuffixTagSettings()).predict([sentence("a")]))
    with pytest.raises(RuntimeError, match="neither fitted nor loaded"):
        SuffixTag(SuffixTagSettings()).save(tmp_path)
