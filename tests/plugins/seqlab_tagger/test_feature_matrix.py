from collections import Counter

from seqlab_tagger.feature_matrix import PAIRS, FeatureMatrix
from seqlab_tagger.word_features import own_features, shape, token_features

TRAIN = [["The", "dog", "ran"], ["the", "dog"], ["A", "2-day", "run", "!"]]
OTHER = [["the", "dog", "flew", "home"], [], ["Dog"]]


def test_what_is_seen_of_a_word():
    assert own_features("Re-2") == [
        "form=Re-2", "lower=re-2", "shape=Xx-d", "prefix=r", "prefix=re", "prefix=re-", "prefix=re-2",
        "suffix=2", "suffix=-2", "suffix=e-2", "suffix=re-2", "digit", "hyphen", "capital",
    ]  # fmt: skip
    assert own_features("?!")[-1] == "punctuation"
    assert "upper case" in own_features("USA")
    assert shape("McDonalds2000") == "XxXxxdd"


def names(matrix):
    """The name of each column, in the words of `token_features`."""
    edge = {"<edge>": "edge"}
    lower = [edge.get(each, f"lower={each}") for each in matrix.lower]
    found = list(matrix.own)
    for offset in ("-1", "+1"):
        found += [f"{offset}:{edge.get(each, each)}" for each in matrix.beside]
    for offset in ("-2", "+2"):
        found += [f"{offset}:{each}" for each in lower]
    forms = list(matrix.lower)
    for pair, keys in zip(PAIRS, matrix.pairs, strict=True):
        found += [(pair, forms[key // len(forms)], forms[key % len(forms)]) for key in keys.tolist()]
    return found


def pairs_of(sentence):
    padded = ["<edge>", *(word.lower() for word in sentence), "<edge>"]
    return [[(pair, padded[at + pair[0]], padded[at + pair[1]]) for pair in PAIRS] for at in range(1, len(padded) - 1)]


def test_each_row_holds_the_features_that_train_has():
    matrix = FeatureMatrix.of(TRAIN)
    columns = names(matrix)
    assert len(columns) == matrix.columns == len(set(columns))
    known = set(columns)
    counts = Counter(pair for sentence in TRAIN for token in pairs_of(sentence) for pair in token)
    assert {each for each in known if isinstance(each, tuple)} == {pair for pair, count in counts.items() if count >= 2}
    for sentences in (TRAIN, OTHER):
        rows = matrix.rows(sentences).toarray()
        expected = [
            {feature for feature in [*features, *pairs] if feature in known}
            for sentence in sentences
            for features, pairs in zip(token_features(sentence), pairs_of(sentence), strict=True)
        ]
        assert rows.shape == (len(expected), matrix.columns)
        assert set(rows.ravel()) == {0, 1}
        assert [{columns[at] for at in row.nonzero()[0]} for row in rows] == expected


def test_no_tokens_give_no_rows():
    assert FeatureMatrix.of(TRAIN).rows([[], []]).shape[0] == 0
