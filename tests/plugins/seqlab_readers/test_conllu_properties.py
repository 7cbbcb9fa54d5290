"""Whatever is written as CoNLL-U is read back; whatever is broken in it is told and never a traceback."""

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from seqlab import DataError, Example, Tags, Tokens
from seqlab_readers.column import UPOS
from seqlab_readers.conllu import Conllu
from seqlab_readers.settings import ConlluSettings

FORMS = st.text(st.characters(exclude_characters="\t\n\r\0", exclude_categories=["Cs"]), min_size=1, max_size=6).filter(
    lambda form: not form.isspace()
)
MISC = st.sampled_from(["_", "SpaceAfter=No", "Gloss=x|SpaceAfter=No", "Gloss=" + "y" * 300])
BLANK = "\t_" * 6


@st.composite
def sentence(draw: st.DrawFn) -> tuple[list[str], list[str], list[str]]:
    """Forms, tags and lines of one sentence, with comments, ranges and empty nodes strewn in."""
    words = draw(st.lists(st.tuples(FORMS, st.sampled_from(UPOS), MISC), min_size=1, max_size=8))
    lines = [f"# {draw(FORMS)} = {draw(FORMS)}" for _ in range(draw(st.integers(0, 2)))]
    if draw(st.booleans()):
        lines.append(f"# text = {draw(FORMS)}")
    end = 0
    if draw(st.booleans()):
        lines.append(f"0.1\tnode{BLANK}\t_\t_")
    for number, (form, tag, misc) in enumerate(words, 1):
        if number > end and draw(st.integers(0, 3)) == 0:
            end = draw(st.integers(number, len(words)))
            lines.append(f"{number}-{end}\t{draw(FORMS)}{BLANK}\t_\t{draw(MISC)}")
        lines.append(f"{number}\t{form}\t_\t{tag}\t_\t_\t_\t_\t_\t{misc}")
        lines += [f"{number}.{part}\tnode{BLANK}\t_\t_" for part in range(1, draw(st.integers(0, 2)) + 1)]
    return [form for form, _, _ in words], [tag for _, tag, _ in words], lines


def read(text: str) -> list[Example]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "some.conllu"
        path.write_bytes(text.encode())
        return list(Conllu(ConlluSettings()).read(path, "dev"))


@given(st.lists(sentence(), min_size=1, max_size=4), st.sampled_from(["\n", "\r\n"]), st.integers(0, 3))
def test_what_is_written_is_read(sentences: list[tuple[list[str], list[str], list[str]]], end: str, ends: int) -> None:
    if all(form == "_" for forms, _, _ in sentences for form in forms):
        return  # such a file is refused: its texts are withheld
    text = (end + end).join(end.join(lines) for _, _, lines in sentences) + end * ends
    examples = read(text)
    assert [list(example.target.items) for example in examples if isinstance(example.target, Tags)] == [
        tags for _, tags, _ in sentences
    ]
    for example, (forms, _, _) in zip(examples, sentences, strict=True):
        tokens = example.inputs["main"]
        assert isinstance(tokens, Tokens)
        assert list(tokens.items) == forms
        assert tokens.text is not None
        assert len(tokens.starts) == len(forms)
        assert list(tokens.starts) == sorted(tokens.starts)


@given(sentence(), st.data())
def test_a_damaged_file_is_read_or_told(one: tuple[list[str], list[str], list[str]], data: st.DataObject) -> None:
    text = "\n".join(one[2]) + "\n"
    at = data.draw(st.integers(0, len(text) - 1))
    damage = data.draw(st.sampled_from(["", "\t", "\n", " ", "0", "1-2", "#", "\0", "x"]))
    try:
        examples = read(text[:at] + damage + text[at + data.draw(st.integers(0, 3)) :])
    except DataError as error:
        assert error.problems  # noqa: PT017
        assert all(problem.code.startswith("SL4") for problem in error.problems)  # noqa: PT017
        return
    for example in examples:
        assert isinstance(example.target, Tags)
        assert len(example.inputs["main"].items) == len(example.target.items) > 0  # type: ignore[union-attr]
