"""The embedder `affix` reads the beginnings, the ends and the shape of a word, and nothing else."""

import pytest
import torch

from seqlab import Vocabulary
from seqlab_embed.affix import AffixEmbedder, shape_of
from seqlab_embed.affix_settings import AffixSettings

WORDS = ["Running", "runs", "The", "the", "U.S.", "2026", "a", "", "naïve", "日本語", "thing"]


def embedder(**settings) -> AffixEmbedder:
    torch.manual_seed(13)
    return AffixEmbedder(AffixSettings(size=3, buckets=50_000, **settings), Vocabulary.of_inputs({"a": 1})).eval()


def vectors(of: AffixEmbedder, words: list[str]) -> torch.Tensor:
    """`(N, parts, size)`."""
    embedded = of(of.features(words), torch.arange(len(words)).unsqueeze(0), torch.tensor([len(words)]))
    return embedded.vectors[0].unflatten(1, (-1, 3))


@pytest.mark.parametrize(
    "word, shape",
    [("McDonald-2", "XxXxx-d"), ("Smith", "Xxx"), ("Lee", "Xxx"), ("NATO", "XX"), ("3.14159", "d.dd"), ("", ""),
     ("I", "X"), ("!!!!", "!!"), ("naïve", "xx"), ("日本語", "xx"), ("Ελλάς", "Xxx"), ("a\n\n\n\nb", "x\n\nx")],
)  # fmt: skip
def test_shapes(word, shape):
    assert shape_of(word) == shape


def test_words_share_the_vectors_of_the_affixes_they_share():
    of = embedder()
    assert of.output_size == 8 * 3
    running, thing, the_capital, the = (vectors(of, [word])[0] for word in ("Running", "thing", "The", "the"))
    same = [(running[part] == thing[part]).all().item() for part in range(8)]
    assert same == [False, False, False, True, True, True, False, False]
    assert [(the_capital[part] == the[part]).all().item() for part in range(8)] == [True] * 7 + [False]


def test_case_is_kept_where_it_is_asked_for():
    of = embedder(lowercase=False, shape=False)
    assert not torch.equal(vectors(of, ["The"])[0, 0], vectors(of, ["the"])[0, 0])


def test_a_beginning_and_an_end_of_the_same_letters_are_two():
    of = embedder(prefixes=(1,), suffixes=(1,), shape=False)
    beginning, end = vectors(of, ["a"])[0]
    assert not torch.equal(beginning, end)


def test_a_short_word_gives_itself():
    of = embedder(prefixes=(2, 3), suffixes=(), shape=False)
    two, three = vectors(of, ["of"])[0]
    assert torch.equal(two, vectors(of, ["often"])[0, 0])
    assert not torch.equal(three, vectors(of, ["often"])[0, 1])


def test_the_hash_is_that_of_every_process():
    """Rows of a saved model: crc32, by its published check value for "123456789", 0xCBF43926."""
    of = embedder(prefixes=(9,), suffixes=(), shape=False)
    assert of.features(["123456789"]).tolist() == [[0xCBF43926 % 50_000]]


def test_each_table_has_its_own_rows():
    of = embedder()
    rows = of.features(WORDS)
    assert rows.shape == (len(WORDS), 8)
    assert (rows // 50_000 == torch.arange(8)).all()


def test_gradients_reach_the_rows_that_were_read_and_no_others():
    of = embedder()
    rows = of.features(WORDS)
    of(rows, torch.tensor([[1, 2, 2]]), torch.tensor([3])).vectors.sum().backward()
    touched = of.vectors.grad.abs().sum(dim=1).nonzero().flatten()
    assert touched.tolist() == sorted(set(rows[[1, 2]].flatten().tolist()))
    times = of.vectors.grad[rows[2, 0]]
    assert times.tolist() == [2, 2, 2]  # 'The' stood twice, and nothing else begins with its letter


@pytest.mark.parametrize("settings", [{"prefixes": (0,)}, {"suffixes": (-1,)}])
def test_lengths_that_are_none_are_refused(settings):
    with pytest.raises(ValueError, match="from 1"):
        AffixSettings(**settings)


def test_nothing_to_read_is_refused():
    with pytest.raises(ValueError, match="nothing is read"):
        AffixSettings(prefixes=(), suffixes=(), shape=False)
