"""Learners of small pipelines, and corpora that are made here."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from seqlab.config.load import load_pipeline
from seqlab.data.vocabulary import fit_vocabularies
from seqlab.interfaces.context import Context
from seqlab.interfaces.records import Example, Tags, Tokens
from seqlab.plugins import Plugins, load_plugins
from seqlab.training.network_learner import NetworkLearner

HERE = Path(__file__).parent
TAGGER = """\
name: tagger
data: {reader: conllu, train: none.conllu}
model:
  embedder: {type: word, size: 6, dropout: 0.2}
  encoder: {type: lstm, hidden_size: 5, num_layers: 2, bidirectional: true, dropout: 0.3}
  head: {type: tagger, dropout: 0.2}
training: {epochs: 3, batch_tokens: 50, optimizer: {type: adam, lr: 1e-2}}
"""
LANGUAGE_MODEL = """\
name: language_model
data: {reader: conllu, train: none.conllu}
model:
  embedder: {type: word, size: 6}
  encoder: {type: lstm, hidden_size: 6, num_layers: 2, dropout: 0.3}
  head: tied
training: {epochs: 2, window_length: 7, batch_size: 3, optimizer: {type: adam, lr: 1e-2}}
evaluation: {baselines: {only: []}}
"""
PIPELINES = {"tagger": TAGGER, "language_model": LANGUAGE_MODEL}

MakeLearner = Callable[..., NetworkLearner]


@pytest.fixture(scope="session")
def plugins() -> Plugins:
    return load_plugins(files=[HERE / "training_parts.py"])


@pytest.fixture(autouse=True)
def _one_thread():
    count = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(count)


@pytest.fixture(scope="session")
def train() -> Sequence[Example]:
    """Words whose tag hangs on the word and on the one before."""
    random = np.random.default_rng(13)
    examples = []
    for number in range(25):
        words = random.integers(0, 12, random.integers(1, 12)).tolist()
        tags = [f"T{(word + before) % 3}" for word, before in zip(words, [0, *words], strict=False)]
        tokens = Tokens(tuple(f"w{word}" for word in words))
        examples.append(Example(f"s{number}", f"train.conllu:{number + 1}", {"main": tokens}, Tags(tuple(tags))))
    return examples


@pytest.fixture
def make_learner(plugins: Plugins, train: Sequence[Example], tmp_path: Path) -> MakeLearner:
    """A learner with fresh weights: `make_learner("training.average_last=1", pipeline="tagger")`."""

    def make(*overrides: str, pipeline: str = "tagger") -> NetworkLearner:
        path = tmp_path / f"{pipeline}.yaml"
        path.write_text(PIPELINES[pipeline], encoding="utf-8")
        resolved = load_pipeline(path, plugins, overrides, environment={}).pipeline
        head = resolved.model.settings.head_settings
        context = Context(
            vocabularies=fit_vocabularies(train, head),
            seed=resolved.seed,
            threads=int(resolved.threads or 1),
            training=resolved.training,
            build=plugins.registry.build,
            head=head,
        )
        learner = plugins.registry.build(resolved.model, context)
        assert isinstance(learner, NetworkLearner)
        return learner

    return make
