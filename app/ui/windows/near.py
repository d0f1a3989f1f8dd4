"""The lobby's list of sessions nearby: join, ask to join, the six words, and who is missing.

One row for each session; what its button does depends on who this computer is there. Nothing is
drawn that does nothing: a session that lets nobody in has no button. Rows change while somebody
uses them, so the focus stays with its session, and what stands around the rows is never made anew.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.ui.controls import make_button
from app.ui.fonts import Role
from app.ui.icons import pixmap
from app.ui.models.lobby import Asked, LobbyModel, NearSession
from app.ui.panes.marks import Marks
from app.ui.panes.parts import Field, Line, hairline, words
from app.ui.panes.six_words import SixWords
from app.ui.strings import Common, Nearby
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme
from app.ui.windows.first_run import StickSign
from app.ui.wording import figure

_MARKS_SHOWN = 3
_MARK = 28
_PORT_MAX = 65_535


class NearList(QWidget):
    """Heading, rows, and the field for an address. Wishes go out as signals, with a session's key."""

    join = Signal(str)
    ask = Signal(str)
    cancel = Signal()
    probe = Signal(str)

    def __init__(self, model: LobbyModel, theme: Theme) -> None:
        super().__init__()
        self._model = model
        self._theme = theme
        self._drawn: tuple[object, ...] = ()
        self._buttons: dict[str, QWidget] = {}
        px = theme.px
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, px(16))
        self._column.setSpacing(px(12))
        self._column.addLayout(self._head())
        self._trouble = words(theme, "", Role.BODY, "warn", wrap=True)
        self._column.addWidget(self._trouble)
        frame = QFrame()
        set_kind(frame, "card")
        self._rows = QVBoxLayout(frame)
        self._rows.setContentsMargins(1, 1, 1, 1)
        self._rows.setSpacing(0)
        self._column.addWidget(frame)
        self.field = Field(theme, Nearby.ADDRESS(), Nearby.ADDRESS_FIELD())
        self._probed = words(theme, "", Role.BODY, "soft", wrap=True)
        self._missing = self._missing_card()
        self._missing.hide()
        self._column.addWidget(self._missing)
        self.refresh()

    @property
    def typing(self) -> bool:
        """Whether the field for an address is open."""
        return not self._missing.isHidden()

    def go_on_typing(self, before: NearList) -> None:
        """Take over what was typed into another one."""
        self.field.edit.setText(before.field.edit.text())
        self._missing.setVisible(before.typing)

    def refresh(self) -> None:
        """Follow the model."""
        model = self._model
        for label, text in ((self._trouble, model.near_trouble), (self._probed, model.probed)):
            label.setText(text)
            label.setVisible(bool(text))
        drawn = (model.near, model.asked)
        if drawn != self._drawn:
            self._drawn = drawn
            self._make_rows()

    def _head(self) -> QHBoxLayout:
        theme, px = self._theme, self._theme.px
        head = QHBoxLayout()
        head.setSpacing(px(8))
        head.addWidget(words(theme, Nearby.NEAR_YOU(), Role.TITLE))
        sign = QLabel()
        sign.setPixmap(pixmap("wifi", px(16), theme.tokens.text_soft, self.devicePixelRatioF()))
        head.addSpacing(px(4))
        head.addWidget(sign, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(Line(theme, Nearby.LOOKING(), Role.BODY, "soft"), 1)
        missing = make_button(theme, Nearby.SOMEONE_MISSING(), "quiet")
        missing.clicked.connect(lambda _checked=False: self._open_missing())
        head.addWidget(missing)
        return head

    # --- somebody is missing ----------------------------------------------------------------------

    def _missing_card(self) -> QFrame:
        theme, px = self._theme, self._theme.px
        frame = QFrame()
        set_kind(frame, "card")
        column = QVBoxLayout(frame)
        column.setContentsMargins(px(18), px(14), px(18), px(16))
        column.setSpacing(px(8))
        column.addWidget(words(theme, Nearby.MISSING_NOTE(), Role.BODY, "soft", wrap=True))
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addWidget(self.field, 1)
        button = make_button(theme, Nearby.LOOK_THERE())
        button.clicked.connect(lambda _checked=False: self._probe())
        self.field.edit.returnPressed.connect(self._probe)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(row)
        column.addWidget(self._probed)
        return frame

    def _open_missing(self) -> None:
        self._missing.setVisible(self._missing.isHidden())
        if self.typing:
            self.field.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _probe(self) -> None:
        text = "".join(self.field.text().split())
        host, colon, port = text.rpartition(":")
        digits = port.isascii() and port.isdigit() and len(port) <= len(str(_PORT_MAX))
        if not colon or not host or not digits or not 0 < int(port) <= _PORT_MAX:
            self.field.complain(Nearby.ADDRESS_WRONG())
        else:
            self.probe.emit(text)

    # --- rows -------------------------------------------------------------------------------------

    def _make_rows(self) -> None:
        theme, rows = self._theme, self._rows
        focus = self.window().focusWidget()
        held = next((key for key, button in self._buttons.items() if button is focus), None)
        self._buttons = {}
        while (item := rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        for place, session in enumerate(self._model.near):
            if place:
                rows.addWidget(hairline())
            rows.addWidget(self._row(session))
        if not self._model.near:
            text = words(theme, Nearby.EMPTY(), Role.BODY, "soft", wrap=True)
            text.setContentsMargins(*[theme.px(18)] * 4)
            rows.addWidget(text)
        if held in self._buttons:
            self._buttons[held].setFocus(Qt.FocusReason.OtherFocusReason)

    def _row(self, session: NearSession) -> QWidget:
        theme, px = self._theme, self._theme.px
        asked = self._model.asked
        mine = asked if asked is not None and asked.key == session.key else None
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(px(16), px(12), px(14), px(12))
        line.setSpacing(px(14))
        line.addWidget(self._marks(session), 0, Qt.AlignmentFlag.AlignTop)
        text = QVBoxLayout()
        text.setSpacing(px(2))
        text.addWidget(Line(theme, session.title, Role.HEADING))
        text.addLayout(self._second(session, mine))
        if mine is not None and mine.words and not mine.answer:
            text.addSpacing(px(6))
            text.addWidget(SixWords(theme, mine.words, columns=3))
            text.addWidget(words(theme, Nearby.COMPARE(), Role.SMALL, "soft", wrap=True))
        line.addLayout(text, 1)
        button = self._button(session, mine)
        if button is not None:
            self._buttons[session.key] = button
            line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _marks(self, session: NearSession) -> QWidget:
        theme, px = self._theme, self._theme.px
        box = QWidget()
        line = QHBoxLayout(box)
        line.setContentsMargins(0, px(4), 0, 0)
        line.setSpacing(px(8))
        shown = session.people[:_MARKS_SHOWN]
        line.addWidget(Marks(theme, shown, _MARK))
        more = session.count - len(shown)
        if more > 0:
            line.addWidget(words(theme, Nearby.MORE(count=figure(more)), Role.SMALL, "soft"))
        line.addStretch(1)
        # Titles stand below each other, whoever is there.
        box.setFixedWidth(px(_MARKS_SHOWN * _MARK + 2 * 6 + 34))
        return box

    def _second(self, session: NearSession, asked: Asked | None) -> QHBoxLayout:
        theme, px = self._theme, self._theme.px
        line = QHBoxLayout()
        line.setSpacing(px(6))
        text, kind = self._says(session, asked), "soft"
        if asked is not None and asked.answer:
            kind = "danger"
        elif asked is None and session.holder and not session.needs:
            line.addWidget(StickSign(theme, 16))
        # What may be long stands in one line: the others are sentences that must be read whole.
        long = asked is None and not session.needs
        line.addWidget(
            Line(theme, text, Role.BODY, kind)
            if long
            else words(theme, text, Role.BODY, kind, wrap=True),
            1,
        )
        return line

    def _says(self, session: NearSession, asked: Asked | None) -> str:
        if session.needs:
            return Nearby.TOO_NEW(version=session.needs)
        if asked is not None:
            if asked.answer:
                return asked.answer
            if asked.member:
                return Nearby.ASKED(name=asked.member)
            return Nearby.ASKING()
        if session.member:
            if session.holder:
                return Nearby.HOLDER_MEMBER(name=session.holder)
            return Nearby.MEMBER()
        if not session.admits:
            return Nearby.NOBODY_ADMITS()
        if session.holder:
            return Nearby.HOLDER_PEOPLE(count=session.count, name=session.holder)
        return Nearby.PEOPLE(count=session.count)

    def _button(self, session: NearSession, asked: Asked | None) -> QWidget | None:
        key = session.key
        if session.needs:
            return None
        if asked is not None and not asked.answer:
            return self._push(Common.CANCEL(), "quiet", session, self.cancel.emit)
        if session.member:
            return self._push(Common.JOIN(), "", session, lambda: self.join.emit(key))
        if not session.admits:
            return None
        if asked is not None:
            again = self._push(Nearby.ASK_AGAIN(), "", session, lambda: self.ask.emit(key))
            again.setEnabled(asked.again)
            again.setToolTip("" if asked.again else Nearby.ASK_AGAIN_WHEN())
            return again
        return self._push(Nearby.ASK(), "", session, lambda: self.ask.emit(key))

    def _push(
        self, text: str, kind: str, session: NearSession, then: Callable[[], None]
    ) -> QWidget:
        button = make_button(self._theme, text, kind)
        button.setAccessibleName(Nearby.BUTTON(what=text, session=session.title))
        button.clicked.connect(lambda _checked=False: then())
        return button
