"""What does not fit together in a pipeline whose settings are each valid: SL3xx.

What a component needs or gives is asked of its settings class; nothing is built and no data is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from seqlab.config.pipeline import DEV_SHARE, TrainingSection
from seqlab.config.resolved import ResolvedPipeline
from seqlab.errors import Place, Problem, suggestion
from seqlab.interfaces.settings import HeadSettings, InputKind, InputParts, Part, Requirements, can_read
from seqlab.interfaces.vocabulary import UNKNOWN

if TYPE_CHECKING:
    from seqlab.plugins import Plugins

_NAME = re.compile(r"[A-Za-z0-9_.-]*[A-Za-z0-9_-][A-Za-z0-9_.-]*")
_TARGETS = {
    "tags": "a tag for each token", "labels": "a label for each example", "number": "a number for each example",
    "tokens": "a sequence of tokens", "next_token": "the next token of the input", None: "nothing but its input",
}  # fmt: skip


def check_pipeline(resolved: ResolvedPipeline, plugins: Plugins) -> list[Problem]:
    """All that does not fit together, by the core's checks and those of the plugins.

    Args:
        resolved: A pipeline whose settings are valid.
        plugins: The loaded plugins, whose `seqlab_check_config` is asked.
    """
    checks: list[Callable[[ResolvedPipeline], Iterator[Problem]]] = [
        _name, _data, _folds, _training, _learner, _model_inputs, _causality, _pooling, _ensemble, _targets, _vocabulary,
        _window, _through_time, _diagnose, _metrics, _baselines,
    ]  # fmt: skip
    problems = [problem for check in checks for problem in check(resolved)]
    problems += _variants(resolved, plugins)
    try:
        answers = plugins.hook.seqlab_check_config(pipeline=resolved.pipeline)
    except Exception as error:  # a stranger's hook may raise anything
        message = f"a plugin could not check this pipeline: {type(error).__name__}: {error}"
        return [*problems, Problem("SL320", message, Place(resolved.shown), notes=("see: seqlab plugins",))]
    return [*problems, *(problem for answer in answers for problem in answer)]


def _head(resolved: ResolvedPipeline) -> tuple[str, HeadSettings | None]:
    """What messages call the head, and its settings; None for a learner that has none."""
    model = resolved.pipeline.model
    head = getattr(model.settings, "head", None)
    try:
        settings = model.settings.head_settings
    except (AttributeError, NotImplementedError):
        settings = None
    return (f"head '{head.type}'" if isinstance(head, Part) else f"learner '{model.type}'"), settings


def _inputs(resolved: ResolvedPipeline) -> dict[str, tuple[str, InputParts]]:
    """Dotted path and parts of every input of the model; empty for a learner without such parts."""
    settings = resolved.pipeline.model.settings
    parts: Mapping[str, InputParts] = settings.input_parts() if hasattr(settings, "input_parts") else {}
    several = getattr(settings, "inputs", {})
    if several and _alone(resolved):
        return {}  # `_model_inputs` tells
    return {name: (f"model.inputs.{name}" if name in several else "model", of) for name, of in parts.items()}


def _alone(resolved: ResolvedPipeline) -> list[str]:
    """Which parts of a single input the model has."""
    settings = resolved.pipeline.model.settings
    return [name for name in ("embedder", "encoder", "pooler") if getattr(settings, name, None)]


def _given(resolved: ResolvedPipeline) -> dict[str, InputKind]:
    """Names and kinds of the inputs that the reader gives; text counts as tokens where there is a tokenizer."""
    data = resolved.pipeline.data
    kinds: Mapping[str, InputKind] = getattr(data.reader.settings, "inputs", {"main": "tokens"})
    return {name: "tokens" if kind == "text" and data.tokenizer else kind for name, kind in kinds.items()}


def _on_line(resolved: ResolvedPipeline, place: Place) -> str:
    return f"on line {place.line}" if place.file == resolved.shown and place.line else f"({place})"


def _listed(names: Sequence[str] | Mapping[str, Any]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _name(resolved: ResolvedPipeline) -> Iterator[Problem]:
    name = resolved.pipeline.name
    if not _NAME.fullmatch(name):
        mended = re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-.")
        message = f"'name' names the run's folder: only letters, digits, '-', '_' and '.' may stand in it, got '{name}'"
        yield Problem("SL315", message, resolved.place("name"), f"write {mended}" if mended else None)


def _data(resolved: ResolvedPipeline) -> Iterator[Problem]:
    data = resolved.pipeline.data
    note = "see: seqlab data list"
    if data.dataset is not None and data.train:
        message = "'data' names both a 'dataset' and files under 'train'"
        yield Problem("SL310", message, resolved.key_place("data.train"), "keep one of the two")
    elif data.dataset is None and not data.train:
        message = "'data' names no examples: neither a 'dataset' nor files under 'train'"
        place = resolved.key_place("data")
        yield Problem("SL310", message, place, None, ("add: dataset: NAME, or train: FILE", note))
    for split in ("dev", "test"):
        if getattr(data, split) and not data.train:
            message = f"'data' names files under '{split}' without any under 'train'"
            mend = "a dataset brings its own splits" if data.dataset else "name the files of train too"
            yield Problem("SL311", message, resolved.key_place(f"data.{split}"), mend)
    if data.dev and data.dev_share != DEV_SHARE:
        message = "'dev_share' of 'data' is what is cut off from train, but there are files under 'dev'"
        yield Problem("SL311", message, resolved.key_place("data.dev_share"), "keep one of the two")


def _folds(resolved: ResolvedPipeline) -> Iterator[Problem]:
    head, settings = _head(resolved)
    if resolved.pipeline.data.folds is not None and settings is not None and settings.target == "next_token":
        message = f"'folds' are of examples, but {head} reads running text"
        yield Problem("SL328", message, resolved.key_place("data.folds"), "remove it")


def _training(resolved: ResolvedPipeline) -> Iterator[Problem]:
    training = resolved.pipeline.training
    for one, other in (("batch_tokens", "batch_size"), ("gradient_clip_norm", "gradient_clip_value")):
        if getattr(training, one) is not None and getattr(training, other) is not None:
            message = f"'{one}' and '{other}' of 'training' exclude one another"
            yield Problem("SL312", message, resolved.key_place(f"training.{other}"), "keep one of the two")
    if training.average_last and training.average_after is not None:
        message = "'average_last' and 'average_after' of 'training' exclude one another"
        yield Problem("SL312", message, resolved.key_place("training.average_after"), "keep one of the two")
    if training.average_last > training.epochs:
        message = f"'average_last' ({training.average_last}) is more than there are epochs ({training.epochs})"
        hint = f"write a number from 0 to {training.epochs}"
        yield Problem("SL319", message, resolved.place("training.average_last"), hint)


def _learner(resolved: ResolvedPipeline) -> Iterator[Problem]:
    """Whether the learner follows what `training` says, and is told what it must know."""
    model, training, defaults = resolved.pipeline.model, resolved.pipeline.training, TrainingSection()
    see = (f"see: seqlab show learner {model.type}",)
    for name in getattr(model.settings, "training_needed", ()):
        if getattr(training, name) is None:
            message = f"learner '{model.type}' needs '{name}' of 'training'"
            yield Problem("SL325", message, resolved.key_place("training"), f"add {name} under training", see)
    for name in getattr(model.settings, "training_unused", ()):
        if _differs(getattr(training, name), getattr(defaults, name)):
            message = f"learner '{model.type}' has no use for '{name}' of 'training'"
            yield Problem("SL325", message, resolved.key_place(f"training.{name}"), "remove it", see)


def _differs(value: Any, default: Any) -> bool:
    """Whether a setting is not its default; a component's default has all settings of that component at theirs."""
    if isinstance(default, Part):
        return bool(value.type != default.type or value.settings != type(value.settings)())
    return bool(value != default)


def _model_inputs(resolved: ResolvedPipeline) -> Iterator[Problem]:
    settings = resolved.pipeline.model.settings
    if not hasattr(settings, "input_parts"):
        return
    single = _alone(resolved)
    if getattr(settings, "inputs", None):
        for name in single:
            message = f"'model' has both 'inputs' and '{name}'"
            hint = f"move '{name}' under an input"
            yield Problem("SL316", message, resolved.key_place(f"model.{name}"), hint)
    else:
        for name in ("embedder", "encoder"):
            if name not in single:
                notes = (f"add: {name}: TYPE        see: seqlab show {name}",)
                yield Problem("SL316", f"'model' needs '{name}'", resolved.key_place("model"), None, notes)
    yield from _agreement(resolved)


def _agreement(resolved: ResolvedPipeline) -> Iterator[Problem]:
    """Whether head, model and reader speak of the same inputs, and the embedders can read them."""
    inputs, given, reader = _inputs(resolved), _given(resolved), resolved.pipeline.data.reader
    head, settings = _head(resolved)
    if settings is not None and inputs:
        needed = getattr(settings, "requires", Requirements()).inputs or ("main",)
        if set(needed) != set(inputs):
            message = f"{head} reads {_listed(needed)}, but the model has {_listed(inputs)}"
            hint = "put embedder and encoder beside the head" if needed == ("main",) else None
            notes = () if hint else (f"write: inputs: {{{', '.join(f'{name}: ...' for name in needed)}}}",)
            yield Problem("SL303", message, resolved.place("model.head.type"), hint, notes)
    for name, (path, parts) in inputs.items():
        if name not in given:
            message = f"the model reads input '{name}', but reader '{reader.type}' gives {_listed(given) or 'none'}"
            yield Problem("SL303", message, resolved.key_place(path), None, (f"see: seqlab show reader {reader.type}",))
            continue
        for number, embedder in enumerate(parts.embedder):
            accepts = getattr(embedder.settings, "accepts", ("tokens",))
            if given[name] in accepts:
                continue
            if given[name] == "text" and "tokens" in accepts:
                message = f"reader '{reader.type}' gives text, but embedder '{embedder.type}' reads tokens"
                place = resolved.key_place("data.reader")
                yield Problem("SL305", message, place, None, ("add under data: tokenizer: whitespace",))
                break
            message = f"embedder '{embedder.type}' reads {' or '.join(accepts)}, but input '{name}' is {given[name]}"
            yield Problem("SL304", message, resolved.place(f"{path}.embedder.{number}.type"), None, (
                "see: seqlab show embedder",))  # fmt: skip


def _causality(resolved: ResolvedPipeline) -> Iterator[Problem]:
    head, settings = _head(resolved)
    if settings is None or not settings.requires.causal:
        return
    for path, parts in _inputs(resolved).values():
        encoder = parts.encoder
        if getattr(encoder.settings, "is_causal", False):
            continue
        both = getattr(encoder.settings, "bidirectional", False) is True
        place = resolved.place(f"{path}.encoder.bidirectional" if both else f"{path}.encoder.type")
        line = _on_line(resolved, resolved.place(f"{path}.encoder"))
        fault = "has 'bidirectional: true'" if both else "is not causal"
        message = f"{head} needs a causal encoder, but '{encoder.type}' {line} {fault}"
        yield Problem("SL301", message, place, "write false" if both else "choose another encoder")


def _pooling(resolved: ResolvedPipeline) -> Iterator[Problem]:
    head, settings = _head(resolved)
    if settings is None or not settings.requires.pooler:
        return
    for name, (path, parts) in _inputs(resolved).items():
        if not parts.pooler:
            of = "" if path == "model" else f" for input '{name}'"
            message = f"{head} needs one vector for each example, but there is no pooler{of}"
            notes = (f"add under {path}: pooler: TYPE        see: seqlab show pooler",)
            yield Problem("SL302", message, resolved.place("model.head.type"), None, notes)


def _ensemble(resolved: ResolvedPipeline) -> Iterator[Problem]:
    head, settings = _head(resolved)
    if getattr(resolved.pipeline.model.settings, "ensemble", 1) == 1:
        return
    place = resolved.key_place("model.ensemble")
    if settings is not None and not settings.decides_by_scores:
        message = f"networks of an 'ensemble' decide by the mean of their scores, but {head} does not decide by scores"
        yield Problem("SL333", message, place, "remove it")
    if resolved.pipeline.diagnose is not None:
        message = "'diagnose' looks at one network, but 'ensemble' trains several"
        yield Problem("SL333", message, place, "remove it, or the section 'diagnose'")


def _targets(resolved: ResolvedPipeline) -> Iterator[Problem]:
    head, settings = _head(resolved)
    if settings is None:
        return
    reader = resolved.pipeline.data.reader
    target = getattr(reader.settings, "target", None)
    place = resolved.place("model.head.type")
    line = _on_line(resolved, resolved.place("data.reader"))
    if settings.target == "next_token":
        given = _given(resolved)
        if not any(kind in ("tokens", "text") for kind in given.values()):
            kinds = " and ".join(sorted(set(given.values()))) or "nothing"
            message = f"{head} predicts the next token, but reader '{reader.type}' {line} gives {kinds}"
            yield Problem("SL306", message, place, None, ("see: seqlab show reader",))
    elif settings.target != target:
        message = (
            f"{head} predicts {_TARGETS[settings.target]}, "
            f"but reader '{reader.type}' {line} gives {_TARGETS.get(target, target)}"
        )
        yield Problem("SL306", message, place, None, ("see: seqlab show reader, seqlab show head",))


def _vocabulary(resolved: ResolvedPipeline) -> Iterator[Problem]:
    limits = resolved.pipeline.data.vocabulary
    head, settings = _head(resolved)
    if settings is None:
        return
    if limits.subwords is not None:
        yield from _subwords(resolved, head, settings)
    if not limits.leaves_out:
        return
    key = "min_count" if limits.min_count > 1 else "max_size"
    place = resolved.key_place(f"data.vocabulary.{key}")
    if settings.target not in ("tokens", "next_token"):
        message = f"'vocabulary' is for heads that predict tokens, but {head} predicts {_TARGETS[settings.target]}"
        yield Problem("SL321", message, place, "remove it", ("an embedder has a min_count of its own",))
    elif UNKNOWN not in settings.output_specials:
        message = f"'{key}' leaves out tokens of train, but {head} cannot predict {UNKNOWN} in their place"
        yield Problem("SL321", message, place, "remove it, or let the head predict it: unknown: true")


def _subwords(resolved: ResolvedPipeline, head: str, settings: HeadSettings) -> Iterator[Problem]:
    """Words are cut where a text is generated, which is put together again."""
    place, reader = resolved.key_place("data.vocabulary.subwords"), resolved.pipeline.data.reader
    if settings.target != "tokens":
        message = f"'subwords' is for heads that generate a text, but {head} predicts {_TARGETS[settings.target]}"
        notes = ("an embedder reads the characters of words: char_cnn, char_rnn, affix",)
        yield Problem("SL332", message, place, "remove it", notes)
    elif getattr(reader.settings, "unit", "word") == "character":
        message = f"'subwords' cuts words, but reader '{reader.type}' gives characters"
        yield Problem("SL332", message, place, "remove it, or let the reader give words: unit: word")


def _variants(resolved: ResolvedPipeline, plugins: Plugins) -> Iterator[Problem]:
    head, settings = _head(resolved)
    choice = resolved.pipeline.evaluation.baselines
    names = settings.default_baselines if choice.only is None and settings is not None else ()
    own = [plugins.registry.part("baseline", name) for name in names]
    known = [part.key for part in (*own, *(choice.only or ()), *choice.add)]
    for number, variant in enumerate(resolved.pipeline.evaluation.variants):
        place = resolved.place(f"evaluation.variants.{number}.type")
        if settings is not None and settings.target != "next_token":
            message = (
                f"variant '{variant.type}' is for language models, but {head} predicts {_TARGETS[settings.target]}"
            )
            yield Problem("SL323", message, place, "remove it")
            continue
        for key in getattr(variant.settings, "needs", ()):
            if key not in known:
                message = f"variant '{variant.type}' is made with baseline '{key}', which this pipeline has not"
                notes = (f"its baselines: {_listed(known) or 'none'}",)
                yield Problem("SL323", message, place, suggestion(key, known), notes)


def _window(resolved: ResolvedPipeline) -> Iterator[Problem]:
    training = resolved.pipeline.training
    head, settings = _head(resolved)
    if training.window_length is None or settings is None:
        return
    if settings.target != "next_token":
        message = f"'window_length' reads train as one stream, but {head} predicts {_TARGETS[settings.target]}"
        place = resolved.key_place("training.window_length")
        yield Problem("SL313", message, place, "remove it: only a language model reads a stream")
        return
    for path, parts in _inputs(resolved).values():
        encoder = parts.encoder
        if settings.requires.causal and not getattr(encoder.settings, "is_causal", False):
            continue  # `_causality` tells
        if training.carry_state and not getattr(encoder.settings, "has_state", False):
            message = f"'window_length' carries the state from window to window, but encoder '{encoder.type}' has none"
            hint = "write carry_state: false under training"
            yield Problem("SL314", message, resolved.place(f"{path}.encoder.type"), hint)


def _through_time(resolved: ResolvedPipeline) -> Iterator[Problem]:
    """What is cut needs an encoder that goes on from a state; what is drawn needs a language model."""
    training, inputs = resolved.pipeline.training, _inputs(resolved)
    head, settings = _head(resolved)
    if training.bptt != "full":
        place = resolved.key_place("training.bptt")
        for path, parts in inputs.values():
            encoder = parts.encoder
            if not getattr(encoder.settings, "has_state", False):
                line = _on_line(resolved, resolved.place(f"{path}.encoder"))
                message = f"'bptt: {training.bptt}' cuts the state of an encoder, but '{encoder.type}' {line} has none"
                notes = ("an encoder of one direction has one: rnn, gru, lstm",)
                yield Problem("SL327", message, place, "write full", notes)
    if training.sampling_rate and settings is not None and settings.target not in ("tokens", "next_token"):
        message = f"'sampling_rate' is for heads that predict tokens, but {head} predicts {_TARGETS[settings.target]}"
        yield Problem("SL326", message, resolved.key_place("training.sampling_rate"), "remove it")


def _diagnose(resolved: ResolvedPipeline) -> Iterator[Problem]:
    """What is looked at is the encoder of a network with one input."""
    if resolved.pipeline.diagnose is None or list(_inputs(resolved)) == ["main"]:
        return
    inputs = _inputs(resolved)
    fault = f"the model has {_listed(inputs)}" if inputs else f"learner '{resolved.pipeline.model.type}' has none"
    message = f"'diagnose' looks at the encoder of a single input, but {fault}"
    yield Problem("SL330", message, resolved.key_place("diagnose"), "remove it")


def _metrics(resolved: ResolvedPipeline) -> Iterator[Problem]:
    head, settings = _head(resolved)
    for number, metric in enumerate(resolved.pipeline.evaluation.metrics):
        path = f"evaluation.metrics.{number}"
        yield from _scores_target(resolved, metric, path, "SL307")
        if getattr(settings, "several_labels", False) and not getattr(metric.settings, "several_labels", True):
            message = f"metric '{metric.type}' is for texts of one label, but {head} gives several"
            notes = ("take micro_f1, macro_f1, accuracy or auc",)
            yield Problem("SL329", message, resolved.place(f"{path}.type"), "remove it", notes)


def _baselines(resolved: ResolvedPipeline) -> Iterator[Problem]:
    choice = resolved.pipeline.evaluation.baselines
    first: dict[str, str] = {}
    for name, parts in (("only", choice.only or ()), ("add", choice.add)):
        for number, baseline in enumerate(parts):
            path = f"evaluation.baselines.{name}.{number}"
            yield from _scores_target(resolved, baseline, path, "SL308")
            yield from _reads_input(resolved, baseline, path)
            if baseline.key in first:
                line = _on_line(resolved, resolved.place(first[baseline.key]))
                message = f"two baselines are called '{baseline.key}': this one and the one {line}"
                notes = (f"give one a name: {{type: {baseline.type}, name: ...}}",)
                yield Problem("SL309", message, resolved.place(f"{path}.type"), None, notes)
            first.setdefault(baseline.key, path)


def _reads_input(resolved: ResolvedPipeline, baseline: Part, path: str) -> Iterator[Problem]:
    """Whether the reader gives what a baseline reads."""
    given = _given(resolved)
    if not can_read(baseline.settings, given):
        reader, accepts = resolved.pipeline.data.reader.type, " or ".join(baseline.settings.accepts)
        message = (
            f"baseline '{baseline.type}' reads {accepts}, but reader '{reader}' gives {_listed(sorted(given.values()))}"
        )
        yield Problem("SL308", message, resolved.place(f"{path}.type"), "remove it", ("see: seqlab show baseline",))


def _scores_target(resolved: ResolvedPipeline, part: Part, path: str, code: str) -> Iterator[Problem]:
    """Whether a metric or a baseline is made for what the head predicts."""
    head, settings = _head(resolved)
    targets = getattr(part.settings, "targets", None)
    if settings is None or targets is None or settings.target in targets:
        return
    made_for = " or ".join(_TARGETS[target] for target in targets)
    message = f"{part.kind} '{part.type}' is for {made_for}, but {head} predicts {_TARGETS[settings.target]}"
    yield Problem(code, message, resolved.place(f"{path}.type"), None, (f"see: seqlab show {part.kind}",))
