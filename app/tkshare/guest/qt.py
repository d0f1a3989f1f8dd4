"""Start a Qt program with a guest in it: `EXE qt.py DESCRIPTOR PROGRAM [ARGS…]`.

DESCRIPTOR is the inherited socket to the app. The program's own interpreter runs this file by its
path; our modules are found by a private package name, so the program's `sys.path` and its own
modules stay as they are, and its files are never touched. The binding is never imported here: the
guest waits until the program does, and takes the same.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.util
import os
import runpy
import socket
import sys
import types
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from typing import Any

PACKAGE = "talkstick_guest"
NO_QT_SECONDS = 10


def open_package(folder: str) -> None:
    """Our modules by a name that no program has."""
    package = types.ModuleType(PACKAGE)
    package.__path__ = [folder]
    sys.modules[PACKAGE] = package


class WaitForBinding(importlib.abc.MetaPathFinder):
    """Runs `found(name)` right after the program's QtCore is executed."""

    def __init__(self, found: Any) -> None:
        self._found = found
        self._busy = False

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> ModuleSpec | None:
        """Let the others find the module, then hang on to its loader."""
        name, _, module = fullname.partition(".")
        if self._busy or module != "QtCore" or name not in ("PySide6", "PyQt6"):
            return None
        self._busy = True
        spec = importlib.util.find_spec(fullname)
        if spec is None or spec.loader is None:
            self._busy = False
            return None
        loader, found = spec.loader, self._found
        execute = loader.exec_module

        def exec_module(module: types.ModuleType) -> None:
            execute(module)
            sys.meta_path.remove(self)
            found(name)

        loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


class Guest:
    """What is kept for the life of the process."""

    def __init__(self, descriptor: int) -> None:
        wire = importlib.import_module(f"{PACKAGE}.wire")
        self.wire = wire.Wire(socket.socket(fileno=descriptor))
        word, self.start = self.wire.next_frame()[:2]
        if word != "start" or not isinstance(self.start, dict):
            message = "the app must begin with start"
            raise SystemExit(message)
        self.kept: list[Any] = []

    def found(self, name: str) -> None:
        """The program imported its binding: pin, and wait for its first turn of the loop."""
        load = importlib.import_module
        binding = load(f"{PACKAGE}.qt_binding").Binding(name)
        pins = load(f"{PACKAGE}.qt_pins")
        clock = load(f"{PACKAGE}.qt_clock").ShareClock(int(self.start.get("start_ms", 0)))
        pins_wanted = self.start.get("pins", True)
        made: list[Any] = []
        if pins_wanted:
            self.kept.append(pins.pin_random(binding, int(self.start.get("seed", 0))))
            pins.pin_clocks(binding, clock)
            pins.pin_dialogs(binding)
            made = load(f"{PACKAGE}.qt_ticks").number_timers(binding)
        core = binding.core
        guest = self

        class Boot(core.QObject):  # type: ignore[misc, name-defined]
            """Gets one event, posted before any application object is there."""

            def event(self, event: Any) -> bool:
                if event.type() == core.QEvent.Type.User:
                    host = load(f"{PACKAGE}.qt_host").Host(
                        binding, guest.wire, clock, made, guest.start
                    )
                    guest.kept.append(host)
                    return True
                return bool(super().event(event))

        boot = Boot()
        self.kept.append(boot)
        core.QCoreApplication.postEvent(boot, core.QEvent(core.QEvent.Type.User))


def run(arguments: list[str]) -> None:
    """Run the program to its end and tell how it ended."""
    descriptor, program = int(arguments[0]), arguments[1]
    open_package(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    guest = Guest(descriptor)
    sys.meta_path.insert(0, WaitForBinding(guest.found))
    sys.argv = arguments[1:]
    sys.path[0] = os.path.dirname(os.path.abspath(program))  # noqa: PTH100, PTH120
    code = 1
    try:
        runpy.run_path(program, run_name="__main__")
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        if code and not isinstance(end.code, int):
            sys.stderr.write(f"{end.code}\n")
    except BaseException:
        sys.excepthook(*sys.exc_info())
    guest.wire.send(["ended", code])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code & 0xFF)


if __name__ == "__main__":
    run(sys.argv[1:])
