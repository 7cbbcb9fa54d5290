"""Which language model of a run is meant: the trained one, a baseline that was saved with it, a variant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from seqlab.config.pipeline import Pipeline
from seqlab.errors import Place, Problem, RunError, suggestion
from seqlab.evaluation.choice import chosen_baselines, chosen_variants
from seqlab.interfaces.baseline import Baseline
from seqlab.interfaces.language_model import LanguageModel
from seqlab.interfaces.learner import Learner
from seqlab.interfaces.settings import Part
from seqlab.interfaces.vocabulary import END
from seqlab.plugins import Plugins
from seqlab.runs.find import find_model
from seqlab.runs.folder import RunFolder
from seqlab.runs.saved_model import load_model, readable
from seqlab.runs.variants import Variants
from seqlab.runs.wording import Wording
from seqlab.training.processes import use_threads


@dataclass(frozen=True, slots=True)
class Which:
    """Which of a run's language models.

    Args:
        baseline: Key of a baseline.
        variant: Key of a variant; with neither it is the trained model.
    """

    baseline: str | None = None
    variant: str | None = None


@dataclass(frozen=True, slots=True)
class SavedLanguageModel:
    """A language model of a run, ready to read.

    Args:
        model: What predicts the next token.
        name: `model`, the key of a baseline, or `variant: KEY`.
        folder: Of the run's model.
        wording: How text becomes tokens, and tokens text.
    """

    model: LanguageModel
    name: str
    folder: Path
    wording: Wording

    @property
    def end(self) -> int | None:
        """Id of `</s>`, at which a text ends; None where it has no end."""
        return self.model.vocabulary.id(END) if END in self.model.vocabulary else None

    def outside(self, text: str) -> tuple[str, ...]:
        """The distinct tokens of a text that are not in the vocabulary."""
        return tuple(dict.fromkeys(t for t in self.wording.tokens(text) if t not in self.model.vocabulary))


@contextmanager
def saved_language_model(run: str, which: Which, plugins: Plugins) -> Iterator[SavedLanguageModel]:
    """Load a language model of a run, for as long as the context is entered.

    Args:
        run: The run's folder, its `model` folder, or the name of its pipeline.
        which: Which of its language models.
        plugins: The loaded plugins.

    Raises:
        RunError: SL610, SL612 if there is no such run, SL616 if a file is broken, SL618 if what is asked for is no
            language model, SL619 if there is no such baseline or variant.
    """
    home, folder = find_model(run)
    resolved, learner = load_model(home, plugins)
    pipeline = resolved.pipeline
    use_threads(int(pipeline.threads or 1))
    target = pipeline.model.settings.head_settings.target
    if target != "next_token":
        raise _not_one(home, f"this model is no language model: it predicts {target}", f"use it: seqlab predict {run}")
    saved = _Saved(pipeline, folder, home, plugins)
    wording = Wording(pipeline.data, plugins.registry.build)
    if which.baseline is not None:
        yield SavedLanguageModel(saved.baseline(which.baseline), which.baseline, home, wording)
        return
    if type(learner).language_model is Learner.language_model:
        name = pipeline.model.type
        raise _not_one(home, f"learner '{name}' is no language model", "generate from a baseline: --from KEY")
    if which.variant is None:
        with learner.language_model() as model:
            yield SavedLanguageModel(model, "model", home, wording)
        return
    variants = saved.variants(which.variant, learner)
    with learner.language_model() as model:
        variant = variants.variants[which.variant].language_model(model, variants.baselines)
        yield SavedLanguageModel(variant, f"variant: {which.variant}", home, wording)


class _Saved:
    """What was saved with a model."""

    def __init__(self, pipeline: Pipeline, folder: RunFolder | None, home: Path, plugins: Plugins) -> None:
        self.pipeline = pipeline
        self.folder = folder
        self.home = home
        self.registry = plugins.registry

    def baseline(self, key: str) -> LanguageModel:
        parts = chosen_baselines(self.pipeline, self.registry)
        if key not in parts:
            raise self._unknown("baseline", key, parts)
        baseline = self._load(key, parts[key])
        try:
            return baseline.language_model()
        except NotImplementedError as error:
            note = "it cannot say what comes next; take the model, or another baseline"
            raise _not_one(self.home, f"baseline '{key}' is no language model", note) from error

    def variants(self, key: str, learner: Learner) -> Variants:
        chosen = chosen_variants(self.pipeline)
        if key not in chosen:
            raise self._unknown("variant", key, chosen)
        parts = chosen_baselines(self.pipeline, self.registry)
        needed = dict.fromkeys(name for part in chosen.values() for name in part.settings.needs)
        baselines = {name: self._load(name, parts[name]) for name in needed}
        variants = Variants(self.pipeline, self.registry, learner, baselines)
        variants.load(self._run("variants"))
        return variants

    def _load(self, key: str, part: Part) -> Baseline:
        home = self._run(f"baseline '{key}'").baselines / key
        baseline: Baseline = self.registry.build(part)
        with readable(home):
            baseline.load(home)
        return baseline

    def _run(self, what: str) -> RunFolder:
        """The folder of the run; baselines and variants are not in that of the model."""
        if self.folder is None:
            raise RunError(
                Problem("SL619", f"{what} cannot be loaded: this is a model by itself", Place(str(self.home)),
                        notes=("name the folder of its run, which has baselines and variants beside the model",))
            )  # fmt: skip
        return self.folder

    def _unknown(self, what: str, key: str, known: Mapping[str, Part]) -> RunError:
        names = list(known)
        note = f"{what}s of this run: {', '.join(names)}" if names else f"this run has no {what}s"
        return RunError(
            Problem("SL619", f"this run has no {what} '{key}'", Place(str(self.home)), hint=suggestion(key, names),
                    notes=(note,))
        )  # fmt: skip


def _not_one(home: Path, message: str, note: str) -> RunError:
    return RunError(Problem("SL618", message, Place(str(home)), notes=(note,)))
