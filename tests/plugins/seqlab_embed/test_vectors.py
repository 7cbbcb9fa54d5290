"""The embedder `vectors`: rows of a file for the words that have one, one trained vector for all others."""

import gzip
import struct

import numpy as np
import pytest
import spacy
import torch

from seqlab import DataError, Vocabulary
from seqlab_embed.vector_files import read_rows
from seqlab_embed.vectors import VectorsEmbedder
from seqlab_embed.vectors_settings import VectorsSettings

WORDS = ["the", "dog", "New York", "東京", "Café", "cat", "cow", "ox"]
ROWS = {word: np.array([place + 0.5, -place, 0.25], dtype=np.float32) for place, word in enumerate(WORDS)}
BINARY_ROWS = {word.replace(" ", "_"): vector for word, vector in ROWS.items()}  # there a space ends the word
COUNTS = {"The": 6, "dog": 3, "DOG": 1, "New York": 1, "unheard": 9}


def text(rows, header: bool = False, end: str = "") -> str:
    lines = [f"{word} {' '.join(f'{number:.4f}' for number in vector)}{end}\n" for word, vector in rows.items()]
    return (f"{len(rows)} 3\n" if header else "") + "".join(lines)


def binary(rows, newlines: bool) -> bytes:
    packed = [word.encode() + b" " + struct.pack("<3f", *vector) + b"\n" * newlines for word, vector in rows.items()]
    return f"{len(rows)} 3\n".encode() + b"".join(packed)


FORMATS = {
    "glove.txt": text(ROWS).encode(),
    "glove.txt.gz": gzip.compress(text(ROWS).encode()),
    "windows.txt": text(ROWS).replace("\n", "\r\n").encode(),
    "word2vec.txt": text(ROWS, header=True).encode(),
    "fasttext.vec": text(ROWS, header=True, end=" ").encode(),
    "word2vec.bin": binary(BINARY_ROWS, newlines=True),
    "unbroken.bin": binary(BINARY_ROWS, newlines=False),
    "word2vec.bin.gz": gzip.compress(binary(BINARY_ROWS, newlines=True)),
}


@pytest.fixture
def write(tmp_path):
    def write_file(content, name="vectors.txt"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file


def make(path, counts=COUNTS, **settings):
    return VectorsEmbedder(
        VectorsSettings(**{"size": 3, "path": path, **settings}), Vocabulary.of_inputs(counts)
    ).eval()


def vectors(ours, *words):
    index = torch.arange(len(words)).unsqueeze(0)
    return ours(ours.features(words), index, torch.tensor([len(words)])).vectors[0]


def told(path, size: int = 3) -> tuple[str, str, str]:
    """Code, message and place of what is wrong with a file."""
    with pytest.raises(DataError) as caught:
        [vector() for _, vector in read_rows(path, size)]
    problem = caught.value.problems[0]
    assert problem.notes or problem.code == "SL410"
    return problem.code, problem.message, str(problem.place).removeprefix(str(path.parent) + "/")


# --------------------------------------------------------------------------------------------------- formats


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_rows_in_their_order(write, name):
    found = [(word, vector()) for word, vector in read_rows(write(FORMATS[name], name), 3)]
    assert [word for word, _ in found] == list(BINARY_ROWS if ".bin" in name else ROWS)
    for (_, vector), expected in zip(found, ROWS.values(), strict=True):
        assert vector.dtype == np.float32
        np.testing.assert_array_equal(vector, expected)


def test_a_binary_file_is_read_across_its_blocks(write, monkeypatch):
    for name in ("a.bin", "b.bin.gz"):
        for newlines in (False, True):
            content = binary(BINARY_ROWS, newlines)
            path = write(gzip.compress(content) if name.endswith(".gz") else content, name)
            for block in (1, 5, 16, 1000):
                monkeypatch.setattr("seqlab_embed.vector_files.BLOCK", block)
                found = {word: vector().tolist() for word, vector in read_rows(path, 3)}
                assert found == {word: vector.tolist() for word, vector in BINARY_ROWS.items()}


def test_a_word_may_hold_spaces_and_numbers(write):
    path = write("x 0.1 0.2 0.3\n. . . 1.0 2.0 3.0\nRoute 66 4.0 5.0 6.0\n")
    found = {word: vector().tolist() for word, vector in read_rows(path, 3)}
    assert list(found) == ["x", ". . .", "Route 66"]
    assert found["Route 66"] == [4, 5, 6]


BROKEN = {
    "too_narrow": ("a 1.0 2.0 3.0\nb 1.0 2.0\n", ("SL440", "the row has 2 numbers, not 3", "vectors.txt:2")),
    "too_wide": ("a 1.0 2.0 3.0\nb 1.0 2.0 3.0 4.0\n", ("SL440", "the row has 4 numbers, not 3", "vectors.txt:2")),
    "another_width": ("a 1.0 2.0 3.0 4.0 5.0\n", ("SL440", "the vectors have 5 numbers, not 3", "vectors.txt:1")),
    "another_width_said": ("1 5\na 1 2 3 4 5\n", ("SL440", "the vectors have 5 numbers, not 3", "vectors.txt:1")),
    "cut": ("3 3\na 1.0 2.0 3.0\n", ("SL441", "the file says that it has 3 vectors, but it has 1", "vectors.txt")),
    "not_utf8": (b"a 1.0 2.0 3.0\n\xe9 1.0 2.0 3.0\n", ("SL413", None, "vectors.txt:2")),
    "empty": (b"", ("SL416", "the file is empty", "vectors.txt")),
    "no_number": ("a 1.0 2.0 3.0\nb 1.0 x 3.0\n", ("SL440", None, "vectors.txt:2")),
    "not_finite": ("a 1.0 2.0 3.0\nb 1.0 nan 3.0\n", ("SL440", None, "vectors.txt:2")),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_text_file_is_told_by_its_line(write, name):
    content, (code, message, place) = BROKEN[name]
    found = told(write(content))
    assert (found[0], found[2].split(":")[:2]) == (code, place.split(":"))
    assert message in (None, found[1])


def test_a_missing_file_is_told(tmp_path):
    assert told(tmp_path / "none.txt")[0] == "SL410"
    assert told(tmp_path / "none.bin")[0] == "SL410"


def test_broken_binary_files_are_told(write):
    whole = binary(BINARY_ROWS, newlines=True)
    assert told(write(whole[:-10], "cut.bin"))[:2] == ("SL441", "the file says that it has 8 vectors, but it has 7")
    assert told(write(whole, "other.bin"), size=4)[:2] == ("SL440", "the vectors have 3 numbers, not 4")
    assert told(write("a 1.0 2.0 3.0\n", "text.bin"))[0] == "SL440"
    assert told(write(gzip.compress(whole)[:-9], "cut.bin.gz"))[0] == "SL412"
    assert told(write((793712314).to_bytes(4, "little") + bytes(100), "crawl.bin"))[0] == "SL442"


# -------------------------------------------------------------------------------------------------- look-up


@pytest.mark.parametrize("trainable", [False, True])
def test_a_word_is_looked_up_as_it_stands_then_in_lower_case(write, trainable):
    ours = make(write(text({**ROWS, "Dog": ROWS["ox"]})), trainable=trainable)
    found = vectors(ours, "dog", "DOG", "Dog", "The", "THE", "cat", "CAT", "New York", "new york", "unheard", "café")
    expected = ["dog", "dog", "ox", "the", "the", "cat", "cat", "New York", None, None, None]
    for vector, word in zip(found, expected, strict=True):
        np.testing.assert_array_equal(vector.detach().numpy(), np.zeros(3) if word is None else ROWS[word])


def test_the_first_row_of_a_word_counts_and_a_later_exact_one_outweighs_lower_case(write):
    ours = make(write("the 1.0 1.0 1.0\nThe 2.0 2.0 2.0\nThe 3.0 3.0 3.0\ncow 4.0 4.0 4.0\ncow 5.0 5.0 5.0\n"))
    assert vectors(ours, "The", "the", "cow")[:, 0].tolist() == [2, 1, 4]


def test_only_the_first_rows_of_the_file_are_kept_beside_train(write):
    path = write(text(ROWS))
    for keep, known in (
        (0, set()),
        (2, {"the", "東京"}),
        (4, {"the", "東京", "Café", "cat"}),
        (50, {*WORDS} - {*COUNTS}),
    ):
        ours = make(path, keep=keep)
        others = [word for word in WORDS if word not in COUNTS]
        found = dict(zip(others, vectors(ours, *others).any(dim=1).tolist(), strict=True))
        assert {word for word, has in found.items() if has} == known
        assert vectors(ours, "dog").any()


def test_words_without_a_vector_share_one_that_is_trained(write):
    ours = make(write(text(ROWS))).train()
    (3 * vectors(ours, "unheard", "dog", "unseen")).sum().backward()
    assert [name for name, _ in ours.named_parameters()] == ["unknown"]
    assert ours.unknown.grad.tolist() == [6, 6, 6]
    with torch.no_grad():
        ours.unknown += 7
    assert vectors(ours, "unheard", "unseen").eq(7).all()


def test_trainable_vectors_of_train_are_trained_and_kept_ones_are_not(write):
    ours = make(write(text(ROWS)), trainable=True)
    vectors(ours, "dog", "cat", "The", "dog", "unheard").sum().backward()
    touched = ours.vectors.grad.any(dim=1).nonzero().flatten().tolist()
    assert sorted(touched) == sorted(ours.vocabulary.ids(["dog", "The"]))
    assert ours.vectors.grad[ours.vocabulary.id("dog")].tolist() == [2, 2, 2]
    assert {name for name, _ in ours.named_parameters()} == {"unknown", "vectors"}


def test_coverage_counts_distinct_and_running_words(write):
    ours = make(write(text(ROWS)))
    ours.fill()
    assert (ours.coverage().types, ours.coverage().tokens) == (4 / 5, 11 / 20)


# ------------------------------------------------------------------------------------------ without the file


@pytest.mark.parametrize("trainable", [False, True])
def test_a_saved_model_needs_no_file(write, trainable):
    path = write(text(ROWS))
    ours = make(path, trainable=trainable)
    words = ["dog", "DOG", "cat", "Cat", "unheard", "unseen", "東京", "New York"]
    with torch.no_grad():
        ours.unknown += 0.5
    expected = vectors(ours, *words)
    path.unlink()
    fresh = make(path, trainable=trainable)
    assert {name: each.shape for name, each in fresh.state_dict().items()} == {
        name: each.shape for name, each in ours.state_dict().items()
    }
    fresh.load_state_dict(ours.state_dict())
    assert torch.equal(vectors(fresh, *words), expected)


def test_a_new_model_without_its_file_is_told(tmp_path):
    with pytest.raises(DataError, match="SL410"):
        make(tmp_path / "none.txt").features(["dog"])


def test_a_file_that_appears_later_changes_nothing(write):
    ours = make(write(text(ROWS), "one.txt"), keep=1)
    before = vectors(ours, *WORDS)
    write(text({word: vector + 1 for word, vector in ROWS.items()}), "one.txt")
    assert torch.equal(vectors(ours, *WORDS), before)


# ------------------------------------------------------------------------------------------------------ spaCy


def test_the_vectors_of_a_spacy_package(tmp_path):
    language = spacy.blank("en")
    for word, vector in ROWS.items():
        language.vocab.set_vector(word, vector)
    language.to_disk(tmp_path / "package")
    ours = make(None, spacy=str(tmp_path / "package"))
    for word, vector in zip(WORDS, vectors(ours, *WORDS), strict=True):
        np.testing.assert_array_equal(vector.detach().numpy(), ROWS[word])


def test_a_spacy_package_that_is_missing_or_without_vectors_is_told(tmp_path):
    with pytest.raises(DataError, match=r"SL443.*no spaCy package 'xx_none'"):
        make(None, spacy="xx_none").fill()
    spacy.blank("en").to_disk(tmp_path / "bare")
    with pytest.raises(DataError, match=r"SL443.*no table of vectors"):
        make(None, spacy=str(tmp_path / "bare")).fill()


@pytest.mark.parametrize("sources", [{}, {"path": "a", "spacy": "b"}])
def test_there_is_one_source(sources):
    with pytest.raises(ValueError, match="either 'path' or 'spacy'"):
        VectorsSettings(size=3, **sources)


def test_an_input_that_is_not_tokens_is_refused():
    with pytest.raises(ValueError, match="tokens only"):
        VectorsEmbedder(VectorsSettings(size=3, spacy="x"), None)
