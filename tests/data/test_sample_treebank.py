"""The sample treebank: its format, labels, texts and splits."""

from collections import Counter
from pathlib import Path

import conllu
import pytest

import seqlab
from seqlab import Example, Tags, Tokens
from seqlab_readers.column import UPOS
from seqlab_readers.conllu import Conllu
from seqlab_readers.settings import ConlluSettings

FOLDER = Path(seqlab.__file__).parent / "data" / "samples" / "treebank"
SPLITS = {"train": (875, 9392), "dev": (135, 1449), "test": (336, 3572)}
GENRES = {"news", "mail", "dialogue", "recipes", "travel", "questions", "fiction", "instructions", "reviews"}


def read(split: str, column: str = "upos", missing: str | None = None) -> list[Example]:
    return list(Conllu(ConlluSettings(column, missing)).read(FOLDER / f"{split}.conllu", split))


def words_of(example: Example) -> Tokens:
    tokens = example.inputs["main"]
    assert isinstance(tokens, Tokens)
    return tokens


def tags_of(example: Example) -> tuple[str, ...]:
    assert isinstance(example.target, Tags)
    return example.target.items


@pytest.mark.parametrize("split", SPLITS)
def test_the_library_reads_the_same_and_sizes_are_as_the_readme_says(split: str) -> None:
    path = FOLDER / f"{split}.conllu"
    examples = read(split)
    theirs = conllu.parse(path.read_text(encoding="utf-8"))
    assert (len(examples), sum(len(words_of(example)) for example in examples)) == SPLITS[split]
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert f"| {split} | {SPLITS[split][0]} | {SPLITS[split][1]:,} |" in readme
    for mine, other in zip(examples, theirs, strict=True):
        plain = [token for token in other if isinstance(token["id"], int)]
        assert words_of(mine).items == tuple(token["form"] for token in plain)
        assert tags_of(mine) == tuple(token["upos"] for token in plain)
        assert mine.id == other.metadata["sent_id"]


def test_all_tags_occur_in_train() -> None:
    train = {tag for example in read("train") for tag in tags_of(example)}
    assert train == set(UPOS)
    assert {tag for split in ("dev", "test") for example in read(split) for tag in tags_of(example)} <= train


@pytest.mark.parametrize("split", SPLITS)
def test_the_text_is_the_words_joined_as_space_after_says(split: str) -> None:
    for sentence in conllu.parse((FOLDER / f"{split}.conllu").read_text(encoding="utf-8")):
        covered = 0
        text = ""
        for token in sentence:
            if isinstance(token["id"], tuple):
                covered = token["id"][2]
            elif token["id"] <= covered:
                continue
            text += token["form"] + ("" if (token["misc"] or {}).get("SpaceAfter") == "No" else " ")
        assert text.strip() == sentence.metadata["text"]


@pytest.mark.parametrize("split", SPLITS)
def test_words_are_cut_where_they_stand_in_the_text(split: str) -> None:
    for example in read(split):
        tokens = words_of(example)
        for word, start in zip(tokens.items, tokens.starts, strict=True):
            assert tokens.text is not None
            assert tokens.text.startswith(word, start), example.id


def test_no_sentence_stands_twice() -> None:
    examples = [example for split in SPLITS for example in read(split)]
    assert len({(words_of(example).text or "").casefold() for example in examples}) == len(examples)
    assert len({example.id for example in examples}) == len(examples)


def test_it_is_varied() -> None:
    sentences = [words_of(example).items for split in SPLITS for example in read(split)]
    assert len(sentences) >= 1200
    assert len({word for sentence in sentences for word in sentence}) >= 3500
    assert 9.5 <= sum(map(len, sentences)) / len(sentences) <= 11.5
    runs = Counter(
        tuple(word.casefold() for word in sentence[start : start + 5])
        for sentence in sentences
        for start in range(len(sentence) - 4)
    )
    assert max(runs.values()) <= 5


def test_every_genre_is_in_every_split() -> None:
    for split in SPLITS:
        assert {example.id.split("-")[1] for example in read(split)} == GENRES


@pytest.mark.parametrize("split", SPLITS)
def test_entities_are_legal_iob2(split: str) -> None:
    kinds = set()
    for example in read(split, "misc:Entity", "O"):
        before = "O"
        for tag in tags_of(example):
            prefix, _, kind = tag.partition("-")
            assert prefix in {"B", "I", "O"}
            if prefix == "I":
                assert before in {f"B-{kind}", f"I-{kind}"}, example.id
            kinds.add(kind)
            before = tag
    kinds.discard("")
    assert {"PER", "LOC", "ORG"} <= kinds <= {"PER", "LOC", "ORG", "MISC"}
