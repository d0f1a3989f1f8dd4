"""Messages of shells that wait for room: their stream does not keep up, or can't be reached.

They wait in their order, behind one another, for a time; then whoever said it hears why. What waits
is nowhere but here: only what was appended is kept. Never lets a message pass an earlier one of this
site to the same stream.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from app.core import limits
from app.core.errors import LocalError
from app.core.instant import Micros, after, earliest
from app.mstreams.desk import Desk
from app.mstreams.events import ByShell
from app.mstreams.flow import FlowFull, Said
from app.mstreams.outgoing import Outgoing


@dataclass(frozen=True, slots=True)
class Waits:
    """A message that is not appended yet, and who hears of it until when."""

    said: Said
    caller: ByShell
    ends: Micros


class Waiting:
    """Messages by stream."""

    def __init__(self, desk: Desk, outgoing: Outgoing) -> None:
        self._desk = desk
        self._outgoing = outgoing
        self._open: dict[str, deque[Waits]] = {}

    def say(self, name: str, said: Said, caller: ByShell) -> None:
        """Append or call, now or as soon as there is room. Raises `LocalError`."""
        if name not in self._open:
            try:
                self._append(name, said, caller)
            except FlowFull:
                pass
            else:
                return
        if sum(map(len, self._open.values())) >= limits.REQUESTS_MAX:
            message = "too many messages wait for room already; try again later"
            raise LocalError(message)
        ends = after(self._desk.now, limits.REQUEST_PATIENCE_MICROS)
        self._open.setdefault(name, deque()).append(Waits(said, caller, ends))

    def look(self) -> bool:
        """Append what there is room for now; False if nothing changed."""
        done = False
        for name, line in list(self._open.items()):
            while line:
                try:
                    self._append(name, line[0].said, line[0].caller)
                except FlowFull:
                    break
                except LocalError as refusal:
                    self._desk.answer(line[0].caller, ok=False, value=str(refusal))
                line.popleft()
                done = True
            if not line:
                del self._open[name]
        return done

    def overdue(self) -> None:
        """Nobody waits longer than their patience."""
        for name, line in list(self._open.items()):
            while line and line[0].ends <= self._desk.now:
                why = f"'{name}' did not take what waits for it in time; this message was not kept"
                self._desk.answer(line.popleft().caller, ok=False, value=why)
            if not line:
                del self._open[name]

    def deadline(self) -> Micros | None:
        """When the oldest has waited long enough."""
        return earliest(*[line[0].ends for line in self._open.values()])

    def _append(self, name: str, said: Said, caller: ByShell) -> None:
        if said.call:
            self._outgoing.call(name, said, caller)
        else:
            self._desk.answer(caller, ok=True, value=self._outgoing.append(name, said))
