"""What the first member of the view does for where streams are: entries about it.

It asks for an entry when a move is done, and names itself home of a stream whose home is no member
any more (the paper's Failure Manager; the stream's vector is lost then, and messages that were
consumed but not acknowledged are consumed again). Every member knows all that a leader needs, so
any can lead at once. It never decides what is home: an ordered entry or a hand-over does.
"""

from __future__ import annotations

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
        self._look_at_all = True

    def view_installed(self) -> None:
        """Another view may have another leader; what was asked for is asked for anew."""
        self._asked.clear()
        self._look_at_all = True

    def order_entries(self) -> None:
        """Ask for entries, each once per view; only streams of which more is known are looked at."""
        names = self._directory.changed()
        if not self._desk.leads:
            return
        if self._look_at_all:
            self._look_at_all, names = False, self._directory.names()
        for name in names:
            entry = self._wanted(name, self._directory.find(name))
            if entry is not None and entry.epoch != self._asked.get(name):
                self._asked[name] = entry.epoch
                self._desk.show(entry)

    def _wanted(self, name: str, known: Whereabouts | None) -> ControlWanted | None:
        if known is None:
            return None
        if known.home not in self._desk.members:
            number = self._directory.number_for(name, self._desk.view)
            return ControlWanted(CONTROL_KIND, name, self._desk.own, (number, 0), "recovered")
        if known.taken and known.epoch > known.registered:
            return ControlWanted(CONTROL_KIND, name, known.home, known.epoch.pair, "moved")
        return None
