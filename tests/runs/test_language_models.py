"""Which language model of a run is meant."""

import json
import math
import shutil

import pytest
import torch

from seqlab.errors import RunError
from seqlab.plugins import load_plugins
from seqlab.runs.language_models import Which, saved_generator


def opened(run, **which):
    return saved_generator(str(run), Which(**which), load_plugins())


def next_probabilities(model):
    """The distribution of the first token."""
    with torch.no_grad():
        return model.step(torch.tensor([model.begin]), model.start(1)).log_probs[0].double().exp()


def test_the_model_a_baseline_and_a_variant_of_both(language_models):
    with opened(language_models / "words") as trained:
        model = next_probabilities(trained.model)
        ids = trained.model.vocabulary.ids(["the", "a", "cat"])
        assert (trained.name, trained.end) == ("model", trained.model.vocabulary.id("</s>"))
        assert model[ids[2]] < 0.1 < 0.3 < model[ids[0]]  # no sentence begins with "cat"
    with opened(language_models / "words", baseline="unigram") as unigram:
        vocabulary = unigram.model.vocabulary
        counts = [count + 1 for count in vocabulary.counts]
        floor = next_probabilities(unigram.model)
        assert floor.tolist() == pytest.approx([count / sum(counts) for count in counts])
        assert unigram.name == "unigram"
    chosen = json.loads((language_models / "words" / "variants.json").read_text())["toy_mixture"]["weight"]
    with opened(language_models / "words", variant="toy_mixture") as mixture:
        mixed = next_probabilities(mixture.model)
        assert mixture.name == "variant: toy_mixture"
    assert chosen == 0.75  # the model is better than the unigram
    assert mixed.tolist() == pytest.approx((chosen * model + (1 - chosen) * floor).tolist(), rel=1e-5)


def test_a_text_has_no_end_where_the_vocabulary_has_none(language_models):
    with opened(language_models / "characters") as saved:
        assert saved.end is None
        assert saved.outside("the Zebu") == ("Z",)


def test_a_model_that_was_copied_elsewhere_speaks_but_has_no_baselines(language_models, tmp_path):
    shutil.copytree(language_models / "words" / "model", tmp_path / "alone")
    with opened(language_models / "words") as one, opened(tmp_path / "alone") as other:
        assert torch.equal(next_probabilities(one.model), next_probabilities(other.model))
    for which, what in (({"baseline": "unigram"}, "baseline 'unigram'"), ({"variant": "toy_mixture"}, "baseline")):
        with pytest.raises(RunError, match=f"SL619.*{what}.*model by itself"), opened(tmp_path / "alone", **which):
            pass


@pytest.mark.parametrize(
    "which, words",
    [
        ({"baseline": "unigramm"}, ("no baseline 'unigramm'", "did you mean 'unigram'?", "uniform, unigram")),
        ({"variant": "toy"}, ("no variant 'toy'", "variants of this run: toy_mixture")),
    ],
)
def test_an_unknown_name_is_told_the_known_ones(language_models, which, words):
    with pytest.raises(RunError) as raised, opened(language_models / "words", **which):
        pass
    assert raised.value.problems[0].code == "SL619"
    assert all(each in str(raised.value) for each in words)


def test_a_broken_baseline_is_told(language_models, tmp_path):
    shutil.copytree(language_models / "words", tmp_path / "run")
    (tmp_path / "run" / "baselines" / "unigram" / "log_probs.txt").write_text("no numbers")
    with pytest.raises(RunError, match="SL616"), opened(tmp_path / "run", baseline="unigram"):
        pass


def test_probabilities_of_every_kind_of_model_sum_to_one(language_models):
    for which in ({}, {"baseline": "uniform"}, {"variant": "toy_mixture"}):
        with opened(language_models / "stream", **which) as saved:
            assert math.isclose(float(next_probabilities(saved.model).sum()), 1, rel_tol=1e-5)
