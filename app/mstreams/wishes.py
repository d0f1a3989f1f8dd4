"""Wishes of this site that a stream should move, repeated until it moved or patience ends.

A wish or the permit it led to may be lost, or be void because another move came first: then the
wish is about the new home. So of two people who move one stream both have their way, one after the
other. One wish a stream; the newer replaces the older. Never moves anything: the leader permits, the
home releases.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.core import limits
from app.core.ids import Key
from app.core.instant import Micros, after, earliest
from app.mstreams.backoff import Backoff
from app.mstreams.desk import Desk
from app.mstreams.directory import Whereabouts
from app.mstreams.events import Caller, Value
from app.mstreams.frames import StreamRefused, StreamWish

AGAIN = "try again"
"""How a refusal ends that will not last."""


@dataclass(slots=True)
class Open:
    """A wish under way."""

    wish: StreamWish
    backoff: Backoff
    ends: Micros
    caller: Caller | None


class Wishes:
    """Open wishes by stream."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._open: dict[str, Open] = {}
        self._last_token = 0

    def add(
        self, name: str, known: Whereabouts, target: Key, asker: str, caller: Caller | None
    ) -> None:
        """A new wish; it is sent now."""
        if known.home == target:
            self._tell(caller, ok=True)
            return
        if name in self._open:
            self._close(name, ok=False, value=f"another move of '{name}' was wished after this one")
        self._last_token += 1
        now = self._desk.now
        wish = StreamWish(name, known.epoch, target, self._last_token, asker)
        backoff = Backoff(limits.WISH_REPEAT_MICROS, limits.WISH_PATIENCE_MICROS)
        backoff.start(now)
        ends = after(now, limits.WISH_PATIENCE_MICROS)
        self._open[name] = Open(wish, backoff, ends, caller)
        self._desk.send_to_leader(wish)

    def moved(self, name: str, known: Whereabouts | None) -> None:
        """The stream may have another home: the wish is done, or is about that one from now on."""
        held = self._open.get(name)
        if held is None:
            return
        if known is None:
            self._close(name, ok=False, value=f"there is no stream '{name}' any more")
        elif known.home == held.wish.target:
            self._close(name, ok=True)
        elif known.epoch > held.wish.epoch:
            held.backoff.hurry(self._desk.now)
            held.wish = replace(held.wish, epoch=known.epoch)

    def refused(self, frame: StreamRefused) -> None:
        """The leader, or the stream's controller, says no: for good, or because it can't just now."""
        held = self._open.get(frame.stream)
        if held is not None and held.wish.token == frame.token:
            if not frame.reason.endswith(AGAIN):
                self._close(frame.stream, ok=False, value=frame.reason)

    def repeat(self) -> None:
        """Send again what is due; those whose time is up end."""
        now = self._desk.now
        for name in [name for name, held in self._open.items() if held.ends <= now]:
            self._close(name, ok=False, value=f"'{name}' did not move in time")
        for held in self._open.values():
            if held.backoff.due(now):
                held.backoff.again(now)
                self._desk.send_to_leader(held.wish)

    def deadline(self) -> Micros | None:
        """When the next wish is due or ends."""
        held = self._open.values()
        return earliest(*[one.backoff.at for one in held], *[one.ends for one in held])

    def _close(self, name: str, *, ok: bool, value: Value = "") -> None:
        self._tell(self._open.pop(name).caller, ok=ok, value=value)

    def _tell(self, caller: Caller | None, *, ok: bool, value: Value = "") -> None:
        if caller is not None:
            self._desk.answer(caller, ok=ok, value=value)
