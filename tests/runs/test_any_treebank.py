"""Any UD treebank, named by its paths, goes through a run, `predict` and `evaluate` unharmed.

The treebanks are drawn from small lexicons of ten scripts. What the gold file holds is read here again by a few plain
lines, which know nothing of the reader; every file of the run is held against them.
"""

# ruff: noqa: RUF001 (letters of other scripts are meant)
import gzip
import io
import json
import random
import unicodedata
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from html.parser import HTMLParser

import pytest

from seqlab.cli.main import main

SMALL = ("threads=1", "training.max_steps=15", "evaluation.resamples=100")
COLUMNS = {"upos": 3, "xpos": 4, "feats": 5}
LONG = "x" * 100_000


@dataclass(frozen=True)
class Word:
    form: str
    upos: str
    xpos: str = "_"
    feats: str = "_"
    misc: str = "_"
    parts: tuple["Word", ...] = ()  # a multiword token has some
    hidden: bool = False  # an empty node


@dataclass(frozen=True)
class Treebank:
    """Words to draw from, and what is special about the files."""

    words: tuple[Word, ...]
    column: str = "upos"
    spaces: bool = True
    lengths: tuple[int, ...] = (1, 2, 3, 5, 8)
    ids: bool = True
    once: tuple[Word, ...] = ()  # in the first sentence only
    unseen: tuple[Word, ...] = ()  # in dev and test only

    def sentences(self, split: str, count: int) -> list[tuple[Word, ...]]:
        draws = random.Random(split)
        known = self.words if split == "train" else self.words + self.unseen
        rest = [draws.choices(known, k=draws.choice(self.lengths)) for _ in range(count - 1)]
        rest = [known[:1] * all(word.hidden for word in sentence) + tuple(sentence) for sentence in rest]
        return [(*known, *self.once), *rest]

    def text(self, split: str, count: int = 20) -> str:
        return "".join(self._block(f"{split}/{number}", s) for number, s in enumerate(self.sentences(split, count), 1))

    def _block(self, name: str, sentence: tuple[Word, ...]) -> str:
        lines, surface, number, hidden = [], [], 0, 0
        for word in sentence:
            misc = word.misc if self.spaces else "|".join({word.misc, "SpaceAfter=No"} - {"_"})
            if word.hidden:
                hidden += 1
                lines.append(f"{number}.{hidden}\t{word.form}\t_\t{word.upos}\t_\t_\t_\t_\t{number}:dep\t_")
                continue
            surface.append(word.form if not self.spaces or "SpaceAfter=No" in misc else word.form + " ")
            if word.parts:
                lines.append(f"{number + 1}-{number + len(word.parts)}\t{word.form}" + "\t_" * 7 + f"\t{misc}")
            for part in word.parts or (replace(word, misc=misc),):
                number, hidden = number + 1, 0
                head = "0\troot" if number == 1 else "1\tdep"
                lines.append(
                    f"{number}\t{part.form}\t_\t{part.upos}\t{part.xpos}\t{part.feats}\t{head}\t_\t{part.misc}"
                )
        text = "".join(surface).strip(" ")
        comments = [f"# sent_id = {name}", f"# text = {text}", "# a comment without an equals sign"] if self.ids else []
        return "\n".join([*comments, *lines]) + "\n\n"


ARABIC = Treebank(
    (
        Word("وكتبها", "_", parts=(Word("و", "CCONJ", "C---------"), Word("كتب", "VERB", "VP-A-3MS--"), Word("ها", "PRON", "SP---3FS4-"))),
        Word("الطالِبُ", "NOUN", "N------S1D"),
        Word("\u200fفي\u200f", "ADP", "P---------"),
        Word("(ضمير)", "PRON", hidden=True),
        Word("بيته", "_", parts=(Word("بيت", "NOUN", "N------S2R"), Word("ه", "PRON", "SP---3MS2-"))),
        Word("١٢٫٥", "NUM", "Q---------"),
        Word("؟", "PUNCT", "G---------"),
    )
)  # fmt: skip
HEBREW = Treebank(
    (
        Word("שָׁלוֹם", "NOUN", "NOUN", "Gender=Masc"),
        Word('צה"ל', "PROPN", "PROPN"),
        Word("\u202bא-1\u202c", "X", "X"),
        Word(".", "PUNCT", "PUNCT"),
    ),
    column="xpos",
)
CHINESE = Treebank(
    (
        Word("我們", "PRON", "PRP"),
        Word("在", "ADP", "IN"),
        Word("全\u3000角", "NOUN", "NN"),
        Word("𠮷野家", "PROPN", "NNP"),  # beyond the basic plane
        Word("喝", "VERB", "VV"),
        Word("。", "PUNCT", "."),
    ),
    spaces=False,
)
HINDI = Treebank(
    (
        Word("लड़की", "NOUN", "NN", "Case=Nom|Gender=Fem|Number=Sing"),
        Word(unicodedata.normalize("NFD", "ऩई"), "ADJ", "JJ", "Case=Nom"),
        Word("क्षत्रिय", "NOUN", "NNP", "Case=Acc|Number=Sing"),
        Word("है", "AUX", "VM"),
        Word("।", "PUNCT", "SYM"),
    ),
    column="feats",
    unseen=(Word("ने", "ADP", "PSP", "AdpType=Post"),),
)
VIETNAMESE = Treebank(
    (
        Word("học sinh", "NOUN", "N"),
        Word(unicodedata.normalize("NFD", "tiếng Việt"), "PROPN", "Np"),
        Word("100\u00a0000", "NUM", "M"),
        Word("đang", "ADV", "R"),
        Word("đọc", "VERB", "V"),
        Word("...", "PUNCT", "..."),
    )
)
FINNISH = Treebank(
    (
        Word("lentokonesuihkuturbiinimoottoriapumekaanikkoaliupseerioppilas", "NOUN", "N", "Case=Nom|Number=Sing"),
        Word("epäjärjestelmällistyttämättömyydelläänsäkäänköhän" * 5, "NOUN", "N", "Case=Ade|Clitic=Kaan,Ko,Han"),
        Word("ei", "AUX", "V", "Number=Sing|Person=3|Polarity=Neg|VerbForm=Fin|Voice=Act"),
        Word("!", "PUNCT", "Punct"),
    ),
    column="feats",
    unseen=(Word("taloksi", "NOUN", "N", "Case=Tra|Number=Sing"),),
)
ODD = Treebank(  # each is one word for its treebank, and something else to a careless program
    (
        Word("👩‍👩‍👧‍👦", "SYM", "EMO_FAMILY"),
        Word("🇫🇮", "SYM", "EMO_FLAG"),
        Word("_", "PRON", "_UNDER_SCORE_"),
        Word("#", "SYM", "#"),
        Word("# text = none", "X", "HASH|BAR=1"),
        Word("<script>alert(1)</script>", "X", "<b>&amp;"),
        Word('"', "PUNCT", "``"),
        Word("\\n", "X", "{{ tag }}"),
        Word("a\u2028b", "X", "LINE\u2028TAG"),  # line ends to Python's str.splitlines, and to no treebank
        Word("c\x85d", "X", "$"),
        Word("e\x0bf\x0cg\x1ch", "X", "null"),
        Word("\ufeff", "X", "NaN"),
        Word("1-2", "NUM", "CD-1"),
        Word("e\u0301\u0323", "X", "1e5"),
        Word("-LRB-", "PUNCT", "-LRB-"),
    ),
    column="xpos",
    unseen=(Word("☃", "SYM", "never in train"),),
)
LENGTHY = Treebank(
    (
        Word("yes", "INTJ"),
        Word("no", "PART", misc="SpaceAfter=No|Translit=n|Note=a b=c"),
        Word("it", "PRON"),
        Word("is", "AUX"),
    ),
    lengths=(1, 1, 1, 1, 1, 1, 1000),
    ids=False,
    once=(Word("perhaps", "ADV", misc=f"Gloss={LONG}"),),
)
MANY_TAGS = Treebank(
    tuple(Word(f"w{n % 40}", "X", f"TAG_{n}:{chr(0x3B1 + n % 20)}") for n in range(75)), column="xpos", lengths=(6, 12)
)

TREEBANKS = {
    "arabic": ARABIC,
    "hebrew": HEBREW,
    "chinese": CHINESE,
    "hindi": HINDI,
    "vietnamese": VIETNAMESE,
    "finnish": FINNISH,
    "odd": ODD,
    "lengthy": LENGTHY,
    "many_tags": MANY_TAGS,
}


def test_the_treebanks_are_as_odd_as_they_should_be():
    lengths = {len(sentence) for split in ("train", "test") for sentence in LENGTHY.sentences(split, 20)}
    assert {1, 1000} < lengths
    assert len({word.xpos for word in MANY_TAGS.words}) == 75
    assert max(map(len, LENGTHY.text("train").split("\n"))) > len(LONG)
    assert "\n5.1\t" in ARABIC.text("train")
    assert "\n1-3\t" in ARABIC.text("train")
    for treebank in (HINDI, VIETNAMESE, ODD):
        assert not all(unicodedata.is_normalized("NFC", word.form) for word in treebank.words)


def gold_lines(text: str) -> list[list[list[str]]]:
    """The columns of the words of each sentence, as plainly as can be."""
    blocks = [block.split("\n") for block in text.rstrip("\n").split("\n\n")]
    rows = [[line.split("\t") for line in block if not line.startswith("# ") or "\t" in line] for block in blocks]
    return [[row for row in block if row[0].isdigit()] for block in rows]


def pipeline(column: str, ending: str = "conllu") -> str:
    return f"""
name: own
data:
  reader: {{type: conllu, column: {column}}}
  train: train.{ending}
  dev: dev.{ending}
  test: test.{ending}
model:
  embedder: {{type: word, size: 8}}
  encoder: {{type: lstm, hidden_size: 8, bidirectional: true}}
  head: tagger
training: {{optimizer: {{type: adam, lr: 0.03}}, batch_tokens: 100}}
"""


@pytest.fixture
def run(seqlab, tmp_path, monkeypatch):
    """Writes the files of a treebank, runs it, and gives the records of `predictions.test.jsonl`."""
    monkeypatch.chdir(tmp_path)

    def go(treebank, folder="ran", ending="conllu", damage=lambda text: text.encode()):
        for split in ("train", "dev", "test"):
            content = damage(treebank.text(split))
            (tmp_path / f"{split}.{ending}").write_bytes(gzip.compress(content) if ending.endswith("gz") else content)
        (tmp_path / "own.yaml").write_text(pipeline(treebank.column, ending), encoding="utf-8")
        answer = seqlab("run", "own.yaml", *SMALL, "--run-dir", folder)
        assert answer.code == 0, answer.errors
        written = (tmp_path / folder / "predictions.test.jsonl").read_text(encoding="utf-8")
        return [json.loads(line) for line in written.removesuffix("\n").split("\n")]

    return go


@pytest.mark.parametrize("name", TREEBANKS)
def test_a_run_keeps_every_word_and_tag(run, seqlab, tmp_path, name):
    treebank = TREEBANKS[name]
    records = run(treebank)
    text = treebank.text("test")
    index, gold = COLUMNS[treebank.column], gold_lines(text)
    assert [record["tokens"] for record in records] == [[row[1] for row in rows] for rows in gold]
    assert [record["gold"] for record in records] == [[row[index] for row in rows] for rows in gold]
    names = [f"test/{n}" if treebank.ids else f"test-{n}" for n in range(1, len(gold) + 1)]
    assert [record["id"] for record in records] == names
    tags = {tag for rows in gold_lines(treebank.text("train")) for tag in (row[index] for row in rows)}
    assert {tag for record in records for tag in record["model"]} <= tags

    # `predict` gives the file back, with nothing changed but the column
    answer = seqlab("predict", "ran", "test.conllu", "--input", "conllu")
    assert answer.code == 0, answer.errors
    said = iter(tag for record in records for tag in record["model"])
    expected = []
    for line in text.split("\n"):
        columns = line.split("\t")
        if len(columns) == 10 and columns[0].isdigit():
            columns[index] = next(said)
        expected.append("\t".join(columns))
    assert answer.output.split("\n") == expected

    # `evaluate` finds the run's score on the gold file, and no mistake on the predicted one
    scores = json.loads((tmp_path / "ran" / "metrics.json").read_text(encoding="utf-8"))["test"]
    right = [said == tag for record in records for said, tag in zip(record["model"], record["gold"], strict=True)]
    assert scores["model"]["accuracy"] == pytest.approx(sum(right) / len(right))
    again = seqlab("evaluate", "ran", "--data", "test.conllu", "--json")
    assert again.code == 0, again.errors
    found = json.loads(again.output)["test"]
    assert (found["n"], found["model"], found["baselines"]) == (scores["n"], scores["model"], scores["baselines"])
    (tmp_path / "said.conllu").write_bytes(answer.output.encode())
    perfect = seqlab("evaluate", "ran", "--data", "said.conllu", "--json")
    assert json.loads(perfect.output)["test"]["model"]["accuracy"] == 1


def test_predictions_are_utf_8_whatever_the_terminal_speaks(run):
    run(ARABIC)
    written = io.BytesIO()
    with redirect_stdout(io.TextIOWrapper(written, encoding="ascii", newline="\r\n")) as terminal:
        code = main(["predict", "ran", "test.conllu"])
        terminal.flush()
        given = written.getvalue().decode()
    assert code == 0
    assert [line.split("\t")[:3] for line in given.split("\n")] == [
        line.split("\t")[:3] for line in ARABIC.text("test").split("\n")
    ]


class Marked(HTMLParser):
    """The words that the report marks as errors."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.inside = ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.inside = tag
        if tag in ("mark", "dd"):
            (self.words if tag == "mark" else self.tags).append("")

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        if self.inside in ("mark", "dd"):
            (self.words if self.inside == "mark" else self.tags)[-1] += data


def test_the_report_shows_the_words_undamaged(run, tmp_path):
    frightening = tuple(word for word in ODD.words if not word.form.isalnum())[:10]
    records = run(replace(ODD, words=(Word("plain", "X", "X"),), unseen=frightening))
    page = (tmp_path / "ran" / "report.html").read_text(encoding="utf-8")
    shown = Marked(page)
    triples = [triple for r in records for triple in zip(r["tokens"], r["gold"], r["model"], strict=True)]
    wrong = {word for word, gold, said in triples if gold != said}
    assert wrong == {word.form for word in frightening}
    assert {word for word in shown.words if word != "marked"} == wrong  # the page explains what is marked
    assert {gold for _, gold, said in triples if gold != said} <= set(shown.tags)
    assert "<script" not in page


DAMAGES = {
    "crlf": ("conllu", lambda text: text.replace("\n", "\r\n").encode()),
    "mark": ("conllu", lambda text: b"\xef\xbb\xbf" + text.encode()),
    "packed": ("conllu.gz", lambda text: text.encode()),
    "no_last_line": ("conllu", lambda text: text.rstrip("\n").encode()),
    "more_empty_lines": ("conllu", lambda text: ("\n" + text.replace("\n\n", "\n \n\n")).encode()),
    "all_of_them": ("conllu.gz", lambda text: b"\xef\xbb\xbf" + text.rstrip("\n").replace("\n", "\r\n").encode()),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_the_bytes_around_the_lines_change_nothing(run, seqlab, tmp_path, name):
    def kept(records):
        return [{key: value for key, value in record.items() if key != "place"} for record in records]

    ending, damage = DAMAGES[name]
    records = kept(run(ARABIC, ending=ending, damage=damage))
    said = seqlab("predict", "ran", f"test.{ending}").output
    assert records == kept(run(ARABIC, "as_it_should_be"))
    assert said == seqlab("predict", "as_it_should_be", "test.conllu").output
