"""Accuracies of the floors on public test sets, fitted on the whole train split, as others measured them."""

import pytest

from seqlab import Example, Tokens
from seqlab.data.catalogue import find
from seqlab_classify.nb_svm import NBSVM
from seqlab_classify.settings import NBSVMSettings, TfidfLinearSVMSettings, TfidfLogisticRegressionSettings
from seqlab_classify.tfidf_baselines import TfidfLinearSVM, TfidfLogisticRegression
from seqlab_readers.delimited import Delimited
from seqlab_readers.labelled_settings import TsvSettings

FLOORS = {
    "logistic regression": lambda: TfidfLogisticRegression(TfidfLogisticRegressionSettings()),
    "linear SVM": lambda: TfidfLinearSVM(TfidfLinearSVMSettings()),
    "NB-SVM": lambda: NBSVM(NBSVMSettings()),
}
VALUES = {
    "trec-questions": {"logistic regression": 89.0, "linear SVM": 90.8, "NB-SVM": 87.8},
    "sst2": {"logistic regression": 81.0, "linear SVM": 81.3, "NB-SVM": 82.9},
    "sst5": {"logistic regression": 41.7, "linear SVM": 41.2, "NB-SVM": 40.6},
}


def read(name, split):
    path = find(name)[split]
    for example in Delimited(TsvSettings()).read(path, split):
        yield Example(
            example.id, example.place, {"main": Tokens(tuple(example.inputs["main"].text.split()))}, example.target
        )


@pytest.mark.data
@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("floor", FLOORS)
def test_accuracy_on_test(name, floor, context):
    baseline = FLOORS[floor]()
    baseline.fit(list(read(name, "train")), [], context)
    test = list(read(name, "test"))
    right = sum(said.labels == gold.target.items for said, gold in zip(baseline.predict(test), test, strict=True))
    assert 100 * right / len(test) == pytest.approx(VALUES[name][floor], abs=0.3)
