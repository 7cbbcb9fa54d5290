"""The network: sizes flow forward, embedders stand side by side, a shared tensor counts once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pytest
import torch
from torch import nn

from seqlab import (
    Batch,
    DecoderHead,
    Embedded,
    Embedder,
    Encoder,
    Encoding,
    Features,
    Head,
    InputBatch,
    Loss,
    Part,
    Pooled,
    Pooler,
    Vocabularies,
    Vocabulary,
)
from seqlab.model.network import Network
from seqlab.model.settings import InputSettings, NetworkSettings


class Table(Embedder):
    """One trained vector for each item; `config` is its width."""

    def __init__(self, config, vocabulary):
        super().__init__(config, vocabulary)
        self.vocabulary, self.output_size = vocabulary, config
        self.weight = nn.Parameter(torch.randn(len(vocabulary), config))

    def features(self, items):
        return torch.tensor(self.vocabulary.ids(items))

    def forward(self, features, index, lengths):
        return Embedded(self.weight[features[index]], lengths)


class Regions(Embedder):
    """The vectors of a picture's regions, as they are; `config` is their width."""

    def __init__(self, config, vocabulary):
        super().__init__(config, vocabulary)
        assert vocabulary is None
        self.output_size = config

    def features(self, items):
        return torch.stack([torch.from_numpy(item.array) for item in items])

    def forward(self, features, index, lengths):
        vectors = features[index[:, 0]]
        return Embedded(vectors, torch.full((len(vectors),), vectors.shape[1]))


class Affine(Encoder):
    """A layer at each position; the state counts the positions that went by."""

    def __init__(self, config, input_size):
        super().__init__(config, input_size)
        self.output_size = config
        self.layer = nn.Linear(input_size, config)

    def forward(self, inputs, lengths, state=None):
        states = self.layer(inputs)
        before = torch.zeros_like(lengths) if state is None else state["steps"]
        return Encoding(states, states[:, 0], lengths, {"steps": before + lengths})


class First(Pooler):
    def __init__(self, config, input_size):
        super().__init__(config, input_size)
        self.output_size = input_size + 1
        self.layer = nn.Linear(input_size, input_size + 1)

    def forward(self, encoding):
        return Pooled(self.layer(encoding.states[:, 0]))


class Weighted(First):
    """The same, and weights that tell who it was."""

    def forward(self, encoding):
        return Pooled(super().forward(encoding).vector, torch.full(encoding.states.shape[:2], float(self.config)))


class Tied(Head):
    """Shares the table of the first embedder of `main`."""

    def __init__(self, config, sizes, vocabularies, parts):
        super().__init__(config, sizes, vocabularies, parts)
        self.sizes, self.parts = sizes, parts
        self.scale = nn.Parameter(torch.ones(3))
        if config == "tied":
            self.weight = parts.embedders["main"][0].weight

    def loss(self, encoded, batch):
        return Loss(torch.zeros(()), 0)

    def predict(self, encoded, batch):
        return []


KINDS = {"table": Table, "regions": Regions, "affine": Affine, "first": First, "weighted": Weighted, "tied": Tied}


def build(part, *arguments):
    return KINDS[part.type](part.settings, *arguments)


def part(kind: str, type_: str, settings=None) -> Part:
    return Part(kind, type_, settings)


WORDS = Vocabulary.of_inputs({"a": 3, "b": 2, "c": 1})
VOCABULARIES = Vocabularies({"main": WORDS, "question": WORDS})


def single(*widths: int, head="free", poolers=(("first", None),)) -> Network:
    settings = NetworkSettings(
        head=part("head", "tied", head),
        embedder=tuple(part("embedder", "table", width) for width in widths),
        encoder=part("encoder", "affine", 7),
        pooler=tuple(part("pooler", *each) for each in poolers),
    )
    return Network(settings, VOCABULARIES, build)


def double() -> Network:
    inputs = {
        "question": InputSettings(
            (part("embedder", "table", 4),), part("encoder", "affine", 6), (part("pooler", "first"),)
        ),
        "scene": InputSettings((part("embedder", "regions", 2),), part("encoder", "affine", 5)),
    }
    return Network(NetworkSettings(head=part("head", "tied", "free"), inputs=inputs), VOCABULARIES, build)


@dataclass
class Made:
    network: Network
    words: list[str] = field(default_factory=lambda: ["c", "a"])

    def input(self, name: str = "main") -> InputBatch:
        features = self.network.features(name, self.words)
        return InputBatch(features, torch.tensor([[0, 1], [1, 0]]), torch.tensor([2, 1]))


def batch(**inputs: InputBatch) -> Batch:
    return Batch(inputs, None, None, (), torch.zeros(2, dtype=torch.bool))


def test_widths_flow_from_the_embedders_to_the_head():
    network = single(3, 5)
    assert network.inputs["main"].encoder.input_size == 8
    assert (network.head.sizes["main"].states, network.head.sizes["main"].pooled) == (7, 8)
    assert single(3, poolers=()).head.sizes["main"].pooled is None


def test_several_embedders_stand_side_by_side():
    network = single(3, 5)
    given = Made(network).input()
    tables = [embedder.weight[[WORDS.id("c"), WORDS.id("a")]] for embedder in network.inputs["main"].shared]
    vectors = torch.cat(tables, dim=1)[given.index]
    encoded = network(batch(main=given))
    expected = network.inputs["main"].encoder.layer(vectors)
    torch.testing.assert_close(encoded.encodings["main"].states, expected)
    torch.testing.assert_close(encoded.pooled["main"].vector, network.inputs["main"].poolers[0].layer(expected[:, 0]))


def test_without_a_pooler_nothing_is_pooled():
    network = single(3, poolers=())
    assert network(batch(main=Made(network).input())).pooled == {}


def test_several_poolers_stand_side_by_side_with_the_first_weights_among_theirs():
    network = single(3, poolers=(("first", None), ("weighted", 0.25), ("weighted", 0.5)))
    stack = network.inputs["main"]
    given = Made(network).input()
    encoded = network(batch(main=given))
    states = encoded.encodings["main"].states
    vectors = torch.cat([pooler.layer(states[:, 0]) for pooler in stack.poolers], dim=1)
    torch.testing.assert_close(encoded.pooled["main"].vector, vectors)
    assert encoded.pooled["main"].weights.tolist() == [[0.25, 0.25], [0.25, 0.25]]
    assert network.head.sizes["main"].pooled == 3 * 8 == vectors.shape[1]


def test_features_have_no_gradient():
    assert all(not features.requires_grad for features in single(3, 5).features("main", ["a", "b"]))


def test_a_state_goes_on_where_it_is_given():
    network = single(3)
    given = batch(main=Made(network).input())
    state = {"main": {"steps": torch.tensor([10, 20])}}
    assert network(given).encodings["main"].state["steps"].tolist() == [2, 1]
    assert network(given, state).encodings["main"].state["steps"].tolist() == [12, 21]
    assert network(given, {}).encodings["main"].state["steps"].tolist() == [2, 1]


def test_two_inputs_are_encoded_each_by_its_own_parts():
    network = double()
    scenes = [Features(np.full((3, 2), value, dtype=np.float32)) for value in (1, 2)]
    scene = InputBatch(network.features("scene", scenes), torch.tensor([[1], [0]]), torch.tensor([1, 1]))
    encoded = network(batch(question=Made(network).input("question"), scene=scene))
    assert encoded.encodings["question"].states.shape == (2, 2, 6)
    assert encoded.encodings["scene"].states.shape == (2, 3, 5)
    assert encoded.encodings["scene"].lengths.tolist() == [3, 3]
    assert list(encoded.pooled) == ["question"]
    rows = torch.tensor([[2.0, 2.0], [1.0, 1.0]])
    expected = network.inputs["scene"].encoder.layer(rows).unsqueeze(1).expand(2, 3, 5)
    torch.testing.assert_close(encoded.encodings["scene"].states, expected)
    assert (network.head.sizes["question"].pooled, network.head.sizes["scene"].pooled) == (7, None)


EXPECTED: Mapping[str, tuple[Callable[[], Network], dict[str, int]]] = {
    "one input": (lambda: single(3, 5), {"embedder": 5 * 8, "encoder": 8 * 7 + 7, "pooler": 7 * 8 + 8, "head": 3}),
    "tied": (lambda: single(3, head="tied", poolers=()), {"embedder": 5 * 3, "encoder": 3 * 7 + 7, "head": 3}),
    "two inputs": (
        double,
        {
            "question.embedder": 5 * 4,
            "question.encoder": 4 * 6 + 6,
            "question.pooler": 6 * 7 + 7,
            "scene.encoder": 2 * 5 + 5,
            "head": 3,
        },
    ),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_part_sizes_sum_to_all_parameters_and_count_a_shared_tensor_once(name):
    make, expected = EXPECTED[name]
    network = make()
    assert network.part_sizes() == expected
    assert sum(expected.values()) == sum(parameter.numel() for parameter in network.parameters())


class Decoding(DecoderHead, Tied):
    """The same, with what would generate."""


def test_it_works_side_by_side_if_every_encoder_does_and_nothing_decodes(monkeypatch):
    network = double()
    assert not network.works_side_by_side
    network.inputs["question"].encoder.works_side_by_side = True
    assert not network.works_side_by_side
    network.inputs["scene"].encoder.works_side_by_side = True
    assert network.works_side_by_side
    monkeypatch.setitem(KINDS, "tied", Decoding)
    monkeypatch.setattr(Affine, "works_side_by_side", True)
    assert not double().works_side_by_side


def test_the_head_may_tie_its_weights_to_an_embedder():
    network = single(3, head="tied")
    assert network.head.weight is network.inputs["main"].shared[0].weight
    assert not any(isinstance(module, Table) for module in network.head.modules())
