"""Settings in words: what each takes, its default, and YAML to paste."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from annotated_types import Ge, Gt, Le, Lt

from seqlab.config import shapes
from seqlab.config.pipeline import Pipeline
from seqlab.config.scalars import write_scalar
from seqlab.config.values import expected
from seqlab.interfaces.settings import EncoderSettings, Part
from seqlab.registry import Component, Registry

_PLACES = {
    "reader": "data.reader", "tokenizer": "data.tokenizer", "learner": "model", "embedder": "model.embedder.-",
    "encoder": "model.encoder", "pooler": "model.pooler", "head": "model.head", "decoder": "model.head.decoder",
    "output": "model.head.output", "optimizer": "training.optimizer", "schedule": "training.schedule",
    "metric": "evaluation.metrics.-", "baseline": "evaluation.baselines.-", "control": "evaluation.controls.-",
    "variant": "evaluation.variants.-",
    "judge": "evaluation.samples.judges.-",
}  # fmt: skip
"""Where a pipeline holds a component of each kind; `-` is an item of a list."""


@dataclass(frozen=True, slots=True)
class Row:
    """One setting in words: its (dotted) name, what it takes, its default, and what it is for."""

    name: str
    takes: str
    default: str
    doc: str


def setting_rows(settings: type, prefix: str = "") -> list[Row]:
    """The settings of a class in words, those of nested sections dotted."""
    rows = []
    for field in shapes.fields_of(settings):
        inner = field.shape.shape if isinstance(field.shape, shapes.Maybe) else field.shape
        name = prefix + field.name
        if isinstance(inner, shapes.Section):
            rows += setting_rows(inner.settings, f"{name}.")
        else:
            default = "required" if field.default is None else _flow(field.default())
            takes = _takes(inner if default == "null" else field.shape)
            rows.append(Row(name, takes, default, field.doc))
    return rows


def pipeline_rows() -> list[Row]:
    """The grammar of a pipeline in words, with the settings of the learner `network` in its place."""
    from seqlab.model.settings import NetworkSettings

    rows = []
    for row in setting_rows(Pipeline):
        rows += [row, *setting_rows(NetworkSettings, "model.")] if row.name == "model" else [row]
    return rows


def encoder_facts(settings: type, registry: Registry) -> list[str]:
    """Whether an encoder is causal and carries a state, and which settings change that."""
    values = {field.name: _sample(field.shape, registry) for field in shapes.fields_of(settings) if field.required}
    try:
        plain: EncoderSettings = settings(**values)
        return [
            f"causal: {_fact(plain, 'is_causal')}",
            f"can carry a state from window to window: {_fact(plain, 'has_state')}",
        ]
    except Exception as error:  # a stranger's settings may refuse the sample
        return [f"causal: unknown ({type(error).__name__}: {error})"]


def _fact(plain: EncoderSettings, attribute: str) -> str:
    """`yes, but no with bidirectional: true`."""
    answer = bool(getattr(plain, attribute))
    other = [
        f"{name}: {write_scalar(value)}"
        for name, value in _alternatives(plain)
        if bool(getattr(replace(plain, **{name: value}), attribute)) != answer
    ]
    words = ("no", "yes")
    return words[answer] + (f", but {words[not answer]} with {' or '.join(other)}" if other else "")


def _alternatives(plain: EncoderSettings) -> Iterator[tuple[str, Any]]:
    """Every other value of the settings that are a bool or a choice."""
    settings: type = type(plain)
    for field in shapes.fields_of(settings):
        if isinstance(field.shape, shapes.Leaf):
            values = (True, False) if field.shape.types == (bool,) else field.shape.choices
            yield from ((field.name, value) for value in values if value != getattr(plain, field.name))


def snippet(component: Component, settings: type, registry: Registry) -> str:
    """YAML to paste: the component where a pipeline holds it, required settings with a sample, the others as they are."""
    lines = []
    indent = "    "
    *way, last = _PLACES[component.kind].split(".")
    for key in (*way, last):
        if key != "-":
            lines.append(f"{indent}{key}:")
            indent += "  "
    lines += [f"{indent}{'- ' if last == '-' else ''}type: {component.name}"]
    indent += "  " if last == "-" else ""
    rows = []
    for field in shapes.fields_of(settings):
        value = _sample(field.shape, registry) if field.default is None else field.default()
        rows.append((f"{indent}{field.name}: {_flow(value)}", field.default is None))
    longest = max((len(text) for text, _ in rows), default=0)
    lines += [f"{text.ljust(longest)}  # required" if required else text for text, required in rows]
    return "".join(f"{line}\n" for line in lines)


def _takes(shape: shapes.Shape) -> str:
    """What a setting takes: `int >= 1`, `encoder`, `list of metric`."""
    match shape:
        case shapes.Leaf():
            return re.sub(r"\ban? (?=int|float|bool|string|path)", "", expected(shape))
        case shapes.Component():
            return shape.kind
        case shapes.Section():
            return "settings"
        case shapes.Many():
            return f"list of {_takes(shape.item)}"
        case shapes.Fixed():
            return f"[{', '.join(map(_takes, shape.items))}]"
        case shapes.Named():
            return f"mapping to {_takes(shape.value)}"
        case shapes.Maybe():
            return f"{_takes(shape.shape)} or null"
        case shapes.Anything():
            return "anything"


def _flow(value: Any) -> str:
    """A value as YAML on one line."""
    if isinstance(value, Part):
        return value.type
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {_flow(inner)}' for key, inner in value.items())}}}"
    if value is None or isinstance(value, bool | int | float | str):
        return write_scalar(value)
    if hasattr(value, "__dataclass_fields__"):
        return _flow({name: getattr(value, name) for name in value.__dataclass_fields__})
    return str(value)


def _sample(shape: shapes.Shape, registry: Registry) -> Any:
    """A value that a required setting could have."""
    match shape:
        case shapes.Leaf():
            return _sample_scalar(shape)
        case shapes.Component():
            names = registry.names(shape.kind)
            return Part(shape.kind, shape.default or (names[0] if names else "..."), None)
        case shapes.Section():
            return {
                each.name: _sample(each.shape, registry) for each in shapes.fields_of(shape.settings) if each.required
            }
        case shapes.Many():
            return (_sample(shape.item, registry),)
        case shapes.Fixed():
            return tuple(_sample(item, registry) for item in shape.items)
        case shapes.Named():
            return {"name": _sample(shape.value, registry)}
        case _:
            return None


def _sample_scalar(leaf: shapes.Leaf) -> Any:
    if leaf.choices:
        return leaf.choices[0]
    for number in (100, 10, 2, 1, 0):
        if int in leaf.types and _within(number, leaf.bounds):
            return number
    for number_or_share in (0.5, 0.1, 1.0, 0.0):
        if float in leaf.types and _within(number_or_share, leaf.bounds):
            return number_or_share
    return False if leaf.types == (bool,) else "..."


def _within(value: float, bounds: tuple[Any, ...]) -> bool:
    tests = {
        Ge: lambda b: value >= b.ge,
        Gt: lambda b: value > b.gt,
        Le: lambda b: value <= b.le,
        Lt: lambda b: value < b.lt,
    }
    return all(tests[type(bound)](bound) for bound in bounds if type(bound) in tests)
