"""The session in one glance: name, how far the order is, who is apart, how the stick moved.

Plain values and two signals; what they look like is the bars' matter.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QObject, Signal

from app.core.ids import EntryId, SiteId
from app.core.instant import MILLI, Micros
from app.node.api import (
    DispatcherMoved,
    EntriesOrdered,
    EntriesSettled,
    EntryPending,
    LogReverted,
    PersonShown,
    SessionReady,
    Status,
    TroubleSeen,
)
from app.ui import figures
from app.ui.models.names import with_names
from app.ui.models.stick_words import move_sentence
from app.ui.models.talk import TALK
from app.ui.moments import Clock, time_of_day
from app.ui.strings import People, Session, Stick

WAITS_KEPT = 21
"""Own waits of which the middle one is shown: odd, and recent."""
PENDING_MAX = 1_000
"""Own entries whose wait is measured at a time."""


class Gravity(Enum):
    """What a banner is about; the value is its order: the first that applies is shown."""

    APART = 1
    HOLDER_GONE = 2
    TROUBLE = 3
    THEY_APART = 4


@dataclass(frozen=True, slots=True)
class Notice:
    """What the banner says: a sentence and, for the grave ones, a second line."""

    gravity: Gravity
    text: str
    note: str = ""


class SessionStatus(QObject):
    """`changed` after any change; `moved` with the sentence when the stick moved."""

    changed = Signal()
    moved = Signal(str)

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self.clear()

    def clear(self) -> None:
        """Another session, or none."""
        self.title = ""
        self.invite = ""
        self.own: SiteId | None = None
        self.ordered = 0
        self.settled = 0
        self.people: tuple[PersonShown, ...] = ()
        self._waits: deque[Micros] = deque(maxlen=WAITS_KEPT)
        self._pending: dict[EntryId, Micros] = {}
        self._apart_since_ms: int | None = None
        self._holder: SiteId | None = None
        self._holder_since: Micros | None = None
        self._trouble = ""
        self._disk = ""

    # --- what the node tells ----------------------------------------------------------------------

    def begin(self, ready: SessionReady) -> None:
        """The session is open."""
        self.clear()
        self.title, self.invite, self.own = ready.title, ready.invite, ready.site
        self.changed.emit()

    def learn(self, status: Status) -> None:
        """A snapshot: how far the log was when it was opened."""
        self.ordered = max(self.ordered, status.head_index)
        self.settled = max(self.settled, status.settled)
        self.title = status.title or self.title
        self.changed.emit()

    def order_changed(self, event: EntriesOrdered | EntriesSettled | LogReverted) -> None:
        """The log grew, settled or was cut."""
        match event:
            case EntriesOrdered(entries) if entries:
                now = self._clock.now()
                self.ordered = entries[-1].placed.index
                for shown in entries:
                    entry = shown.placed.entry
                    # What never was pending was ordered in the turn that said it.
                    since = self._pending.pop(entry.id, now)
                    if entry.id.site == self.own and entry.kind in TALK:
                        self._waits.append(Micros(now - since))
            case EntriesSettled(index):
                self.settled = index
            case LogReverted(first):
                self.ordered = min(self.ordered, first - 1)
            case _:
                return
        self.changed.emit()

    def pending(self, event: EntryPending) -> None:
        """An own entry waits from now on."""
        if len(self._pending) < PENDING_MAX:
            self._pending[event.id] = self._clock.now()

    def set_people(self, people: tuple[PersonShown, ...]) -> None:
        """Everybody, on any change."""
        self.people = with_names(people)
        if not self._unreachable():
            self._apart_since_ms = None
        elif self._apart_since_ms is None:
            self._apart_since_ms = self._clock.wall_ms()
        holder = next((each for each in people if each.holds_stick), None)
        if (holder.site if holder is not None else None) != self._holder:
            self._holder = holder.site if holder is not None else None
            self._holder_since = self._clock.now()
        self.changed.emit()

    def stick_moved(self, event: DispatcherMoved) -> None:
        """The stick is elsewhere."""
        self._holder, self._holder_since = event.target, self._clock.now()
        self.moved.emit(move_sentence(event, self._name_of, self.own))
        self.changed.emit()

    def trouble(self, event: TroubleSeen) -> None:
        """Something people should know; the disk says by itself when it works again."""
        if event.code in {"disk", "disk-works"}:
            self._disk = event.text if event.code == "disk" else ""
        else:
            self._trouble = event.text
        self.changed.emit()

    # --- what the bars read -----------------------------------------------------------------------

    @property
    def holder(self) -> PersonShown | None:
        """Who has the stick, as far as this site knows."""
        return next((each for each in self.people if each.holds_stick), None)

    @property
    def holds_stick(self) -> bool:
        """Whether the stick is here, by the newest that was told."""
        return self._holder is not None and self._holder == self.own

    @property
    def saves(self) -> bool:
        """Whether the disk takes what is said and drawn."""
        return not self._disk

    def own_wait(self) -> Micros | None:
        """The middle of the last own waits, None before the first."""
        return sorted(self._waits)[len(self._waits) // 2] if self._waits else None

    def own_wait_text(self) -> str:
        """The middle of the last own waits in words; empty before the first."""
        wait = self.own_wait()
        if wait is None:
            return ""
        if wait < MILLI:
            return Session.OWN_LINES_AT_ONCE()
        return Session.OWN_LINES(time=figures.micros(wait))

    def held_seconds(self) -> int:
        """How long the present holder has had the stick, as seen here."""
        since = self._holder_since
        return 0 if since is None else max(0, (self._clock.now() - since) // 1_000_000)

    def here_and_all(self) -> tuple[int, int]:
        """Computers that can be reached (this one too) and all that belong to the session."""
        members = [each for each in self.people if each.state != "left"]
        gone = len(self._unreachable())
        return max(len(members) - gone, 1), max(len(members), 1)

    @property
    def can_settle(self) -> bool:
        """Whether a quorum is here: more than half, or half with the most senior (ORDER.md)."""
        here, everybody = self.here_and_all()
        members = [each for each in self.people if each.state != "left"]
        first_is_here = not members or members[0] not in self._unreachable()
        return here * 2 > everybody or (here * 2 == everybody and first_is_here)

    def together_text(self) -> str:
        """The first field of the status bar."""
        here, everybody = self.here_and_all()
        if everybody == 1:
            return Session.ALONE()
        sentence = Session.TOGETHER if here == everybody else Session.APART
        return sentence(count=here, all=everybody)

    def stick_text(self) -> str:
        """What the pill says while nothing moves."""
        holder = self.holder
        if holder is None or not (holder.is_self or holder.state == "present"):
            return Stick.NOBODY() if self.people else ""
        apart = not self.can_settle
        if holder.is_self:
            return Stick.APART() if apart else Stick.YOU_HOLD()
        if apart:
            return Stick.APART_ELSEWHERE(name=holder.name)
        return Stick.HOLDS(name=holder.name)

    def notice(self) -> Notice | None:
        """What the banner says, None for no banner."""
        if self._disk:
            return Notice(Gravity.TROUBLE, self._disk, Session.DISK_NOTE())
        if self._trouble:
            return Notice(Gravity.TROUBLE, self._trouble)
        gone = self._unreachable()
        if not gone:
            return None
        names = figures.names([each.name for each in gone])
        since = time_of_day(self._apart_since_ms or self._clock.wall_ms())
        if not self.can_settle:
            text = Session.APART_WE(names=names, time=since)
            return Notice(Gravity.APART, text, Session.APART_WE_NOTE())
        holder = self.holder
        if holder is None or holder in gone:
            stopped = holder.name if holder is not None else names
            return Notice(Gravity.HOLDER_GONE, Session.HOLDER_GONE(name=stopped))
        return Notice(Gravity.THEY_APART, Session.APART_THEY(len(gone), names=names, time=since))

    # --- inside -----------------------------------------------------------------------------------

    def _unreachable(self) -> list[PersonShown]:
        return [each for each in self.people if each.state == "unreachable" and not each.is_self]

    def _name_of(self, site: SiteId) -> str:
        return next((each.name for each in self.people if each.site == site), People.NEW())
