"""Guest processes of this site: what is to be done with them, and numbers for shared programs.

Agents' guests are numbered by the streams, from 1 on; those of shared programs from far above, so
that a number says whose guest it is. Numbers are never used again while the site runs.
"""

from __future__ import annotations

import json
from typing import Final

from app.core.codec import Plain
from app.node.contract import GuestOutput, StartGuest, StopGuest, TellGuest

SHARED_FROM: Final = 2**32
"""The first number of a shared program's guest."""


def compact(plain: Plain) -> bytes:
    """JSON in UTF-8, without spaces."""
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()


class Guests:
    """`outputs` collects what the driver must do, in order."""

    def __init__(self) -> None:
        self.outputs: list[GuestOutput] = []
        self._last = SHARED_FROM - 1

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
