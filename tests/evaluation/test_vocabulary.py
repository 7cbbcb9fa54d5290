"""What must stand beside a perplexity: its unit, the vocabulary, and what is outside it."""

from dataclasses import replace

from seqlab.evaluation.metrics_json import coverage_from_json
from seqlab.evaluation.vocabulary import coverage_of, coverage_sentence
from seqlab.interfaces.corpus import Corpus
from seqlab.interfaces.evaluation import Coverage
from seqlab.interfaces.records import Example, Tokens
from seqlab.interfaces.vocabulary import Vocabulary


def corpus(*lines, ends):
    return Corpus.of((Example("", "", {"main": Tokens(tuple(line))}) for line in lines), ends)


def test_tokens_and_what_is_outside_are_counted_with_every_end():
    vocabulary = Vocabulary.of_outputs({"the": 3, "cat": 1}, ("<unk>", "</s>"))
    found = coverage_of(vocabulary, corpus(["the", "emu", "emu"], ["cat", "gnu", "<unk>"], ends=True))
    assert found == Coverage("token", 4, ("<unk>", "</s>"), tokens=8, outside=3)  # what is written <unk> is in it


def test_characters_are_told_from_words_by_their_length():
    assert coverage_of(Vocabulary.of_outputs({"a": 1, "\n": 1}), corpus("ab\n", ends=False)) == Coverage(
        "character", 2, (), tokens=3, outside=1
    )
    assert coverage_of(Vocabulary.of_outputs({"a": 1, "bc": 1}), corpus("a", ends=False)).unit == "token"
    ended = Vocabulary.of_outputs({"a": 1}, ("<unk>", "</s>"))  # symbols are no tokens of the data
    assert coverage_of(ended, corpus("a", ends=True)).unit == "character"


def test_in_words():
    words = Coverage("token", 10_000, ("<unk>", "</s>"), tokens=82_430, outside=0)
    assert coverage_sentence(words) == (
        "Perplexity is per token: V = 10,000 with <unk> and </s>; 0 of 82,430 tokens are outside the vocabulary."
    )
    assert coverage_sentence(replace(words, outside=1)).endswith(
        "1 of 82,430 tokens is outside the vocabulary, scored as <unk>."
    )
    assert coverage_sentence(Coverage("character", 65, (), tokens=99, outside=2)) == (
        "Perplexity is per character: V = 65; 2 of 99 characters are outside the vocabulary, and not scored."
    )


def test_it_is_read_back_from_json():
    record = {"unit": "token", "size": 3, "symbols": ["</s>"], "tokens": 9, "outside": 1}
    assert coverage_from_json({"vocabulary": record}) == Coverage("token", 3, ("</s>",), 9, 1)
    assert coverage_from_json({}) is None
