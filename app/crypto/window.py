"""Which counters of a peer's packets were seen: each is accepted once, old ones not at all.

A sliding window as in RFC 6479 and WireGuard, one int as the bitmap. A packet is peeked at before
it is authenticated and committed after, so that a forged counter can never move the window.
"""

from __future__ import annotations

from app.core import limits
from app.core.errors import RemoteError

_MASK = (1 << limits.REPLAY_WINDOW_PACKETS) - 1


class ReplayWindow:
    """The highest counter and the `REPLAY_WINDOW_PACKETS` counters up to it."""

    def __init__(self) -> None:
        self._highest = -1
        self._seen = 0  # bit n: counter `highest - n` was committed
        self.refused = 0

    def peek(self, counter: int) -> None:
        """Check a counter and remember nothing.

        Raises:
            RemoteError: seen already, or older than the window.
        """
        behind = self._highest - counter
        if behind < 0:
            return
        if behind >= limits.REPLAY_WINDOW_PACKETS or self._seen >> behind & 1:
            self.refused += 1
            message = f"counter {counter} was seen or is too old"
            raise RemoteError(message)

    def commit(self, counter: int) -> None:
        """Remember a counter that was peeked at and authenticated."""
        ahead = counter - self._highest
        if ahead <= 0:
            self._seen |= 1 << -ahead
            return
        # A jump past the window forgets it: shifting by the distance could ask for 2**60 bits.
        kept = self._seen << ahead & _MASK if ahead < limits.REPLAY_WINDOW_PACKETS else 0
        self._seen = kept | 1
        self._highest = counter
