"""Lets a test look into a Qt program, with or without a guest: where a widget is, what it shows.

Python runs this file at its start if its folder is on PYTHONPATH. A thread reads expressions from a
socket, the main thread of the program answers them, in turns of its own loop.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import select
import socket
import sys
import threading
import types
from pathlib import Path
from typing import Any


class Spy:
    """Names that an expression may use."""

    def __init__(self) -> None:
        name = next(n for n in ("PySide6", "PyQt6") if f"{n}.QtCore" in sys.modules)
        self.core = importlib.import_module(f"{name}.QtCore")
        guest = "app.tkshare.guest"
        for package in ("app", "app.tkshare", guest):
            made = types.ModuleType(package)
            made.__path__ = [os.environ["SPY_GUEST"]] if package == guest else []
            sys.modules[package] = made
        bindings, names, digests = (
            importlib.import_module(f"{guest}.{module}")
            for module in ("qt_binding", "qt_names", "qt_digest")
        )
        for module in [each for each in sys.modules if each.split(".")[0] == "app"]:
            del sys.modules[module]
        binding = bindings.Binding(name)
        binding.find_widgets()
        self.widgets = binding.widgets
        self.gui = binding.gui
        self.names = names.Names(binding)
        self.digests = digests.Digests(binding, self.names)

    def visible(self) -> list[Any]:
        """All visible widgets, top-levels by name."""
        found = []
        for window in self.names.visible():
            top = self.names.widget(window)
            if top is not None:
                found += [
                    top,
                    *(
                        w
                        for w in top.findChildren(self.widgets.QWidget)
                        if w.window() is top and w.isVisible()
                    ),
                ]
        return found

    def find(self, wanted: str, place: int = 0) -> Any:
        """`#objectName`, `Class`, or `Class:text`; the newest top-level first."""
        kind, _, text = wanted.partition(":")
        found = [
            each
            for each in self.visible()
            if (each.objectName() == wanted[1:] if wanted[0] == "#" else each.inherits(kind))
            and (not text or getattr(each, "text", str)().replace("&", "") == text)
        ]
        return found[place]

    def at(self, wanted: str, place: int = 0, x: int | None = None, y: int | None = None) -> Any:
        """The middle of a widget on the screen, or a place in it."""
        widget = self.find(wanted, place) if isinstance(wanted, str) else wanted
        middle = widget.rect().center()
        where = self.core.QPoint(middle.x() if x is None else x, middle.y() if y is None else y)
        return self.point(widget, where)

    def point(self, widget: Any, where: Any) -> list[int]:
        """A place in a widget, on the screen."""
        shown = widget.mapToGlobal(where)
        return [shown.x(), shown.y()]

    def menu(self, text: str) -> list[int]:
        """An item of a visible menu or menu bar."""
        for each in reversed(self.visible()):
            if isinstance(each, self.widgets.QMenu | self.widgets.QMenuBar):
                for action in each.actions():
                    if action.text().replace("&", "").split("\t")[0] == text:
                        return self.point(each, each.actionGeometry(action).center())
        raise LookupError(text)

    def item(self, wanted: str, row: int, column: int = 0, parent: int | None = None) -> list[int]:
        """A cell of a view."""
        view = self.find(wanted)
        model = view.model()
        root = model.index(parent, 0) if parent is not None else self.core.QModelIndex()
        box = view.visualRect(model.index(row, column, root))
        return self.point(view.viewport(), box.center())

    def branch(self, wanted: str, row: int) -> list[int]:
        """The sign left of a tree's branch that opens it."""
        view = self.find(wanted)
        box = view.visualRect(view.model().index(row, 0))
        return self.point(view.viewport(), self.core.QPoint(box.left() - 10, box.center().y()))

    def section(self, wanted: str, place: int, edge: bool = False) -> list[int]:
        """A column's header, or its right edge."""
        header = self.find(wanted).horizontalHeader()
        x = header.sectionViewportPosition(place)
        x += header.sectionSize(place) - (1 if edge else header.sectionSize(place) // 2)
        return self.point(header.viewport(), self.core.QPoint(x, header.height() // 2))

    def tab(self, wanted: str, place: int) -> list[int]:
        """A tab's middle."""
        bar = self.find(wanted).tabBar()
        return self.point(bar, bar.tabRect(place).center())

    def handle(self, wanted: str, place: int = 1) -> list[int]:
        """The bar between two parts of a splitter."""
        return list(self.at(self.find(wanted).handle(place)))

    def state(self) -> Any:
        """All that counts, with which widget has the focus."""
        return repr((self.digests.windows(), self.digests._whole()))

    def buttons(self) -> int:
        application = self.gui.QGuiApplication
        return int(application.mouseButtons().value) + int(application.keyboardModifiers().value)


def serve(path: str) -> None:
    """Answer, one line each."""
    with contextlib.suppress(OSError):
        Path(path).unlink()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    post: Any = None
    while True:
        connection, _ = listener.accept()
        lines = connection.makefile("rwb")
        for line in lines:
            if post is None:
                post = poster()
            done = threading.Event()
            box: list[Any] = []
            post(json.loads(line), box, done)
            done.wait(20)
            lines.write(json.dumps(box[0] if box else ["silent", None], default=str).encode())
            lines.write(b"\n")
            lines.flush()


def poster() -> Any:
    """A function that has an expression answered in the program's main thread."""
    while not any(
        f"{name}.QtCore" in sys.modules
        and hasattr(sys.modules[f"{name}.QtCore"], "QCoreApplication")
        and sys.modules[f"{name}.QtCore"].QCoreApplication.instance() is not None
        for name in ("PySide6", "PyQt6")
    ):
        select.select([], [], [], 0.01)
    name = next(n for n in ("PySide6", "PyQt6") if f"{n}.QtCore" in sys.modules)
    core = importlib.import_module(f"{name}.QtCore")
    waiting: list[tuple[str, list[Any], threading.Event]] = []
    spies: list[Spy] = []

    class Answer(core.QObject):  # type: ignore[misc, name-defined]
        def event(self, event: Any) -> bool:
            if event.type() != core.QEvent.Type.User:
                return bool(super().event(event))
            text, box, done = waiting.pop(0)
            try:
                if not spies:
                    spies.append(Spy())
                spy = spies[0]
                names = {n: getattr(spy, n) for n in dir(spy) if not n.startswith("_")}
                box.append(["ok", eval(text, names)])
            except Exception as error:  # noqa: BLE001
                box.append(["error", repr(error)])
            done.set()
            return True

    answer = Answer()
    answer.moveToThread(core.QCoreApplication.instance().thread())

    def post(text: str, box: list[Any], done: threading.Event) -> None:
        waiting.append((text, box, done))
        core.QCoreApplication.postEvent(answer, core.QEvent(core.QEvent.Type.User))

    return post


if "SPY_SOCKET" in os.environ:
    threading.Thread(target=serve, args=[os.environ["SPY_SOCKET"]], daemon=True).start()
