"""Tags drawn into their text: marks around spans, or around every word."""

import re
from html.parser import HTMLParser

from seqlab.interfaces.records import Example, TagsPrediction, Tokens
from seqlab.runs.highlight import Highlighter


class Reader(HTMLParser):
    """Words outside of marks as they stand, a mark as `[words|LABEL]`."""

    def __init__(self):
        super().__init__()
        self.found = ""

    def handle_starttag(self, tag, attributes):
        self.found += {"mark": "[", "span": "|"}.get(tag, "")

    def handle_endtag(self, tag):
        self.found += "]" if tag == "mark" else ""

    def handle_data(self, data):
        self.found += data


def drawn(tokens, tags, highlighter=None):
    example = Example("1", "text:1", {"main": tokens})
    reader = Reader()
    reader.feed((highlighter or Highlighter("page")).sentence(example, TagsPrediction(tuple(tags.split()))))
    return re.sub(r"\s*([\[\]|])\s*", r"\1", reader.found).strip()


def test_spans_are_marked_where_they_stand_in_the_text():
    tokens = Tokens(("Ada", "Byron", "(", "Oslo", ")"), "Ada  Byron (Oslo)", (0, 5, 11, 12, 16))
    assert drawn(tokens, "B-PER I-PER O B-LOC O") == "[Ada  Byron|PER]([Oslo|LOC])"
    assert drawn(tokens, "O O O O O") == "Ada  Byron (Oslo)"


def test_words_without_a_text_are_joined_by_blanks():
    assert drawn(Tokens(("Ada", "Byron", "sings")), "O S-PER O") == "Ada[Byron|PER]sings"


def test_tags_of_words_stand_at_every_word():
    assert drawn(Tokens(("a", "cat")), "DET NOUN") == "[a|DET][cat|NOUN]"


def test_what_stands_in_the_data_is_text_and_never_markup():
    found = Highlighter("a<b").sentence(
        Example("1", "", {"main": Tokens(("<script>", "x"))}), TagsPrediction(("B-<i>", "O"))
    )
    assert "<script>" not in found
    assert "&lt;script&gt;" in found
    assert "&lt;i&gt;" in found
    assert "<title>a&lt;b</title>" in Highlighter("a<b").begin()


def test_a_type_keeps_its_colour_and_another_has_another():
    highlighter = Highlighter("page")
    colours = [
        re.findall(r"background: (hsl\([^)]*\))", highlighter.sentence(example, TagsPrediction(tags)))
        for example, tags in (
            (Example("1", "", {"main": Tokens(("a", "b"))}), ("B-X", "B-Y")),
            (Example("2", "", {"main": Tokens(("c", "d"))}), ("B-Y", "B-x")),
        )
    ]
    assert colours[0][1] == colours[1][0]
    assert len({*colours[0], *colours[1]}) == 3
