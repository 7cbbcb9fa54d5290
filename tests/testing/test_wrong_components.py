"""Every check passes a right component and says in words what is wrong with a wrong one."""

import pytest

from seqlab.testing import (
    BrokenLaws,
    NotCheckedError,
    check_baseline,
    check_decoder,
    check_embedder,
    check_head,
    check_metric,
    check_output,
    check_pooler,
    check_reader,
)
from seqlab.testing.stand_ins import PlainOutput

from . import (
    wrong_baselines,
    wrong_decoders,
    wrong_embedders,
    wrong_heads,
    wrong_metrics,
    wrong_outputs,
    wrong_poolers,
    wrong_readers,
)

ALONE = "a batch of one equals its row in a larger batch"
PADDING = "padding changes nothing"
SHAPES = "shapes and types are those of the contract"
GRADIENT = "every parameter gets a gradient"
TARGETS = "target_log_probs are those of log_probs, and 0 where IGNORED"
MINUS = "the loss is minus the sum over the targets that are not IGNORED"
STEPS = "teacher forcing equals stepping with the same tokens"
BLIND = "predict looks at no target"
BY_SCORES = "a head that decides by scores decides by nothing else"
PLACES = "places are file:line, where an example begins"
WRITTEN = "what write writes is read back"
RESAMPLED = "resampling by weights equals scoring the examples so often"
NAMES = "combine gives every name that the class declares"
FITS = "it fits and predicts, one prediction for each example"
LOADED = "save and load give the same predictions"


def check(made, component):
    """Checks a component of one of the modules beside this one."""
    kind = made.__name__.rpartition("wrong_")[2].removesuffix("s")
    settings = made.Settings()
    if kind == "reader":
        return check_reader(component, settings, wrong_readers.SAMPLE)
    checks = {"embedder": check_embedder, "pooler": check_pooler, "output": check_output, "decoder": check_decoder,
              "head": check_head, "metric": check_metric, "baseline": check_baseline}  # fmt: skip
    return checks[kind](component, settings)


RIGHT = [
    (wrong_embedders, wrong_embedders.Table),
    (wrong_poolers, wrong_poolers.Mean),
    (wrong_outputs, PlainOutput),
    (wrong_decoders, wrong_decoders.Plain),
    (wrong_heads, wrong_heads.Classifier),
    (wrong_readers, wrong_readers.Pairs),
    (wrong_metrics, wrong_metrics.Share),
    (wrong_baselines, wrong_baselines.Majority),
]

# Where it stands, its name, all laws that it breaks, and words that stand under the first of them.
WRONG = [
    (
        wrong_embedders,
        "SeesNeighbours",
        ["an item has the same vector wherever it stands"],
        "of one item further on, but",
    ),
    (
        wrong_embedders,
        "Centred",
        [
            "the vector of an item does not depend on the other items",
            "forward depends on what the index points to, and on nothing else",
        ],
        "for the item alone, but 1.41018 among 18 items",
    ),
    (
        wrong_embedders,
        "OnlyKnown",
        [SHAPES, "20 updates can be made"],
        "it raises ValueError: tuple.index(x): x not in tuple (",
    ),
    (wrong_embedders, "TrainsInFeatures", [GRADIENT], "for 'vectors' (12, 4)"),
    (wrong_poolers, "MeanOfPadding", [ALONE, PADDING], "for row 0 (length 1) alone, but -0.854988 in its batch of 5"),
    (
        wrong_poolers,
        "MaxOfPadding",
        [ALONE, PADDING],
        "vector[0] is -1.70998 for row 0 (length 1) alone, but 0 in its batch",
    ),
    (
        wrong_poolers,
        "AttentionWithoutMask",
        ["weights are a distribution over real positions", ALONE, PADDING],
        "on padding, but 0 by the contract",
    ),
    (wrong_poolers, "WrongOutputSize", [SHAPES], "vector has the shape (5, 6), not (B, output_size) = (5, 3)"),
    (wrong_outputs, "Scores", ["log_probs sum to 1", TARGETS], "over V, but 1 by the contract"),
    (wrong_outputs, "MeanLoss", [MINUS], "loss.sum is 4.15766 as given, but 16.6306 by target_log_probs"),
    (wrong_outputs, "CountsEverything", [MINUS], "loss.count is 5 for 4 targets that are not IGNORED, of 5"),
    (
        wrong_outputs,
        "IgnoredIsASymbol",
        [TARGETS, MINUS, "IGNORED targets get no gradient"],
        "target_log_probs[3] (row 3) is -4.59941 as given, but 0",
    ),
    (wrong_outputs, "CopiesEmbedding", ["a shared embedding is the layer's own weight"], "not among its parameters"),
    (
        wrong_decoders,
        "Unshifted",
        ["row t predicts targets[:, t] from what stands before it", STEPS],
        "once targets[:, 0] is another, but",
    ),
    (wrong_decoders, "WrongStart", [STEPS], "(row 4, step 0) is -3.82333 by steps, but -4.85704 by teacher_force"),
    (
        wrong_decoders,
        "MemoryWithPadding",
        ["padding of the memory changes nothing", ALONE],
        "with 5 more columns of padding in the memory, but",
    ),
    (
        wrong_decoders,
        "LayersFirst",
        [SHAPES],
        "state['hidden'] of `start` is (1, 5, 4), which does not begin with B = 5",
    ),
    (
        wrong_decoders,
        "ReadsIgnored",
        ["IGNORED targets can be read"],
        "it raises IndexError: index out of range in self (",
    ),
    (wrong_heads, "MeanLoss", ["the loss is a sum, with its count"], "of rows 0 to 1 plus rows 2 to 4, but"),
    (
        wrong_heads,
        "CountsRows",
        ["IGNORED targets count nothing"],
        "loss.count is 5 with all targets of row 1 IGNORED, but 4 without row 1",
    ),
    (wrong_heads, "LooksAtTargets", [BLIND], "without targets, but"),
    (
        wrong_heads,
        "WrongKind",
        [SHAPES],
        "row 0 is a TagsPrediction, but the target is of kind 'labels': LabelsPrediction",
    ),
    (
        wrong_heads,
        "MixesRows",
        [ALONE, "the loss is a sum, with its count", "IGNORED targets count nothing"],
        "in the prediction of row 0 is 'good' for row 0 alone",
    ),
    (wrong_heads, "DecidesByItself", [BY_SCORES], "by the scores of another head, but"),
    (wrong_heads, "Forgets", [GRADIENT], "for 'fusion.weight' (3, 3), 'fusion.bias' (3,)"),
    (
        wrong_readers,
        "CountsFromZero",
        [PLACES],
        "'train-1' is said to begin on line 0, after one on line 0, in a file of 7 lines counted from 1",
    ),
    (wrong_readers, "OneLineTooLow", [PLACES], "'train-2' is said to begin on line 5, which is empty"),
    (wrong_readers, "GivesAList", ["read gives an iterator of examples"], "it gives a list"),
    (wrong_readers, "OneIdForAll", ["ids are unique"], "the id 'train' stands twice"),
    (
        wrong_readers,
        "LosesTags",
        ["targets are of the kind that the settings name", WRITTEN],
        "'train-1' has 1 tags for 2 tokens",
    ),
    (
        wrong_readers,
        "WritesOtherwise",
        [WRITTEN],
        "'train-1' has other inputs or another target after writing 3 examples",
    ),
    (
        wrong_readers,
        "OtherInputs",
        ["read_inputs gives the inputs of read", WRITTEN],
        "3 examples, of which not all have the inputs",
    ),
    (
        wrong_metrics,
        "Accumulates",
        ["counts depend on their example alone"],
        "counts of example 7 are [0.0, 2.0] in another order, but [20.0, 40.0] in this",
    ),
    (
        wrong_metrics,
        "FirstAxis",
        ["combine takes many totals at once", RESAMPLED],
        "share is 0.0915493 among others, but 0.684211 alone",
    ),
    (
        wrong_metrics,
        "LowerIsBetter",
        ["perfect predictions score best"],
        "share is 1 if all is right, but 0.442857 if 0% is",
    ),
    (wrong_metrics, "PerCent", [NAMES], "it says `is_rate`, but gives share 60"),
    (wrong_metrics, "OtherName", [NAMES], "names are ['precision'], but combine gives ['share']"),
    (wrong_metrics, "HeedsNoWeights", [RESAMPLED], "share is 0.6 by weights, but 0.684211 as a list"),
    (
        wrong_metrics,
        "OnlyOfOneLength",
        ["it counts predictions of the kinds that its settings name"],
        "counts have the shapes [(1,), (2,), (3,)",
    ),
    (wrong_baselines, "LooksAtTargets", [BLIND], "without targets, but"),
    (wrong_baselines, "Pickles", ["plain files are saved, and no pickle"], "'best.bin' is a pickle"),
    (
        wrong_baselines,
        "Guesses",
        ["predicting twice gives the same", "fitting twice gives the same", BLIND, LOADED],
        "the second time, but",
    ),
    (wrong_baselines, "LeavesOut", [FITS], "8 predictions for 9 examples"),
    (wrong_baselines, "ForgetsToSave", [LOADED], "'unknown' after loading, but"),
    (wrong_baselines, "OnlyKnownWords", [FITS], "it raises KeyError: 'zebra' ("),
]


@pytest.mark.parametrize("made, component", RIGHT, ids=[component.__name__ for _, component in RIGHT])
def test_a_right_component_passes(made, component):
    assert len(check(made, component).laws) >= 6


@pytest.mark.parametrize(
    "made, name, laws, words", WRONG, ids=[f"{m.__name__.rpartition('_')[2]}-{n}" for m, n, *_ in WRONG]
)
def test_a_wrong_component_is_told_what_is_wrong(made, name, laws, words):
    with pytest.raises(BrokenLaws) as caught:
        check(made, getattr(made, name))
    broken = {failure.law: failure for failure in caught.value.failures}
    assert set(broken) == set(laws)
    assert words in str(broken[laws[0]])


def test_an_output_layer_may_refuse_to_share_an_embedding():
    class Alone(PlainOutput):
        def __init__(self, config, input_size, vocabulary, embedding=None):
            if embedding is not None:
                raise ValueError("its weights are of another shape")
            super().__init__(config, input_size, vocabulary)

    shared = "a shared embedding is the layer's own weight"
    settings = wrong_outputs.Settings()
    assert set(check_output(PlainOutput, settings).laws) - set(check_output(Alone, settings).laws) == {shared}


def test_an_embedder_of_other_items_needs_some():
    class Regions(wrong_embedders.Settings):
        accepts = ("features",)

    with pytest.raises(NotCheckedError, match="items must be given"):
        check_embedder(wrong_embedders.Table, Regions())


def test_a_reader_writes_its_own_sample_if_it_can():
    assert "what write writes is read back" in check_reader(wrong_readers.Pairs, wrong_readers.Settings()).laws


def test_a_reader_that_writes_nothing_needs_a_sample():
    class Mute(wrong_readers.Pairs):
        def write(self, example, prediction):
            raise NotImplementedError

    with pytest.raises(NotCheckedError, match="a sample must be given"):
        check_reader(Mute, wrong_readers.Settings())
