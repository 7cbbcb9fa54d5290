"""Loading a pipeline: file -> extends -> environment -> command line -> validated -> checked.

Every mistake that can be found is found before the first error is raised.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seqlab.config.checks import check_pipeline
from seqlab.config.merge import WrongPathError, set_value
from seqlab.config.nodes import MappingNode, Node, ScalarNode, SequenceNode, from_plain
from seqlab.config.overrides import COMMAND_LINE, ENVIRONMENT, apply_environment, apply_overrides
from seqlab.config.pipeline import Pipeline
from seqlab.config.resolved import ResolvedPipeline
from seqlab.config.shapes import Component, Maybe, Section, fields_of
from seqlab.config.sources import find_pipeline, read_sources, shown_path
from seqlab.config.validation import INVALID, PIPELINE, Walk
from seqlab.config.variants import check_variants
from seqlab.errors import PipelineError, Place, PluginError, Problem, SeqlabError

if TYPE_CHECKING:
    from seqlab.plugins import Plugins

_PATHS = (("plugins",), ("data", "train"), ("data", "dev"), ("data", "test"))
"""Settings of the pipeline that hold paths; those of components have the type `Path`."""


_PARENT_IS_LOST = frozenset({"SL101", "SL114", "SL115"})
"""Problems after which nothing is said to be missing: the pipeline that is extended may have it."""


def load_pipeline(
    source: str | Path,
    plugins: Plugins,
    overrides: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> ResolvedPipeline:
    """Load a pipeline and settle every value in it.

    Args:
        source: Its file, or the name of a shipped pipeline.
        plugins: The loaded plugins; those that the pipeline names under `plugins:` are loaded into it.
        overrides: `model.encoder.num_layers=3` and `~data.dataset`, from the command line.
        environment: Variables, of which `SEQLAB__...` are read; None for those of the process.

    Raises:
        PipelineError: With all problems (SL1xx, SL2xx, SL3xx), in the order of their places.
        PluginError: If nothing but plugins is wrong.
    """
    path, shown = find_pipeline(source, plugins)
    problems: list[Problem] = []
    root = read_sources(path, shown, plugins, _default_type, problems)
    root = apply_environment(root, os.environ if environment is None else environment, problems)
    root = _with_absolute_paths(apply_overrides(root, overrides, problems))
    _load_plugins(root, plugins, problems)
    resolved = resolve(root, path, shown, plugins, problems)
    if resolved is not None:
        problems += check_pipeline(resolved, plugins)
        problems += check_variants(
            resolved, lambda tree, found: _check_variant(_with_absolute_paths(tree), resolved, plugins, found)
        )
    _raise(problems, shown)
    assert resolved is not None
    return resolved


def resolve(
    root: MappingNode, path: Path, shown: str, plugins: Plugins, problems: list[Problem]
) -> ResolvedPipeline | None:
    """Validate a tree; None if it is not valid.

    Args:
        root: The whole pipeline, with absolute paths.
        path: Its file.
        shown: Its file, as the user wrote it.
        plugins: The loaded plugins.
        problems: Takes what is wrong.
    """
    failed = [(plugin.name, str(plugin.reason)) for plugin in plugins.failures()]
    walk = Walk(plugins.registry, Pipeline, failed)
    pipeline = walk.section(Pipeline, root, "", PIPELINE, Place(shown))
    told = {problem.place for problem in problems}
    lost = any(problem.code in _PARENT_IS_LOST for problem in problems)
    problems += (
        problem for problem in walk.problems if problem.place not in told and not (lost and problem.code == "SL204")
    )
    if pipeline is INVALID:
        return None
    return ResolvedPipeline(pipeline, path, shown, root, walk.places, walk.value_places, walk.origins)


def with_values(
    resolved: ResolvedPipeline, values: Mapping[str, Any], origin: str, plugins: Plugins
) -> ResolvedPipeline:
    """The pipeline with some values changed: a variant of a study, a seed, a measured number of threads.

    Args:
        resolved: The pipeline.
        values: Dotted path -> value; None as the value of `study` takes the study away.
        origin: Where the values come from: `study`, `measured`.
        plugins: The loaded plugins.

    Raises:
        PipelineError: If the changed pipeline is not valid.
    """
    problems: list[Problem] = []
    root: Node = resolved.source
    for path, value in values.items():
        place = Place(origin, 1, 1, f"{path}={value}", len(path))
        steps = [(key, place) for key in path.split(".")]
        try:
            root = set_value(root, steps, from_plain(value, place, origin, Path.cwd()))
        except WrongPathError as error:
            problems.append(Problem("SL117", str(error), error.place, error.hint))
    assert isinstance(root, MappingNode)
    changed = resolve(_with_absolute_paths(root), resolved.path, resolved.shown, plugins, problems)
    if changed is not None:
        problems += check_pipeline(changed, plugins)
    _raise(problems, resolved.shown)
    assert changed is not None
    return changed


def _check_variant(tree: MappingNode, resolved: ResolvedPipeline, plugins: Plugins, problems: list[Problem]) -> None:
    variant = resolve(tree, resolved.path, resolved.shown, plugins, problems)
    if variant is not None:
        problems += check_pipeline(variant, plugins)


def _default_type(path: tuple[str, ...]) -> str | None:
    """The type of the pipeline's own component at a path, where it names none."""
    settings: type = Pipeline
    for number, key in enumerate(path):
        shape = next((each.shape for each in fields_of(settings) if each.name == key), None)
        shape = shape.shape if isinstance(shape, Maybe) else shape
        if isinstance(shape, Component) and number == len(path) - 1:
            return shape.default
        if not isinstance(shape, Section):
            return None
        settings = shape.settings
    return None


def _load_plugins(root: MappingNode, plugins: Plugins, problems: list[Problem]) -> None:
    node = root.get("plugins")
    for item in node.items if isinstance(node, SequenceNode) else [node]:
        if isinstance(item, ScalarNode) and isinstance(item.value, str):
            try:
                plugins.load_file(Path(shown_path(Path(item.value))))
            except PluginError as error:
                problems += (replace(problem, place=item.place) for problem in error.problems)


def _with_absolute_paths(root: MappingNode) -> MappingNode:
    """The tree with every path made absolute, from the folder of the file that names it."""
    for path in _PATHS:
        node: Node | None = root
        places = []
        for key in path:
            entry = node.find(key) if isinstance(node, MappingNode) else None
            node = entry.value if entry else None
            places.append(entry.place if entry else root.place)
        if node is not None:
            changed = set_value(root, list(zip(path, places, strict=True)), _absolute(node))
            assert isinstance(changed, MappingNode)
            root = changed
    return root


def _absolute(node: Node) -> Node:
    if isinstance(node, SequenceNode):
        return replace(node, items=tuple(_absolute(item) for item in node.items))
    if isinstance(node, ScalarNode) and isinstance(node.value, str) and node.value:
        path = node.folder / Path(node.value).expanduser()
        return replace(node, value=os.path.normpath(path.absolute()), quoted=True)
    return node


def _raise(problems: Iterable[Problem], shown: str) -> None:
    """Raise all problems in the order of their places: the pipeline's file, other files, environment, command line."""
    last = {ENVIRONMENT: 1, COMMAND_LINE: 2}

    def order(problem: Problem) -> tuple[int, bool, str, int, int]:
        place = problem.place or Place("")
        return last.get(place.file, 0), place.file != shown, place.file, place.line or 0, place.column or 0

    told = list(dict.fromkeys(sorted(problems, key=order)))
    if told:
        plugins_only = all(problem.code.startswith("SL5") for problem in told)
        error: type[SeqlabError] = PluginError if plugins_only else PipelineError
        raise error(*told)
