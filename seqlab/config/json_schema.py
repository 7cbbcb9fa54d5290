"""The JSON Schema (2020-12) of a pipeline, with every installed component: for completion and checks in an editor.

It says what validation says, as far as a schema can. A pipeline that extends another need not hold what is required.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

from seqlab.config.pipeline import Pipeline
from seqlab.config.resolved import to_plain
from seqlab.config.shapes import (
    Anything,
    Component,
    Field,
    Fixed,
    Leaf,
    Many,
    Maybe,
    Named,
    Section,
    Shape,
    ShapeError,
    fields_of,
)
from seqlab.config.validation import NAMED_KINDS
from seqlab.config.values import value_schema
from seqlab.errors import SeqlabError
from seqlab.registry import KINDS, Registry
from seqlab.registry import Component as Registered

_NULL = {"type": "null"}
_TEXT = {"type": "string"}


def pipeline_schema(registry: Registry) -> dict[str, Any]:
    """The JSON Schema of a pipeline.

    Args:
        registry: The components that it may name.
    """
    definitions: dict[str, Any] = {"pipeline": _section(Pipeline), "extending": _extending()}
    for kind, purpose in KINDS.items():
        components = [component for component in registry if component.kind == kind]
        definitions[kind] = {"description": purpose} | _kind(components, registry.names(kind), None)
    for kind, default in sorted(_defaults(registry)):
        components = [component for component in registry if component.kind == kind]
        definitions[f"{kind}-{default}"] = {"description": KINDS[kind]} | _kind(
            components, registry.names(kind), default
        )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "seqlab pipeline",
        "type": "object",
        "if": {"required": ["extends"]},
        "then": {"$ref": "#/$defs/extending"},
        "else": {"$ref": "#/$defs/pipeline"},
        "$defs": definitions,
    }


def _extending() -> dict[str, Any]:
    """A pipeline that extends another: known keys, nothing required, and what it merges into is not seen."""
    names = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}], "description": "pipelines that this one changes"}
    properties: dict[str, Any] = {"extends": names}
    for each in fields_of(Pipeline):
        shape = each.shape.shape if isinstance(each.shape, Maybe) else each.shape
        if isinstance(shape, Section):
            below = {field.name: {"description": field.doc} for field in fields_of(shape.settings)}
            section = {"type": "object", "properties": below, "additionalProperties": False}
            list_field = getattr(shape.settings, "list_field", None)
            properties[each.name] = {"anyOf": [section, {"type": "array"}, _NULL] if list_field else [section, _NULL]}
        else:
            properties[each.name] = {"description": each.doc}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _section(settings: type) -> dict[str, Any]:
    fields = fields_of(settings)
    return {
        "type": "object",
        "description": _summary(settings),
        "properties": {each.name: _field(each) for each in fields},
        "required": [each.name for each in fields if each.required],
        "additionalProperties": False,
    }


def _field(each: Field) -> dict[str, Any]:
    schema = _shape(each.shape)
    if each.doc:
        schema = {"description": each.doc} | schema
    if each.default is not None and not _holds_component(each.shape):
        schema = schema | {"default": to_plain(each.shape, each.default())}
    return schema


def _holds_component(shape: Shape) -> bool:
    """Whether a default of this shape may be a component, which has no settings before validation."""
    match shape:
        case Component() | Section():
            return True
        case Maybe(inner) | Many(inner) | Named(inner):
            return _holds_component(inner)
        case Fixed(shapes):
            return any(_holds_component(each) for each in shapes)
    return False


def _shape(shape: Shape) -> dict[str, Any]:
    match shape:
        case Leaf():
            return value_schema(shape)
        case Maybe(inner):
            return {"anyOf": [_shape(inner), _NULL]}
        case Component(kind, default):
            return {"$ref": f"#/$defs/{kind}-{default}" if default else f"#/$defs/{kind}"}
        case Section(settings):
            return _nested(settings)
        case Many(inner):
            item = _shape(inner)
            least = max((getattr(bound, "min_length", 0) for bound in shape.bounds), default=0)
            many = {"type": "array", "items": item} | ({"minItems": least} if least else {})
            most = [bound.max_length for bound in shape.bounds if hasattr(bound, "max_length")]
            many |= {"maxItems": min(most)} if most else {}
            return {"anyOf": [many, item, *([] if least else [_NULL])]}
        case Fixed(shapes):
            items = [_shape(each) for each in shapes]
            return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}
        case Named(inner):
            return {"anyOf": [{"type": "object", "additionalProperties": _shape(inner)}, _NULL]}
        case Anything():
            return {}


def _nested(settings: type) -> dict[str, Any]:
    options = [_section(settings)]
    list_field = getattr(settings, "list_field", None)
    if list_field:
        options.append(next(_shape(each.shape) for each in fields_of(settings) if each.name == list_field))
    if not any(each.required for each in fields_of(settings)):
        options.append(_NULL)
    return options[0] if len(options) == 1 else {"anyOf": options}


def _kind(components: Sequence[Registered], names: Sequence[str], default: str | None) -> dict[str, Any]:
    alone: list[str] = []
    options: list[dict[str, Any]] = []
    for component in components:
        types = [component.qualified_name] + ([component.name] if component.name in names else [])
        try:
            fields = fields_of(component.settings_class())
            option = _component(component, fields, sorted(types), required_type=component.name != default)
        except (SeqlabError, ShapeError):
            fields, option = (), {"type": "object", "properties": {"type": {"enum": types}}, "required": ["type"]}
        options.append(option)
        if not any(each.required for each in fields):
            alone += types
    if alone:
        options.insert(0, {"enum": sorted(alone)})
    return {"anyOf": options} if options else {"not": {}}


def _component(
    component: Registered, fields: Sequence[Field], types: Sequence[str], required_type: bool
) -> dict[str, Any]:
    properties: dict[str, Any] = {"type": {"enum": list(types), "description": component.summary}}
    if component.kind in NAMED_KINDS:
        properties["name"] = {"type": "string", "description": "what its results are filed under"}
    properties |= {each.name: _field(each) for each in fields}
    return {
        "type": "object",
        "description": component.summary or _summary(component.settings_class()),
        "properties": properties,
        "required": (["type"] if required_type else []) + [each.name for each in fields if each.required],
        "additionalProperties": False,
    }


def _summary(settings: type) -> str:
    return (inspect.getdoc(settings) or "").partition("\n")[0]


def _defaults(registry: Registry) -> set[tuple[str, str]]:
    """Kind and default of every field, of the pipeline and of all components, whose `type:` may be left out."""
    found: set[tuple[str, str]] = set()
    todo: list[type] = [Pipeline]
    for component in registry:
        try:
            todo.append(component.settings_class())
        except SeqlabError:
            continue
    seen: set[type] = set()
    while todo:
        settings = todo.pop()
        if settings in seen:
            continue
        seen.add(settings)
        try:
            shapes: list[Shape] = [each.shape for each in fields_of(settings)]
        except ShapeError:
            continue
        while shapes:
            match shapes.pop():
                case Component(kind, str(default)):
                    found.add((kind, default))
                case Maybe(inner) | Many(inner) | Named(inner):
                    shapes.append(inner)
                case Fixed(inner_shapes):
                    shapes += inner_shapes
                case Section(inner_settings):
                    todo.append(inner_settings)
    return found
