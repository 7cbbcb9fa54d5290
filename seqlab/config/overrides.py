"""Changes from the command line (`model.encoder.num_layers=3`, `~data.dataset`) and the environment.

`SEQLAB__TRAINING__EPOCHS=3` says the same as `training.epochs=3`. The value is read as YAML.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from seqlab.config.merge import WrongPathError, remove_value, set_value
from seqlab.config.nodes import MappingNode
from seqlab.config.yaml_tree import read_value
from seqlab.errors import PipelineError, Place, Problem

COMMAND_LINE = "command line"
ENVIRONMENT = "environment"
PREFIX = "SEQLAB__"

_VARY = ("study", "vary")


def apply_environment(root: MappingNode, environment: Mapping[str, str], problems: list[Problem]) -> MappingNode:
    """The tree with every `SEQLAB__...` variable put in place, in the order of their names.

    Args:
        root: The tree.
        environment: Variables; all others are ignored.
        problems: Takes SL117 and SL119.
    """
    names = sorted(name for name in environment if name.upper().startswith(PREFIX))
    for number, name in enumerate(names, start=1):
        text = f"{name}={environment[name]}"
        keys = name[len(PREFIX) :].lower().split("__")
        starts = [len(PREFIX) + sum(len(key) + 2 for key in keys[:at]) for at in range(len(keys))]
        if not all(keys):
            message = f"variable '{name}' names no setting"
            place = Place(ENVIRONMENT, number, 1, text, len(name))
            problems.append(Problem("SL119", message, place, notes=("write it like SEQLAB__TRAINING__EPOCHS=3",)))
            continue
        places = [Place(ENVIRONMENT, number, at + 1, text, len(key)) for at, key in zip(starts, keys, strict=True)]
        place = Place(ENVIRONMENT, number, len(name) + 2, text, max(1, len(environment[name])))
        origin = f"{ENVIRONMENT} {name}"
        root = _set(root, keys, places, environment[name], place, origin, problems)
    return root


def apply_overrides(root: MappingNode, overrides: Sequence[str], problems: list[Problem]) -> MappingNode:
    """The tree with every override of the command line carried out, in their order.

    Args:
        root: The tree.
        overrides: `path=value` and `~path`; a path has dots between keys, and counts items of a list from 0.
        problems: Takes SL116 to SL118.
    """
    for number, text in enumerate(overrides, start=1):
        whole = Place(COMMAND_LINE, number, 1, text, max(1, len(text)))
        removal = text.startswith("~")
        path, equals, value = text.removeprefix("~").partition("=")
        keys = _keys(path)
        if removal == bool(equals) or not all(keys):
            message = f"'{text}' is neither a setting with its value nor a removal"
            notes = ("write path=value, as in training.epochs=3, or ~path, as in ~data.dataset",)
            problems.append(Problem("SL116", message, whole, notes=notes))
        elif removal:
            try:
                changed = remove_value(root, keys)
            except WrongPathError as error:
                problems.append(Problem("SL118", str(error), whole, error.hint))
            else:
                assert isinstance(changed, MappingNode)
                root = changed
        else:
            starts = [sum(len(key) + 1 for key in keys[:at]) for at in range(len(keys))]
            places = [Place(COMMAND_LINE, number, at + 1, text, len(key)) for at, key in zip(starts, keys, strict=True)]
            place = Place(COMMAND_LINE, number, len(path) + 2, text, max(1, len(value)))
            root = _set(root, keys, places, value, place, COMMAND_LINE, problems)
    return root


def _keys(path: str) -> list[str]:
    """The keys of a dotted path; what `study.vary` holds is itself a dotted path, and one key."""
    keys = path.strip().split(".")
    return [*_VARY, ".".join(keys[2:])] if tuple(keys[:2]) == _VARY and len(keys) > 2 else keys


def _set(
    root: MappingNode,
    keys: Sequence[str],
    places: Sequence[Place],
    text: str,
    place: Place,
    origin: str,
    problems: list[Problem],
) -> MappingNode:
    try:
        value = read_value(text, place, origin, Path.cwd())
        changed = set_value(root, list(zip(keys, places, strict=True)), value)
    except WrongPathError as error:
        problems.append(Problem("SL117", str(error), error.place or place, error.hint))
    except PipelineError as error:
        problems += error.problems
    else:
        assert isinstance(changed, MappingNode)
        return changed
    return root
