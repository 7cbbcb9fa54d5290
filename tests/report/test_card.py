from seqlab.report.card import model_card, write_card

from .conftest import make_report


def test_the_card_says_what_how_good_and_where_it_ends(report):
    card = model_card(report)
    assert card.startswith("# Model card: pos <1>\n\n" + report.evaluation.verdict)
    for heading in ("What it is", "Data", "Scores", "Settings", "How to repeat", "Limits"):
        assert f"\n## {heading}\n" in card
    assert "| `train.conllu` | `" + "ab" * 32 in card
    assert "\n| model | " in card
    assert "\n| most_frequent_tag | +" in card
    assert "seqlab run runs/pos/20260101-000000-abcd/pipeline.yaml" in card
    assert "does not beat its floor" not in card
    assert "Accuracy by part of test:\n\n| system | known % | 95% interval |" in card
    assert "Each class of test:\n\n| class | gold | precision % |" in card
    assert "\n| &lt;b> | " in card


def test_the_settings_are_fenced_whatever_they_hold(report):
    card = model_card(report)
    assert f"\n````yaml\n{report.pipeline}````\n" in card


def test_a_model_below_its_floor_is_said_to_be():
    card = model_card(make_report(model_errors=0.7))
    assert "It does not beat its floor. `most_frequent_tag` is the cheaper choice" in card


def test_without_a_test_split_the_card_warns():
    card = model_card(make_report(with_test=False))
    assert "There is no test split" in card
    assert "On test" not in card


def test_writing(tmp_path, report):
    write_card(report, tmp_path / "MODEL_CARD.md")
    assert (tmp_path / "MODEL_CARD.md").read_text(encoding="utf-8") == model_card(report)
