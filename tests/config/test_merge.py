"""Merging and overriding, as algebra and by example."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqlab.config.merge import WrongPathError, merge, remove_value, set_value
from seqlab.config.nodes import from_plain, plain
from seqlab.errors import Place

PLACE = Place("test")

keys = st.sampled_from(["a", "b", "c"])
leaves = st.none() | st.integers(0, 9) | st.lists(st.integers(0, 9), max_size=2)
trees = st.dictionaries(
    keys, st.recursive(leaves, lambda inner: st.dictionaries(keys, inner, max_size=3), max_leaves=8)
)


def node(value: Any) -> Any:
    return from_plain(value, PLACE, "test", Path())


def merged(*values: Any) -> Any:
    result = node(values[0])
    for value in values[1:]:
        result = merge(result, node(value))
    return plain(result)


def put(value: Any, path: str, new: Any) -> Any:
    return plain(set_value(node(value), [(key, PLACE) for key in path.split(".")], node(new)))


@given(trees)
def test_an_empty_mapping_changes_nothing_on_either_side(tree: Any) -> None:
    assert merged({}, tree) == merged(tree, {}) == tree


@given(trees)
def test_a_tree_over_itself_is_itself(tree: Any) -> None:
    assert merged(tree, tree) == tree


def mappings_meet_mappings(*trees: Any) -> bool:
    """Whether at every path either all that is there is a mapping or nothing is: where kinds differ, order counts."""
    kinds = {isinstance(tree, dict) for tree in trees}
    if kinds != {True}:
        return len(kinds) < 2
    every = {key for tree in trees for key in tree}
    return all(mappings_meet_mappings(*(tree[key] for tree in trees if key in tree)) for key in every)


@given(trees, trees, trees)
def test_merging_is_associative_where_mappings_meet_mappings(one: Any, two: Any, three: Any) -> None:
    if mappings_meet_mappings(one, two, three):
        assert plain(merge(node(one), merge(node(two), node(three)))) == merged(one, two, three)


@given(trees, trees)
def test_the_child_wins_and_the_parent_fills(parent: Any, child: Any) -> None:
    result = merged(parent, child)
    assert result.keys() == parent.keys() | child.keys()
    for key, value in result.items():
        if key not in child:
            assert value == parent[key]
        elif not isinstance(child[key], dict) or not isinstance(parent.get(key), dict):
            assert value == child[key]
        else:
            assert value == merged(parent[key], child[key])


@given(trees, st.lists(keys, min_size=1, max_size=4), st.integers())
def test_what_is_set_is_there_and_can_be_removed(tree: Any, path: list[str], value: int) -> None:
    try:
        changed = set_value(node(tree), [(key, PLACE) for key in path], node(value))
    except WrongPathError:
        return  # a list stands on the way
    found: Any = plain(changed)
    for key in path:
        found = found[key]
    assert found == value
    left: Any = plain(remove_value(changed, path))
    for key in path[:-1]:
        left = left[key]
    assert path[-1] not in left


LSTM = {"type": "lstm", "hidden_size": 5, "dropout": 0.5}


def test_lists_replace() -> None:
    assert merged({"a": [1, 2]}, {"a": [3]}) == {"a": [3]}


def test_another_type_starts_afresh_and_the_same_type_is_changed() -> None:
    assert merged({"e": LSTM}, {"e": {"type": "cnn", "width": 3}}) == {"e": {"type": "cnn", "width": 3}}
    assert merged({"e": LSTM}, {"e": {"type": "lstm", "dropout": 0}}) == {"e": LSTM | {"dropout": 0}}
    assert merged({"e": LSTM}, {"e": {"dropout": 0}}) == {"e": LSTM | {"dropout": 0}}
    assert merged({"e": LSTM}, {"e": "cnn"}) == {"e": "cnn"}


def test_a_shorthand_is_a_mapping_with_its_type() -> None:
    assert merged({"e": "lstm"}, {"e": {"dropout": 0.5}}) == {"e": {"type": "lstm", "dropout": 0.5}}
    assert merged({"e": "lstm"}, {"e": {"type": "cnn"}}) == {"e": {"type": "cnn"}}
    assert put({"e": "lstm"}, "e.dropout", 0.5) == {"e": {"type": "lstm", "dropout": 0.5}}


def test_a_parent_without_a_type_has_the_default_one() -> None:
    def result(child: dict[str, Any]) -> Any:
        parent = node({"optimizer": {"lr": 1.0}})
        merged_node = merge(parent, node({"optimizer": child}), lambda path: "adam" if path == ("optimizer",) else None)
        return plain(merged_node)["optimizer"]

    assert result({"type": "adam"}) == {"lr": 1.0, "type": "adam"}
    assert result({"type": "sgd"}) == {"type": "sgd"}


def test_indices_reach_into_lists_and_a_part_alone_is_a_list_of_one() -> None:
    assert put({"e": [{"type": "word"}, "char"]}, "e.1.size", 5)["e"][1] == {"type": "char", "size": 5}
    assert put({"e": "word"}, "e.0.size", 5) == {"e": {"type": "word", "size": 5}}
    assert put({"e": {"type": "word"}}, "e.0.size", 5) == {"e": {"type": "word", "size": 5}}


def test_a_plus_adds_one_more() -> None:
    assert put({"e": [1, 2]}, "e.+", 3) == {"e": [1, 2, 3]}
    assert put({"e": ["word"]}, "e.+.size", 5) == {"e": ["word", {"size": 5}]}
    assert put({"e": "word"}, "e.+", "char") == {"e": ["word", "char"]}
    assert put({"e": {"type": "word"}}, "e.+", "char") == {"e": [{"type": "word"}, "char"]}


@pytest.mark.parametrize("path", ["e.2", "e.-1", "e.size", "e.\u0661"])
def test_a_list_has_no_such_index(path: str) -> None:
    with pytest.raises(WrongPathError):
        put({"e": [1, 2]}, path, 3)
