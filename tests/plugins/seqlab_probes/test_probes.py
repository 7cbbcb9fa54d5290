"""The generated tasks: right by another way of counting, balanced, apart from each other, and the same again."""

import hashlib
import math
from collections import Counter, defaultdict
from itertools import pairwise
from statistics import fmean, pvariance

import pytest

from seqlab import Features, Tags
from seqlab.data.catalogue import find
from seqlab.testing import check_reader
from seqlab_probes.adding import Adding
from seqlab_probes.copy_memory import CopyMemory
from seqlab_probes.counting import Counting
from seqlab_probes.parity import Parity
from seqlab_probes.settings import AddingSettings, CopyMemorySettings, CountingSettings, ParitySettings, TicketsSettings
from seqlab_probes.tickets import THINGS, Tickets

PROBES = {
    "tickets": (Tickets, TicketsSettings(fillers=7)),
    "copy_memory": (CopyMemory, CopyMemorySettings()),
    "parity": (Parity, ParitySettings()),
    "counting": (Counting, CountingSettings()),
    "adding": (Adding, AddingSettings(length=9)),
}
SHA256 = {
    "tickets": "e0a1757dba245abb42fe798abc2171e33449b4adf40cdb8046536d408f63e133",
    "copy_memory": "2a5f6fcc50093092eef63db5865ed237895da643b0a1e1b53ce89beb69637fff",
    "parity": "85e4a4bea8618d5dc7a5cd440a21a9bceddee97926894cff43838b07e7c34d98",
    "adding": "5a92bfb55244be6ffae0bfabd180ab7b38f4a454248d8242716971f676af9847",
    "counting": "eec42e199548f165bb06acc71bca2baae5eea6d839606e8381e97de128719f52",
}


@pytest.fixture
def seeds(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return find("seeds")


def grown(name, seeds, split="test"):
    reader, settings = PROBES[name]
    return list(reader(settings).read(seeds[split], split))


def shown(value):
    return value.array.tolist() if isinstance(value, Features) else value


def content(example):
    value = example.inputs["main"]
    return value.array.tobytes() if isinstance(value, Features) else value.items


@pytest.mark.parametrize("name", PROBES)
def test_it_keeps_the_laws_of_every_reader(name):
    reader, settings = PROBES[name]
    check_reader(reader, settings, "1\n2\n\n17\n")


@pytest.mark.parametrize("name", PROBES)
def test_the_same_seeds_grow_the_same_everywhere(name, seeds):
    text = "\n".join(f"{shown(example.inputs['main'])}{example.target}" for example in grown(name, seeds, "dev"))
    assert hashlib.sha256(text.encode()).hexdigest() == SHA256[name]


@pytest.mark.parametrize("name", PROBES)
def test_each_seed_is_an_example_and_no_sequence_stands_in_two_splits(name, seeds):
    found = {split: [content(each) for each in grown(name, seeds, split)] for split in seeds}
    assert {split: len(each) for split, each in found.items()} == {"train": 10_000, "dev": 1_000, "test": 2_000}
    train, dev, test = (set(found[split]) for split in ("train", "dev", "test"))
    assert not train & dev
    assert not train & test
    assert not dev & test
    assert len(test) > 1_400  # of the shortest sequences there are few


def test_the_label_of_a_ticket_is_the_first_thing_and_words_and_pairs_tell_nothing(seeds):
    examples = grown("tickets", seeds, "train")
    labels = Counter(example.target.items[0] for example in examples)
    deviation = math.sqrt(len(examples) * 3 / 16)
    assert all(abs(labels[thing] - len(examples) / 4) < 4 * deviation for thing in THINGS)
    pairs = defaultdict(Counter)
    for example in examples:
        words = example.inputs["main"].items
        assert len(words) == 8 + 7
        assert sorted(word for word in words if word in THINGS) == sorted(THINGS)
        assert example.target.items == (next(word for word in words if word in THINGS),)
        for before, after in pairwise(words):
            if before in THINGS or after in THINGS:
                pairs[before, after][example.target.items[0]] += 1
    told = sum(max(each.values()) - sum(each.values()) / 4 for each in pairs.values()) / sum(
        map(Counter.total, pairs.values())
    )
    assert told < 0.06  # no more than chance over as many pairs gives


def test_what_a_copy_ends_with_is_what_it_began_with(seeds):
    for example in grown("copy_memory", seeds):
        tokens, tags = example.inputs["main"].items, example.target.items
        assert tokens == tags[-5:] + ("_",) * 20 + (">",) * 5
        assert tags[:-5] == ("_",) * 25
        assert set(tags[-5:]) <= set("abcdefgh")


def test_a_parity_is_that_of_the_number_of_ones(seeds):
    lengths = Counter()
    odd = total = 0
    for example in grown("parity", seeds):
        bits = example.inputs["main"].items
        lengths[len(bits)] += 1
        expected = Tags(tuple(("even", "odd")[bits[: place + 1].count("1") % 2] for place in range(len(bits))))
        assert example.target == expected
        odd, total = odd + expected.items.count("odd"), total + len(bits)
    assert sorted(lengths) == list(range(10, 21))
    assert odd / total == pytest.approx(0.5, abs=4 * 0.5 / math.sqrt(total))


def test_blocks_have_as_many_b_as_a_and_the_loss_of_who_counts_is_the_closed_form(seeds):
    losses = tokens = 0.0
    sizes = Counter()
    for example in grown("counting", seeds):
        text = "".join(example.inputs["main"].items)
        blocks = text.replace("ba", "b a").split()
        assert len(blocks) == 6
        for block in blocks:
            size = len(block) // 2
            assert block == "a" * size + "b" * size
            sizes[size] += 1
            # after i letters a the block ends with probability 1 / (10 - i + 1)
            losses -= sum(math.log(1 - 1 / (11 - i)) for i in range(1, size)) + math.log(1 / (11 - size))
        tokens += len(text)
    assert sorted(sizes) == list(range(1, 11))
    assert losses / tokens == pytest.approx(math.log(10) / 11, rel=0.02)


def test_a_sum_is_that_of_the_marked_numbers_one_in_each_half_and_its_variance_is_a_sixth(seeds):
    sums, places = [], Counter()
    for example in grown("adding", seeds, "train"):
        array = example.inputs["main"].array
        assert array.shape == (9, 2)
        assert 0 <= array[:, 0].min() <= array[:, 0].max() < 1
        first, second = array[:, 1].nonzero()[0].tolist()
        assert array[[first, second], 1].tolist() == [1, 1]
        places.update(["first" if first < 4 else "late", "second" if second >= 4 else "early"])
        assert example.target.value == pytest.approx(float(array[first, 0]) + float(array[second, 0]), abs=1e-6)
        sums.append(example.target.value)
    assert set(places) == {"first", "second"}
    assert fmean(sums) == pytest.approx(1, abs=4 * math.sqrt(1 / 6 / len(sums)))
    assert pvariance(sums) == pytest.approx(1 / 6, rel=0.05)
