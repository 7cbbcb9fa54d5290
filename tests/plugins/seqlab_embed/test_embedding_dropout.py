"""Dropout of whole words, and one mask for all steps of a row: what `word` and its neighbours drop of an embedded input."""

import pytest
import torch
from scipy import stats

from seqlab import Vocabulary
from seqlab_embed.affix import AffixEmbedder
from seqlab_embed.affix_settings import AffixSettings
from seqlab_embed.char_cnn import CharCNNEmbedder
from seqlab_embed.char_rnn import CharRNNEmbedder
from seqlab_embed.char_settings import CharCNNSettings, CharRNNSettings
from seqlab_embed.settings import WordSettings
from seqlab_embed.vectors import VectorsEmbedder
from seqlab_embed.vectors_settings import VectorsSettings
from seqlab_embed.word import WordEmbedder

WORDS = [f"w{number}" for number in range(40)]


def word(seed: int = 13, **settings) -> WordEmbedder:
    torch.manual_seed(seed)
    settings = {"size": 6, "word_dropout": 0.0, **settings}
    return WordEmbedder(WordSettings(**settings), Vocabulary.of_inputs(dict.fromkeys(WORDS, 2))).train()


def read(ours, items=WORDS, rows: int = 3, steps: int = 50, seed: int = 1):
    """A batch of randomly chosen items: which stands where `(B, T)`, and the vectors `(B, T, D)`."""
    index = torch.randint(0, len(items), (rows, steps), generator=torch.Generator().manual_seed(seed))
    return index, ours(ours.features(items), index, torch.full((rows,), steps)).vectors


def table_of(ours, index):
    return ours.vectors[ours.features(WORDS)[index]]  # (B, T, D)


def test_a_word_is_dropped_everywhere_in_a_batch_or_nowhere_and_what_is_kept_is_scaled():
    ours = word(embedding_dropout=0.25)
    index, vectors = read(ours)
    factors = vectors / table_of(ours, index)
    kept = factors[..., 0] != 0
    torch.testing.assert_close(factors, (kept / 0.75).unsqueeze(2).expand_as(factors), rtol=1e-4, atol=0)
    fates = [set(kept[index == place].tolist()) for place in index.unique().tolist()]
    assert all(len(fate) == 1 for fate in fates)
    assert {True} in fates
    assert {False} in fates


def test_words_are_dropped_as_often_as_they_are_told_whatever_their_frequency():
    ours, draws, rate = word(embedding_dropout=0.3), 3000, 0.3
    index = torch.tensor([[0] * 30 + [1]])
    features, lengths = ours.features(WORDS), torch.tensor([31])
    dropped = torch.stack([(ours(features, index, lengths).vectors[0, :, 0] == 0) for _ in range(draws)])  # (draws, 31)
    for place in (0, 30):
        count = int(dropped[:, place].sum())
        assert stats.binomtest(count, draws, rate).pvalue > 1e-6, (place, count)
    both = int((dropped[:, 0] & dropped[:, 30]).sum())  # words fall independently of one another
    assert stats.binomtest(both, draws, rate**2).pvalue > 1e-6


def test_every_batch_is_drawn_anew():
    ours = word(embedding_dropout=0.5)
    assert not torch.equal(read(ours)[1] == 0, read(ours)[1] == 0)


def test_items_that_share_a_row_of_the_table_share_its_fate():
    """Two words that train does not have are both `<unk>`, and so is a word that word dropout replaced."""
    ours, items = word(embedding_dropout=0.5, word_dropout=1.0), [*WORDS, "never", "seen"]
    scaled = 2 * ours.vectors[ours.vocabulary.unknown]
    kept = []
    for seed in range(20):
        index, vectors = read(ours, items, seed=seed)
        kept.append(bool((vectors == scaled).all(dim=2).any()))
        assert torch.equal(
            vectors[index >= len(WORDS)], (scaled * kept[-1]).expand(int((index >= len(WORDS)).sum()), 6)
        )
        replaced = (vectors == scaled).all(dim=2) & (index < len(WORDS))
        assert bool(replaced.any()) == kept[-1]
    assert 0 < sum(kept) < 20


@pytest.mark.parametrize("sparse", [False, True])
def test_a_dropped_word_has_no_gradient_and_a_kept_one_a_scaled_gradient(sparse):
    ours = word(embedding_dropout=0.25, sparse=sparse)
    index, vectors = read(ours)
    vectors.sum().backward()
    gradient = ours.vectors.grad
    assert gradient.is_sparse == sparse
    gradient = gradient.to_dense() if sparse else gradient
    occurrences = torch.bincount(ours.features(WORDS)[index].flatten(), minlength=len(ours.vectors))
    kept = torch.zeros(len(ours.vectors))
    kept[ours.features(WORDS)[index].flatten()] = (vectors[..., 0] != 0).float().flatten()
    expected = (kept * occurrences / 0.75).unsqueeze(1).expand_as(gradient)
    torch.testing.assert_close(gradient, expected, rtol=1e-4, atol=0)


def test_sparse_rows_are_dropped_as_dense_ones_are():
    torch.manual_seed(5)
    _, dense = read(word(embedding_dropout=0.4, dropout=0.2))
    torch.manual_seed(5)
    _, sparse = read(word(embedding_dropout=0.4, dropout=0.2, sparse=True))
    assert torch.equal(dense, sparse)


def test_no_word_is_dropped_outside_of_training():
    ours = word(embedding_dropout=0.9).eval()
    index, vectors = read(ours)
    assert torch.equal(vectors, table_of(ours, index))


def test_without_it_nothing_is_drawn():
    """A pipeline that does not ask for it trains to the bits that it always did."""
    ours = word(dropout=0.5)
    torch.manual_seed(3)
    _, vectors = read(ours)
    torch.manual_seed(3)
    index, _ = read(ours.eval())
    assert torch.equal(vectors, ours.train().dropout(table_of(ours, index)))


# --------------------------------------------------------------------------------------- one mask for all steps


@pytest.fixture
def make(tmp_path):
    """An embedder of each kind, with a dropout."""
    vocabulary = Vocabulary.of_inputs(dict.fromkeys(WORDS, 2))
    file = tmp_path / "vectors.txt"
    file.write_text("".join(f"{each} {' '.join(['0.5'] * 20)}\n" for each in WORDS), encoding="utf-8")
    kinds = {
        "word": (WordEmbedder, WordSettings, {"size": 20, "word_dropout": 0.0}),
        "affix": (AffixEmbedder, AffixSettings, {"size": 5}),
        "char_rnn": (CharRNNEmbedder, CharRNNSettings, {"size": 20}),
        "char_cnn": (CharCNNEmbedder, CharCNNSettings, {"filters": 20, "widths": (1,)}),
        "vectors": (VectorsEmbedder, VectorsSettings, {"size": 20, "path": file}),
    }

    def build(kind: str, **settings):
        torch.manual_seed(13)
        embedder, config, own = kinds[kind]
        return embedder(config(**own, **settings), vocabulary)

    return build


@pytest.mark.parametrize("kind", ["word", "affix", "char_rnn", "char_cnn", "vectors"])
@pytest.mark.parametrize("variational", [False, True])
def test_a_variational_dropout_has_one_mask_for_all_steps_of_a_row(make, kind, variational):
    ours = make(kind, dropout=0.4, variational=variational).train()
    ours.dropout.register_forward_pre_hook(lambda _, given: (torch.ones_like(given[0]),))  # so that one sees the mask
    _, mask = read(ours, rows=30, steps=7)
    kept = mask != 0
    assert kept.float().mean().item() == pytest.approx(0.6, abs=0.06)
    torch.testing.assert_close(mask, kept / 0.6, rtol=1e-4, atol=0)
    assert bool((kept == kept[:, :1]).all()) == variational
    assert not bool((kept == kept[:1]).all())  # rows have masks of their own
