"""Fetching the base of a branch: a log that is built beside the ones on disk (D2, D3).

It begins with what is surely the same, a beginning of the own primary log, and counts only once it
ends at the very chain that was named. Until then its rows are in memory only: who sends rubbish
must not write into the log of a view that this site works in.
"""

from __future__ import annotations

from app.core.ids import Key
from app.core.instant import Micros
from app.dispatcher.catchup import Catchup
from app.dispatcher.desk import Desk
from app.dispatcher.entries import Placed
from app.dispatcher.epochs import Epoch, ViewId
from app.dispatcher.log import Log
from app.dispatcher.messages import Chunk
from app.dispatcher.snapshots import Image, Proven


class IncomingLane:
    """The log being built; `rows` are those that are not on this disk."""

    def __init__(self, view: ViewId, log: Log, upto: int) -> None:
        self._view = view
        self._log = log
        self._upto = upto
        self.rows: list[Placed] = []
        self.taken: tuple[Proven, Image] | None = None

    @property
    def view(self) -> ViewId | None:
        """See `Lane`."""
        return self._view

    @property
    def log(self) -> Log:
        """See `Lane`."""
        return self._log

    def end_of(self, epoch: Epoch, first: int) -> int:
        """See `Lane`."""
        return self._upto if epoch.number <= self._view.number else first - 1

    def store(self, placed: Placed) -> None:
        """See `Lane`."""
        self._log.append(placed)
        self.rows.append(placed)

    def adopt(self, proven: Proven, image: Image) -> None:
        """See `Lane`."""
        self._log = Log.beginning(image.beginning)
        self.rows = []
        self.taken = (proven, image)


class Incoming:
    """One base on its way.

    Args:
        desk: shared.
        number: the primary view that the base's root is a log of.
        base: its index and chain.
        view: whose log to ask for.
    """

    def __init__(self, desk: Desk, number: int, base: tuple[int, bytes], view: ViewId) -> None:
        self._index, self._chain = base
        disk = desk.disk
        own = next((log for log in (disk.log, disk.plog) if self._ends(log)), None)
        length = disk.agreed_length(number)
        log = disk.plog.copy(min(length, self._index)) if own is None else own.copy(self._index)
        self.lane = IncomingLane(view, log, self._index)
        self.catchup = Catchup(desk, self.lane)

    def _ends(self, log: Log) -> bool:
        return log.length >= self._index and log.chain_at(self._index) == self._chain

    @property
    def here(self) -> bool:
        """Whether the whole base is here, and is the one that was named."""
        return self._ends(self.lane.log)

    @property
    def wrong(self) -> bool:
        """Whether what came is as long and another one."""
        return self.lane.log.length >= self._index and not self.here

    def ask(self, source: Key, now: Micros) -> None:
        """Fetch what is missing."""
        self.catchup.want(self._index, source, now)

    def got(self, sender: Key, frame: Chunk, now: Micros) -> bool:
        """See `Catchup.got`."""
        return self.catchup.got(sender, frame, now)
