"""A small window that tells something and stays until it is closed: errors, and what was tried."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from app.ui.controls import make_button
from app.ui.fonts import Role
from app.ui.panes.parts import words
from app.ui.strings import Common
from app.ui.theme import Theme


def show_told(parent: QWidget, theme: Theme, title: str, sentences: Iterable[str]) -> QDialog:
    """Show these sentences under a title; Esc closes the window."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    px = theme.px
    column = QVBoxLayout(dialog)
    column.setContentsMargins(px(24), px(20), px(24), px(16))
    column.setSpacing(px(8))
    column.addWidget(words(theme, title, Role.HEADING))
    for sentence in sentences:
        said = words(theme, sentence, Role.BODY, "soft", wrap=True)
        said.setMinimumWidth(px(360))
        column.addWidget(said)
    buttons = QDialogButtonBox()
    close = make_button(theme, Common.CLOSE(), "quiet")
    buttons.addButton(close, QDialogButtonBox.ButtonRole.RejectRole)
    close.setDefault(True)
    buttons.rejected.connect(dialog.reject)
    column.addWidget(buttons)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
