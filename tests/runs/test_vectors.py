"""Vectors of texts, and their neighbours."""

import json
from pathlib import Path

import numpy as np
import pytest

from seqlab.interfaces.records import Example, Text, Tokens
from seqlab.runs.vectors import as_vector_line, nearest, neighbour_texts
from seqlab.testing import invoke


def test_the_nearest_are_those_of_the_greatest_cosine():
    vectors = np.random.default_rng(3).normal(size=(1203, 5)).astype(np.float32)
    found = list(nearest(vectors, 3))
    for own in (0, 17, 499, 500, 1202):
        cosines = [
            -np.inf
            if other == own
            else float(vectors[own] @ each / np.linalg.norm(vectors[own]) / np.linalg.norm(each))
            for other, each in enumerate(vectors)
        ]
        best = sorted(range(1203), key=lambda place: -cosines[place])[:3]
        assert [place for place, _ in found[own]] == best
        assert [cosine for _, cosine in found[own]] == pytest.approx([cosines[place] for place in best], abs=1e-5)


def test_few_vectors_have_few_neighbours_and_zeros_are_near_nothing():
    vectors = np.array([[3.0, 0], [0, 0], [5, 5]], dtype=np.float32)
    assert [[place for place, _ in row] for row in nearest(vectors, 3)] == [[2, 1], [0, 2], [0, 1]]
    assert list(neighbour_texts(["a", "b"], vectors[1:])) == ["a\n   0.000  b\n", "b\n   0.000  a\n"]
    assert list(neighbour_texts(["alone"], vectors[:1])) == ["alone\n"]


def test_a_line_holds_the_text_and_all_numbers():
    vector = np.array([0.5, -1 / 3], dtype=np.float32)
    line = json.loads(as_vector_line(Example("7", "x:1", {"main": Tokens(("a", "b"))}), vector))
    assert line == {"id": "7", "text": "a b", "vector": [0.5, -0.333333]}
    assert json.loads(as_vector_line(Example("8", "x:2", {"main": Text("A b.")}), vector))["text"] == "A b."


PIPELINE = """
name: echo
data: {reader: {type: pairs, input: 1, output: 1}, train: train.txt, dev: train.txt, test: train.txt}
model:
  embedder: {type: word, size: 4}
  encoder: {type: gru, hidden_size: 6}
  head: {type: translator, decoder: {type: rnn_decoder, cell: gru, hidden_size: 6, embedding_size: 4, attention: none}}
training: {epochs: 1}
evaluation: {metrics: [exact_match], resamples: 100, baselines: {only: [most_frequent_target]}}
"""


def test_a_saved_model_gives_vectors_that_do_not_hang_on_their_neighbours_in_the_file(tmp_path: Path):
    (tmp_path / "train.txt").write_text("a b\nb a c\nc\n")
    (tmp_path / "echo.yaml").write_text(PIPELINE)
    run = tmp_path / "run"
    assert invoke("run", str(tmp_path / "echo.yaml"), "--run-dir", str(run), "threads=1").code == 0
    lines = ["b a c", "c", "a b", "b a c"]
    (tmp_path / "new.txt").write_text("".join(f"{line}\n" for line in lines))
    answer = invoke("predict", str(run), str(tmp_path / "new.txt"), "--output", "vectors")
    found = [json.loads(line) for line in answer.output.splitlines()]
    assert [each["text"] for each in found] == lines
    assert {len(each["vector"]) for each in found} == {6}
    assert found[0]["vector"] == pytest.approx(found[3]["vector"], abs=1e-5)
    assert found[0]["vector"] != pytest.approx(found[1]["vector"], abs=1e-2)
    (tmp_path / "one.txt").write_text("c\n")
    alone = invoke("predict", str(run), str(tmp_path / "one.txt"), "--output", "vectors")
    assert json.loads(alone.output)["vector"] == pytest.approx(found[1]["vector"], abs=1e-5)
    answer = invoke("predict", str(run), str(tmp_path / "new.txt"), "--output", "neighbours")
    assert answer.output.splitlines()[:2] == ["b a c", "   1.000  b a c"]
