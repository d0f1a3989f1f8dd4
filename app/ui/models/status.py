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
    CameTogether,
    CatchingUp,
    DispatcherMoved,
    EntriesOrdered,
    EntriesSettled,
    EntryPending,
    EntryShown,
    LogReverted,
    PersonShown,
    SessionReady,
    SnapshotTaken,
    Status,
    TroubleSeen,
    WorkedApart,
)
from app.ui import figures
from app.ui.models.names import with_names
from app.ui.models.partings import Meeting, Partings
from app.ui.models.stick_words import move_sentence
from app.ui.models.talk import TALK
from app.ui.moments import Clock, time_of_day
from app.ui.strings import Apart, Figures, People, Session, Stick

WAITS_KEPT = 21
"""Own waits of which the middle one is shown: odd, and recent."""
PENDING_MAX = 1_000
"""Own entries whose wait is measured at a time."""
SOON_MICROS = 400 * MILLI
"""What takes no longer is not told."""
NAMES_SAID = 4
"""Of more who are apart the rest is counted: the list of people shows them all."""


class Gravity(Enum):
    """What a banner is about; the value is its order: the first that applies is shown."""

    APART = 1
    HOLDER_GONE = 2
    TROUBLE = 3
    THEY_APART = 4
    FETCHING = 5


@dataclass(frozen=True, slots=True)
class Notice:
    """What the banner says: a sentence and, for the grave ones, a second line."""

    gravity: Gravity
    text: str
    note: str = ""
    since: str = ""
    """Behind the text, less loud; changes with the time."""
    share: float | None = None
    """How much of something is done, 0 to 1."""


class SessionStatus(QObject):
    """`changed` after any change; `moved` with the sentence when the stick moved.

    `met` carries a `Meeting` when somebody is back, and again while more of theirs is ordered;
    `joined` the ids of those entries.
    """

    changed = Signal()
    moved = Signal(str)
    met = Signal(object)
    joined = Signal(object)

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
        self._partings = Partings()
        self.lab = ""
        self.fetched: tuple[int, int] | None = None
        """Pieces of what was missed that are here, and all."""
        self._fetching_since: Micros | None = None
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

    def fetching(self, event: CatchingUp) -> None:
        """What was missed comes in pieces."""
        whole = event.pieces >= event.of
        self.fetched = None if whole else (event.pieces, event.of)
        if whole:
            self._fetching_since = None
        elif self._fetching_since is None:
            self._fetching_since = self._clock.now()
        self.changed.emit()

    def order_changed(
        self, event: EntriesOrdered | EntriesSettled | LogReverted | SnapshotTaken
    ) -> None:
        """The log grew, settled or was cut."""
        match event:
            case EntriesOrdered(entries) if entries:
                self._note_joined(entries)
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
            case SnapshotTaken(index):
                self.ordered = max(self.ordered, index)
                self.fetched = self._fetching_since = None
            case LogReverted(first):
                self.ordered = min(self.ordered, first - 1)
            case _:
                return
        self.changed.emit()

    def _note_joined(self, entries: tuple[EntryShown, ...]) -> None:
        found = self._partings.ordered(entries)
        if found:
            self.joined.emit(found)
            if self._partings.meeting is not None:
                self.met.emit(self._partings.meeting)

    def apart_changed(self, event: WorkedApart | CameTogether) -> None:
        """Some work apart from here on, or are back."""
        now = self._clock.wall_ms()
        match event:
            case WorkedApart():
                self._partings.worked_apart(event, now)
            case CameTogether():
                meeting: Meeting = self._partings.came_together(event, now)
                self.met.emit(meeting)
        self.changed.emit()

    def set_lab(self, warning: str) -> None:
        """What the network lab does, empty while it does nothing."""
        if warning != self.lab:
            self.lab = warning
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
        self.moved.emit(move_sentence(event, self.name_of, self.own))
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
        """The middle of the last own waits in words, or what is kept until all meet again."""
        if self.people and not self.can_settle:
            unsettled = self.unsettled()
            return Apart.LINES_KEPT(count=unsettled) if unsettled else Apart.LINES_KEPT_NONE()
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
        """Whether a quorum is here: more than half, or half with the most senior (ORDER.md).

        Once the site works apart it says so itself; until then the members are counted. Those without
        whom the others settled count no more.
        """
        if not self._partings.settles:
            return False
        members = self._voters()
        gone = self._unreachable()
        here = len([each for each in members if each not in gone])
        first_is_here = not members or members[0] not in gone
        return here * 2 > len(members) or (here * 2 == len(members) and first_is_here)

    def _voters(self) -> list[PersonShown]:
        """Everybody but those who left, and those without whom the others settled."""
        parted = self._partings.parted
        return [
            each
            for each in self.people
            if each.state != "left" and not (each.site in parted and parted[each.site].settles)
        ]

    def needed(self) -> tuple[int, int, int]:
        """Of how many computers how many are here, and how many have to be to settle anything."""
        members, gone = self._voters(), self._unreachable()
        count = max(len(members), 1)
        half = count % 2 == 0 and bool(members) and members[0] not in gone
        return len([each for each in members if each not in gone]), count, count // 2 + (not half)

    def company(self) -> list[PersonShown]:
        """The others who are here."""
        return [each for each in self.people if each.state == "present" and not each.is_self]

    def gone_since(self) -> tuple[tuple[str, int], ...]:
        """Who is not reachable, and since when (wall-clock ms)."""
        first = self._apart_since_ms or self._clock.wall_ms()
        parted = self._partings.parted
        return tuple(
            [
                (each.name, parted[each.site].since_ms if each.site in parted else first)
                for each in self._unreachable()
            ]
        )

    def unsettled(self) -> int:
        """Entries that have their place here and may still move."""
        return max(self.ordered - self.settled, 0)

    def waiting(self) -> int:
        """Own entries without a place."""
        return len(self._pending)

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
            return self._fetching_notice()
        if not self.can_settle:
            return self._we_are_apart(gone)
        holder = self.holder
        if holder is None or holder in gone:
            stopped = holder.name if holder is not None else _names(gone)
            return Notice(Gravity.HOLDER_GONE, Session.HOLDER_GONE(name=stopped))
        since = time_of_day(self._since_ms())
        text = Apart.THEY(len(gone), names=_names(gone), time=since)
        return Notice(Gravity.THEY_APART, text)

    def _fetching_notice(self) -> Notice | None:
        since = self._fetching_since
        if self.fetched is None or since is None or self._clock.now() - since < SOON_MICROS:
            return None
        here, everything = self.fetched
        text = Apart.FETCHING(count=here, all=everything)
        return Notice(Gravity.FETCHING, text, share=here / max(everything, 1))

    def _since_ms(self) -> int:
        return self._apart_since_ms or self._clock.wall_ms()

    def _we_are_apart(self, gone: list[PersonShown]) -> Notice:
        """This side can't settle: who is here, who is not, and what becomes of what is done."""
        company, unsettled = self.company(), self.unsettled()
        text, keep = Apart.WE(names=_names(gone)), Apart.KEEP()
        if company:
            text = Apart.WE_WITH(company=_names(company), names=_names(gone))
            keep = Apart.KEEP_WITH(len(company))
        since_ms = self._since_ms()
        span = figures.duration(max(self._clock.wall_ms() - since_ms, 0) // 1_000)
        since = Apart.SINCE(time=time_of_day(since_ms), span=span)
        settles = Apart.UNSETTLED(unsettled) if unsettled else Apart.NOTHING_SETTLES()
        return Notice(Gravity.APART, text, " ".join((keep, settles)), since)

    def name_of(self, site: SiteId) -> str:
        """What somebody of the session is called."""
        return next((each.name for each in self.people if each.site == site), People.NEW())

    # --- inside -----------------------------------------------------------------------------------

    def _unreachable(self) -> list[PersonShown]:
        return [each for each in self.people if each.state == "unreachable" and not each.is_self]


def _names(people: list[PersonShown]) -> str:
    """All names; of many the first ones, and how many more."""
    names = [each.name for each in people]
    if len(names) <= NAMES_SAID + 1:
        return figures.names(names)
    first = Figures.NAMES_MORE(first=names[0], next=names[1])
    for name in names[2:NAMES_SAID]:
        first = Figures.NAMES_MORE(first=first, next=name)
    return Apart.NAMES_MORE(len(names) - NAMES_SAID, names=first)
