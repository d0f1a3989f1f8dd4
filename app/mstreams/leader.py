"""What the first member of the view does for streams: it has entries ordered about where they are.

It asks for an entry when a move is done, and names itself home of a stream whose home is no member
any more (the paper's Failure Manager; the stream's vector is lost then, and messages that were
consumed but not acknowledged are consumed again). Every member knows all that a leader needs, so
any can lead at once. It never decides what is home: an ordered entry or a hand-over does.
"""

from __future__ import annotations

from app.core.ids import Key
from app.mstreams.directory import Directory, Whereabouts
from app.mstreams.records import ControlWanted

CONTROL_KIND = "control.stream"


class Leader:
    """Whether this site leads, and which entries it asked for."""

    def __init__(self, own: Key, directory: Directory) -> None:
        self._own = own
        self._directory = directory
        self._members: tuple[Key, ...] = ()
        self._view = 0
        self._asked: dict[str, tuple[int, int]] = {}
        self._look_at_all = True
        self.key: Key | None = None

    @property
    def leads(self) -> bool:
        """Whether this site is the leader of the present view."""
        return self.key == self._own

    def view_installed(self, members: tuple[Key, ...], leader: Key, view_number: int) -> None:
        """Another view may have another leader; what was asked for is asked for anew."""
        self._members, self.key, self._view = members, leader, view_number
        self._asked.clear()
        self._look_at_all = True

    def entries_wanted(self) -> list[ControlWanted]:
        """Entries to be ordered, each asked for once per view; only what changed is looked at."""
        names = self._directory.changed()
        if not self.leads:
            return []
        if self._look_at_all:
            self._look_at_all, names = False, self._directory.names()
        wanted: list[ControlWanted] = []
        for name in names:
            entry = self._wanted(name, self._directory.find(name))
            if entry is not None and entry.epoch != self._asked.get(name):
                self._asked[name] = entry.epoch
                wanted.append(entry)
        return wanted

    def _wanted(self, name: str, known: Whereabouts | None) -> ControlWanted | None:
        if known is None:
            return None
        if known.home not in self._members and self._view > known.epoch.number:
            return ControlWanted(CONTROL_KIND, name, self._own, (self._view, 0), "failed")
        if known.taken and known.epoch > known.registered:
            return ControlWanted(CONTROL_KIND, name, known.home, known.epoch.pair, "moved")
        return None
