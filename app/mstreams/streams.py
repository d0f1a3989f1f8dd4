"""The facade of streams: everything that one site has to do with them, without any I/O.

Inputs are views, ordered entries, frames, heartbeats, wishes and time; `drain` hands out what to
save, send and show. It only routes: `homes` consumes and moves, `outgoing` keeps and sends, `leader`
has entries ordered. Nothing of the session's order is here: the dispatcher's own frames go by O2 to
O5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import assert_never

from app.core import limits
from app.core.errors import LocalError, RemoteError
from app.core.ids import Key
from app.core.instant import Micros, earliest
from app.mstreams.agent import BUILTINS, Builtins
from app.mstreams.desk import Desk
from app.mstreams.directory import Directory
from app.mstreams.epochs import primary_epoch
from app.mstreams.frames import (
    Append,
    AppendAck,
    StreamElsewhere,
    StreamFrame,
    StreamHandOver,
    StreamPermit,
    StreamWish,
)
from app.mstreams.homes import Homes
from app.mstreams.leader import Leader
from app.mstreams.outgoing import Outgoing
from app.mstreams.records import AT_PREFIX, OUT_PREFIX, StreamOutput, read_at, read_out


class Streams:
    """All streams, as one site sees them.

    Args:
        own: this site's identity key.
        incarnation: of this start, greater than all before.
        saved: fields of the disk; those that begin with `stream:` are read.
        builtins: the agents this site can run.

    Raises:
        KnownError: a saved field is damaged.
    """

    def __init__(
        self,
        own: Key,
        incarnation: int,
        saved: Mapping[str, bytes],
        builtins: Builtins = BUILTINS,
    ) -> None:
        self._desk = Desk(own, incarnation)
        self._directory = Directory()
        self._leader = Leader(self._desk, self._directory)
        self._outgoing = Outgoing(self._desk, self._directory)
        self._homes = Homes(self._desk, self._directory, self._outgoing, builtins)
        kept: list[tuple[int, int, str, bytes]] = []
        for field in sorted(saved):
            if field.startswith(AT_PREFIX):
                self._homes.restore(*read_at(field, saved[field]))
            elif field.startswith(OUT_PREFIX):
                kept.append(read_out(field, saved[field]))
        for number_of_start, number, name, payload in sorted(kept):
            self._outgoing.restore(name, number_of_start, number, payload)

    def view_installed(self, members: tuple[Key, ...], leader: Key, view_number: int) -> None:
        """A view begins, also at start. Homes stay as they are; open permits are void."""
        self._desk.members, self._desk.leader = members, leader
        self._leader.view_installed(view_number)
        self._homes.view_installed()
        self._outgoing.redirect_all()
        self._work()

    def homed(
        self,
        name: str,
        home: Key,
        epoch: tuple[int, int],
        now: Micros,
        agents: Sequence[tuple[str, int]] = (),
    ) -> None:
        """A `control.stream` entry was ordered. Repeating old entries, as after a start, is fine.

        After a start every stream must be named once, with its newest entry at least. `agents` are
        (kind, version) of a new stream; they count only where this makes a home.
        """
        self._desk.now = now
        entry = primary_epoch(epoch)
        newer = self._directory.register(name, entry, home)
        if self._directory.find(name) is None:
            return
        self._homes.homed(name, home, entry, agents)
        if self._homes.know_own(name) or newer:
            self._outgoing.redirect(name)
        self._work()

    def append(self, name: str, payload: bytes, now: Micros) -> int:
        """Append a message of this site; its number in the flow. Kept until it is consumed.

        Raises:
            LocalError: no such stream, too long, or too many wait.
        """
        self._desk.now = now
        number = self._outgoing.append(name, payload)
        self._work()
        return number

    def move(self, name: str, target: Key, now: Micros) -> None:
        """Wish that a stream moves; the leader decides. The wish is repeated for a while.

        Raises:
            LocalError: no such stream, or the target is no member.
        """
        self._desk.now = now
        if target not in self._desk.members:
            message = "a stream moves to members of the session only"
            raise LocalError(message)
        self._outgoing.wish(name, target)
        self._work()

    def receive(
        self, sender: Key, sender_incarnation: int, frame: StreamFrame, now: Micros
    ) -> None:
        """A frame of another site; ignored from one that is no member.

        Raises:
            RemoteError: it can't be true.
        """
        self._desk.now = now
        if sender in self._desk.members:
            self._handle(sender, sender_incarnation, frame)
            self._work()

    def heard(self, sender: Key, ks: tuple[tuple[str, int, int], ...], now: Micros) -> None:
        """A heartbeat's part: (stream, view number, k) of streams at home at `sender`."""
        self._desk.now = now
        if sender in self._desk.members:
            for name, number, k in ks:
                self._homes.learn(name, primary_epoch((number, k)), sender, taken=True)
            self._work()

    def tick(self, now: Micros) -> None:
        """Repeat what is due."""
        self._desk.now = now
        self._outgoing.repeat()
        self._homes.repeat()
        self._work()

    def deadline(self) -> Micros | None:
        """When `tick` is wanted."""
        if self._desk.local:
            return self._desk.now
        return earliest(self._outgoing.deadline(), self._homes.deadline())

    def drain(self) -> list[StreamOutput]:
        """What to save, send and show since the last call; of a field only its last value."""
        return self._desk.drain()

    def beat(self) -> tuple[tuple[str, int, int], ...]:
        """This site's part of a heartbeat, as `heard` takes it."""
        return self._homes.beat()

    def home_of(self, name: str) -> tuple[Key, tuple[int, int]] | None:
        """The newest (home, epoch) known of a stream, for people."""
        known = self._directory.find(name)
        return None if known is None else (known.home, known.epoch.pair)

    def _handle(self, sender: Key, sender_incarnation: int, frame: StreamFrame) -> None:
        match frame:
            case Append():
                if frame.incarnation > sender_incarnation:
                    message = f"an append of start {frame.incarnation}, which is yet to come"
                    raise RemoteError(message)
                self._homes.arrived(sender, frame)
            case AppendAck():
                self._homes.learn(frame.stream, frame.epoch, sender, taken=True)
                self._outgoing.acknowledged(frame)
            case StreamElsewhere():
                self._homes.learn(frame.stream, frame.epoch, frame.home, taken=False)
            case StreamWish():
                self._leader.wished(sender, frame)
            case StreamPermit():
                self._homes.permitted(sender, frame)
            case StreamHandOver():
                self._homes.offered(sender, frame)
            case _:
                assert_never(frame)

    def _work(self) -> None:
        """Frames of this site to itself, up to a bound; the rest waits for `tick`."""
        for _ in range(limits.LOCAL_FRAMES_PER_CALL_MAX):
            if not self._desk.local:
                break
            self._handle(self._desk.own, self._desk.incarnation, self._desk.local.popleft())
        self._leader.order_entries()
