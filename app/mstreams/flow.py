"""The sender's half of the end-to-end storey: an own message is kept until it is consumed.

Messages to a stream are numbered per own incarnation. After a restart what older incarnations left
over goes first, under their old numbers; a newer incarnation's messages wait until those are
consumed. So a home needs one slot per sender, and FIFO holds across restarts too. Never gives up on
a message, and never forgets one that only arrived.
"""

from __future__ import annotations

from app.core import limits
from app.core.errors import LocalError, RemoteError
from app.core.instant import Micros
from app.mstreams import rules
from app.mstreams.backoff import Backoff
from app.mstreams.frames import Append


class Outbox:
    """All own messages to one stream, oldest incarnation first."""

    def __init__(self, stream: str, incarnation: int) -> None:
        self.stream = stream
        self.backoff = Backoff(limits.APPEND_REPEAT_MICROS, limits.APPEND_REPEAT_LONGEST_MICROS)
        self._incarnation = incarnation
        self._flows: dict[int, dict[int, bytes]] = {}
        self._last = 0
        self._sent = 0
        self._count = 0
        self._bytes = 0

    def restore(self, incarnation: int, number: int, payload: bytes) -> None:
        """A message from the disk; call in ascending order."""
        self._keep(incarnation, number, payload)

    def room_for(self, payloads: list[bytes]) -> bool:
        """Whether all of these could be appended now."""
        return (
            self._count + len(payloads) <= limits.FLOW_MESSAGES_MAX
            and self._bytes + sum(map(len, payloads)) <= limits.FLOW_BYTES_MAX
            and all(len(payload) <= limits.APPEND_BYTES_MAX for payload in payloads)
        )

    def append(self, payload: bytes) -> int:
        """Number and keep a message.

        Raises:
            LocalError: it is too long, or too many wait already.
        """
        if len(payload) > limits.APPEND_BYTES_MAX:
            message = f"a message to a stream has at most {limits.APPEND_BYTES_MAX} bytes"
            raise LocalError(message)
        if not self.room_for([payload]):
            message = f"too many messages to '{self.stream}' wait; try again when it can be reached"
            raise LocalError(message)
        self._last += 1
        self._keep(self._incarnation, self._last, payload)
        return self._last

    def fresh(self, now: Micros) -> list[Append]:
        """Messages that the window lets go and that were not sent to this home yet."""
        window = self._window()
        fresh = [append for append in window if append.number > self._sent]
        if fresh:
            self._sent = fresh[-1].number
            if self.backoff.at is None:
                self.backoff.start(now)
        return fresh

    def redirected(self, now: Micros) -> list[Append]:
        """The window anew, for another home: whatever was sent before may have gone astray."""
        self._sent = 0
        self.backoff.stop()
        return self.fresh(now)

    def repeat(self, now: Micros) -> list[Append]:
        """The whole window again; pauses grow."""
        window = self._window()
        self._sent = window[-1].number if window else 0
        if window:
            self.backoff.again(now)
        else:
            self.backoff.stop()
        return window

    def acknowledged(self, incarnation: int, consumed: int, now: Micros) -> list[int]:
        """Numbers that are consumed and forgotten now.

        Raises:
            RemoteError: it names a number that was never given.
        """
        if incarnation > self._incarnation or (
            incarnation == self._incarnation and consumed > self._last
        ):
            message = f"acknowledged {incarnation}.{consumed}, which was never appended"
            raise RemoteError(message)
        flow = self._flows.get(incarnation)
        if flow is None:
            return []
        done = [number for number in flow if rules.forgets(consumed, number)]
        for number in done:
            self._bytes -= len(flow.pop(number))
        self._count -= len(done)
        if not flow:
            del self._flows[incarnation]
            self._sent = 0
        if not self._flows:
            self.backoff.stop()
        elif done:
            self.backoff.start(now)
        return done

    def _keep(self, incarnation: int, number: int, payload: bytes) -> None:
        self._flows.setdefault(incarnation, {})[number] = payload
        self._count += 1
        self._bytes += len(payload)

    def _window(self) -> list[Append]:
        """The oldest messages of the oldest incarnation, within the window's bounds."""
        window: list[Append] = []
        if not self._flows:
            return window
        incarnation, flow = next(iter(self._flows.items()))
        oldest, total = next(iter(flow)), 0
        for number, payload in flow.items():
            total += len(payload)
            if window and total > limits.FLOW_WINDOW_BYTES:
                break
            window.append(Append(self.stream, "", incarnation, number, oldest, payload))
            if len(window) == limits.FLOW_WINDOW_MESSAGES:
                break
        return window
