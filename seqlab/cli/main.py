"""The command `seqlab`: finds the verb, imports its module alone, and turns errors into words and exit codes."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any

import click

import seqlab
from seqlab.cli.layout import fitted, heading, muted, table
from seqlab.cli.options import Session, plugin_options
from seqlab.cli.verbs import BUILT_IN_VERBS, VERBS
from seqlab.errors import SeqlabError, suggestion


class Verbs(click.Group):
    """A group that imports the module of a verb when that verb is asked for, and no other."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The built-in verbs, then those of plugins."""
        return [verb for verbs in VERBS.values() for verb in verbs] + sorted(_plugin_verbs(ctx))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb of a name; plugins are loaded only if it is not built in."""
        if cmd_name in BUILT_IN_VERBS:
            command: click.Command = importlib.import_module(f"seqlab.cli.{cmd_name}").command
            return command
        session = ctx.ensure_object(Session)
        session.load()
        return session.verbs.get(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The verb that the arguments name; an unknown one is told the nearest."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            known = self.list_commands(ctx)
            hint = suggestion(args[0], known) or f"verbs: {', '.join(known)}"
            raise click.UsageError(f"unknown verb '{args[0]}': {hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One example, the verbs in groups, the options."""
        formatter.write("A lab for sequence models: every model beside its strongest cheap baselines.\n\n")
        formatter.write(f"  $ seqlab run pos          {muted('trains the pipeline pos; seqlab VERB -h says more')}\n")
        for group, verbs in VERBS.items():
            formatter.write(f"\n{heading(group)}\n{table(list(verbs.items()), widths=(10,))}")
        try:
            strangers = _plugin_verbs(ctx)
        except SeqlabError as error:  # the help is what somebody in trouble reads
            formatter.write(f"\n{error}\n")
        else:
            if strangers:
                rows = [(name, strangers[name].get_short_help_str(90)) for name in sorted(strangers)]
                formatter.write(f"\n{heading('From plugins')}\n{table(rows, widths=(10,))}")
        options = [record for each in self.get_params(ctx) if (record := each.get_help_record(ctx))]
        formatter.write(f"\n{heading('Options')}\n{table(options)}")


def _plugin_verbs(ctx: click.Context) -> dict[str, click.Command]:
    session = ctx.ensure_object(Session)
    session.load()
    return session.verbs


@click.group(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    subcommand_metavar="VERB ...",
)
@click.version_option(seqlab.__version__, message="seqlab %(version)s", help="Print the version.")
@plugin_options
def cli() -> None:
    """A lab for sequence models: every model beside its strongest cheap baselines."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: What stands after `seqlab`; None for the arguments of the process.

    Returns:
        The exit code: 0 done, 2 pipeline or usage, 3 data, 4 plugin, 6 run, 130 interrupted, 1 a bug.
    """
    session = Session()
    try:
        status = cli.main(arguments, "seqlab", standalone_mode=False, obj=session)
        sys.stdout.flush()
    except SeqlabError as error:
        click.echo(fitted(str(error)), err=True)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        return 130
    except BrokenPipeError:  # `seqlab show | head`: nobody reads on, and nothing is wrong
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        _explain(error, session)
        return 1
    return status if isinstance(status, int) else 0


def _explain(error: Exception, session: Session) -> None:
    """Tell of an error that is nobody's mistake but a programmer's."""
    traceback.print_exception(error)
    click.echo(
        f"\nthis is a bug in seqlab or in a plugin, not in your pipeline: {type(error).__name__}: {error}", err=True
    )
    advice: Any = None
    if session.plugins is not None:
        try:
            advice = session.plugins.hook.seqlab_explain_error(error=error)
        except Exception as another:
            advice = f"(a plugin's seqlab_explain_error failed as well: {type(another).__name__}: {another})"
    click.echo(f"   {advice or 'try again without other plugins: SEQLAB_PLUGINS=none seqlab ...'}", err=True)


if __name__ == "__main__":
    sys.exit(main())
