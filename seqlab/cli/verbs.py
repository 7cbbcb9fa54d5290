"""The built-in verbs, as `seqlab --help` lists them."""

from __future__ import annotations

VERBS: dict[str, dict[str, str]] = {
    "Run a pipeline": {
        "run": "train, score, and compare with the baselines",
        "validate": "check pipelines without reading any data",
    },
    "Use a run": {
        "predict": "tag or label text, or caption images, with a saved model",
        "generate": "continue a text with a saved language model, or answer an input",
        "score": "say how likely texts are to a saved model",
        "evaluate": "score a saved model and its baselines on other data",
        "diagnose": "look at the gradients, gates and memory of a saved model",
        "compare": "scores, settings and paired tests of several runs",
        "report": "write the report and the model card of a run again",
    },
    "Look around": {
        "pipelines": "list the pipelines that come with seqlab",
        "show": "explain encoders, heads, metrics, ... and their settings",
        "plugins": "list plugins, what they bring, and what is wrong with them",
        "data": "list, find and fetch named datasets",
    },
    "Write your own": {
        "new": "start a pipeline or a plugin",
        "schema": "print the JSON Schema of pipelines, for editors",
    },
}
"""The built-in verbs in the order of `--help`: group -> verb -> what it does. Each lives in `seqlab.cli.VERB`."""

BUILT_IN_VERBS = frozenset(verb for verbs in VERBS.values() for verb in verbs)
