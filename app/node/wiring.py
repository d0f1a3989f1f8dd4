"""Where one machine's outputs become another's inputs: frames, links, channels.

`mstreams` speaks of sites, channels of addresses; only here both are known, and here packets are
sealed. A frame for several sites is encoded once. Never looks at what a frame means.
"""

from __future__ import annotations

from typing import Any, Final

from app.core import limits
from app.core.errors import RemoteError
from app.core.ids import Key
from app.core.instant import Micros, earliest
from app.crypto.hello import Pattern
from app.dispatcher import messages as order_messages
from app.dispatcher.messages import Chunk, Ordered, Submit
from app.mstreams import frames as stream_frames
from app.mstreams.link import Link, Priority
from app.node import frames as node_frames
from app.node.addressbook import AddressBook
from app.node.channels import Channel, Channels
from app.node.contract import Address
from app.node.frames import Heartbeat

REGISTRY: Final = node_frames.REGISTRY.merged(order_messages.REGISTRY, stream_frames.REGISTRY)

_PRIORITIES: Final[dict[type, Priority]] = {
    Submit: Priority.LIVE,
    Ordered: Priority.LIVE,
    Chunk: Priority.BULK,
}


class Wiring:
    """One link per proven peer, over the channels to it."""

    def __init__(self, channels: Channels) -> None:
        self.channels = channels
        self.book = AddressBook()
        self._links: dict[Key, tuple[int, Link]] = {}
        self._last: tuple[object, bytes] = (None, b"")
        self._tried: dict[Key, tuple[Micros, int]] = {}

    # --- frames -----------------------------------------------------------------------------------

    def send(self, to: Key, frame: object) -> bool:
        """Queue a frame; False where there is no link, or its queue is full: the sender repeats."""
        known = self._links.get(to)
        if known is None:
            return False
        link = known[1]
        data = self._encode(frame)
        if isinstance(frame, Heartbeat) and link.hint(data):
            return True
        if link.send(data, _PRIORITIES.get(type(frame), Priority.CONTROL)):
            return True
        self.channels.count("a full link")
        return False

    def _encode(self, frame: object) -> bytes:
        """Bytes of a frame; the same frame for several sites comes several times in a row."""
        if self._last[0] is not frame:
            self._last = (frame, REGISTRY.encode(frame))
        return self._last[1]

    def receive(
        self, source: Address, data: bytes, now: Micros
    ) -> tuple[Channel, list[Any]] | None:
        """The frames that a datagram completes, with the channel they came through."""
        opened = self.channels.receive(source, data, now)
        if opened is None:
            return None
        channel, packet = opened
        known = self._links.get(channel.peer.key)
        if known is None or known[0] != channel.peer.incarnation:
            self.channels.count("an earlier life of a peer")
            return None
        frames: list[Any] = []
        try:
            for raw in known[1].receive(packet, now):
                frame = REGISTRY.decode(raw)
                if frame is None:
                    self.channels.count("a newer frame")
                else:
                    frames.append(frame)
        except RemoteError as error:
            self.channels.count(f"frame: {error}")
        return channel, frames

    # --- peers ------------------------------------------------------------------------------------

    def new_peers(self, now: Micros) -> list[Channel]:
        """Channels that opened since the last call; each new life of a peer gets a new link."""
        opened, self.channels.opened = self.channels.opened, []
        fresh: list[Channel] = []
        for channel in opened:
            key = channel.peer.key
            self.book.saw(key, channel.address)
            self._tried.pop(key, None)
            known = self._links.get(key)
            if known is None or known[0] < channel.peer.incarnation:
                if known is None and len(self._links) >= limits.LINKS_MAX:
                    self.channels.drop(key)
                    continue
                self._links[key] = (channel.peer.incarnation, Link(now))
            fresh.append(channel)
        return fresh

    def link(self, key: Key) -> Link | None:
        """The link to a peer."""
        known = self._links.get(key)
        return known[1] if known else None

    def peers(self) -> list[Key]:
        """Everyone there is a link to."""
        return list(self._links)

    def forget(self, key: Key) -> None:
        """Drop a peer's link and channels."""
        self._links.pop(key, None)
        self.channels.drop(key)

    def reach(self, key: Key, session: bytes, secret: bytes, now: Micros, *, first: bool) -> None:
        """Try to get to a member that no channel leads to, or whose channels are silent.

        Args:
            key: the member.
            session: the session's id.
            secret: the session's secret.
            now: the present.
            first: whether this site should begin; the other waits a little, so that two sites
                seldom open to each other at once.
        """
        heard = self.channels.heard_at(key)
        if heard is not None and now - heard < limits.CHANNEL_SILENT_MICROS:
            return
        tried = self._tried.get(key)
        if tried is None:
            pause = 0 if first else limits.DIAL_PAUSE_MICROS // 2
            tried = self._tried[key] = (Micros(now + pause), 0)
        if now < tried[0]:
            return
        times = tried[1]
        pause = limits.DIAL_PAUSE_MICROS * min(8, 2**times)
        self._tried[key] = (Micros(now + pause), min(times + 1, 3))
        for address in self.book.addresses(key):
            self.channels.dial(address, Pattern.MEMBER, session, secret, b"", now)

    # --- turns ------------------------------------------------------------------------------------

    def flush(self, now: Micros) -> list[tuple[Address, bytes]]:
        """Everything to put on the network now."""
        self.channels.tick(now)
        for key, (_, link) in self._links.items():
            for packet in link.flush(now):
                self.channels.seal(key, packet)
        sends, self.channels.sends = self.channels.sends, []
        return sends

    def deadline(self) -> Micros | None:
        """The earliest timer of a link or a handshake."""
        return earliest(
            self.channels.deadline(), *[link.deadline() for _, link in self._links.values()]
        )
