"""`seqlab plugins`."""

import json


def test_built_in_plugins_are_listed_with_what_they_bring(seqlab):
    lines = seqlab("plugins").output.splitlines()
    (rnn,) = [line for line in lines if line.startswith("  rnn ")]
    assert rnn.split()[1] == "seqlab"
    assert "seqlab_rnn" in rnn
    assert "encoder " in rnn


def test_a_broken_plugin_stands_below_with_its_reason(seqlab, tmp_path):
    path = tmp_path / "broken_listed.py"
    path.write_text("# hookimpl\nraise OSError('no disk')\n")
    answer = seqlab("plugins", "--plugins-dir", str(tmp_path))
    assert answer.code == 0
    assert answer.output.endswith(
        f"\nbroken_listed ({path}) does not work: error[SL502]\n  OSError: no disk ({path.resolve()}:2)\n"
    )


def test_json_holds_everything(seqlab):
    listed = {plugin["name"]: plugin for plugin in json.loads(seqlab("plugins", "--json").output)}
    assert "encoder lstm" in listed["rnn"].pop("components")
    assert listed["rnn"] | {"version": None} == {
        "name": "rnn",
        "distribution": "seqlab",
        "version": None,
        "source": "seqlab_rnn",
        "summary": "Recurrent encoders.",
        "hooks": [],
        "reason": None,
        "code": None,
    }


def test_a_blocked_plugin_is_not_listed(seqlab):
    assert "seqlab_rnn" not in seqlab("plugins", "-p", "no:rnn").output
    assert "seqlab_rnn" not in seqlab("-p", "no:rnn", "plugins").output
