"""Named datasets: found where they are said to be, and only if they are the right ones."""

import hashlib
import os
from pathlib import Path

import pytest

from seqlab.data import catalogue
from seqlab.data.catalogue import CATALOGUE, SAMPLES, CatalogueEntry, find
from seqlab.errors import DataError


@pytest.fixture
def toy(tmp_path: Path, monkeypatch) -> Path:
    """The folder of a catalogued dataset of two files."""
    contents = {"train.txt": b"one\n", "dev.txt": b"two\n"}
    entry = CatalogueEntry(
        name="toy",
        summary="for tests",
        splits={"train": "train.txt", "dev": "dev.txt"},
        licence="CC0",
        source="https://example.org/toy",
        sha256={name: hashlib.sha256(content).hexdigest() for name, content in contents.items()},
    )
    monkeypatch.setattr(catalogue, "CATALOGUE", {**CATALOGUE, "toy": entry})
    monkeypatch.setenv("SEQLAB_DATA", str(tmp_path))
    folder = tmp_path / "toy"
    folder.mkdir()
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return folder


def codes(name: str) -> list[str]:
    with pytest.raises(DataError) as caught:
        find(name)
    return [problem.code for problem in caught.value.problems]


def test_the_right_files_are_found(toy):
    assert find("toy") == {"train": toy / "train.txt", "dev": toy / "dev.txt"}


def test_a_changed_file_is_refused_with_both_sums_and_the_source(toy):
    (toy / "dev.txt").write_bytes(b"TWO\n")
    with pytest.raises(DataError) as caught:
        find("toy")
    (problem,) = caught.value.problems
    assert problem.code == "SL403"
    assert problem.place.file == str(toy / "dev.txt")
    for content in (b"TWO\n", b"two\n"):
        assert hashlib.sha256(content).hexdigest()[:12] in problem.message
    assert any("https://example.org/toy" in note for note in problem.notes)


def test_all_missing_files_are_told_at_once(toy):
    for path in toy.iterdir():
        path.unlink()
    assert codes("toy") == ["SL402", "SL402"]


def test_a_missing_folder_is_told_with_its_place(toy):
    for path in toy.iterdir():
        path.unlink()
    toy.rmdir()
    with pytest.raises(DataError) as caught:
        find("toy")
    (problem,) = caught.value.problems
    assert problem.code == "SL402"
    assert problem.place.file == str(toy)


def test_without_the_variable_it_is_said_what_to_set_and_what_to_put_there(toy, monkeypatch):
    monkeypatch.delenv("SEQLAB_DATA")
    with pytest.raises(DataError) as caught:
        find("toy")
    (problem,) = caught.value.problems
    assert problem.code == "SL402"
    said = str(problem)
    for needed in ("SEQLAB_DATA", "train.txt", "dev.txt", "'toy'", "https://example.org/toy", "CC0"):
        assert needed in said


def test_a_misspelt_name_is_told_the_nearest_one():
    with pytest.raises(DataError) as caught:
        find("sample-treebnak")
    (problem,) = caught.value.problems
    assert problem.code == "SL401"
    assert problem.hint == "did you mean 'sample-treebank'?"
    assert "ud-english-ewt" in problem.notes[0]


@pytest.mark.parametrize("entry", [entry for entry in CATALOGUE.values() if entry.is_sample], ids=lambda e: e.name)
def test_samples_need_no_variable(entry, monkeypatch):
    monkeypatch.delenv("SEQLAB_DATA", raising=False)
    assert all(SAMPLES in path.parents for path in find(entry.name).values())


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_entry_is_complete(name):
    entry = CATALOGUE[name]
    assert entry.name == name
    assert {"train"} <= set(entry.splits) <= {"train", "dev", "test"}
    assert entry.licence
    assert entry.source
    if not entry.is_sample:
        assert set(entry.sha256) == set(entry.splits.values())
        assert all(len(bytes.fromhex(digest)) == 32 for digest in entry.sha256.values())


@pytest.mark.data
@pytest.mark.parametrize("name", [name for name, entry in CATALOGUE.items() if not entry.is_sample])
def test_the_real_files_have_the_sums_of_the_catalogue(name):
    if not (Path(os.environ["SEQLAB_DATA"]) / name).is_dir():
        pytest.skip(f"{name} is not here")
    assert find(name)
