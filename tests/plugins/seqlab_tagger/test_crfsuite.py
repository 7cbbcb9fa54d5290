import sys

import pytest

from seqlab import PluginError
from seqlab_tagger.crfsuite import CRFsuite
from seqlab_tagger.settings import CRFsuiteSettings


def test_without_the_package_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pycrfsuite", None)
    with pytest.raises(PluginError) as caught:
        CRFsuite(CRFsuiteSettings())
    assert str(caught.value).splitlines() == [
        "error[SL504]: baseline 'crfsuite' needs the package python-crfsuite, which is not installed",
        '   pip install "seqlab[crfsuite]"',
        "   or leave it out of evaluation.baselines: linear_tagger needs no other package",
    ]


def test_it_learns_and_is_saved_and_loaded(toy_treebank, context, sentence, tmp_path):
    pytest.importorskip("pycrfsuite")
    baseline, loaded = CRFsuite(CRFsuiteSettings()), CRFsuite(CRFsuiteSettings())
    with pytest.raises(RuntimeError, match="neither fitted nor loaded"):
        list(baseline.predict([sentence("a")]))
    baseline.fit(toy_treebank, [], context)
    examples = [sentence("the run can ."), sentence(""), sentence("a vation pated fornly .")]
    assert [" ".join(each.tags) for each in baseline.predict(examples)] == ["D N V .", "", "D N V A ."]
    baseline.save(tmp_path)
    loaded.load(tmp_path)
    assert list(loaded.predict(toy_treebank)) == list(baseline.predict(toy_treebank))
    (file,) = tmp_path.iterdir()
    assert file.read_bytes()[:4] == b"lCRF"
