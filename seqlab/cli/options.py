"""What verbs have in common: plugins and their options, and telling pipelines from overrides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from seqlab.cli.verbs import BUILT_IN_VERBS

if TYPE_CHECKING:
    from seqlab.plugins import Plugins

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


@dataclass
class Session:
    """One invocation of `seqlab`.

    Attributes:
        folders: What `--plugins-dir` says.
        blocked: The names that `-p no:NAME` says.
        plugins: The plugins, loaded when a verb first asks for them; None before.
    """

    folders: list[Path] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)
    plugins: Plugins | None = None
    verbs: dict[str, click.Command] = field(default_factory=dict)

    def load(self) -> Plugins:
        """The plugins, and in `verbs` what they add to the command line."""
        if self.plugins is None:
            from seqlab.plugins import load_plugins

            self.plugins = load_plugins(folders=self.folders, blocked=self.blocked)
            self.verbs = _verbs(self.plugins)
        return self.plugins


class _Offer(click.Group):
    """The group that one plugin adds its verbs to; they count only if all of them can be taken."""

    def __init__(self, taken: set[str]) -> None:
        super().__init__()
        self._taken = taken

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        name = name or cmd.name or ""
        if name in self._taken:
            raise ValueError(f"there is a verb '{name}' already")
        super().add_command(cmd, name)


def _verbs(plugins: Plugins) -> dict[str, click.Command]:
    offers: dict[str, dict[str, click.Command]] = {}
    for plugin in plugins:
        if plugin.reason is None:
            offer = _Offer({*BUILT_IN_VERBS, *(verb for verbs in offers.values() for verb in verbs)})
            plugins.ask(plugin, "seqlab_register_commands", cli=offer)
            offers[plugin.name] = dict(offer.commands)
    return {verb: each for plugin in plugins if plugin.reason is None for verb, each in offers[plugin.name].items()}


def current_plugins() -> Plugins:
    """The plugins of the invocation that is running, as its options say."""
    return click.get_current_context().ensure_object(Session).load()


def fresh_plugins() -> Plugins:
    """The same, loaded anew: what one pipeline's `plugins:` brings does not help the next one."""
    session = click.get_current_context().ensure_object(Session)
    session.plugins = None
    return session.load()


def pipelines_and_overrides(arguments: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Pipelines and overrides, however they are mixed: an override has a `=` or starts with `~`."""
    overrides = [
        each
        for each in arguments
        if ("=" in each or each.startswith("~")) and not each.startswith("~/") and not Path(each).is_file()
    ]
    return [each for each in arguments if each not in overrides], overrides


def split_arguments(arguments: tuple[str, ...]) -> tuple[str, list[str]]:
    """The one pipeline among the arguments of a verb, and the overrides."""
    pipelines, overrides = pipelines_and_overrides(arguments)
    if len(pipelines) != 1:
        what = f"one pipeline is wanted, not {len(pipelines)}" if pipelines else "no pipeline is named"
        raise click.UsageError(f"{what}: give a YAML file, or a name of `seqlab pipelines`")
    return pipelines[0], overrides


def plugin_options(command: Decorated) -> Decorated:
    """Give a verb `--plugins-dir` and `-p`; `current_plugins()` then heeds them, and the verb takes no argument."""
    for option in (
        click.option(
            "-p", "blocked", metavar="no:NAME", multiple=True, expose_value=False, is_eager=True, callback=_block,
            help="Do without a plugin.",
        ),
        click.option(
            "--plugins-dir", "folders", metavar="DIR", multiple=True, expose_value=False, is_eager=True, callback=_add_folders,
            help="Load every .py file of a folder as a plugin.",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


def _add_folders(context: click.Context, parameter: click.Parameter, folders: tuple[str, ...]) -> None:
    session = context.ensure_object(Session)
    if folders:
        session.folders += map(Path, folders)
        session.plugins = None


def _block(context: click.Context, parameter: click.Parameter, names: tuple[str, ...]) -> None:
    session = context.ensure_object(Session)
    for name in names:
        if not name.startswith("no:") or name == "no:":
            raise click.BadParameter(f"'{name}' is not of the form no:NAME", context, parameter)
        session.blocked.append(name.removeprefix("no:"))
        session.plugins = None
