"""The sheet of keys: every action with its key, by where it works."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.ui.actions import ACTIONS, Scope, shown_key
from app.ui.fonts import Role
from app.ui.panes.parts import card, resize_on_screen, words
from app.ui.strings import Board, Chat, Keys
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme
from app.ui.wording import Sentence

_GROUPS: tuple[tuple[Sentence, tuple[Scope, ...]], ...] = (
    (Keys.ANYWHERE, (Scope.ANYWHERE,)),
    (Keys.SESSION, (Scope.SESSION,)),
    (Keys.CHAT, (Scope.CHAT_ROW,)),
    (Keys.TOOLS, (Scope.TOOL,)),
    (Keys.BOARD, (Scope.BOARD,)),
    (Keys.STICK, (Scope.STICK,)),
)
_LEFT_GROUPS = 4


class KeySheet(QDialog):
    """Closes by Esc; does nothing else."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        px = theme.px
        self.setWindowTitle(Keys.TITLE())
        resize_on_screen(self, px(860), px(640))
        page = QFrame()
        set_kind(page, "chrome")
        columns = QHBoxLayout(page)
        columns.setContentsMargins(px(24), px(20), px(24), px(20))
        columns.setSpacing(px(16))
        groups = [(title, _pairs(scopes)) for title, scopes in _GROUPS]
        groups.insert(_LEFT_GROUPS - 1, (Board.KEYS_TITLE, _shown(Board.KEYS)))
        for part in (groups[:_LEFT_GROUPS], groups[_LEFT_GROUPS:]):
            column = QVBoxLayout()
            column.setSpacing(px(16))
            for title, pairs in part:
                column.addWidget(_group(theme, title, pairs))
            column.addStretch(1)
            columns.addLayout(column, 1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        scroll.setFocus()


def _pairs(scopes: tuple[Scope, ...]) -> list[tuple[str, str]]:
    """What can be done there, and by which key."""
    pairs = [
        (row.tip(), shown_key(row)) for row in ACTIONS.values() if row.scope in scopes and row.keys
    ]
    return pairs + (_shown(Chat.KEYS) if Scope.CHAT_ROW in scopes else [])


def _shown(keys: tuple[tuple[Sentence, str], ...]) -> list[tuple[str, str]]:
    return [(text(), key) for text, key in keys]


def _group(theme: Theme, title: Sentence, pairs: list[tuple[str, str]]) -> QFrame:
    frame, column = card(theme)
    column.addWidget(words(theme, title(), Role.HEADING))
    grid = QGridLayout()
    grid.setHorizontalSpacing(theme.px(16))
    grid.setVerticalSpacing(theme.px(5))
    grid.setColumnStretch(0, 1)
    for place, (text, key) in enumerate(pairs):
        grid.addWidget(words(theme, text, wrap=True), place, 0)
        shown = words(theme, key, Role.NUMBER, "code")
        grid.addWidget(shown, place, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
    column.addLayout(grid)
    return frame
