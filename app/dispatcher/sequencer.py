"""Giving indexes: the one thing that moves between sites.

Only the holder of the token runs this; whether this site is the holder is not asked here.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.core.instant import MILLI, Micros
from app.dispatcher import rules
from app.dispatcher.desk import Desk
from app.dispatcher.entries import NO_HASH, Author, Entry, Placed, Run
from app.dispatcher.epochs import epoch_of
from app.dispatcher.placing import place
from app.dispatcher.rules import Verdict


class Sequencer:
    """Last numbers, next index, chain and stamp."""

    def __init__(self, desk: Desk, now: Micros) -> None:
        self.desk = desk
        self._numbers: dict[Author, tuple[int, bytes]] = {}
        self._clock_ms = 0
        self._clock_set = now

    def begin(self, now: Micros) -> None:
        """Go on from the end of the log: at taking the token, and after the log was cut."""
        log = self.desk.disk.log
        self._numbers = dict(rules.numbers_at_take(log.numbers))
        self._clock_ms = log.stamp_ms
        self._clock_set = now

    def last_number(self, run: Run) -> int:
        """The last number of the run's incarnation that has an index."""
        return self._numbers.get((run.author, run.incarnation), (0, NO_HASH))[0]

    def order(self, entries: Iterable[Entry], now: Micros) -> tuple[list[Placed], bool]:
        """Place one entry after the other (O3).

        Returns:
            The new part of the log, and whether an entry had to wait for one before it.
        """
        disk = self.desk.disk
        epoch = epoch_of(disk.cur, disk.hold or 0)
        stamp_ms = self._clock_ms + (now - self._clock_set) // MILLI
        placed: list[Placed] = []
        forked: dict[Author, None] = {}
        for entry in entries:
            author = (entry.author, entry.incarnation)
            if author in forked:
                continue
            last, previous = self._numbers.get(author, (0, NO_HASH))
            verdict = rules.order_verdict(last, entry.number)
            if verdict is Verdict.STOP:
                return placed, True
            if verdict is Verdict.DROP:
                continue
            if last + 1 == entry.number and entry.previous != previous:
                # Two entries of one name (S2): this one can't follow; others' need not wait for it.
                self.desk.note(now, "order", f"{entry.id} does not follow what its author said")
                forked[author] = None
                continue
            item = place(disk.log, epoch, stamp_ms, entry)
            self._numbers[author] = (entry.number, entry.hash)
            self.desk.store(item)
            placed.append(item)
        return placed, False
