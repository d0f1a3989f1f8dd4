"""The queue's two ends: numbering and proving what people here do, and submitting it (O1, O2).

Nothing is ever removed here; an entry leaves the queue when the log has it. What was submitted is
only a memory of what need not be sent again at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import takewhile

from app.core import limits
from app.core.errors import LocalError
from app.core.ids import EntryId, Key, site_of
from app.core.instant import Micros, after
from app.dispatcher.desk import Desk
from app.dispatcher.entries import (
    NO_HASH,
    RUN_FIELDS_BYTES,
    SIGNATURE_BYTES,
    Author,
    Entry,
    entry_bytes,
    make_entry,
    pack_runs,
    signed,
)
from app.dispatcher.messages import Elsewhere, Submit
from app.dispatcher.placing import fitting


class Proposer:
    """Issues entries and keeps them on their way to the holder."""

    def __init__(self, desk: Desk, incarnation: int, now: Micros) -> None:
        self.desk = desk
        self.incarnation = incarnation
        self._unsigned: list[Entry] = []
        self._unsent: deque[Entry] = deque(desk.disk.queue)
        self._in_flight = 0
        self._flying: Author | None = None
        self._repeat_micros = limits.SUBMIT_REPEAT_MICROS
        self._repeat_at: Micros | None = None
        self._elsewhere_at = now
        author = (desk.own, incarnation)
        waiting = desk.disk.queue.last_of(author)
        if waiting is not None:
            self._number, self._previous = waiting.number, waiting.hash
        else:
            self._number, self._previous = desk.disk.log.numbers.get(author, (0, NO_HASH))

    def issue(self, kind: str, body: bytes, wall_ms: int) -> Entry:
        """Number an entry and put it at the end of the queue (O1); proven when the turn ends.

        Raises:
            LocalError: too much waits already, it is too large, or this site is leaving.
        """
        disk = self.desk.disk
        if self.desk.leaving:
            message = "this site is leaving the session; nothing more can be said here"
            raise LocalError(message)
        if len(body) > limits.ENTRY_BODY_BYTES_MAX:
            message = "that is too large for one entry; nothing was kept"
            raise LocalError(message)
        if len(disk.queue) + self.unproven >= limits.QUEUE_ENTRIES_MAX or (
            disk.log.length - disk.settled >= limits.UNSETTLED_ENTRIES_MAX
        ):
            message = "too much waits for the others already; nothing is lost, try again later"
            raise LocalError(message)
        author = (self.desk.own, self.incarnation)
        entry = make_entry(
            disk.session, author, self._number + 1, self._previous, (kind, body, 0, wall_ms, b"")
        )
        self._number, self._previous = entry.number, entry.hash
        self._unsigned.append(entry)
        return entry

    def next_id(self, offset: int) -> EntryId:
        """The name of the entry that is issued after `offset` others."""
        return EntryId(site_of(self.desk.own), self.incarnation, self._number + 1 + offset)

    @property
    def unproven(self) -> int:
        """Entries issued in this turn."""
        return len(self._unsigned)

    def prove(self) -> None:
        """Sign the last entry issued in this turn, which proves all of it, and queue them.

        A turn with more than a run's worth gets a signature for every run, so each run ends proven.
        """
        if not self._unsigned:
            return
        entries, self._unsigned = self._unsigned, []
        room = limits.RUNS_BYTES_MAX - RUN_FIELDS_BYTES - SIGNATURE_BYTES
        size = count = 0
        for place, entry in enumerate(entries):
            size += entry_bytes(entry)
            count += 1
            last = place == len(entries) - 1
            following = 0 if last else entry_bytes(entries[place + 1])
            if last or count == limits.RUN_ENTRIES_MAX or size + following > room:
                entries[place] = signed(entry, self.desk.sign)
                size = count = 0
        self.desk.disk.enqueue(entries)
        self._unsent.extend(entries)

    def left(self) -> None:
        """Forget what was sent of entries that the log has now."""
        queue = self.desk.disk.queue
        waiting = len(queue)
        if not waiting:
            self._unsent.clear()
            self._in_flight = 0
            self._repeat_at = None
            return
        while self._unsent and self._unsent[0] not in queue:
            self._unsent.popleft()
        in_flight = max(0, waiting - len(self._unsent))
        if in_flight < self._in_flight:
            self._repeat_micros = limits.SUBMIT_REPEAT_MICROS
            self._repeat_at = None
        self._in_flight = in_flight

    def again(self) -> None:
        """Submit from the head of the queue once more: the home or the view is another."""
        self._unsent = deque(self.desk.disk.queue)
        self._in_flight = 0
        self._repeat_at = None

    def send(self, now: Micros) -> None:
        """Submit what waits and was not sent (O2), within the window."""
        disk = self.desk.disk
        # On the way to a later view people here may have seen what no holder of this one has (O2).
        if disk.hold is not None or disk.view is None or not self._unsent:
            self._rearm(now)
            return
        targets = self._targets()
        while targets and self._unsent and self._in_flight < limits.SUBMIT_ENTRIES_IN_FLIGHT_MAX:
            count = fitting((entry, None) for entry in self._may_follow())
            if not count:
                break
            part = [self._unsent.popleft() for _ in range(count)]
            self._in_flight += len(part)
            authors = dict.fromkeys([(entry.author, entry.incarnation) for entry in part])
            self._flying = next(iter(authors)) if len(authors) == 1 else None
            frame = Submit(disk.cur, pack_runs(part))
            for target in targets:
                self.desk.send(target, frame)
        self._rearm(now)

    def _may_follow(self) -> Iterator[Entry]:
        """What may be sent behind what is under way, as frames may be lost and overtake.

        Numbers keep the entries of one incarnation in order; only within a frame does anything
        keep those of several in order, and each may have been said because of the one before.
        """
        if not self._in_flight:
            return iter(self._unsent)
        return takewhile(
            lambda entry: (entry.author, entry.incarnation) == self._flying, self._unsent
        )

    def _targets(self) -> list[Key]:
        """The home as far as known; else the members."""
        home = self.desk.home
        if home is not None:
            return [] if home[1] == self.desk.own else [home[1]]
        view = self.desk.disk.view
        if view is not None and self.desk.disk.kmax == 0 and view.first != self.desk.own:
            return [view.first]
        return self.desk.others()

    def _rearm(self, now: Micros) -> None:
        if self._in_flight and self._repeat_at is None:
            self._repeat_at = after(now, self._repeat_micros)

    def take_elsewhere(self, sender: Key, frame: Elsewhere, now: Micros) -> None:
        """The submission was not taken: go where the answer says, or begin again there."""
        disk = self.desk.disk
        view = disk.view
        if view is None or frame.view != disk.cur or not view.has(sender):
            return
        if frame.k < disk.kmax or frame.home == self.desk.own or not view.has(frame.home):
            return
        home = self.desk.home
        if home is None or frame.k > home[0]:
            self.desk.note_home(frame.k, frame.home)
            self.again()
        elif frame.k == home[0] and now - self._elsewhere_at >= limits.ELSEWHERE_SPACING_MICROS:
            self._elsewhere_at = now
            self.again()

    def tick(self, now: Micros) -> None:
        """Repeat what got no answer, ever more seldom."""
        if self._repeat_at is not None and now >= self._repeat_at:
            self._repeat_micros = min(2 * self._repeat_micros, 8 * limits.SUBMIT_REPEAT_MICROS)
            self.again()

    def deadline(self) -> Micros | None:
        """When `tick` has something to repeat."""
        return self._repeat_at
