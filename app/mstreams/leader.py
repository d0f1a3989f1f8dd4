"""What the first member of the view does for streams: permits, and entries about where they are.

It asks for an entry when a move is done, and names itself home of a stream whose home is no member
any more (the paper's Failure Manager; the stream's vector is lost then, and messages that were
consumed but not acknowledged are consumed again). Every member knows all that a leader needs, so
any can lead at once. It never decides what is home: an ordered entry or a hand-over does.
"""

from __future__ import annotations

from app.core.ids import Key
from app.mstreams.desk import Desk
from app.mstreams.directory import Directory, Whereabouts
from app.mstreams.frames import StreamElsewhere, StreamPermit, StreamWish
from app.mstreams.records import ControlWanted

CONTROL_KIND = "control.stream"


class Leader:
    """What this site does while it leads, and which entries it asked for."""

    def __init__(self, desk: Desk, directory: Directory) -> None:
        self._desk = desk
        self._directory = directory
        self._view = 0
        self._asked: dict[str, tuple[int, int]] = {}
        self._look_at_all = True

    def view_installed(self, view_number: int) -> None:
        """Another view may have another leader; what was asked for is asked for anew."""
        self._view = view_number
        self._asked.clear()
        self._look_at_all = True

    def wished(self, sender: Key, wish: StreamWish) -> None:
        """T1: permit the next move of a stream that is where the wish says; else say where it is."""
        known = self._directory.find(wish.stream)
        desk = self._desk
        if known is None or desk.leader != desk.own or wish.target not in desk.members:
            return
        if wish.epoch != known.epoch:
            desk.send(sender, StreamElsewhere(wish.stream, known.epoch, known.home))
        elif wish.target != known.home:
            desk.send(known.home, StreamPermit(wish.stream, known.epoch.following(), wish.target))

    def order_entries(self) -> None:
        """Ask for entries, each once per view; only streams of which more is known are looked at."""
        names = self._directory.changed()
        if self._desk.leader != self._desk.own:
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
        if known.home not in self._desk.members and self._view > known.epoch.number:
            return ControlWanted(CONTROL_KIND, name, self._desk.own, (self._view, 0), "recovered")
        if known.taken and known.epoch > known.registered:
            return ControlWanted(CONTROL_KIND, name, known.home, known.epoch.pair, "moved")
        return None
