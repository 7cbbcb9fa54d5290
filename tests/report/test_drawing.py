import re

import matplotlib as mpl

from seqlab.report.drawing import ACCENT, INK, draw, named


def paint(axes):
    axes.plot([0, 1], [0, 1], color=ACCENT, marker="o", clip_on=False)
    axes.text(0.5, 0.5, "a $b$ <c> & d_e", color=INK, gid=named("halo"))


def drawn(name="one"):
    return draw(name, 'what "it" is', paint, 300, 200, (40, 10, 10, 30))


def test_the_same_input_gives_the_same_text():
    assert drawn() == drawn()


def test_a_drawing_needs_nothing_but_the_page():
    svg = drawn()
    assert svg.startswith('<svg viewBox="0 0 300 200" role="img" aria-label="what &quot;it&quot; is">')
    for absent in ("http", "url(", "<style", "<metadata", "<!", "xmlns", "font-family", "font:", "date", "clip-path"):
        assert absent not in svg.lower()
    assert len(svg) < 6000


def test_every_colour_is_one_of_the_page():
    assert not re.findall(r"#[0-9a-f]{3,8}\b(?![^<]*<)", re.sub(r'href="[^"]*"', "", drawn()))
    assert "stroke: var(--accent)" in drawn()
    assert "fill: var(--ink)" in drawn()


def test_ids_are_those_of_the_drawing():
    ids = set(re.findall(r' id="([^"]+)"', drawn()))
    used = set(re.findall(r'href="#([^"]+)"', drawn()))
    assert ids == used
    assert len(ids) >= 1
    assert not ids & set(re.findall(r' id="([^"]+)"', drawn("two")))


def test_text_stays_text():
    svg = drawn()
    assert ">a $b$ &lt;c&gt; &amp; d_e</text>" in svg  # no formula
    assert 'class="halo"' in svg


def test_a_users_own_style_has_no_say_and_is_left_alone():
    expected = drawn()
    with mpl.rc_context({"lines.linewidth": 9, "svg.fonttype": "path"}):
        assert drawn() == expected
        assert mpl.rcParams["lines.linewidth"] == 9
