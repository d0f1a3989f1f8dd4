"""What the order says has happened, carried to where it matters: rooms, peers, window, people.

A table, one line for each output of the order, in the sequence in which they came. Never decides
anything about the order, and tells nobody anything that the order did not say.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from app.core import limits
from app.core.ids import Key, SiteId, is_site_id, site_of
from app.core.instant import MILLI, Micros, after
from app.dispatcher.desk import (
    Convicted,
    Diverged,
    Installed,
    MoveAsked,
    OrderOutput,
    ReadRows,
    Repaired,
    Replaced,
    Settled,
    Stored,
    TakenBack,
    TokenMoved,
    Transmit,
    WishRefused,
)
from app.dispatcher.entries import Placed
from app.dispatcher.epochs import epoch_of
from app.dispatcher.placement import Reason
from app.dispatcher.views import View
from app.node.api import (
    APART,
    TOGETHER,
    CameTogether,
    DispatcherMoved,
    EntriesOrdered,
    EntriesSettled,
    EntryShown,
    Event,
    LogReverted,
    MemberChanged,
    TroubleSeen,
    WorkedApart,
)

if TYPE_CHECKING:
    from app.node.session import Session


class Outcomes:
    """Where the order's outputs go; `moves` counts how often the token moved."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._nameless: dict[Key, Micros] = {}
        self._apart: dict[Key, Micros] = {}
        self._in_branch = False
        self.moves = 0

    def take(  # noqa: C901, PLR0912 - a table: one line for each output
        self, output: OrderOutput, now: Micros
    ) -> None:
        """Carry out one output of the order."""
        session = self._session
        match output:
            case Transmit(to, frame):
                session.wiring.send(to, frame)
            case Stored(placed):
                self._stored(placed, now)
            case TakenBack(index):
                self._taken_back(index, now)
            case Replaced(image):
                session.snapshots.replaced(image, now)
            case Diverged(index):
                session.heartbeats.diverged_from_all(index)
            case Repaired(image, placed):
                session.snapshots.repaired(image, placed, now)
            case Settled(index):
                self._settled(index, now)
            case Installed(view, before):
                self._installed(view, before, now)
            case TokenMoved():
                self._moved(output, now)
            case WishRefused():
                self._refused(output, now)
            case MoveAsked(sender, wish):
                session.vetting.asked(sender, wish, now)
            case Convicted(key):
                self._convicted(key)
            case ReadRows(token, request):
                session.reading.load(request, "order", token)
            case _:
                assert_never(output)

    def _convicted(self, key: Key) -> None:
        session = self._session
        name = session.meaning.name_of(key)
        text = (
            f"{name}'s computer told two different orders. Nothing is lost; that computer is left "
            "out of the session from now on"
        )
        session.here.trace.mark("convicted")
        session.events.append(TroubleSeen("convicted", text))

    def _refused(self, output: WishRefused, now: Micros) -> None:
        """A move was not granted: whoever wished it hears why, and the stick panel shows it."""
        session = self._session
        target = output.target
        if output.token:
            move = session.wishes.moves.get(output.token)
            event = session.wishes.refused(output.token, output.reason, now)
            if event is None or move is None:
                return
            target = site_of(move.target)
            session.events.append(event)
        if session.window is not None and target is not None:
            session.window.looks.refused(target, output.reason, session.here.wall_ms(now))

    def _taken_back(self, index: int, now: Micros) -> None:
        session = self._session
        session.shares.read()
        session.meaning.revert_to(index)
        session.order.compaction.taken_back(index)
        session.shares.taken_back(index, now)
        session.hearing.taken_back(index)
        session.order.state = session.meaning.state
        session.events.append(LogReverted(index + 1, str(session.order.epoch)))
        if session.window is not None:
            session.window.taken_back(index)

    def _settled(self, index: int, now: Micros) -> None:
        session = self._session
        session.meaning.settle(index)
        session.hearing.settled(index, now)
        session.events.append(EntriesSettled(index))
        if session.window is not None:
            session.window.settled(index)

    def _apply(self, placed: Placed) -> EntryShown:
        session = self._session
        shown = session.meaning.apply(placed)
        if session.meaning.took_effect:
            session.hearing.stored(placed)
        session.snapshots.applied(placed.index)
        return shown

    def _stored(self, placed: tuple[Placed, ...], now: Micros) -> None:
        session = self._session
        policy, pin = session.meaning.policy, session.meaning.pin
        shown = tuple([self._apply(item) for item in placed])
        session.order.state = session.meaning.state
        if session.meaning.streams_changed:
            session.read_streams(now)
        if session.meaning.policy != policy:
            session.order.set_policy(session.meaning.policy)
        if session.meaning.pin != pin:
            session.order.set_pin(session.meaning.pin)
        session.events.append(EntriesOrdered(shown))
        self.greet(now)
        if session.window is not None:
            session.window.stored(placed, now, session.here.wall_ms(now))
            placement = session.order.advice.placement
            if placement is not None and placement.newest is not None:
                session.window.looks.weighed(placement.newest, session.here.wall_ms(now))
        if session.wishes.awaits_entries:
            for item in placed:
                session.asking.was_ordered(item.entry.id)

    def _installed(self, view: View, before: View | None, now: Micros) -> None:
        session = self._session
        session.vetting.void(now)
        if not view.branch:
            self._primary(view, now)
        session.wiring.keep((*session.desk.around(), *session.order.recovery.candidates))
        old = before.keys if before is not None else ()
        self._members_changed(view, old, now)
        self._apart_changed(view, old, now)
        session.pulse.forget_all_but((session.own, *session.wiring.peers()))
        if session.window is not None:
            session.window.installed(view, old, session.desk.heard)
        session.order.set_measures(session.pulse.matrix(view, now))
        if not session.ready and session.member:
            session.introduce(now)

    def _primary(self, view: View, now: Micros) -> None:
        """A view that lasts: invites were used for it, and streams follow it."""
        session = self._session
        session.people.learn_views()
        if session.leads:
            session.asking.tell_who_came(now)
        session.mailboxes.installed(view)
        session.shares.installed(view, now)

    def _members_changed(self, view: View, old: tuple[Key, ...], now: Micros) -> None:
        session = self._session
        for key in view.keys:
            if key not in old:
                session.heartbeats.seen[key] = True
                if not view.branch:
                    session.order.recovery.candidates.pop(key, None)
                if key in session.heartbeats.away:
                    del session.heartbeats.away[key]
                    name = session.meaning.name_of(key)
                    session.events.append(MemberChanged(site_of(key), name, "present"))
                else:
                    self._nameless[key] = after(now, limits.NAMELESS_MICROS)
        for key in old:
            if key not in view.keys:
                self._nameless.pop(key, None)
                heard = session.desk.heard.get(key)
                left = heard is not None and heard.beat.leaving
                present = session.heartbeats.seen.pop(key, None)
                name = session.meaning.name_of(key)
                if left:
                    session.events.append(MemberChanged(site_of(key), name, "left"))
                    continue
                session.heartbeats.away[key] = None
                if present:
                    session.events.append(MemberChanged(site_of(key), name, "unreachable"))

    def _apart_changed(self, view: View, old: tuple[Key, ...], now: Micros) -> None:
        """Tell who works apart since now, and who is back."""
        session = self._session
        away = session.heartbeats.away
        gone = [key for key in old if key in away and key not in self._apart]
        back = [key for key in view.keys if key in self._apart]
        if gone:
            self._apart.update(dict.fromkeys(gone, now))
            sites = tuple([site_of(key) for key in gone])
            session.events.append(WorkedApart(sites, settles=not view.branch))
        if back:
            since = min([self._apart.pop(key) for key in back])
            session.events.append(
                CameTogether(
                    tuple([site_of(key) for key in back]),
                    (now - since) // MILLI,
                    view.base_index + 1,
                    len(session.disk.queue),
                    settles=not view.branch,
                )
            )

    def resumed(self, now: Micros) -> list[Event]:
        """A site that begins again in a branch is still without the others of the primary view."""
        session = self._session
        view, prim = session.disk.present, session.disk.prim
        if view is None or prim is None or not view.branch:
            return []
        self._in_branch = True
        gone = [key for key in prim.keys if not view.has(key)]
        session.heartbeats.away.update(dict.fromkeys(gone))
        self._apart.update(dict.fromkeys(gone, now))
        if session.window is not None:
            session.window.resumed(prim, view)
        return [WorkedApart(tuple([site_of(key) for key in gone]), settles=False)] if gone else []

    def greet(self, now: Micros) -> None:
        """Tell that somebody joined, once the name is known or does not come."""
        session = self._session
        for key, until in list(self._nameless.items()):
            name = session.meaning.name_of(key)
            if name != site_of(key) or now >= until:
                del self._nameless[key]
                session.events.append(MemberChanged(site_of(key), name, "joined"))

    def _reason(self, reason: str) -> str:
        """Why the token moved: a view gives it to somebody when members go, and when they are back."""
        was_branch, self._in_branch = self._in_branch, bool(self._session.disk.cur.branch)
        if reason != Reason.RECOVERY.name:
            return reason
        if self._in_branch:
            return APART
        return TOGETHER if was_branch else reason

    def _moved(self, output: TokenMoved, now: Micros) -> None:
        session = self._session
        output = replace(output, reason=self._reason(output.reason))
        epoch = str(epoch_of(session.disk.cur, output.k))
        self.moves += 1
        reason, _, said = output.reason.partition(" ")
        moved = DispatcherMoved(
            site_of(output.source),
            site_of(output.target),
            epoch,
            reason,
            output.gain_ms,
            SiteId(said) if is_site_id(said) else None,
        )
        if session.window is not None:
            session.window.moved(moved, now, session.here.wall_ms(now))
        session.events.append(moved)
        session.events += session.wishes.at_home(output.target, epoch, now)
