"""What the first member of the view does for where streams are: entries about it.

It asks for an entry when a move is done, and names itself home of a stream whose home is no member
any more (the paper's Failure Manager; the stream's vector is lost then, and messages that were
consumed but not acknowledged are consumed again). Every member knows all that a leader needs, so
any can lead at once. Of a stream that moves on and on only now and then one move is entered: senders
and the next leader find it by its homes. It never decides what is home: an ordered entry or a
hand-over does.
"""

from __future__ import annotations

from app.core import limits
from app.core.instant import Micros, after, earliest
from app.mstreams.desk import Desk
from app.mstreams.directory import Directory, Whereabouts
from app.mstreams.records import ControlWanted

CONTROL_KIND = "control.stream"


class Leader:
    """Which entries this site asked for while it leads."""

    def __init__(self, desk: Desk, directory: Directory) -> None:
        self._desk = desk
        self._directory = directory
        self._asked: dict[str, tuple[int, int]] = {}
        self._pauses: dict[str, Micros] = {}
        self._look_at_all = True

    def view_installed(self) -> None:
        """Another view may have another leader; what was asked for is asked for anew."""
        self._asked.clear()
        self._pauses.clear()
        self._look_at_all = True

    def order_entries(self) -> None:
        """Ask for entries, each once per view; only streams of which more is known are looked at.

        After a move was entered, the next one of that stream waits for a pause to end.
        """
        names = self._directory.changed()
        if not self._desk.leads:
            return
        names += [name for name, end in self._pauses.items() if end <= self._desk.now]
        if self._look_at_all:
            self._look_at_all, names = False, self._directory.names()
        for name in dict.fromkeys(names):
            if self._pauses.get(name, self._desk.now) <= self._desk.now:
                self._pauses.pop(name, None)
                self._look_at(name)

    def deadline(self) -> Micros | None:
        """When the first pause ends."""
        return earliest(*self._pauses.values())

    def _look_at(self, name: str) -> None:
        entry = self._wanted(name, self._directory.find(name))
        if entry is not None and entry.epoch != self._asked.get(name):
            self._asked[name] = entry.epoch
            self._desk.show(entry)
            if entry.what == "moved":
                self._pauses[name] = after(self._desk.now, limits.MOVED_PAUSE_MICROS)

    def _wanted(self, name: str, known: Whereabouts | None) -> ControlWanted | None:
        if known is None:
            return None
        if known.home not in self._desk.members:
            number = self._directory.number_for(name, self._desk.view)
            return ControlWanted(CONTROL_KIND, name, self._desk.own, (number, 0), "recovered")
        if known.taken and known.epoch > known.registered:
            return ControlWanted(CONTROL_KIND, name, known.home, known.epoch.pair, "moved")
        return None
