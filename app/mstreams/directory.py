"""Where each stream is: the registered home from ordered entries, and the newest one heard of.

This is the paper's Location Manager, at every site. A stream exists once an ordered entry
registered it; hearsay never adds one, and hearsay from another view than the registered one is
ignored. Never makes anybody home: it only says where to send.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.core import limits
from app.core.ids import Key
from app.mstreams.epochs import StreamEpoch


@dataclass(slots=True)
class Whereabouts:
    """What is known of one stream. `taken`: its home itself said that it is home in `epoch`."""

    registered: StreamEpoch
    epoch: StreamEpoch
    home: Key
    taken: bool


class Directory:
    """stream -> newest (epoch, home)."""

    def __init__(self) -> None:
        self._streams: dict[str, Whereabouts] = {}
        self._changed: dict[str, None] = {}

    def find(self, name: str) -> Whereabouts | None:
        """What is known, or None where no ordered entry named the stream."""
        return self._streams.get(name)

    def names(self) -> list[str]:
        """All streams, in the order in which they were registered."""
        return list(self._streams)

    def changed(self) -> list[str]:
        """Streams of which more is known than at the last call."""
        names = list(self._changed)
        self._changed.clear()
        return names

    def register(self, name: str, epoch: StreamEpoch, home: Key) -> bool:
        """An ordered entry says where it is; True if that is a newer home than the one known."""
        known = self._streams.get(name)
        if known is None:
            if len(self._streams) >= limits.STREAMS_MAX:
                return False
            self._streams[name] = Whereabouts(epoch, epoch, home, taken=epoch.k > 0)
            self._changed[name] = None
            return True
        known.registered = max(known.registered, epoch)
        if epoch <= known.epoch:
            return False
        known.epoch, known.home, known.taken = epoch, home, epoch.k > 0
        self._changed[name] = None
        return True

    def learn(self, name: str, epoch: StreamEpoch, home: Key, *, taken: bool) -> bool:
        """Somebody says where it is; True if that is a newer home than the one known."""
        known = self._streams.get(name)
        if known is None or epoch.view != known.registered.view or epoch < known.epoch:
            return False
        if epoch == known.epoch:
            if taken and home == known.home and not known.taken:
                known.taken = True
                self._changed[name] = None
            return False
        known.epoch, known.home, known.taken = epoch, home, taken
        self._changed[name] = None
        return True
