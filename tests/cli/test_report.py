"""`seqlab report`: what the folder of a run holds is enough to write its report again, to the same bytes."""

import shutil
import subprocess
import sys


def test_report_and_card_are_those_that_the_run_wrote(seqlab, finished, tmp_path, monkeypatch):
    monkeypatch.chdir(finished)
    folder = finished / "runs/pos/a"
    before = {name: (folder / name).read_bytes() for name in ("report.html", "MODEL_CARD.md")}
    for name in before:
        (folder / name).unlink()
    answer = seqlab("report", str(folder))
    assert answer.code == 0, answer.errors
    assert str(folder / "report.html") in answer.output
    assert {name: (folder / name).read_bytes() for name in before} == before


def test_it_needs_neither_torch_nor_spacy(here):
    code = (
        "import sys; from seqlab.cli.main import main; code = main(['report', 'pos']);"
        "print(code, [name for name in ('torch', 'spacy') if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.splitlines()[-1] == "0 []"


def test_predictions_that_are_lost_or_broken_are_told_with_their_line(seqlab, here, tmp_path):
    shutil.copytree(here / "runs/pos/a", tmp_path / "run")
    path = tmp_path / "run/predictions.test.jsonl"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], lines[1][:40], *lines[2:]]))
    answer = seqlab("report", str(tmp_path / "run"))
    assert answer.code == 6
    assert f"{path}:2: error[SL613]" in answer.errors
    path.unlink()
    assert "SL613" in seqlab("report", str(tmp_path / "run")).errors


def test_metrics_of_another_schema_are_told(seqlab, here, tmp_path):
    shutil.copytree(here / "runs/pos/a", tmp_path / "run")
    (tmp_path / "run/metrics.json").write_text('{"schema": 9}')
    answer = seqlab("report", str(tmp_path / "run"))
    assert answer.code == 6
    assert "error[SL614]" in answer.errors
    assert "schema 9" in answer.errors


def test_a_model_by_itself_has_no_report(seqlab, here, tmp_path):
    shutil.copytree(here / "runs/pos/a/model", tmp_path / "alone")
    answer = seqlab("report", str(tmp_path / "alone"))
    assert answer.code == 6
    assert "SL612" in answer.errors
