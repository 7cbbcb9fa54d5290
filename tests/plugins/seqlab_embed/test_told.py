"""What the user is told: how much of train pretrained vectors cover, and which optimizers cannot update sparse rows."""

import pytest

PIPELINE = """\
name: told
data: {reader: {type: conllu, column: upos}, dataset: sample-treebank, limit: 20}
model:
  embedder: {type: vectors, path: own.txt, size: 2}
  encoder: {type: lstm, hidden_size: 4}
  head: {type: tagger}
training: {epochs: 1, optimizer: adam}
evaluation: {baselines: {only: []}}
"""


@pytest.fixture
def pipeline(tmp_path):
    path = tmp_path / "told.yaml"
    path.write_text(PIPELINE, encoding="utf-8")
    return path


def test_a_run_says_how_much_of_train_is_covered_and_warns_of_little(pipeline, seqlab):
    (pipeline.parent / "own.txt").write_text(". 1.0 2.0\nthe 3.0 4.0\n", encoding="utf-8")
    answer = seqlab("run", str(pipeline), "--run-dir", str(pipeline.parent / "run"), "threads=1")
    assert answer.code == 0
    line = next(line for line in answer.errors.splitlines() if line.startswith("vectors: "))
    assert line.endswith("own.txt")
    assert "of the distinct and" in line
    assert "warning: that is little" in answer.errors
    (pipeline.parent / "own.txt").unlink()
    (pipeline.parent / "text.txt").write_text("the dog barks .\n", encoding="utf-8")
    later = seqlab("predict", str(pipeline.parent / "run"), str(pipeline.parent / "text.txt"))
    assert later.code == 0
    assert later.output.count("/") == 4


def test_a_run_without_its_vectors_ends_before_training(pipeline, seqlab):
    answer = seqlab("run", str(pipeline), "--run-dir", str(pipeline.parent / "run"), "threads=1")
    assert answer.code == 3
    assert "own.txt: error[SL410]: there is no such file" in answer.errors
    assert "epoch" not in answer.output


@pytest.mark.parametrize(
    "optimizer, setting",
    [
        ("adam", None),
        ("{type: adam, weight_decay: 0.1}", "weight_decay"),
        ("adamw", "weight_decay"),
        ("{type: adamw, weight_decay: 0}", None),
        ("sgd", None),
        ("{type: sgd, momentum: 0.9}", "momentum"),
    ],
)
def test_an_optimizer_that_changes_every_row_is_refused_beside_sparse_rows(pipeline, seqlab, optimizer, setting):
    words = "model.embedder={type: word, size: 4, sparse: true}"
    answer = seqlab("validate", str(pipeline), words, f"training.optimizer={optimizer}")
    assert answer.code == (0 if setting is None else 2)
    assert (f"SL312]: '{setting}' of optimizer" in answer.errors) == (setting is not None)
    dense = seqlab("validate", str(pipeline), f"training.optimizer={optimizer}")
    assert dense.code == 0
