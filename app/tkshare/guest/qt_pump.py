"""The queue of what the order told, replayed one by one, each in a turn of the program's own loop.

Re-armed before it replays: a dialog's loop that begins inside a replayed event goes on from here.
Draining the queue in one go would be faster and give another state, as posted events and timers
without an interval run between turns; so one turn more passes after each event than Qt needs.
"""

from __future__ import annotations

import time
import traceback
from collections import deque
from collections.abc import Callable
from typing import Any

from app.tkshare.guest.qt_binding import Binding

WAIT_SECONDS = 1.0
"""How long an event waits for its window: a local clock, so what is skipped counts in the digest."""

WAIT_STEP_MS = 5

_monotonic = time.monotonic


class Pump:
    """`play(item)` replays; `ready(item)` says whether its window is there."""

    def __init__(
        self,
        binding: Binding,
        play: Callable[[Any], None],
        ready: Callable[[Any], bool],
    ) -> None:
        self._play = play
        self._ready = ready
        self._queue: deque[Any] = deque()
        self._waits_until: float | None = None
        self._rested = True
        self.depth = 0
        self._timer = binding.timer()
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._turn)

    def __len__(self) -> int:
        return len(self._queue)

    def add(self, item: Any) -> None:
        """Replay this in its turn."""
        self._queue.append(item)
        if not self._timer.isActive():
            self._timer.start(0)

    def _turn(self) -> None:
        if not self._queue:
            self._rested = True
            return
        if not self._rested:
            # Timers without an interval that the last event started are due in this turn.
            self._rested = True
            self._timer.start(0)
            return
        if not self._ready(self._queue[0]):
            now = _monotonic()
            if self._waits_until is None:
                self._waits_until = now + WAIT_SECONDS
            if now < self._waits_until:
                self._timer.start(WAIT_STEP_MS)
                return
        self._waits_until = None
        self._rested = False
        item = self._queue.popleft()
        # First re-arm, then replay: the call may return only when the program's dialog has ended.
        self._timer.start(0)
        self.depth += 1
        try:
            self._play(item)
        except Exception:  # noqa: BLE001
            traceback.print_exc()
        finally:
            self.depth -= 1
