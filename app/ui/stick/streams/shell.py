"""The tab's own shell: runs typed commands one after the other, and notes what comes of them.

It asks to be let in with the first command, so that a site's controller hears of nobody who only
looks. What it made and appended stays when it leaves.
"""

from __future__ import annotations

import contextlib
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
    """`acted` after a command was done: what is shown may be old."""

    acted = Signal()

    def __init__(
        self, bridge: NodeBridge, console: ConsoleModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._console = console
        self._name = ""
        self._busy = False
        self._waiting: deque[str] = deque()

    def run(self, line: str) -> None:
        """Run a whole command once those before it are answered.

        Raises:
            Unfinished: more lines belong to it.
        """
        with contextlib.suppress(LocalError):
            if not words_of(line):
                return
        if len(self._waiting) >= WAITING_MAX:
            self._refuse(Text.COMMAND_MANY())
            return
        self._waiting.append(line)
        self._next()

    def end(self) -> None:
        """The session is over, or nobody needs it."""
        self._waiting.clear()
        name, self._name = self._name, ""
        if name:
            self._bridge.ask(lambda token: LeaveShell(token, name))

    # --- inside -----------------------------------------------------------------------------------

    def _next(self) -> None:
        """Begin what is next: its line is noted now, so that its answer stands right below."""
        while self._waiting and not self._busy:
            line = self._waiting.popleft()
            self._console.note(Kind.TYPED, line.strip())
            try:
                words = words_of(line)
                if words[0] == HELP:
                    self._console.note(Kind.ANSWERED, help_text())
                    continue
                make = read(words)
            except LocalError as error:
                self._refuse(str(error))
                continue
            self._busy = True
            if self._name:
                self._do(make)
            else:
                self._come_in(make)

    def _do(self, make: Make) -> None:
        name = self._name
        self._bridge.ask(lambda token: make(token, name), self._learn)

    def _come_in(self, make: Make) -> None:
        def learn(answer: Answer) -> None:
            if isinstance(answer, Denied):
                self._busy = False
                self._refuse(Text.SHELL_REFUSED(why=answer.why))
                self._next()
                return
            self._name = str(answer.value)
            self._do(make)

        self._bridge.ask(lambda token: ConnectShell(token, ""), learn)

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
