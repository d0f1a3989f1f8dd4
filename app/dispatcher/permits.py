"""The leader's part in moving the token: granting permits, or saying why not (T1).

It is policy; safety does not rest on it, so what is kept here dies with the leader or the view.
"""

from __future__ import annotations

from app.core import limits
from app.core.ids import Key
from app.core.instant import Micros
from app.dispatcher.advice import Advice
from app.dispatcher.desk import Desk
from app.dispatcher.messages import Permit, Wish
from app.dispatcher.signing import permit_bytes
from app.dispatcher.views import View


class Permits:
    """What the leader granted last."""

    def __init__(self, desk: Desk, advice: Advice) -> None:
        self.desk = desk
        self.advice = advice
        self._granted: tuple[int, Key, Micros] | None = None

    def left_view(self) -> None:
        """Permits are void in another view."""
        self._granted = None

    def grant(self, target: Key, asker: bytes, now: Micros) -> tuple[Key, Permit]:
        """The permit for the next move, and the home it is for; `refusal` was asked before."""
        disk = self.desk.disk
        home = self.desk.home
        assert home is not None, "a wish without a known home is refused"
        k = home[0] + 1
        self._granted = (k, target, now)
        signature = self.desk.sign(permit_bytes(disk.session, disk.cur, k, target))
        return home[1], Permit(disk.cur, k, target, signature, asker)

    def refusal(self, sender: Key, frame: Wish, now: Micros) -> str | None:
        """Why a wish is not granted, in words for people; None if it is."""
        view = self.desk.disk.view
        if view is None or view.session_leader != self.desk.own or frame.view != view.id:
            return "the members are changing just now; try again"
        return (
            self._against_asker(view, sender, frame)
            or self._against_target(view, frame.target, now)
            or self._against_moment(frame.target, now)
        )

    def _against_asker(self, view: View, sender: Key, frame: Wish) -> str | None:
        if not view.has(sender):
            return "only a member may move the stick"
        if frame.by_person and self.advice.policy == "fixed":
            return "the policy is 'fixed'; choose another policy to move the stick"
        home = self.desk.home
        if frame.by_person and home is not None and home[1] == frame.target:
            return "the stick is there already"
        return None

    def _against_target(self, view: View, target: Key, now: Micros) -> str | None:
        if not view.has(target):
            return "that site is not a member"
        if target in self.desk.convicted:
            return "that site told two orders; it gets no stick any more"
        if not self.desk.present(target, now):
            return "that site is unreachable"
        heard = self.desk.heard.get(target)
        leaves = self.desk.leaving if target == self.desk.own else heard and heard.beat.leaving
        return "that site is leaving" if leaves else None

    def _against_moment(self, target: Key, now: Micros) -> str | None:
        home = self.desk.home
        if home is None or self.desk.disk.hand_over is not None:
            return "the stick is on its way already; try again"
        granted = self._granted
        if (
            granted is not None
            and granted[0] == home[0] + 1
            and granted[1] != target
            and now - granted[2] < limits.PERMIT_REPEAT_MICROS
        ):
            return "the stick was promised to somebody else a moment ago; try again"
        return None
