"""What the lobby lists: sessions kept on this computer, and those found in the network.

Plain values; whoever looks around in the network or on the disk replaces the lists.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal


@dataclass(frozen=True, slots=True)
class KeptSession:
    """A session on this computer's disk. `people`: (name, colour) of the others when last seen."""

    key: str
    title: str
    last_ms: int
    people: tuple[tuple[str, str], ...] = ()
    left: bool = False


@dataclass(frozen=True, slots=True)
class NearSession:
    """A session that somebody in this network has open; `member`: this computer knows its key."""

    key: str
    title: str
    people: tuple[tuple[str, str], ...]
    holder: str
    member: bool


class LobbyModel(QObject):
    """`changed` after any change. `looks_around`: somebody fills the near ones."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.kept: tuple[KeptSession, ...] = ()
        self.near: tuple[NearSession, ...] = ()
        self.looks_around = False
        self.busy = ""
        self.trouble = ""

    def set_kept(self, kept: tuple[KeptSession, ...]) -> None:
        """Newest first."""
        self.kept = kept
        self.changed.emit()

    def set_near(self, near: tuple[NearSession, ...]) -> None:
        """As found; from the first call on the list is shown."""
        self.near, self.looks_around = near, True
        self.changed.emit()

    def say(self, *, busy: str = "", trouble: str = "") -> None:
        """What is under way, or why it did not work."""
        self.busy, self.trouble = busy, trouble
        self.changed.emit()
