"""Guest processes of this site: their numbers, and what is to be done with them.

Whoever has a guest is asked by its number; nobody else knows it. Numbers are never used again.
"""

from __future__ import annotations

import json

from app.core.codec import Plain
from app.node.contract import GuestOutput, StartGuest, StopGuest, TellGuest


def compact(plain: Plain) -> bytes:
    """JSON in UTF-8, without spaces."""
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()


class Guests:
    """`outputs` collects what the driver must do, in order."""

    def __init__(self) -> None:
        self.outputs: list[GuestOutput] = []
        self._last = 0

    def start(self, kind: str, program: Plain = None) -> int:
        """Start a guest process; its number."""
        self._last += 1
        self.outputs.append(
            StartGuest(self._last, kind, b"" if program is None else compact(program))
        )
        return self._last

    def tell(self, guest: int, message: Plain) -> None:
        """Give it a message, an array."""
        self.outputs.append(TellGuest(guest, compact(message)))

    def stop(self, guest: int) -> None:
        """End it."""
        self.outputs.append(StopGuest(guest))
