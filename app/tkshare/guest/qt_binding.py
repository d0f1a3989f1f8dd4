"""The Qt binding that the program chose, behind one set of names.

The guest never imports PySide6 or PyQt6 by itself: it waits until the program has done so and then
takes the same one. What differs between the two (addresses, dead wrappers, numbers of enums) is
settled here and nowhere else.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Callable
from typing import Any

BINDINGS = ("PySide6", "PyQt6")


class Binding:
    """`name` is one of `BINDINGS`; `widgets` is None for a program that draws with Qt Quick only."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.core: Any = importlib.import_module(f"{name}.QtCore")
        self.gui: Any = importlib.import_module(f"{name}.QtGui")
        self.widgets: Any = None
        self.events: Any = self.core.QEvent.Type
        self.timer: Any = self.core.QTimer
        """QTimer for our own use: the program's is numbered (`qt_ticks`)."""
        self.address: Callable[[Any], int]
        self.alive: Callable[[Any], bool]
        if name == "PySide6":
            shiboken = importlib.import_module("shiboken6")
            self.address = lambda thing: int(shiboken.getCppPointer(thing)[0])
            self.alive = shiboken.isValid
        else:
            sip = importlib.import_module("PyQt6.sip")
            self.address = lambda thing: int(sip.unwrapinstance(thing))
            self.alive = lambda thing: not sip.isdeleted(thing)

    def find_widgets(self) -> None:
        """Take QtWidgets if the program did, and its application is one of widgets."""
        module: Any = sys.modules.get(f"{self.name}.QtWidgets")
        if module is not None and isinstance(self.application(), module.QApplication):
            self.widgets = module
        if f"{self.name}.QtQml" in sys.modules:
            # Without its module the scene's windows and items are plain objects without contents.
            with contextlib.suppress(ImportError):
                importlib.import_module(f"{self.name}.QtQuick")

    def application(self) -> Any:
        """The program's application object, or None."""
        return self.core.QCoreApplication.instance()

    @property
    def version(self) -> str:
        """The version of the binding itself; Qt's own is `qt_version`."""
        version = getattr(self.core, "PYQT_VERSION_STR", None) or self.core.__version__
        return str(version)

    @property
    def qt_version(self) -> str:
        """The version of the Qt library that runs."""
        return str(self.core.qVersion())


def number(value: Any) -> int:
    """The number of an enum, a flag or an int; both bindings have changed their mind on these."""
    return value if type(value) is int else int(getattr(value, "value", value))
