"""Small networks that are language models, of fresh weights in float64."""

import pytest
import torch

from seqlab import NetworkLanguageModel, Vocabularies, Vocabulary
from seqlab.interfaces.settings import Part
from seqlab.model.network import Network
from seqlab.model.settings import NetworkSettings
from seqlab.plugins import load_plugins


@pytest.fixture(scope="session")
def make_model():
    """Makes a network over letters: `make_model("abc", encoder="gru")`; `</s>` is predicted where `ends` says so."""
    registry = load_plugins().registry

    def part(kind, name, **settings):
        return Part(kind, name, registry.get(kind, name).settings_class()(**settings))

    def make(letters="abcd", ends=False, encoder="lstm", seed=5, **embedder):
        torch.manual_seed(seed)
        vocabulary = Vocabulary.of_outputs(dict.fromkeys(letters, 1), ("</s>",) * ends)
        settings = NetworkSettings(
            embedder=(part("embedder", "word", size=6, word_dropout=0.5, dropout=0.5, initial_scale=1.0, **embedder),),
            encoder=part("encoder", encoder, hidden_size=7),
            head=part(
                "head", "language_model", dropout=0.5, output=part("output", "full", initial_scale=1.0), unknown=False
            ),
        )
        vocabularies = Vocabularies({"main": Vocabulary.of_read_again(vocabulary)}, vocabulary)
        network = Network(settings, vocabularies, registry.build).double().eval()
        return NetworkLanguageModel(network, vocabulary)

    return make


@pytest.fixture(scope="session")
def in_pieces():
    """Scores `(1, N)` ids with several calls: `in_pieces(model, ids, [3, 1, 8])`, and gives `(N,)` as a list."""

    def read(model, ids, lengths):
        assert sum(lengths) == ids.shape[1]
        state, previous, found = model.start(1), torch.tensor([model.begin]), []
        for piece in ids.split(lengths, dim=1):
            log_probs, state = model.score(previous, piece, torch.tensor([piece.shape[1]]), state)
            found += log_probs[0].tolist()
            previous = piece[:, -1]
        return found

    return read


@pytest.fixture(scope="session")
def in_steps():
    """Reads `(N,)` ids one by one: the distribution before each, `(N, V)`."""

    def read(model, ids):
        state, previous, found = model.start(1), torch.tensor([model.begin]), []
        for id_ in ids.split(1):
            taken = model.step(previous, state)
            found.append(taken.log_probs[0])
            state, previous = taken.state, id_
        return torch.stack(found)

    return read
