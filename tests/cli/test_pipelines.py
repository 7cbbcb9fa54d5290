"""`seqlab pipelines`."""

from pathlib import Path


def test_shipped_pipelines_are_listed(seqlab):
    assert any(line.startswith("  pos ") for line in seqlab("pipelines").output.splitlines())


def test_the_path_of_one_is_printed_alone(seqlab):
    path = Path(seqlab("pipelines", "--path", "pos").output.rstrip("\n"))
    assert path.name == "pos.yaml"
    assert path.is_file()


def test_an_unknown_name_is_told_the_nearest(seqlab):
    answer = seqlab("pipelines", "--path", "poss")
    assert answer.code == 2
    assert answer.errors.startswith("error[SL101]: no shipped pipeline is called 'poss'\n   did you mean 'pos'?\n")
