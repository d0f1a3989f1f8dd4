"""The node's side of a window: what happened in a turn, as the window shows it.

Fed by the session with entries, marks, moves and hints; asked once at the end of a turn. It only
looks: whatever it is told stays true without it, and a site without a window has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.core import limits
from app.core.ids import EntryId, Key, SiteId, site_of
from app.core.instant import Micros, after
from app.dispatcher.desk import Desk, Heard
from app.dispatcher.entries import Entry, Placed
from app.dispatcher.order import Order
from app.dispatcher.placement import Measures
from app.dispatcher.views import View
from app.node.api import (
    DispatcherMoved,
    EntryPending,
    Event,
    MoveShown,
    PeopleChanged,
    PersonShown,
    PersonState,
    StickPanel,
    TroubleSeen,
)
from app.node.meaning import Meaning
from app.node.window.ahead import LINE, Ahead
from app.node.window.boards import Boards
from app.node.window.finding import Finding
from app.node.window.lines import Lines
from app.node.window.looks import Looks
from app.node.window.pages import Pages
from app.node.window.people import Known, people_shown, sites_of
from app.node.window.presence import Presence
from app.node.window.stick import Stick
from app.node.wiring import Wiring
from app.rooms.events import ChatOrdered, ProfileChanged, ProfileGone, Refused, RoomEvent
from app.rooms.rooms import TALK


class Window:
    """Rows, objects, people, hints and figures for one window."""

    def __init__(self, desk: Desk, meaning: Meaning, wiring: Wiring, now: Micros) -> None:
        self._desk = desk
        self._disk = desk.disk
        self._own = desk.own
        self._meaning = meaning
        self._wiring = wiring
        self._ahead = Ahead(self._own, self._disk.queue)
        self.lines = Lines(self._own, meaning, self._ahead)
        self.lines.settled = self._disk.settled
        begins = self._disk.log.begins
        self.lines.floor = max(begins, self._disk.saved_length - limits.CHAT_LINES_AT_START_MAX)
        self.pages = Pages(self.lines)
        self.finding = Finding(self.lines)
        self.boards = Boards(self._own, meaning, self._ahead)
        self.presence = Presence()
        self.stick = Stick()
        self.looks = Looks()
        self._pending: dict[EntryId, str] = {}
        self._trouble: list[Event] = []
        self._opened = False
        self._people: tuple[PersonShown, ...] = ()
        self._people_at = now
        self._people_dirty = False
        self._gone: dict[Key, PersonState] = {}
        self._locations: dict[Key, int] = {}
        """Of everybody who was a member: who is gone stays in its place."""

    # --- what happens -----------------------------------------------------------------------------

    def history(self, placed: Placed) -> None:
        """An entry of the log on disk, applied at start."""
        self.stick.numbering.take(placed.entry.id)
        if placed.entry.kind == LINE and placed.index > self.lines.floor:
            self.lines.ordered(placed, self._said().get(placed.index))
        self._take_told()

    def issued(self, entry: Entry) -> None:
        """An own entry waits."""
        self._pending[entry.id] = entry.kind
        self._ahead.issued(entry)
        if entry.kind == LINE:
            self.lines.waiting(entry.id)

    def _note_times(self, now: Micros) -> None:
        """What was issued in this turn was issued now."""
        for entry_id, kind in self._pending.items():
            if kind in TALK and self._ahead.waits(entry_id):
                self.stick.issued(entry_id, now)

    def stored(self, placed: tuple[Placed, ...], now: Micros, wall_ms: int) -> None:
        """Entries got their place and took effect."""
        self._note_times(now)
        refused: dict[int, Entry] = {}
        said = self._said()
        for item in placed:
            entry = item.entry
            self.stick.counted(entry.id)
            if entry.author == self._own:
                self._ahead.ordered(entry)
                refused[item.index] = entry
            elif entry.kind != LINE:
                self._ahead.changed_below()
            if entry.kind == LINE:
                self.lines.ordered(item, said.get(item.index))
            if entry.kind in TALK:
                self.stick.ordered(entry.id, entry.site, now, wall_ms)
        for event in self._meaning.told:
            if isinstance(event, Refused):
                entry_refused = refused.get(event.index)
                if entry_refused is not None and entry_refused.kind != LINE:
                    self._trouble.append(TroubleSeen("refused", f"not added: {event.why}"))
        self._take_told()

    def taken_back(self, index: int) -> None:
        """A view cut the log; the rooms are back already."""
        self._ahead.reset(self._disk.queue)
        self.stick.numbering.reset()
        self.lines.take_back(index)
        self.pages.take_back(index)
        self.finding.take_back(index)
        self._take_told()

    def rooms_changed(self) -> None:
        """The rooms mean something else of the same log."""
        self._ahead.reset(self._disk.queue)
        self._take_told()

    def replaced(self, index: int) -> None:
        """The rooms come from a snapshot; lines up to it are read from the disk, as they come."""
        self._ahead.reset(self._disk.queue)
        self.stick.numbering.reset()
        self.lines.forget_up_to(index)
        self._take_told()

    def settled(self, index: int) -> None:
        """The mark rose."""
        self.lines.settle(index)

    def moved(self, move: DispatcherMoved, now: Micros, wall_ms: int) -> None:
        """The stick is elsewhere."""
        shown = MoveShown(
            wall_ms,
            move.source,
            move.target,
            move.epoch,
            move.reason,
            move.gain_ms,
            0.0,
            by=move.by,
        )
        self.stick.moved(shown, self._meaning.policy, now)
        self._people_dirty = True

    def measured(self, measures: Measures, now: Micros, wall_ms: int) -> None:
        """The members measured each other again."""
        home = self._desk.home
        self.stick.measured(
            measures,
            sites_of(self._desk),
            site_of(home[1]) if home is not None else None,
            now,
            wall_ms,
        )

    def installed(self, view: View, before: tuple[Key, ...], heard: Mapping[Key, Heard]) -> None:
        """The members are others; of those who are gone, who said so has left."""
        for key in before:
            if not view.has(key):
                said = heard.get(key)
                left = said is not None and said.beat.leaving
                self._gone[key] = "left" if left else "unreachable"
        for member in view.members:
            self._gone.pop(member.key, None)
            self._locations[member.key] = member.location
        while len(self._locations) > limits.AUTHORS_MAX:
            del self._locations[next(iter(self._locations))]
        while len(self._gone) > limits.AUTHORS_MAX:
            del self._gone[next(iter(self._gone))]
        self.presence.forget_all_but(view.keys)
        self._people_dirty = True

    def resumed(self, prim: View, view: View) -> None:
        """The site begins again in a branch: the other members of the primary view are away."""
        for member in prim.members:
            self._locations[member.key] = member.location
            if not view.has(member.key):
                self._gone[member.key] = "unreachable"
        self._people_dirty = True

    def people_changed(self) -> None:
        """Somebody came, went, is heard again or is not."""
        self._people_dirty = True

    def _said(self) -> dict[int, ChatOrdered]:
        """The lines among what the rooms told, by their index."""
        return {each.index: each for each in self._meaning.told if isinstance(each, ChatOrdered)}

    def _take_told(self) -> None:
        told, self._meaning.told = self._meaning.told, []
        for event in told:
            if isinstance(event, ChatOrdered):
                continue
            self.lines.take(event)
            self._take_profile(event)
            if self._opened:
                self.boards.take(event)

    def _take_profile(self, event: RoomEvent) -> None:
        if isinstance(event, (ProfileChanged, ProfileGone)):
            self._people_dirty = True
            self.lines.renamed(event.author)

    # --- turns ------------------------------------------------------------------------------------

    def finish(self, present: Mapping[Key, bool], now: Micros) -> list[Event]:
        """What the window is told of this turn; the first time also what there is already."""
        rooms = self._meaning.rooms
        if rooms is None:
            return []
        self._note_times(now)
        self._ahead.over(rooms)
        told, self._ahead.told = self._ahead.told, []
        for event in told:
            # What would be refused just now still waits for those before it.
            if not isinstance(event, Refused):
                self.lines.take(event)
                self.boards.take(event)
        events: list[Event] = [
            EntryPending(entry_id, kind)
            for entry_id, kind in self._pending.items()
            if self._ahead.waits(entry_id)
        ]
        self._pending.clear()
        if not self._opened:
            self._opened = True
            self.lines.forget_changes()
            events += self.boards.everything()
        events += self.lines.finish()
        events += self.boards.finish()
        events += self._show_people(present, now)
        trouble, self._trouble = self._trouble, []
        return events + trouble

    def _show_people(self, present: Mapping[Key, bool], now: Micros) -> list[Event]:
        if not self._people_dirty and now < self._people_at:
            return []
        self._people_dirty = False
        self._people_at = after(now, limits.PEOPLE_EVERY_MICROS)
        shares = self.stick.talk_shares(sites_of(self._desk), now)
        states: dict[Key, PersonState] = {
            **self._gone,
            **{key: "present" if here else "unreachable" for key, here in present.items()},
        }
        people = people_shown(
            self._desk, self._meaning, self._wiring, Known(states, shares, self._locations)
        )
        if people == self._people:
            return []
        self._people = people
        return [PeopleChanged(people)]

    def panel(self, order: Order, now: Micros) -> StickPanel:
        """The stick panel's figures."""
        panel = self.stick.panel(order, self._meaning, now, self._leaving)
        lengths = {
            site_of(key): heard.beat.length
            for key, heard in self._desk.heard.items()
            if heard.beat.cur == self._disk.cur
        }
        lengths[site_of(self._own)] = self._disk.log.length
        disks = [(site, lengths.get(site, 0)) for site in sites_of(self._desk)]
        return replace(panel, disks=tuple(disks), looks=self.looks.shown())

    def _leaving(self, site: SiteId) -> bool:
        return any(
            heard.beat.leaving for key, heard in self._desk.heard.items() if site_of(key) == site
        )
