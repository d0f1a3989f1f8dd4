"""What callers of this site ask the leader for: streams and agents made and ended, handles.

A request is repeated until it is answered or patience ends. What was granted is done once its entry
is seen here, so that whoever is told can go on with it at once. Never decides anything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from app.core import limits
from app.core.errors import LocalError
from app.core.instant import Micros, after, earliest
from app.mstreams.backoff import Backoff
from app.mstreams.desk import Desk
from app.mstreams.directory import Directory
from app.mstreams.events import AGENT, CREATE, DESTROY, OPEN, UNREGISTER, Caller
from app.mstreams.frames import Definition, StreamAnswer, StreamRequest
from app.mstreams.wishes import AGAIN

INCARNATION_BITS = 32
"""Numbers of requests begin with the site's incarnation, so that none comes twice."""


@dataclass(slots=True)
class Open:
    """A request under way; `granted` is what the leader said, None before."""

    frame: StreamRequest
    caller: Caller
    backoff: Backoff
    ends: Micros
    granted: str | None = None


def _named(open_: Open) -> str:
    return open_.frame.stream or open_.granted or ""


SEEN: Final[dict[str, Callable[[Directory, Open], bool]]] = {
    CREATE: lambda directory, open_: directory.find(_named(open_)) is not None,
    OPEN: lambda directory, open_: directory.find(_named(open_)) is not None,
    DESTROY: lambda directory, open_: directory.find(_named(open_)) is None,
    AGENT: lambda directory, open_: (
        directory.roster(_named(open_)).find(int(open_.granted or 0)) is not None
    ),
    UNREGISTER: lambda directory, open_: (
        open_.frame.agent is None
        or directory.roster(_named(open_)).find(open_.frame.agent.number) is None
    ),
}
"""Whether what was granted is seen here."""


class Requests:
    """Requests by number."""

    def __init__(self, desk: Desk, directory: Directory) -> None:
        self._desk = desk
        self._directory = directory
        self._open: dict[int, Open] = {}
        self._last = desk.incarnation << INCARNATION_BITS

    def ask(
        self, verb: str, stream: str, asker: str, caller: Caller, agent: Definition | None = None
    ) -> None:
        """Ask the leader. Raises `LocalError` if too many wait."""
        if len(self._open) >= limits.REQUESTS_MAX:
            message = "too many requests wait already; try again later"
            raise LocalError(message)
        self._last += 1
        frame = StreamRequest(self._last, verb, stream, asker, agent)
        backoff = Backoff(limits.REQUEST_REPEAT_MICROS, limits.REQUEST_PATIENCE_MICROS)
        now = self._desk.now
        backoff.start(now)
        ends = after(now, limits.REQUEST_PATIENCE_MICROS)
        self._open[frame.number] = Open(frame, caller, backoff, ends)
        self._desk.send_to_leader(frame)

    def answered(self, frame: StreamAnswer) -> None:
        """The leader grants or refuses; a passing refusal is only waited out."""
        held = self._open.get(frame.number)
        if held is None or held.granted is not None:
            return
        if frame.ok:
            held.granted = frame.text
            held.backoff.stop()
        elif not frame.text.endswith(AGAIN):
            del self._open[frame.number]
            self._desk.answer(held.caller, ok=False, value=frame.text)

    def look(self) -> list[Open]:
        """Requests that are granted and seen here: they are done, and whoever waits is told."""
        done = [
            held
            for held in self._open.values()
            if held.granted is not None and SEEN[held.frame.verb](self._directory, held)
        ]
        for held in done:
            del self._open[held.frame.number]
        return done

    def view_installed(self) -> None:
        """There may be another leader, who knows nothing of what is asked."""
        for held in self._open.values():
            if held.granted is None:
                held.backoff.hurry(self._desk.now)

    def repeat(self) -> None:
        """Send again what is due; those whose time is up end."""
        now = self._desk.now
        for number, held in list(self._open.items()):
            if held.ends <= now:
                del self._open[number]
                why = "no answer from the session's leader in time; it may still happen"
                self._desk.answer(held.caller, ok=False, value=why)
            elif held.backoff.due(now):
                held.backoff.again(now)
                self._desk.send_to_leader(held.frame)

    def deadline(self) -> Micros | None:
        """When a request is due or ends."""
        held = self._open.values()
        return earliest(*[one.backoff.at for one in held], *[one.ends for one in held])
