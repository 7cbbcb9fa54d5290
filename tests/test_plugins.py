"""Finding plugins, loading them, and keeping a broken one from breaking anything else."""

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from seqlab.errors import PluginError
from seqlab.plugins import Plugins, load_plugins

SRU = '''
"""Simple recurrent units."""
from seqlab import hookimpl

class SRUEncoder:
    pass

@hookimpl
def seqlab_register_components(registry):
    registry.encoder("sru", "{stem}:SRUEncoder", summary="simple recurrent units")
'''


@pytest.fixture(autouse=True)
def own_modules(monkeypatch):
    """Modules and path entries that a test brings leave with it."""
    monkeypatch.delenv("SEQLAB_PLUGINS", raising=False)
    modules, path = set(sys.modules), list(sys.path)
    yield
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        if (
            "." not in name
            and getattr(sys.modules[name], "__file__", None)
            and "pytest-of" in sys.modules[name].__file__
        ):
            del sys.modules[name]


@pytest.fixture
def write(tmp_path):
    """Writes a file of the folder `plugins` outside the repository."""

    def write_file(name, text):
        path = tmp_path / "plugins" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip().replace("{stem}", path.stem))
        return path

    return write_file


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Puts a distribution with one entry point on the path, as pip would."""

    def install_distribution(name, entry_points, module, text):
        site = tmp_path / f"site_{module}"
        information = site / f"{name.replace('-', '_')}-1.2.dist-info"
        information.mkdir(parents=True)
        (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n")
        lines = "".join(f"{point} = {module}\n" for point in entry_points)
        (information / "entry_points.txt").write_text(f"[seqlab]\n{lines}")
        (site / f"{module}.py").write_text(textwrap.dedent(text).lstrip().replace("{stem}", module))
        monkeypatch.syspath_prepend(site)

    return install_distribution


def named(plugins, name):
    return next(plugin for plugin in plugins if plugin.name == name)


def code_of(error):
    return error.value.problems[0].code


# Three ways to find a plugin


def test_built_ins_come_through_entry_points_of_the_distribution_seqlab():
    plugins = load_plugins()
    lstm = plugins.registry.get("encoder", "lstm")
    assert lstm.distribution == "seqlab"
    rnn = named(plugins, "rnn")
    assert (rnn.distribution, rnn.source, rnn.reason) == ("seqlab", "seqlab_rnn", None)
    assert "encoder lstm" in rnn.components
    assert rnn.summary == "Recurrent encoders."
    assert plugins.failures() == []


def test_a_strangers_distribution_is_found_by_its_entry_point(install):
    install("seqlab-sru", ["sru"], "sru_of_a_stranger", SRU)
    plugins = load_plugins()
    assert plugins.registry.get("encoder", "seqlab-sru/sru").load().__name__ == "SRUEncoder"
    sru = named(plugins, "sru")
    assert (sru.distribution, sru.version, sru.summary) == ("seqlab-sru", "1.2", "Simple recurrent units.")


def test_a_file_is_found_in_a_folder_of_plugins(write):
    path = write("sru_in_folder.py", SRU)
    write("_private.py", "raise RuntimeError('not a plugin')")
    write("helper_of_sru.py", "raise RuntimeError('a module beside it, and imported by nobody')")
    plugins = load_plugins(folders=[path.parent])
    assert plugins.registry.get("encoder", "sru_in_folder/sru").load().__name__ == "SRUEncoder"
    assert [plugin.name for plugin in plugins if plugin.distribution != "seqlab"] == ["sru_in_folder"]


def test_a_file_is_found_by_its_path_and_loaded_once(write):
    path = write("sru_by_path.py", SRU)
    plugins = load_plugins()
    assert plugins.load_file(path).components == ("encoder sru",)
    assert plugins.load_file(str(path.parent / ".." / "plugins" / path.name)) is plugins.load_file(path)
    assert plugins.registry.get("encoder", "sru").load().__name__ == "SRUEncoder"


def test_a_file_may_give_the_class_itself_and_import_modules_beside_it(write):
    write("width_beside.py", "WIDTH = 7")
    path = write(
        "wide_plugin.py",
        """
        from seqlab import hookimpl
        from width_beside import WIDTH

        class Wide:
            width = WIDTH

        @hookimpl
        def seqlab_register_components(registry):
            registry.encoder("wide", Wide)
        """,
    )
    plugins = load_plugins(files=[path])
    assert plugins.registry.get("encoder", "wide").load().width == 7


def test_modules_beside_a_plugin_shadow_nothing(write):
    path = write("sru_with_json.py", SRU)
    write("json.py", "raise RuntimeError('shadowed')")
    load_plugins(files=[path])
    assert sys.path[-1] == str(path.parent.resolve())


def test_two_invocations_share_the_module_of_a_file(write):
    path = write("sru_twice.py", SRU)
    first, second = load_plugins(files=[path]), load_plugins(files=[path])
    assert first.registry.get("encoder", "sru").load() is second.registry.get("encoder", "sru").load()


# What cannot be loaded


@pytest.mark.parametrize("name, wrong", [("nope.py", "does not exist"), ("notes.txt", "is not a .py file")])
def test_a_file_that_is_not_there_is_told(write, name, wrong):
    path = write("notes.txt", "").with_name(name)
    with pytest.raises(PluginError, match=wrong) as error:
        load_plugins().load_file(path)
    assert code_of(error) == "SL501"


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(PluginError) as error:
        load_plugins(folders=[tmp_path / "nope"])
    assert code_of(error) == "SL501"


@pytest.mark.parametrize("stem", ["random", "pluggy", "seqlab_rnn"])
def test_a_file_with_the_name_of_a_module_is_refused(write, stem):
    with pytest.raises(PluginError, match=f"there is a module '{stem}' already") as error:
        load_plugins().load_file(write(f"{stem}.py", SRU))
    assert code_of(error) == "SL506"


def test_two_files_of_one_name_in_two_folders_are_told_apart(write):
    plugins = load_plugins()
    plugins.load_file(write("sru_of_two.py", SRU))
    with pytest.raises(PluginError) as error:
        plugins.load_file(write("more/sru_of_two.py", SRU))
    assert code_of(error) == "SL506"
    assert named(plugins, "sru_of_two").reason is None


def test_a_file_whose_name_no_module_can_have_is_refused(write):
    with pytest.raises(PluginError) as error:
        load_plugins().load_file(write("my-plugin.py", SRU))
    assert code_of(error) == "SL506"


BROKEN = {
    "import": ("# hookimpl\nimport module_that_is_nowhere", "SL502", "ModuleNotFoundError: No module named"),
    "syntax": ("# hookimpl\ndef broken(:", "SL502", "SyntaxError"),
    "exit": ("# hookimpl\nraise SystemExit(3)", "SL502", "SystemExit: 3"),
    "raising hook": (
        """
        from seqlab import hookimpl
        @hookimpl
        def seqlab_register_components(registry):
            registry.encoder("half_way", "nowhere:X")
            raise RuntimeError("after half the way")
        """,
        "SL502",
        "RuntimeError: after half the way",
    ),
    "unknown kind": (
        """
        from seqlab import hookimpl
        @hookimpl
        def seqlab_register_components(registry):
            registry.encoder("half_way", "nowhere:X")
            registry.component("encodr", "x", "nowhere:X")
        """,
        "SL503",
        "unknown kind of component 'encodr': did you mean 'encoder'?",
    ),
    "misspelt hook": (
        """
        from seqlab import hookimpl
        @hookimpl
        def seqlab_epoch_ends(moment):
            pass
        """,
        "SL505",
        "did you mean 'seqlab_epoch_end'?",
    ),
    "argument that the hook does not have": (
        """
        from seqlab import hookimpl
        @hookimpl
        def seqlab_epoch_end(momentum):
            pass
        """,
        "SL505",
        "momentum",
    ),
    "hook without its mark": (
        """
        def seqlab_register_components(registry):
            registry.encoder("unmarked", "nowhere:X")
        """,
        "SL505",
        "'seqlab_register_components' is not marked with @hookimpl",
    ),
}


@pytest.mark.parametrize("wrong", BROKEN)
def test_a_broken_plugin_is_listed_with_its_reason_and_breaks_nothing(write, wrong):
    text, code, reason = BROKEN[wrong]
    write("broken_one.py", text)
    write("working_one.py", SRU)
    plugins = load_plugins(folders=[write("_.py", "").parent])
    (failure,) = plugins.failures()
    assert (failure.name, failure.code, failure.components) == ("broken_one", code, ())
    assert reason in failure.reason
    assert plugins.registry.names("encoder") == sorted({*load_plugins().registry.names("encoder"), "sru"})
    assert not plugins.manager.has_plugin("broken_one")
    with pytest.raises(PluginError, match="cannot be loaded") as error:
        plugins.load_file(failure.source)
    assert code_of(error) == code


def test_the_reason_names_the_line(write):
    path = write("broken_line.py", "# hookimpl\nimport os\nos.nothing()")
    (failure,) = load_plugins(files=[path]).failures()
    assert failure.reason.endswith(f"({path.resolve()}:3)")


def test_a_broken_entry_point_breaks_nothing(install):
    install("seqlab-broken", ["broken"], "broken_of_a_stranger", "import module_that_is_nowhere")
    plugins = load_plugins()
    assert [(plugin.name, plugin.distribution) for plugin in plugins.failures()] == [("broken", "seqlab-broken")]
    assert plugins.registry.get("encoder", "lstm")


# Two of one name


def test_two_plugins_with_one_component_both_work_under_qualified_names(write):
    other = write("lstm_of_a_stranger.py", SRU.replace('"sru"', '"lstm"'))
    plugins = load_plugins(files=[other])
    assert plugins.registry.get("encoder", "seqlab/lstm").distribution == "seqlab"
    assert plugins.registry.get("encoder", "lstm_of_a_stranger/lstm").load().__name__ == "SRUEncoder"


def test_two_distributions_with_one_entry_point_name_are_both_loaded(install):
    install("seqlab-other-rnn", ["rnn"], "rnn_of_a_stranger", SRU)
    assert named(load_plugins(), "seqlab-other-rnn/rnn").components == ("encoder sru",)


def test_one_distribution_that_registers_a_name_in_two_plugins_keeps_the_first(install):
    text = SRU.replace("class SRUEncoder", "count = 0\nclass SRUEncoder")
    install("seqlab-double", ["one", "two"], "double_of_a_stranger", text)
    plugins = load_plugins()
    (failure,) = plugins.failures()
    assert failure.name == "two"
    assert plugins.registry.get("encoder", "sru")


# Doing without


def test_a_blocked_plugin_is_not_imported(install):
    install("seqlab-sru", ["sru"], "sru_to_block", SRU)
    for name in ("sru", "seqlab-sru", "seqlab-sru/sru"):
        plugins = load_plugins(blocked=[name])
        assert "sru" not in plugins.registry.names("encoder")
        assert "sru_to_block" not in sys.modules


def test_a_built_in_plugin_can_be_blocked():
    assert "lstm" not in load_plugins(blocked=["rnn"]).registry.names("encoder")


def test_a_file_can_be_blocked(write):
    path = write("sru_file_to_block.py", SRU)
    plugins = load_plugins(folders=[path.parent], blocked=["sru_file_to_block"])
    assert "sru" not in plugins.registry.names("encoder")
    assert plugins.load_file(path).reason == "blocked by -p no:sru_file_to_block"


def test_blocking_what_is_not_there_is_an_error_with_the_nearest_name():
    with pytest.raises(PluginError) as error:
        load_plugins(blocked=["rn"])
    assert (code_of(error), error.value.problems[0].hint) == ("SL507", "did you mean 'rnn'?")


def test_the_environment_limits_plugins_besides_the_built_ins(install, monkeypatch):
    install("seqlab-sru", ["sru"], "sru_to_switch", SRU)
    install("seqlab-gru", ["gru"], "gru_to_switch", SRU.replace('"sru"', '"gru_of_a_stranger"'))
    found = {}
    for switch in ("none", "sru", "sru,seqlab-gru"):
        monkeypatch.setenv("SEQLAB_PLUGINS", switch)
        found[switch] = {plugin.name for plugin in load_plugins() if plugin.distribution != "seqlab"}
        assert load_plugins().registry.get("encoder", "lstm")
    assert found == {"none": set(), "sru": {"sru"}, "sru,seqlab-gru": {"sru", "gru"}}
    monkeypatch.setenv("SEQLAB_PLUGINS", "srv")
    with pytest.raises(PluginError) as error:
        load_plugins()
    assert (code_of(error), error.value.problems[0].hint) == ("SL507", "did you mean 'sru'?")


def test_without_its_installed_metadata_seqlab_says_how_to_install(monkeypatch):
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [])
    with pytest.raises(PluginError, match="pip install") as error:
        load_plugins()
    assert code_of(error) == "SL508"


# Hooks


def test_hooks_of_plugins_and_of_listeners_are_called(write):
    path = write(
        "listening.py",
        """
        from seqlab import hookimpl
        @hookimpl
        def seqlab_environment():
            return {"listening": "1"}
        """,
    )
    plugins = load_plugins(files=[path])
    assert plugins.hook.seqlab_environment() == [{"listening": "1"}]

    from seqlab import hookimpl

    class Listener:
        @hookimpl
        def seqlab_environment(self):
            return {"terminal": "yes"}

    plugins.register(Listener(), "terminal")
    assert {"terminal": "yes"} in plugins.hook.seqlab_environment()
    assert named(plugins, "listening").hooks == ("environment",)
    assert "terminal" not in [plugin.name for plugin in plugins]
    plugins.unregister("terminal")
    assert plugins.hook.seqlab_environment() == [{"listening": "1"}]


def test_a_listener_with_a_misspelt_hook_is_refused():
    from seqlab import hookimpl

    class Listener:
        @hookimpl
        def seqlab_epoch_ends(self):
            pass

    with pytest.raises(PluginError, match="did you mean 'seqlab_epoch_end'") as error:
        Plugins().register(Listener(), "terminal")
    assert code_of(error) == "SL505"


def test_a_plugin_that_raises_when_it_is_asked_alone_is_withdrawn(write):
    text = SRU + '\n@hookimpl\ndef seqlab_register_pipelines():\n    raise OSError("no disk")\n'
    plugins = load_plugins(files=[write("raising_later.py", text)])
    assert "sru" in plugins.registry.names("encoder")
    assert plugins.ask(named(plugins, "raising_later"), "seqlab_register_pipelines") is None
    assert plugins.failures()[0].reason.startswith("OSError: no disk")
    assert "sru" not in plugins.registry.names("encoder")
    assert "lstm" in plugins.registry.names("encoder")
    assert plugins.hook.seqlab_register_pipelines() == []


def test_withdrawing_one_plugin_of_a_distribution_leaves_its_others():
    plugins = load_plugins()
    before = {component.qualified_name for component in plugins.registry if component.name != "lstm"}
    plugins._withdraw(named(plugins, "rnn"), RuntimeError("now"))
    after = {component.qualified_name for component in plugins.registry}
    assert {name for name in before if not name.endswith(("gru", "rnn"))} <= after
    assert "seqlab/lstm" not in after


def test_asking_gives_the_answer_of_one_plugin(write):
    text = "from seqlab import hookimpl\n@hookimpl\ndef seqlab_environment():\n    return {'%s': '1'}\n"
    plugins = load_plugins(files=[write(f"{name}_asked.py", text % name) for name in ("first", "second")])
    assert plugins.ask(named(plugins, "second_asked"), "seqlab_environment") == {"second": "1"}
    assert plugins.ask(named(plugins, "rnn"), "seqlab_environment") is None


# Lightness


def test_loading_plugins_imports_nothing_heavy():
    code = (
        "import sys; from seqlab.plugins import load_plugins; plugins = load_plugins(); assert not plugins.failures();"
        "print([name for name in ('torch', 'numpy', 'rich', 'sklearn', 'spacy', 'pydantic') if name in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ}
    )
    assert answer.stdout.strip() == "[]"


# Codes


def test_every_code_of_plugins_is_documented_and_no_other():
    root = Path(__file__).parent.parent
    sources = [root / "seqlab" / name for name in ("plugins.py", "discovery.py", "registry.py", "testing/verb.py")]
    given = {code for path in sources for code in re.findall(r'"(SL5\d\d)"', path.read_text(encoding="utf-8"))}
    page = (root / "docs/reference/errors.md").read_text(encoding="utf-8")
    assert given == set(re.findall(r"^\| (SL5\d\d) \|", page, flags=re.MULTILINE))
