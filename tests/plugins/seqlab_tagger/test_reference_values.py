"""What others measured on the same files: UPOS of UD English-EWT 2.16, entities of WNUT-17; and what was chosen on dev."""

import gzip
import os
import re
from pathlib import Path

import pytest

from seqlab import Example, Tags, Tokens
from seqlab.evaluation.metrics import Accuracy
from seqlab.evaluation.most_frequent_class import MostFrequentClass
from seqlab.evaluation.scoring import score
from seqlab_tagger.gazetteer import Gazetteer
from seqlab_tagger.hmm import HMM
from seqlab_tagger.linear_tagger import LinearTagger
from seqlab_tagger.most_frequent_tag import MostFrequentTag
from seqlab_tagger.settings import HMMSettings, LinearTaggerSettings, SuffixTagSettings
from seqlab_tagger.span_f1 import SpanF1
from seqlab_tagger.suffix_tag import SuffixTag


@pytest.fixture(scope="module")
def ewt():
    folder = Path(os.environ["SEQLAB_DATA"]) / "ud-english-ewt"
    text = {split: (folder / f"en_ewt-ud-{split}.conllu").read_text(encoding="utf-8") for split in ("dev", "test")}
    with gzip.open(folder / "en_ewt-ud-train.conllu.gz", "rt", encoding="utf-8") as file:
        text["train"] = file.read()
    return {split: [_sentence(block) for block in of.strip().split("\n\n")] for split, of in text.items()}


def _sentence(block):
    rows = [line.split("\t") for line in block.splitlines() if line.split("\t")[0].isdigit()]
    return Example("s", "ewt", {"main": Tokens(tuple(r[1] for r in rows))}, Tags(tuple(r[3] for r in rows)))


@pytest.mark.data
@pytest.mark.parametrize(
    "make, dev, test, tolerance",
    [
        (lambda: SuffixTag(SuffixTagSettings()), 89.11, 89.38, 0.02),
        (lambda: HMM(HMMSettings()), 92.06, 92.40, 0.3),
        (lambda: LinearTagger(LinearTaggerSettings()), 95.1, 95.2, 0.15),
    ],
    ids=["suffix_tag", "hmm", "linear_tagger"],
)
def test_accuracy_on_english_ewt(ewt, context, make, dev, test, tolerance):
    baseline = make()
    baseline.fit(ewt["train"], ewt["dev"], context)
    for split, expected in (("dev", dev), ("test", test)):
        golds = [example.target for example in ewt[split]]
        found = score([Accuracy(None)], list(baseline.predict(ewt[split])), golds)["accuracy"]
        assert 100 * found == pytest.approx(expected, abs=tolerance)


@pytest.fixture(scope="module")
def wnut17():
    folder = Path(os.environ["SEQLAB_DATA"]) / "wnut17"
    files = {"train": "wnut17train.conll", "test": "emerging.test.annotated"}
    return {split: list(_columns((folder / name).read_text(encoding="utf-8"))) for split, name in files.items()}


def _columns(text):
    for block in re.split(r"\n\s*\n", text.strip()):
        words, tags = zip(*(line.split("\t") for line in block.split("\n")), strict=True)
        yield Example("s", "wnut17", {"main": Tokens(words)}, Tags(tags))


@pytest.mark.data
@pytest.mark.parametrize(
    "baseline, span_f1, accuracy",
    [(MostFrequentClass, 0, 92.56), (MostFrequentTag, 6.04, 92.50), (Gazetteer, 3.04, 91.82)],
    ids=["most_frequent_class", "most_frequent_tag", "gazetteer"],
)
def test_span_f1_on_wnut17(wnut17, context, baseline, span_f1, accuracy):
    """No entity of test is one of train, case apart: so was the task made. And nearly all tokens are O."""
    floor = baseline(None)
    floor.fit(wnut17["train"], [], context)
    golds = [example.target for example in wnut17["test"]]
    found = score([SpanF1(None), Accuracy(None)], list(floor.predict(wnut17["test"])), golds)
    assert 100 * found["span_f1"] == pytest.approx(span_f1, abs=0.005)
    assert 100 * found["accuracy"] == pytest.approx(accuracy, abs=0.005)
