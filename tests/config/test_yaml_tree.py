"""YAML text -> nodes: places, limits, encodings."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from seqlab.config import yaml_tree
from seqlab.config.nodes import MappingNode, ScalarNode, SequenceNode, plain
from seqlab.config.yaml_tree import MOST_DEPTH, MOST_NODES, read_file
from seqlab.errors import PipelineError, Problem


def parse(tmp_path: Path, content: str | bytes) -> MappingNode:
    path = tmp_path / "pos.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    problems: list[Problem] = []
    root = read_file(path, "pos.yaml", problems)
    if problems:
        raise PipelineError(*problems)
    return root


def code(tmp_path: Path, content: str | bytes) -> str:
    with pytest.raises(PipelineError) as caught:
        parse(tmp_path, content)
    return caught.value.problems[0].code


def test_keys_and_values_know_line_column_width_and_source(tmp_path: Path) -> None:
    root = parse(tmp_path, "# comment\r\nname: pos\r\nmodel:\r\n  encoder: {type: lstm, näme: 'x y'}\r\n")
    model = root.get("model")
    assert isinstance(model, MappingNode)
    encoder = model.get("encoder")
    assert isinstance(encoder, MappingNode)
    entry = encoder.find("näme")
    assert entry is not None
    assert isinstance(entry.value, ScalarNode)
    place = entry.place
    assert (place.line, place.column, place.width) == (4, 25, 4)
    assert (entry.value.place.column, entry.value.place.width) == (31, 5)
    assert place.source == "  encoder: {type: lstm, näme: 'x y'}"
    assert entry.value.origin == "pos.yaml:4"


@pytest.mark.parametrize("end", ["\x85", "\u2028"])
def test_lines_are_counted_as_the_parser_counts_them(tmp_path: Path, end: str) -> None:
    entry = parse(tmp_path, f"# one{end}# two\nname: pos\n").entries[0]
    assert entry.place.source == "name: pos"
    assert entry.place.line is not None
    assert entry.place.column == 1


def test_a_byte_order_mark_is_skipped(tmp_path: Path) -> None:
    entry = parse(tmp_path, b"\xef\xbb\xbfname: pos\n").entries[0]
    assert (entry.key, entry.place.column) == ("name", 1)


def test_an_alias_stands_for_its_value(tmp_path: Path) -> None:
    assert plain(parse(tmp_path, "a: &x {b: [1, no]}\nc: *x\n")) == {"a": {"b": [1, "no"]}, "c": {"b": [1, "no"]}}


def test_aliases_are_counted_with_all_they_stand_for(tmp_path: Path) -> None:
    """The list has 102 nodes; each alias counts as many, and both keys and the root as one."""
    items = "a: &x [" + ", ".join(["1"] * 101) + "]\n"  # 1 root + 1 key + 102
    fit = (MOST_NODES - 104 - 2) // 102
    aliases = "b: [" + ", ".join(["*x"] * fit) + "]\n"
    b = parse(tmp_path, items + aliases).get("b")
    assert isinstance(b, SequenceNode)
    assert len(b.items) == fit
    assert code(tmp_path, items + aliases.replace("]", ", *x]")) == "SL111"


def test_depth_is_limited(tmp_path: Path) -> None:
    parse(tmp_path, "a: " + "[" * (MOST_DEPTH - 1) + "]" * (MOST_DEPTH - 1))
    assert code(tmp_path, "a: " + "[" * MOST_DEPTH + "]" * MOST_DEPTH) == "SL111"
    assert code(tmp_path, "a: " + "[" * 100_000) == "SL111"


def test_size_is_limited(tmp_path: Path) -> None:
    parse(tmp_path, "a: 1\n#" + "x" * (1024 * 1024 - 6))
    assert code(tmp_path, "a: 1\n#" + "x" * (1024 * 1024 - 5)) == "SL111"


@pytest.mark.parametrize(
    "content, expected",
    [("", "SL103"), ("---\n", "SL103"), ("~", "SL103"), ("pos", "SL108"), ("a: \x01", "SL105"), ("a: *b", "SL105"),
     ("a: !x 1", "SL110"), ("a: !!str 1", "SL110"), ("{a: 1, a: 2}", "SL109"), ("{a: 1}}", "SL105")],
)  # fmt: skip
def test_codes(tmp_path: Path, content: str, expected: str) -> None:
    assert code(tmp_path, content) == expected


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match=r"error\[SL102\]: 'there' is a folder, not a file"):
        read_file(tmp_path, "there", [])


def test_a_key_of_quotes_and_a_key_of_numbers_are_words(tmp_path: Path) -> None:
    assert parse(tmp_path, "'<<': 1\n2: x\ntrue: y\n").keys() == ["<<", "2", "true"]


def test_the_loader_without_c_reads_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "name: pos\nmodel: {encoder: [lstm, 1e-3, 'no'], a: &x {b: |\n  text\n}}\n".replace("|\n  text\n", "'t'")
    fast = parse(tmp_path, text)
    monkeypatch.setattr(yaml_tree, "_LOADER", yaml.SafeLoader)
    assert parse(tmp_path, text) == fast
    assert code(tmp_path, "a: [1\nb: 2\n") == "SL105"
