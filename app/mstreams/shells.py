"""Shells at this site: their names, and what they have open.

A shell lives outside and may be gone at any time: what it has appended is in the site's bag, what it
has made is in the log, so only its handles go with it. Never decides whether one may connect.
"""

from __future__ import annotations

from app.core import limits
from app.core.errors import LocalError
from app.mstreams.desk import Desk
from app.mstreams.locating import shell_name


class Shells:
    """Shells by full name, `name@LOCATION`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._open: dict[str, dict[str, None]] = {}
        self._coming: dict[int, str] = {}
        self._last = 0

    def come(self, token: int, name: str) -> str:
        """A shell wants to connect; its full name. Raises `LocalError`."""
        if not self._desk.location:
            message = "this site is not a member of the session yet"
            raise LocalError(message)
        self._last += 1
        full = shell_name(name or f"shell-{self._last}", self._desk.location)
        if full in self._open or full in self._coming.values():
            message = f"there is a shell '{full}' already"
            raise LocalError(message)
        if len(self._open) + len(self._coming) >= limits.SHELLS_MAX:
            message = f"this site has {limits.SHELLS_MAX} shells already"
            raise LocalError(message)
        self._coming[token] = full
        return full

    def decided(self, token: int, *, ok: bool) -> str | None:
        """The site's controller lets a shell in, or not: its name; None for another command."""
        full = self._coming.pop(token, None)
        if full is not None and ok:
            self._open[full] = {}
        return full

    def leave(self, shell: str) -> None:
        """A shell is gone. Raises `LocalError`."""
        self.check(shell)
        del self._open[shell]

    def check(self, shell: str) -> str:
        """The name under which a command speaks. Raises `LocalError`."""
        if not shell:
            return f"@{self._desk.location}"
        if shell not in self._open:
            message = f"there is no shell '{shell}' here; connect first"
            raise LocalError(message)
        return shell

    def open(self, shell: str, stream: str) -> bool:
        """A shell has opened a stream; False if there is no such shell."""
        opened = self._open.get(shell)
        if opened is None:
            return False
        opened[stream] = None
        if len(opened) > limits.HANDLES_MAX:
            del opened[next(iter(opened))]
        return True

    def check_open(self, shell: str, stream: str) -> None:
        """Whether it may append there. Raises `LocalError`."""
        if shell and stream not in self._open[shell]:
            message = f"'{stream}' is not open; open it first"
            raise LocalError(message)

    def ended(self, stream: str) -> None:
        """A stream is no more."""
        for opened in self._open.values():
            opened.pop(stream, None)
