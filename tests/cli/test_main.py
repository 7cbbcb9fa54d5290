"""The command itself: help, verbs, errors and exit codes, and what it does not import."""

import importlib
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

import seqlab.cli
from seqlab.cli.verbs import BUILT_IN_VERBS, VERBS

HEAVY = ("torch", "numpy", "spacy", "sklearn")
LIGHT = {
    "help": ["--help"],
    "version": ["--version"],
    "validate": ["validate", "pos"],
    "validate resolved": ["validate", "pos", "--resolved"],
    "plugins": ["plugins"],
    "show": ["show"],
    "show kind": ["show", "encoder"],
    "show component": ["show", "encoder", "lstm"],
    "show pipeline": ["show", "pipeline"],
    "pipelines": ["pipelines"],
    "new": ["new", "pipeline", "mine.yaml", "--from", "pos"],
    "new plugin": ["new", "plugin", "seqlab-mine"],
    "schema": ["schema"],
}
BLOCKER = f"""
import sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {HEAVY}:
            raise AssertionError("imported " + name)
sys.meta_path.insert(0, Blocker())
from seqlab.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("arguments", LIGHT.values(), ids=LIGHT.keys())
def test_a_light_verb_imports_nothing_heavy_and_prints_no_colours_into_a_pipe(arguments, tmp_path):
    command = [sys.executable, "-c", BLOCKER, *arguments]
    answer = subprocess.run(
        command, capture_output=True, text=True, cwd=tmp_path, env={**os.environ, "FORCE_COLOR": ""}
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stderr == ""
    assert "\x1b" not in answer.stdout


def test_the_help_is_as_it_was(seqlab):
    assert seqlab("--help").output == (Path(__file__).parent / "golden/help.txt").read_text()


def test_without_arguments_the_help_is_printed(seqlab):
    answer = seqlab()
    assert answer.output + answer.errors == seqlab("-h").output


@pytest.mark.parametrize("verb", sorted(BUILT_IN_VERBS))
def test_a_verb_says_in_its_help_what_the_list_of_verbs_says(verb):
    command = importlib.import_module(f"seqlab.cli.{verb}").command
    assert isinstance(command, click.Command)
    assert command.short_help == next(verbs[verb] for verbs in VERBS.values() if verb in verbs)
    assert command.help


@pytest.mark.parametrize("verb", sorted(BUILT_IN_VERBS))
def test_every_verb_answers_h(seqlab, verb):
    answer = seqlab(verb, "-h")
    assert answer.code == 0
    assert answer.output.startswith(f"Usage: seqlab {verb} ")


def test_every_module_with_a_command_is_a_verb():
    for module in pkgutil.iter_modules(seqlab.cli.__path__):
        source = (Path(seqlab.cli.__path__[0]) / f"{module.name}.py").read_text()
        assert ("\ndef command(" in source) == (module.name in BUILT_IN_VERBS), module.name


def test_an_unknown_verb_is_told_the_nearest(seqlab):
    answer = seqlab("vaildate", "pos")
    assert (answer.code, answer.output) == (2, "")
    assert "unknown verb 'vaildate': did you mean 'validate'?" in answer.errors


def test_a_switch_that_is_none_is_told(seqlab):
    answer = seqlab("plugins", "-p", "rnn")
    assert answer.code == 2
    assert "'rnn' is not of the form no:NAME" in answer.errors


def test_a_problem_goes_to_standard_error_with_the_exit_code_of_its_family(seqlab):
    answer = seqlab("plugins", "-p", "no:rn")
    assert (answer.code, answer.output) == (4, "")
    assert answer.errors.startswith("error[SL507]: -p no:rn: there is no plugin of that name\n   did you mean 'rnn'?\n")


PLUGIN = '''
"""Adds verbs."""
import click
from seqlab import hookimpl

@hookimpl
def seqlab_register_commands(cli):
    @cli.command(short_help="end in a way")
    @click.argument("way")
    def end(way):
        raise {"interrupt": KeyboardInterrupt, "bug": ZeroDivisionError}[way]("by zero")

@hookimpl
def seqlab_explain_error(error):
    return f"do not divide {error}" if isinstance(error, ZeroDivisionError) else None
'''


@pytest.fixture
def folder(tmp_path):
    """A folder with a plugin that adds a verb."""
    (tmp_path / "ending_verbs.py").write_text(PLUGIN)
    yield str(tmp_path)
    sys.modules.pop("ending_verbs", None)
    sys.path[:] = [entry for entry in sys.path if entry != str(tmp_path)]


def test_a_plugin_adds_a_verb(seqlab, folder):
    assert "From plugins\n  end         end in a way\n" in seqlab("--plugins-dir", folder, "-h").output
    assert seqlab("--plugins-dir", folder, "end", "-h").output.startswith("Usage: seqlab end")


def test_an_interruption_ends_in_130(seqlab, folder):
    answer = seqlab("--plugins-dir", folder, "end", "interrupt")
    assert answer.code == 130
    assert "Traceback" not in answer.errors


def test_a_bug_shows_its_traceback_and_what_plugins_advise(seqlab, folder):
    answer = seqlab("--plugins-dir", folder, "end", "bug")
    assert answer.code == 1
    assert "Traceback (most recent call last)" in answer.errors
    assert answer.errors.endswith(
        "this is a bug in seqlab or in a plugin, not in your pipeline: ZeroDivisionError: by zero\n"
        "   do not divide by zero\n"
    )


@pytest.mark.parametrize("wrong", ["raise RuntimeError('no verbs')", "cli.command('validate')(lambda: None)"])
def test_a_plugin_whose_verbs_cannot_be_taken_is_listed_and_the_built_in_verbs_stand(seqlab, tmp_path, wrong):
    text = f"from seqlab import hookimpl\n@hookimpl\ndef seqlab_register_commands(cli):\n    cli.command('x')(print)\n    {wrong}\n"
    name = f"verbless_{abs(hash(wrong))}"
    (tmp_path / f"{name}.py").write_text(text)
    shown = seqlab("--plugins-dir", str(tmp_path), "-h").output
    assert "validate    check pipelines" in shown
    assert "From plugins" not in shown
    listed = seqlab("plugins", "--plugins-dir", str(tmp_path)).output
    assert f"{name} ({tmp_path}/{name}.py) does not work: error[SL502]" in listed
    assert ("no verbs" if "no verbs" in wrong else "there is a verb 'validate' already") in listed


def test_nobody_reading_on_is_no_error():
    command = f"{sys.executable} -m seqlab.cli.main show pipeline | true"
    answer = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True)
    assert answer.stderr == ""
