"""What the person here does, on its way to the app: one frame of 16 ms is one `input`.

The first event after a pause goes at once; what follows within the frame goes together. Of motion
only the newest counts, as long as nothing else happened in between: a press never overtakes it and
is never overtaken. An applied entry closes a batch, as `seen` is one number for all its events.
"""

from __future__ import annotations

from typing import Any

from app.tkshare.guest.wire import Wire

FRAME_MS = 16
"""A frame of a display: what one person does within it is one entry."""
EVENTS_MAX = 64
"""Events of one `input`."""
HELD_MAX = 1024
"""Events that wait while the app gives no credit; a person is slower than that."""
OFFSET_MS_MAX = 1000

Event = list[Any]


class Outbox:
    """Batches of captured events; times are ms of the guest's own clock, in whole numbers."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._events: list[tuple[int, int, Event]] = []
        self._sent_ms = -FRAME_MS
        self.seen = 0
        """Index that was last applied at this copy: what the person here acts upon."""
        self.dropped = 0

    def put(self, event: Event, now_ms: int, *, every_move: bool = False) -> None:
        """An event without its offset: kind, window, fields. `every_move` counts: a line is drawn."""
        if event[0] == "move" and self._events and not every_move:
            _, seen, last = self._events[-1]
            if last[0] == "move" and seen == self.seen and _same_but_for_place(last, event):
                self._events.pop()
        if len(self._events) >= HELD_MAX:
            self.dropped += 1
            return
        self._events.append((now_ms, self.seen, event))
        if now_ms - self._sent_ms >= FRAME_MS:
            self.send(now_ms)

    @property
    def waiting(self) -> bool:
        """Whether `send` has something to do at the end of this frame."""
        return bool(self._events)

    def send(self, now_ms: int) -> None:
        """Send what waits, as far as there is credit for it."""
        while self._events and self._wire.credit > 0:
            self._sent_ms = now_ms
            first_ms, seen, _ = self._events[0]
            batch = []
            for at_ms, also_seen, event in self._events[: min(EVENTS_MAX, self._wire.credit)]:
                if also_seen != seen or at_ms - first_ms > OFFSET_MS_MAX:
                    break
                batch.append([*event, at_ms - first_ms])
            del self._events[: len(batch)]
            self._wire.credit -= len(batch)
            self._wire.send("input", seen, first_ms, batch)


def _same_but_for_place(one: Event, other: Event) -> bool:
    """Whether two moves (kind, window, x, y, state, ...) have window and buttons in common."""
    return bool(one[1] == other[1] and one[4] == other[4])
