"""The rooms of a session, fed from the log: what entries mean, and what people are called.

The rooms exist once the founder is known, which is when view 1's certificate is here. Feeds them in
the log's order and takes back what the log takes back; never decides what stands in the log.
"""

from __future__ import annotations

from app.core import limits
from app.core.codec import digest
from app.core.errors import LocalError
from app.core.ids import Key, SiteId, site_bytes, site_of
from app.dispatcher.disk import Disk
from app.dispatcher.entries import Placed
from app.dispatcher.placement import Stroke
from app.node.api import EntryShown
from app.rooms.entry import OrderedEntry
from app.rooms.events import (
    AgentsChanged,
    ControlRestored,
    ProfileChanged,
    ProfileGone,
    Refused,
    RoomEvent,
    ShareChanged,
    ShareHeld,
    ShareReplayed,
    StreamChanged,
    Unknown,
)
from app.rooms.image import Loading
from app.rooms.journal import JournalMap
from app.rooms.rooms import KEPT, Rooms

KEPT_LABEL = "talkstick kept row"
_STROKES = {stroke.name.lower(): stroke for stroke in Stroke}


class Meaning:
    """Rooms, names, and the newest state hash; `told` collects all events if it is `watched`."""

    def __init__(self, disk: Disk, own: Key, own_name: str) -> None:
        self._disk = disk
        self._own = own
        self._own_name = own_name
        self._rooms: Rooms | None = None
        self._kept: JournalMap[str, tuple[int, bytes]] | None = None
        self._names: dict[Key, str] = {}
        self.state: tuple[int, bytes] = (0, b"")
        self._hashes: dict[int, bytes] = {}
        self.streams_changed: list[StreamChanged | AgentsChanged] = []
        self.shares_told: list[ShareReplayed | ShareHeld | ShareChanged] = []
        self.watched = False
        self.told: list[RoomEvent] = []
        self.took_effect = False
        """Whether the last entry did."""
        self.faults: dict[str, str] = {}
        """By room: why the last entry of it that had no effect had none."""

    @property
    def rooms(self) -> Rooms | None:
        """The rooms, None before the founder is known."""
        if self._rooms is None and self._disk.certificates:
            self._rooms = Rooms(self._disk.certificates[0].view.first)
            self._kept = self._rooms.journal.map("log.kept", list)
        return self._rooms

    @property
    def policy(self) -> str:
        """The session's placement policy."""
        return self.rooms.control.policy if self.rooms is not None else "adaptive"

    @property
    def pin(self) -> SiteId | None:
        """Where the session holds the dispatcher."""
        return self.rooms.control.pin if self.rooms is not None else None

    def name_of(self, key: Key) -> str:
        """The name people know, or the site's id."""
        known = self._names.get(key)
        if known is None:
            return self._own_name if key == self._own else site_of(key)
        return known

    def talk_of(self, kind: str, body: bytes) -> Stroke | None:
        """For placement: None if it is no talk, else which part of a stroke."""
        rooms = self.rooms
        if rooms is None or not rooms.is_talk(kind):
            return None
        return _STROKES[rooms.stroke_phase(kind, body)]

    def check(self, kind: str, body: bytes) -> None:
        """Refuse early what would have no effect. Raises `LocalError`."""
        rooms = self.rooms
        if rooms is None:
            message = "this site is not a member yet; nothing was kept"
            raise LocalError(message)
        if len(body) > limits.ENTRY_BODY_BYTES_MAX:
            message = f"too long: {len(body)} bytes, at most {limits.ENTRY_BODY_BYTES_MAX}"
            raise LocalError(message)
        view = self._disk.present
        leads = view is not None and view.session_leader == self._own
        rooms.check(self._own, kind, body, leads=leads)

    def apply(self, placed: Placed) -> EntryShown:
        """Let the next entry of the log take effect; how people see it."""
        self.replay(placed, told=True)
        return self.shown(placed)

    def replay(self, placed: Placed, *, told: bool) -> None:
        """Let the next entry of the log take effect; see `Rooms.apply` for `told`."""
        rooms = self.rooms
        entry = placed.entry
        if rooms is not None:
            events = rooms.apply(
                OrderedEntry(
                    placed.index,
                    entry.id,
                    entry.author,
                    entry.kind,
                    entry.body,
                    entry.wall_ms,
                    placed.stamp_ms,
                    by_leader=self._led(placed),
                ),
                told=told,
            )
            if entry.kind in KEPT:
                self._keep(placed)
            self._judge(entry.kind, events)
            self._note(events)
            if placed.index % limits.STATE_HASH_EVERY == 0:
                self.state = (placed.index, rooms.state_hash())
                self._hashes[placed.index] = self.state[1]
                if len(self._hashes) > limits.STATE_HASHES_KEPT:
                    del self._hashes[next(iter(self._hashes))]

    def _keep(self, placed: Placed) -> None:
        """Chain up the rows that stay after a compaction: with the state they are proven."""
        kept = self._kept
        assert kept is not None, "made with the rooms"
        count, chain = self.kept_end
        if count % limits.KEPT_BLOCK_ROWS == 0:
            kept.set(str(count // limits.KEPT_BLOCK_ROWS), (placed.index, chain))
        kept.set("", (count + 1, kept_chain(chain, placed)))

    @property
    def kept_end(self) -> tuple[int, bytes]:
        """How many rows stay, and the chain over all of them."""
        return (self._kept.get("") if self._kept is not None else None) or (0, b"")

    def kept_block(self, number: int) -> tuple[int, bytes]:
        """(index of the first row, chain before it) of a block; (0, b"") if there is none."""
        return (self._kept.get(str(number)) if self._kept is not None else None) or (0, b"")

    def load(self, loading: Loading, index: int) -> None:
        """Mean what a snapshot at `index` says, and nothing else."""
        rooms = self.rooms
        assert rooms is not None, "a snapshot comes after the founder is known"
        self._note(rooms.load(loading, index))
        self._hashes.clear()
        self.state = (0, b"")
        if index % limits.STATE_HASH_EVERY == 0:
            self.state = (index, rooms.state_hash())
            self._hashes[index] = self.state[1]

    def _led(self, placed: Placed) -> bool:
        """Whether the author leads the view of this entry's epoch.

        Where streams are is said by whoever led when a home was lost; that may be ordered later, in
        another view, and counts then, too: that site is home already.
        """
        epoch, entry = placed.epoch, placed.entry
        certificates = self._disk.certificates
        if entry.kind == "control.stream":
            views = [certificate.view for certificate in certificates[: epoch.number]]
            if any(view.session_leader == entry.author for view in views):
                return True
        if epoch.branch:
            return epoch.leader == site_bytes(site_of(entry.author))
        return certificates[epoch.number - 1].view.session_leader == entry.author

    def shown(self, placed: Placed) -> EntryShown:
        """An entry as people see it."""
        return EntryShown(
            placed, self.name_of(placed.entry.author), placed.index <= self._disk.settled
        )

    def revert_to(self, index: int) -> None:
        """The log was cut to `index`."""
        if self._rooms is not None:
            self._note(self._rooms.revert_to(index))
        self._hashes = {at: value for at, value in self._hashes.items() if at <= index}
        if self.state[0] > index:
            self.state = next(reversed(self._hashes.items()), (0, b""))

    def hash_at(self, index: int) -> bytes | None:
        """The state hash after an entry, None if it was not made or is long gone."""
        return self._hashes.get(index)

    def settle(self, index: int) -> None:
        """Nothing up to `index` comes back."""
        if self._rooms is not None:
            self._rooms.settle(index)

    def state_hash(self) -> bytes:
        """The hash of the present state."""
        return self._rooms.state_hash() if self._rooms is not None else b""

    def _judge(self, kind: str, events: list[RoomEvent]) -> None:
        """Whether an entry had its effect; what was wrong in it is its room's last fault."""
        self.took_effect = True
        for event in events:
            if isinstance(event, (Refused, Unknown)):
                self.took_effect = False
            if isinstance(event, Refused):
                self.faults[kind.partition(".")[0]] = event.why

    def _note(self, events: list[RoomEvent]) -> None:
        if self.watched:
            self.told += events
        for event in events:
            if isinstance(event, ProfileChanged):
                self._names[event.author] = event.name
            elif isinstance(event, (ShareReplayed, ShareHeld, ShareChanged)):
                self.shares_told.append(event)
            elif isinstance(event, (StreamChanged, AgentsChanged)):
                self.streams_changed.append(event)
            elif event == ControlRestored("agent") and self.rooms is not None:
                self.streams_changed += map(AgentsChanged, self.rooms.control.staffed())
            elif isinstance(event, ProfileGone):
                self._names.pop(event.author, None)


def kept_chain(before: bytes, placed: Placed) -> bytes:
    """The chain over the rows that stay, this one included; it proves all of a row."""
    order = [placed.index, placed.epoch.plain(), placed.stamp_ms, placed.chain]
    return digest(KEPT_LABEL, [before, order, placed.entry.hash])
