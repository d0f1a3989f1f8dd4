"""NATS: everybody publishes to one subject and listens to it. The client speaks its protocol itself.

One server gives all subscribers of a subject one order as long as nothing else publishes from several
connections at once; core NATS does not promise it, which is enough for a comparison of delays.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import subprocess
from pathlib import Path

from benchmarks.peers.way import Told

SUBJECT = b"order"


def start(program: str, port: int, folder: Path) -> subprocess.Popen[bytes]:
    """Run `nats-server` on this machine only."""
    words = [program, "-a", "127.0.0.1", "-p", str(port), "-l", str(folder / "nats.log")]
    return subprocess.Popen(words)  # noqa: S603 - what the caller named


class NatsWay:
    """A participant's end."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def open(self, told: Told) -> None:
        """See `Way`."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        sock = self._writer.get_extra_info("socket")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await self._reader.readline()
        self._writer.write(b'CONNECT {"verbose":false,"pedantic":false}\r\n')
        self._writer.write(b"SUB " + SUBJECT + b" 1\r\nPING\r\n")
        while await self._reader.readline() != b"PONG\r\n":
            pass
        self._reading = asyncio.create_task(self._read(told))

    async def _read(self, told: Told) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while line := await self._reader.readline():
                if line.startswith(b"MSG"):
                    size = int(line.split()[-1])
                    told((await self._reader.readexactly(size + 2))[:-2])
                elif line.startswith(b"PING"):
                    self._writer.write(b"PONG\r\n")

    def send(self, line: bytes) -> None:
        """See `Way`."""
        self._writer.write(b"PUB %b %d\r\n%b\r\n" % (SUBJECT, len(line), line))

    async def close(self) -> None:
        """See `Way`."""
        self._writer.close()
        self._reading.cancel()
