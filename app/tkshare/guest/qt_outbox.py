"""What the person here did, on its way to the app: one frame's events together, within the credit.

The first event after a pause goes at once; what follows within 16 ms goes together. An applied
entry closes a batch, as events say how far the copy was when they were captured. Moves without a
button are drawn together to the last one; moves with a button never are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from talkstick_guest import qt_forms as forms

FRAME_MS = 16
EVENTS_IN_ENTRY = 64
CREDIT = 256
WAITING_MAX = 1024
"""Captured events that wait for credit; what comes then is lost, and counted."""


class Outbox:
    """`send(seen, t0_ms, events)`; `wait(ms)` starts the timer that calls `frame_over`."""

    def __init__(
        self,
        send: Callable[[int, int, list[Any]], None],
        wait: Callable[[int], None],
        now_ms: Callable[[], int],
    ) -> None:
        self._send = send
        self._wait = wait
        self._now_ms = now_ms
        self._waiting: list[tuple[int, int, list[Any]]] = []
        self._in_frame = False
        self._credit = CREDIT
        self.lost = 0

    def add(self, seen: int, event: list[Any]) -> None:
        """An event without its offset."""
        now = self._now_ms()
        if self._draws_together(seen, event):
            self._waiting[-1] = (seen, now, event)
        elif len(self._waiting) < WAITING_MAX:
            self._waiting.append((seen, now, event))
        else:
            self.lost += 1
        if not self._in_frame:
            self._in_frame = True
            self._wait(FRAME_MS)
            self.flush()

    def _draws_together(self, seen: int, event: list[Any]) -> bool:
        if not self._waiting or event[0] != "move" or event[4] & forms.BUTTONS:
            return False
        last_seen, _ms, last = self._waiting[-1]
        return last_seen == seen and last[0] == "move" and last[1] == event[1] and (
            last[4] == event[4]
        )

    def frame_over(self) -> None:
        """The frame's 16 ms are over."""
        self._in_frame = bool(self._waiting) and self._credit > 0
        if self._in_frame:
            self._wait(FRAME_MS)
            self.flush()

    def flush(self) -> None:
        """Send what waits, as far as the credit goes."""
        while self._waiting and self._credit > 0:
            seen, t0_ms, _event = self._waiting[0]
            batch = []
            for other, at_ms, event in self._waiting[: min(EVENTS_IN_ENTRY, self._credit)]:
                if other != seen or at_ms - t0_ms > 1000:
                    break
                batch.append([*event, at_ms - t0_ms])
            del self._waiting[: len(batch)]
            self._credit -= len(batch)
            self._send(seen, t0_ms, batch)

    def credited(self, events: int) -> None:
        """The app takes so many more."""
        self._credit = min(CREDIT, self._credit + max(0, events))
        self.flush()
