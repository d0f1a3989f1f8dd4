"""Why there should be another view: what a member sees in heartbeats (ORDER.md 5.6).

Any member looks, if a quorum of the highest view is here to decide the next one. Wrong here costs
time, never order.
"""

from __future__ import annotations

from app.core import limits
from app.core.ids import Key, site_of
from app.core.instant import Micros, after, earliest
from app.dispatcher import rules
from app.dispatcher.desk import Desk
from app.dispatcher.epochs import ViewId
from app.dispatcher.suspicion import Suspicion
from app.dispatcher.views import View, is_quorum


class Reasons:
    """What speaks for another view."""

    def __init__(self, desk: Desk, suspicion: Suspicion, now: Micros) -> None:
        self.desk = desk
        self.suspicion = suspicion
        self.candidates: dict[Key, None] = {}
        self.since = now
        self._holder_seen_at = now

    def begin_again(self, now: Micros) -> None:
        """A view was decided, or the machine slept: hear first, suspect later."""
        self.since = now
        self._holder_seen_at = now
        self.suspicion.begin_again(now)

    def seen_holder(self, view: ViewId, now: Micros) -> None:
        """Somebody shows that it holds the token of a view: the last primary one's counts."""
        if view == ViewId(self.desk.disk.prim_number):
            self._holder_seen_at = now

    def may_propose(self) -> bool:
        """P1: whether this site is a member of the highest view known, and has installed it."""
        disk = self.desk.disk
        view = disk.prim
        return view is not None and rules.may_propose(
            view.number, disk.prim_number, disk.highest, member=view.has(self.desk.own)
        )

    def rank(self, now: Micros) -> int:
        """How many members here are more senior than this site."""
        view = self.desk.disk.prim
        assert view is not None, "only a member has a rank"
        here = [key for key in view.keys if self.stands_here(key, view, now)]
        return here.index(self.desk.own)

    def judges(self, now: Micros) -> bool:
        """Whether this site is the most senior member here, so far as it knows."""
        return self.may_propose() and self.rank(now) == 0

    def find(self, now: Micros) -> str | None:
        """Why there should be another view, None if there is no reason or no quorum."""
        view = self.desk.disk.prim
        if view is None or not self.may_propose():
            return None
        here = [key for key in view.keys if self.stands_here(key, view, now)]
        if not is_quorum(view, here):
            return None
        return (
            self._somebody_goes(view, now)
            or self._token_lost(now)
            or self._somebody_fenced(here)
            or self._somebody_elsewhere(view, here)
            or self._somebody_joins(view, now)
        )

    def quiet_until(self, now: Micros) -> Micros | None:
        """Where nothing speaks for another view: when silence alone first may; None for never.

        `now` if that may be any moment: whoever looks then looks again soon.
        """
        disk = self.desk.disk
        if self.candidates or self.desk.leaving or disk.view is None:
            return now
        missing = None
        if disk.hold is None:
            missing = after(
                max(self._holder_seen_at, self.desk.woken_at), limits.HOLDER_MISSING_MICROS
            )
        return earliest(missing, self.suspicion.quiet_until(self.desk.around()))

    def here(self, key: Key, now: Micros) -> bool:
        """Whether a site was heard and is not suspected (oneself always is here)."""
        if key == self.desk.own:
            return True
        return self.desk.present(key, now) and not self.suspicion.suspects(key, now)

    def stands_here(self, key: Key, view: View, now: Micros) -> bool:
        """Whether a member is here and has installed `view`."""
        if key == self.desk.own:
            return True
        heard = self.desk.heard.get(key)
        return heard is not None and self.here(key, now) and heard.beat.prim == view.number

    def _somebody_goes(self, view: View, now: Micros) -> str | None:
        leaving = self.leaving(view) if len(view.members) > 1 else []
        if self.desk.own in leaving:
            return "this site leaves"
        for key in view.keys:
            if key == self.desk.own:
                continue
            if self.suspicion.suspects(key, now):
                return f"{site_of(key)} is silent"
            if key in self.desk.convicted:
                return f"{site_of(key)} is convicted"
            heard = self.desk.heard.get(key)
            if key in leaving and heard is not None and heard.beat.prim == view.number:
                return f"{site_of(key)} leaves"
        return None

    def _token_lost(self, now: Micros) -> str | None:
        disk = self.desk.disk
        if disk.branch is not None:
            return "this site is in a branch"
        if disk.hold is not None:
            self._holder_seen_at = now
        home = self.desk.home
        if home is not None and self.suspicion.vouched(home[1], now):
            # Others hear the holder: only the path from here is bad.
            return None
        if now - max(self._holder_seen_at, self.desk.woken_at) < limits.HOLDER_MISSING_MICROS:
            return None
        hold = rules.hold_when_token_is_lost(disk.hold, disk.kmax)
        if hold == disk.hold:
            return "nobody holds the stick"
        disk.set_token(hold, max(disk.kmax, hold or 0))
        return None

    def _somebody_fenced(self, here: list[Key]) -> str | None:
        others = [key for key in here if key != self.desk.own]
        fenced = self.desk.disk.fenced or any(self.desk.heard[key].beat.fenced for key in others)
        return "somebody is fenced" if fenced else None

    def _somebody_elsewhere(self, view: View, here: list[Key]) -> str | None:
        """Members of this view that work in a branch come back by the next one (D6)."""
        for key in here:
            if key != self.desk.own and self.desk.heard[key].beat.cur != view.id:
                return f"{site_of(key)} is in a branch"
        return None

    def _somebody_joins(self, view: View, now: Micros) -> str | None:
        """Not while members are on their way into this view: the next one would leave them out."""
        on_their_way = [
            key for key in view.keys if self.here(key, now) and not self.stands_here(key, view, now)
        ]
        if on_their_way and now - self.since < limits.NEWCOMERS_WAIT_MICROS:
            return None
        return "somebody wants to join" if self.newcomers(view, now) else None

    def leaving(self, view: View) -> list[Key]:
        """Members that may be left out: they go (S4), this site only once it may say so, or lie (H2)."""
        return [
            key
            for key in view.keys
            if key in self.desk.convicted
            or (
                self.desk.says_leaving
                if key == self.desk.own
                else key in self.desk.heard and self.desk.heard[key].beat.leaving
            )
        ]

    def newcomers(self, view: View, now: Micros) -> list[Key]:
        """Admitted sites that are here and not in the view."""
        return [
            key
            for key in self.candidates
            if not view.has(key)
            and key not in self.desk.convicted
            and self.here(key, now)
            and key in self.desk.heard
            and not self.desk.heard[key].beat.leaving
        ]
