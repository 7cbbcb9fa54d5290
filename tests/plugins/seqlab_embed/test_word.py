"""The embedder `word`: a vector for each frequent token, one for all others, and that one is trained."""

import pytest
import torch
from scipy import stats

from seqlab import Vocabulary
from seqlab_embed.settings import WordSettings
from seqlab_embed.word import WordEmbedder

COUNTS = {"the": 8, "The": 4, "dog": 3, "Dog": 1, "rare": 1}


def embedder(seed: int = 13, counts=COUNTS, **settings) -> WordEmbedder:
    torch.manual_seed(seed)
    return WordEmbedder(WordSettings(**{"size": 6, **settings}), Vocabulary.of_inputs(counts)).eval()


def vectors(ours: WordEmbedder, *words: str):
    features = ours.features(sorted(set(words)))
    index = torch.tensor([[sorted(set(words)).index(word) for word in words]])
    return ours(features, index, torch.tensor([len(words)])).vectors[0]


def test_each_position_has_the_vector_of_its_word():
    ours = embedder()
    found = vectors(ours, "dog", "the", "dog")
    assert found.shape == (3, ours.output_size)
    assert torch.equal(found[0], found[2])
    assert torch.equal(found[1], ours.vectors[ours.vocabulary.id("the")])
    assert not torch.equal(found[0], found[1])


def test_the_index_says_which_feature_stands_where():
    ours = embedder()
    features = ours.features(["rare", "the"])
    embedded = ours(features, torch.tensor([[1, 0], [0, 0]]), torch.tensor([2, 1]))
    assert torch.equal(embedded.vectors[0], vectors(ours, "the", "rare"))
    assert embedded.lengths.tolist() == [2, 1]


def test_unknown_words_share_one_vector():
    ours = embedder()
    found = vectors(ours, "cat", "cow", "the")
    assert torch.equal(found[0], found[1])
    assert not torch.equal(found[0], found[2])


@pytest.mark.parametrize("min_count, known", [(1, 5), (2, 3), (4, 2), (9, 0)])
def test_rare_words_are_unknown(min_count, known):
    ours = embedder(min_count=min_count)
    assert ours.vectors.shape[0] == 2 + known
    alike = torch.equal(*vectors(ours, "dog", "never seen"))
    assert alike == (min_count > COUNTS["dog"])


def test_lowercase_merges_words_and_their_counts():
    ours = embedder(lowercase=True, min_count=4)
    assert set(ours.vocabulary.items) == {"<pad>", "<unk>", "the", "dog"}
    assert (ours.vocabulary.count("the"), ours.vocabulary.count("dog")) == (12, 4)
    assert torch.equal(*vectors(ours, "THE", "the"))
    cased = embedder()
    assert not torch.equal(*vectors(cased, "The", "the"))


def test_words_are_dropped_as_often_as_the_formula_says():
    """Each occurrence of a word seen n times is <unk> with probability z / (z + n)."""
    z, draws = 2.0, 20_000
    ours = embedder(word_dropout=z, counts={"a": 1, "b": 4, "c": 40}).train()
    words = ["a", "b", "c"]
    index = torch.arange(3).expand(draws, 3)
    found = ours(ours.features(words), index, torch.full((draws,), 3)).vectors
    unknown = ours.vectors[ours.vocabulary.id("<unk>")]
    for place, count in enumerate((1, 4, 40)):
        dropped = int((found[:, place] == unknown).all(dim=1).sum())
        rate = z / (z + count)
        _, p_value = stats.chisquare([dropped, draws - dropped], [draws * rate, draws * (1 - rate)])
        assert p_value > 1e-6, (count, dropped / draws, rate)


def test_occurrences_of_a_word_in_one_batch_are_dropped_each_for_itself():
    ours = embedder(word_dropout=3.0).train()
    found = ours(ours.features(["dog"]), torch.zeros(1, 200, dtype=torch.int64), torch.tensor([200])).vectors[0]
    kept = (found == ours.vectors[ours.vocabulary.id("dog")]).all(dim=1)
    assert 0 < int(kept.sum()) < 200


def test_word_dropout_trains_the_vector_of_the_unknown():
    ours = embedder(word_dropout=3.0).train()
    ours(ours.features(["dog"]), torch.zeros(1, 50, dtype=torch.int64), torch.tensor([50])).vectors.sum().backward()
    assert ours.vectors.grad[ours.vocabulary.id("<unk>")].all()
    assert not ours.vectors.grad[ours.vocabulary.id("<pad>")].any()


def test_without_word_dropout_no_known_word_is_read_as_unknown():
    ours = embedder(word_dropout=0.0).train()
    ours(ours.features(["rare"]), torch.zeros(1, 500, dtype=torch.int64), torch.tensor([500])).vectors.sum().backward()
    assert not ours.vectors.grad[ours.vocabulary.id("<unk>")].any()


def test_nothing_is_dropped_outside_of_training():
    ours = embedder(word_dropout=50.0, dropout=0.5)
    assert torch.equal(vectors(ours, "dog"), ours.vectors[[ours.vocabulary.id("dog")]])


def test_dropout_clears_elements_and_scales_the_rest():
    ours = embedder(size=4000, word_dropout=0.0, dropout=0.25).train()
    found, whole = vectors(ours, "dog")[0], ours.vectors[ours.vocabulary.id("dog")]
    cleared = found == 0
    assert cleared.float().mean().item() == pytest.approx(0.25, abs=0.05)
    torch.testing.assert_close(found[~cleared], whole[~cleared] / 0.75)


@pytest.mark.parametrize("scale", [0.1, 0.01])
def test_first_vectors_have_the_size_that_is_asked_for(scale):
    ours = embedder(counts={str(i): 1 for i in range(500)}, size=100, initial_scale=scale)
    assert ours.vectors.std().item() == pytest.approx(scale, rel=0.05)
    assert abs(ours.vectors.mean().item()) < scale * 0.05


def test_an_input_that_is_not_tokens_is_refused():
    with pytest.raises(ValueError, match="tokens only"):
        WordEmbedder(WordSettings(), None)


def test_only_the_vectors_are_saved():
    assert list(embedder().state_dict()) == ["vectors"]
