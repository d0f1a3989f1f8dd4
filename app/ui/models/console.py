"""What agents said at this computer, and commands with their answers: a bounded list of lines.

Holds lines and nothing else; it listens from the beginning of the session, seen or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.node.api import Console
from app.ui.moments import Clock, time_of_day
from app.ui.strings import Streams as Text

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()

LINES_MAX = 500
"""Lines kept: more than anybody reads, few enough to lay out at once."""
LINES_TRIMMED = 50
"""So many of the oldest go at once, so that a flood doesn't lay out every line anew."""
LINES_OF_ONE_MAX = 20
"""Lines of one text."""
TEXT_CHARACTERS_MAX = 1_000
"""Characters of one line; what is longer ends with an ellipsis."""
LINE = int(Qt.ItemDataRole.UserRole) + 1
"""Role of the whole `ConsoleLine`."""


class Kind(Enum):
    """Who says a line; the value is its sentence for a screen reader."""

    SAID = Text.LINE_SPOKEN
    """An agent, or the site about it."""
    TYPED = Text.LINE_TYPED
    ANSWERED = Text.LINE_ANSWERED
    REFUSED = Text.LINE_REFUSED


@dataclass(frozen=True, slots=True)
class ConsoleLine:
    """One line; `stream` is empty for commands and answers."""

    kind: Kind
    wall_ms: int
    stream: str
    text: str

    def spoken(self) -> str:
        """One sentence."""
        time = time_of_day(self.wall_ms)
        if self.kind is Kind.SAID:
            return Text.LINE_SPOKEN(time=time, stream=self.stream, text=self.text)
        sentence: str = self.kind.value(time=time, text=self.text)
        return sentence


class ConsoleModel(QAbstractListModel):
    """Lines, the oldest first."""

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._lines: list[ConsoleLine] = []

    def hear(self, event: Console) -> None:
        """An agent says something."""
        self._add(Kind.SAID, event.stream, event.text)

    def note(self, kind: Kind, text: str) -> None:
        """A command, or what came of it."""
        self._add(kind, "", text)

    def clear(self) -> None:
        """Begin with an empty one."""
        self.beginResetModel()
        self._lines = []
        self.endResetModel()

    def line(self, place: int) -> ConsoleLine:
        """The line at that place."""
        return self._lines[place]

    def rowCount(self, parent: Index = _NO_PARENT) -> int:  # noqa: N802 - Qt's name
        """Lines that are kept."""
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """The line itself, its text, or one sentence for a screen reader."""
        if not index.isValid() or index.row() >= len(self._lines):
            return None
        line = self._lines[index.row()]
        if role == LINE:
            return line
        if role == Qt.ItemDataRole.DisplayRole:
            return line.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return line.spoken()
        return None

    def _add(self, kind: Kind, stream: str, text: str) -> None:
        now = self._clock.wall_ms()
        lines = (text.splitlines() or [""])[:LINES_OF_ONE_MAX]
        first = len(self._lines)
        self.beginInsertRows(QModelIndex(), first, first + len(lines) - 1)
        self._lines += [ConsoleLine(kind, now, stream, _short(each)) for each in lines]
        self.endInsertRows()
        extra = len(self._lines) - LINES_MAX
        if extra > 0:
            gone = max(extra, LINES_TRIMMED)
            self.beginRemoveRows(QModelIndex(), 0, gone - 1)
            del self._lines[:gone]
            self.endRemoveRows()


def _short(text: str) -> str:
    """Without signs that no line can show, and not endless."""
    shown = "".join([each if each.isprintable() else " " for each in text.expandtabs(4)])
    if len(shown) <= TEXT_CHARACTERS_MAX:
        return shown
    return f"{shown[: TEXT_CHARACTERS_MAX - 1]}…"
