"""The site's end of the control socket: lines of JSON in, lines of JSON out.

Only this user can reach it (permissions; a token on TCP). It knows nothing of what is asked: a
`Desk` answers. Lines, clients and unread answers are bounded; a client that breaks a bound is hung
up on, the site goes on.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import secrets
from pathlib import Path
from typing import Any, Protocol

from app.core import limits
from app.core.errors import KnownError
from app.drivers.control.place import (
    HAS_UNIX_SOCKETS,
    POINTER,
    Place,
    socket_path,
    write_pointer,
)

Message = dict[str, Any]


class Connection:
    """One command's connection."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    def reply(self, message: Message) -> None:
        """Send a line; a client that doesn't read is hung up on."""
        transport = self._writer.transport
        if transport.is_closing():
            return
        if transport.get_write_buffer_size() > limits.CONTROL_BACKLOG_BYTES_MAX:
            transport.abort()
            return
        text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
        self._writer.write(text.encode("utf-8", "replace") + b"\n")


class Desk(Protocol):
    """Who answers."""

    def opened(self, connection: Connection) -> None:
        """A command came."""

    def request(self, connection: Connection, message: Message) -> None:
        """It asks; answers go to `connection.reply`, now or later."""

    def closed(self, connection: Connection) -> None:
        """It went away."""


_ACCEPT_TURNS = 8
"""Turns of the loop after which a connection that was just accepted is known here."""


class ControlServer:
    """Listens for the commands of one data folder; make one with `ControlServer.open`."""

    def __init__(self, folder: Path, desk: Desk) -> None:
        self._folder = folder
        self._desk = desk
        self._writers: dict[asyncio.StreamWriter, None] = {}
        self._turned_away: dict[asyncio.StreamWriter, None] = {}
        self._server: asyncio.Server | None = None
        self._path: Path | None = None
        self._token = ""

    @classmethod
    async def open(
        cls, folder: Path, desk: Desk, *, unix: bool = HAS_UNIX_SOCKETS
    ) -> ControlServer:
        """Listen, and say where in the folder. The caller holds the folder's lock.

        Raises:
            KnownError: the socket can't be made.
        """
        server = cls(folder, desk)
        try:
            if unix:
                await server._listen_unix()
            else:
                await server._listen_tcp()
        except OSError as error:
            message = (
                f"The control socket of {folder} cannot be made ({error.strerror}). Nothing was"
                " changed. Check the permissions of that folder and of the temporary one."
            )
            raise KnownError(message) from error
        return server

    async def _listen_unix(self) -> None:
        path = socket_path(self._folder)
        path.unlink(missing_ok=True)
        self._path = path
        self._server = await asyncio.start_unix_server(
            self._serve, path, limit=limits.CONTROL_LINE_BYTES_MAX
        )
        path.chmod(0o600)
        write_pointer(self._folder, Place(path=str(path)))

    async def _listen_tcp(self) -> None:
        self._token = secrets.token_hex(16)
        self._server = await asyncio.start_server(
            self._serve, "127.0.0.1", 0, limit=limits.CONTROL_LINE_BYTES_MAX
        )
        port = self._server.sockets[0].getsockname()[1]
        write_pointer(self._folder, Place(port=port, token=self._token))

    async def close(self) -> None:
        """Stop listening; answers that are under way are still sent, for a second at most."""
        if self._server is not None:
            await self._stop_accepting(self._server)
            self._server.close()
        (self._folder / POINTER).unlink(missing_ok=True)
        if self._path is not None:
            self._path.unlink(missing_ok=True)
        writers = [*self._writers, *self._turned_away]
        for writer in writers:
            writer.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                for writer in writers:
                    with contextlib.suppress(OSError):
                        await writer.wait_closed()
        for writer in writers:
            writer.transport.abort()

    @staticmethod
    async def _stop_accepting(server: asyncio.Server) -> None:
        """Let what was just accepted arrive here: a closing server drops it half made."""
        loop = asyncio.get_running_loop()
        for listening in server.sockets:
            with contextlib.suppress(NotImplementedError):
                loop.remove_reader(listening.fileno())
        for _ in range(_ACCEPT_TURNS):
            await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(writer)
        if len(self._writers) >= limits.CONTROL_CLIENTS_MAX:
            self._turned_away[writer] = None
            try:
                await _turn_away(connection, reader)
            finally:
                await self._hang_up(writer, self._turned_away)
            return
        self._writers[writer] = None
        self._desk.opened(connection)
        try:
            if await self._is_admitted(reader):
                await self._read(reader, writer, connection)
        except (OSError, asyncio.IncompleteReadError):
            pass
        except (ValueError, RecursionError):
            connection.reply({"error": "that is no request of one line of JSON", "exit": 2})
        finally:
            self._desk.closed(connection)
            await self._hang_up(writer, self._writers)

    @staticmethod
    async def _hang_up(
        writer: asyncio.StreamWriter, among: dict[asyncio.StreamWriter, None]
    ) -> None:
        """Close a connection; `close` knows of it until it is gone."""
        writer.close()
        try:
            with contextlib.suppress(OSError):
                await writer.wait_closed()
        finally:
            among.pop(writer, None)

    async def _is_admitted(self, reader: asyncio.StreamReader) -> bool:
        if not self._token:
            return True
        line = await reader.readline()
        return hmac.compare_digest(line.strip(), self._token.encode("ascii"))

    async def _read(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: Connection
    ) -> None:
        """Requests, one after another; a client that doesn't read its answers isn't read either.

        Raises:
            ValueError: a line is too long, or not a JSON object.
            RecursionError: it is nested too deeply.
        """
        while line := await reader.readline():
            message = json.loads(line)
            if not isinstance(message, dict):
                raise ValueError  # noqa: TRY004 - wrong like any other line
            self._desk.request(connection, message)
            await writer.drain()


async def _turn_away(connection: Connection, reader: asyncio.StreamReader) -> None:
    """Say why, and read what was asked: hanging up on unread bytes would take the answer back."""
    why = (
        f"{limits.CONTROL_CLIENTS_MAX} commands talk to this site already, which is the most it"
        " takes. Nothing was done; end one of them and try again."
    )
    connection.reply({"error": why, "exit": 1})
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(limits.CONTROL_GOODBYE_SECONDS):
            while await reader.read(65_536):
                pass
