"""Where a line is written: grows with the text, replies, edits, tells the others that one types.

Enter sends, Shift+Enter begins a new line, so whatever is pasted goes as one message. Up in an
empty field edits the own last line.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QTextCursor
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core import limits
from app.core.ids import EntryId
from app.core.instant import SECOND, Micros
from app.ui.fonts import Role
from app.ui.icons import icon_of
from app.ui.moments import Clock
from app.ui.panes.buttons import dress_icon, dress_icons, icon_button
from app.ui.panes.emoji import EmojiPicker
from app.ui.panes.parts import Line
from app.ui.strings import Chat, Common
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme

LINES_MAX = 8
TYPING_EVERY_MICROS = 2 * SECOND
"""The others hear that one types this often: it fades at theirs after twice that."""


@dataclass(frozen=True, slots=True)
class About:
    """What the text belongs to: a line to answer, or an own one to change."""

    entry: EntryId
    label: str
    edits: bool


class LineEdit(QPlainTextEdit):
    """Plain text only; Enter and Up mean something."""

    send = Signal()
    edit_last = Signal()
    cancel = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter sends; Up in an empty field edits; Esc lets go of a reply."""
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not shift:
            self.send.emit()
        elif event.key() == Qt.Key.Key_Up and not self.toPlainText():
            self.edit_last.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancel.emit()
        elif event.key() == Qt.Key.Key_Tab:
            # Tab leaves the pane; a tab sign is nothing for a message.
            self.focusNextChild()
        else:
            super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:  # noqa: N802 - Qt's name
        """Paste text as it is, all lines, without a last empty one."""
        if source.hasText():
            self.insertPlainText(source.text().replace("\r\n", "\n").rstrip("\n"))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """One line."""
        return QSize(60, QFontMetrics(self.font()).lineSpacing())


class Composer(QFrame):
    """`said` (text, reply or None), `changed` (of, text), `typing`, `edit_last`; `editing`: which line, or None."""

    said = Signal(str, object)
    changed = Signal(object, str)
    typing = Signal()
    edit_last = Signal()
    editing = Signal(object)

    def __init__(self, theme: Theme, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._clock = clock
        self._about: About | None = None
        self._typing_told: Micros | None = None
        set_kind(self, "composer")
        self.field = LineEdit(self)
        set_kind(self.field, "plain")
        self.field.setFrameShape(QFrame.Shape.NoFrame)
        # Tab leaves; a pasted one stays.
        self.field.setTabChangesFocus(True)
        self.field.setAccessibleName(Chat.FIELD())
        self.field.setPlaceholderText(Chat.FIELD())
        self.field.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.field.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.field.document().setDocumentMargin(0)
        theme.dress(self.field, Role.CHAT)
        self._strip = self._make_strip()
        self._note = QLabel(self)
        set_kind(self._note, "danger")
        self._note.setWordWrap(True)
        self._note.hide()
        self._emoji = icon_button(theme, "emoji", Chat.EMOJI(), self, size=28, then=self._pick)
        self._bold = QToolButton(self)
        self._bold.setText(Chat.BOLD_SIGN())
        self._bold.setAccessibleName(Chat.BOLD())
        self._bold.setToolTip(Chat.BOLD())
        theme.dress(self._bold, Role.HEADING)
        self._bold.clicked.connect(lambda _checked=False: self._make_bold())
        self._send = QToolButton(self)
        set_kind(self._send, "send")
        self._send.setAccessibleName(Chat.SEND())
        self._send.setToolTip(Common.WITH_KEY(name=Chat.SEND(), key="Enter"))
        self._send.clicked.connect(lambda _checked=False: self._commit())
        self._row = QHBoxLayout()
        self._row.addWidget(self._emoji)
        self._row.addWidget(self._bold)
        self._row.addStretch(1)
        self._row.addWidget(self._send)
        self._column = QVBoxLayout(self)
        for part in (self._strip, self._note, self.field):
            self._column.addWidget(part)
        self._column.addLayout(self._row)
        self.field.textChanged.connect(self._edited)
        self.field.send.connect(self._commit)
        self.field.edit_last.connect(self.edit_last)
        self.field.cancel.connect(self.let_go)
        self.field.installEventFilter(self)
        self._apply()

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        dress_icons(self, theme)
        self._apply()

    def reply_to(self, entry: EntryId, label: str) -> None:
        """The next line answers this one."""
        self._set_about(About(entry, label, edits=False))

    def edit(self, entry: EntryId, text: str) -> None:
        """Change an own line."""
        self._set_about(About(entry, Chat.EDIT_OWN(), edits=True))
        self.field.setPlainText(text)
        self.field.moveCursor(QTextCursor.MoveOperation.End)

    def let_go(self) -> None:
        """No reply, no edit."""
        if self._about is not None and self._about.edits:
            self.field.clear()
        self._set_about(None)

    def write_again(self, text: str) -> None:
        """A line that did not go: its text once more, below what is being written."""
        if self._about is not None and self._about.edits:
            self.let_go()
        draft = self.field.toPlainText().rstrip()
        self.field.setPlainText(f"{draft}\n{text}" if draft else text)
        self.field.moveCursor(QTextCursor.MoveOperation.End)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def put_back(self, text: str, why: str) -> None:
        """What was to be sent was refused: it stands in the field again, with the reason."""
        if not self.field.toPlainText():
            self.field.setPlainText(text)
            self.field.moveCursor(QTextCursor.MoveOperation.End)
        self._note.setText(Chat.REFUSED(reason=why))
        self._note.show()

    def text(self) -> str:
        """What is being written."""
        return self.field.toPlainText()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """The frame shows the focus of the field in it."""
        if event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            focused = event.type() == QEvent.Type.FocusIn
            set_kind(self, "composer-focus" if focused else "composer")
        return super().eventFilter(watched, event)

    # --- inside -----------------------------------------------------------------------------------

    def _make_strip(self) -> QFrame:
        strip = QFrame(self)
        set_kind(strip, "well")
        self._label = Line(self._theme, "", Role.SMALL, "soft")
        row = QHBoxLayout(strip)
        row.setContentsMargins(8, 2, 2, 2)
        row.addWidget(self._label, 1)
        row.addWidget(
            icon_button(self._theme, "close", Common.CANCEL(), strip, size=24, then=self.let_go)
        )
        strip.hide()
        return strip

    def _set_about(self, about: About | None) -> None:
        self._about = about
        self.editing.emit(about.entry if about is not None and about.edits else None)
        self._strip.setVisible(about is not None)
        if about is not None:
            self._label.setText(about.label)
            self._label.setToolTip(about.label)
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _edited(self) -> None:
        self._fit()
        text = self.field.toPlainText()
        too_long = len(text) > limits.TEXT_CHARACTERS_MAX
        self._note.setText(Chat.TOO_LONG(count=limits.TEXT_CHARACTERS_MAX) if too_long else "")
        self._note.setVisible(too_long)
        self._send.setEnabled(bool(text.strip()) and not too_long)
        now = self._clock.now()
        told = self._typing_told
        if text.strip() and (told is None or now - told >= TYPING_EVERY_MICROS):
            self._typing_told = now
            self.typing.emit()

    def _commit(self) -> None:
        text = self.field.toPlainText().strip("\n").rstrip()
        if not text.strip() or len(text) > limits.TEXT_CHARACTERS_MAX:
            return
        about = self._about
        self.field.clear()
        self._set_about(None)
        self._typing_told = None
        if about is not None and about.edits:
            self.changed.emit(about.entry, text)
        else:
            self.said.emit(text, about.entry if about is not None else None)

    def _pick(self) -> None:
        picker = EmojiPicker(self._theme, self)
        picker.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        picker.chosen.connect(self._insert)
        picker.open_at(self._emoji.mapToGlobal(QPoint(self._theme.px(300), -4)))

    def _insert(self, emoji: str) -> None:
        """Whoever chose an emoji goes on writing."""
        self.field.insertPlainText(emoji)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _make_bold(self) -> None:
        cursor = self.field.textCursor()
        chosen = cursor.selectedText().replace("\u2029", "\n")
        cursor.insertText(f"**{chosen}**")
        if not chosen:
            cursor.movePosition(QTextCursor.MoveOperation.Left, n=2)
            self.field.setTextCursor(cursor)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fit(self) -> None:
        """As high as the text, up to eight lines."""
        line = QFontMetrics(self.field.font()).lineSpacing()
        # A plain text document counts its height in lines.
        lines = max(1, min(LINES_MAX, int(self.field.document().size().height())))
        self.field.setFixedHeight(lines * line + 2)
        full = int(self.field.document().size().height()) > LINES_MAX
        self.field.setVerticalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAsNeeded if full else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )

    def _apply(self) -> None:
        theme, px, tokens = self._theme, self._theme.px, self._theme.tokens
        self._column.setContentsMargins(px(12), px(10), px(6), px(6))
        self._column.setSpacing(px(6))
        self._row.setSpacing(px(2))
        self._row.setContentsMargins(0, 0, 0, 0)
        side = px(28)
        self._send.setFixedSize(side, side)
        self._bold.setFixedSize(side, side)
        self._send.setIcon(icon_of("send", px(16), tokens.on_ink, tokens.text_hint, tokens.on_ink))
        self._send.setIconSize(QSize(px(16), px(16)))
        for button in self._strip.findChildren(QToolButton):
            dress_icon(button, theme)
        self._edited()
