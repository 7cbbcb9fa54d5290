import json
import math

import jsonschema
import numpy as np
import pytest

from seqlab.evaluation.mcnemar import mcnemar_p
from seqlab.evaluation.metrics import Accuracy, MacroF1
from seqlab.evaluation.metrics_json import as_json, from_json
from seqlab.evaluation.scoring import Scorer, evaluate_split, evaluation, rates, score, targets
from seqlab.interfaces.evaluation import Evaluation, Predictions, Scores, SplitEvaluation
from seqlab.interfaces.metric import Metric
from seqlab.interfaces.records import (
    Example,
    Labels,
    LabelsPrediction,
    LogProbsPrediction,
    Tags,
    TagsPrediction,
    Tokens,
)


def tagged(number, length=5):
    items = tuple("AB"[(number + place) % 2] for place in range(length))
    return Example(f"s{number}", f"test:{number}", {"main": Tokens(("w",) * length)}, Tags(items))


EXAMPLES = [tagged(number, 1 + number % 7) for number in range(200)]


def with_errors(share, seed=0):
    generator = np.random.default_rng(seed)
    return [
        TagsPrediction(tuple("-" if generator.random() < share else tag for tag in example.target.items))
        for example in EXAMPLES
    ]


class Loss(Metric):
    names = ("nats_per_token", "perplexity")
    higher_is_better = False
    unit = "tokens"

    def counts(self, prediction, gold):
        return np.array([-sum(prediction.log_probs), len(prediction.log_probs)])

    def combine(self, totals):
        nats = totals[..., 0] / totals[..., 1]
        return {"nats_per_token": nats, "perplexity": np.exp(nats)}


def test_a_split_is_scored_with_intervals_and_comparisons():
    model, floor, weak = with_errors(0.1), with_errors(0.3, seed=1), with_errors(0.8, seed=2)
    metrics = [Accuracy(None), MacroF1(None)]
    found = evaluate_split(
        EXAMPLES, model, {"weak": weak, "floor": floor}, metrics, seed=3, controls={"blind": weak}, resamples=2000
    )
    assert found.n == {"examples": 200, "tokens": sum(len(example.target) for example in EXAMPLES)}
    assert found.model.values == score(metrics, model, targets(EXAMPLES))
    assert list(found.baselines) == ["weak", "floor"]
    for scores in (found.model, *found.baselines.values(), found.controls["blind"]):
        for name in ("accuracy", "macro_f1"):
            low, high = scores.intervals[name]
            assert low < scores.values[name] < high
    compared = found.comparison["floor"]
    assert compared.metric == "accuracy"
    assert compared.difference == found.model.values["accuracy"] - found.baselines["floor"].values["accuracy"]
    assert compared.low < compared.difference < compared.high
    assert compared.better
    assert not compared.worse
    assert compared.p_value == 2 / 2001
    wrong, floor_wrong = 1 - found.model.values["accuracy"], 1 - found.baselines["floor"].values["accuracy"]
    assert compared.error_reduction == pytest.approx((floor_wrong - wrong) / floor_wrong)
    assert list(found.comparison) == ["weak", "floor"]
    f1 = [each.f1 for each in found.classes if each.support]
    assert np.mean(f1) == pytest.approx(found.model.values["macro_f1"])


def test_a_comparison_has_three_tests_and_says_what_they_count():
    model, floor = with_errors(0.1), with_errors(0.12, seed=1)
    found = evaluate_split(EXAMPLES, model, {"floor": floor}, [Accuracy(None)], seed=3, resamples=5000)
    compared = found.comparison["floor"]
    right, floor_right = (
        [said.tags == example.target.items for said, example in zip(system, EXAMPLES, strict=True)]
        for system in (model, floor)
    )
    only_model = sum(one and not other for one, other in zip(right, floor_right, strict=True))
    only_floor = sum(other and not one for one, other in zip(right, floor_right, strict=True))
    assert (compared.only_model_right, compared.only_baseline_right) == (only_model, only_floor)
    assert compared.mcnemar_p == mcnemar_p(only_model, only_floor)
    assert compared.randomisation_p == pytest.approx(compared.p_value, abs=0.1)  # another null, the same data
    written = as_json(evaluation(found, None, [Accuracy(None)]))["dev"]["comparison"]["floor"]
    assert written["mcnemar_p"] == written["mcnemar_p_holm"] == compared.mcnemar_p
    assert written["randomisation_p"] == written["randomisation_p_holm"] == compared.randomisation_p


def test_the_same_seed_gives_the_same_evaluation_and_another_baseline_changes_nothing():
    model, floor = with_errors(0.1), with_errors(0.3, seed=1)
    first = evaluate_split(EXAMPLES, model, {"floor": floor}, [Accuracy(None)], seed=3, resamples=500)
    again = evaluate_split(EXAMPLES, model, {"x": model, "floor": floor}, [Accuracy(None)], seed=3, resamples=500)
    other = evaluate_split(EXAMPLES, model, {"floor": floor}, [Accuracy(None)], seed=4, resamples=500)
    assert first.comparison["floor"] == again.comparison["floor"]
    assert first.model == again.model
    assert first.comparison["floor"] != other.comparison["floor"]


def test_a_system_against_itself():
    model = with_errors(0.1)
    compared = evaluate_split(EXAMPLES, model, {"itself": model}, [Accuracy(None)], seed=3, resamples=500).comparison
    assert compared["itself"].difference == compared["itself"].low == compared["itself"].high == 0
    assert compared["itself"].p_value == 1
    assert not compared["itself"].better
    assert not compared["itself"].worse
    assert compared["itself"].error_reduction == 0


def test_a_baseline_without_errors_has_none_to_mend():
    perfect = with_errors(0)
    found = evaluate_split(EXAMPLES, perfect, {"perfect": perfect}, [Accuracy(None)], seed=0, resamples=100)
    assert found.comparison["perfect"].error_reduction is None


def test_where_less_is_better_the_lower_loss_wins():
    examples = EXAMPLES[:50]
    generator = np.random.default_rng(0)
    model = [LogProbsPrediction(tuple(-generator.random(4))) for _ in examples]
    floor = [LogProbsPrediction(tuple(value - 1 for value in said.log_probs)) for said in model]
    metrics = [Loss(None)]
    dev = evaluate_split(examples, model, {"floor": floor}, metrics, seed=0, resamples=200)
    assert dev.comparison["floor"].difference == pytest.approx(-1)
    assert dev.comparison["floor"].better
    assert dev.comparison["floor"].error_reduction is None
    assert dev.comparison["floor"].mcnemar_p is None  # nothing is right or wrong
    assert dev.comparison["floor"].randomisation_p == 1 / 201
    assert dev.slices == {}
    found = evaluation(dev, None, metrics)
    assert (found.primary, found.higher_is_better, found.percent) == ("nats_per_token", False, frozenset())
    assert not found.below_floor
    assert "by 1.000 nats per token" in found.verdict
    assert evaluation(
        evaluate_split(examples, floor, {"floor": model}, metrics, seed=0, resamples=200), None, metrics
    ).below_floor


def test_tokens_are_counted_where_each_is_scored():
    labelled = [Example("a", "x:1", {"main": Tokens(("w", "v"))}, Labels(("pos",)))]
    found = evaluate_split(labelled, [LabelsPrediction(("pos",))], {}, [Accuracy(None)], seed=0, resamples=100)
    assert found.n == {"examples": 1}
    streamed = [Example("a", "x:1", {"main": Tokens(("w", "v"))}, Tokens(("v", "w")))]
    found = evaluate_split(streamed, [LogProbsPrediction((-1.0, -2.0))], {}, [Loss(None)], seed=0, resamples=100)
    assert found.n == {"examples": 1, "tokens": 2}
    assert found.model.values["nats_per_token"] == 1.5


def test_rates_are_those_of_metrics_that_say_so():
    assert rates([Accuracy(None), MacroF1(None), Loss(None)]) == {"accuracy", "macro_f1"}


def test_scoring_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match="199 predictions for 200 examples"):
        score([Accuracy(None)], with_errors(0)[1:], targets(EXAMPLES))
    with pytest.raises(ValueError, match="no example to score"):
        score([Accuracy(None)], [], [])
    with pytest.raises(ValueError, match="here:7: the example has no target"):
        targets([Example("a", "here:7", {})])


def run_evaluation(with_test=True):
    scorer = Scorer([Accuracy(None), MacroF1(None)], seed=5, resamples=200)
    said = Predictions(
        EXAMPLES,
        with_errors(0.1),
        {"weak": with_errors(0.8, seed=2), "floor": with_errors(0.3, seed=1)},
        {"blind": with_errors(0.9)},
        slices={"first": [(True,) + (False,) * (len(example.target) - 1) for example in EXAMPLES]},
    )
    return scorer.evaluate(said, said if with_test else None)


def test_the_verdict_speaks_of_test_where_there_is_one():
    found = run_evaluation()
    assert found.final is found.test
    assert found.verdict.startswith("The model beats its strongest baseline, floor, by ")
    alone = run_evaluation(with_test=False)
    assert alone.final is alone.dev
    assert alone.verdict.startswith("On dev, for want of a test split: the model beats")


@pytest.mark.parametrize("with_test", [True, False])
def test_an_evaluation_survives_json(with_test):
    found = run_evaluation(with_test)
    assert from_json(json.loads(json.dumps(as_json(found), allow_nan=False))) == found


def test_metrics_json_has_the_promised_shape():
    rate = {"type": "number", "minimum": 0, "maximum": 1}
    values = {"type": "object", "required": ["accuracy", "macro_f1"], "additionalProperties": rate}
    ends = {"type": "array", "items": rate, "minItems": 2, "maxItems": 2}
    intervals = {"type": "object", "required": ["accuracy", "macro_f1"], "additionalProperties": ends}
    split = {
        "type": "object",
        "required": ["n", "model", "baselines", "variants", "controls", "intervals", "slices", "classes", "comparison"],
        "additionalProperties": False,
        "properties": {
            "n": {"type": "object", "additionalProperties": {"type": "integer"}},
            "model": values,
            "baselines": {"required": ["weak", "floor"], "additionalProperties": values},
            "variants": {"type": "object"},
            "controls": {"required": ["blind"], "additionalProperties": values},
            "intervals": {
                "required": ["model", "baselines"],
                "properties": {
                    "model": intervals,
                    "baselines": {"required": ["weak", "floor"], "additionalProperties": intervals},
                },
            },
            "slices": {
                "required": ["first"],
                "additionalProperties": {
                    "required": ["n", "model", "baselines", "intervals"],
                    "properties": {
                        "n": {"const": {"tokens": 200}},
                        "model": {"required": ["accuracy"], "additionalProperties": rate},
                        "baselines": {"required": ["weak", "floor"]},
                    },
                },
            },
            "classes": {
                "required": ["A", "B"],
                "additionalProperties": {
                    "required": ["support", "predicted", "right", "precision", "recall", "f1"],
                    "properties": {"support": {"type": "integer"}, "f1": rate},
                },
            },
            "comparison": {
                "required": ["weak", "floor"],
                "additionalProperties": {
                    "required": ["metric", "difference", "low", "high", "p_value", "better"],
                    "properties": {"metric": {"const": "accuracy"}, "better": {"const": True}, "p_value": rate},
                },
            },
        },
    }
    schema = {"required": ["schema", "primary", "dev", "test"],
              "properties": {"schema": {"const": 1}, "primary": {"const": "accuracy"}, "dev": split, "test": split}}  # fmt: skip
    jsonschema.validate(as_json(run_evaluation()), schema)
    assert as_json(run_evaluation(with_test=False))["test"] is None


def test_an_undefined_score_is_null():
    scores = Scores({"auc": math.nan}, {"auc": (math.nan, math.nan)})
    split = SplitEvaluation({"examples": 1}, scores, {}, {})
    written = as_json(Evaluation("auc", True, frozenset({"auc"}), split, None, "", False))
    assert written["dev"]["model"] == {"auc": None}
    assert math.isnan(from_json(json.loads(json.dumps(written, allow_nan=False))).dev.model.values["auc"])


def test_a_file_from_before_the_further_tests_is_still_read():
    written = as_json(run_evaluation())
    for key in ("randomisation_p", "mcnemar_p", "only_model_right", "only_baseline_right"):
        del written["test"]["comparison"]["floor"][key]
    assert from_json(written).test.comparison["floor"].mcnemar_p is None


def test_another_schema_is_refused():
    with pytest.raises(ValueError, match="has schema 2"):
        from_json({"schema": 2})
