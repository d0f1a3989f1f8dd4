"""Messages that come in for streams: taken in at their home, or sent where that may be by now.

A message only waits here until its turn; it is acknowledged once it is consumed, and what was
consumed before is acknowledged again. Never passes on what came too late (O2).
"""

from __future__ import annotations

from collections.abc import Iterator

from app.core.errors import RemoteError
from app.core.ids import Key
from app.mstreams import rules
from app.mstreams.desk import Desk
from app.mstreams.directory import Directory
from app.mstreams.frames import Append, AppendAck, CallReply, Held, StreamElsewhere, peer_of
from app.mstreams.residence import Residence


def answer_elsewhere(desk: Desk, directory: Directory, sender: Key, name: str) -> None:
    """Who is not home answers where it may be, and drops (O2)."""
    known = directory.find(name)
    if known is not None and known.home not in {desk.own, sender}:
        desk.send(sender, StreamElsewhere(name, known.epoch, known.home))


class Arrivals:
    """Takes messages in."""

    def __init__(self, desk: Desk, directory: Directory) -> None:
        self._desk = desk
        self._directory = directory

    def take(self, residence: Residence | None, sender: Key, append: Append) -> bool:
        """A message: let it wait for its turn, or say where to send; True if one may be next.

        Raises:
            RemoteError: its numbers can't be.
        """
        if append.oldest > append.number:
            message = f"append {append.number} says that {append.oldest} is the oldest"
            raise RemoteError(message)
        stream = None if residence is None else residence.home
        if residence is None or stream is None or residence.doomed:
            answer_elsewhere(self._desk, self._directory, sender, append.stream)
            return False
        if residence.stationary:
            return False
        peer = peer_of(sender, append.source)
        consumed = stream.consumed(peer, append.incarnation)
        if rules.already_consumed(consumed, append.number):
            names = (append.stream, append.source, append.incarnation)
            self._desk.acknowledge(sender, AppendAck(*names, consumed, residence.epoch))
            if append.call:
                lost = CallReply(*names, append.number, ok=False, payload=b"its answer is lost")
                self._desk.send(sender, stream.reply(peer, append) or lost)
            return False
        held = Held(
            *peer,
            append.incarnation,
            append.number,
            append.payload,
            append.shell,
            append.call,
            self._desk.locations.get(sender, 0),
        )
        stream.arrive(held, append.oldest, sender, self._alive())
        return True

    def _alive(self) -> Iterator[str | Key]:
        yield from self._desk.members
        yield from self._directory.names()
