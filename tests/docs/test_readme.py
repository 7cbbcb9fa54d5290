"""What the pages tell a reader to type works: verbs, flags, pipelines, links, and the two commands of the README."""

import re
import shlex
from pathlib import Path

import click
import pytest

from seqlab.cli.main import cli
from seqlab.cli.options import Session
from seqlab.cli.verbs import BUILT_IN_VERBS, VERBS
from seqlab.config.load import load_pipeline
from seqlab.plugins import load_plugins

from .pages import PAGES, ROOT, Fence, commands, fences

README = (ROOT / "README.md").read_text(encoding="utf-8")
YAML = [fence for page in PAGES for fence in fences(page) if fence.language == "yaml"]
PYTHON = [fence for page in PAGES for fence in fences(page) if fence.language == "python"]


def shown_commands(page: Path) -> list[list[str]]:
    """Everything on a page that begins with `seqlab VERB`: lines of consoles, and code in a sentence or a table."""
    in_fences = [words for fence in fences(page) if fence.language == "console" for words in commands(fence)]
    prose = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    in_prose = [shlex.split(code, comments=True) for code in re.findall(r"`(seqlab [^`]*)`", prose)]
    return [words[1:] for words in in_fences + in_prose if words[:1] == ["seqlab"]]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_has_a_verb_and_flags_that_exist(page: Path) -> None:
    for words in shown_commands(page):
        words = [word.strip("[]") for word in words if word != "VERB"]
        context = click.Context(cli, info_name="seqlab", obj=Session())
        command: click.Command = cli
        while isinstance(command, click.Group) and words and not words[0].startswith("-"):
            assert command is not cli or words[0] in BUILT_IN_VERBS, f"no verb '{words[0]}'"
            found = command.get_command(context, words[0])
            assert found is not None, f"{page.name}: seqlab {shlex.join(words)}"
            command, words = found, words[1:]
        flags = {name for each in command.params for name in each.opts} | {"-h", "--help"}
        for word in words:
            if word.startswith("-"):
                assert word in flags, f"{page.name}: {command.name} has no {word}"


def test_every_verb_is_in_the_reference() -> None:
    reference = (ROOT / "docs/reference/cli.md").read_text(encoding="utf-8")
    for verb in (verb for verbs in VERBS.values() for verb in verbs):
        assert f"| `seqlab {verb}" in reference


@pytest.mark.parametrize("verb", ["run", "validate", "plugins", "pipelines", "schema"])
def test_every_flag_is_in_the_reference(verb: str) -> None:
    reference = (ROOT / "docs/reference/cli.md").read_text(encoding="utf-8")
    command = cli.get_command(click.Context(cli, obj=Session()), verb)
    assert command is not None
    for flag in (option for each in command.params for option in each.opts if option.startswith("-")):
        assert flag in reference


@pytest.mark.parametrize("fence", YAML, ids=lambda fence: fence.place)
def test_every_whole_pipeline_is_valid(fence: Fence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not re.search(r"^(data|extends):", fence.text, flags=re.MULTILINE):
        pytest.skip("a part of a pipeline")
    for other in fences(fence.page):
        if other.file and other.language == "python":
            (tmp_path / other.file).write_text(other.text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))  # restores sys.path, to which the plugin's folder is added
    path = tmp_path / "pipeline.yaml"
    path.write_text(fence.text, encoding="utf-8")
    load_pipeline(path, load_plugins(), environment={})


@pytest.mark.parametrize("fence", PYTHON, ids=lambda fence: fence.place)
def test_every_python_block_compiles(fence: Fence) -> None:
    compile(fence.text, fence.place, "exec")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_page_and_a_heading(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target, anchor in re.findall(r"\]\(((?!https?:)[^)#\s]*)(?:#([^)\s]+))?\)", text):
        other = (page.parent / target).resolve() if target else page
        assert other.exists(), f"{page.relative_to(ROOT)}: {target}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", other.read_text(encoding="utf-8"), flags=re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def test_ci_runs_the_two_commands_of_the_readme() -> None:
    ci = (ROOT / ".ci/run").read_text(encoding="utf-8")
    (main_job,) = re.findall(
        r"^\$ pip install (.+) \. && seqlab run pipelines/(\w+)\.yaml$", README, flags=re.MULTILINE
    )
    (tests,) = re.findall(r"^\$ pip install (.+) && (pytest .+)$", README, flags=re.MULTILINE)
    assert f"pip install --quiet {main_job[0]} " in ci  # there of the wheel that was built from `.`
    assert f"seqlab run {main_job[1]}\n" in ci
    assert f"pip install --quiet {tests[0]};" in ci
    assert f"{tests[1]};" in ci


def test_the_pipeline_of_the_readme_is_the_shipped_one(tmp_path: Path) -> None:
    (fence,) = [fence for fence in fences(ROOT / "README.md") if fence.language == "yaml"]
    (tmp_path / "pos.yaml").write_text(fence.text, encoding="utf-8")
    plugins = load_plugins()
    assert load_pipeline(tmp_path / "pos.yaml", plugins).tree == load_pipeline("pos", plugins).tree


def test_the_table_of_the_readme_stands_in_the_tutorial_too() -> None:
    (shown,) = re.findall(r"^Scores on test.*?^model .*?$", README, flags=re.MULTILINE | re.DOTALL)
    assert shown in (ROOT / "docs/tutorial/first-run.md").read_text(encoding="utf-8")


def test_the_constraints_pin_all_that_is_needed() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {normal(line.partition("==")[0]) for line in lines if not line.startswith("#")}
    assert {normal(re.split(r"[<>=!~\[; ]", each)[0]) for each in wanted} <= pinned
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in lines if not line.startswith("#"))


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
