"""Between the node and the window: events become signals, commands get numbers of their own.

Knows no widget and no row. `on_event` is exhaustive, so that a new event is an error of the type
checker here and not a thing that nobody shows.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable
from typing import assert_never

from PySide6.QtCore import QObject, Signal

from app.node import api
from app.node.api import Answered, Command, Denied, Done, Event, SendHint
from app.ui.later import later

FIRST_TOKEN = 1 << 40
"""The control socket's desk counts from 1: the two never meet."""

Answer = Done | Denied
Submit = Callable[[Command], None]


class NodeBridge(QObject):
    """One per process; the session behind it comes and goes.

    Each signal carries the event itself: `chat` a `ChatEvent`, `board` a `BoardEvent`, `order` an
    `EntriesOrdered`, `EntriesSettled` or `LogReverted`, `people` a `PeopleChanged`, `door` an
    `AskedToJoin` or `AskAnswered`, `stick` a `DispatcherMoved`, `member` a `MemberChanged`,
    `console` a `Console`. `seen`
    carries every event, for parts of the window that take them by themselves.
    """

    seen = Signal(object)
    ready = Signal(object)
    closed = Signal(object)
    answered = Signal(object)
    chat = Signal(object)
    board = Signal(object)
    share = Signal(object)
    people = Signal(object)
    door = Signal(object)
    member = Signal(object)
    hint = Signal(object)
    order = Signal(object)
    stick = Signal(object)
    console = Signal(object)
    trouble = Signal(object)
    apart = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._numbers = itertools.count(FIRST_TOKEN)
        self._waiting: dict[int, Callable[[Answer], None]] = {}
        self._site: Submit | None = None
        self._submitting = 0
        self._late: deque[Event] = deque()

    def attach(self, submit: Submit) -> None:
        """A site runs now; what is submitted goes there."""
        self._site = submit

    def detach(self, why: str) -> None:
        """No site runs any more; whoever waits is told why."""
        self._site = None
        waiting, self._waiting = self._waiting, {}
        for token, then in waiting.items():
            then(Denied(token, why))

    def token(self) -> int:
        """A number that no other command has."""
        return next(self._numbers)

    def submit(self, command: Command) -> None:
        """Send a command; without a site it is denied (a hint is dropped).

        Whatever it leads to is told by the next turn of Qt's loop, never from within this call: who
        submits first notes what they have done.
        """
        self._submitting += 1
        try:
            if self._site is not None:
                self._site(command)
            elif not isinstance(command, SendHint):
                self.on_event(Denied(command.token, "no session is open"))
        finally:
            self._submitting -= 1

    def ask(
        self, make: Callable[[int], Answered], then: Callable[[Answer], None] | None = None
    ) -> None:
        """Submit the command that `make` makes of a fresh number; `then` gets its one answer."""
        token = self.token()
        if then is not None:
            self._waiting[token] = then
        self.submit(make(token))

    def on_event(self, event: Event) -> None:
        """Tell the window, in order."""
        if not self._submitting and not self._late:
            self._tell(event)
            return
        if not self._late:
            later(self, 0, self._tell_late)
        self._late.append(event)

    def _tell_late(self) -> None:
        while self._late:
            event = self._late.popleft()
            self._tell(event)

    def _tell(self, event: Event) -> None:
        self.seen.emit(event)
        match event:
            case Done() | Denied():
                then = self._waiting.pop(event.token, None)
                if then is not None:
                    then(event)
                self.answered.emit(event)
            case api.SessionReady():
                self.ready.emit(event)
            case api.SessionClosed():
                self.closed.emit(event)
            case (
                api.EntryPending() | api.ChatRowsChanged() | api.ChatRowsGone() | api.HistoryCame()
            ):
                self.chat.emit(event)
            case api.BoardChanged() | api.UndoChanged():
                self.board.emit(event)
            case (
                api.ShareChanged()
                | api.ShareGone()
                | api.ShareRefused()
                | api.ShareFileWanted()
                | api.ShareKeyPressed()
                | api.ShareRepaired()
                | api.ShareWindows()
                | api.SharePointer()
            ):
                self.share.emit(event)
            case (
                api.EntriesOrdered()
                | api.EntriesSettled()
                | api.LogReverted()
                | api.SnapshotTaken()
                | api.CatchingUp()
            ):
                self.order.emit(event)
            case _:
                self._on_people(event)

    def _on_people(
        self,
        event: api.PeopleEvent
        | api.NearbyEvent
        | api.MemberChanged
        | api.HintHeard
        | api.DispatcherMoved
        | api.TroubleSeen
        | api.ApartEvent
        | api.MessageConsumed
        | api.Console,
    ) -> None:
        match event:
            case api.PeopleChanged():
                self.people.emit(event)
            case api.AskedToJoin() | api.AskAnswered() | api.AskSent() | api.NearChanged():
                self.door.emit(event)
            case api.MemberChanged():
                self.member.emit(event)
            case api.HintHeard():
                self.hint.emit(event)
            case api.DispatcherMoved():
                self.stick.emit(event)
            case api.TroubleSeen():
                self.trouble.emit(event)
            case api.WorkedApart() | api.CameTogether():
                self.apart.emit(event)
            case api.Console():
                self.console.emit(event)
            case api.MessageConsumed():
                # What streams of programs carry is nothing that the window shows.
                return
            case _:
                assert_never(event)
