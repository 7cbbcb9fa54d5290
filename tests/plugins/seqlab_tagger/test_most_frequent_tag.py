import gzip
import json
import os
from pathlib import Path

import pytest

from seqlab import Example, Labels, Tags, TagsPrediction, Text, Tokens
from seqlab.evaluation.metrics import Accuracy
from seqlab.evaluation.most_frequent_class import MostFrequentClass
from seqlab.evaluation.scoring import score
from seqlab_tagger.most_frequent_tag import MostFrequentTag
from seqlab_tagger.settings import MostFrequentTagSettings, TaggerSettings


def sentence(words, tags=""):
    return Example("s", "train:1", {"main": Tokens(tuple(words.split()))}, Tags(tuple(tags.split())) if tags else None)


def fitted(*train):
    baseline = MostFrequentTag(MostFrequentTagSettings())
    baseline.fit(train, [], None)
    return baseline


def tags_of(baseline, words):
    (prediction,) = baseline.predict([sentence(words)])
    assert isinstance(prediction, TagsPrediction)
    return " ".join(prediction.tags)


TRAIN = (sentence("the run", "D N"), sentence("the run", "D N"), sentence("they run", "P V"), sentence("a b", "N N"))


def test_each_word_gets_its_most_frequent_tag():
    assert tags_of(fitted(*TRAIN), "they run the") == "P N D"


def test_an_unknown_word_gets_the_most_frequent_tag_of_all():
    assert tags_of(fitted(*TRAIN), "the dog runs") == "D N N"


def test_words_are_taken_as_they_are_spelt():
    assert tags_of(fitted(*TRAIN), "The the") == "N D"


def test_of_tags_that_a_word_has_equally_often_the_first_in_train_is_taken():
    assert tags_of(fitted(sentence("x", "Z"), sentence("x x x", "A Z A"), sentence("y y", "A A")), "x") == "Z"


def test_a_sentence_without_words_has_no_tags():
    assert tags_of(fitted(*TRAIN), "") == ""


def test_saved_and_loaded_it_predicts_the_same(tmp_path):
    baseline = fitted(*TRAIN, sentence("größe", "N"))
    baseline.save(tmp_path)
    loaded = MostFrequentTag(MostFrequentTagSettings())
    loaded.load(tmp_path)
    assert tags_of(loaded, "they run größe elsewhere") == tags_of(baseline, "they run größe elsewhere")
    (file,) = tmp_path.iterdir()
    assert json.loads(file.read_text(encoding="utf-8"))["most_frequent"] == "N"


def test_what_cannot_be_tagged_is_refused(tmp_path):
    with pytest.raises(ValueError, match="train:1: most_frequent_tag needs tags"):
        fitted(Example("s", "train:1", {"main": Tokens(("a",))}, Labels(("x",))))
    with pytest.raises(ValueError, match="no tag in train"):
        fitted()
    with pytest.raises(TypeError, match="tags belong to tokens"):
        list(fitted(*TRAIN).predict([Example("s", "x:1", {"main": Text("a b")})]))
    with pytest.raises(RuntimeError, match="neither fitted nor loaded"):
        list(MostFrequentTag(MostFrequentTagSettings()).predict([sentence("a")]))
    with pytest.raises(RuntimeError, match="neither fitted nor loaded"):
        MostFrequentTag(MostFrequentTagSettings()).save(tmp_path)


def test_the_tagger_brings_its_floor():
    assert TaggerSettings.target == "tags"
    assert TaggerSettings.default_metrics == ("accuracy",)
    floors = ("most_frequent_class", "most_frequent_tag", "suffix_tag", "hmm", "linear_tagger")
    assert TaggerSettings.default_baselines == floors
    assert TaggerSettings().dropout == 0.0
    assert MostFrequentTagSettings.targets == ("tags",)


def treebank(path):
    """Words and UPOS of a treebank, read without seqlab's reader."""
    words, tags = [], []
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            columns = line.rstrip("\n").split("\t")
            if columns == [""] and words:
                yield Example("s", path.name, {"main": Tokens(tuple(words))}, Tags(tuple(tags)))
                words, tags = [], []
            elif columns[0].isdigit():
                words.append(columns[1])
                tags.append(columns[3])


@pytest.mark.data
def test_the_floors_of_english_ewt():
    folder = Path(os.environ["SEQLAB_DATA"]) / "ud-english-ewt"
    train = list(treebank(folder / "en_ewt-ud-train.conllu.gz"))
    expected = {"dev": (16.74, 86.13), "test": (16.43, 86.20)}
    baselines = (MostFrequentClass(None), MostFrequentTag(MostFrequentTagSettings()))
    for baseline in baselines:
        baseline.fit(train, [], None)
    for split, values in expected.items():
        examples = list(treebank(folder / f"en_ewt-ud-{split}.conllu"))
        golds = [example.target for example in examples]
        for baseline, value in zip(baselines, values, strict=True):
            found = score([Accuracy(None)], list(baseline.predict(examples)), golds)["accuracy"]
            assert round(100 * found, 2) == value
