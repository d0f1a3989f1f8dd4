"""A command's end of the control socket. Blocking, because a command does one thing and ends."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

from app.core.errors import KnownError
from app.drivers.control.place import HAS_UNIX_SOCKETS, Place, read_pointer
from app.drivers.folder import owner

Message = dict[str, Any]


class Client:
    """A connection to the running site of a data folder. One thread may send, one receive."""

    def __init__(self, sock: socket.socket, folder: Path) -> None:
        self._socket = sock
        self._folder = folder
        self._lines = sock.makefile("rb")

    @classmethod
    def connect(cls, folder: Path) -> Client:
        """Reach the site that runs in `folder`.

        Raises:
            KnownError: none does, or its socket is gone.
        """
        place = read_pointer(folder)
        try:
            if place is None:
                raise OSError
            sock = _reach(place)
        except OSError:
            raise _unreachable(folder) from None
        return cls(sock, folder)

    def send(self, message: Message) -> None:
        """Ask something; raises `KnownError` if the site ended."""
        text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
        try:
            self._socket.sendall(text.encode("utf-8", "replace") + b"\n")
        except OSError:
            raise self._ended() from None

    def receive(self) -> Message:
        """The next answer; raises `KnownError` if the site ended."""
        try:
            line = self._lines.readline()
        except OSError:
            line = b""
        if not line:
            raise self._ended()
        message: Message = json.loads(line)
        return message

    def close(self) -> None:
        """Hang up."""
        self._lines.close()
        self._socket.close()

    def _ended(self) -> KnownError:
        return KnownError(
            f"The site in {self._folder} ended. What it had taken is saved; start it again with"
            f" 'talkstick site --data {self._folder}' and it goes on."
        )


def _unreachable(folder: Path) -> KnownError:
    process = owner(folder)
    if process is None:
        return KnownError(
            f"No site runs in {folder}. Start one with 'talkstick site --data {folder} ...', or"
            " name the folder of the running one with --data."
        )
    return KnownError(
        f"The site in {folder} runs (process {process}), but its control socket is gone or not"
        " there yet. Nothing was done. If it has just started, try again; else end that process"
        f" and start it again with 'talkstick site --data {folder}': all it has taken is saved."
    )


def _reach(place: Place) -> socket.socket:
    if place.path and HAS_UNIX_SOCKETS:
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            sock.connect(place.path)
        except OSError:
            sock.close()
            raise
        return sock
    sock = socket.create_connection(("127.0.0.1", place.port), timeout=5)
    sock.settimeout(None)
    sock.sendall(place.token.encode("ascii") + b"\n")
    return sock
