"""What this site itself says to streams: appended messages and wishes, and where they go.

Keeps each message on disk until it is consumed, and sends it anew wherever the home is said to be.
Never consumes anything and never judges a move.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.core.errors import LocalError
from app.core.ids import Key
from app.core.instant import Micros, earliest
from app.mstreams.desk import Desk
from app.mstreams.directory import Directory
from app.mstreams.flow import Outbox
from app.mstreams.frames import Append, AppendAck
from app.mstreams.records import KEPT_MESSAGE, KeptMessage, out_field
from app.mstreams.wishes import Wishes


class Outgoing:
    """Outboxes by stream, and open wishes."""

    def __init__(self, desk: Desk, directory: Directory) -> None:
        self._desk = desk
        self._directory = directory
        self._outboxes: dict[str, Outbox] = {}
        self._wishes = Wishes()

    def restore(self, name: str, incarnation: int, number: int, payload: bytes) -> None:
        """A kept message from the disk; call in ascending order."""
        self._outbox(name).restore(incarnation, number, payload)

    def append(self, name: str, payload: bytes) -> int:
        """Number, keep and send a message.

        Raises:
            LocalError: no such stream, too long, or too many wait.
        """
        if self._directory.find(name) is None:
            message = f"there is no stream '{name}'"
            raise LocalError(message)
        outbox = self._outbox(name)
        number = outbox.append(payload)
        field = out_field(self._desk.incarnation, number, name)
        self._desk.save(field, KEPT_MESSAGE.encode(KeptMessage(payload)))
        self._send(name, outbox.fresh(self._desk.now))
        return number

    def room_for(self, name: str, payloads: list[bytes]) -> bool:
        """Whether all of these could be appended now."""
        return self._directory.find(name) is not None and self._outbox(name).room_for(payloads)

    def acknowledged(self, frame: AppendAck) -> None:
        """Forget what is consumed, and send what the window lets go now.

        Raises:
            RemoteError: it names a number that was never given.
        """
        outbox = self._outboxes.get(frame.stream)
        if outbox is None or frame.source:
            return
        now = self._desk.now
        for number in outbox.acknowledged(frame.incarnation, frame.consumed, now):
            self._desk.save(out_field(frame.incarnation, number, frame.stream), None)
        self._send(frame.stream, outbox.fresh(now))

    def wish(self, name: str, target: Key) -> None:
        """Ask the leader for a move, for a while.

        Raises:
            LocalError: no such stream.
        """
        known = self._directory.find(name)
        if known is None:
            message = f"there is no stream '{name}'"
            raise LocalError(message)
        if known.home != target:
            wish = self._wishes.add(name, known.epoch, target, self._desk.now)
            self._desk.send_to_leader(wish)

    def redirect(self, name: str) -> None:
        """The home may be another one: send there what waits."""
        outbox = self._outboxes.get(name)
        if outbox is not None:
            self._send(name, outbox.redirected(self._desk.now))
        self._wishes.moved(name, self._directory.find(name), self._desk.now)

    def redirect_all(self) -> None:
        """Other sites are present than before."""
        for name in self._outboxes:
            self.redirect(name)

    def repeat(self) -> None:
        """Send again what is due."""
        now = self._desk.now
        for name, outbox in self._outboxes.items():
            if outbox.backoff.due(now):
                self._send(name, outbox.repeat(now))
        for wish in self._wishes.due(now):
            self._desk.send_to_leader(wish)

    def deadline(self) -> Micros | None:
        """When something is due."""
        return earliest(
            self._wishes.deadline(), *[outbox.backoff.at for outbox in self._outboxes.values()]
        )

    def _outbox(self, name: str) -> Outbox:
        outbox = self._outboxes.get(name)
        if outbox is None:
            outbox = self._outboxes[name] = Outbox(name, self._desk.incarnation)
        return outbox

    def _send(self, name: str, appends: Sequence[Append]) -> None:
        known = self._directory.find(name)
        if known is not None:
            for append in appends:
                self._desk.send(known.home, append)
