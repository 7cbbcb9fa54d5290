"""From the `data:` section to three splits."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import seqlab.data.load
from seqlab.config.pipeline import DataSection
from seqlab.data.load import cut_dev, cut_fold, load_dataset
from seqlab.errors import DataError
from seqlab.interfaces.reader import Reader
from seqlab.interfaces.records import Example, Labels, Text, Tokens
from seqlab.interfaces.settings import HeadSettings, Part
from seqlab.interfaces.tokenizer import Token, Tokenizer
from seqlab.plugins import load_plugins
from seqlab.testing.corpora import TASKS


class Lines(Reader):
    """`label<TAB>text` on each line."""

    def read(self, path: Path, split: str):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            label, text = line.split("\t")
            yield Example(f"{split}-{path.stem}-{number}", f"{path}:{number}", {"main": Text(text)}, Labels((label,)))


class Letters(Tokenizer):
    def __call__(self, text: str) -> list[Token]:
        return [Token(letter, place, place + 1) for place, letter in enumerate(text) if letter != " "]


@dataclass
class Files:
    folder: Path

    def write(self, name: str, lines: list[str]) -> str:
        path = self.folder / name
        path.write_text("".join(f"y\t{line}\n" for line in lines), encoding="utf-8")
        return str(path)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


READER, TOKENIZER = Part("reader", "lines", None), Part("tokenizer", "letters", None)


def load(target="labels", seed=13, **section):
    section = DataSection(reader=READER, tokenizer=TOKENIZER, **section)
    return load_dataset(
        section, TASKS[target], seed, lambda part: {"lines": Lines, "letters": Letters}[part.type](None)
    )


def ids(examples) -> list[str]:
    return [example.id for example in examples]


def test_paths_are_read_in_their_order_and_tokenised(files):
    train = (files.write("a.txt", ["ab c", "d"]), files.write("b.txt", ["e"]))
    data = load(train=train, dev=(files.write("dev.txt", ["f"]),))
    assert ids(data.train) == ["train-a-1", "train-a-2", "train-b-1"]
    assert ids(data.dev) == ["dev-dev-1"]
    assert data.test is None
    assert data.train[0].inputs["main"] == Tokens(("a", "b", "c"), "ab c", (0, 1, 3))


def test_the_sha256_of_every_file_is_kept(files):
    paths = [files.write(f"{split}.txt", [split]) for split in ("train", "dev", "test")]
    data = load(train=paths[:1], dev=paths[1:2], test=paths[2:])
    assert data.files == {path: hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in paths}


def test_limit_holds_for_each_split_over_all_its_files(files):
    paths = [files.write(f"{name}.txt", list(name * 3)) for name in "abc"]
    data = load(train=paths[:2], dev=paths[2:], limit=4)
    assert ids(data.train) == ["train-a-1", "train-a-2", "train-a-3", "train-b-1"]
    assert len(data.dev) == 3


def test_an_empty_file_is_an_error_with_its_name(files):
    path = files.write("empty.txt", [])
    with pytest.raises(DataError) as caught:
        load(train=(path,), dev=(files.write("dev.txt", ["a"]),))
    (problem,) = caught.value.problems
    assert problem.code == "SL404"
    assert problem.place.file == path


def test_for_a_language_model_the_input_is_the_target(files):
    data = load(target="next_token", train=(files.write("a.txt", ["ab"]),), dev=(files.write("d.txt", ["c"]),))
    assert data.train[0].target == data.train[0].inputs["main"]
    assert data.train[0].target.items == ("a", "b")


def test_the_last_tenth_of_a_text_becomes_dev_and_no_sentence_is_cut(files):
    lines = [f"{number:03}" for number in range(100)]
    data = load(target="next_token", train=(files.write("a.txt", lines),))
    assert ["".join(example.target.items) for example in data.train] == lines[:90]
    assert ["".join(example.target.items) for example in data.dev] == lines[90:]
    assert data.dev[0].place.endswith("a.txt:91")


def test_a_dataset_of_one_text_is_cut_by_its_shares(files, monkeypatch):
    text = Path(files.write("a.txt", ["abcdefg", "hij"]))
    monkeypatch.setattr(seqlab.data.load, "find", lambda name: {"train": text, "dev": text})
    entry = SimpleNamespace(shares={"train": (0.0, 0.55), "dev": (0.55, 1.0)})
    monkeypatch.setattr(seqlab.data.load, "entry_named", lambda name: entry)
    monkeypatch.setattr(seqlab.data.load, "check_others", lambda name, read: None)
    section = DataSection(reader=READER, tokenizer=TOKENIZER, dataset="one")

    class Running(HeadSettings):
        target = "next_token"

    data = load_dataset(section, Running(), 13, lambda part: {"lines": Lines, "letters": Letters}[part.type](None))
    assert ["".join(example.target.items) for example in data.train] == ["abcde"]
    assert ["".join(example.target.items) for example in data.dev] == ["fg", "hij"]
    with pytest.raises(DataError, match="SL431"):
        load(dataset="one")


def test_a_tenth_of_train_becomes_dev_where_there_is_none(files):
    data = load(train=(files.write("a.txt", [f"line {i}" for i in range(200)]),))
    assert len(data.dev) == 20
    assert len(data.train) == 180
    assert not set(ids(data.train)) & set(ids(data.dev))


def test_folds_test_every_example_once_over_seeds_in_a_row(files):
    paths = [files.write(f"{name}.txt", [f"{name} {i}" for i in range(size)]) for name, size in (("a", 37), ("b", 10))]
    found = [load(train=paths[:1], test=paths[1:], folds=5, seed=seed) for seed in range(11, 16)]
    tested = [name for data in found for name in ids(data.test)]
    assert len(tested) == len(set(tested)) == 47
    assert sorted(len(data.test) for data in found) == [9, 9, 9, 10, 10]
    for data in found:
        assert len(data.dev) == round((47 - len(data.test)) / 10)
        assert len({*ids(data.train), *ids(data.dev), *ids(data.test)}) == 47
    again = load(train=paths[:1], test=paths[1:], folds=5, seed=16)
    assert ids(again.test) == ids(found[0].test)
    assert ids(again.dev) != ids(found[0].dev)


def test_checks_are_made_and_what_is_odd_is_kept(files):
    data = load(train=(files.write("a.txt", ["same"]),), dev=(files.write("d.txt", ["same"]),))
    assert len(data.warnings) == 1
    with pytest.raises(DataError, match="SL406"):
        load(train=(files.write("a.txt", ["long"]),), dev=(files.write("d.txt", ["ok"]),), max_length=3)


def numbered(count: int) -> list[Example]:
    return [Example(f"s-{i}", f"f:{i}", {"main": Tokens((str(i),))}) for i in range(count)]


@given(st.integers(2, 60), st.integers(0, 1000), st.randoms())
def test_the_cut_does_not_hang_on_the_order(count, seed, random):
    examples = numbered(count)
    train, dev = cut_dev(examples, 0.1, seed)
    assert train == [example for example in examples if example not in dev]
    assert len(dev) == max(1, round(count / 10))
    shuffled = random.sample(examples, count)
    other_train, other_dev = cut_dev(shuffled, 0.1, seed)
    assert set(ids(other_dev)) == set(ids(dev))
    assert Counter(ids(other_train + other_dev)) == Counter(ids(examples))


@pytest.mark.parametrize("share, size", [(0.03, 9), (0.5, 150), (0.0001, 1)])
def test_the_share_of_dev_can_be_said(share, size):
    train, dev = cut_dev(numbered(300), share, 1)
    assert (len(train), len(dev)) == (300 - size, size)
    smaller, larger = sorted([set(ids(dev)), set(ids(cut_dev(numbered(300), 0.1, 1)[1]))], key=len)
    assert smaller <= larger


def test_a_pipeline_says_how_much_of_train_is_dev(files):
    path = files.write("t.txt", [f"example {number}" for number in range(40)])
    data = load(train=(path,), dev_share=0.25)
    assert (len(data.train), len(data.dev)) == (30, 10)


def test_another_seed_cuts_another_dev():
    examples = numbered(300)
    assert set(ids(cut_dev(examples, 0.1, 1)[1])) != set(ids(cut_dev(examples, 0.1, 2)[1]))


def test_a_sample_is_read_by_its_name():
    registry = load_plugins().registry
    section = DataSection(reader=registry.part("reader", "conllu"), dataset="sample-treebank", limit=5)
    data = load_dataset(section, TASKS["tags"], 13, registry.build)
    assert [len(split) for split in (data.train, data.dev, data.test)] == [5, 5, 5]
    assert sorted(Path(path).name for path in data.files) == ["dev.conllu", "test.conllu", "train.conllu"]


def grouped(split: str, sizes: list[int]) -> list[Example]:
    return [
        Example(f"{split}-{group}-{number}", "x:1", {"main": Text("a")}, Labels(("y",)), group=f"{split}/{group}")
        for group, size in enumerate(sizes)
        for number in range(size)
    ]


@given(st.lists(st.integers(1, 6), min_size=2, max_size=30), st.integers(0, 9))
def test_a_group_is_in_dev_or_in_train_as_a_whole(sizes, seed):
    examples = grouped("train", sizes)
    train, dev = cut_dev(examples, 0.1, seed)
    assert {each.group for each in train}.isdisjoint(each.group for each in dev)
    assert sorted(each.id for each in (*train, *dev)) == sorted(each.id for each in examples)
    assert 0 <= len(dev) - max(1, round(len(examples) / 10)) < max(sizes)


def test_a_group_is_in_one_fold():
    splits = {split: grouped(split, [1, 4, 2, 5, 3, 3]) for split in ("train", "test")}
    folds = [cut_fold(splits, 4, seed) for seed in range(4)]
    for fold in folds:
        assert {each.group for each in fold["train"]}.isdisjoint(each.group for each in fold["test"])
    tested = [each.id for fold in folds for each in fold["test"]]
    assert sorted(tested) == sorted(each.id for split in splits.values() for each in split)


def test_one_example_is_too_little_to_cut_dev_from(files):
    path = files.write("train.txt", ["a"])
    with pytest.raises(DataError, match="train has 1 example, of which no dev can be cut"):
        load(train=(path,))
