"""Which model of a run is to generate or to score: the trained one, a baseline that was saved with it, a variant."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch

from seqlab.config.pipeline import Pipeline
from seqlab.errors import Place, Problem, RunError, suggestion
from seqlab.evaluation.choice import chosen_baselines, chosen_variants
from seqlab.interfaces.baseline import Baseline
from seqlab.interfaces.corpus import Corpus
from seqlab.interfaces.language_model import LanguageModel
from seqlab.interfaces.learner import Learner
from seqlab.interfaces.records import Example, Tokens
from seqlab.interfaces.settings import Part
from seqlab.model.prefix import Prefix, read_prompts
from seqlab.model.scoring import by_example, score_examples
from seqlab.plugins import Plugins
from seqlab.runs.decoders import SavedDecoder
from seqlab.runs.find import find_model
from seqlab.runs.folder import RunFolder
from seqlab.runs.generators import Asked, SavedGenerator
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


class SavedLanguageModel(SavedGenerator):
    """A language model of a run, ready to read.

    Args:
        model: What predicts the next token.
        name: `model`, the key of a baseline, or `variant: KEY`.
        folder: Of the run's model.
        wording: How text becomes tokens, and tokens text.
    """

    def __init__(self, model: LanguageModel, name: str, folder: Path, wording: Wording) -> None:
        super().__init__(name, folder, model.vocabulary, wording)
        self.model = model

    @property
    def rows(self) -> int:
        """A model that learns from all that it reads goes on with one text at a time."""
        return 1 if math.isinf(getattr(self.model, "memory", 0)) else super().rows

    def outside(self, text: str) -> tuple[str, ...]:
        """The distinct tokens of a text that are not in the vocabulary."""
        return tuple(dict.fromkeys(token for token in self.wording.tokens(text) if token not in self.vocabulary))

    def asked(self, lines: Iterable[str], name: str) -> Iterator[Asked]:
        """Each line as it stands."""
        return (Asked(line, self.wording.tokens(line)) for line in lines)

    @contextmanager
    def begun(self, asked: Sequence[Asked]) -> Iterator[Prefix]:
        """Each distinct text is read once."""
        distinct = list(dict.fromkeys(each.tokens for each in asked))
        prefix = read_prompts(self.model, [self.vocabulary.ids(tokens) for tokens in distinct])
        yield prefix.select(torch.tensor([distinct.index(each.tokens) for each in asked]))

    def log_probs(self, asked: Sequence[Asked]) -> Iterator[tuple[float, ...]]:
        """Each text by itself, as if nothing stood before it."""
        examples = (Example(str(number), "", {"main": Tokens(each.tokens)}) for number, each in enumerate(asked))
        corpus = Corpus.of(examples, ends=self.end is not None)
        return (each.log_probs for each in by_example(score_examples(self.model, corpus), corpus))


@contextmanager
def saved_generator(run: str, which: Which, plugins: Plugins) -> Iterator[SavedGenerator]:
    """Load a language model of a run, or its model that answers inputs, for as long as the context is entered.

    Args:
        run: The run's folder, its `model` folder, or the name of its pipeline.
        which: Which of its models; of those that answer inputs there is the trained one.
        plugins: The loaded plugins.

    Raises:
        RunError: SL610, SL612 if there is no such run, SL616 if a file is broken, SL618 if what is asked for does not say
            which token comes next, SL619 if there is no such baseline or variant.
    """
    home, folder = find_model(run)
    resolved, learner = load_model(home, plugins)
    pipeline = resolved.pipeline
    use_threads(int(pipeline.threads or 1))
    target = pipeline.model.settings.head_settings.target
    if target == "tokens":
        yield _decoder(pipeline, learner, home, plugins, which)
        return
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


def _decoder(pipeline: Pipeline, learner: Learner, home: Path, plugins: Plugins, which: Which) -> SavedDecoder:
    """The trained model, if it generates by a decoder, and is what is asked for."""
    if which.baseline is not None or which.variant is not None:
        message = "only the trained model of this run says which token comes next"
        raise _not_one(home, message, "leave out --from and --variant")
    vocabularies = learner.context.vocabularies
    if not learner.has_target_model or vocabularies.target is None:
        message = "this model does not say which token of a target comes next"
        raise _not_one(home, message, "it has predictions only: seqlab predict")
    return SavedDecoder(pipeline, learner, home, plugins, vocabularies.target, vocabularies.subwords)


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
