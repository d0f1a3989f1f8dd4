"""The watch over a guest's handlers, from outside: which run, and since when.

An interpreter stops a handler that takes too long, but one long command can't be stopped from
inside. So whoever told the guest to run it keeps the time too, and ends the process. A handler that
waits for an answer doesn't run. Pure: time is given.
"""

from __future__ import annotations

from typing import Any

from app.core import limits

STARTS = {"agent": 1, "run": 1, "end": 1}
"""Messages to a guest that start a script: where the number stands. A run's is its own, a body's
and a last handler's the agent's, negative."""
ENDS = {"made": 1, "unmade": 1, "done": 1, "failed": 1, "ended": 1}
"""Messages of a guest that end one."""
OF_A_RUN = {"run", "done", "failed"}


class GuestWatch:
    """Scripts that run; times in seconds."""

    def __init__(self, seconds: float = limits.GUEST_HANDLER_SECONDS) -> None:
        self._seconds = seconds
        self._since: dict[int, float] = {}
        self._asking: dict[int, int] = {}

    def told(self, message: list[Any], now: float) -> None:
        """The guest was told something."""
        match message:
            case ["limits", {"seconds": float() | int() as seconds, **_rest}]:
                self._seconds = seconds
            case [str(kind), int(number), *_] if kind in STARTS:
                self._since[number if kind in OF_A_RUN else -number] = now
            case ["reply", _, int(ask), *_] if ask in self._asking:
                self._since[self._asking.pop(ask)] = now
            case _:
                pass

    def heard(self, message: list[Any]) -> None:
        """The guest said something."""
        match message:
            case [str(kind), int(number), *_] if kind in ENDS:
                self._since.pop(number if kind in OF_A_RUN else -number, None)
            case ["ask", int(run), int(ask), *_] if run in self._since:
                del self._since[run]
                self._asking[ask] = run
            case _:
                pass

    def greeted(self, now: float) -> None:
        """The guest is there: nothing has run before."""
        self._since = dict.fromkeys(self._since, now)

    def is_overdue(self, now: float) -> bool:
        """Whether a script runs though the guest should have stopped it."""
        allowed = self._seconds + limits.GUEST_RUN_GRACE_SECONDS
        return any(now - since > allowed for since in self._since.values())
