"""What agents say in the session's chat: an append to the dispatcher, which orders it as a line.

The line is its site's member's, so it begins with the name of the stream: nobody is made to say
what looks like an own word. All agents of a site share an allowance, since two that answer each
other would never stop. Never lets those speak that run at every site: each line would come from all.
"""

from __future__ import annotations

from app.core import limits
from app.core.errors import LocalError
from app.core.instant import Micros, after
from app.mstreams.desk import Desk
from app.mstreams.records import LineWanted
from app.mstreams.residence import Residence


class Speaking:
    """The allowance of one site: some lines at once, and one more each second."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._spent_until = Micros(0)

    def objection(self, residence: Residence, payload: bytes) -> str:
        """Why an agent can't say this; empty if it can."""
        if residence.stationary:
            return "controllers and what hears the dispatcher say nothing there; a stream may"
        text = _line(residence, payload)
        if not payload or len(text) > limits.TEXT_CHARACTERS_MAX:
            return f"a line has from 1 to {limits.TEXT_CHARACTERS_MAX} characters"
        return ""

    def say(self, residence: Residence, payload: bytes) -> None:
        """Have a line ordered. Raises `LocalError` when so many were said just now."""
        now = self._desk.now
        spent = after(max(self._spent_until, now), limits.AGENT_LINE_MICROS)
        if spent - now > limits.AGENT_LINES_MAX * limits.AGENT_LINE_MICROS:
            message = "agents of this site have said too much just now"
            raise LocalError(message)
        self._spent_until = spent
        self._desk.show(LineWanted(_line(residence, payload)))


def _line(residence: Residence, payload: bytes) -> str:
    return f"{residence.name}: {payload.decode('utf-8', 'replace')}"
