"""The generated stories: every answer follows from its story, by reading it as a person would."""

import re
from collections import Counter

from seqlab.data.catalogue.generated import stories
from seqlab_readers.babi import Babi
from seqlab_readers.questions_settings import BabiSettings


def test_an_answer_is_where_the_person_went_last(tmp_path):
    for split, text in stories.texts().items():
        path = tmp_path / f"{split}.txt"
        path.write_text(text, encoding="utf-8")
        examples = list(Babi(BabiSettings()).read(path, split))
        assert Counter(Counter(each.group for each in examples).values()) == {stories.QUESTIONS: stories.SIZES[split]}
        for example in examples:
            name = example.inputs["question"].text.removeprefix("Where is ").removesuffix("?")
            moves = [line for line in example.inputs["story"].items if line.startswith(f"{name} ")]
            assert moves[-1].endswith(f" {example.target.items[0]}.")


def test_the_line_that_tells_the_answer_is_named():
    for story in re.split(r"(?m)^(?=1 )", stories.texts()["dev"])[1:]:
        lines = story.splitlines()
        for line in lines:
            if "\t" in line:
                question, answer, told = line.split("\t")
                assert lines[int(told) - 1].startswith(f"{told} {question.split()[3].rstrip('?')} ")
                assert lines[int(told) - 1].endswith(f" {answer}.")
