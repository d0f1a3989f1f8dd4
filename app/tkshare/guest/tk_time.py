"""The order's clock as Tk programs feel it: `after` fires by the stamps of entries alone.

Before an event is applied every copy fires the timers due at its stamp, each at its own time. Where
nobody does anything, one copy's wish for a tick lets time go on. Tk's own C timers (the blinking
cursor) keep the real clock: nobody compares what they do.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from app.tkshare.guest.tk_root import Root

QUIET_MS: Final = 15
"""A wish for a tick waits until nothing has come for so long: what comes moves the clock too."""
TICK_MS: Final = 50
"""Between two wishes: 20 a second."""
AHEAD_MS_MAX: Final = 1 << 40
"""No stamp is further from the first one: 34 years."""


_monotonic: Final = time.monotonic
"""Taken before anybody pins it."""


def real_ms() -> float:
    """This machine's own clock, which the program never sees."""
    return _monotonic() * 1000


class ShareClock:
    """`start_ms`: Unix time that the program reads before `go`."""

    def __init__(self, start_ms: int, roots: Callable[[], list[Root]]) -> None:
        self._start_ms = start_ms
        self._roots = roots
        self._first_stamp_ms: int | None = None
        self._arrived_ms = 0.0
        self.now_ms = 0
        """Since the share's start, on the order's clock."""

    @property
    def running(self) -> bool:
        """Whether `go` has come."""
        return self._first_stamp_ms is not None

    def unix_ms(self) -> int:
        """What the program reads."""
        return self._start_ms + self.now_ms

    def go(self, stamp_ms: int) -> None:
        """The clock runs from this stamp."""
        if self._first_stamp_ms is None:
            self._first_stamp_ms = stamp_ms
            self._arrived_ms = real_ms()

    def ahead_ms(self) -> float:
        """About what time it is in the order now, though nothing has said so yet."""
        return self.now_ms + self.quiet_ms() if self.running else 0.0

    def quiet_ms(self) -> float:
        """How long nothing has come."""
        return real_ms() - self._arrived_ms

    def advance(self, stamp_ms: int) -> None:
        """Fire what is due at this stamp, in order; a timer may make timers that fire as well."""
        if self._first_stamp_ms is None:
            return
        self._arrived_ms = real_ms()
        until = min(stamp_ms - self._first_stamp_ms, AHEAD_MS_MAX)
        while (first := self.first_due()) is not None and first[0] <= until:
            due, _, _, root, timer = first
            self._set(max(self.now_ms, due))
            root.app.call("::talkstick::fire", timer)
        self._set(max(self.now_ms, until))

    def first_due(self) -> tuple[int, int, int, Root, str] | None:
        """(due ms, root's number, timer's number, root, timer) of what fires first."""
        found = []
        for root in self._roots():
            due = root.app.splitlist(root.app.call("::talkstick::due"))
            if due:
                found.append((int(due[0]), root.number, int(due[1]), root, str(due[2])))
        return min(found, key=lambda each: each[:3], default=None)

    def _set(self, now_ms: int) -> None:
        if now_ms != self.now_ms:
            self.now_ms = now_ms
            for root in self._roots():
                root.app.call("set", "::talkstick::now", now_ms)


class Ticks:
    """Wishes for ticks. `wish` sends one; `waits` says whether an ordered answer is waited for."""

    def __init__(
        self, clock: ShareClock, app: Any, wish: Callable[[], None], waits: Callable[[], bool]
    ) -> None:
        self._clock = clock
        self._app = app
        self._wish = wish
        self._waits = waits
        self._armed = False
        self._wished_ms = 0.0

    def schedule(self) -> None:
        """Look again when something is due; called whenever that may have changed."""
        if self._armed or not self._clock.running:
            return
        due = self._due_in_ms()
        if due is None:
            return
        wait = max(
            due,
            QUIET_MS - self._clock.quiet_ms(),
            TICK_MS - (real_ms() - self._wished_ms),
            1,
        )
        self._armed = True
        self._app.createtimerhandler(int(wait) + 1, self._look)

    def _due_in_ms(self) -> float | None:
        if self._waits():
            return 0.0
        first = self._clock.first_due()
        return None if first is None else first[0] - self._clock.ahead_ms()

    def _look(self) -> None:
        self._armed = False
        due = self._due_in_ms()
        if due is not None and due <= 0 and self._clock.quiet_ms() >= QUIET_MS:
            self._wished_ms = real_ms()
            self._wish()
        self.schedule()
