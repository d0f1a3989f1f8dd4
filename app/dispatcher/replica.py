"""Storing what the holder ordered, and knowing what is settled (O4, O6).

Stores an entry only where it continues the own log in the present view; anything else is a gap,
which `catchup` closes, or is ignored. Never orders.
"""

from __future__ import annotations

from app.core.errors import RemoteError
from app.core.ids import Key
from app.dispatcher import rules
from app.dispatcher.desk import Desk
from app.dispatcher.epochs import ViewId, epoch_of
from app.dispatcher.messages import Head, Ordered
from app.dispatcher.placing import skip_known, unplace
from app.dispatcher.signing import head_bytes


class Replica:
    """This site's copy."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.head: Head | None = None

    def ordered(self, sender: Key, frame: Ordered) -> bool:
        """Store what continues the log (O4).

        Returns:
            Whether entries before it are missing.

        Raises:
            RemoteError: it contradicts itself, or a signature does not hold.
        """
        disk = self.desk.disk
        view = disk.view
        log = disk.log
        count = len(frame.stamps)
        if view is None or not count or not view.has(sender):
            return False
        last = frame.first + count - 1
        if last <= log.length:
            self._learn_home(sender, frame)
            return False
        if frame.first > log.length + 1:
            self._learn_home(sender, frame)
            return frame.view == disk.cur and not disk.stopped
        own_chain = log.chain_at(frame.first - 1) or b""
        if not rules.may_store(
            frame.view, disk.cur, frame.chain_before, own_chain, fenced=disk.stopped
        ):
            return False
        stamps, runs = skip_known(log, frame.first, frame.stamps, frame.runs)
        epoch = epoch_of(frame.view, frame.k)
        placed = unplace(log, epoch, stamps, runs, disk.session, self.desk.verify)
        chain = placed[-1].chain
        data = head_bytes(disk.session, frame.view, frame.k, last, chain)
        if not self.desk.verify(sender, data, frame.signature):
            message = "the holder's signature does not cover what it sent"
            raise RemoteError(message)
        for item in placed:
            self.desk.store(item)
        self.head = Head(sender, frame.view, frame.k, last, chain, frame.signature)
        self._learn_home(sender, frame)
        self.told(frame.view, frame.settled)
        return False

    def _learn_home(self, sender: Key, frame: Ordered) -> None:
        disk = self.desk.disk
        if frame.view != disk.cur:
            return
        disk.raise_kmax(frame.k)
        self.desk.note_home(frame.k, sender)

    def told(self, view: ViewId, mark: int) -> None:
        """Somebody says that everything up to `mark` is settled in `view` (O6)."""
        if rules.adopts_mark(view, self.desk.disk.cur):
            self.desk.settle(mark)

    def count(self) -> None:
        """Settle what a majority of the members reports firm (O6)."""
        disk = self.desk.disk
        view = disk.view
        if view is None or disk.settled == disk.log.length or not rules.may_settle(view):
            return
        firm: dict[Key, int] = {}
        for key in view.keys:
            if key == self.desk.own:
                firm[key] = disk.firm
                continue
            heard = self.desk.heard.get(key)
            if heard is not None and rules.counts_for_settling(heard.beat.prim, view.number):
                firm[key] = heard.beat.firm
        self.desk.settle(rules.settled_length(view, firm))
