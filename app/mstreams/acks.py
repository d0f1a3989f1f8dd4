"""Which packet numbers came, and when to say so.

Numbers are kept as ranges, newest first, above a floor: what the sender no longer waits for, or what
fell out because there were too many ranges. A number below the floor counts as seen, so a packet is
never taken twice. Must never decide anything by a packet's content beyond "does it want an answer".
"""

from __future__ import annotations

from app.core import limits
from app.core.instant import Micros, after
from app.mstreams.packets import Range, ack_block


class Received:
    """Numbers of received packets, and the acknowledgement that is owed (RFC 9000, 13.2)."""

    def __init__(self) -> None:
        self._ranges: list[Range] = []
        self._floor = 0
        self._owed = 0
        self._out_of_order = False
        self._due: Micros | None = None
        self._largest_wanting = -1
        self._largest_wanting_at = Micros(0)

    @property
    def owed(self) -> bool:
        """Whether some packet wants an acknowledgement that did not leave yet."""
        return self._owed > 0

    def seen(self, number: int) -> bool:
        """Whether that packet came before, or is too old to tell."""
        if number < self._floor:
            return True
        for low, high in self._ranges:
            if number > high:
                return False
            if number >= low:
                return True
        return False

    def note(self, number: int, floor: int, wants_ack: bool, now: Micros) -> None:
        """Take in an unseen packet whose sender waits for nothing below `floor` <= `number`."""
        ranges = self._ranges
        in_order = not ranges or number == ranges[0][1] + 1
        if ranges and in_order:
            ranges[0] = (ranges[0][0], number)
        else:
            self._insert(number)
        self._raise_floor(floor)
        if not wants_ack:
            return
        self._owed += 1
        self._out_of_order |= not in_order
        if number > self._largest_wanting:
            self._largest_wanting = number
            self._largest_wanting_at = now
        if self._due is None:
            self._due = after(now, limits.ACK_DELAY_MICROS_MAX)

    def _insert(self, number: int) -> None:
        """Put a number that does not extend the newest range into its place."""
        ranges = self._ranges
        index = 0
        while index < len(ranges) and ranges[index][0] > number:
            index += 1
        low = high = number
        if index < len(ranges) and ranges[index][1] == number - 1:
            low = ranges.pop(index)[0]
        if index > 0 and ranges[index - 1][0] == number + 1:
            index -= 1
            high = ranges.pop(index)[1]
        ranges.insert(index, (low, high))
        if len(ranges) > limits.ACK_RANGES_MAX:
            self._floor = ranges.pop()[1] + 1

    def _raise_floor(self, floor: int) -> None:
        """Forget what lies below."""
        if floor <= self._floor:
            return
        self._floor = floor
        ranges = self._ranges
        while ranges and ranges[-1][1] < floor:
            ranges.pop()
        if ranges and ranges[-1][0] < floor:
            ranges[-1] = (floor, ranges[-1][1])

    def due(self, now: Micros) -> bool:
        """Whether the acknowledgement must not wait: two packets, a gap or a late one, or time."""
        if self._due is None:
            return False
        return self._owed >= 2 or self._out_of_order or now >= self._due

    def deadline(self) -> Micros | None:
        """When a lone packet's acknowledgement leaves at the latest."""
        return self._due

    def block(self, now: Micros) -> bytes:
        """The acknowledgement as a block for a packet that leaves now."""
        return ack_block(self._ranges, now - self._largest_wanting_at)

    def settle(self) -> None:
        """The acknowledgement left."""
        self._owed = 0
        self._out_of_order = False
        self._due = None
