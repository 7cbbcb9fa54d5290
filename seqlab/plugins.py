"""Finding plugins, loading them, and keeping a broken one from breaking anything else.

A plugin is found through the entry-point group `seqlab` (the built-ins too), in a folder given with `--plugins-dir`
(every `*.py` with hooks that does not start with `_`), or as one `.py` file that a pipeline names. Whatever it raises becomes its
`reason`: what it registered is discarded, everything else works, and `seqlab plugins` tells.

The environment variable `SEQLAB_PLUGINS` limits the entry points besides the built-ins: `none`, or names with commas.
"""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pluggy

from seqlab import hookspecs
from seqlab.discovery import BUILT_IN, allowed_names, check_names, entry_points, import_file, names_of, plugin_files
from seqlab.errors import PluginError, Problem, SeqlabError, listing, suggestion
from seqlab.registry import Component, Registrar, Registry


@dataclass(frozen=True, slots=True)
class LoadedPlugin:
    """A plugin that was found, whether it works or not.

    Args:
        name: Name of its entry point, or the stem of its file; `distribution/name` if another plugin has that name.
        distribution: Who ships it: the name of its distribution, or the stem of its file.
        version: Version of its distribution, or `__version__` of its file; None if there is none.
        source: Value of its entry point (`seqlab_rnn`), or path of its file.
        summary: First line of its docstring.
        components: What it registers: `encoder lstm`.
        hooks: What else it answers: `epoch_end`.
        reason: Why it does not work; None if it does.
        code: Code of that problem; None if it works.
    """

    name: str
    distribution: str
    version: str | None
    source: str
    summary: str = ""
    components: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()
    reason: str | None = None
    code: str | None = None


class Plugins:
    """The plugins of one invocation, and the registry that they filled.

    Args:
        blocked: Names of plugins or distributions that are not loaded.
    """

    def __init__(self, blocked: Iterable[str] = ()) -> None:
        self.manager = pluggy.PluginManager(hookspecs.PROJECT)
        self.manager.add_hookspecs(hookspecs)
        self.registry = Registry()
        self._blocked = frozenset(blocked)
        self._found: dict[str, LoadedPlugin] = {}
        self._components: dict[str, tuple[Component, ...]] = {}
        self._files: dict[Path, str] = {}

    @property
    def hook(self) -> pluggy.HookRelay:
        """Calls a hook of every plugin: `plugins.hook.seqlab_run_start(run=run)`."""
        return self.manager.hook

    def __iter__(self) -> Iterator[LoadedPlugin]:
        """Every plugin that was found, in the order of loading."""
        return iter(list(self._found.values()))

    def failures(self) -> list[LoadedPlugin]:
        """The plugins that do not work; each has a reason."""
        return [plugin for plugin in self if plugin.reason is not None]

    def register(self, listener: object, name: str) -> None:
        """Let an object of the core listen to hooks, as a plugin does.

        Raises:
            PluginError: SL505 for a misspelt hook, or one that takes arguments which the hook does not have.
        """
        self._check_hooks(listener, name)
        try:
            self.manager.register(listener, name)
        except pluggy.PluginValidationError as error:
            if self.manager.has_plugin(name):
                self.manager.unregister(name=name)
            raise PluginError(Problem("SL505", " ".join(str(error).split()))) from error

    def unregister(self, name: str) -> None:
        """End what `register` began."""
        self.manager.unregister(name=name)

    def load_entry_point(self, point: EntryPoint, distribution: str, version: str) -> LoadedPlugin:
        """Load the plugin that an entry point names, isolated."""
        name = point.name if point.name not in self._found else f"{distribution}/{point.name}"
        return self._load(LoadedPlugin(name, distribution, version, point.value), point.load)

    def load_file(self, path: str | Path) -> LoadedPlugin:
        """Load a plugin of one file; the same file is loaded only once.

        Args:
            path: A `.py` file. Modules beside it can be imported by it, but shadow nothing.

        Raises:
            PluginError: SL501 if there is no such file, else the code of what is wrong with it.
        """
        plugin = self._load_file(Path(path))
        if plugin.code is not None:
            raise PluginError(Problem(plugin.code, f"plugin '{path}' cannot be loaded: {plugin.reason}"))
        return plugin

    def ask(self, plugin: LoadedPlugin, hook: str, **arguments: Any) -> Any:
        """Call a hook of one plugin alone; a plugin that raises is withdrawn, with its reason.

        Returns:
            What the plugin answers; None if it does not have that hook, or raises.
        """
        others = [module for name, module in self.manager.list_name_plugin() if name != plugin.name]
        caller = self.manager.subset_hook_caller(hook, remove_plugins=others)
        try:
            answer = caller(**arguments)
        except (Exception, SystemExit) as error:  # a stranger's hook may raise anything
            self._withdraw(plugin, error)
            return None
        return (answer or [None])[0] if isinstance(answer, list) else answer

    def _load_file(self, path: Path) -> LoadedPlugin:
        path = path.expanduser()
        if path.suffix != ".py" or not path.is_file():
            what = "is not a .py file" if path.exists() else "does not exist"
            raise PluginError(Problem("SL501", f"plugin file '{path}' {what}"))
        resolved = path.resolve()
        if resolved in self._files:
            return self._found[self._files[resolved]]
        plugin = LoadedPlugin(path.stem, path.stem, None, str(path))
        if path.stem in self._blocked:
            return replace(plugin, reason=f"blocked by -p no:{path.stem}")
        if path.stem in self._found:
            plugin = replace(plugin, name=f"{path.stem}.py")
        self._files[resolved] = plugin.name
        return self._load(plugin, lambda: import_file(resolved))

    def _load(self, plugin: LoadedPlugin, load: Callable[[], Any]) -> LoadedPlugin:
        self._found[plugin.name] = plugin
        try:
            module = load()
            version = plugin.version or getattr(module, "__version__", None)
            plugin = replace(plugin, version=version, summary=(inspect.getdoc(module) or "").partition("\n")[0])
            self.register(module, plugin.name)
            components = self._register_components(plugin)
        except (Exception, SystemExit) as error:  # a stranger's module may raise anything
            return self._withdraw(plugin, error)
        self._components[plugin.name] = components
        hooks = sorted(caller.name.removeprefix("seqlab_") for caller in self.manager.get_hookcallers(module) or ())
        self._found[plugin.name] = replace(
            plugin,
            components=tuple(f"{each.kind} {each.name}" for each in components),
            hooks=tuple(hook for hook in hooks if hook != "register_components"),
        )
        return self._found[plugin.name]

    def _register_components(self, plugin: LoadedPlugin) -> tuple[Component, ...]:
        """Let one plugin register into a registry of its own, so that it is taken whole or not at all."""
        own = Registry()
        others = [module for name, module in self.manager.list_name_plugin() if name != plugin.name]
        caller = self.manager.subset_hook_caller("seqlab_register_components", remove_plugins=others)
        caller(registry=Registrar(own, plugin.distribution))
        components = tuple(own)
        taken = {(other.kind, other.qualified_name) for other in self.registry}
        for component in components:
            if (component.kind, component.qualified_name) in taken:
                message = f"{component.kind} '{component.qualified_name}' is registered by another of its plugins"
                raise PluginError(Problem("SL503", message))
        for component in components:
            self.registry.add(component)
        return components

    def _withdraw(self, plugin: LoadedPlugin, error: BaseException) -> LoadedPlugin:
        """Forget all that a plugin registered, and keep why."""
        if self.manager.has_plugin(plugin.name):
            self.manager.unregister(name=plugin.name)
        if self._components.pop(plugin.name, ()):
            self.registry.discard(plugin.distribution)
            for name, components in self._components.items():
                if self._found[name].distribution == plugin.distribution:
                    for component in components:
                        self.registry.add(component)
        code, reason = _explain(error)
        self._found[plugin.name] = replace(plugin, components=(), hooks=(), reason=reason, code=code)
        return self._found[plugin.name]

    def _check_hooks(self, plugin: object, name: str) -> None:
        """Find hooks that would never be called: misspelt, or without their mark."""
        known = [hook for hook in dir(hookspecs) if hook.startswith("seqlab_")]
        for attribute in dir(plugin):
            options = self.manager.parse_hookimpl_opts(plugin, attribute)
            if options is None:
                if attribute in known and inspect.isfunction(getattr(plugin, attribute)):
                    raise PluginError(Problem("SL505", f"'{attribute}' is not marked with @hookimpl"))
                continue
            hook = options.get("specname") or attribute
            if hook not in known and not options.get("optionalhook"):
                hint = suggestion(hook, known) or f"hooks: {listing(known, len(known))}"
                raise PluginError(Problem("SL505", f"'{name}' has no hook to answer with '{hook}'", hint=hint))


def load_plugins(
    files: Iterable[str | Path] = (), folders: Iterable[str | Path] = (), blocked: Iterable[str] = ()
) -> Plugins:
    """Find and load plugins: entry points, then folders, then files, each isolated.

    Args:
        files: Plugins of one `.py` file each.
        folders: Folders in which every `*.py` with hooks is a plugin; one that starts with `_` is not.
        blocked: Names of plugins, or of distributions, that are not loaded.

    Raises:
        PluginError: SL501 for a file or folder that does not exist, SL507 for a name to block (or in
            `SEQLAB_PLUGINS`) that no plugin has, SL508 if seqlab itself is not installed.
    """
    blocked = frozenset(blocked)
    plugins = Plugins(blocked)
    points = entry_points()
    paths = [path for folder in folders for path in plugin_files(Path(folder))] + [Path(file) for file in files]
    strangers = {name for point, owner, _ in points if owner != BUILT_IN for name in names_of(point, owner)}
    every = {name for point, owner, _ in points for name in names_of(point, owner)} | {path.stem for path in paths}
    check_names(blocked, every, "-p no:{}")
    allowed = allowed_names(strangers)
    for point, owner, version in points:
        names = names_of(point, owner)
        if not names & blocked and (owner == BUILT_IN or allowed is None or names & allowed):
            plugins.load_entry_point(point, owner, version)
    for path in paths:
        plugins._load_file(path)
    return plugins


def _explain(error: BaseException) -> tuple[str, str]:
    """Code and reason of whatever a plugin raised."""
    if isinstance(error, SeqlabError):
        first = error.problems[0]
        return first.code, first.message + (f": {first.hint}" if first.hint else "")
    reason = f"{type(error).__name__}: {error}".rstrip(": ")
    frames = [each for each in traceback.extract_tb(error.__traceback__) if not each.filename.startswith("<")]
    place = f" ({frames[-1].filename}:{frames[-1].lineno})" if frames and not isinstance(error, SyntaxError) else ""
    return "SL502", reason + place
