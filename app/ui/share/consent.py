"""The question before somebody else's program runs on this computer: which, how large, from whom.

Nothing is fetched or started before the answer is yes, and yes is never the default.
"""

from __future__ import annotations

import shlex

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from app.node.api import ConsentShown
from app.ui import figures
from app.ui.controls import make_button
from app.ui.fonts import Role
from app.ui.panes.marks import Marks
from app.ui.panes.parts import card, words
from app.ui.share.parts import Sign, TintedCard, fit
from app.ui.strings import Common, Offering
from app.ui.theme import Theme

_GROUP, _GROUPS_A_LINE = 8, 4


class ConsentDialog(QDialog):
    """`accepted` is yes; Esc and the default button are no."""

    def __init__(
        self, asked: ConsentShown, colour: str, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        px = theme.px
        title = Offering.CONSENT_TITLE(program=asked.title)
        self.setWindowTitle(title)
        self.setMinimumWidth(px(500))
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(16))
        column.setSpacing(px(12))
        column.addWidget(words(theme, title, Role.TITLE, wrap=True))
        column.addWidget(self._facts(asked, colour))
        column.addWidget(self._warning(asked.sender_name))
        buttons = QDialogButtonBox()
        self.start = make_button(theme, Offering.START(), "danger")
        buttons.addButton(self.start, QDialogButtonBox.ButtonRole.AcceptRole)
        self.cancel = make_button(theme, Common.CANCEL())
        self.cancel.setDefault(True)
        buttons.addButton(self.cancel, QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.cancel.setFocus()
        fit(self)

    def _facts(self, asked: ConsentShown, colour: str) -> QWidget:
        theme, px = self._theme, self._theme.px
        frame, column = card(theme)
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(20))
        grid.setVerticalSpacing(px(10))
        grid.setColumnStretch(1, 1)
        sender = QWidget()
        row = QHBoxLayout(sender)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(8))
        row.addWidget(Marks(theme, ((asked.sender_name, colour),), 24))
        row.addWidget(words(theme, asked.sender_name, Role.BODY_STRONG, wrap=True), 1)
        runs = shlex.join((asked.entry, *asked.arguments))
        size = Offering.FILES(asked.files, size=figures.size(asked.size))
        hash_ = words(theme, grouped(asked.program), Role.NUMBER)
        hash_.setAccessibleName(asked.program)
        for place, (label, value) in enumerate(
            (
                (Offering.SENDER(), sender),
                (Offering.ENTRY(), words(theme, runs, Role.NUMBER, wrap=True)),
                (Offering.SIZE(), words(theme, size, wrap=True)),
                (Offering.HASH(), hash_),
            )
        ):
            said = words(theme, label, Role.BODY, "soft")
            grid.addWidget(said, place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, place, 1)
        for value in (hash_,):
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        grid.addWidget(words(theme, Offering.HASH_NOTE(), Role.SMALL, "hint", wrap=True), 4, 1)
        column.addLayout(grid)
        return frame

    def _warning(self, name: str) -> QWidget:
        theme, px = self._theme, self._theme.px
        frame = TintedCard(theme)
        frame.wear(theme, "danger")
        row = QHBoxLayout(frame)
        row.setContentsMargins(px(14), px(12), px(14), px(12))
        row.setSpacing(px(10))
        sign = Sign()
        sign.show_icon(theme, "warn", theme.tokens.danger)
        signs = QVBoxLayout()
        signs.addWidget(sign)
        signs.addStretch(1)
        row.addLayout(signs)
        row.addWidget(words(theme, Offering.CONSENT_NOTE(name=name), Role.BODY, wrap=True), 1)
        return frame


def grouped(hash_: str) -> str:
    """Letters in groups that two people can read to each other, on as many lines as they need."""
    groups = [hash_[at : at + _GROUP] for at in range(0, len(hash_), _GROUP)]
    lines = [groups[at : at + _GROUPS_A_LINE] for at in range(0, len(groups), _GROUPS_A_LINE)]
    return "\n".join(" ".join(line) for line in lines)
