"""The event loop of the program with a window: Qt's, with timers that ring once and on time.

qasync starts Qt's coarse timers, of whole milliseconds rounded down: they ring up to a twentieth
too early, whoever waited finds that it isn't time yet and waits for the rest, five times over, and
a cancelled one rings all the same. An idle window was awake 70 times a second because of it.
Nothing here decides what is done when a timer rings.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from contextvars import Context
from typing import Any

import qasync
from PySide6.QtCore import QObject, QSocketNotifier, Qt, QTimerEvent
from PySide6.QtWidgets import QApplication

MILLISECONDS_MAX = 2**31 - 1
"""Qt counts a timer in an int; a longer wait is cut to this, 24 days."""


class WindowLoop(qasync.QEventLoop):  # type: ignore[misc]
    """asyncio on Qt's loop."""

    def __init__(self, application: QApplication) -> None:
        self._alarms = _Alarms()
        super().__init__(application)

    def call_later(
        self,
        delay: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Call `callback` after `delay` seconds, never before, and less than 2 ms after."""
        handle = asyncio.TimerHandle(self.time() + delay, callback, args, self, context)
        self._alarms.add(handle, min(math.ceil(max(0.0, delay) * 1_000), MILLISECONDS_MAX))
        return handle

    def _add_reader(self, fd: int, callback: Callable[..., object], *args: Any) -> None:
        """Call `callback` whenever a file can be read, in the turn that sees it."""
        self._remove_reader(fd)
        handle = asyncio.Handle(callback, args, self)
        notifier = QSocketNotifier(fd, QSocketNotifier.Type.Read)
        notifier.activated["int"].connect(lambda *_: handle._run())  # type: ignore[index]
        self._read_notifiers[fd] = notifier

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """Asyncio's handles call this when they are cancelled."""
        self._alarms.drop(handle)

    def close(self) -> None:
        """Let go of everything; nothing rings any more."""
        self._alarms.clear()
        super().close()


class _Alarms(QObject):
    """A precise Qt timer for each handle."""

    def __init__(self) -> None:
        super().__init__()
        self._handles: dict[int, asyncio.TimerHandle] = {}
        self._numbers: dict[asyncio.TimerHandle, int] = {}

    def add(self, handle: asyncio.TimerHandle, milliseconds: int) -> None:
        """Run a handle later."""
        number = self.startTimer(milliseconds, Qt.TimerType.PreciseTimer)
        self._handles[number] = handle
        self._numbers[handle] = number

    def drop(self, handle: asyncio.TimerHandle) -> None:
        """Don't run it."""
        number = self._numbers.pop(handle, None)
        if number is not None:
            self.killTimer(number)
            del self._handles[number]

    def clear(self) -> None:
        """Run none of them."""
        for number in self._handles:
            self.killTimer(number)
        self._handles.clear()
        self._numbers.clear()

    def timerEvent(self, event: QTimerEvent) -> None:  # noqa: N802 - Qt's name
        """One rings; it does so once."""
        number = event.timerId()
        handle = self._handles.pop(number, None)
        self.killTimer(number)
        if handle is not None:
            self._numbers.pop(handle, None)
            handle._run()
