"""Named datasets: found where they are said to be, and only if they are the right ones."""

import dataclasses
import gzip
import hashlib
import os
import re
import subprocess
import zipfile
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import pytest

from seqlab.data.catalogue import (
    CATALOGUE,
    SAMPLES,
    CatalogueEntry,
    CatalogueFile,
    check_others,
    find,
    locate,
    whereabouts,
)
from seqlab.data.catalogue.content import content_sha256
from seqlab.data.catalogue.places import cache_folder
from seqlab.errors import DataError

CONTENTS = {"train.txt": b"one\n", "dev.txt": b"two\n", "images/train.txt": b"three\n"}
REAL = [name for name, entry in CATALOGUE.items() if not entry.is_sample]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def toy(tmp_path: Path, monkeypatch) -> Path:
    """The folder in SEQLAB_DATA of a catalogued dataset of three files; the cache is empty."""
    entry = CatalogueEntry(
        name="toy",
        summary="for tests",
        task="tests",
        examples="1 / 1 / - lines",
        licence="CC0",
        redistributable=True,
        homepage="https://example.org/toy",
        splits={"train": ("train.txt", "images/train.txt"), "dev": ("dev.txt",)},
        files={
            **{name: CatalogueFile(name, sha256(content)) for name, content in CONTENTS.items()},
            "more.txt": CatalogueFile("more.txt", sha256(b"more\n")),
        },
        obtain="ask its author",
    )
    monkeypatch.setitem(CATALOGUE, "toy", entry)
    monkeypatch.setenv("SEQLAB_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    write(tmp_path / "data/toy")
    return tmp_path / "data/toy"


def write(folder: Path) -> None:
    for name, content in CONTENTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def problem_of(name: str):
    with pytest.raises(DataError) as caught:
        find(name)
    (problem,) = caught.value.problems
    return problem


def test_a_reader_is_given_the_first_file_of_a_split(toy):
    assert find("toy") == {"train": toy / "train.txt", "dev": toy / "dev.txt"}


def test_the_other_files_of_a_split_are_told(toy):
    located = locate("toy")
    assert (located.kind, located.folder) == ("SEQLAB_DATA", toy)
    assert located.splits["train"] == (toy / "train.txt", toy / "images/train.txt")


def test_a_packed_file_is_as_good(toy):
    (toy / "train.txt").unlink()
    for level in (1, 9):
        (toy / "train.txt.gz").write_bytes(gzip.compress(CONTENTS["train.txt"], level))
        assert find("toy")["train"] == toy / "train.txt.gz"


def test_the_cache_is_looked_into_where_the_variable_has_nothing_complete(toy, tmp_path):
    cached = tmp_path / "cache/seqlab/data/toy"
    write(cached)
    assert locate("toy").folder == toy
    (toy / "dev.txt").unlink()
    assert locate("toy").folder == cached
    assert locate("toy").kind == "cache"


def test_the_cache_is_enough(toy, tmp_path, monkeypatch):
    monkeypatch.delenv("SEQLAB_DATA")
    write(tmp_path / "cache/seqlab/data/toy")
    assert locate("toy").kind == "cache"


def test_without_the_variable_of_the_standard_the_cache_is_below_the_home(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    for value in ("", "relative"):
        monkeypatch.setenv("XDG_CACHE_HOME", value)
        assert cache_folder() == tmp_path / ".cache/seqlab/data"


def test_a_changed_file_is_refused_with_both_sums_and_the_source(toy):
    (toy / "dev.txt").write_bytes(b"TWO\n")
    problem = problem_of("toy")
    assert problem.code == "SL403"
    assert problem.place.file == str(toy / "dev.txt")
    for content in (b"TWO\n", b"two\n"):
        assert sha256(content)[:12] in problem.message
    assert any("https://example.org/toy" in note for note in problem.notes)


def test_a_changed_file_is_refused_even_if_the_cache_has_the_right_one(toy, tmp_path):
    write(tmp_path / "cache/seqlab/data/toy")
    (toy / "dev.txt").write_bytes(b"TWO\n")
    assert problem_of("toy").code == "SL403"


@pytest.mark.parametrize(
    "packed", [b"", b"two\n", gzip.compress(b"two\n", mtime=0)[:-5]], ids=["empty", "not packed", "truncated"]
)
def test_a_damaged_archive_is_refused(toy, packed):
    (toy / "dev.txt").unlink()
    (toy / "dev.txt.gz").write_bytes(packed)
    assert problem_of("toy").code == "SL403"


def test_all_wrong_files_are_told_at_once(toy):
    for name in CONTENTS:
        (toy / name).write_bytes(b"?")
    with pytest.raises(DataError) as caught:
        find("toy")
    assert [problem.code for problem in caught.value.problems] == ["SL403"] * 3


def test_a_file_that_no_split_names_may_be_missing_or_other(toy):
    (toy / "more.txt").write_bytes(b"other\n")
    assert find("toy")


def test_but_not_once_a_reader_has_read_it(toy):
    more = toy / "more.txt.gz"
    more.write_bytes(gzip.compress(b"more\n"))
    check_others("toy", [more, toy / "of my own.txt"])
    more.write_bytes(gzip.compress(b"other\n"))
    check_others("toy", [toy / "train.txt"])
    with pytest.raises(DataError) as caught:
        check_others("toy", [more])
    assert [(each.code, each.place.file) for each in caught.value.problems] == [("SL403", str(more))]


def test_missing_files_are_told_with_their_folder(toy):
    (toy / "train.txt").unlink()
    (toy / "images/train.txt").unlink()
    problem = problem_of("toy")
    assert problem.code == "SL402"
    assert problem.message == "dataset 'toy' is not complete: train.txt, images/train.txt not found"
    assert problem.place.file == str(toy)


def test_where_it_is_nowhere_it_is_said_where_to_obtain_it_and_where_to_put_it(toy, monkeypatch, tmp_path):
    monkeypatch.delenv("SEQLAB_DATA")
    problem = problem_of("toy")
    assert (problem.code, problem.message) == ("SL402", "dataset 'toy' is not here")
    folder = tmp_path / "cache/seqlab/data/toy"
    assert problem.notes == (
        "source: https://example.org/toy        licence: CC0",
        "by hand: ask its author",
        f"its files belong into {folder}: train.txt, images/train.txt, dev.txt",
        f"looked in: {folder} (SEQLAB_DATA is not set)",
    )


def test_where_it_can_be_fetched_it_is_said_how(monkeypatch, tmp_path):
    monkeypatch.setenv("SEQLAB_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert problem_of("wnut17").notes == (
        "get it: seqlab data fetch wnut17        (0.8 MB, licence: CC BY 4.0)",
        f"looked in: {tmp_path}/data/wnut17, {tmp_path}/cache/seqlab/data/wnut17",
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_entered_has_nothing(toy):
    toy.chmod(0)
    try:
        assert problem_of("toy").code == "SL402"
    finally:
        toy.chmod(0o700)


def test_splits_that_are_shares_of_one_file_are_that_file(tmp_path, monkeypatch):
    text = b"first citizen"
    entry = CATALOGUE["tiny-shakespeare"]
    short = {"input.txt": CatalogueFile("input.txt", sha256(text))}
    changed = {field: getattr(entry, field) for field in entry.__slots__} | {"files": short}
    monkeypatch.setitem(CATALOGUE, "tiny-shakespeare", CatalogueEntry(**changed))
    monkeypatch.setenv("SEQLAB_DATA", str(tmp_path))
    (tmp_path / "tiny-shakespeare").mkdir()
    (tmp_path / "tiny-shakespeare/input.txt").write_bytes(text)
    assert find("tiny-shakespeare")["train"] == find("tiny-shakespeare")["dev"]
    assert locate("tiny-shakespeare").splits["dev"] == (tmp_path / "tiny-shakespeare/input.txt",)
    assert entry.shares == {"train": (0.0, 0.9), "dev": (0.9, 1.0)}


def test_a_dataset_may_lie_in_the_folder_of_another(toy, monkeypatch):
    (toy / "more.txt").write_bytes(b"more\n")
    file = CATALOGUE["toy"].files["more.txt"]
    entry = dataclasses.replace(CATALOGUE["toy"], name="beside", beside="toy", splits={"train": ("more.txt",)},
                                files={"more.txt": file})  # fmt: skip
    monkeypatch.setitem(CATALOGUE, "beside", entry)
    assert find("beside") == {"train": toy / "more.txt"}
    (toy / "more.txt").unlink()
    problem = problem_of("beside")
    assert problem.message == "dataset 'beside' is not here"
    assert f"its files belong into {toy}: more.txt" in problem.notes


def test_the_sonnets_are_cut_by_characters_and_lie_beside_the_plays():
    entry = CATALOGUE["sonnets"]
    assert entry.folder == "tiny-shakespeare"
    assert entry.files["sonnets.txt"] == CATALOGUE["tiny-shakespeare"].files["sonnets.txt"]
    assert entry.shares == {"train": (0.0, 0.8), "dev": (0.8, 0.9), "test": (0.9, 1.0)}
    assert entry.examples == "75248 / 9406 / 9406 characters"  # of 94060


def test_a_misspelt_name_is_told_the_nearest_one():
    problem = problem_of("sample-treebnak")
    assert problem.code == "SL401"
    assert problem.hint == "did you mean 'sample-treebank'?"
    assert "ud-english-ewt" in problem.notes[0]


SHIPPED = [entry for entry in CATALOGUE.values() if entry.is_sample and not entry.generated]


@pytest.mark.parametrize("entry", SHIPPED, ids=lambda entry: entry.name)
def test_samples_need_no_variable(entry, monkeypatch):
    monkeypatch.delenv("SEQLAB_DATA", raising=False)
    assert whereabouts(entry) == ("sample", SAMPLES)
    assert all(SAMPLES in path.parents and path.is_file() for path in find(entry.name).values())


def test_the_sum_of_an_archive_is_that_of_what_sha256sum_prints_for_its_members(tmp_path):
    (tmp_path / "images").mkdir()
    for name, content in {"b.png": b"bee", "a.png": b"ay"}.items():
        (tmp_path / "images" / name).write_bytes(content)
    printed = subprocess.run("sha256sum images/a.png images/b.png", shell=True, cwd=tmp_path, capture_output=True)
    for method, names in ((zipfile.ZIP_STORED, "ab"), (zipfile.ZIP_DEFLATED, "ba")):
        with zipfile.ZipFile(tmp_path / "x.zip", "w", method) as archive:
            archive.mkdir("images")
            for name in names:
                archive.write(tmp_path / f"images/{name}.png", f"images/{name}.png")
        assert content_sha256(tmp_path / "x.zip") == sha256(printed.stdout)


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_entry_is_complete(name):
    entry = CATALOGUE[name]
    assert entry.name == name
    assert {"train"} <= set(entry.splits) <= {"train", "dev", "test"}
    assert entry.summary
    assert entry.task
    assert entry.licence
    assert entry.is_sample or re.search(r"\(\d{4}\)|github", entry.citation)
    assert set(entry.shares) in (set(), set(entry.splits))
    assert entry.is_sample + entry.is_fetchable + bool(entry.obtain) == 1
    for file in entry.files.values():
        assert re.fullmatch("[0-9a-f]{64}", file.sha256)
        assert not PurePosixPath(file.name).is_absolute()
        assert ".." not in PurePosixPath(file.name).parts


@pytest.mark.parametrize("name", REAL)
def test_every_source_is_a_file_that_does_not_move(name):
    for file in CATALOGUE[name].files.values():
        if file.source is not None:
            address = urlsplit(file.source.url)
            assert (address.scheme, address.netloc) == ("https", "raw.githubusercontent.com")
            assert re.fullmatch("[0-9a-f]{40}", address.path.split("/")[3]) or name == "wikitext-2"
            assert re.fullmatch("[0-9a-f]{64}", file.source.sha256)
            assert file.source.is_packed == (file.source.sha256 != file.sha256)
            assert 0 < file.source.size < 50e6


@pytest.mark.data
@pytest.mark.parametrize("name", REAL)
def test_the_real_files_have_the_sums_of_the_catalogue(name):
    folder = Path(os.environ["SEQLAB_DATA"]) / CATALOGUE[name].folder
    if not folder.is_dir():
        pytest.skip(f"{name} is not here")
    assert locate(name).folder == folder
    files = {each: file for entry in CATALOGUE.values() if entry.folder == CATALOGUE[name].folder
             for each, file in entry.files.items()}  # fmt: skip
    there = [path for path in folder.rglob("*") if path.is_file() and path.name != "README.md"]
    for path in there:
        relative = str(path.relative_to(folder))
        file = files[relative.removesuffix(".gz")]
        assert content_sha256(path) == file.sha256, relative
        if file.source is not None and path.name.endswith(".gz") == file.source.is_packed:
            assert (sha256(path.read_bytes()), path.stat().st_size) == (file.source.sha256, file.source.size)


@pytest.mark.data
def test_every_folder_is_in_the_catalogue():
    folders = {path.name for path in Path(os.environ["SEQLAB_DATA"]).iterdir() if path.is_dir()}
    assert folders <= set(CATALOGUE)
