"""Language models that a person can compute: a table of distributions, and a state that says which of them is meant."""

import math

import pytest
import torch

from seqlab import IGNORED, Decoder, Encoding, LanguageModel, Step, Vocabulary


class TableModel:
    """The next token hangs on all before it, by a number that is made of them; it counts what it is asked.

    Args:
        table: `(P, V)` log-probabilities.
        begin: What is read before the first token.
    """

    def __init__(self, table, begin=IGNORED):
        self.table = table
        self.begin = begin
        self.vocabulary = Vocabulary([f"s{number}" for number in range(table.shape[1])], [1] * table.shape[1])
        self.stepped, self.scored = [], []  # rows of each call

    def after(self, place, previous):
        return (3 * place + previous + 2) % len(self.table)

    def start(self, rows):
        return {"place": torch.full((rows,), 4 % len(self.table))}

    def step(self, previous, state):
        self.stepped.append(len(previous))
        place = self.after(state["place"], previous)
        return Step(self.table[place], {"place": place})

    def score(self, previous, ids, lengths, state):
        self.scored.append(len(previous))
        found, places = torch.zeros(ids.shape, dtype=self.table.dtype), []
        for row, length in enumerate(lengths.tolist()):
            place, last = int(state["place"][row]), int(previous[row])
            for column, id_ in enumerate(ids[row, :length].tolist()):
                place, last = self.after(place, last), id_
                found[row, column] = self.table[place, id_] if id_ >= 0 else 0
            places.append(place)
        return found, {"place": torch.tensor(places)}

    def next(self, ids):
        """The distribution after some ids, as a list."""
        place = 4 % len(self.table)
        for id_ in [self.begin, *ids]:
            place = self.after(place, id_)
        return self.table[place].tolist()

    def log_prob(self, ids):
        return sum(self.next(ids[:place])[id_] for place, id_ in enumerate(ids))

    def every_text(self, max_length, end):
        """All texts of probability above 0, cut at a length, with the end where they have one."""
        grown = [()]
        for length in range(1, max_length + 1):
            grown = [(*ids, id_) for ids in grown for id_, found in enumerate(self.next(ids)) if found > -math.inf]
            yield from (ids for ids in grown if ids[-1] == end or length == max_length)
            grown = [ids for ids in grown if ids[-1] != end]


class Bigrams(TableModel):
    """The next token hangs on the last one; the last row of the table is for the first token."""

    def after(self, place, previous):
        first = len(self.table) - 1
        if isinstance(previous, torch.Tensor):
            return previous.where(previous >= 0, first)
        return previous if previous >= 0 else first


class Pointing(Decoder):
    """A decoder that looks at one position of the memory after the other, and says what stands there."""

    def __init__(self, symbols):
        super().__init__(None, symbols, Vocabulary([f"s{number}" for number in range(symbols)], [1] * symbols), None)
        self.memories = []

    def start(self, memory):
        return {"time": torch.zeros_like(memory.lengths)}

    def step(self, previous, state, memory):
        assert len(previous) == len(memory.lengths) == len(memory.final) == len(memory.state["row"])
        self.memories.append(memory)
        attention = torch.nn.functional.one_hot(state["time"], memory.states.shape[1]).to(memory.states.dtype)
        seen = (attention.unsqueeze(2) * memory.states).sum(dim=1)  # (B, V)
        return Step(seen.log_softmax(dim=1), {"time": state["time"] + 1}, None, attention)

    def teacher_force(self, targets, memory, sampling_rate=0.0):
        raise NotImplementedError


@pytest.fixture(scope="session")
def random_model():
    """Makes a `TableModel` of random distributions."""

    def make(seed, symbols=4, places=11, begin=IGNORED):
        generator = torch.Generator().manual_seed(seed)
        table = torch.randn(places, symbols, generator=generator, dtype=torch.float64) * 1.5
        model = TableModel(table.log_softmax(dim=1), begin)
        assert isinstance(model, LanguageModel)
        return model

    return make


@pytest.fixture(scope="session")
def bigrams():
    """Makes a model of bigrams of rows of probabilities, the last of them for the first token."""
    return lambda *rows: Bigrams(torch.tensor(rows, dtype=torch.float64).log())


@pytest.fixture(scope="session")
def pointing():
    """Makes a decoder and a memory: one list of symbols for each row, which the decoder says one after the other."""

    def make(*rows, symbols=6, certainty=9.0):
        lengths = torch.tensor([len(row) for row in rows])
        states = torch.zeros(len(rows), int(lengths.max()), symbols, dtype=torch.float64)
        for number, row in enumerate(rows):
            states[number, torch.arange(len(row)), torch.tensor(row)] = certainty
        memory = Encoding(states, states[:, -1], lengths, {"row": torch.arange(len(rows))})
        return Pointing(symbols), memory

    return make


@pytest.fixture(scope="session")
def ranked():
    """Ranks all texts of a model as a beam search should: `(score, text)`, best first."""

    def rank(model, max_length, end=None, length_penalty=0.0, banned=()):
        texts = (text for text in model.every_text(max_length, end) if not set(text) & set(banned))
        scored = [(model.log_prob(text) / ((5 + len(text)) / 6) ** length_penalty, text) for text in texts]
        return sorted(scored, reverse=True)

    return rank
