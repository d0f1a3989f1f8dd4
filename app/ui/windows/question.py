"""A question before something that cannot be undone; never in the way of anything else."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from app.ui.controls import make_button
from app.ui.fonts import Role
from app.ui.panes.parts import words
from app.ui.strings import Common
from app.ui.theme import Theme


def ask_first(
    parent: QWidget, theme: Theme, title: str, text: str, yes: str, then: Callable[[], None]
) -> QDialog:
    """Ask; `then` is called if the answer is yes. Esc is no."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    px = theme.px
    column = QVBoxLayout(dialog)
    column.setContentsMargins(px(24), px(20), px(24), px(16))
    column.setSpacing(px(12))
    column.addWidget(words(theme, title, Role.HEADING))
    said = words(theme, text, Role.BODY, "soft", wrap=True)
    said.setMinimumWidth(px(380))
    column.addWidget(said)
    buttons = QDialogButtonBox()
    accept = make_button(theme, yes, "danger-last")
    buttons.addButton(accept, QDialogButtonBox.ButtonRole.AcceptRole)
    cancel = make_button(theme, Common.CANCEL(), "quiet")
    buttons.addButton(cancel, QDialogButtonBox.ButtonRole.RejectRole)
    cancel.setDefault(True)
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    column.addWidget(buttons)
    dialog.accepted.connect(then)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
