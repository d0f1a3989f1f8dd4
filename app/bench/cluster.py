"""Several measured sites, each in its own process, in one session; and asking them.

Never measures by its own clock: what it is told was noted in the sites.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar, cast

from app.bench import messages
from app.bench.messages import Failed, Found, Join, Meet, Met, Ready, Resume, Setup
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
        witness: whether sites note what they see of failures, see `app.bench.witness`.

    Raises:
        KnownError: a site failed, or did not answer in time.
    """

    def __init__(
        self,
        folder: Path,
        count: int,
        *,
        policy: str,
        delay_ms: float = 0.0,
        keeps: bool = True,
        witness: bool = False,
    ) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._pipes: list[Connection] = []
        self._processes: list[BaseProcess] = []
        self._setups: list[Setup] = []
        self.sites: list[SiteId] = []
        self.ports: list[int] = []
        self._invite = ""
        try:
            for number in range(count):
                own = folder / f"site-{number + 1}"
                own.mkdir()
                self._setups.append(Setup(str(own), delay_ms, keeps, witness=witness))
                self._start(number)
            self._gather(policy)
        except BaseException:
            self.close()
            raise

    def _start(self, place: int) -> None:
        here, there = self._context.Pipe()
        process = self._context.Process(
            target=serve, args=(there, self._setups[place]), daemon=True
        )
        process.start()
        there.close()
        self._pipes[place : place + 1] = [here]
        self._processes[place : place + 1] = [process]

    def _gather(self, policy: str) -> None:
        """One after the other joins; all have to see all."""
        self.tell(0, Found(policy))
        first = self._ready(0)
        self._invite = first.invite
        for place in range(1, len(self._pipes)):
            self.tell(place, Join(first.invite))
            self._ready(place)
        for place in range(len(self._pipes)):
            self.tell(place, Meet(len(self._pipes)))
            self.expect(place, Met)

    def _ready(self, place: int) -> Ready:
        ready = self.expect(place, Ready)
        self.sites.append(ready.site)
        self.ports.append(ready.port)
        return ready

    @property
    def folders(self) -> list[Path]:
        """Where the sites keep what they know."""
        return [Path(setup.folder) for setup in self._setups]

    def kill(self, place: int) -> None:
        """As a power cut: the process is gone at once, and so is what it had not sent."""
        process = self._processes[place]
        process.kill()
        process.join()
        self._pipes[place].close()

    def restart(self, place: int) -> None:
        """Start a killed site again, in its folder and at its address."""
        self._setups[place] = replace(self._setups[place], port=self.ports[place])
        self._start(place)
        self.tell(place, Resume())
        self.expect(place, Ready)

    def newcomer(self) -> Ready:
        """One more site joins, later than all others; when it can be used."""
        place = len(self._pipes)
        folder = self.folders[0].parent / f"site-{place + 1}"
        folder.mkdir()
        self._setups.append(replace(self._setups[0], folder=str(folder)))
        self._start(place)
        self.tell(place, Join(self._invite))
        return self._ready(place)

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

    def expect_anywhere(self, kind: type[T]) -> T:
        """The next message of this kind from any site; nothing else may be under way.

        Raises:
            KnownError: a site failed, or the message did not come in time.
        """
        for pipe in wait(self._pipes, limits.BENCH_PATIENCE_MICROS / SECOND):
            return self.expect(self._pipes.index(cast("Connection", pipe)), kind)
        raise KnownError(f"No measured site answered ({kind.__name__} was expected).")

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
