"""Where each stream is and which agents it has: what ordered entries say, and the newest heard of.

This is the paper's Location Manager, at every site. A stream exists once an ordered entry
registered it and until one destroyed it; hearsay never adds one, and hearsay from another view than
the registered one is ignored. Never makes anybody home: it only says where to send.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.core import limits
from app.core.ids import Key
from app.mstreams.epochs import StreamEpoch
from app.mstreams.frames import Definition


@dataclass(slots=True)
class Whereabouts:
    """What is known of one stream. `taken`: its home itself said that it is home in `epoch`."""

    registered: StreamEpoch
    epoch: StreamEpoch
    home: Key
    taken: bool


@dataclass(frozen=True, slots=True)
class Roster:
    """The agents that the log gives a stream.

    `revision` counts the entries that led to it, `last` is the highest number ever given. Of the
    session's controller alone: its `briefcase` as the log has it, changed for the `count`th time.
    """

    agents: tuple[Definition, ...] = ()
    revision: int = 0
    last: int = 0
    briefcase: bytes = b""
    count: int = 0

    def find(self, number: int) -> Definition | None:
        """The agent with that number."""
        return next((agent for agent in self.agents if agent.number == number), None)

    @property
    def controller(self) -> Definition | None:
        """The stream's controller."""
        return next((agent for agent in self.agents if agent.controls), None)


class Directory:
    """stream -> newest (epoch, home), and its agents."""

    def __init__(self) -> None:
        self._streams: dict[str, Whereabouts] = {}
        self._rosters: dict[str, Roster] = {}
        self._floor = 0
        self._changed: dict[str, None] = {}
        self._ended: dict[str, None] = {}

    def has_ended(self, name: str) -> bool:
        """Whether it is known that there was such a stream and is none any more."""
        return name in self._ended and name not in self._streams

    def find(self, name: str) -> Whereabouts | None:
        """What is known, or None where no ordered entry named the stream."""
        return self._streams.get(name)

    def names(self) -> list[str]:
        """All streams, in the order in which they were registered."""
        return list(self._streams)

    def roster(self, name: str) -> Roster:
        """The agents of a stream."""
        return self._rosters.get(name, Roster())

    def set_roster(self, name: str, roster: Roster) -> None:
        """An ordered entry changed them."""
        self._rosters[name] = roster

    def changed(self) -> list[str]:
        """Streams of which more is known than at the last call."""
        names = list(self._changed)
        self._changed.clear()
        return names

    def number_for(self, name: str, view: int) -> int:
        """The view number of the first epoch of a new life: later than every one that was.

        Of streams that have ended only the highest is remembered.
        """
        known = self._streams.get(name)
        return max(view, (self._floor if known is None else known.epoch.number) + 1)

    def raise_floor(self, number: int) -> None:
        """Some stream has ended in an epoch of this number."""
        self._floor = max(self._floor, number)

    def end(self, name: str) -> None:
        """An ordered entry destroyed the stream."""
        self._rosters.pop(name, None)
        self._changed.pop(name, None)
        known = self._streams.pop(name, None)
        self._ended.pop(name, None)
        self._ended[name] = None
        if len(self._ended) > limits.STREAMS_MAX:
            del self._ended[next(iter(self._ended))]
        if known is not None:
            self.raise_floor(known.epoch.number)

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
