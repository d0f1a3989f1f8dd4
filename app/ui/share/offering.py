"""The dialog *Share a program*: a list, or any path; arguments; what went wrong, where it did."""

from __future__ import annotations

import shlex

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.ui.controls import make_button
from app.ui.fonts import Role
from app.ui.icons import icon_of
from app.ui.panes.parts import Field, words
from app.ui.share.parts import fit
from app.ui.share.programs import Listed, ProgramWish
from app.ui.strings import Common, Offering
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme

_PATH = int(Qt.ItemDataRole.UserRole)
_ROWS_SHOWN, _ROWS_LEAST = 6, 2


class OfferingDialog(QDialog):
    """`wished` carries a `ProgramWish`; the dialog stays until it is told how that went."""

    wished = Signal(object)

    def __init__(
        self, programs: tuple[Listed, ...], theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        px = theme.px
        self.setWindowTitle(Offering.TITLE())
        self.setMinimumWidth(px(520))
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(16))
        column.setSpacing(px(10))
        column.addWidget(words(theme, Offering.TITLE(), Role.TITLE))
        note = words(theme, Offering.NOTE(), Role.BODY, "soft", wrap=True)
        note.setMinimumWidth(px(472))
        column.addWidget(note)
        self.list = self._made_list(programs)
        column.addWidget(self.list, 1)
        self.path = Field(theme, Offering.PATH(), Offering.PATH_FIELD())
        browse = make_button(theme, Offering.BROWSE())
        browse.clicked.connect(lambda _checked=False: self._browse())
        self.arguments = Field(theme, Offering.ARGUMENTS(), Offering.ARGUMENTS_FIELD())
        self.python = Field(theme, Offering.PYTHON(), Offering.PYTHON_FIELD())
        for field, button in ((self.path, browse), (self.arguments, None), (self.python, None)):
            column.addWidget(words(theme, field.edit.accessibleName(), Role.SMALL, "soft"))
            row = QHBoxLayout()
            row.setSpacing(px(8))
            row.addWidget(field, 1)
            if button is not None:
                row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
            column.addLayout(row)
        column.addSpacing(px(6))
        column.addLayout(self._buttons())
        self.list.setFocus()
        fit(self)

    def _made_list(self, programs: tuple[Listed, ...]) -> QListWidget:
        theme, px, tokens = self._theme, self._theme.px, self._theme.tokens
        rows = QListWidget(self)
        rows.setAccessibleName(Offering.LIST())
        rows.setFrameShape(QListWidget.Shape.NoFrame)
        set_kind(rows, "boxed")
        rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme.dress(rows, Role.BODY)
        for each in programs:
            item = QListWidgetItem(each.title)
            item.setData(_PATH, each.path)
            origin = Offering.SHIPPED() if each.is_shipped else Offering.RECENT()
            item.setToolTip(f"{origin}\n{each.path}")
            item.setIcon(
                icon_of("program" if each.is_shipped else "history", px(18), tokens.text_soft,
                        tokens.text_hint, tokens.text)
            )  # fmt: skip
            item.setData(int(Qt.ItemDataRole.AccessibleDescriptionRole), origin)
            rows.addItem(item)
        high = theme.line(Role.BODY) + px(12)
        rows.setIconSize(QSize(px(18), px(18)))
        for place in range(rows.count()):
            rows.item(place).setSizeHint(QSize(px(100), high))
        rows.setMinimumHeight(_ROWS_LEAST * high + px(10))
        rows.setMaximumHeight(max(min(rows.count(), _ROWS_SHOWN), _ROWS_LEAST) * high + px(10))
        rows.currentItemChanged.connect(lambda item, _before: self._choose(item))
        rows.itemActivated.connect(lambda _item: self._share())
        return rows

    def _buttons(self) -> QHBoxLayout:
        theme = self._theme
        row = QHBoxLayout()
        self._busy = words(theme, "", Role.BODY, "soft")
        row.addWidget(self._busy, 1)
        buttons = QDialogButtonBox()
        self.share = make_button(theme, Offering.SHARE(), "primary")
        self.share.setDefault(True)
        buttons.addButton(self.share, QDialogButtonBox.ButtonRole.AcceptRole)
        cancel = make_button(theme, Common.CANCEL(), "quiet")
        buttons.addButton(cancel, QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self._share)
        buttons.rejected.connect(self.reject)
        row.addWidget(buttons)
        return row

    # --- what happens -----------------------------------------------------------------------------

    def offer(self, wish: ProgramWish) -> None:
        """Fill in what was shared before."""
        self.path.edit.setText(wish.program)
        self.arguments.edit.setText(shlex.join(wish.arguments))
        self.python.edit.setText(wish.python)

    def refused(self, why: str) -> None:
        """It can't be shared; everything stays as it was written."""
        self._busy.setText("")
        self.share.setEnabled(True)
        self.path.complain(why)
        fit(self)

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.path.edit.setText(str(item.data(_PATH)))
            self.path.complain("")
            self.list.setFocus()

    def _browse(self) -> None:
        dialog = QFileDialog(self, Offering.BROWSE_TITLE())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.path.edit.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _share(self) -> None:
        program = self.path.text()
        if not program:
            self.path.complain(Offering.NOTHING())
            return
        try:
            arguments = tuple(shlex.split(self.arguments.text()))
        except ValueError:
            self.arguments.complain(Offering.QUOTES())
            return
        self.path.complain("")
        self.share.setEnabled(False)
        self._busy.setText(Offering.GATHERING())
        self.wished.emit(ProgramWish(program, arguments, self.python.text()))
