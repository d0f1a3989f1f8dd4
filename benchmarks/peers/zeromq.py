"""A ZeroMQ relay: lines are pushed to one process, which publishes them in the order they came."""

from __future__ import annotations

import asyncio

import zmq
import zmq.asyncio

from benchmarks.peers.way import Told

HELLO_SECONDS = 0.5
"""A subscription is on its way for a moment, and nobody says when it is there."""


def serve(port: int) -> None:
    """Run a relay until killed: lines come in at `port` and go out at the one after it."""
    context = zmq.Context()
    lines, everybody = context.socket(zmq.PULL), context.socket(zmq.PUB)
    lines.bind(f"tcp://127.0.0.1:{port}")
    everybody.bind(f"tcp://127.0.0.1:{port + 1}")
    while True:
        everybody.send(lines.recv())


class ZeromqWay:
    """A participant's end."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def open(self, told: Told) -> None:
        """See `Way`."""
        context = zmq.asyncio.Context()
        self._out = context.socket(zmq.PUSH)
        self._in = context.socket(zmq.SUB)
        self._out.connect(f"tcp://127.0.0.1:{self._port}")
        self._in.connect(f"tcp://127.0.0.1:{self._port + 1}")
        self._in.subscribe(b"")
        await asyncio.sleep(HELLO_SECONDS)
        self._reading = asyncio.create_task(self._read(told))

    async def _read(self, told: Told) -> None:
        while True:
            told(await self._in.recv())

    def send(self, line: bytes) -> None:
        """See `Way`."""
        self._out.send(line, zmq.NOBLOCK)

    async def close(self) -> None:
        """See `Way`."""
        self._reading.cancel()
        self._out.close(0)
        self._in.close(0)
