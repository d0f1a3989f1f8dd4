"""Keeps the log's rows up to date while somebody looks: pages by `ReadLog`, news in batches.

Following, the rows are the newest; else they stay where they are and older or newer pages come when
the view asks for them.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from app.node.api import (
    Denied,
    Done,
    EntriesOrdered,
    EntriesSettled,
    EntryPending,
    EntryShown,
    LogReverted,
    ReadLog,
)
from app.ui.bridge import Answer, NodeBridge
from app.ui.models.status import SessionStatus
from app.ui.stick.log_model import ROWS_MAX, LogModel

PAGE = 100
"""Entries of one question."""
EVERY_MS = 100
"""News are shown at most ten times a second."""


class LogFeed(QObject):
    """`follows_changed` when following was switched by something else than the switch."""

    follows_changed = Signal(bool)

    def __init__(
        self,
        bridge: NodeBridge,
        status: SessionStatus,
        model: LogModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._status = status
        self._model = model
        self._on = False
        self.follows = True
        self._asked = False
        self._older_than = 0
        self._round = 0
        self._news: list[EntryShown] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._show_news)
        bridge.order.connect(self._on_order)
        bridge.chat.connect(self._on_chat)

    def set_on(self, on: bool) -> None:
        """Whether somebody looks; what was missed meanwhile is read again."""
        if on == self._on:
            return
        self._on = on
        self._news.clear()
        if on and (self.follows or not self._model.rowCount()):
            self._read_newest()

    def set_follows(self, follows: bool) -> None:
        """Show the newest from now on, or stay where it is."""
        if follows == self.follows:
            return
        self.follows = follows
        self._news.clear()
        if follows:
            self._read_newest()
        else:
            self._model.forget_waiting()
        self.follows_changed.emit(follows)

    def older(self) -> None:
        """The view has reached the oldest row."""
        first = self._older_than or self._model.first_index
        if first <= 1 or self._asked:
            return
        if self.follows and self._model.rowCount() + PAGE > ROWS_MAX:
            self.set_follows(follows=False)
        start = max(first - PAGE, 1)

        def prepend(rows: tuple[EntryShown, ...]) -> None:
            # Where the log is compacted there may be none: look further up.
            self._older_than = 0 if rows else start
            self._model.prepend(rows)
            if not rows:
                self.older()

        self._read(start, first - start, prepend)

    def newer(self) -> None:
        """The view has reached the newest row while it does not follow."""
        last = self._model.last_index
        if not self.follows and not self._asked and last < self._status.ordered:
            self._read(last + 1, PAGE, self._model.append)

    def end(self) -> None:
        """The session is over."""
        self._on = False
        self._timer.stop()
        self._bridge.order.disconnect(self._on_order)
        self._bridge.chat.disconnect(self._on_chat)

    # --- inside -----------------------------------------------------------------------------------

    def _read_newest(self) -> None:
        last = self._status.ordered
        self._asked = False
        self._older_than = 0
        if last:
            self._read(max(last - PAGE + 1, 1), PAGE, self._model.replace)

    def _read(self, first: int, count: int, then: Callable[[tuple[EntryShown, ...]], None]) -> None:
        self._asked = True
        self._round += 1
        mine = self._round

        def learn(answer: Answer) -> None:
            if mine != self._round:
                return
            self._asked = False
            match answer:
                case Done(value=tuple() as rows) if self._on:
                    then(rows)
                case Done() | Denied():
                    return

        self._bridge.ask(lambda token: ReadLog(token, first, count), learn)

    def _on_order(self, event: object) -> None:
        match event:
            case EntriesOrdered(entries) if self._on and self.follows:
                self._news = [*self._news, *entries][-ROWS_MAX:]
                if not self._timer.isActive():
                    self._timer.start()
            case EntriesSettled(index):
                self._model.settle(index)
            case LogReverted(first):
                self._news = [each for each in self._news if each.placed.index < first]
                self._model.take_back(first)
                self._ask_again()
            case _:
                return

    def _ask_again(self) -> None:
        """A page that is under way may hold what was taken back: it counts no more."""
        if self._asked:
            self._round += 1
            self._asked = False
            if self._on and self.follows:
                self._read_newest()

    def _on_chat(self, event: object) -> None:
        if self._on and self.follows and isinstance(event, EntryPending):
            self._model.wait(event.id, event.kind)

    def _show_news(self) -> None:
        news, self._news = self._news, []
        if not news:
            return
        last = self._model.last_index
        if last and news[0].placed.index > last + 1:
            self._read_newest()
        else:
            self._model.append(news)
