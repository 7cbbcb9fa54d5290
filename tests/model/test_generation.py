"""Generation over a table model: what is generated is what a person reads off the table."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from seqlab.interfaces.decoder import Step
from seqlab.model.generation import greedy

SYMBOLS = 5
START, END = 0, 1
TABLES = st.integers(0, 2**31).map(
    lambda seed: torch.rand(3, SYMBOLS, SYMBOLS, generator=torch.Generator().manual_seed(seed)).log_softmax(dim=2)
)


def stepper(table):
    """The next symbol hangs on the one before and, by the state, on how many came before it."""

    def step(previous, state):
        return Step(table[state["time"] % 3, previous], {"time": state["time"] + 1})

    return step


def read_off(table, start: int, time: int, max_length: int) -> list[int]:
    """Step by step, one row alone."""
    found, previous = [], start
    while len(found) < max_length:
        row = table[time % 3, previous].tolist()
        previous, time = row.index(max(row)), time + 1
        if previous == END:
            break
        found.append(previous)
    return found


def generated(table, starts, times, max_length):
    return greedy(stepper(table), {"time": torch.tensor(times)}, torch.tensor(starts), END, max_length)


ROWS = st.lists(st.tuples(st.integers(2, SYMBOLS - 1), st.integers(0, 2)), min_size=1, max_size=6)


@given(TABLES, ROWS, st.integers(0, 9))
def test_greedy_takes_the_likeliest_symbol_of_every_step(table, rows, max_length):
    starts, times = zip(*rows, strict=True)
    expected = [read_off(table, start, time, max_length) for start, time in rows]
    assert generated(table, starts, times, max_length) == expected


@given(TABLES, ROWS)
def test_rows_do_not_hang_on_each_other(table, rows):
    starts, times = zip(*rows, strict=True)
    together = generated(table, starts, times, 7)
    assert together == [generated(table, [start], [time], 7)[0] for start, time in rows]


def test_it_stops_when_all_rows_have_ended():
    table = torch.full((3, SYMBOLS, SYMBOLS), -9.0)
    table[:, START, 2] = table[:, 2, 3] = table[:, 3, END] = table[:, 4, END] = 0
    table[:, END, 4] = 0  # whatever a row says after its end is no part of it
    asked = []

    def counted(previous, state):
        asked.append(previous)
        return stepper(table)(previous, state)

    rows = greedy(counted, {"time": torch.tensor([0, 0])}, torch.tensor([START, 4]), END, max_length=50)
    assert rows == [[2, 3], []]
    assert len(asked) == 3


def test_a_row_that_never_ends_is_cut_at_the_longest_length():
    table = torch.full((3, SYMBOLS, SYMBOLS), -9.0)
    table[:, :, 3] = 0
    assert generated(table, [START], [0], 6) == [[3] * 6]
