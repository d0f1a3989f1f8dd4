"""The tab's own shell: runs typed commands one after the other, and notes what comes of them.

It asks to be let in with the first command, so that a site's controller hears of nobody who only
looks. What it made and appended stays when it leaves.
"""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QObject, Signal

from app.core.errors import LocalError
from app.node.api import ConnectShell, Denied, LeaveShell
from app.ui.bridge import Answer, NodeBridge
from app.ui.models.console import ConsoleModel, Kind
from app.ui.stick.streams.command import HELP, Make, help_text, read, words_of
from app.ui.strings import Streams as Text

WAITING_MAX = 20
"""Commands that wait for the one before them."""


class PanelShell(QObject):
    """`acted` after a command was done: what is shown may be old. `refused` carries a reason."""

    acted = Signal()
    refused = Signal(str)

    def __init__(
        self, bridge: NodeBridge, console: ConsoleModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._console = console
        self._name = ""
        self._busy = False
        self._waiting: deque[Make] = deque()

    def run(self, line: str) -> None:
        """Note a whole command and run it. Unfinished: more lines belong to it."""
        try:
            words = words_of(line)
            if not words:
                return
            self._console.note(Kind.TYPED, line.strip())
            if words[0] == HELP:
                self._console.note(Kind.ANSWERED, help_text())
                return
            make = read(words)
        except LocalError as error:
            self._refuse(str(error))
            return
        if len(self._waiting) >= WAITING_MAX:
            self._refuse(Text.COMMAND_MANY())
            return
        self._waiting.append(make)
        self._next()

    def end(self) -> None:
        """The session is over, or nobody needs it."""
        self._waiting.clear()
        name, self._name = self._name, ""
        if name:
            self._bridge.ask(lambda token: LeaveShell(token, name))

    # --- inside -----------------------------------------------------------------------------------

    def _next(self) -> None:
        if self._busy or not self._waiting:
            return
        self._busy = True
        if self._name:
            make, name = self._waiting.popleft(), self._name
            self._bridge.ask(lambda token: make(token, name), self._learn)
        else:
            self._bridge.ask(lambda token: ConnectShell(token, ""), self._let_in)

    def _let_in(self, answer: Answer) -> None:
        self._busy = False
        if isinstance(answer, Denied):
            self._waiting.clear()
            self._refuse(Text.SHELL_REFUSED(why=answer.why))
            return
        self._name = str(answer.value)
        self._next()

    def _learn(self, answer: Answer) -> None:
        self._busy = False
        if isinstance(answer, Denied):
            self._refuse(answer.why)
        else:
            value = answer.value
            shown = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
            self._console.note(Kind.ANSWERED, Text.COMMAND_DONE() if shown is None else str(shown))
            self.acted.emit()
        self._next()

    def _refuse(self, why: str) -> None:
        self._console.note(Kind.REFUSED, why)
        self.refused.emit(why)
