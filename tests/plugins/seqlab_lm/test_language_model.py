"""A network with a language-model head: what its sums are, what it sees, what it shares."""

from itertools import pairwise

import pytest
import torch

from seqlab import IGNORED, PipelineError, Vocabularies, Vocabulary
from seqlab.interfaces.settings import Part
from seqlab.model.network import Network
from seqlab.model.network_language_model import NetworkLanguageModel
from seqlab.model.settings import NetworkSettings
from seqlab.plugins import load_plugins

REGISTRY = load_plugins().registry
OUTPUTS = Vocabulary.of_outputs({f"w{number}": 20 - number for number in range(12)}, ("<unk>", "</s>"))


def part(kind, name, **settings):
    return Part(kind, name, REGISTRY.get(kind, name).settings_class()(**settings))


def model_of(encoder=None, embedder=None, output=None, vocabulary=OUTPUTS, **head):
    torch.manual_seed(5)
    settings = NetworkSettings(
        embedder=(embedder or part("embedder", "word", size=6, word_dropout=0.0, initial_scale=1.0),),
        encoder=encoder or part("encoder", "lstm", hidden_size=7),
        head=part("head", "language_model", output=output or part("output", "full"), **head),
    )
    vocabularies = Vocabularies({"main": Vocabulary.of_read_again(vocabulary)}, vocabulary)
    network = Network(settings, vocabularies, REGISTRY.build).double().eval()
    return NetworkLanguageModel(network, vocabulary)


def ids_of(*rows):
    return torch.tensor([OUTPUTS.ids(row.split()) for row in rows])


@torch.no_grad()
def log_prob(model, sentence):
    ids = ids_of(f"{sentence} </s>")
    scores, _ = model.score(torch.tensor([model.begin]), ids, torch.tensor([ids.shape[1]]), model.start(1))
    return float(scores.sum())


@pytest.mark.parametrize("output", ["full", "adaptive"])
@torch.no_grad()
def test_log_p_of_a_sentence_is_the_sum_of_its_conditionals_and_these_sum_to_1(output):
    model = model_of(output=part("output", output))
    state, previous, total = model.start(1), torch.tensor([model.begin]), 0.0
    for id_ in ids_of("w3 w0 w0 <unk> w11 </s>")[0].tolist():
        taken = model.step(previous, state)
        assert float(taken.log_probs.exp().sum()) == pytest.approx(1, abs=1e-12)
        total += float(taken.log_probs[0, id_])
        state, previous = taken.state, torch.tensor([id_])
    assert log_prob(model, "w3 w0 w0 <unk> w11") == pytest.approx(total, abs=1e-9)


@torch.no_grad()
def test_a_state_after_a_shorter_row_has_read_all_of_it_but_the_last():
    model = model_of()
    ids, lengths = ids_of("w1 w2 w3", "w4 w5 w6"), torch.tensor([3, 2])
    _, state = model.score(torch.full((2,), model.begin), ids, lengths, model.start(2))
    _, alone = model.score(torch.tensor([model.begin]), ids[1:, :2], torch.tensor([2]), model.start(1))
    for name, tensor in state.items():
        torch.testing.assert_close(tensor[1:], alone[name])


@torch.no_grad()
def test_what_is_outside_the_vocabulary_is_read_as_unknown_and_not_scored():
    bare = Vocabulary.of_outputs({"a": 2, "b": 1})
    model = model_of(vocabulary=bare)
    assert model.begin == IGNORED
    ids = torch.tensor([[0, IGNORED, 1]])
    scores, _ = model.score(torch.tensor([IGNORED]), ids, torch.tensor([3]), model.start(1))
    assert scores[0, 1] == 0
    assert (
        scores[0, 2]
        != model.score(torch.tensor([IGNORED]), torch.tensor([[0, 0, 1]]), torch.tensor([3]), model.start(1))[0][0, 2]
    )


@pytest.mark.parametrize("size", [1, 2, 3, 5])
@torch.no_grad()
def test_a_window_model_does_not_see_what_stands_before_its_window(size):
    model = model_of(encoder=part("encoder", "window", size=size, hidden_size=7))
    ids, other = ids_of("w1 w2 w3 w4 w5 w6 w7 w8"), ids_of("w9 w2 w3 w4 w5 w6 w7 w8")
    lengths, begin = torch.tensor([8]), torch.tensor([model.begin])
    one, two = (model.score(begin, each, lengths, model.start(1))[0][0] for each in (ids, other))
    assert (one[1 : size + 1] != two[1 : size + 1]).all()  # the token 0 stands in the windows that predict 1 to size
    assert torch.equal(one[size + 1 :], two[size + 1 :])


def test_the_parameters_of_a_window_model_grow_linearly_with_its_window():
    sizes = []
    for size in range(1, 6):
        network = model_of(encoder=part("encoder", "window", size=size, hidden_size=7)).stack.encoder
        sizes.append(sum(parameter.numel() for parameter in network.parameters()))
    assert {second - first for first, second in pairwise(sizes)} == {6 * 7}


def test_a_tied_output_is_the_table_of_the_embedder():
    model = model_of(output=part("output", "full", tied=True))
    table = model.stack.shared[0].vectors
    assert any(parameter is table for parameter in model.head.output.parameters())
    assert model.head.projection.weight.shape == (6, 7)  # the states are not as wide as the vectors
    hidden = torch.randn(4, 6, dtype=torch.float64)
    expected = hidden @ table[-len(OUTPUTS) :].T
    bias = getattr(model.head.output, "bias", None)
    expected = expected if bias is None else expected + bias
    torch.testing.assert_close(model.head.output.log_probs(hidden), expected.log_softmax(1))


def test_a_tied_output_needs_a_table_with_all_rows():
    with pytest.raises(PipelineError, match="SL322"):
        model_of(embedder=part("embedder", "word", size=6, min_count=12), output=part("output", "full", tied=True))
    with pytest.raises(PipelineError, match="SL322"):
        model_of(embedder=part("embedder", "affix"), output=part("output", "full", tied=True))
