"""Numbered packets from one host to another, and which of them came, in which order."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator

from tests.netlab.lab import PATIENCE_SECONDS, Host, Lab

HEADERS_BYTES = 14 + 20 + 8
AT_ONCE = 64
"""Packets that are sent before it is seen that they came to the network."""

ASK_AGAIN_SECONDS = 0.002
"""Leaves the processor to whom the question is about."""


def until(holds: Callable[[], object], what: str) -> None:
    """Ask again and again; AssertionError after a patience that is never short."""
    end = time.monotonic() + PATIENCE_SECONDS
    never = threading.Event()
    while not holds():
        assert time.monotonic() < end, f"never: {what}"
        never.wait(ASK_AGAIN_SECONDS)


class Traffic:
    """One socket at each end; what is sent is counted by the network itself."""

    def __init__(self, lab: Lab, source: Host, target: Host) -> None:
        self.lab = lab
        self.source, self.target = source, target
        self._out, self._in = source.socket(), target.socket()
        self._in.settimeout(PATIENCE_SECONDS)
        self.address = (target.address, self._in.getsockname()[1])
        self._sent = 0

    def send(self, count: int, size: int = 100) -> None:
        """`count` packets of `size` bytes on the wire, and wait until all are on their way."""
        for _ in range(count):
            self.throw(size)
            if self._sent % AT_ONCE == 0:
                self._all_offered()
        self._all_offered()

    def throw(self, size: int = 100) -> None:
        """One packet, without looking after it."""
        number = self._sent.to_bytes(4, "big")
        self._out.sendto(number.ljust(size - HEADERS_BYTES, b"."), self.address)
        self._sent += 1

    def _all_offered(self) -> None:
        def all_there() -> bool:
            counts = self.lab.seen(self.source, self.target).counts
            return counts.offered + counts.cut >= self._sent

        until(all_there, f"{self._sent} packets at the network")

    def one(self) -> bytes:
        """The next packet that comes."""
        return self._in.recv(65_536)

    def come(self) -> list[int]:
        """Numbers of all packets that came, once nothing is under way any more."""
        until(lambda: self.lab.tell()["under_way"] == 0, "an empty network")
        counts = self.lab.seen(self.source, self.target).counts
        found = [int.from_bytes(self.one()[:4], "big") for _ in range(counts.delivered)]
        self._in.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            more = self._in.recv(65_536)
            message = f"{more[:4].hex()} came without having been sent"
            raise AssertionError(message)
        return found

    def close(self) -> None:
        self._out.close()
        self._in.close()


@contextlib.contextmanager
def traffic(lab: Lab, source: Host, target: Host) -> Iterator[Traffic]:
    """Traffic that is closed at the end."""
    made = Traffic(lab, source, target)
    try:
        yield made
    finally:
        made.close()
