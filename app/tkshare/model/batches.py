"""From what a guest says its person did to entries: one for each frame of 16 ms.

The first event after a pause goes at once; what follows within the frame goes together. Moves
without a button are coalesced to the newest, never across anything else, so never across a button
or a key. An entry has one `seen`: what was captured after another index was applied is another
entry. Bounded: a guest that floods loses its newest events, releases last.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.core import limits
from app.core.instant import MILLI, Micros, after
from app.tkshare.model.bodies import Input, ShareId
from app.tkshare.model.events import Event


@dataclass(slots=True)
class _Batch:
    """Events of one entry that is not made yet."""

    seen: int
    t0_ms: int
    events: list[Event]


class Batches:
    """What one person did in one share and has not become an entry yet."""

    def __init__(self, share: ShareId) -> None:
        self._share = share
        self._waiting: list[_Batch] = []
        self._buttons: dict[int, bool] = {}
        self._free_at = Micros(0)
        self.lost = 0

    def take(self, seen: int, t0_ms: int, events: tuple[Event, ...]) -> None:
        """Events of a guest, in order; `t0_ms` is the guest's clock."""
        for event in events:
            self._add(seen, t0_ms + event.offset_ms, event)

    def _add(self, seen: int, at_ms: int, event: Event) -> None:
        if event.kind == "press":
            self._buttons[event.field("button")] = True
        elif event.kind == "release":
            self._buttons.pop(event.field("button"), None)
        last = self._waiting[-1] if self._waiting else None
        if last is not None and last.seen == seen and at_ms - last.t0_ms >= 0:
            placed = replace(event, offset_ms=at_ms - last.t0_ms)
            if self._replaces(last.events[-1], placed):
                last.events[-1] = placed
                return
            fits = len(last.events) < limits.SHARE_EVENTS_MAX
            if fits and placed.offset_ms <= limits.SHARE_OFFSET_MS_MAX:
                last.events.append(placed)
                return
        full = limits.SHARE_BATCHES_MAX * (2 if event.kind in {"release", "keyup"} else 1)
        if len(self._waiting) >= full:
            self.lost += 1
            return
        self._waiting.append(_Batch(seen, at_ms, [replace(event, offset_ms=0)]))

    def _replaces(self, last: Event, event: Event) -> bool:
        """Whether a move makes the one right before it needless."""
        return (
            event.kind == last.kind == "move"
            and not self._buttons
            and event.window == last.window
            and event.field("state") == last.field("state")
            and event.offset_ms <= limits.SHARE_OFFSET_MS_MAX
        )

    def due(self, now: Micros) -> tuple[Input, ...]:
        """The entries that are to be made now."""
        if not self._waiting or now < self._free_at:
            return ()
        self._free_at = after(now, limits.SHARE_FRAME_MS * MILLI)
        waiting, self._waiting = self._waiting, []
        return tuple(
            [Input(self._share, each.seen, each.t0_ms, tuple(each.events)) for each in waiting]
        )

    def deadline(self) -> Micros | None:
        """When the next entry is due."""
        return self._free_at if self._waiting else None
