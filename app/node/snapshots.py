"""What stands in a snapshot besides the order's part, copied at its index, and put back from one.

The rooms' maps, and of shared programs that are alive the steps that passed: what copies that come
later are told. Copying is shallow, so nobody waits for it. Never decides when one is taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from app.core import limits
from app.core.errors import RemoteError
from app.core.instant import Micros, after
from app.dispatcher.snapshots import Image, Item
from app.node.api import CatchingUp, SnapshotTaken
from app.rooms.control import DESTROYED
from app.rooms.events import StreamChanged
from app.rooms.image import Copy, Loading, read_step, write_step
from app.tkshare.model.record import Record
from app.tkshare.model.steps import Step

if TYPE_CHECKING:
    from app.node.session import Session

STEPS: Final = "share.steps"


class Snapshots:
    """Of one session at this site."""

    def __init__(self, session: Session, every: int) -> None:
        self._session = session
        self._every = every
        self._progress: tuple[int, int] | None = None
        self._told_at = Micros(0)

    def applied(self, index: int) -> None:
        """Entry `index` took effect; at some indexes the state is copied."""
        session = self._session
        rooms = session.meaning.rooms
        if index % self._every or rooms is None or not session.order.compaction.resting:
            return
        session.shares.read()
        records = {
            share: record.steps() for share, record in sorted(session.shares.records.items())
        }
        items = _items(Copy(rooms.journal), records)
        session.order.compaction.freeze(index, items)

    def tell(self, now: Micros) -> None:
        """How much of a snapshot is here, for whoever waits for it."""
        progress = self._session.order.progress
        if progress == self._progress or (progress is not None and now < self._told_at):
            return
        self._progress = progress
        if progress is not None:
            self._told_at = after(now, limits.CATCHING_UP_MICROS)
            self._session.events.append(CatchingUp(*progress))

    def load(self, image: Image) -> None:
        """The rooms mean what a snapshot says, and nothing that was before."""
        session = self._session
        session.shares.read()
        loading = Loading()
        records: dict[str, Record] = {}
        for room, key, value in image.items:
            if room == STEPS:
                records.setdefault(key[0], Record()).add(value[0], (read_step(value[1]),))
            elif not loading.take(room, key, value):
                session.here.trace.mark("a part of a snapshot that nobody reads")
        session.meaning.load(loading, image.manifest.index)
        session.shares.load(records)

    def replaced(self, image: Image, now: Micros) -> None:
        """The log begins anew at a snapshot that others made."""
        session = self._session
        rooms = session.meaning.rooms
        if rooms is None:
            message = "a snapshot before the founder is known"
            raise RemoteError(message)
        policy, pin = session.meaning.policy, session.meaning.pin
        before = rooms.control.streams()
        had = rooms.head
        session.order.compaction.replaced()
        self.load(image)
        session.history.replaced(image.manifest.index, had)
        now_there = dict(rooms.control.streams())
        changes = [
            StreamChanged(name, state.home, state.epoch, DESTROYED)
            for name, state in before
            if name not in now_there
        ]
        changes += [
            StreamChanged(name, state.home, state.epoch, state.what)
            for name, state in now_there.items()
        ]
        session.meaning.streams_changed += changes
        session.mailboxes.streams.began(rooms.control.streams_floor)
        session.read_streams(now)
        if session.meaning.policy != policy:
            session.order.set_policy(session.meaning.policy)
        if session.meaning.pin != pin:
            session.order.set_pin(session.meaning.pin)
        session.order.state = session.meaning.state
        session.shares.replaced(now)
        session.hearing.taken_back(0)
        session.events.append(SnapshotTaken(image.manifest.index))
        if session.window is not None:
            session.window.replaced(image.manifest.index)


def _items(copy: Copy, records: dict[str, list[tuple[int, Step]]]) -> Iterator[Item]:
    yield from copy.items()
    for share, steps in records.items():
        for place, (index, step) in enumerate(steps):
            yield STEPS, [share, place], [index, write_step(step)]
