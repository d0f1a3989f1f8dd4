"""The text under the caret: a plain field over the board, in the size and place of what it writes.

The whole text goes as one change when writing ends, or rests for three seconds. Until then the
others see it as it grows; hints name things that are there, so a new text is put on the board with
its first letters. Only own keystrokes change the field: what others write in the same
thing waits under it.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFont, QKeyEvent, QPalette, QTextOption
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from app.core import limits
from app.core.ids import SiteId
from app.node.api import AddOp, BoardObjectShown, SetOp, TextSoFar
from app.ui.board.colours import drawn_colour
from app.ui.board.desk import Desk
from app.ui.board.echo import blank
from app.ui.board.edits import delete_ops
from app.ui.board.geometry import CLOSED_TYPES, frame_of, text_width_inside
from app.ui.board.lettering import board_font, lettering
from app.ui.strings import Board
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme

REST_MS = 3_000
"""A pause this long writes what is there."""
FIRST_MS = 500
"""After its first letter a new text is put on the board."""
_ROOM_PX = 4.0
"""For the caret, beside the text."""


class TextEditor(QPlainTextEdit):
    """Opens over one thing at a time; `ended` when it closes."""

    ended = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._desk: Desk | None = None
        self._shown: BoardObjectShown | None = None
        self._written = ""
        set_kind(self, "plain")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self.setAccessibleName(Board.TEXT_FIELD())
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.hide()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._write_so_far)
        self._first = QTimer(self)
        self._first.setSingleShot(True)
        self._first.setInterval(FIRST_MS)
        self._first.timeout.connect(self._write_so_far)
        self.textChanged.connect(self._follow)

    @property
    def is_open(self) -> bool:
        """Whether something is being written."""
        return self._shown is not None

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        if self.is_open:
            self.place()

    def open_at(self, desk: Desk, at: QPointF, shown: BoardObjectShown | None) -> None:
        """Write a new text at a point of the board, or in an object."""
        self.close_text()
        self._desk = desk
        if shown is None:
            style = desk.style.style
            made = blank("", SiteId(""), "text", 0)
            height = lettering("x", style.text_size, 0, "left").size.height()
            shown = replace(
                made,
                x=at.x(),
                y=at.y() - height / 2,
                size=style.text_size,
                stroke=style.stored_stroke,
            )
        self._shown = shown
        self._written = shown.text
        desk.scene.hide_text(shown.id, hidden=True)
        desk.model.renamed.connect(self._rename)
        self.blockSignals(True)
        self.setPlainText(shown.text)
        self.blockSignals(False)
        self.selectAll()
        self.place()
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_text(self) -> None:
        """End writing: the text goes, the field closes."""
        shown, desk = self._shown, self._desk
        if shown is None or desk is None:
            return
        self._write()
        shown = self._shown or shown
        self._shown = self._desk = None
        self._rest.stop()
        self._first.stop()
        desk.model.renamed.disconnect(self._rename)
        desk.scene.hide_text(shown.id, hidden=False)
        self.hide()
        self.ended.emit()

    # --- where it lies ---

    def place(self) -> None:
        """Lie over the thing, as large as the text."""
        shown, desk = self._shown, self._desk
        if shown is None or desk is None:
            return
        zoom = desk.camera.zoom
        font = QFont(board_font(shown.size * zoom))
        self.setFont(font)
        self._colour(shown)
        box = self._box(shown)
        corner = desk.camera.to_view(box.topLeft())
        room = _ROOM_PX * zoom
        self.setGeometry(
            round(corner.x()),
            round(corner.y()),
            round(box.width() * zoom + room) + 2,
            round(box.height() * zoom) + 4,
        )

    def _box(self, shown: BoardObjectShown) -> QRectF:
        """Where the text lies on the board; turned things are written in upright."""
        text = self.toPlainText() or "x"
        if shown.type in CLOSED_TYPES:
            size = lettering(text, shown.size, text_width_inside(shown), "center").size
            box = QRectF(QPointF(0, 0), QSizeF(text_width_inside(shown), size.height()))
            box.moveCenter(frame_of(shown).center())
            return box
        size = lettering(text, shown.size, shown.w, shown.align).size
        return QRectF(shown.x, shown.y, shown.w or size.width() + shown.size, size.height())

    def _colour(self, shown: BoardObjectShown) -> None:
        tokens = self._theme.tokens
        colour = drawn_colour(shown.stroke, tokens) or QColor(tokens.text)
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.Text, colour)
        self.setPalette(palette)
        wraps = shown.type in CLOSED_TYPES or shown.w > 0
        mode = QTextOption.WrapMode
        option = QTextOption()
        option.setWrapMode(mode.WrapAtWordBoundaryOrAnywhere if wraps else mode.NoWrap)
        middle = shown.type in CLOSED_TYPES or shown.align == "center"
        option.setAlignment(Qt.AlignmentFlag.AlignHCenter if middle else Qt.AlignmentFlag.AlignLeft)
        self.document().setDefaultTextOption(option)

    # --- what is written ---

    def _follow(self) -> None:
        shown, desk = self._shown, self._desk
        if shown is None or desk is None:
            return
        self._rest.start()
        if not (shown.id or self._first.isActive()):
            self._first.start()
        self.place()
        self._tell()

    def _tell(self) -> None:
        """Let the others see it grow; before it has its name, they could not find it."""
        shown, desk = self._shown, self._desk
        if shown is not None and desk is not None and shown.id and desk.model.is_named(shown.id):
            desk.hint(TextSoFar(shown.id, self._text()))

    def _text(self) -> str:
        return self.toPlainText()[: limits.TEXT_CHARACTERS_MAX]

    def _write_so_far(self) -> None:
        """After a pause; an empty text may yet be written anew."""
        if self._text().strip():
            self._write()

    def _write(self) -> None:
        """The whole text as one change; a text that is empty is no text."""
        shown, desk, text = self._shown, self._desk, self._text()
        if shown is None or desk is None or text == self._written:
            return
        self._written = text
        if not shown.id:
            if text.strip():
                self._shown = self._added(shown, desk, text)
        elif shown.type == "text" and not text.strip():
            desk.do(delete_ops([shown.id]))
        else:
            desk.do([SetOp((shown.id,), (("text", text),))])

    def _added(self, shown: BoardObjectShown, desk: Desk, text: str) -> BoardObjectShown:
        fields = (
            ("x", shown.x),
            ("y", shown.y),
            ("text", text),
            ("size", shown.size),
            ("stroke", shown.stroke),
            *desk.new_z(),
        )
        ids = desk.do([AddOp("text", fields)])
        desk.scene.hide_text(ids[0], hidden=True)
        return replace(shown, id=ids[0])

    def _rename(self, old: str, new: str) -> None:
        if self._shown is not None and self._shown.id == old:
            self._shown = replace(self._shown, id=new)
            if self._desk is not None:
                self._desk.scene.hide_text(new, hidden=True)
            if self._text() != self._written:
                self._tell()

    # --- Qt ---

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Esc ends the text."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_text()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Whoever looks elsewhere has ended writing."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.close_text()
