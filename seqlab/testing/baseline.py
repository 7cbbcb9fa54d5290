"""The laws of a baseline."""

from __future__ import annotations

import dataclasses
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from seqlab.data.vocabulary import fit_vocabularies
from seqlab.errors import PluginError
from seqlab.interfaces.baseline import Baseline
from seqlab.interfaces.context import Context
from seqlab.interfaces.records import Example, Labels, Number, Prediction, Tags, Tokens
from seqlab.interfaces.settings import TargetKind
from seqlab.registry import Registry
from seqlab.testing import corpora
from seqlab.testing.laws import Broken, Conformance, Laws, NotCheckedError, subject_of, told
from seqlab.testing.metric import KINDS
from seqlab.testing.predictions import agree, belongs

FITS = "it fits and predicts, one prediction for each example"
_NO_TARGET = "`example.target` is read in `predict`: a baseline that looks at the gold answers is no floor"


def check_baseline(
    baseline: type[Baseline],
    settings: Any = None,
    kinds: Sequence[TargetKind] | None = None,
    registry: Registry | None = None,
) -> Conformance:
    """See whether a baseline keeps its laws, on generated examples.

    Args:
        baseline: The class.
        settings: An instance of its settings, a `BaselineSettings`.
        kinds: Kinds of targets that it is for; by default those that its settings name, else those that it can fit.
        registry: Where the components that its settings name are found; by default the installed ones.

    Returns:
        The laws that were checked.

    Raises:
        BrokenLaws: If one or more do not hold; it tells all of them.
        PluginError: If the baseline cannot be built for lack of a package.
        NotCheckedError: If it reads no tokens, of which generated examples are made.
    """
    if "tokens" not in (accepts := getattr(settings, "accepts", ()) or ("tokens",)):
        raise NotCheckedError(f"it reads {' or '.join(accepts)}: check it on examples of your own, in a test")
    if registry is None:
        from seqlab.plugins import load_plugins

        registry = load_plugins().registry
    laws = Laws(subject_of("baseline", baseline, settings))
    named = kinds or getattr(settings, "targets", None)
    cases = [_Case(baseline, settings, kind, registry) for kind in named or KINDS]
    if not named:
        refused = {case.kind: case.refused() for case in cases}
        cases = [case for case in cases if refused[case.kind] is None]
    with laws.law(FITS, "unknown words, or no `targets` in the settings to say what it is for"):
        if not cases:
            raise Broken("; ".join(f"{kind}: {reason}" for kind, reason in refused.items()))
    for case in cases:
        _check_kind(laws, case)
    return laws.verdict()


@dataclasses.dataclass(frozen=True)
class _Case:
    baseline: type[Baseline]
    settings: Any
    kind: TargetKind
    registry: Registry

    @property
    def test(self) -> list[Example]:
        """Examples with words that train does not have."""
        return corpora.examples(self.kind, 9, "test")

    def fitted(self) -> Baseline:
        """A fresh baseline, fitted on train."""
        train, dev = corpora.examples(self.kind, 40), corpora.examples(self.kind, 10, "dev")
        head = corpora.TASKS[self.kind]
        context = Context(fit_vocabularies(train, head), corpora.SEED, 1, None, self.registry.build, head)
        found = self.baseline(self.settings)
        found.fit(train, dev, context)
        return found

    def check(self, predictions: Sequence[Prediction]) -> None:
        """See that there is one prediction for each example, of the right kind and length."""
        if len(predictions) != len(self.test):
            raise Broken(f"{len(predictions)} predictions for {len(self.test)} examples")
        for example, prediction in zip(self.test, predictions, strict=True):
            tokens = example.inputs["main"]
            assert isinstance(tokens, Tokens)
            length = {"tags": len(tokens), "next_token": len(tokens) + 1}.get(self.kind)
            belongs(prediction, self.kind, length, None, f"example '{example.id}'")

    def refused(self) -> str | None:
        """Why it cannot fit and predict this kind; None if it can."""
        try:
            self.check(list(self.fitted().predict(self.test)))
        except PluginError:
            raise
        except Broken as broken:
            return str(broken)
        except Exception as error:  # whatever it says to a kind that it is not for
            return told(error)
        return None


def _check_kind(laws: Laws, case: _Case) -> None:
    at = f"generated examples of kind '{case.kind}', some of their words unseen in train"
    expected: list[Prediction] = []
    fitted: Baseline | None = None
    with laws.law(FITS, "unknown words, or an example of one token, are not thought of", at):
        fitted = case.fitted()
        answer = fitted.predict(case.test)
        if not isinstance(answer, Iterator):
            raise Broken(f"predict gives a {type(answer).__name__}, not an iterator: `yield` each prediction")
        expected = list(answer)
        case.check(expected)
    if fitted is None or not laws.holds(FITS):
        return
    with laws.law(
        "predicting twice gives the same", "something of the first call is kept, or drawn without a seed", at
    ):
        _all_agree(list(fitted.predict(case.test)), expected, "the second time", "the first time")
    with laws.law(
        "fitting twice gives the same", "random numbers not from `context.stream(...)`, or the order of a set", at
    ):
        _all_agree(list(case.fitted().predict(case.test)), expected, "of a second instance", "of the first")
    with laws.law("predict looks at no target", _NO_TARGET, at):
        bare = [dataclasses.replace(example, target=None) for example in case.test]
        _all_agree(list(fitted.predict(bare)), expected, "without targets", "with the right ones")
        wrong = [dataclasses.replace(example, target=_wrong(example)) for example in case.test]
        _all_agree(list(fitted.predict(wrong)), expected, "with wrong targets", "with the right ones")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with laws.law("save and load give the same predictions", "something that `predict` needs is not saved", at):
            fitted.save(folder)
            loaded = case.baseline(case.settings)
            loaded.load(folder)
            _all_agree(list(loaded.predict(case.test)), expected, "after loading", "before saving")
        with laws.law(
            "plain files are saved, and no pickle", "`pickle`, `joblib`, `torch.save` or numpy with objects", at
        ):
            for path in sorted(each for each in folder.rglob("*") if each.is_file()):
                if _is_pickle(path):
                    raise Broken(
                        f"'{path.relative_to(folder)}' is a pickle: whatever it holds is executed when it is loaded"
                    )


def _wrong(example: Example) -> Any:
    target = example.target
    if isinstance(target, Tags):
        return Tags(tuple("PUNCT" if tag != "PUNCT" else "NOUN" for tag in target.items))
    if isinstance(target, Labels):
        return Labels(("good" if target.items != ("good",) else "bad",))
    if isinstance(target, Number):
        return Number(target.value + 1)
    return None if target is None else Tokens(("WRONG",))


def _is_pickle(path: Path) -> bool:
    """Whether a file is a pickle, or an archive or an array with one inside."""
    head = path.read_bytes()[:200]
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            return any(each.endswith((".pkl", ".pickle")) for each in names) or any(
                b"'descr': '|O'" in archive.read(each)[:200] for each in names if each.endswith(".npy")
            )
    return (len(head) > 1 and head[0] == 0x80 and 2 <= head[1] <= 5) or b"'descr': '|O'" in head


def _all_agree(found: Sequence[Prediction], expected: Sequence[Prediction], now: str, before: str) -> None:
    if len(found) != len(expected):
        raise Broken(f"{len(found)} predictions {now}, but {len(expected)} {before}")
    for number, (one, other) in enumerate(zip(found, expected, strict=True), 1):
        agree(one, other, f"the prediction of example {number}", now, before)
