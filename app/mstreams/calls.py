"""Calls of this site and its streams that wait for their answer. Never repeats one: flows do."""

from __future__ import annotations

from app.core import limits
from app.core.errors import LocalError
from app.core.instant import Micros, after, earliest
from app.mstreams.desk import Desk
from app.mstreams.events import Caller
from app.mstreams.frames import CallReply

CallKey = tuple[str, str, int, int]
"""(stream, source, incarnation, number) of the message that is a call."""


class Calls:
    """Who waits for which answer."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._open: dict[CallKey, tuple[Caller, Micros]] = {}

    def check_room(self) -> None:
        """Whether one more may wait. Raises `LocalError`."""
        if len(self._open) >= limits.REQUESTS_MAX:
            message = "too many calls wait already; try again later"
            raise LocalError(message)

    def add(self, key: CallKey, caller: Caller) -> None:
        """A call was appended."""
        self._open[key] = (caller, after(self._desk.now, limits.REQUEST_PATIENCE_MICROS))

    def replied(self, frame: CallReply) -> None:
        """The handlers' answer, or that they failed."""
        key = (frame.stream, frame.source, frame.incarnation, frame.number)
        held = self._open.pop(key, None)
        if held is None:
            return
        if frame.ok:
            self._desk.answer(held[0], ok=True, value=frame.payload)
        else:
            why = frame.payload.decode("utf-8", "replace")
            self._desk.answer(held[0], ok=False, value=f"'{frame.stream}': {why}")

    def ended(self, stream: str) -> None:
        """A stream has ended: it answers nobody any more."""
        for key in [key for key in self._open if key[0] == stream]:
            self._refuse(key, f"the stream '{stream}' has ended")

    def overdue(self) -> None:
        """Nobody waits longer than their patience."""
        now = self._desk.now
        for key in [key for key, (_, ends) in self._open.items() if ends <= now]:
            self._refuse(key, f"no answer of '{key[0]}' in time; it may still come to the message")

    def deadline(self) -> Micros | None:
        """When the next one has waited long enough."""
        return earliest(*[ends for _, ends in self._open.values()])

    def _refuse(self, key: CallKey, why: str) -> None:
        self._desk.answer(self._open.pop(key)[0], ok=False, value=why)
