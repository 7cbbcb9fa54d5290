"""Every shipped pipeline is valid, says what it is, and names the schema that editors check it with."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from seqlab.config.json_schema import pipeline_schema
from seqlab.config.load import load_pipeline
from seqlab.config.shipped import shipped_pipelines
from seqlab.plugins import load_plugins

FOLDER = Path(__file__).parents[1] / "pipelines"
SHIPPED = sorted(FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_pipeline_is_valid_and_described(path):
    resolved = load_pipeline(path, load_plugins(), environment={})
    assert resolved.pipeline.name == path.stem
    [described] = [each for each in shipped_pipelines(load_plugins()) if each.name == path.stem]
    assert described.description
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "# yaml-language-server: $schema=pipeline.schema.json"
    assert lines[2].endswith(f"seqlab run pipelines/{path.name}")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_pipeline_keeps_the_schema_beside_it(path):
    schema = json.loads((FOLDER / "pipeline.schema.json").read_text(encoding="utf-8"))
    text = re.sub(r"\b(\d)e-3\b", r"0.00\1", path.read_text(encoding="utf-8"))  # to YAML 1.1 that is no number
    jsonschema.validate(yaml.safe_load(text), schema)


def test_the_schema_beside_the_pipelines_is_current():
    """If not: seqlab schema > pipelines/pipeline.schema.json."""
    schema = json.loads((FOLDER / "pipeline.schema.json").read_text(encoding="utf-8"))
    assert schema == json.loads(json.dumps(pipeline_schema(load_plugins().registry)))


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=path.stem, marks=[pytest.mark.data] if "SEQLAB_DATA" in path.read_text() else [])
        for path in SHIPPED
    ],
)
def test_a_shipped_pipeline_runs(path, seqlab, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    small = ["data.limit=64", "training.max_steps=3", "evaluation.resamples=100", "threads=1"]
    texts = ["evaluation.samples.length=20", "evaluation.samples.count=2"]
    one_seed = ["study.seeds=[13]"] if "study:" in path.read_text(encoding="utf-8") else []
    answer = seqlab("run", str(path), *small, *texts, *one_seed)
    assert answer.code == 0, answer.errors


@pytest.mark.parametrize("name", ["sentiment", "sst2", "sst5", "trec", "mr", "ner", "ner_wnut17", "ner_wikigold"])
def test_pretrained_vectors_are_a_variant_of_texts_and_entities(name):
    vectors = "model.embedder.+={type: vectors, path: vectors.txt, size: 100}"
    embedder = load_pipeline(name, load_plugins(), [vectors], environment={}).pipeline.model.settings.embedder
    assert [part.type for part in embedder][-1] == "vectors"
    assert len(embedder) > 1


def test_pretrained_vectors_join_what_a_pipeline_has(seqlab, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("vectors.txt").write_text("the 1 0\nfilm 0 1\nunheard 1 1\n", encoding="utf-8")
    small = ["data.limit=64", "training.max_steps=3", "evaluation.resamples=100", "threads=1"]
    answer = seqlab("run", "sentiment", "model.embedder.+={type: vectors, path: vectors.txt, size: 2}", *small)
    assert answer.code == 0, answer.errors
    assert re.search(r"vectors: .* of the running words of train have one in ", answer.errors)
