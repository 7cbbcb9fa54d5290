"""The head `crf_tagger`, against every sequence of tags written out."""

from itertools import pairwise, product

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from seqlab import (
    IGNORED,
    Batch,
    DataError,
    Encoded,
    Encoding,
    Example,
    Parts,
    Sizes,
    Tags,
    Tokens,
    Vocabularies,
    Vocabulary,
    may_follow,
)
from seqlab.testing import check_head
from seqlab_tagger.crf import CRFTagger
from seqlab_tagger.settings import CRFTaggerSettings

POS = ("NOUN", "VERB", "DET")
BIO = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC")
BIOES = ("O", "B-X", "I-X", "E-X", "S-X")


def head_of(tags, seed=13, **chosen):
    torch.manual_seed(seed)
    vocabulary = Vocabulary.of_outputs({tag: len(tags) - place for place, tag in enumerate(tags)})
    assert vocabulary.items == tags
    made = CRFTagger(
        CRFTaggerSettings(**chosen), {"main": Sizes(3)}, Vocabularies({}, vocabulary), Parts(lambda part: part)
    )
    with torch.no_grad():
        for each in made.parameters():
            each.normal_()
    return made.double().eval()


def given_to(head, lengths, seed=7):
    generator = torch.Generator().manual_seed(seed)
    states = torch.randn(len(lengths), max(lengths), 3, dtype=torch.float64, generator=generator)
    lengths = torch.tensor(lengths)
    return Encoded({"main": Encoding(states, states[:, 0], lengths, {})}, {})


def batch(target=None):
    return Batch({}, target, None, (), torch.zeros(1, dtype=torch.bool))


def probabilities(head, encoded, row, scheme=None):
    """The probability of every sequence of tags of a row that a scheme allows."""
    length = int(encoded.encodings["main"].lengths[row])
    with torch.no_grad():
        emissions = head.projection(encoded.encodings["main"].states[row, :length]).numpy()
        transitions, start, end = (each.numpy() for each in (head.transitions, head.start, head.end))
    scored = {}
    for path in product(range(len(start)), repeat=length):
        names = [head.tags.item(tag) for tag in path]
        if scheme and not all(may_follow(*pair, scheme) for pair in pairwise((None, *names, None))):
            continue
        score = start[path[0]] + end[path[-1]] + sum(emissions[t, tag] for t, tag in enumerate(path))
        scored[tuple(names)] = score + sum(transitions[pair] for pair in pairwise(path))
    total = np.logaddexp.reduce(list(scored.values()))
    return {names: np.exp(score - total) for names, score in scored.items()}


@settings(max_examples=40)
@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.integers(0, 2**31), st.booleans())
def test_the_loss_is_that_of_all_sequences_with_the_known_tags(lengths, seed, all_known):
    head = head_of(POS, seed)
    encoded = given_to(head, lengths, seed)
    target = torch.randint(0, 3, (len(lengths), max(lengths)), generator=torch.Generator().manual_seed(seed))
    target[torch.arange(max(lengths)) >= torch.tensor(lengths).unsqueeze(1)] = IGNORED
    if not all_known:
        target[:, ::2] = IGNORED
    expected = 0.0
    for row, length in enumerate(lengths):
        gold = target[row, :length].tolist()
        expected -= np.log(
            sum(
                share
                for names, share in probabilities(head, encoded, row).items()
                if all(tag in (IGNORED, head.tags.id(name)) for tag, name in zip(gold, names, strict=True))
            )
        )
    loss = head.loss(encoded, batch(target))
    assert loss.sum.item() == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert loss.count == int((target != IGNORED).sum())


@settings(max_examples=40)
@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=4),
    st.integers(0, 2**31),
    st.sampled_from([(POS, None), (BIO, "BIO"), (BIOES, "BIOES")]),
)
def test_the_prediction_is_the_likeliest_sequence_that_keeps_to_the_scheme(lengths, seed, tags_of):
    tags, scheme = tags_of
    head = head_of(tags, seed, n_best=3, marginals=True)
    encoded = given_to(head, lengths, seed)
    with torch.inference_mode():
        found = head.predict(encoded, batch())
    for row, (prediction, length) in enumerate(zip(found, lengths, strict=True)):
        by_hand = probabilities(head, encoded, row, scheme)
        ranked = sorted(by_hand, key=by_hand.__getitem__, reverse=True)
        assert prediction.tags == ranked[0]
        assert [names for names, _ in prediction.n_best] == ranked[:3]
        assert [score for _, score in prediction.n_best] == pytest.approx([np.log(by_hand[n]) for n in ranked[:3]])
        for place in range(length):
            shares = {tag: sum(p for names, p in by_hand.items() if names[place] == tag) for tag in tags}
            assert prediction.marginals[place] == pytest.approx(shares, abs=1e-9)
            assert prediction.probabilities[place] == pytest.approx(shares[prediction.tags[place]], abs=1e-9)


def test_a_scheme_is_kept_to_that_the_scores_would_break():
    """The states say I-PER everywhere, louder than any transition."""
    emissions = torch.tensor([[[0.0, 0.0, 90.0, 0.0, 0.0]] * 3], dtype=torch.float64)

    def tags(**chosen):
        head = head_of(BIO, **chosen)
        head.projection = torch.nn.Identity()
        encoding = Encoding(emissions, emissions[:, 0], torch.tensor([3]), {})
        return head.predict(Encoded({"main": encoding}, {}), batch())[0].tags

    assert tags() == ("B-PER", "I-PER", "I-PER")
    assert tags(scheme="none") == tags(scheme="IOB1") == ("I-PER", "I-PER", "I-PER")


def test_training_can_be_kept_to_the_scheme_too():
    free, kept = head_of(BIO), head_of(BIO, constrain_training=True)
    encoded = given_to(free, [3, 2])
    legal, illegal = [1, 2, 0], [0, 2, IGNORED]  # B-PER I-PER O; O I-PER
    target = torch.tensor([legal, illegal])
    names = tuple(BIO[tag] for tag in legal)
    assert kept.loss(encoded, batch(target)).sum.item() == pytest.approx(
        -np.log(probabilities(kept, encoded, 0, "BIO")[names])
    )
    assert kept.loss(encoded, batch(target)).count == free.loss(encoded, batch(target)).count == 5
    first, second = (-np.log(probabilities(free, encoded, row)[n]) for row, n in ((0, names), (1, ("O", "I-PER"))))
    assert free.loss(encoded, batch(target)).sum.item() == pytest.approx(first + second)
    nothing = kept.loss(encoded, batch(target[1:].repeat(2, 1)[:, :3]))
    assert (nothing.sum.item(), nothing.count) == (0, 4)


def test_a_single_tag_has_the_probability_1():
    head = head_of(("X",))
    prediction = head.predict(given_to(head, [2]), batch())[0]
    assert (prediction.tags, prediction.probabilities) == (("X", "X"), pytest.approx((1, 1)))


def test_a_scheme_that_the_tags_are_not_of_is_told():
    with pytest.raises(DataError, match=r"SL474.*has scheme: BIOES, but the tags of train are BIO: O B-PER"):
        head_of(BIO, scheme="BIOES")
    with pytest.raises(DataError, match="SL474"):
        head_of(BIOES, scheme="BIO")


def hesitant(gold_score, other_score, lengths=(3, 2), **chosen):
    """A head that scores `O` 0 everywhere, and `S-X` so at the gold spans and so elsewhere; with dev, and what it is given."""
    head = head_of(BIOES, **chosen)
    with torch.no_grad():
        for each in (head.transitions, head.start, head.end):
            each.zero_()
    head.projection = torch.nn.Identity()
    emissions = torch.full((len(lengths), max(lengths), len(BIOES)), -9.0, dtype=torch.float64)
    emissions[:, :, BIOES.index("O")] = 0.0
    emissions[:, :, BIOES.index("S-X")] = other_score
    emissions[:, 1, BIOES.index("S-X")] = gold_score
    golds = [("O", "S-X", *["O"] * (length - 2)) for length in lengths]
    encoding = Encoding(emissions, emissions[:, 0], torch.tensor(lengths), {})
    examples = [Example("s", "dev:1", {"main": Tokens(("w",) * len(gold))}, Tags(gold)) for gold in golds]
    dev = Batch({}, None, torch.tensor(lengths), examples, torch.zeros(len(lengths), dtype=torch.bool))
    return head, Encoded({"main": encoding}, {}), dev, golds


def test_the_score_of_outside_is_moved_to_where_f1_on_dev_is_highest():
    for score, offset in ((-1.1, 1.25), (-2.6, 2.75)):
        head, encoded, dev, golds = hesitant(score, score - 1, tune_outside=True)
        assert [prediction.tags for prediction in head.predict(encoded, dev)] == [("O",) * len(gold) for gold in golds]
        head.calibrate([(head.scores(encoded), dev)])
        assert head.outside.item() == offset
        assert [prediction.tags for prediction in head.predict(encoded, dev)] == golds


def test_it_is_moved_to_the_other_side_where_too_much_is_found():
    head, encoded, dev, golds = hesitant(1.3, 0.6, tune_outside=True)
    head.calibrate([(head.scores(encoded), dev)])
    assert head.outside.item() == -0.75
    assert [prediction.tags for prediction in head.predict(encoded, dev)] == golds


def test_it_stays_where_it_is_unless_it_is_asked_for_and_where_nothing_is_gained():
    for head, encoded, dev, _ in (hesitant(-1.1, -2.1), hesitant(1.0, -2.0, tune_outside=True)):
        head.calibrate([(head.scores(encoded), dev)])
        assert head.outside.item() == 0
    none = head_of(POS, tune_outside=True)
    none.calibrate([])
    assert none.outside.item() == 0


@pytest.mark.parametrize(
    "chosen", [{"n_best": 3, "marginals": True, "dropout": 0.2}, {"constrain_training": True}, {"tune_outside": True}]
)
def test_it_keeps_the_laws_of_every_head_with_all_settings(chosen):
    check_head(CRFTagger, CRFTaggerSettings(**chosen))
