"""Generated samples on their shelf: made once, whole or not at all, checked whenever they are used."""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from seqlab.data.catalogue import CATALOGUE, find, locate, whereabouts
from seqlab.data.catalogue.generated import shelf
from seqlab.data.catalogue.generated.shelf import RECIPES, Recipe, made, shelf_of
from seqlab.errors import RunError

TEXTS = {"train": "many\n", "dev": "few\n", "test": "one é\n"}


class Counted:
    """Gives texts, and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self):
        self.times += 1
        return TEXTS


@pytest.fixture
def counted(tmp_path, monkeypatch) -> Counted:
    """The recipe of `toy`; the cache and the folder for temporary files are empty."""
    recipe = Counted()
    monkeypatch.setattr(shelf, "RECIPES", {"toy": Recipe(recipe, edition=3)})
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    return recipe


def content(folder: Path) -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.txt")}


def unwritable(path: Path) -> Path:
    """A name below which nobody can make a folder, not even root."""
    path.write_text("in the way")
    return path


def test_it_is_made_at_first_use_and_read_afterwards(counted, tmp_path):
    folder = tmp_path / "cache/seqlab/samples/toy/3"
    assert shelf_of("toy") == folder
    assert not folder.exists()
    assert made("toy") == made("toy") == folder
    assert content(folder) == TEXTS
    assert counted.times == 1
    assert not list((tmp_path / "temporary").iterdir())


def test_the_sums_are_those_that_sha256sum_checks(counted):
    folder = made("toy")
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    assert lines == [f"{hashlib.sha256(text.encode()).hexdigest()}  {split}.txt" for split, text in TEXTS.items()]
    assert sorted(path.name for path in folder.iterdir()) == ["SHA256SUMS", "dev.txt", "test.txt", "train.txt"]


@pytest.mark.parametrize("damage", ["changed", "removed", "no sums", "empty sums", "other sums"])
def test_what_is_not_as_it_was_written_is_made_again(counted, damage):
    folder = made("toy")
    if damage == "changed":
        (folder / "dev.txt").write_text("fewer\n")
    elif damage == "removed":
        (folder / "dev.txt").unlink()
    elif damage == "no sums":
        (folder / "SHA256SUMS").unlink()
    else:
        (folder / "SHA256SUMS").write_bytes(b"" if damage == "empty sums" else b"\xff\n")
    assert content(made("toy")) == TEXTS
    assert counted.times == 2
    assert made("toy") == folder
    assert counted.times == 2


def test_another_edition_has_another_folder(counted, monkeypatch):
    first = made("toy")
    monkeypatch.setitem(shelf.RECIPES, "toy", Recipe(lambda: dict.fromkeys(TEXTS, "new\n"), edition=4))
    assert made("toy") != first
    assert content(made("toy"))["dev"] == "new\n"


def test_another_python_has_another_folder(counted, monkeypatch):
    monkeypatch.setitem(shelf.RECIPES, "toy", Recipe(counted, edition=3, of_python=True))
    folders = {shelf_of("toy")}
    assert re.fullmatch(rf"3-{re.escape(sys.version.split()[0])}-[0-9a-f]{{8}}", folders.copy().pop().name)
    monkeypatch.setattr(sys, "version", sys.version.replace("(main,", "(other,"))
    folders.add(shelf_of("toy"))
    monkeypatch.setattr(shelf.sysconfig, "get_path", lambda name: "/elsewhere")
    folders.add(shelf_of("toy"))
    assert len(folders) == 3


def test_an_interrupted_one_is_not_taken_for_whole(counted, monkeypatch):
    written = []

    def interrupted(path: Path, text: bytes) -> None:
        if len(written) == 2:
            raise KeyboardInterrupt
        written.append(path)
        path.write_bytes(text)

    with monkeypatch.context() as patch:
        patch.setattr(shelf, "write_atomically", interrupted)
        with pytest.raises(KeyboardInterrupt):
            made("toy")
    assert len(written) == 2
    assert content(made("toy")) == TEXTS


def test_where_the_cache_cannot_be_written_it_is_kept_among_temporary_files(counted, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(unwritable(tmp_path / "file")))
    place = tmp_path / f"temporary/seqlab-samples-{os.getuid()}"
    assert made("toy") == made("toy") == shelf_of("toy") == place / "toy/3"
    assert counted.times == 1
    assert content(place / "toy/3") == TEXTS
    assert place.stat().st_mode & 0o777 == 0o700


def test_a_cache_that_may_only_be_read_will_do(counted, tmp_path, monkeypatch):
    folder = made("toy")
    monkeypatch.setattr(shelf, "write_atomically", None)
    assert made("toy") == folder


@pytest.mark.parametrize("what", ["a link", "of another user", "open to all"])
def test_a_temporary_folder_that_others_can_write_into_is_not_used(counted, tmp_path, monkeypatch, what):
    monkeypatch.setenv("XDG_CACHE_HOME", str(unwritable(tmp_path / "file")))
    place = tmp_path / f"temporary/seqlab-samples-{os.getuid()}"
    (tmp_path / "theirs").mkdir(mode=0o700)
    if what == "a link":
        place.symlink_to(tmp_path / "theirs")
    else:
        place.mkdir(mode=0o700)
        if what == "open to all":
            place.chmod(0o777)
        else:
            user = os.getuid()
            monkeypatch.setattr(os, "getuid", lambda: user + 1)
            place.rename(place.with_name(f"seqlab-samples-{user + 1}"))
    with pytest.raises(RunError) as caught:
        made("toy")
    (problem,) = caught.value.problems
    assert (problem.code, problem.message) == ("SL605", "the sample 'toy' can be kept nowhere")
    assert problem.place.file == str(tmp_path / "file/seqlab/samples/toy/3")
    assert problem.notes == ("set XDG_CACHE_HOME, or TMPDIR, to a folder that can be written",)
    assert not list((tmp_path / "theirs").iterdir())


def test_without_a_home_the_temporary_folder_is_the_first(counted, tmp_path, monkeypatch):
    monkeypatch.setattr(shelf, "cache_folder", lambda purpose: None)
    assert made("toy") == tmp_path / f"temporary/seqlab-samples-{os.getuid()}/toy/3"


def test_processes_that_begin_together_all_find_it_whole(tmp_path):
    code = (
        "from seqlab.data.catalogue.generated import made; folder = made('latex')\n"
        "print(folder, *(len((folder / f'{split}.txt').read_text()) for split in ('train', 'dev', 'test')))"
    )
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    processes = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment)
        for _ in range(3)
    ]
    found = {process.communicate()[0] for process in processes}
    folder = tmp_path / "seqlab/samples/latex/1"
    sizes = (str(len(text)) for text in RECIPES["latex"].texts().values())
    assert found == {" ".join((str(folder), *sizes)) + "\n"}
    assert len(list(folder.iterdir())) == 4


# -------------------------------------------------------------------------------------------- in the catalogue


def test_the_catalogue_has_them_all():
    assert {name for name, entry in CATALOGUE.items() if entry.generated} == set(RECIPES)
    for name, recipe in RECIPES.items():
        endings = ("txt", "images.zip") if recipe.images else ("txt",)
        splits = {split: tuple(f"{split}.{ending}" for ending in endings) for split in ("train", "dev", "test")}
        assert CATALOGUE[name].splits == splits
        assert CATALOGUE[name].is_sample


@pytest.mark.parametrize("name", ["hello", "python-topics"])
def test_they_are_found_by_name_and_made_on_the_way(name, tmp_path, monkeypatch):
    monkeypatch.delenv("SEQLAB_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    place = whereabouts(CATALOGUE[name])
    assert place is not None
    assert place[0] == "sample"
    assert not list(tmp_path.iterdir())
    located = locate(name)
    assert (located.kind, located.folder) == place
    for split, path in find(name).items():
        assert path == located.folder / f"{split}.txt"
        assert path.read_text(encoding="utf-8") == RECIPES[name].texts()[split]
