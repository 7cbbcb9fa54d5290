"""`seqlab data`."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from seqlab.data.catalogue import CATALOGUE, SAMPLES

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(autouse=True)
def nothing_here(tmp_path, monkeypatch):
    """No SEQLAB_DATA, and an empty cache."""
    monkeypatch.delenv("SEQLAB_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def put_tiny_shakespeare(folder: Path) -> None:
    """A file of that name; `list` does not look into it."""
    folder.mkdir(parents=True)
    (folder / "input.txt").write_text("First Citizen:")


def line_of(name: str, output: str) -> str:
    (line,) = [line for line in output.splitlines() if line.startswith(f"  {name} ")]
    return re.sub("  +", " | ", line.strip())


def test_the_list_says_what_each_is_and_where(seqlab, tmp_path, monkeypatch):
    output = seqlab("data", "list").output
    assert line_of("name", output) == "name | where | task | sizes; licence"
    assert (
        line_of("sample-treebank", output) == "sample-treebank | sample | tagging | 875 / 135 / 336 sentences; CC0 1.0"
    )
    assert line_of("wnut17", output) == (
        "wnut17 | not here (fetch) | named entities | 3394 / 1009 / 1287 sentences; CC BY 4.0"
    )
    assert line_of("ptb-lm", output).startswith("ptb-lm | not here (by hand) | word language model | ")
    put_tiny_shakespeare(tmp_path / "cache/seqlab/data/tiny-shakespeare")
    assert " | cache | " in line_of("tiny-shakespeare", seqlab("data", "list").output)
    put_tiny_shakespeare(tmp_path / "data/tiny-shakespeare")
    monkeypatch.setenv("SEQLAB_DATA", str(tmp_path / "data"))
    assert " | SEQLAB_DATA | " in line_of("tiny-shakespeare", seqlab("data", "list").output)


def test_the_list_as_json(seqlab):
    records = {record["name"]: record for record in json.loads(seqlab("data", "list", "--json").output)}
    assert list(records) == list(CATALOGUE)
    assert records["ptb-lm"]["fetch"] == "manual"
    assert records["ptb-lm"]["where"] is None
    assert not records["ptb-lm"]["redistributable"]
    assert records["sample-treebank"]["folder"] == str(SAMPLES)
    wnut = records["wnut17"]
    assert (wnut["fetch"], wnut["download_bytes"]) == ("automatic", 800_955)
    assert wnut["splits"] == {
        "train": ["wnut17train.conll"],
        "dev": ["emerging.dev.conll"],
        "test": ["emerging.test.annotated"],
    }
    assert wnut["files"]["emerging.dev.conll"]["url"].startswith("https://")


def test_the_sizes_are_those_of_the_sample():
    sizes = [
        (SAMPLES / "treebank" / f"{split}.conllu").read_text().count("# sent_id") for split in ("train", "dev", "test")
    ]
    assert CATALOGUE["sample-treebank"].examples == "{} / {} / {} sentences".format(*sizes)


def test_a_path_is_printed_alone(seqlab):
    assert seqlab("data", "path", "sample-treebank").output == f"{SAMPLES}\n"
    assert seqlab("data", "path", "sample-treebank", "dev").output == f"{SAMPLES}/treebank/dev.conllu\n"


def test_a_split_that_it_does_not_have_is_told(seqlab):
    answer = seqlab("data", "path", "sample-treebank", "validation")
    assert (answer.code, answer.output) == (3, "")
    assert answer.errors == (
        "error[SL430]: dataset 'sample-treebank' has no split 'validation'\n   splits: train, dev, test\n"
    )


def test_what_is_not_here_says_what_to_run(seqlab):
    answer = seqlab("data", "path", "wnut17")
    assert answer.code == 3
    assert answer.errors.startswith(
        "error[SL402]: dataset 'wnut17' is not here\n   get it: seqlab data fetch wnut17        (0.8 MB, "
    )


def test_a_wrong_copy_is_refused(seqlab, tmp_path):
    put_tiny_shakespeare(tmp_path / "cache/seqlab/data/tiny-shakespeare")
    answer = seqlab("data", "path", "tiny-shakespeare")
    assert answer.code == 3
    assert "error[SL403]" in answer.errors
    assert "get it again: seqlab data fetch tiny-shakespeare" in answer.errors


def test_a_sample_need_not_be_fetched(seqlab, tmp_path):
    assert seqlab("data", "fetch", "sample-treebank").output == f"sample-treebank  comes with seqlab: {SAMPLES}\n"
    answer = seqlab("data", "fetch", "python-topics")
    (folder,) = (tmp_path / "cache/seqlab/samples/python-topics").iterdir()
    assert answer.output == f"python-topics  comes with seqlab: {folder}\n"


def test_a_generated_sample_is_listed_without_being_made(seqlab, tmp_path):
    line = line_of("python-topics", seqlab("data", "list").output)
    assert line == (
        "python-topics | sample | character language model | about 300000 / 34000 / 47000 characters; PSF License 2"
    )
    (record,) = [each for each in json.loads(seqlab("data", "list", "--json").output) if each["name"] == "latex"]
    assert (record["fetch"], record["where"]) == ("sample", "sample")
    assert record["folder"] == str(tmp_path / "cache/seqlab/samples/latex/1")
    assert not (tmp_path / "cache").exists()


def test_a_generated_sample_is_made_when_its_path_is_asked_for(seqlab):
    path = Path(seqlab("data", "path", "hello", "train").output.strip())
    assert path.read_text() == "hello\n" * 100


def test_all_unknown_names_are_told_before_anything_is_fetched(seqlab, tmp_path):
    answer = seqlab("data", "fetch", "wnut17", "wikitext2", "wnut-17")
    assert answer.code == 3
    assert re.findall("did you mean '(.*)'", answer.errors) == ["wikitext-2", "wnut17"]
    assert not (tmp_path / "cache").exists()


def test_all_that_can_only_be_obtained_by_hand_is_told_before_anything_is_fetched(seqlab, tmp_path):
    answer = seqlab("data", "fetch", "wnut17", "ptb-lm", "wikigold")
    assert answer.code == 3
    assert re.findall("SL432.*'(.*)'", answer.errors) == ["ptb-lm", "wikigold"]
    assert not (tmp_path / "cache").exists()


GUARD = """
import sys
def refuse(event, arguments):
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        raise AssertionError(f"{event} {arguments}")
sys.addaudithook(refuse)
from seqlab.cli.main import main
sys.exit(main(sys.argv[1:]))
"""
OFFLINE = {
    "list": ["data", "list"],
    "path": ["data", "path", "sample-treebank"],
    "made": ["data", "path", "python-source"],
    "plugins": ["plugins"],
    "show": ["show", "encoder"],
    "validate": ["validate", "pos"],
    "run": ["run", "pos", "training.max_steps=1", "data.limit=20", "evaluation.resamples=100"],
}


def run_guarded(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", GUARD, *arguments], capture_output=True, text=True, cwd=folder)


@pytest.mark.parametrize("arguments", OFFLINE.values(), ids=OFFLINE.keys())
def test_no_other_command_opens_a_socket(arguments, tmp_path):
    answer = run_guarded(arguments, tmp_path)
    assert answer.returncode == 0, answer.stderr


def test_fetch_does(tmp_path):
    answer = run_guarded(["data", "fetch", "wnut17"], tmp_path)
    assert "AssertionError: socket." in answer.stderr


def test_nothing_heavy_is_imported():
    code = (
        "import sys; from seqlab.cli.main import main; main(['data', 'list']);"
        "sys.exit(any(name in sys.modules for name in ('torch', 'numpy', 'urllib.request', 'filelock')))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, env={**os.environ}).returncode == 0


def test_the_page_lists_what_is_fetched_and_what_is_not():
    page = (ROOT / "docs/how-to/datasets.md").read_text(encoding="utf-8")
    fetched, by_hand = page.split("## By hand")
    for name, entry in CATALOGUE.items():
        if not entry.is_sample:
            assert f"`{name}`" in (fetched if entry.is_fetchable else by_hand)
