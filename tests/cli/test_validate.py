"""`seqlab validate`."""

import pytest

from seqlab.cli.options import pipelines_and_overrides


@pytest.fixture
def mine(tmp_path):
    """A pipeline of the user's own."""

    def write(text, name="mine.yaml"):
        path = tmp_path / name
        path.write_text(text)
        return str(path)

    return write


def test_a_valid_pipeline_is_shown_with_its_parts_as_data_flows(seqlab):
    answer = seqlab("validate", "pos")
    assert answer.code == 0
    assert answer.output == "pos: valid\n  reader conllu -> embedder word + affix -> encoder lstm -> head tagger\n"


def test_all_mistakes_of_all_pipelines_are_told_and_the_valid_ones_named(seqlab, mine):
    wrong = mine("extends: pos\nmodel: {encoder: {type: lstm, hiden_size: 3}}\ntraining: {epochs: 0}\n")
    answer = seqlab("validate", wrong, "pos")
    assert answer.code == 2
    assert answer.output.startswith("pos: valid\n")
    assert f"{wrong}:2:31: error[SL203]: unknown setting 'hiden_size' for encoder 'lstm'" in answer.errors
    assert "did you mean 'hidden_size'?" in answer.errors
    assert f"{wrong}:3:20: error[SL206]" in answer.errors


def test_overrides_hold_for_every_pipeline(seqlab):
    answer = seqlab("validate", "pos", "model.encoder.num_layers=0")
    assert answer.code == 2
    assert "command line" in answer.errors
    assert "must be an int >= 1" in answer.errors


def test_a_plugin_of_one_pipeline_does_not_help_the_next(seqlab, mine, tmp_path):
    (tmp_path / "helping_one.py").write_text(
        "from seqlab import hookimpl\n"
        "@hookimpl\n"
        "def seqlab_register_components(registry):\n"
        "    registry.encoder('helping', 'nowhere:X', config='seqlab.interfaces.settings:EncoderSettings')\n"
    )
    text = "extends: pos\nmodel: {encoder: helping}\n"
    first, second = mine(f"{text}plugins: [helping_one.py]\n", "first.yaml"), mine(text, "second.yaml")
    answer = seqlab("validate", first, second)
    assert "unknown encoder 'helping'" in answer.errors
    assert f"{first}:" not in answer.errors


def test_the_resolved_pipeline_says_where_each_value_comes_from(seqlab):
    lines = seqlab("validate", "pos", "training.epochs=30", "--resolved").output.splitlines()
    assert [line.split("#")[1].strip() for line in lines if line.strip().startswith("epochs:")] == ["command line"]
    assert any(line.strip().startswith("num_layers: 1") and line.endswith("# default") for line in lines)


def test_the_resolved_pipeline_is_valid_itself(seqlab, mine):
    resolved = mine(seqlab("validate", "pos", "--resolved").output)
    assert seqlab("validate", resolved).code == 0


def test_without_a_pipeline_it_says_what_to_name(seqlab):
    answer = seqlab("validate", "training.epochs=3")
    assert answer.code == 2
    assert "no pipeline is named" in answer.errors


def test_arguments_are_told_apart_by_how_they_are_written(mine):
    odd = mine("name: x", "a=b.yaml")
    arguments = ("pos", "seed=1", "my.yaml", "~data.dataset", "~/x.yaml", "data.train=x.yaml", odd)
    assert pipelines_and_overrides(arguments) == (
        ["pos", "my.yaml", "~/x.yaml", odd],
        ["seed=1", "~data.dataset", "data.train=x.yaml"],
    )
