"""From a file to a resolved pipeline: precedence, provenance, paths, round trips."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seqlab.config.json_schema import pipeline_schema
from seqlab.config.load import load_pipeline, with_values
from seqlab.config.shipped import shipped_pipelines
from seqlab.errors import PipelineError, Problem
from seqlab.plugins import Plugins, load_plugins

from .conftest import VALID, Load, toy_plugins


def at(tree: Any, path: str) -> Any:
    for key in path.split("."):
        tree = tree[int(key)] if isinstance(tree, list) else tree[key]
    return tree


def test_defaults_are_complete(load: Load) -> None:
    pipeline = load().pipeline
    assert pipeline.training.optimizer.settings.lr == 0.002
    assert pipeline.training.schedule.type == "constant"
    assert type(pipeline.training.schedule.settings).__name__ == "Constant"
    assert pipeline.model.type == "network"
    assert pipeline.model.settings.embedder[0].settings.size == 50


def test_a_default_component_of_a_component_has_settings(load: Load) -> None:
    text = VALID.replace("head: tagger", "head: language_model").replace(", bidirectional: true", "")
    output = load(text=text).pipeline.model.settings.head.settings.output
    assert (output.type, output.settings.tied) == ("full", False)


def test_precedence(load: Load, tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("training: {epochs: 1, patience: 1, log_steps: 1, max_steps: 1}\n")
    text = "extends: base.yaml\n" + VALID.replace("epochs: 3", "epochs: 2, patience: 2, log_steps: 2")
    variables = {"SEQLAB__TRAINING__EPOCHS": "3", "seqlab__training__patience": "3", "SEQLAB_DATA": "x"}
    resolved = load("training.epochs=4", text=text, environment=variables)
    training = resolved.pipeline.training
    assert (training.epochs, training.patience, training.log_steps, training.max_steps) == (4, 3, 2, 1)
    origins = [resolved.origins.get(f"training.{name}") for name in ("epochs", "patience", "log_steps", "max_steps")]
    assert origins == ["command line", "environment seqlab__training__patience", "pos.yaml:9", "base.yaml:1"]
    assert "training.checkpoint_steps" not in resolved.origins


def test_later_parents_win_over_earlier_ones(load: Load, tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text("seed: 1\nthreads: 1\n")
    (tmp_path / "two.yaml").write_text("extends: one.yaml\nseed: 2\n")
    assert load(text=f"extends: [one.yaml, two.yaml]\n{VALID}").pipeline.seed == 2
    assert load(text=f"extends: [two.yaml, one.yaml]\n{VALID}").pipeline.seed == 1


def test_paths_are_relative_to_the_file_that_names_them(load: Load, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "base.yaml").write_text("data: {dev: dev.conllu, test: [../t.conllu]}\n")
    data = load("data.train=[here.conllu]", text=f"extends: deep/base.yaml\n{VALID}").pipeline.data
    assert data.train == (str(Path.cwd() / "here.conllu"),)
    assert data.dev == (str(tmp_path / "deep" / "dev.conllu"),)
    assert data.test == (str(tmp_path / "t.conllu"),)


def test_paths_of_components_are_joined_too(load: Load, tmp_path: Path) -> None:
    text = VALID.replace("size: 50", "size: 50, vectors: v.txt")
    assert load(text=text).pipeline.model.settings.embedder[0].settings.vectors == tmp_path / "v.txt"


def test_removal_and_values_in_yaml(load: Load) -> None:
    text = VALID.replace("train: train.conllu", "dataset: sample")
    data = load("~data.dataset", "data.train=[a, b]", "training.optimizer.lr=1e-2", text=text).pipeline
    assert data.data.dataset is None
    assert [Path(path).name for path in data.data.train] == ["a", "b"]
    assert data.training.optimizer.settings.lr == 0.01


def test_study_keys_hold_dots(load: Load) -> None:
    study = load("study.vary.model.encoder.type=[lstm, gru]").pipeline.study
    assert study is not None
    assert study.vary == {"model.encoder.type": ("lstm", "gru")}


def test_an_int_is_fine_for_a_float_and_becomes_one(load: Load) -> None:
    value = load("training.gradient_clip_norm=5").pipeline.training.gradient_clip_norm
    assert (value, type(value)) == (5.0, float)


@pytest.mark.parametrize("value", ["1e400", ".nan", "-.inf", "1" + "0" * 400, "true", "'1'"])
def test_a_float_is_a_finite_number(load: Load, value: str) -> None:
    with pytest.raises(PipelineError, match=r"SL20[56]\]: 'lr' of optimizer 'adam' must be a float > 0"):
        load(f"training.optimizer.lr={value}")


def test_baselines_as_a_list_add_and_can_be_named(load: Load) -> None:
    choice = load("evaluation.baselines=[{type: most_frequent_tag, name: floor}]").pipeline.evaluation.baselines
    assert [part.key for part in choice.add] == ["floor"]
    assert choice.only is None
    assert load("evaluation.baselines=most_frequent_tag").pipeline.evaluation.baselines.add[0].name is None


def test_places(load: Load) -> None:
    resolved = load("model.encoder.hidden_size=7")
    assert (resolved.place("model.embedder.0.size").line, resolved.place("model.embedder.0.size").column) == (5, 33)
    assert str(resolved.place("model.encoder.hidden_size")) == "command line:1:27"
    assert resolved.place("model.encoder.num_layers") == resolved.place("model.encoder")
    assert resolved.place("seed").line is None
    assert resolved.key_place("data.train").column == 24


def test_an_override_leaves_the_places_around_it(load: Load) -> None:
    text = VALID.replace("type: lstm, hidden_size: 30, bidirectional: true", "type: convolution")
    with pytest.raises(PipelineError, match=r"pos\.yaml:6:3: error\[SL204\]: encoder 'convolution' needs 'width'"):
        load("model.encoder.causal=true", text=text)


def test_text_says_where_each_value_comes_from(load: Load) -> None:
    lines = dict(line.strip().split(":", 1) for line in load("seed=7").text.splitlines() if ": " in line)
    assert lines["seed"].split() == ["7", "#", "command", "line"]
    assert lines["hidden_size"].split() == ["30", "#", "pos.yaml:6"]
    assert lines["patience"].split() == ["null", "#", "default"]


names = st.from_regex(r"[A-Za-z0-9_-]{1,8}", fullmatch=True)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=names,
    seed=st.integers(0, 2**63),
    lr=st.floats(0, 10, exclude_min=True),
    train=st.lists(st.text("ab #:'\"\\\u00e9\u2028", min_size=1).map(lambda text: f"x{text}x"), min_size=1, max_size=3),
    vary=st.lists(st.sampled_from([1, 2, 30]), max_size=0) | st.lists(st.integers(1, 9), min_size=1, max_size=3),
    named=st.booleans(),
)
def test_the_text_gives_the_same_pipeline_again(
    tmp_path: Path, name: str, seed: int, lr: float, train: list[str], vary: list[int], named: bool
) -> None:
    plugins = toy_plugins()
    path = tmp_path / "pos.yaml"
    path.write_text(VALID, encoding="utf-8")
    first = load_pipeline(path, plugins, environment={})
    values: dict[str, Any] = {"name": name, "seed": seed, "training.optimizer.lr": lr, "data.train": train}
    if vary:
        values["study"] = {"vary": {"training.epochs": vary}, "seeds": [1]}
    if named:
        values["evaluation.baselines"] = [{"type": "most_frequent_tag", "name": "floor"}]
    changed = with_values(first, values, "study", plugins)
    again = tmp_path / "elsewhere" / "pipeline.yaml"
    again.parent.mkdir(exist_ok=True)
    again.write_text(changed.text, encoding="utf-8")
    loaded = load_pipeline(again, plugins, environment={})
    assert loaded.pipeline == changed.pipeline
    assert loaded.tree == changed.tree


def test_with_values_changes_and_remembers(load: Load, plugins: Plugins) -> None:
    first = load(text=f"{VALID}study: {{seeds: [1, 2]}}\n")
    changed = with_values(first, {"seed": 2, "model.encoder.type": "gru", "study": None}, "study", plugins)
    assert (changed.pipeline.seed, changed.pipeline.study) == (2, None)
    assert changed.pipeline.model.settings.encoder.settings.hidden_size == 30
    assert changed.origins["seed"] == "study"
    assert first.pipeline.seed == 13
    with pytest.raises(PipelineError, match=r"study:1:1: error\[SL206\]: 'seed' must be an int >= 0"):
        with_values(first, {"seed": -1}, "study", plugins)


def test_variants_of_a_study_are_checked_before_the_first_runs(load: Load) -> None:
    text = f"{VALID}study: {{vary: {{model.encoder.type: [lstm, convolution]}}}}\n"
    with pytest.raises(PipelineError) as caught:
        load(text=text)
    told = {problem.code: problem.notes[-1] for problem in caught.value.problems}
    assert told == dict.fromkeys(("SL203", "SL204"), "in the variant: model.encoder.type=convolution")


def test_an_unknown_file_names_the_nearest(load: Load, tmp_path: Path, plugins: Plugins) -> None:
    load()
    with pytest.raises(PipelineError) as caught:
        load_pipeline(tmp_path / "pso.yaml", plugins, environment={})
    assert caught.value.problems[0].code == "SL101"
    assert caught.value.problems[0].hint == f"did you mean '{tmp_path / 'pos.yaml'}'?"


def test_plugins_of_a_pipeline_are_loaded_from_beside_it(load: Load, tmp_path: Path) -> None:
    (tmp_path / "mine_for_test.py").write_text(
        "from seqlab import hookimpl, EncoderSettings\n\n\n@hookimpl\ndef seqlab_register_components(registry):\n"
        "    registry.encoder('mine', 'x:Y', EncoderSettings)\n"
    )
    resolved = load(text=VALID.replace("type: lstm, hidden_size: 30, bidirectional: true", "type: mine")
                    + "plugins: mine_for_test.py\n")  # fmt: skip
    assert resolved.pipeline.plugins == (str(tmp_path / "mine_for_test.py"),)
    assert resolved.pipeline.model.settings.encoder.type == "mine"


class Checker:
    """A plugin that answers, or raises, when a pipeline is checked."""

    def __init__(self, fails: bool) -> None:
        self.fails = fails

    def seqlab_check_config(self, pipeline: Any) -> list[Problem]:
        if self.fails:
            raise KeyError("gone")
        return [Problem("SL399", f"{pipeline.name} is not liked")]


@pytest.mark.parametrize("fails, told", [(False, r"SL399\]: pos is not liked"), (True, r"SL320\]: .*KeyError: 'gone'")])
def test_plugins_are_asked(load: Load, plugins: Plugins, fails: bool, told: str) -> None:
    from seqlab.hookspecs import hookimpl

    checker = Checker(fails)
    checker.seqlab_check_config = hookimpl(checker.seqlab_check_config.__func__).__get__(checker)  # type: ignore[attr-defined, method-assign]
    plugins.register(checker, "checker")
    with pytest.raises(PipelineError, match=told):
        load()


def test_shipped_pipelines_are_valid_and_described() -> None:
    plugins = load_plugins()
    validator = schema_validator(plugins)
    for shipped in shipped_pipelines(plugins):
        assert shipped.description
        resolved = load_pipeline(shipped.name, plugins, environment={})
        assert resolved.pipeline.name
        validator.validate(_yaml(shipped.path.read_text(encoding="utf-8")))
        validator.validate(resolved.tree)


def test_validation_imports_nothing_heavy(tmp_path: Path) -> None:
    path = tmp_path / "pos.yaml"
    path.write_text(VALID.replace("train: train.conllu", "dataset: sample"))
    program = (
        "import sys\nfrom seqlab.plugins import load_plugins\nfrom seqlab.config.load import load_pipeline\n"
        f"load_pipeline({str(path)!r}, load_plugins(), environment={{}})\n"
        "print(sorted({'torch', 'numpy', 'sklearn', 'spacy', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def schema_validator(plugins: Plugins) -> Any:
    import jsonschema

    schema = pipeline_schema(plugins.registry)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def _yaml(text: str) -> Any:
    from seqlab.config.nodes import plain
    from seqlab.config.yaml_tree import read_value
    from seqlab.errors import Place

    return plain(read_value(text, Place("test"), "test", Path()))


ACCEPTED = [
    (),
    ("model.encoder=lstm",),
    ("model.encoder=parts/lstm",),
    ("model.encoder={type: convolution, width: 3}",),
    ("training.optimizer.betas=[0.9, 0.99]", "threads=auto", "evaluation.metrics=accuracy"),
    ("evaluation.baselines=[most_frequent_tag]", "evaluation.resamples=100", "study.seeds=[1, 2]"),
    ("evaluation.baselines={only: [{type: most_frequent_tag, name: floor}]}", "training.schedule=constant"),
    ("study={vary: {training.epochs: [1, 2]}}", "training.patience=null", "evaluation=null"),
]
REFUSED = [
    "training.epoch=3", "epochs=3", "model.encoder.width=3", "model.encoder=convolution", "data.reader.colour=x",
    "training.epochs=0", "training.epochs='3'", "training.carry_state=1", "threads=outo", "model.head=tager",
    "training.optimizer=sgd", "training.optimizer.betas=[0.9]", "training.optimizer.lr=0", "~name", "~model.head",
    "~model.encoder.type", "evaluation.metrics=[{type: accuracy, name: mine}]", "evaluation.resamples=99",
]  # fmt: skip


def changed_tree(overrides: tuple[str, ...]) -> Any:
    from seqlab.config.nodes import MappingNode, plain
    from seqlab.config.overrides import apply_overrides
    from seqlab.config.yaml_tree import read_value
    from seqlab.errors import Place

    root = read_value(VALID, Place("test"), "test", Path())
    assert isinstance(root, MappingNode)
    return plain(apply_overrides(root, overrides, []))


@pytest.mark.parametrize("overrides", ACCEPTED)
def test_the_schema_accepts_what_validation_accepts(load: Load, plugins: Plugins, overrides: tuple[str, ...]) -> None:
    validator = schema_validator(plugins)
    resolved = load(*overrides)
    validator.validate(changed_tree(overrides))
    validator.validate(resolved.tree)


@pytest.mark.parametrize("override", REFUSED)
def test_the_schema_refuses_what_validation_refuses(load: Load, plugins: Plugins, override: str) -> None:
    with pytest.raises(PipelineError):
        load(override)
    assert not schema_validator(plugins).is_valid(changed_tree((override,)))


def test_the_schema_of_a_pipeline_that_extends_requires_nothing_but_knows_its_keys(plugins: Plugins) -> None:
    validator = schema_validator(plugins)
    assert validator.is_valid({"extends": "pos", "training": {"epochs": 3}, "evaluation": {"baselines": []}})
    assert not validator.is_valid({"extends": "pos", "trainer": {}})
    assert not validator.is_valid({"extends": "pos", "training": {"epoch": 3}})
    assert not validator.is_valid({"training": {"epochs": 3}})


def test_the_schema_describes(plugins: Plugins) -> None:
    definitions = pipeline_schema(plugins.registry)["$defs"]
    lstm = next(option for option in definitions["encoder"]["anyOf"] if "hidden_size" in option.get("properties", {}))
    assert lstm["properties"]["hidden_size"] == {
        "description": "width of the state, per direction", "type": "integer", "minimum": 1, "default": 200
    }  # fmt: skip
    assert lstm["additionalProperties"] is False


PATHS = [
    "name", "seed", "threads", "plugins", "data", "data.reader", "data.train", "data.reader.type", "model", "model.type",
    "model.embedder", "model.embedder.0", "model.inputs", "model.inputs.a", "model.head", "model.encoder.hidden_size",
    "training", "training.optimizer", "training.optimizer.betas", "evaluation.metrics", "evaluation.baselines",
    "evaluation.baselines.only", "study", "study.vary", "study.vary.model.encoder.type", "study.seeds", "extra.key",
]  # fmt: skip
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.sampled_from(["lstm", "a/b"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "name", "a", "vary", "add"]) | st.text(max_size=3), inner, max_size=3
        )
    ),
    max_leaves=6,
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(PATHS), anything), min_size=1, max_size=3))
def test_whatever_stands_there_a_mistake_is_a_problem_with_a_place(load: Load, changes: list[tuple[str, Any]]) -> None:
    first = load()
    plugins = toy_plugins()
    problems: tuple[Problem, ...] = ()
    try:
        with_values(first, dict(changes), "test", plugins)
    except PipelineError as error:
        problems = error.problems
    assert all(problem.place is not None and str(problem) for problem in problems)
