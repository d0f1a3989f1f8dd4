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
    """A session that somebody in this network has open.

    `people`: (name, colour) of some, `count` of all; `member`: this computer keeps the session, by
    that key; `admits`: somebody there lets people in; `needs`: the version that is needed to join,
    empty if this one will do.
    """

    key: str
    title: str
    people: tuple[tuple[str, str], ...]
    count: int
    holder: str
    member: bool
    admits: bool = True
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """The one session that was asked.

    `member`: who has it on the screen, empty until heard; `words`: the six that both sides see;
    `answer`: why not, once somebody said no; `again`: asking once more makes sense now.
    """

    key: str
    member: str = ""
    words: tuple[str, ...] = ()
    answer: str = ""
    again: bool = False


class LobbyModel(QObject):
    """`changed` after any change. `looks_around`: somebody fills the near ones."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.kept: tuple[KeptSession, ...] = ()
        self.near: tuple[NearSession, ...] = ()
        self.asked: Asked | None = None
        self.looks_around = False
        self.busy = ""
        self.trouble = ""
        self.near_trouble = ""
        self.probed = ""

    def set_kept(self, kept: tuple[KeptSession, ...]) -> None:
        """Newest first."""
        self.kept = kept
        self.changed.emit()

    def set_near(self, near: tuple[NearSession, ...]) -> None:
        """As found; from the first call on the list is shown."""
        if near != self.near or not self.looks_around:
            self.near, self.looks_around = near, True
            self.changed.emit()

    def set_asked(self, asked: Asked | None) -> None:
        """How far asking a session nearby has come; None for none."""
        self.asked = asked
        self.changed.emit()

    def set_near_trouble(self, text: str) -> None:
        """What does not work in this network."""
        self.near_trouble = text
        self.changed.emit()

    def set_probed(self, text: str) -> None:
        """What became of an address that was typed."""
        self.probed = text
        self.changed.emit()

    def say(self, *, busy: str = "", trouble: str = "") -> None:
        """What is under way, or why it did not work."""
        self.busy, self.trouble = busy, trouble
        self.changed.emit()
