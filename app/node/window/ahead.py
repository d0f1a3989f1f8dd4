"""Own entries that wait, and the rooms with them on top: what a person sees before the order does.

Waiting lines change no state and are only kept; whatever else waits (strokes, edits, reactions) is
applied on an echo of the rooms. When the rooms below change, the echo is made again at the next
look. Never issues anything, and never shows another person's entries as waiting.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.core.ids import EntryId, Key
from app.dispatcher.entries import Entry
from app.rooms.echo import Echo
from app.rooms.events import BoardChanged, RoomEvent
from app.rooms.rooms import Rooms

LINE = "chat"


class Ahead:
    """The waiting entries of one person, in the order in which they were issued.

    `told` collects what changed for whoever looks: what the echo did, and, when it is made again,
    what it had done before.
    """

    def __init__(self, own: Key, waiting: Iterable[Entry]) -> None:
        self._own = own
        self.lines: dict[EntryId, Entry] = {}
        self._changes: dict[EntryId, Entry] = {}
        self._echo: Echo | None = None
        self._effects: list[RoomEvent] = []
        self._stale = False
        self.told: list[RoomEvent] = []
        self.reset(waiting)

    def reset(self, waiting: Iterable[Entry]) -> None:
        """The queue is another: a view took entries back, or the site just started."""
        self.lines.clear()
        self._changes.clear()
        for entry in waiting:
            if entry.author == self._own:
                self._keep(entry)
        self._stale = True

    def _keep(self, entry: Entry) -> None:
        (self.lines if entry.kind == LINE else self._changes)[entry.id] = entry

    def issued(self, entry: Entry) -> None:
        """One more waits; it shows its effect from now on."""
        self._keep(entry)
        if entry.kind != LINE and self._echo is not None and not self._stale:
            self._try_on(self._echo, entry)

    def ordered(self, entry: Entry) -> Entry | None:
        """An entry got its place; given back if it waited here."""
        if entry.kind == LINE:
            return self.lines.pop(entry.id, None) if self.lines else None
        # What lies below is another now.
        self._stale = True
        return self._changes.pop(entry.id, None)

    def changed_below(self) -> None:
        """The rooms were taken back."""
        self._stale = True

    def waits(self, entry_id: EntryId) -> bool:
        """Whether this entry waits for its place."""
        return entry_id in self.lines or entry_id in self._changes

    @property
    def touched(self) -> dict[str, None]:
        """Objects of boards that are not yet ordered the way they are shown."""
        ids: dict[str, None] = {}
        for event in self._effects:
            if isinstance(event, BoardChanged):
                ids.update(dict.fromkeys(event.objects))
        return ids

    def over(self, rooms: Rooms) -> Rooms:
        """The rooms as this person sees them."""
        if self._stale:
            self._stale = False
            self.told += self._effects
            self._effects = []
            if self._echo is not None:
                self._echo.clear()
            if self._changes and self._echo is None:
                self._echo = Echo(rooms)
            for entry in self._changes.values():
                assert self._echo is not None
                self._try_on(self._echo, entry)
        return self._echo if self._echo is not None and self._changes else rooms

    def _try_on(self, echo: Echo, entry: Entry) -> None:
        events = echo.try_on(entry.id, entry.author, entry.kind, entry.body, leads=False)
        self._effects += events
        self.told += events
