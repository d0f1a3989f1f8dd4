"""The time of a share: what the program's clocks read, and the times that replayed events carry.

The share's clock starts at the manifest's start time and moves only with the stamps of the order,
so every copy reads the same at the same place. The times of clicks are another matter: Qt makes
double clicks of them, so they keep each doer's own distances and never pair two people's clicks.
"""

from __future__ import annotations

BASE_MS = 1 << 40
"""Where replayed times begin: far from every clock of a platform, which starts at its boot."""

APART_MS = 600
"""Between two people's presses: more than any double click."""


class ShareClock:
    """`start_ms`: Unix time of the share's start, from its manifest."""

    def __init__(self, start_ms: int) -> None:
        self._start_ms = start_ms
        self._first_stamp_ms: int | None = None
        self._past_ms = 0

    def started(self, stamp_ms: int) -> None:
        """`go`: the clock runs from this stamp."""
        self._first_stamp_ms = stamp_ms

    def at(self, stamp_ms: int) -> None:
        """An entry of this stamp is applied now; time never goes back."""
        if self._first_stamp_ms is not None:
            self._past_ms = max(self._past_ms, stamp_ms - self._first_stamp_ms)

    @property
    def now_ms(self) -> int:
        """What the program's clocks read, Unix time in ms."""
        return self._start_ms + self._past_ms


class ClickTimes:
    """One line of time for the events of all doers."""

    def __init__(self) -> None:
        self._last_ms = BASE_MS
        self._shifts: dict[str, int] = {}
        self._presser = ""
        self._press_ms = BASE_MS - APART_MS

    def time_of(self, person: str, doer_ms: int, *, press: bool) -> int:
        """The time for Qt of an event that happened at `doer_ms` of the doer's own clock."""
        shift = self._shifts.get(person, self._last_ms - doer_ms)
        time_ms = max(doer_ms + shift, self._last_ms)
        if press:
            if person != self._presser:
                time_ms = max(time_ms, self._press_ms + APART_MS)
            self._presser, self._press_ms = person, time_ms
        self._shifts[person] = time_ms - doer_ms
        self._last_ms = time_ms
        return time_ms
