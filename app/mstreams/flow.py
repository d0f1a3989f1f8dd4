"""The sender's half of the end-to-end storey: a message is kept until it is consumed.

Messages to a stream are numbered per incarnation of their source. After a restart what older
incarnations left over goes first, under their old numbers; a newer incarnation's messages wait until
those are consumed. So a home needs one slot per sender, and FIFO holds across restarts too. The
window and the pause before a repetition follow how fast the home consumes. Never gives up on a
message, and never forgets one that only arrived.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.core import limits
from app.core.errors import LocalError, RemoteError
from app.core.instant import Micros
from app.mstreams import rules
from app.mstreams.backoff import Backoff
from app.mstreams.frames import Append


class FlowFull(LocalError):
    """Too many messages wait already."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message with who in particular said it, and whether an answer is awaited."""

    payload: bytes
    shell: str = ""
    call: bool = False


class Outbox:
    """All messages of one source to one stream, oldest incarnation first.

    Args:
        stream: where they go.
        incarnation: of the source: a site's start, or the view number of a stream's epoch.
        source: the stream that sends, empty for the site.
        last: the number of the last message of this incarnation.
    """

    def __init__(self, stream: str, incarnation: int, source: str = "", last: int = 0) -> None:
        self.stream = stream
        self.source = source
        self.backoff = Backoff(limits.APPEND_REPEAT_MICROS, limits.APPEND_REPEAT_LONGEST_MICROS)
        self.count = 0
        self.bytes = 0
        self._incarnation = incarnation
        self._flows: dict[int, dict[int, Said]] = {}
        self._last = last
        self._sent = 0
        self._width = limits.FLOW_WINDOW_MESSAGES
        self._timed: tuple[int, int, Micros] | None = None
        self._smoothed_micros = 0
        self._variance_micros = 0

    @property
    def last(self) -> int:
        """The number of the last message of this incarnation."""
        return self._last

    def restore(self, incarnation: int, number: int, payload: bytes) -> None:
        """A message from the disk; call in ascending order."""
        self._keep(incarnation, number, Said(payload))
        if incarnation == self._incarnation:
            self._last = max(self._last, number)

    def room_for(self, payloads: list[bytes]) -> bool:
        """Whether all of these could be appended now."""
        return (
            self.count + len(payloads) <= limits.FLOW_MESSAGES_MAX
            and self.bytes + sum(map(len, payloads)) <= limits.FLOW_BYTES_MAX
            and all(len(payload) <= limits.APPEND_BYTES_MAX for payload in payloads)
        )

    def append(self, said: Said) -> int:
        """Number and keep a message.

        Raises:
            LocalError: it is too long.
            FlowFull: too many wait already.
        """
        if len(said.payload) > limits.APPEND_BYTES_MAX:
            message = f"a message to a stream has at most {limits.APPEND_BYTES_MAX} bytes"
            raise LocalError(message)
        if not self.room_for([said.payload]):
            message = f"too many messages to '{self.stream}' wait; try again when it can be reached"
            raise FlowFull(message)
        self._last += 1
        self._keep(self._incarnation, self._last, said)
        return self._last

    def kept(self) -> list[tuple[int, int, bytes]]:
        """(incarnation, number, payload) of everything that is not consumed, in order."""
        return [
            (incarnation, number, said.payload)
            for incarnation, flow in self._flows.items()
            for number, said in flow.items()
        ]

    def fresh(self, now: Micros) -> list[Append]:
        """Messages that the window lets go and that were not sent to this home yet."""
        window = self._window()
        fresh = [append for append in window if append.number > self._sent]
        if fresh:
            self._sent = fresh[-1].number
            if self._timed is None:
                self._timed = (fresh[-1].incarnation, fresh[-1].number, now)
            if self.backoff.at is None:
                self.backoff.start(now)
        return fresh

    def redirected(self, now: Micros) -> list[Append]:
        """The window anew, for another home: whatever was sent before may have gone astray."""
        self._sent = 0
        self._timed = None
        self.backoff.stop()
        return self.fresh(now)

    def repeat(self, now: Micros) -> list[Append]:
        """The window again, half as wide: its home did not answer in the expected time."""
        self._width = max(limits.FLOW_WINDOW_MESSAGES_MIN, self._width // 2)
        self._timed = None
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
            self.bytes -= len(flow.pop(number).payload)
        self.count -= len(done)
        self._measure(incarnation, consumed, now)
        self._width = min(limits.FLOW_WINDOW_MESSAGES, self._width + len(done))
        if not flow:
            del self._flows[incarnation]
            self._sent = 0
        if not self._flows:
            self.backoff.stop()
        elif done:
            self.backoff.start(now)
        return done

    def _measure(self, incarnation: int, consumed: int, now: Micros) -> None:
        """How long a message takes until it is consumed, as for TCP's timer (RFC 6298)."""
        if self._timed is None or (incarnation, consumed) < self._timed[:2]:
            return
        sample = now - self._timed[2]
        self._timed = None
        if not self._smoothed_micros:
            self._smoothed_micros, self._variance_micros = sample, sample // 2
        else:
            deviation = abs(self._smoothed_micros - sample)
            self._variance_micros += (deviation - self._variance_micros) // 4
            self._smoothed_micros += (sample - self._smoothed_micros) // 8
        expected = self._smoothed_micros + 4 * self._variance_micros
        self.backoff.pace(max(limits.APPEND_REPEAT_MICROS, expected))

    def _keep(self, incarnation: int, number: int, said: Said) -> None:
        self._flows.setdefault(incarnation, {})[number] = said
        self.count += 1
        self.bytes += len(said.payload)

    def _window(self) -> list[Append]:
        """The oldest messages of the oldest incarnation, within the window's bounds."""
        window: list[Append] = []
        if not self._flows:
            return window
        incarnation, flow = next(iter(self._flows.items()))
        oldest, total = next(iter(flow)), 0
        for number, said in flow.items():
            total += len(said.payload)
            if window and total > limits.FLOW_WINDOW_BYTES:
                break
            window.append(
                Append(
                    self.stream,
                    self.source,
                    incarnation,
                    number,
                    oldest,
                    said.payload,
                    said.shell,
                    said.call,
                )
            )
            if len(window) == self._width:
                break
        return window
