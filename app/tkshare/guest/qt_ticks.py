"""Timers of the program as ordered ticks.

A timer that runs by a local clock gives another count in each copy: repeat while a button is held,
games, the delayed start of an edit. So a local time-out of the program is never delivered; it only
says that a tick is due. When the order brings the tick, every copy finds the timer by name and
interval and delivers the time-out itself.

Names: `T<n>` for the n-th QTimer that the program's Python made; the path for a widget, with the
class and place of the timer object where a widget owns one. Timers without an interval are turns of
the loop and pass, as do those of Qt's own objects that nobody can name.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

from app.tkshare.guest.qt_binding import Binding, number
from app.tkshare.guest.qt_names import NAME_CHARACTERS, Names

LOCAL_CLASSES = ("QTipLabel", "QLabelPrivate", "QSplashScreen")
"""Widgets whose timers only close what one person sees."""

_MARK = "_talkstick_timer"


def number_timers(binding: Binding) -> list[weakref.ref[Any]]:
    """Count the QTimers that Python makes from now on; the list finds them by number.

    Must run before the program takes QTimer from the module, so before its first line.
    """
    made: list[weakref.ref[Any]] = []
    original = binding.core.QTimer
    initialize = original.__init__

    def counting(self: Any, *arguments: Any, **options: Any) -> None:
        initialize(self, *arguments, **options)
        setattr(self, _MARK, len(made))
        made.append(weakref.ref(self))

    class QTimer(original):  # type: ignore[misc, valid-type]
        """The binding's, with a number."""

        __init__ = counting

    QTimer.__module__ = original.__module__
    QTimer.__qualname__ = "QTimer"
    waiting: dict[Any, None] = {}

    def single_shot(*arguments: Any) -> Any:
        interval = arguments[0]
        if not isinstance(interval, int) or interval <= 0 or not callable(arguments[-1]):
            return original.singleShot(*arguments)
        timer = QTimer()
        waiting[timer] = None
        timer.setSingleShot(True)
        timer.timeout.connect(arguments[-1])
        timer.timeout.connect(lambda: waiting.pop(timer, None))
        timer.start(interval)
        return None

    QTimer.singleShot = staticmethod(single_shot)
    binding.core.QTimer = QTimer
    return made


class Ticks:
    """`due(name, interval_ms)` tells the app that a tick is due; the order answers with it."""

    def __init__(
        self,
        binding: Binding,
        names: Names,
        made: list[weakref.ref[Any]],
        due: Callable[[str, int], None],
    ) -> None:
        self._binding = binding
        self._names = names
        self._made = made
        self._due = due
        self._outstanding: dict[tuple[str, int], None] = {}
        self._delivering = False
        self.running = False

    def _timers(self, owner: Any) -> list[tuple[int, int]]:
        """(id, interval in ms) of the living timers of an object."""
        dispatcher = self._binding.core.QAbstractEventDispatcher.instance()
        found = []
        for each in dispatcher.registeredTimers(owner):
            values = (each.timerId, each.interval)
            timer, interval = (value() if callable(value) else value for value in values)
            found.append((number(timer), int(interval)))
        return found

    def name(self, owner: Any) -> str | None:
        """The name of a timer's owner, None for what passes."""
        counted = getattr(owner, _MARK, None)
        if counted is not None:
            return f"T{counted}"
        widgets = self._binding.widgets
        if widgets is None:
            return None
        if isinstance(owner, widgets.QWidget):
            if owner.metaObject().className() in LOCAL_CLASSES:
                return None
            name = self._names.path(owner)
        else:
            parent = owner.parent()
            if not isinstance(parent, widgets.QWidget):
                return None
            kind = owner.metaObject().className()
            same = [each for each in parent.children() if each.metaObject().className() == kind]
            name = f"{self._names.path(parent)}/{kind}.{same.index(owner)}"
        return name if len(name) <= NAME_CHARACTERS and name.isprintable() else None

    def held(self, owner: Any, event: Any) -> bool:
        """Whether this local time-out (a QTimerEvent) waits for the order instead."""
        if self._delivering:
            # Off at once: what it sets off may open a dialog with a loop of its own.
            self._delivering = False
            return False
        name = self.name(owner)
        if name is None:
            return False
        interval = dict(self._timers(owner)).get(number(event.timerId()), 0)
        if not interval:
            return False
        if self.running and (name, interval) not in self._outstanding:
            self._outstanding[name, interval] = None
            self._due(name, interval)
        return True

    def _find(self, name: str) -> Any:
        if name[:1] == "T" and name[1:].isdecimal():
            place = int(name[1:])
            return self._made[place]() if place < len(self._made) else None
        return self._names.find_widget(name)

    def deliver(self, name: str, interval: int) -> bool:
        """The order brings a tick; False if no such timer runs here."""
        self._outstanding.pop((name, interval), None)
        owner = self._find(name)
        if owner is None or not self._binding.alive(owner):
            return False
        for timer, living in self._timers(owner):
            if living == interval:
                core = self._binding.core
                self._delivering = True
                try:
                    core.QCoreApplication.sendEvent(owner, core.QTimerEvent(timer))
                finally:
                    self._delivering = False
                return True
        return False
