"""The channels that are open: which there are to a peer, which of them is used, and until when.

Two sites may open to each other at once; both channels live. One rule, in one place, says which is
used (`ChannelTable.channel`), so that both ends choose alike wherever they know alike.

What two sites remember of each other above (their links) must begin and end at both. So each
handshake tells how often this site forgot somebody: that and the incarnation are a channel's life,
which both ends see alike, and a younger life ends the older. Never makes or checks a handshake.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.core import limits
from app.core.ids import Key, site_of
from app.core.instant import Micros, after, earliest
from app.crypto.box import Box
from app.crypto.handshake import Peer
from app.crypto.hello import Pattern
from app.crypto.null import NullBox
from app.node.contract import Address

NEVER = Micros(0)
Life = tuple[int, int]
"""(the peer's incarnation, how often both ends together had forgotten somebody)."""


@dataclass(slots=True)
class Channel:
    """A proven peer, its address, and a box.

    `confirmed`: something that the peer sealed was opened, or it sent the last message of the
    handshake. Until then a side that began knows who answered, not whether its proof arrived.
    `pattern`: of the handshake, and so what it proved; `hash`: of it, equal at both ends and nowhere
    else.
    """

    peer: Peer
    life: Life
    address: Address
    index: int
    remote_index: bytes
    box: Box | NullBox
    pattern: Pattern
    hash: bytes
    initiated: bool
    invite_id: bytes
    opened_at: Micros
    last_heard: Micros
    confirmed: bool
    proof: bytes = b""
    proof_repeat_at: Micros = NEVER
    proof_repeats: int = 0


class ChannelTable:
    """All open channels of one site.

    Args:
        own: this site's key.
    """

    def __init__(self, own: Key) -> None:
        self._own = own
        self._by_index: dict[int, Channel] = {}
        self._by_peer: dict[Key, list[Channel]] = {}
        self._proving: dict[int, Channel] = {}
        self._forgotten_at: dict[Key, int] = {}
        self.forgotten = 0

    def __contains__(self, index: int) -> bool:
        """Whether an index of this site's is taken."""
        return index in self._by_index

    def find(self, index: int) -> Channel | None:
        """The channel with this index of this site's."""
        return self._by_index.get(index)

    def channel(self, key: Key) -> Channel | None:
        """The channel to use to a peer; None where there is none.

        In this sequence: one that is not silent while another is heard (it can be dead at the other
        end only), one that is known to work, one that was opened about when the newest was (a later
        one was opened because the others were silent to the other end), the one that the lower site
        opened, the newest.
        """
        channels = self._by_peer.get(key)
        if not channels:
            return None
        if len(channels) == 1:
            return channels[0]
        heard = max(channel.last_heard for channel in channels)
        opened = max(channel.opened_at for channel in channels)
        own_is_lower = site_of(self._own) < site_of(key)
        return min(
            channels,
            key=lambda channel: (
                heard - channel.last_heard >= limits.CHANNEL_SILENT_MICROS,
                not channel.confirmed,
                opened - channel.opened_at >= limits.DIAL_PATIENCE_MICROS,
                channel.initiated != own_is_lower,
                -channel.opened_at,
            ),
        )

    def marked(self, key: Key, mark: bytes) -> Channel | None:
        """The channel to a peer whose handshake has this hash."""
        return next((each for each in self._by_peer.get(key, []) if each.hash == mark), None)

    def knows_secret(self, key: Key) -> bool:
        """Whether a peer proved that it knows a secret of the session, not its key alone."""
        return any(each.pattern is not Pattern.ASK for each in self._by_peer.get(key, []))

    def heard_at(self, key: Key) -> Micros | None:
        """When any channel to this peer last carried something."""
        channels = self._by_peer.get(key)
        return max(channel.last_heard for channel in channels) if channels else None

    def add(self, channel: Channel, forgotten: int) -> bool:
        """Put a new channel into use; False for one of an earlier life of either side.

        Args:
            channel: the new one.
            forgotten: how often this site had forgotten somebody when the handshake began.
        """
        key = channel.peer.key
        known = self._by_peer.get(key, [])
        if (known and known[0].life > channel.life) or forgotten < self._forgotten_at.get(key, 0):
            return False
        for old in list(known):
            if old.life < channel.life:
                self.close(old)
        known = self._by_peer.setdefault(key, [])
        known.append(channel)
        self._by_index[channel.index] = channel
        if not channel.confirmed:
            self._proving[channel.index] = channel
        if len(known) > limits.CHANNELS_PER_PEER_MAX:
            # Never the new one: those that were heard may be heard no more.
            self.close(min(known[:-1], key=lambda old: old.last_heard))
        return True

    def heard(self, channel: Channel, now: Micros) -> None:
        """Something that the peer sealed was opened: this channel works."""
        channel.last_heard = now
        channel.confirmed = True
        self._proving.pop(channel.index, None)

    def close(self, channel: Channel) -> None:
        """Forget one channel."""
        self._by_index.pop(channel.index, None)
        self._proving.pop(channel.index, None)
        channels = self._by_peer.get(channel.peer.key, [])
        if channel in channels:
            channels.remove(channel)
        if not channels:
            self._by_peer.pop(channel.peer.key, None)

    def drop(self, key: Key) -> None:
        """Close every channel to a peer, and begin another life with it."""
        self.forgotten += 1
        self._forgotten_at.pop(key, None)
        self._forgotten_at[key] = self.forgotten
        if len(self._forgotten_at) > limits.LINKS_MAX:
            del self._forgotten_at[next(iter(self._forgotten_at))]
        for channel in list(self._by_peer.get(key, [])):
            self.close(channel)

    def repeats(self, now: Micros) -> list[tuple[Address, bytes]]:
        """Proofs that nobody answered yet and that go out again now."""
        sends: list[tuple[Address, bytes]] = []
        for index, channel in list(self._proving.items()):
            if now >= channel.proof_repeat_at:
                channel.proof_repeats += 1
                channel.proof_repeat_at = after(now, limits.DIAL_REPEAT_MICROS)
                sends.append((channel.address, channel.proof))
                if channel.proof_repeats >= limits.PROOF_REPEATS_MAX:
                    del self._proving[index]
        return sends

    def deadline(self) -> Micros | None:
        """When a proof is to be repeated."""
        return earliest(*[channel.proof_repeat_at for channel in self._proving.values()])
