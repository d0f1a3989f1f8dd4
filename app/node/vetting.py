"""Moves of the dispatcher before the policy: the controllers of session and site have their say.

To them it is one stream among others; the stream's own word (the session's placement policy, who is
here, what is under way) stays with the order. Never grants a move: the order does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core.ids import Key
from app.core.instant import Micros
from app.dispatcher.messages import Wish
from app.mstreams.residence import DISPATCHER

if TYPE_CHECKING:
    from app.node.session import Session

CHANGING = "the members are changing just now; try again"


class Vetting:
    """Wishes at the leader that wait for controllers."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._open: dict[int, tuple[Key, Wish]] = {}
        self._last = 0

    def asked(self, sender: Key, wish: Wish, now: Micros) -> None:
        """The order has nothing against a move: put it to the controllers."""
        self._last += 1
        self._open[self._last] = sender, wish
        asker = DISPATCHER
        if wish.by_person:
            view = self._session.disk.prim
            asker = f"@{view.location(sender) if view is not None else 0}"
        streams = self._session.mailboxes.streams
        streams.vet_move(self._last, sender, wish.target, asker, now)

    def answered(self, number: int, reason: str, now: Micros) -> None:
        """The controllers' word; empty if none objects."""
        asked = self._open.pop(number, None)
        if asked is not None:
            self._session.order.vetted(*asked, reason, now)

    def void(self, now: Micros) -> None:
        """Another view: nobody answers any more."""
        for number in list(self._open):
            self.answered(number, CHANGING, now)
