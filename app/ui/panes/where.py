"""Asks where to save a file: first in the person's documents, later where the last one went.

The dialog stands beside the window's loop and writes nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import PurePath

from PySide6.QtCore import QDir, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget


def ask_where(
    parent: QWidget, title: str, forms: Iterable[str], name: str, then: Callable[[str], None]
) -> QFileDialog:
    """Ask for a file in one of these forms (Qt's name filters); `then` gets its path.

    A name without an ending gets that of `name`, which stands there to begin with.
    """
    dialog = QFileDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters(list(forms))
    dialog.setDefaultSuffix(PurePath(name).suffix.removeprefix("."))
    if dialog.directory() == QDir.current():
        # Where Qt begins before anything was saved: in the program's folder, as a rule.
        dialog.setDirectory(documents())
    dialog.selectFile(name)
    dialog.fileSelected.connect(then)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


def documents() -> str:
    """The person's folder for documents; their home where there is none."""
    found = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return found if found and QDir(found).exists() else QDir.homePath()
