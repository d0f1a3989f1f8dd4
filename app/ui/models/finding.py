"""Looking for words in the chat: what was found so far, and which of it is shown. No widget.

Asks the site for one part of the history after the other, newest first. An answer that belongs to
other words is dropped.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.core import limits
from app.node.api import Answered, ChatFound, Done, FindChat
from app.ui.bridge import Answer
from app.ui.strings import Chat

Ask = Callable[[Callable[[int], Answered], Callable[[Answer], None] | None], None]

FOUND_MAX = 1_000
"""More places nobody goes through; the search ends there."""


class Finding(QObject):
    """`changed`: what is known; `shown`: the index of the line to go to."""

    changed = Signal()
    shown = Signal(int)

    def __init__(self, ask: Ask, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ask = ask
        self._number = 0
        self.text = ""
        self.indices: list[int] = []
        self.lines = 0
        self.place = -1
        self.running = False
        self.full = False

    def look_for(self, text: str) -> None:
        """Begin anew with these words; none: stop."""
        self._number += 1
        self.text = text.strip()[: limits.CHAT_FIND_CHARACTERS_MAX]
        self.indices, self.lines, self.place = [], 0, -1
        self.running, self.full = bool(self.text), False
        if self.text:
            self._go_on(None)
        self.changed.emit()

    def step(self, by: int) -> None:
        """To the next place, which is older, or with -1 to the one before; round at the ends."""
        if not self.indices:
            return
        self.place = (self.place + by) % len(self.indices)
        self.changed.emit()
        self.shown.emit(self.indices[self.place])

    def said(self) -> str:
        """How far it is: 3 of 12, looking, or that there is nothing."""
        if not self.text:
            return ""
        if self.indices:
            more = self.running or self.full
            said = Chat.FOUND_MORE if more else Chat.FOUND
            return said(count=self.place + 1, all=len(self.indices))
        if self.running:
            return Chat.LOOKING(self.lines) if self.lines else ""
        return Chat.FOUND_NOTHING(self.lines, text=self.text)

    def _go_on(self, below: int | None) -> None:
        number, text = self._number, self.text
        self._ask(
            lambda token: FindChat(token, text, below),
            lambda answer: self._take(number, answer),
        )

    def _take(self, number: int, answer: Answer) -> None:
        if number != self._number:
            return
        found = answer.value if isinstance(answer, Done) else None
        if not isinstance(found, ChatFound):
            self.running = False
            self.changed.emit()
            return
        first = not self.indices and bool(found.indices)
        room = FOUND_MAX - len(self.indices)
        self.indices += found.indices[:room]
        self.lines += found.lines
        self.full = len(self.indices) == FOUND_MAX
        self.running = found.below_index is not None and not self.full
        if self.running:
            self._go_on(found.below_index)
        if first:
            self.place = 0
            self.shown.emit(self.indices[0])
        self.changed.emit()
