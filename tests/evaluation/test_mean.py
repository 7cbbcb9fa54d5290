"""The floor of numbers: the mean of train, which no pipeline can remove."""

import pytest
from sklearn.dummy import DummyRegressor

from seqlab.config.load import load_pipeline
from seqlab.evaluation.choice import chosen_baselines
from seqlab.evaluation.mean import Mean
from seqlab.evaluation.settings import MeanSettings
from seqlab.interfaces.records import Example, Labels, Number, NumberPrediction
from seqlab.plugins import load_plugins

VALUES = (0.25, -3.5, 1e6, 7.125)
TRAIN = [Example(f"{n}", f"train.txt:{n}", {}, Number(value)) for n, value in enumerate(VALUES, 1)]


def test_it_is_scikit_learns_dummy():
    fitted = Mean(MeanSettings())
    fitted.fit(TRAIN, [], None)
    dummy = DummyRegressor(strategy="mean").fit([[0]] * len(VALUES), VALUES)
    found = list(fitted.predict(TRAIN[:2]))
    assert found[0] == found[1]
    assert found[0].value == pytest.approx(dummy.predict([[0]])[0], rel=1e-12)


def test_saved_and_loaded_it_says_the_same(tmp_path):
    fitted, loaded = Mean(MeanSettings()), Mean(MeanSettings())
    fitted.fit(TRAIN[:2], [], None)
    fitted.save(tmp_path)
    loaded.load(tmp_path)
    assert list(loaded.predict(TRAIN[:1])) == [NumberPrediction((0.25 - 3.5) / 2)]


@pytest.mark.parametrize("train", [[], [Example("1", "train.txt:1", {}, Labels(("a",)))]])
def test_without_numbers_there_is_no_mean(train):
    with pytest.raises(ValueError, match=r"mean found no number|train\.txt:1: mean needs numbers"):
        Mean(MeanSettings()).fit(train, [], None)


@pytest.mark.parametrize("given", ["[]", "{only: []}"])
def test_no_pipeline_can_remove_it(given):
    plugins = load_plugins()
    resolved = load_pipeline("adding", plugins, [f"evaluation.baselines={given}"], environment={})
    assert list(chosen_baselines(resolved.pipeline, plugins.registry)) == ["mean"]
