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
from app.dispatcher.entries import Placed
from app.dispatcher.snapshots import Image, Item
from app.node.api import CatchingUp, SnapshotTaken, TroubleSeen
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
        if index % self._every or rooms is None:
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

    def repaired(self, image: Image, placed: tuple[Placed, ...], now: Micros) -> None:
        """What this site meant was wrong: mean what a quorum does, and apply the rest anew."""
        session = self._session
        self._put(image, now)
        for item in placed:
            session.meaning.replay(item, told=True)
        session.meaning.settle(min(session.disk.log.length, session.disk.settled))
        self._follow(now)
        text = (
            f"what this computer showed was not what the others see; they agreed on entry "
            f"{image.manifest.index}, and from there on it is right again"
        )
        session.here.trace.mark("repaired")
        session.events.append(TroubleSeen("repaired", text))
        if session.window is not None:
            session.window.rooms_changed()

    def replaced(self, image: Image, now: Micros) -> None:
        """The log begins anew at a snapshot that others made."""
        session = self._session
        rooms = session.meaning.rooms
        had = 0 if rooms is None else rooms.head
        session.order.compaction.replaced()
        self._put(image, now)
        self._follow(now)
        session.history.replaced(image.manifest.index, had)
        session.hearing.taken_back(0)
        session.events.append(SnapshotTaken(image.manifest.index))
        if session.window is not None:
            session.window.replaced(image.manifest.index)

    def _put(self, image: Image, now: Micros) -> None:
        """Load it, and tell of streams what is another now."""
        session = self._session
        rooms = session.meaning.rooms
        if rooms is None:
            message = "a snapshot before the founder is known"
            raise RemoteError(message)
        before = rooms.control.streams()
        self.load(image)
        after_it = dict(rooms.control.streams())
        session.meaning.streams_changed += [
            StreamChanged(name, state.home, state.epoch, DESTROYED)
            for name, state in before
            if name not in after_it
        ]
        session.meaning.streams_changed += [
            StreamChanged(name, state.home, state.epoch, state.what)
            for name, state in after_it.items()
        ]
        session.mailboxes.streams.began(rooms.control.streams_floor)
        session.shares.replaced(now)

    def _follow(self, now: Micros) -> None:
        """What the order and the streams know of the rooms is what they mean now."""
        session = self._session
        session.read_streams(now)
        session.order.set_policy(session.meaning.policy)
        session.order.set_pin(session.meaning.pin)
        session.order.state = session.meaning.state


def _items(copy: Copy, records: dict[str, list[tuple[int, Step]]]) -> Iterator[Item]:
    yield from copy.items()
    for share, steps in records.items():
        for place, (index, step) in enumerate(steps):
            yield STEPS, [share, place], [index, write_step(step)]
