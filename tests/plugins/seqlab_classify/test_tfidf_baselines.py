"""The floors over tf-idf decide as scikit-learn's pipelines do."""

import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from seqlab_classify.settings import TfidfLinearSVMSettings, TfidfLogisticRegressionSettings
from seqlab_classify.tfidf_baselines import TfidfLinearSVM, TfidfLogisticRegression


def plain(examples):
    return [" ".join(example.inputs["main"].items) for example in examples]


def labels(examples):
    return [example.target.items[0] for example in examples]


def theirs(examples, machine):
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\S+")
    return make_pipeline(vectorizer, machine).fit(plain(examples), labels(examples))


def fitted(baseline, train, context):
    baseline.fit(train, [], context)
    return baseline


@pytest.mark.parametrize("corpus", ["two", "three"])
def test_logistic_regression_has_the_probabilities_of_scikit_learn(corpus, context, request, text):
    train = request.getfixturevalue(corpus)
    baseline = fitted(TfidfLogisticRegression(TfidfLogisticRegressionSettings(cost=3.0)), train, context)
    pipeline = theirs(train, LogisticRegression(C=3.0, max_iter=1000))
    examples = [*train[:40], text("unseen words"), text("")]
    expected = pipeline.predict_proba(plain(examples))
    for prediction, row in zip(baseline.predict(examples), expected, strict=True):
        assert list(prediction.probabilities) == pipeline.classes_.tolist()
        assert list(prediction.probabilities.values()) == pytest.approx(row.tolist(), abs=1e-5)
        assert prediction.labels == (pipeline.classes_[row.argmax()],)


@pytest.mark.parametrize("corpus", ["two", "three"])
def test_support_vector_machines_decide_as_scikit_learn(corpus, context, request, text):
    train = request.getfixturevalue(corpus)
    baseline = fitted(TfidfLinearSVM(TfidfLinearSVMSettings(cost=0.5)), train, context)
    pipeline = theirs(train, LinearSVC(C=0.5, dual=True, max_iter=100_000, random_state=0))
    examples = [*train, text("unseen words"), text("")]
    decisions = pipeline.decision_function(plain(examples))
    scores = baseline.model.scores(examples)
    assert (scores[:, 1] - scores[:, 0] if corpus == "two" else scores) == pytest.approx(decisions, abs=2e-3)
    predicted = [prediction.labels[0] for prediction in baseline.predict(examples)]
    assert predicted == pipeline.predict(plain(examples)).tolist()
    assert all(prediction.probabilities is None for prediction in baseline.predict(examples))


@pytest.mark.parametrize("make", [TfidfLogisticRegression, TfidfLinearSVM])
def test_one_label_is_always_predicted_and_none_is_refused(make, context, text):
    settings = {TfidfLogisticRegression: TfidfLogisticRegressionSettings, TfidfLinearSVM: TfidfLinearSVMSettings}[
        make
    ]()
    baseline = fitted(make(settings), [text("a b", "x"), text("c", "x")], context)
    assert [prediction.labels for prediction in baseline.predict([text("a"), text("z")])] == [("x",), ("x",)]
    with pytest.raises(ValueError, match="train:1: there are no labels"):
        make(settings).fit([text("a")], [], context)
    with pytest.raises(ValueError, match="no label to learn from"):
        make(settings).fit([], [], context)
