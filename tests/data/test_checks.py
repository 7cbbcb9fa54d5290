"""What is said about data before anything is fitted."""

import numpy as np
import pytest

from seqlab.data.checks import MOST_PROBLEMS, check_dataset
from seqlab.errors import DataError
from seqlab.interfaces.records import Dataset, Example, Features, Labels, Number, Tags, Tokens


def example(name: str, words: str, tags: str | None = None, line: int = 1, file: str = "train.txt") -> Example:
    target = None if tags is None else Tags(tuple(tags.split()))
    return Example(name, f"{file}:{line}", {"main": Tokens(tuple(words.split()))}, target)


GOOD = example("t1", "a b", "X Y")
OTHER = example("d1", "c", "X", file="dev.txt")


def problems(*train: Example, dev=(OTHER,), max_length=100):
    with pytest.raises(DataError) as caught:
        check_dataset(Dataset(train, dev, None), max_length)
    return caught.value.problems


def warnings(train, dev=(), test=None):
    return check_dataset(Dataset(train, dev or (OTHER,), test), 100)


def test_good_data_has_no_warnings():
    assert warnings([GOOD]) == ()


def test_splits_without_examples_are_told_both_at_once():
    assert [(p.code, p.message) for p in problems(dev=())] == [
        ("SL404", "train has no examples"),
        ("SL404", "dev has no examples"),
    ]


def test_an_empty_example_is_told_with_its_place():
    (problem,) = problems(GOOD, example("t7", "", "", line=7))
    assert problem.code == "SL405"
    assert (problem.place.file, problem.place.line) == ("train.txt", 7)
    assert "'t7'" in problem.message


def test_an_example_that_is_too_long_is_told_and_so_is_what_would_let_it_pass():
    (problem,) = problems(example("t1", "a b c", "X X X", line=3), max_length=2)
    assert problem.code == "SL406"
    assert problem.place.line == 3
    assert "data.max_length=3" in problem.notes[0]
    assert check_dataset(Dataset([example("t1", "a b c", "X X X")], [OTHER], None), 3) == ()


def test_tokens_without_a_tag_each_are_told():
    (problem,) = problems(example("t1", "a b c", "X Y", line=5))
    assert (problem.code, problem.place.line) == ("SL407", 5)
    assert "3 tokens, but 2 tags" in problem.message


def test_dev_and_test_are_checked_too():
    broken = example("x", "", file="test.txt")
    with pytest.raises(DataError) as caught:
        check_dataset(Dataset([GOOD], [broken], [broken]), 100)
    assert [problem.code for problem in caught.value.problems] == ["SL405", "SL405"]


def test_features_are_measured_too_and_the_input_is_named():
    scene = Example("s", "f:2", {"scene": Features(np.zeros((0, 4), dtype=np.float32))}, Labels(("y",)))
    (problem,) = problems(scene)
    assert problem.code == "SL405"
    assert "input 'scene'" in problem.message


def test_many_problems_are_cut_short_and_counted():
    found = problems(*[example(f"t{i}", "", "") for i in range(MOST_PROBLEMS + 4)])
    assert [problem.code for problem in found] == ["SL405"] * MOST_PROBLEMS + ["SL408"]
    assert "4 more" in found[-1].message


def test_a_place_without_a_line_is_the_file():
    (problem,) = problems(Example("t", "archive.zip", {"main": Tokens(())}))
    assert str(problem.place) == "archive.zip"


@pytest.mark.parametrize("labels, words", [((), "no label"), (("x", "y"), "2 labels")])
def test_an_example_without_exactly_one_label_is_told_unless_it_may_have_several(labels, words):
    odd = Example("t2", "train.txt:2", {"main": Tokens(("a",))}, Labels(labels))
    one = Example("d1", "dev.txt:1", {"main": Tokens(("b",))}, Labels(("x",)))
    (problem,) = problems(odd, one, dev=(one,))
    assert (problem.code, problem.place.line, problem.message) == ("SL407", 2, f"example 't2' has {words}")
    assert "multi_label_classifier" in problem.notes[0]
    fine = Dataset([odd, Example("t1", "train.txt:1", {"main": Tokens(("c",))}, Labels(("x",)))], [one], None)
    assert check_dataset(fine, 100, several_labels=True) == ()


def test_labels_that_train_does_not_have_are_said_with_their_number():
    dev = [example("d1", "c d e", "X Q Q"), example("d2", "f", "R")]
    (said,) = warnings([GOOD], dev)
    assert said == "dev has labels that train does not have, and counts them as wrong: 'Q' (2), 'R' (1)"


def test_an_example_in_two_splits_is_said_with_the_place_of_the_first():
    again = example("d9", "a b", "X Y", line=9, file="dev.txt")
    (said,) = warnings([GOOD], [again, OTHER])
    assert said.startswith("1 example stands in dev and in an earlier split too")
    assert said.endswith("dev.txt:9 (train)")


def test_the_same_words_with_other_tags_are_another_example():
    assert warnings([GOOD], [example("d1", "a b", "Y X")]) == ()


def test_an_example_that_stands_twice_in_one_split_is_no_matter():
    assert warnings([GOOD, example("t2", "a b", "X Y")]) == ()


def test_ids_that_stand_twice_are_said_in_words_with_both_places():
    again = example("t1", "b a", "X X", line=8)
    (said,) = warnings([GOOD, again])
    assert said == "1 id of train stands there twice; the first: 't1' (train.txt:1 and train.txt:8)"


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_is_none_is_told(value):
    (problem,) = problems(Example("t7", "train.txt:7", {"main": Tokens(("a",))}, Number(value)))
    assert (problem.code, problem.place.line) == ("SL407", 7)
    assert problem.message == f"example 't7' is to be {value}, which is no finite number"
