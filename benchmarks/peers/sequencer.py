"""A fixed sequencer: one process numbers what comes by TCP and sends it to everybody."""

from __future__ import annotations

import asyncio
import contextlib
import socket

from benchmarks.peers.way import Told

LENGTH_BYTES = 4


def _framed(line: bytes) -> bytes:
    return len(line).to_bytes(LENGTH_BYTES, "big") + line


async def _frames(reader: asyncio.StreamReader, told: Told) -> None:
    with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            size = int.from_bytes(await reader.readexactly(LENGTH_BYTES), "big")
            told(await reader.readexactly(size))


class Sequencer:
    """The process that orders: reads a line, sends it to all, in the order of reading."""

    def __init__(self) -> None:
        self._writers: list[asyncio.StreamWriter] = []

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _quick(writer)
        self._writers.append(writer)
        await _frames(reader, self._tell)
        self._writers.remove(writer)
        writer.close()

    def _tell(self, line: bytes) -> None:
        for writer in self._writers:
            writer.write(_framed(line))

    async def run(self, port: int) -> None:
        """Listen at a port of this machine until killed."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        async with server:
            await server.serve_forever()


def serve(port: int) -> None:
    """Run one until killed."""
    asyncio.run(Sequencer().run(port))


def _quick(writer: asyncio.StreamWriter) -> None:
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class SequencerWay:
    """A participant's end."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def open(self, told: Told) -> None:
        """See `Way`."""
        reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        _quick(self._writer)
        self._reading = asyncio.create_task(_frames(reader, told))

    def send(self, line: bytes) -> None:
        """See `Way`."""
        self._writer.write(_framed(line))

    async def close(self) -> None:
        """See `Way`."""
        self._writer.close()
        self._reading.cancel()
