"""Placement at the home: what it is told, and the wishes that come of it (ORDER.md section 4).

Stands between `placement`, which is pure, and the order: keeps one `Placement` while this site is
the home, across views too, and asks the leader for permits. Never moves the token.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.core import limits
from app.core.errors import RemoteError
from app.core.ids import KEY_BYTES, Key, SiteId, site_of
from app.core.instant import Micros, after
from app.dispatcher.desk import Desk
from app.dispatcher.entries import Placed
from app.dispatcher.messages import Wish
from app.dispatcher.placement import (
    Decision,
    Kind,
    Measures,
    Placement,
    Reason,
    Stroke,
    parse_policy,
)
from app.dispatcher.views import View

TalkOf = Callable[[str, bytes], Stroke | None]
"""(kind, body) -> None if it is no talk, else which part of a stroke it is."""


class Advice:
    """The home's `Placement`, and its wish under way."""

    def __init__(self, desk: Desk, talk_of: TalkOf, now: Micros) -> None:
        self.desk = desk
        self.talk_of = talk_of
        self.placement: Placement | None = None
        self.policy = "adaptive"
        self.pin: SiteId | None = None
        self.measures = Measures()
        self.reason = ""
        self.gain_ms = 0.0
        self.own_wishes: list[Wish] = []
        self._wished_at: Micros | None = None
        self._wish: Decision | None = None
        self._not_before = now
        view = desk.disk.view
        if desk.disk.hold is not None and view is not None:
            self.stay(view, now)

    # --- being the home, or not -------------------------------------------------------------------

    def stay(self, view: View, now: Micros) -> None:
        """A view named this site the home: accounts go on, or begin empty if it was not before."""
        self._forget_wish()
        if self.placement is None:
            self.placement = self._empty(view, now)
            self.placement.recovered(now)
        else:
            members = [site_of(key) for key in view.keys]
            self.placement.set_members(members, site_of(self.desk.own), now)
            self.placement.moving(under_way=False)

    def arrive(self, saved: bytes, source: Key, view: View, now: Micros) -> None:
        """The token was handed to this site, with the last home's accounts."""
        self._forget_wish()
        placement = self._empty(view, now)
        if saved:
            try:
                placement.restore(saved, now)
            except RemoteError as error:
                # The token moves all the same; only the accounts begin empty.
                self.desk.note(now, "move", f"placement starts afresh: {error}")
        placement.arrived(now, site_of(source))
        self.placement = placement

    def go(self) -> None:
        """Another site is the home."""
        self._forget_wish()
        self.placement = None

    def _empty(self, view: View, now: Micros) -> Placement:
        members = [site_of(key) for key in view.keys]
        placement = Placement(parse_policy(self.policy), members, site_of(self.desk.own), now)
        placement.measures(self.measures)
        if self.pin is not None:
            placement.pin(self.pin)
        return placement

    # --- what it is told --------------------------------------------------------------------------

    def set_policy(self, text: str) -> None:
        """The session's policy changed."""
        self.policy = text
        if self.placement is not None:
            self.placement.set_policy(parse_policy(text))

    def set_pin(self, site: SiteId | None) -> None:
        """The session holds the token at a site, or lets it go; going there is a person's wish."""
        if site != self.pin:
            self.pin = site
            if self.placement is not None:
                self.placement.pin(site)

    def set_measures(self, measures: Measures) -> None:
        """What the members measured of each other."""
        self.measures = measures
        if self.placement is not None:
            self.placement.measures(measures)

    def set_backlog(self, age_micros: int) -> None:
        """How old the oldest copy is that this site could not send yet; 0 when none waits."""
        if self.placement is not None:
            self.placement.backlog(age_micros)

    def weigh(self, fresh: Sequence[Placed], now: Micros) -> None:
        """These entries got their indexes here."""
        placement = self.placement
        if placement is None or not fresh:
            return
        placement.moving(self._wished_at is not None)
        for item in fresh:
            stroke = self.talk_of(item.entry.kind, item.entry.body)
            if stroke is None:
                continue
            decision = placement.on_ordered(now, item.entry.site, stroke)
            if decision.kind is Kind.MOVE:
                self._ask(decision, now)

    # --- wishes -----------------------------------------------------------------------------------

    def leave_home(self, now: Micros) -> None:
        """This site is about to go: hand the token to whoever waits least (S4)."""
        placement = self.placement
        others = self.desk.others()
        if placement is None or not others or self._wished_at is not None:
            return
        if now < self._not_before:
            return
        self._not_before = after(now, limits.PERMIT_REPEAT_MICROS)
        gone = [key for key in others if not self.desk.present(key, now)]
        placement.leaving([site_of(self.desk.own), *[site_of(key) for key in gone]])
        decision = placement.on_home_leaving(now)
        if decision.kind is Kind.MOVE:
            self._ask(decision, now)

    def _ask(self, decision: Decision, now: Micros) -> None:
        """Ask the leader for a permit; this site's own leader takes it when the turn ends."""
        view = self.desk.disk.view
        target = self.member(decision.target)
        if view is None or target is None or self._wished_at is not None:
            return
        self._wished_at = now
        self._wish = decision
        if self.placement is not None:
            self.placement.moving(under_way=True)
        wish = Wish(view.id, target, by_person=False, token=0)
        if view.session_leader == self.desk.own:
            self.own_wishes.append(wish)
        else:
            self.desk.send(view.session_leader, wish)

    def member(self, site: SiteId | None) -> Key | None:
        """The key of a member of the present view."""
        view = self.desk.disk.view
        if view is None or site is None:
            return None
        return next((key for key in view.keys if site_of(key) == site), None)

    def refused(self, now: Micros) -> None:
        """The wish came to nothing."""
        if self._wished_at is not None:
            self._forget_wish()
            if self.placement is not None:
                self.placement.permit_refused(now)

    @property
    def wished(self) -> SiteId | None:
        """Where placement's wish under way would bring the token."""
        return None if self._wish is None else self._wish.target

    def explain(self, target: Key, asker: bytes) -> None:
        """The token goes to `target`: by this site's own wish, or at the command of `asker`."""
        wish = self._wish
        if wish is not None and self.member(wish.target) == target:
            self.reason, self.gain_ms = wish.reason.name, wish.wait_ms
        else:
            by = f" {site_of(Key(asker))}" if len(asker) == KEY_BYTES else ""
            self.reason, self.gain_ms = Reason.COMMAND.name + by, 0.0

    def _forget_wish(self) -> None:
        self._wished_at = None
        self._wish = None

    # --- time -------------------------------------------------------------------------------------

    def tick(self, now: Micros) -> None:
        """Give up waiting for a permit; ask for one if this home is to leave."""
        if self._wished_at is not None and now - self._wished_at >= limits.PERMIT_PATIENCE_MICROS:
            self.refused(now)
        if self.desk.disk.hold is None:
            return
        if self.desk.leaving:
            self.leave_home(now)
        elif self._pinned_elsewhere is not None:
            self._go_to_pin(self._pinned_elsewhere, now)

    @property
    def _pinned_elsewhere(self) -> Key | None:
        """The other member at which the session wants the token."""
        key = self.member(self.pin)
        return None if key == self.desk.own or self.placement is None else key

    def _go_to_pin(self, target: Key, now: Micros) -> None:
        """Ask for a permit to where the session wants the token, now and then."""
        if self._wished_at is not None or now < self._not_before:
            return
        self._not_before = after(now, limits.PERMIT_REPEAT_MICROS)
        if self.desk.present(target, now):
            self._ask(Decision(Kind.MOVE, self.pin, Reason.COMMAND), now)

    def deadline(self) -> Micros | None:
        """When `tick` has something to do."""
        if self._wished_at is not None:
            return after(self._wished_at, limits.PERMIT_PATIENCE_MICROS)
        if self.desk.disk.hold is None:
            return None
        leaves = self.desk.leaving and self.placement is not None and bool(self.desk.others())
        return self._not_before if leaves or self._pinned_elsewhere is not None else None
