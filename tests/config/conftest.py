"""Toy plugins, and pipelines written to a folder of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from seqlab.config.load import load_pipeline
from seqlab.config.resolved import ResolvedPipeline
from seqlab.plugins import Plugins

HERE = Path(__file__).parent

VALID = """\
# pos.yaml: tags for words.   seqlab run pos.yaml
name: pos
data: {reader: conllu, train: train.conllu}
model:
  embedder: [{type: word, size: 50}]
  encoder: {type: lstm, hidden_size: 30, bidirectional: true}
  head: tagger
training: {epochs: 3, optimizer: {lr: 2e-3}}
"""

Load = Callable[..., ResolvedPipeline]


def toy_plugins() -> Plugins:
    """Plugins that know the toys and nothing else."""
    plugins = Plugins()
    plugins.load_file(HERE / "parts.py")
    return plugins


@pytest.fixture
def plugins() -> Plugins:
    return toy_plugins()


@pytest.fixture
def load(tmp_path: Path, plugins: Plugins) -> Load:
    """Load the valid pipeline, or another text, with overrides and variables."""

    def loaded(*overrides: str, text: str = VALID, environment: dict[str, str] | None = None) -> ResolvedPipeline:
        path = tmp_path / "pos.yaml"
        path.write_text(text, encoding="utf-8")
        return load_pipeline(path, plugins, overrides, environment or {})

    return loaded
