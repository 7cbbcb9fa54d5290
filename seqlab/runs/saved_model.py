"""The `model/` folder: all that prediction needs, as plain files, loadable anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from safetensors import SafetensorError

from seqlab.config.load import load_pipeline
from seqlab.config.resolved import ResolvedPipeline
from seqlab.errors import Place, Problem, RunError
from seqlab.files import write_text_atomically
from seqlab.interfaces.context import Context
from seqlab.interfaces.learner import Learner
from seqlab.interfaces.records import Vocabularies
from seqlab.interfaces.subwords import Subwords
from seqlab.interfaces.vocabulary import Vocabulary
from seqlab.plugins import Plugins

PIPELINE = "pipeline.yaml"
TARGET = "vocabulary.target.json"
INPUT = "vocabulary.input.{}.json"
SUBWORDS = "subwords.json"


def save_model(folder: Path, learner: Learner, vocabularies: Vocabularies, resolved: ResolvedPipeline) -> None:
    """Write weights, vocabularies and pipeline."""
    folder.mkdir(parents=True, exist_ok=True)
    write_text_atomically(folder / PIPELINE, resolved.text)
    for name, vocabulary in vocabularies.inputs.items():
        vocabulary.save(folder / INPUT.format(name))
    if vocabularies.target is not None:
        vocabularies.target.save(folder / TARGET)
    if vocabularies.subwords is not None:
        vocabularies.subwords.save(folder / SUBWORDS)
    learner.save(folder)


def load_model(folder: Path, plugins: Plugins) -> tuple[ResolvedPipeline, Learner]:
    """Read what `save_model` wrote. Nothing in the folder is executed.

    Raises:
        RunError: SL610 if this is no model's folder, SL616 if one of its files is broken or does not fit the others.
        PipelineError: If a plugin that the model needs is missing.
    """
    if not (folder / PIPELINE).is_file():
        raise RunError(
            Problem("SL610", "there is no model here", place=Place(str(folder)),
                    notes=("name the 'model' folder of a finished run",))
        )  # fmt: skip
    resolved = load_pipeline(folder / PIPELINE, plugins, environment={})
    with readable(folder):
        vocabularies = _load_vocabularies(folder, resolved.pipeline.data.vocabulary.subwords is not None)
    learner = build_learner(resolved, plugins, vocabularies)
    with readable(folder):
        learner.load(folder)
    return resolved, learner


@contextmanager
def readable(folder: Path) -> Iterator[None]:
    """Turn what a broken file raises into words."""
    try:
        yield
    except (OSError, KeyError, TypeError, ValueError, SafetensorError) as error:
        raise RunError(
            Problem("SL616", f"this model cannot be loaded: {type(error).__name__}: {error}", place=Place(str(folder)),
                    notes=("a file is missing or broken, or another version of seqlab or of a plugin wrote it; "
                           "the manifest.json of its run says which",))
        ) from error  # fmt: skip


def _load_vocabularies(folder: Path, subwords: bool) -> Vocabularies:
    prefix, suffix = INPUT.split("{}")
    inputs = {
        path.name[len(prefix) : -len(suffix)]: Vocabulary.load(path) for path in sorted(folder.glob(INPUT.format("*")))
    }
    target = Vocabulary.load(folder / TARGET) if (folder / TARGET).is_file() else None
    return Vocabularies(inputs, target, Subwords.load(folder / SUBWORDS) if subwords else None)


def build_learner(resolved: ResolvedPipeline, plugins: Plugins, vocabularies: Vocabularies) -> Learner:
    """The learner of a pipeline, with fresh weights."""
    learner: Learner = plugins.registry.build(resolved.pipeline.model, make_context(resolved, plugins, vocabularies))
    return learner


def make_context(resolved: ResolvedPipeline, plugins: Plugins, vocabularies: Vocabularies) -> Context:
    """What the learner and the baselines of a run are told."""
    pipeline = resolved.pipeline
    threads = pipeline.threads
    return Context(
        vocabularies=vocabularies,
        seed=pipeline.seed,
        threads=threads if isinstance(threads, int) else 1,
        training=pipeline.training,
        build=plugins.registry.build,
        head=pipeline.model.settings.head_settings,
    )
