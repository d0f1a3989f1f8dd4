"""Invariants 4 and 9: one home per epoch, messages consumed in order, none forgotten too early.

Read from the streams' fields on the disks (`app.mstreams.records`) and from what homes show. After
a home was lost with a site, the next view's home may have counted less, so what is compared goes by
the view in which a stream last changed home by failure; within it, consumption only goes on.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.dispatcher.entries import Placed
from app.mstreams.epochs import StreamEpoch
from app.mstreams.leader import CONTROL_KIND
from app.mstreams.migration import State
from app.mstreams.records import AT_PREFIX, KEPT_PREFIX, OUT_PREFIX, StreamRecord, read_at
from app.node.api import Event, MessageConsumed
from app.rooms.bodies import CODECS
from app.rooms.bodies import Stream as StreamBody
from app.rooms.control import CREATED, DESTROYED
from app.sim.checkers.facts import Checker, Facts
from app.sim.ledger import Delta
from app.sim.violation import Violation

Sender = int | str
"""A site's index, or the name of a stream that sends."""
Flow = tuple[str, Sender, int]
"""(stream, sender, its incarnation)."""
Life = tuple[tuple[int, int, bytes], Flow]
"""A flow since its stream last changed home by failure."""


class Mailboxes(Checker):
    """Homes, vectors and kept messages."""

    name = "streams"

    def __init__(self, facts: Facts) -> None:
        super().__init__(facts)
        self._homes: dict[tuple[str, StreamEpoch], int] = {}
        self._at: list[dict[str, StreamRecord]] = [{} for _ in facts.ledgers]
        self._consumed: dict[tuple[str, Sender], tuple[int, int]] = {}
        self._consumed_at: dict[tuple[str, Sender, int], tuple[int, int]] = {}
        self._shown: dict[Life, tuple[int, int]] = {}
        self._starts = 0

    def committed(self, site: int, delta: Delta) -> None:
        """See `Checker`."""
        # Every value of the turn: what was consumed and handed over in it is in the first one only.
        for field, value in delta.streams:
            if field.startswith(AT_PREFIX) and value is not None:
                self._check_home(site, *read_at(field, value))
            elif field.startswith(AT_PREFIX):
                self._check_gone(site, field.removeprefix(AT_PREFIX))
        for field, value in delta.streams:
            if field.startswith(OUT_PREFIX) and value is None:
                self._check_forgotten(site, field)

    def moves(self, stream: str) -> int:
        """How often a stream whose home never failed came to another one."""
        return max((at[stream].epoch.k for at in self._at if stream in at), default=0)

    def _check_home(self, site: int, stream: str, record: StreamRecord) -> None:
        before = self._at[site].get(stream)
        self._at[site][stream] = record
        where = self.facts.name(site)
        if before is not None and record.epoch < before.epoch:
            raise Violation(self.name, f"{where}: the epoch of {stream} goes back")
        # What was consumed in the turn of a release stands in the hand-over only.
        handed = record.hand_over.vector if record.hand_over is not None else ()
        for slot in (*record.vector, *handed):
            sender = slot.source or self.facts.site(slot.site)
            if sender is not None:
                counted = self._consumed.get((stream, sender), (0, 0))
                received = (slot.incarnation, slot.received)
                self._consumed[stream, sender] = max(counted, received)
                self._consumed_at[stream, sender, site] = received
        if record.state != State.HOME.value:
            return
        other = self._homes.setdefault((stream, record.epoch), site)
        if other != site:
            raise Violation(
                self.name,
                f"{stream} is at home at {self.facts.name(other)} and {where} in one epoch",
            )

    def _check_gone(self, site: int, stream: str) -> None:
        if stream not in self.facts.ending:
            where = self.facts.name(site)
            raise Violation(self.name, f"{where} forgets {stream}, which nobody ends")
        self._at[site].pop(stream, None)

    def _check_forgotten(self, site: int, field: str) -> None:
        incarnation, number, stream = field.removeprefix(OUT_PREFIX).split(":", 2)
        if stream in self.facts.ending:
            return
        # A later incarnation's flow begins when all of the earlier ones is consumed.
        consumed = self._consumed.get((stream, site), (0, 0))
        if (int(incarnation), int(number)) > consumed:
            raise Violation(
                self.name,
                f"{self.facts.name(site)} forgets message {incarnation}:{number} to {stream}; "
                f"consumed is up to {consumed[0]}:{consumed[1]}",
            )

    def shown(self, site: int, event: Event) -> None:
        """See `Checker`."""
        if not isinstance(event, MessageConsumed):
            return
        record = self._at[site].get(event.stream)
        sender = event.source or self.facts.site_of_id.get(event.sender)
        if record is None and event.stream in self.facts.ending:
            return  # it ended in the turn in which this was consumed
        if record is None or sender is None:
            raise Violation(self.name, f"{event.stream} was never at {self.facts.name(site)}")
        life = (record.epoch.view, (event.stream, sender, event.incarnation))
        last, starts = self._shown.get(life, (0, -1))
        before = (event.incarnation, event.number - 1)
        elsewhere = any(
            before <= counted
            for (stream, of, at), counted in self._consumed_at.items()
            if (stream, of) == (event.stream, sender) and at != site
        )
        # What a home that was cut off went on consuming, in an earlier epoch, is not asked for
        # again; and a site that crashed between commit and show consumed what it never showed.
        skips = event.number != last + 1 and not elsewhere
        if event.number <= last or (starts == self._starts and skips):
            raise Violation(
                self.name,
                f"{self.facts.name(site)} consumes message {event.number} of "
                f"{event.source or event.sender} to {event.stream} after {last}",
            )
        self._shown[life] = (event.number, self._starts)

    def started(self, site: int) -> None:
        """See `Checker`."""
        del site
        self._starts += 1

    def missing(self, sites: list[int]) -> str | None:
        """What the streams lack to be at rest, None if nothing."""
        for site in sites:
            for field in self.facts.ledgers[site].field_names():
                if field.startswith(OUT_PREFIX):
                    return f"a message of {self.facts.name(site)} is not consumed ({field})"
                if field.startswith(KEPT_PREFIX):
                    return f"a message of a stream is not consumed ({field})"
        ended = destroyed_in(self.facts.ledgers[sites[0]].log) if sites else {}
        for stream in dict.fromkeys([name for at in self._at for name in at]):
            homes = [
                self.facts.name(site)
                for site in sites
                if stream in self._at[site] and self._at[site][stream].state == State.HOME.value
            ]
            if len(homes) > 1 or (not homes and stream not in self.facts.ending):
                return f"{stream} is at home at {len(homes)} sites"
            if homes and stream in ended:
                return f"{stream} has been destroyed and is at home at {homes[0]}"
        return None


def destroyed_in(log: Sequence[Placed]) -> dict[str, None]:
    """Streams of which the last that a log says is that they are no more.

    An entry that was asked for in an earlier life of a stream says nothing.
    """
    lives: dict[str, int] = {}
    ended: dict[str, None] = {}
    for placed in log:
        if placed.entry.kind != CONTROL_KIND:
            continue
        body: StreamBody = CODECS[CONTROL_KIND].decode(placed.entry.body)
        name, number = body.stream, body.epoch.number
        if body.what != DESTROYED:
            if name in lives or body.what == CREATED:
                lives[name] = max(number, lives.get(name, 0))
                ended.pop(name, None)
        elif lives.get(name) == number:
            del lives[name]
            ended[name] = None
    return ended
