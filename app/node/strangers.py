"""Peers that proved a key and nothing else: how many there are, and how often they are heard.

Whoever is in the network may ask what session this is, without its secret. A channel of that kind
never counts as a member's: of all frames only a stranger's few are taken from it, until somebody
lets its key in. Never says who is let in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core import limits
from app.core.ids import Key
from app.core.instant import SECOND, Micros
from app.node.channeltable import Channel

if TYPE_CHECKING:
    from app.node.session import Session


class Strangers:
    """The strangers among one session's peers."""

    def __init__(self, session: Session) -> None:
        self._session = session
        # By stranger: since when its frames are counted, and how many there were.
        self._frames: dict[Key, tuple[Micros, int]] = {}

    def is_one(self, key: Key) -> bool:
        """Whether this peer neither knows a secret of the session nor was let in."""
        session = self._session
        return not session.wiring.channels.table.knows_secret(key) and not session.peers.may_hear(
            key
        )

    def opened(self, channel: Channel, now: Micros) -> None:
        """One more: the one that is silent for longest makes room, but nobody that waits does."""
        wiring = self._session.wiring
        here = [*self._frames, channel.peer.key]
        # Who was let in, or went, is a stranger no more.
        self._frames = {
            key: self._frames.get(key, (now, 0))
            for key in here
            if wiring.link(key) is not None and self.is_one(key)
        }
        if len(self._frames) > limits.STRANGERS_MAX:
            heard = {
                key: wiring.channels.table.heard_at(key) or 0
                for key in self._frames
                if not self._session.asked.waits(key)
            }
            oldest = min(heard, key=heard.__getitem__)
            del self._frames[oldest]
            wiring.forget(oldest)

    def too_often(self, key: Key, now: Micros) -> bool:
        """Whether a stranger sent more frames in this second than one who asks does."""
        since, count = self._frames.get(key, (now, 0))
        if now - since >= SECOND:
            since, count = now, 0
        self._frames[key] = (since, count + 1)
        return count >= limits.STRANGER_FRAMES_PER_SECOND_MAX
