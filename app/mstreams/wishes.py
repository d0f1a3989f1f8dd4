"""Wishes of this site that a stream should move, repeated until it moved or patience ends.

A wish or the permit it led to may be lost, or be void because another move came first: then the
wish is about the new home. So of two people who move one stream both have their way, one after the
other. One wish a stream; the newer replaces the older. Never moves anything: the leader permits, the home releases.
"""

from __future__ import annotations

from dataclasses import replace

from app.core import limits
from app.core.ids import Key
from app.core.instant import Micros, after, earliest
from app.mstreams.backoff import Backoff
from app.mstreams.directory import Whereabouts
from app.mstreams.epochs import StreamEpoch
from app.mstreams.frames import StreamWish


class Wishes:
    """Open wishes by stream."""

    def __init__(self) -> None:
        self._open: dict[str, tuple[StreamWish, Backoff, Micros]] = {}

    def add(self, name: str, epoch: StreamEpoch, target: Key, now: Micros) -> StreamWish:
        """A new wish, to be sent now."""
        wish = StreamWish(name, epoch, target, token=0)
        backoff = Backoff(limits.WISH_REPEAT_MICROS, limits.WISH_PATIENCE_MICROS)
        backoff.start(now)
        self._open[name] = (wish, backoff, after(now, limits.WISH_PATIENCE_MICROS))
        return wish

    def moved(self, name: str, known: Whereabouts | None, now: Micros) -> None:
        """The stream may have another home: the wish is done, or is about that one from now on."""
        held = self._open.get(name)
        if held is None or known is None:
            return
        wish, backoff, ends = held
        if known.home == wish.target:
            del self._open[name]
        elif known.epoch > wish.epoch:
            backoff.hurry(now)
            self._open[name] = (replace(wish, epoch=known.epoch), backoff, ends)

    def due(self, now: Micros) -> list[StreamWish]:
        """Wishes to send again; those whose time is up are dropped."""
        for name in [name for name, (_, _, ends) in self._open.items() if ends <= now]:
            del self._open[name]
        wishes: list[StreamWish] = []
        for wish, backoff, _ in self._open.values():
            if backoff.due(now):
                backoff.again(now)
                wishes.append(wish)
        return wishes

    def deadline(self) -> Micros | None:
        """When the next wish is due or ends."""
        return earliest(
            *[backoff.at for _, backoff, _ in self._open.values()],
            *[ends for _, _, ends in self._open.values()],
        )
