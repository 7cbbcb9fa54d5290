import json
from itertools import pairwise, product

import numpy as np
import pytest

from seqlab_tagger.hmm import HMM, interpolation_weight
from seqlab_tagger.settings import HMMSettings
from seqlab_tagger.suffix_model import SuffixModel


@pytest.fixture
def fitted(sentence):
    def fit(*pairs, **settings):
        baseline = HMM(HMMSettings(**settings))
        baseline.fit([sentence(words, tags) for words, tags in pairs], [], None)
        return baseline

    return fit


TRAIN = (("the can", "D N"), ("they can run", "P V V"), ("the run", "D N"))


def test_transitions_are_what_the_counts_say(fitted):
    # Tags D N P V, then the edge. Moves: start->D 2, D->N 2, N->end 2, start->P 1, P->V 1, V->V 1, V->end 1: 10 in all.
    # Deleted: start->D 1/2 > 1/9, D->N 1/1, N->end 1/1 > 2/9, start->P 0/2 = 0/9 (a tie), P->V 0 (no denominator)
    # < 1/9, V->V 0/1 < 1/9, V->end 0/1 < 2/9: three votes of ten for the tag alone, and
    # one for each estimate before: 4/12.
    baseline = fitted(*TRAIN)
    alone = np.array([2, 2, 1, 2, 3]) / 10
    pairs = np.array([[0, 1, 0, 0, 0], [0, 0, 0, 0, 1], [0, 0, 0, 1, 0], [0, 0, 0, 0.5, 0.5], [2 / 3, 0, 1 / 3, 0, 0]])
    assert baseline.transitions == pytest.approx(alone / 3 + 2 * pairs / 3, abs=1e-12)


def test_deleted_interpolation_by_hand_in_loops():
    moves = np.random.default_rng(3).integers(0, 4, (5, 5)).astype(float) + np.eye(5)
    alone = 0.0
    for row, column in product(range(5), repeat=2):
        if moves[row, column]:
            of_row, of_column, total = moves[row].sum() - 1, moves[:, column].sum() - 1, moves.sum() - 1
            paired = (moves[row, column] - 1) / of_row if of_row else 0
            alone += moves[row, column] * (paired < of_column / total)
    assert 0 < alone < moves.sum()
    assert interpolation_weight(moves) == pytest.approx((alone + 1) / (moves.sum() + 2), rel=1e-12)


def test_probabilities_sum_to_one(toy_treebank):
    baseline = HMM(HMMSettings())
    baseline.fit(toy_treebank, [], None)
    assert baseline.transitions.sum(axis=1) == pytest.approx(np.ones(7), abs=1e-12)
    assert (baseline.transitions > 0).all()
    for word in ("action", "Action", "zzz", "", "boring"):
        assert baseline.suffixes.probabilities(word).sum() == pytest.approx(1, abs=1e-12)


def test_the_suffix_model_by_hand():
    counts = {"ab": np.array([2.0, 0.0]), "cb": np.array([0.0, 1.0]), "Ab": np.array([0.0, 3.0])}
    model = SuffixModel(counts, suffix_length=2, smoothing=0.5)

    def step(frequencies, below):
        return (np.array(frequencies) + 0.5 * below) / 1.5

    every = np.array([2, 4]) / 6
    empty = step([2 / 3, 1 / 3], every)
    b = step([2 / 3, 1 / 3], empty)
    assert model.probabilities("xb") == pytest.approx(b, abs=1e-12)
    assert model.probabilities("xab") == pytest.approx(step([1, 0], b), abs=1e-12)
    assert model.probabilities("x") == pytest.approx(empty, abs=1e-12)
    assert model.probabilities("XAB") == pytest.approx(
        step([0, 1], step([0, 1], step([0, 1], every))), abs=1e-12
    )  # words with a capital apart
    assert model.probabilities("7") == pytest.approx(empty, abs=1e-12)


def test_it_tags_as_exhaustive_search_with_its_probabilities(fitted, sentence):
    baseline = fitted(*TRAIN, rare_count=1)
    tags, words = "DNPV", ("they", "can", "fun", "the")
    counts = {"they": {"P": 1}, "can": {"N": 1, "V": 1}, "the": {"D": 2}}
    totals = {"D": 2, "N": 2, "P": 1, "V": 2}

    def probability(path):
        chain = [4, *map(tags.index, path), 4]
        found = np.prod([baseline.transitions[a, b] for a, b in pairwise(chain)])
        for word, tag in zip(words, path, strict=True):
            given = (
                counts[word].get(tag, 0) if word in counts else baseline.suffixes.probabilities(word)[tags.index(tag)]
            )
            found *= given / totals[tag]
        return found

    best = max(product(tags, repeat=4), key=probability)
    assert probability(best) > 0
    (prediction,) = baseline.predict([sentence(" ".join(words))])
    assert prediction.tags == best


def test_context_decides_between_the_tags_of_a_word(toy_treebank, sentence):
    baseline = HMM(HMMSettings())
    baseline.fit(toy_treebank, [], None)
    tags = [prediction.tags for prediction in baseline.predict([sentence("the run can ."), sentence("Ada can .")])]
    assert tags == [("D", "N", "V", "."), ("P", "V", ".")]
    (unknown,) = baseline.predict([sentence("a vation pated fornly .")])
    assert unknown.tags == ("D", "N", "V", "A", ".")


def test_saved_and_loaded_it_predicts_the_same(toy_treebank, sentence, tmp_path):
    baseline, loaded = HMM(HMMSettings()), HMM(HMMSettings())
    baseline.fit([*toy_treebank, sentence("größe", "N")], [], None)
    baseline.save(tmp_path)
    loaded.load(tmp_path)
    assert (loaded.transitions == baseline.transitions).all()
    examples = [sentence("the größe can ."), sentence("Unknown words")]
    assert list(loaded.predict(examples)) == list(baseline.predict(examples))
    (file,) = tmp_path.iterdir()
    assert json.loads(file.read_text(encoding="utf-8"))["words"]["größe"] == {"N": 1}


def test_known_words_that_never_met_keep_the_tags_that_they_can_have(fitted, sentence):
    # Every pair of tags votes for itself here, and `b b` is none of them.
    baseline = fitted(*[("a b", "X Y")] * 5)
    assert [p.tags for p in baseline.predict([sentence("b b a a")])] == [("Y", "Y", "X", "X")]


def test_one_word_with_one_tag_is_enough(fitted, sentence):
    baseline = fitted(("a", "X"))
    assert [p.tags for p in baseline.predict([sentence("b c"), sentence("")])] == [("X", "X"), ()]


def test_without_rare_words_all_words_teach_endings(fitted, sentence):
    (prediction,) = fitted(("ab ab", "X X"), ("b b b", "Y Y Y"), rare_count=1).predict([sentence("cab")])
    assert prediction.tags == ("X",)


def test_it_must_be_fitted_first(sentence, tmp_path):
    with pytest.raises(RuntimeError, match="neither fitted nor loaded"):
        list(HMM(HMMSettings()).predict([sentence("a")]))
    with pytest.raises(RuntimeError, match="neither fitted nor loaded"):
        HMM(HMMSettings()).save(tmp_path)
