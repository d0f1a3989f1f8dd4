"""Everything that one source has appended and that is not consumed: outboxes by target.

A site has one bag for itself and its shells, which stays; a stream's bag travels with it. Each
message is on disk until it is consumed, and goes anew wherever its home is said to be. Never
consumes anything.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.core import limits
from app.core.errors import LocalError
from app.core.instant import Micros, earliest
from app.mstreams.desk import Desk
from app.mstreams.directory import Directory
from app.mstreams.flow import Outbox, Said
from app.mstreams.frames import Append, AppendAck, Kept
from app.mstreams.records import KEPT_MESSAGE, KeptMessage, kept_field, out_field


class Bag:
    """Outboxes by target.

    Args:
        desk: of this site.
        directory: where targets are.
        source: the stream that sends, empty for the site.
        incarnation: of the source.
    """

    def __init__(
        self, desk: Desk, directory: Directory, source: str = "", incarnation: int = 0
    ) -> None:
        self._desk = desk
        self._directory = directory
        self._source = source
        self._incarnation = incarnation or desk.incarnation
        self._outboxes: dict[str, Outbox] = {}

    @property
    def unsent(self) -> int:
        """Messages that are not consumed yet."""
        return sum(outbox.count for outbox in self._outboxes.values())

    def last(self, name: str) -> int:
        """The number of the last message to a stream."""
        outbox = self._outboxes.get(name)
        return 0 if outbox is None else outbox.last

    def restore_last(self, name: str, last: int) -> None:
        """The number of the last message to a stream, before anything else is said of it."""
        self._outboxes[name] = Outbox(name, self._incarnation, self._source, last)

    def restore(self, name: str, incarnation: int, number: int, payload: bytes) -> None:
        """A kept message from the disk or a hand-over; call in ascending order."""
        self._outbox(name).restore(incarnation, number, payload)

    def kept(self) -> list[Kept]:
        """All messages, in the order in which they have to be given back."""
        return [
            Kept(name, *message)
            for name, outbox in self._outboxes.items()
            for message in outbox.kept()
        ]

    def append(self, name: str, said: Said) -> int:
        """Number, keep and send a message.

        Raises:
            LocalError: no such stream, or too long.
            FlowFull: too many wait.
        """
        if self._directory.find(name) is None:
            message = f"there is no stream '{name}'"
            raise LocalError(message)
        outbox = self._outbox(name)
        number = outbox.append(said)
        self._save(name, self._incarnation, number, said.payload)
        self._send(name, outbox.fresh(self._desk.now))
        return number

    def room_for(self, name: str, payloads: list[bytes]) -> bool:
        """Whether all of these could be appended now; the rest of a stream's bag aside."""
        return self._directory.find(name) is not None and self._outbox(name).room_for(payloads)

    def fits(self, payloads: list[bytes]) -> bool:
        """Whether a stream may keep so much more: all of it has to travel."""
        size = sum(outbox.bytes for outbox in self._outboxes.values()) + sum(map(len, payloads))
        count = self.unsent + len(payloads)
        return size <= limits.STREAM_KEPT_BYTES_MAX and count <= limits.FLOW_MESSAGES_MAX

    def acknowledged(self, frame: AppendAck) -> None:
        """Forget what is consumed, and send what the window lets go now.

        Raises:
            RemoteError: it names a number that was never given.
        """
        outbox = self._outboxes.get(frame.stream)
        if outbox is None:
            return
        now = self._desk.now
        for number in outbox.acknowledged(frame.incarnation, frame.consumed, now):
            self._save(frame.stream, frame.incarnation, number, None)
        self._send(frame.stream, outbox.fresh(now))

    def save_all(self) -> None:
        """Put everything on disk: the bag has come here."""
        for kept in self.kept():
            self._save(kept.target, kept.incarnation, kept.number, kept.payload)

    def forget_all(self) -> None:
        """Nothing of this is kept here any more."""
        for name in list(self._outboxes):
            self.forget(name)

    def forget(self, name: str) -> None:
        """The target has ended: what waits for it is void."""
        outbox = self._outboxes.pop(name, None)
        if outbox is not None:
            for incarnation, number, _ in outbox.kept():
                self._save(name, incarnation, number, None)

    def redirect(self, name: str) -> None:
        """The target's home may be another one: send there what waits."""
        outbox = self._outboxes.get(name)
        if outbox is not None:
            self._send(name, outbox.redirected(self._desk.now))

    def redirect_all(self) -> None:
        """Other sites are present than before, or the source is elsewhere."""
        for name in self._outboxes:
            self.redirect(name)

    def repeat(self) -> None:
        """Send again what is due."""
        now = self._desk.now
        for name, outbox in self._outboxes.items():
            if outbox.backoff.due(now):
                self._send(name, outbox.repeat(now))

    def deadline(self) -> Micros | None:
        """When something is due."""
        return earliest(*[outbox.backoff.at for outbox in self._outboxes.values()])

    def _outbox(self, name: str) -> Outbox:
        outbox = self._outboxes.get(name)
        if outbox is None:
            outbox = self._outboxes[name] = Outbox(name, self._incarnation, self._source)
        return outbox

    def _save(self, name: str, incarnation: int, number: int, payload: bytes | None) -> None:
        if self._source:
            field = kept_field(incarnation, number, self._source, name)
        else:
            field = out_field(incarnation, number, name)
        value = None if payload is None else KEPT_MESSAGE.encode(KeptMessage(payload))
        self._desk.save(field, value)

    def _send(self, name: str, appends: Sequence[Append]) -> None:
        known = self._directory.find(name)
        if known is not None:
            for append in appends:
                self._desk.send(known.home, append)
