"""Where one machine's outputs become another's inputs: frames, links, channels.

`mstreams` speaks of sites, channels of addresses; only here both are known, and here packets are
sealed. A frame for several sites is encoded once. A turn costs by the peers it has to do with, not
by those there are. Never looks at what a frame means.
"""

from __future__ import annotations

from typing import Any, Final

from app.core import limits
from app.core.errors import RemoteError
from app.core.ids import Key
from app.core.instant import Micros, earliest
from app.crypto.hello import Pattern
from app.dispatcher import messages as order_messages
from app.dispatcher.messages import Chunk, Ordered, SnapshotPiece, Submit
from app.mstreams import frames as stream_frames
from app.mstreams.link import Link, Priority
from app.node import frames as node_frames
from app.node.addressbook import AddressBook
from app.node.channels import Channels
from app.node.channeltable import Channel, Life
from app.node.contract import Address
from app.node.frames import Blob, Heartbeat, Hint, KeptRows

REGISTRY: Final = node_frames.REGISTRY.merged(order_messages.REGISTRY, stream_frames.REGISTRY)

_PRIORITIES: Final[dict[type, Priority]] = {
    Submit: Priority.LIVE,
    Ordered: Priority.LIVE,
    Chunk: Priority.BULK,
    SnapshotPiece: Priority.BULK,
    Blob: Priority.BULK,
    KeptRows: Priority.BULK,
}


class Wiring:
    """One link per proven peer, over the channels to it."""

    def __init__(self, channels: Channels) -> None:
        self.channels = channels
        self.book = AddressBook()
        self.kept: tuple[Key, ...] = ()
        self._links: dict[Key, tuple[Life, Link]] = {}
        self._due: dict[Key, Micros] = {}
        self._touched: dict[Key, None] = {}
        self.sent_bytes = 0
        self._last: tuple[object, bytes] = (None, b"")
        self._tried: dict[Key, tuple[Micros, int]] = {}
        self._followed: dict[Key, Micros] = {}

    # --- frames -----------------------------------------------------------------------------------

    def send(self, to: Key, frame: object) -> bool:
        """Queue a frame; False where there is no link, or its queue is full: the sender repeats."""
        known = self._links.get(to)
        if known is None:
            return False
        link = known[1]
        self._touched[to] = None
        data = self._encode(frame)
        if isinstance(frame, Hint):
            return link.hint(data)
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
        key = channel.peer.key
        known = self._links.get(key)
        if known is None or known[0] != channel.life:
            self.channels.count("no link for this channel")
            return None
        self._touched[key] = None
        try:
            raws = known[1].receive(packet, now)
        except RemoteError:
            self.channels.count("packet refused")
            return None
        return channel, [frame for frame in map(self._decode, raws) if frame is not None]

    def _decode(self, raw: bytes) -> Any | None:
        """A frame; None for a newer one, and for one that is none."""
        try:
            frame = REGISTRY.decode(raw)
        except RemoteError:
            self.channels.count("frame refused")
            return None
        if frame is None:
            self.channels.count("a newer frame")
        return frame

    # --- peers ------------------------------------------------------------------------------------

    def new_peers(self, now: Micros) -> list[tuple[Channel, bool]]:
        """Channels that opened since the last call, and whether each begins a life of its peer.

        A new life gets a new link.
        """
        opened, self.channels.opened = self.channels.opened, []
        fresh: list[tuple[Channel, bool]] = []
        for channel in opened:
            key = channel.peer.key
            known = self._links.get(key)
            begins = known is None or known[0] < channel.life
            if begins:
                if known is None and not self._make_room():
                    self.channels.count("too many peers")
                    self.channels.table.drop(key)
                    continue
                self._links[key] = (channel.life, Link(now))
                self._touched[key] = None
            self.book.saw(key, channel.address)
            self._tried.pop(key, None)
            fresh.append((channel, begins))
        return fresh

    def _make_room(self) -> bool:
        """Forget the stranger that is silent for longest, if there are too many peers."""
        if len(self._links) < limits.LINKS_MAX:
            return True
        heard = {
            key: self.channels.table.heard_at(key) or 0
            for key in self._links
            if key not in self.kept
        }
        if not heard:
            return False
        self.forget(min(heard, key=heard.__getitem__))
        return True

    def link(self, key: Key) -> Link | None:
        """The link to a peer."""
        known = self._links.get(key)
        return known[1] if known else None

    def peers(self) -> list[Key]:
        """Everyone there is a link to."""
        return list(self._links)

    def keep(self, members: tuple[Key, ...]) -> None:
        """These are members now: neither their links nor their addresses make room for others."""
        self.kept = self.book.kept = members
        self._tried = {key: tried for key, tried in self._tried.items() if key in members}
        self._followed = {key: at for key, at in self._followed.items() if key in members}

    def forget(self, key: Key) -> None:
        """Drop a peer's link and channels; should it come back, both ends begin anew."""
        self._links.pop(key, None)
        self._due.pop(key, None)
        self._touched.pop(key, None)
        self._tried.pop(key, None)
        self._followed.pop(key, None)
        self.book.lost(key)
        self.channels.table.drop(key)

    def reach(
        self,
        key: Key,
        session: bytes,
        secret: bytes,
        now: Micros,
        *,
        first: bool,
        seldom: bool = False,
    ) -> None:
        """Try to get to a member that no channel leads to, or whose channels are silent.

        Args:
            key: the member.
            session: the session's id.
            secret: the session's secret.
            now: the present.
            first: whether this site should begin; the other waits a little, so that two sites
                seldom open to each other at once.
            seldom: whether it is no member, and may be gone for good.
        """
        heard = self.channels.table.heard_at(key)
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
        if seldom:
            pause = max(pause, limits.DIAL_SELDOM_MICROS)
        self._tried[key] = (Micros(now + pause), min(times + 1, 3))
        for address in self.book.addresses(key):
            self.channels.dial(address, Pattern.MEMBER, session, secret, b"", now)

    def follow(
        self, channel: Channel, source: Address, session: bytes, secret: bytes, now: Micros
    ) -> None:
        """What a member sealed came from another address than that of the channel in use.

        It moved, or a router gave it another port. A packet proves who sealed it and not where it is:
        whoever copies one could draw the answers anywhere. So the new address has to answer a
        handshake, as a path is challenged in QUIC (RFC 9000, 9.3); then its channel takes over.
        """
        key = channel.peer.key
        if source == channel.address or channel is not self.channels.table.channel(key):
            return
        last = self._followed.get(key)
        if last is not None and now - last < limits.DIAL_PAUSE_MICROS:
            return
        self._followed[key] = now
        self.channels.dial(source, Pattern.MEMBER, session, secret, b"", now)

    # --- turns ------------------------------------------------------------------------------------

    def flush(self, now: Micros) -> list[tuple[Address, bytes]]:
        """Everything to put on the network now."""
        self.channels.tick(now)
        for key, at in self._due.items():
            if at <= now:
                self._touched[key] = None
        touched, self._touched = self._touched, {}
        for key in touched:
            link = self._links[key][1]
            for packet in link.flush(now):
                self.channels.seal(key, packet)
            due = link.deadline()
            if due is None:
                self._due.pop(key, None)
            else:
                self._due[key] = due
        sends, self.channels.sends = self.channels.sends, []
        self.sent_bytes += sum([len(data) for _, data in sends])
        return sends

    def deadline(self) -> Micros | None:
        """The earliest timer of a link or a handshake."""
        return earliest(self.channels.deadline(), *self._due.values())
