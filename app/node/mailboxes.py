"""Streams in a session: between the middleware below and the log that says where they live.

A stream's home stands in the log (`control.stream`); the leader enters what changes. This room only
carries: entries to the streams, their wishes for entries back, frames both ways.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from app.core.errors import LocalError
from app.core.ids import Key, site_of
from app.core.instant import Micros
from app.dispatcher.epochs import Epoch
from app.dispatcher.views import View
from app.mstreams.frames import StreamFrame
from app.mstreams.records import Consumed, ControlWanted, SaveStream, Transmit
from app.mstreams.streams import Streams
from app.node.api import Event, MessageConsumed
from app.rooms.bodies import CODECS
from app.rooms.bodies import Stream as StreamBody
from app.rooms.events import StreamChanged

KIND = "control.stream"
CREATED = "created"


@dataclass(slots=True)
class Wanted:
    """What a turn's stream work leads to."""

    frames: list[tuple[Key, StreamFrame]] = field(default_factory=list)
    fields: list[tuple[str, bytes | None]] = field(default_factory=list)
    entries: list[tuple[str, bytes]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


def creation(name: str, home: Key, view: int) -> bytes:
    """The body of the entry that makes a stream, at home at `home`."""
    epoch = Epoch(view, 0, b"", 0)
    return CODECS[KIND].encode(StreamBody(name, site_of(home), epoch, CREATED))


class Mailboxes:
    """The streams of one site in one session."""

    def __init__(self, own: Key, incarnation: int, fields: dict[str, bytes]) -> None:
        self.streams = Streams(own, incarnation, fields)

    def installed(self, view: View) -> None:
        """A view begins, also at start."""
        self.streams.view_installed(view.keys, view.session_leader, view.number)

    def changed(self, change: StreamChanged, home: Key | None, now: Micros) -> None:
        """An entry about a stream was ordered."""
        if home is not None and not change.epoch.branch:
            self.streams.homed(change.stream, home, (change.epoch.number, change.epoch.k), now)

    def append(self, name: str, payload: bytes, now: Micros) -> int:
        """Append a message of this site. Raises `LocalError`."""
        return self.streams.append(name, payload, now)

    def move(self, name: str, target: Key | None, now: Micros) -> None:
        """Wish that a stream moves. Raises `LocalError`."""
        if target is None:
            message = "a stream moves to members of the session only"
            raise LocalError(message)
        self.streams.move(name, target, now)

    def drain(self) -> Wanted:
        """Everything that came of the streams since the last call."""
        wanted = Wanted()
        for output in self.streams.drain():
            match output:
                case Transmit(site, frame):
                    wanted.frames.append((site, frame))
                case SaveStream(name, value):
                    wanted.fields.append((name, value))
                case ControlWanted(kind, stream, home, (view, k), what):
                    body = StreamBody(stream, site_of(home), Epoch(view, 0, b"", k), what)
                    wanted.entries.append((kind, CODECS[kind].encode(body)))
                case Consumed(stream, sender, source, incarnation, number, payload):
                    wanted.events.append(
                        MessageConsumed(
                            stream, site_of(sender), source, incarnation, number, payload
                        )
                    )
        return wanted
