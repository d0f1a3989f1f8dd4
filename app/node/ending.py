"""How this site stops: leaving the session for good, or closing with the session kept on disk.

Leaving waits until a quorum of a view without this site has installed it (ORDER.md, S4); closing
waits only so long. Never decides who is a member, and never says "left" before the disk does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.core import limits
from app.core.errors import LocalError
from app.core.instant import Micros, after
from app.node.api import Denied, Done, SessionClosed

if TYPE_CHECKING:
    from app.node.session import Session


@dataclass(frozen=True, slots=True)
class UnderWay:
    """An ending under way; `at` is when to look again, or to stop anyway."""

    token: int
    at: Micros
    leaves: bool


class Ending:
    """The end of one session at this site; `over` once nothing may be done any more."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._under_way: UnderWay | None = None
        self.over = False

    def leave(self, token: int, now: Micros) -> None:
        """Begin to leave for good. Raises `LocalError`."""
        session = self._session
        view = session.disk.prim
        if self._under_way is not None:
            message = "this site is closing or leaving already"
            raise LocalError(message)
        if view is None or not session.member:
            message = "this site is not a member yet, so there is nothing to leave; close it"
            raise LocalError(message)
        if len(view.members) == 1:
            message = (
                "you are the only member, so nobody could go on; closing keeps the session on "
                "this disk"
            )
            raise LocalError(message)
        session.order.leave()
        self._under_way = UnderWay(token, after(now, limits.HEARTBEAT_MICROS), leaves=True)

    def close(self, token: int, now: Micros) -> None:
        """Stop soon, also while leaving: then it was not for good. Raises `LocalError`."""
        under_way = self._under_way
        if under_way is not None and not under_way.leaves:
            message = "this site is closing already"
            raise LocalError(message)
        if under_way is not None:
            why = "this site closes before it has left for good"
            self._session.events.append(Denied(under_way.token, why))
        self._session.order.leave()
        self._under_way = UnderWay(token, after(now, limits.CLOSING_PATIENCE_MICROS), leaves=False)

    def look(self, now: Micros) -> None:
        """End it if it is time."""
        under_way = self._under_way
        if under_way is None:
            return
        session = self._session
        alone = not session.member or not session.desk.others()
        if session.order.may_stop() or (not under_way.leaves and (alone or now >= under_way.at)):
            self._stop(under_way)
        elif under_way.leaves and now >= under_way.at:
            self._under_way = replace(under_way, at=after(now, limits.HEARTBEAT_MICROS))

    def _stop(self, under_way: UnderWay) -> None:
        """Whatever still waits for an answer gets it, and this is the last that is told."""
        session = self._session
        if under_way.leaves:
            session.mark_left()
        why = "this site closed before that happened"
        session.events += session.wishes.abandon(why)
        session.reading.abandon(why)
        session.events += [Done(under_way.token), SessionClosed(left=under_way.leaves)]
        self.over = True

    def deadline(self) -> Micros | None:
        """When to look again."""
        return self._under_way.at if self._under_way is not None else None
