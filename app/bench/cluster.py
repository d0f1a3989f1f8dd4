"""Several measured sites, each in its own process, in one session; and asking them.

Never measures by its own clock: what it is told was noted in the sites.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from app.bench import messages
from app.bench.messages import Failed, Found, Join, Meet, Met, Ready, Setup
from app.bench.worker import Order, serve
from app.core import limits
from app.core.errors import KnownError
from app.core.ids import SiteId
from app.core.instant import SECOND

T = TypeVar("T")


class Cluster:
    """Sites in one session; the first founds it and holds the token at first.

    Args:
        folder: where journals are made.
        count: how many sites.
        policy: the session's placement policy.
        delay_ms: one-way delay of every datagram.
        keeps: whether sites keep an instant for every line.

    Raises:
        KnownError: a site failed, or did not answer in time.
    """

    def __init__(
        self, folder: Path, count: int, *, policy: str, delay_ms: float = 0.0, keeps: bool = True
    ) -> None:
        self._pipes: list[Connection] = []
        self._processes: list[BaseProcess] = []
        self.sites: list[SiteId] = []
        self._folder, self._setup = folder, (delay_ms, keeps)
        self._invite = ""
        try:
            self._start(folder, count, delay_ms, keeps=keeps)
            self._gather(policy)
        except BaseException:
            self.close()
            raise

    def _start(self, folder: Path, count: int, delay_ms: float, *, keeps: bool) -> None:
        for number in range(count):
            self._add(folder, number, delay_ms, keeps=keeps)

    def _add(self, folder: Path, number: int, delay_ms: float, *, keeps: bool) -> None:
        context = multiprocessing.get_context("spawn")
        own = folder / f"site-{number + 1}"
        own.mkdir()
        here, there = context.Pipe()
        setup = Setup(str(own), delay_ms, keeps)
        process = context.Process(target=serve, args=(there, setup), daemon=True)
        process.start()
        there.close()
        self._pipes.append(here)
        self._processes.append(process)

    def _gather(self, policy: str) -> None:
        """One after the other joins; all have to see all."""
        self.tell(0, Found(policy))
        first = self.expect(0, Ready)
        self._invite = first.invite
        self.sites.append(first.site)
        for place in range(1, len(self._pipes)):
            self.tell(place, Join(first.invite))
            self.sites.append(self.expect(place, Ready).site)
        for place in range(len(self._pipes)):
            self.tell(place, Meet(len(self._pipes)))
            self.expect(place, Met)

    def newcomer(self) -> Ready:
        """One more site joins, later than all others; when it can be used."""
        place = len(self._pipes)
        delay_ms, keeps = self._setup
        self._add(self._folder, place, delay_ms, keeps=keeps)
        self.tell(place, Join(self._invite))
        ready = self.expect(place, Ready)
        self.sites.append(ready.site)
        return ready

    def tell(self, place: int, order: Order) -> None:
        """Give a site an order."""
        self._pipes[place].send(order)

    def expect(self, place: int, kind: type[T]) -> T:
        """The next message of this kind from a site; others that come before are left out.

        Raises:
            KnownError: the site failed, or the message did not come in time.
        """
        pipe = self._pipes[place]
        while pipe.poll(limits.BENCH_PATIENCE_MICROS / SECOND):
            try:
                message: object = pipe.recv()
            except EOFError:
                break
            if isinstance(message, kind):
                return message
            if isinstance(message, Failed):
                raise KnownError(f"A measured site failed: {message.why}")
        raise KnownError(f"A measured site did not answer ({kind.__name__} was expected).")

    def reports(self, lines: int) -> list[messages.Report]:
        """What every site noted, once so many lines are in every log."""
        for place in range(len(self._pipes)):
            self.tell(place, messages.Await(lines))
        return [self.expect(place, messages.Report) for place in range(len(self._pipes))]

    def close(self) -> None:
        """End the processes."""
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.join(limits.BENCH_ENDING_MICROS / SECOND)
            if process.is_alive():
                process.kill()
                process.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def damage(reports: Sequence[messages.Report]) -> tuple[int, int, int]:
    """How many lines are lost, doubled, or stand before an earlier one of their author.

    Counted in every log; all lines that anybody said are expected in each.
    """
    lost = doubled = reordered = 0
    said = [entry for report in reports for entry, _ in report.said]
    for report in reports:
        log = [entry for entry, _ in report.shown]
        there = dict.fromkeys(log)
        lost += sum(entry not in there for entry in said)
        doubled += len(log) - len(there)
        newest: dict[tuple[SiteId, int], int] = {}
        for entry in log:
            author = (entry.site, entry.incarnation)
            reordered += entry.number < newest.get(author, 0)
            newest[author] = max(entry.number, newest.get(author, 0))
    return lost, doubled, reordered
