"""What needs no model: floors that can be followed by hand, and what the controls take away."""

from collections import Counter

import pytest

from seqlab import Example, Image, Labels, Tokens
from seqlab_vqa.controls import ImageOnly, QuestionOnly, ShuffledContext
from seqlab_vqa.last_mentioned import LastMentioned
from seqlab_vqa.question_prior import QuestionPrior


def asked(question, answer, story=("Bo ran home.",), number=0):
    inputs = {"story": Tokens(story), "question": Tokens(tuple(question.split()))}
    return Example(str(number), f"x:{number}", inputs, Labels((answer,)))


def said(baseline, *examples):
    return [prediction.labels[0] for prediction in baseline.predict(examples)]


def test_question_prior_knows_each_question_and_falls_back_on_the_majority():
    baseline = QuestionPrior(None)
    train = [asked("is it red", a) for a in ("no", "yes", "no")] + [asked("what is it", a) for a in ("b", "a")]
    baseline.fit([*train, *[asked("is it", "yes")] * 2], [], None)
    examples = [asked(question, "?") for question in ("is it red", "what is it", "is it", "never asked")]
    assert said(baseline, *examples) == ["no", "a", "yes", "yes"]


def test_last_mentioned_reads_the_story_from_its_end():
    baseline = LastMentioned(None)
    baseline.fit([asked("q", answer) for answer in ("cellar", "Attic", "Attic")], [], None)
    both = asked("q", "?", ("The attic is dry.", "Bo went from the attic to the cellar.", "Bo slept."))
    assert said(baseline, both, asked("q", "?", ("In the attic!",)), asked("q", "?")) == ["cellar", "Attic", "Attic"]


@pytest.mark.parametrize("kind", [QuestionPrior, LastMentioned])
def test_a_floor_is_the_same_once_it_is_loaded(tmp_path, kind):
    baseline, other = kind(None), kind(None)
    baseline.fit([asked("q w", "home"), asked("q", "far")], [], None)
    baseline.save(tmp_path)
    other.load(tmp_path)
    examples = [asked("q w", "?"), asked("q", "?", ("So far.",))]
    assert said(other, *examples) == said(baseline, *examples)
    with pytest.raises(RuntimeError, match="neither fitted nor loaded"):
        said(kind(None), *examples)


def of_image(number, question):
    inputs = {"image": Image(f"{number}.png"), "question": Tokens((question,))}
    return Example(f"{number}{question}", "x:1", inputs, Labels((question,)))


def test_a_shuffle_gives_every_question_another_story_and_keeps_the_story_of_a_question_together():
    examples = [asked(question, question, (f"Story {number}.",)) for number in range(9) for question in "ab"]
    found = ShuffledContext(None).perturb(examples, 3)
    pairs = {(old.inputs["story"], new.inputs["story"]) for old, new in zip(examples, found, strict=True)}
    assert len(pairs) == 9
    assert all(old != new for old, new in pairs)
    assert Counter(new.inputs["story"] for new in found) == Counter(old.inputs["story"] for old in examples)
    assert [(e.inputs["question"], e.target) for e in found] == [(e.inputs["question"], e.target) for e in examples]
    assert ShuffledContext(None).perturb(examples, 3) == found
    assert ShuffledContext(None).perturb(examples, 4) != found


def test_what_is_left_is_the_question_or_the_image():
    examples = [of_image(number, question) for number in range(3) for question in "ab"]
    questions, images = (control(None).perturb(examples, 1) for control in (QuestionOnly, ImageOnly))
    assert {each.inputs["image"] for each in questions} == {Image("0.png")}
    assert [each.inputs["question"].items for each in questions] == [("a",), ("b",)] * 3
    assert {each.inputs["question"].items for each in images} == {("a",)}
    assert [each.inputs["image"] for each in images] == [each.inputs["image"] for each in examples]
    assert [each.target for each in (*questions, *images)] == [each.target for each in examples] * 2
