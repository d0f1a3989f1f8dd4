"""How the guest gets into a Qt program: it waits for the program's own import of a binding.

The binding is never imported here. Right after the program's QtCore is executed the pins are put in
and one event is posted, before any application object exists: it is delivered in the first turn of
the program's own loop, when its windows are built. Nothing of the program is replaced for that.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.util
import os
import sys
import types
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from typing import Any

from app.tkshare.guest import qt_pins
from app.tkshare.guest import start as starting
from app.tkshare.guest.garbage import pin_garbage
from app.tkshare.guest.qt_binding import BINDINGS, Binding
from app.tkshare.guest.qt_clock import ShareClock
from app.tkshare.guest.qt_host import Host
from app.tkshare.guest.qt_ticks import number_timers
from app.tkshare.guest.wire import Wire

UNPINNED = "TALKSTICK_UNPINNED"
"""Pins to leave out, separated by commas: to see what one is for. Never set by the app."""

NOT_QT = "This is not a Qt 6 program in Python: no window came by PySide6 or PyQt6."


class WaitForBinding(importlib.abc.MetaPathFinder):
    """Calls `found(name)` right after the program's QtCore is executed."""

    def __init__(self, found: Callable[[str], None]) -> None:
        self._found = found
        self._busy = False

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> ModuleSpec | None:
        """Let the others find the module, then go on from its loader."""
        name, _, module = fullname.partition(".")
        if self._busy or module != "QtCore" or name not in BINDINGS:
            return None
        self._busy = True
        spec = importlib.util.find_spec(fullname)
        self._busy = False
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def exec_module(module: types.ModuleType) -> None:
            execute(module)
            if self in sys.meta_path:
                sys.meta_path.remove(self)
                self._found(name)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


class Guest:
    """What lives as long as the process."""

    def __init__(self, wire: Wire, start: starting.Start) -> None:
        self._wire = wire
        self._start = start
        self._kept: list[Any] = []
        self._unpinned = os.environ.get(UNPINNED, "").split(",")
        if "garbage" not in self._unpinned:
            pin_garbage()
        self.attached = False

    def found(self, name: str) -> None:
        """The program has imported its binding: pin, and wait for the first turn of its loop."""
        binding = Binding(name)
        clock = ShareClock(self._start.start_ms)
        unpinned = self._unpinned
        self._kept += [binding, qt_pins.pin_process(binding, clock, self._start, unpinned)]
        made = number_timers(binding) if "timers" not in unpinned else []
        core = binding.core
        guest = self

        class Boot(core.QObject):  # type: ignore[misc, name-defined]
            """Gets one event."""

            def event(self, event: Any) -> bool:
                if event.type() != core.QEvent.Type.User:
                    return bool(super().event(event))
                guest.attached = True
                host = Host(binding, guest._wire, clock, made, guest._start.person, unpinned)
                guest._kept.append(host)
                return True

        boot = Boot()
        self._kept.append(boot)
        core.QCoreApplication.postEvent(boot, core.QEvent(core.QEvent.Type.User))


def run(wire: Wire, start: starting.Start) -> int:
    """Run the program to its end; its exit code."""
    guest = Guest(wire, start)
    sys.meta_path.insert(0, WaitForBinding(guest.found))
    code = starting.run(start)
    if not guest.attached:
        wire.last("refused", NOT_QT)
    sys.stdout.flush()
    sys.stderr.flush()
    return code
