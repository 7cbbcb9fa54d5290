"""The networks of an ensemble, each process with its share of them.

They do not wait for each other inside an update, so that two processes of one thread each do 1.4 to 1.8 times the
updates of one process with two (`benchmarks/README.md`). Threads would not do: networks draw their dropout from torch's
generator, of which a process has one.
"""

from __future__ import annotations

import mmap
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from typing import Any

import torch

from seqlab.errors import Problem, RunError, SeqlabError
from seqlab.interfaces.records import Batch
from seqlab.interfaces.state import State
from seqlab.model.network import Network
from seqlab.training.member import Member, NotFiniteError, Update
from seqlab.training.processes import use_threads

FETCH = "fetch"
"""What is asked of a process that shall tell the states of its members; otherwise it is the factor of an update."""
PATIENCE = 5.0
"""Seconds that a process has to end by itself."""


class Workers:
    """Updates all members of an ensemble by a batch, at the same time where there are threads for it.

    The first share stays in this process. The others are copies of it (fork), whose weights lie in memory that is
    shared: what they learn stands in this process's networks at once, while optimizers and generators live with them
    until `fetch` or `stop`. Where there is one thread or one member, or a process may not fork, everything stays here.

    Args:
        members: All of them.
        threads: How many processes at most.
    """

    def __init__(self, members: Sequence[Member], threads: int) -> None:
        self.members = members
        may_fork = sys.platform == "linux" and not multiprocessing.current_process().daemon
        count = min(len(members), threads) if may_fork else 1
        self.shares = [members[start::count] for start in range(count)]
        self._pipes: list[Connection] = []
        self._processes: list[ForkProcess] = []
        self._whole = False  # whether every process has answered what it was asked

    def start(self, batches: Callable[[], Iterator[Batch]]) -> None:
        """Begin to work.

        Args:
            batches: All batches that will be given to `update`, in their order; each process reads them by itself.
        """
        context = multiprocessing.get_context("fork")
        for share in self.shares[1:]:
            for member in share:
                _share(member.network)
            here, there = context.Pipe()
            ends = [*self._pipes, here]
            process = context.Process(target=_serve, args=(there, ends, share, batches), daemon=True)
            process.start()
            there.close()
            self._pipes.append(here)
            self._processes.append(process)
        self._whole = True

    def update(self, batch: Batch, factor: float, states: Mapping[str, State] | None = None) -> list[Update]:
        """One update of every member; see `Member.update`. Several members carry no states.

        Raises:
            NotFiniteError: As a member told it.
            RunError: SL621 if a process was ended from outside.
        """
        if not self._pipes:
            return [member.update(batch, factor, states) for member in self.members]
        self._ask(factor)
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            own = [member.update(batch, factor) for member in self.shares[0]]
        finally:
            torch.set_num_threads(threads)
        by_share = [own, *self._answers()]
        return [by_share[number % len(by_share)][number // len(by_share)] for number in range(len(self.members))]

    def fetch(self) -> None:
        """Take what the processes hold of their members into this one."""
        if not self._whole:
            return
        self._ask(FETCH)
        for share, states in zip(self.shares[1:], self._answers(), strict=True):
            for member, state in zip(share, states, strict=True):
                member.restore(state)

    def stop(self) -> None:
        """End the processes; what they hold of their members is fetched if all went well."""
        try:
            self.fetch()
        finally:
            for pipe in self._pipes:
                pipe.close()
            for process in self._processes:
                process.join(PATIENCE)
                process.kill()
            self._pipes, self._processes, self._whole = [], [], False

    def _ask(self, what: object) -> None:
        self._whole = False
        for pipe in self._pipes:
            with suppress(OSError):  # the process is gone, as `_answers` will tell
                pipe.send(what)

    def _answers(self) -> list[Any]:
        answers = []
        for pipe, process in zip(self._pipes, self._processes, strict=True):
            try:
                answers.append(pipe.recv())
            except (EOFError, OSError):
                process.join(PATIENCE)
                raise _ended(process.exitcode) from None
        for answer in answers:
            if isinstance(answer, BaseException):
                raise answer
        self._whole = True
        return answers


def _share(network: Network) -> None:
    """Put the weights and buffers of a network into memory that a copy of this process shares."""
    for tensor in chain(network.parameters(), network.buffers()):
        if tensor.numel():
            memory = mmap.mmap(-1, tensor.nbytes)
            shared = torch.frombuffer(memory, dtype=tensor.dtype).view(tensor.shape)
            shared.copy_(tensor.detach())
            tensor.data = shared


def _serve(
    pipe: Connection, ends: Iterable[Connection], share: Sequence[Member], batches: Callable[[], Iterator[Batch]]
) -> None:
    """What a process does: update its members whenever it is asked, until the pipe closes."""
    os.setsid()  # Ctrl-C, and what else all of a group are told, is for the process that will close the pipe
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for end in ends:
        end.close()  # else no pipe would close when that process is gone
    use_threads(1)
    remaining = batches()
    answer: object
    with suppress(BrokenPipeError):
        while (asked := _heard(pipe)) is not None:
            try:
                if asked == FETCH:
                    answer = [member.state() for member in share]
                else:
                    batch = next(remaining)
                    answer = [member.update(batch, asked) for member in share]
            except (NotFiniteError, SeqlabError, MemoryError) as error:
                answer = error
            pipe.send(answer)


def _heard(pipe: Connection) -> Any:
    """What is asked next; None when the other end is closed."""
    try:
        return pipe.recv()
    except (EOFError, ConnectionResetError):
        return None


def _ended(exit_code: int | None) -> RunError:
    how = "out of memory?" if exit_code == -signal.SIGKILL else "what it printed, above, says why"
    return RunError(
        Problem("SL621", f"a process that trained networks of the ensemble ended by itself (exit code {exit_code}): {how}",
                notes=("threads=1 trains all of them in one process, --resume goes on from the last checkpoint",))
    )  # fmt: skip
