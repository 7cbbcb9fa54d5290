"""Captioning from the command line to the report, on a few pictures."""

import io
import json
import re
import zipfile
from hashlib import sha256

import pytest
from PIL import Image as Pillow

PIPELINE = """
name: colours
threads: 1
data: {reader: {type: captions, images: all.zip}, train: table.tsv, dev: table.tsv, test: table.tsv}
model:
  embedder: {type: convnet, image_size: 8, channels: 8, depth: 1, size: 16}
  encoder: identity
  head: {type: captioner, decoder: {type: rnn_decoder, hidden_size: 16, embedding_size: 8}}
training: {epochs: 40, batch_size: 4, optimizer: {type: adam, lr: 0.02}}
evaluation: {resamples: 100, metrics: [exact_match, bleu_1, rouge_l]}
"""
COLOURS = {"red": (220, 20, 20), "green": (20, 200, 20), "blue": (20, 20, 220)}


def png(colour, number) -> bytes:
    stream = io.BytesIO()
    Pillow.new("RGB", (8, 8), tuple(max(0, part - number) for part in COLOURS[colour])).save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("captions")
    pictures = {f"{colour}{number}.png": colour for number in range(4) for colour in COLOURS}
    with zipfile.ZipFile(folder / "all.zip", "w") as archive:
        for name, colour in pictures.items():
            archive.writestr(f"images/{name}", png(colour, int(name[-5])))
    rows = "".join(f"{name}\tall {colour}\n{name}\tit is {colour}\n" for name, colour in pictures.items())
    (folder / "table.tsv").write_text(f"image\tcaption\n{rows}")
    (folder / "colours.yaml").write_text(PIPELINE)
    from seqlab.testing import invoke

    answer = invoke("run", str(folder / "colours.yaml"), "--run-dir", str(folder / "run"))
    assert answer.code == 0, answer.errors
    return folder


def test_it_learns_what_only_the_image_tells(home):
    scores = json.loads((home / "run" / "metrics.json").read_text())["test"]
    assert scores["model"]["exact_match"] == 1
    assert (
        max(each["exact_match"] for key, each in scores["baselines"].items() if key != "nearest_image_caption") <= 1 / 3
    )
    assert scores["controls"]["shuffled_images"]["exact_match"] < 0.7


def test_predictions_name_their_images(home):
    lines = (home / "run" / "predictions.test.jsonl").read_text().splitlines()
    first = json.loads(lines[0])
    assert first["image"] == {"main": [str(home / "all.zip"), "images/red0.png"]}
    assert first["gold"] == [["all", "red"], ["it", "is", "red"]]


def test_the_manifest_has_the_sha256_of_table_and_images(home):
    data = json.loads((home / "run" / "manifest.json").read_text())["data"]
    assert data == {
        str(home / name): sha256((home / name).read_bytes()).hexdigest() for name in ("table.tsv", "all.zip")
    }


def test_the_report_shows_images_captions_and_where_it_looked(home):
    report = (home / "run" / "report.html").read_text()
    section = report[report.index("distinct captions for 12 images of test") :]
    assert section.count('<img src="data:image/jpeg;base64,') == 12
    assert '<li dir="auto">it is red</li>' in section
    word = re.search(r'<figure><div class="look seen-\d+"><svg viewBox="0 0 4 4".*?</figure>', section)
    assert word is not None
    shades = [float(each) for each in re.findall(r'opacity="([\d.]+)"', word.group())]
    assert len(shades) == 16
    assert min(shades) == 0  # where it looked most
    assert "http" not in section[: section.index("</section>")]


def test_predict_captions_images_that_are_named_or_listed(home, seqlab):
    paths = [str(home / f"{colour}.png") for colour in ("blue", "green")]
    for path, colour in zip(paths, ("blue", "green"), strict=True):
        (home / path).write_bytes(png(colour, 1))
    answer = seqlab("predict", str(home / "run"), *paths)
    assert answer.code == 0, answer.errors
    rows = [line.split("\t") for line in answer.output.splitlines()]
    assert [row[0] for row in rows] == paths
    assert [row[1].split()[-1] for row in rows] == ["blue", "green"]
    (home / "list.txt").write_text("\n".join(paths) + "\n")
    assert seqlab("predict", str(home / "run"), str(home / "list.txt")).output == answer.output


def test_captions_are_scored_and_drawn_given_their_image(home, seqlab):
    pairs = json.loads(seqlab("score", str(home / "run"), str(home / "table.tsv"), "--json").output)["lines"]
    assert [(pair["input"], pair["text"]) for pair in pairs[:2]] == [
        ("images/red0.png", "all red"),
        ("images/red0.png", "it is red"),
    ]
    (home / "wrong.tsv").write_text("image\tcaption\nred0.png\tall blue\n")
    [wrong] = json.loads(seqlab("score", str(home / "run"), str(home / "wrong.tsv"), "--json").output)["lines"]
    assert wrong["log_prob"] < pairs[0]["log_prob"] - 2
    path = home / "red.png"
    path.write_bytes(png("red", 0))
    answer = seqlab("generate", str(home / "run"), "--prompt", str(path), "--temperature", "0")
    assert answer.output == "all red\n"
    answer = seqlab("generate", str(home / "run"), "--prompt", "nowhere.png")
    assert (answer.code, "--prompt:1: error[SL491]" in answer.errors) == (3, True)


def test_an_image_that_is_not_there_is_told(home, seqlab):
    answer = seqlab("predict", str(home / "run"), str(home / "none.png"))
    assert answer.code == 3
    assert "command line:1: error[SL491]" in answer.errors
    assert "none.png" in answer.errors


def test_several_files_that_are_no_images_are_refused(home, seqlab):
    answer = seqlab("predict", str(home / "run"), "a.txt", "b.txt")
    assert answer.code == 2
    assert "only images may be several" in answer.errors


def test_a_baseline_that_cannot_read_what_the_reader_gives_is_refused(home, seqlab):
    answer = seqlab("validate", str(home / "colours.yaml"), "evaluation.baselines.add=[copy]")
    assert answer.code == 2
    assert "baseline 'copy' reads tokens, but reader 'captions' gives 'image'" in answer.errors
    answer = seqlab("validate", "copy_reverse", "evaluation.baselines.add=[nearest_image_caption]")
    assert "SL308" in answer.errors
