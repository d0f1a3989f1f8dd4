"""Before a session is open: sessions near by and kept, start one, join with a link, try it alone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.core import limits
from app.ui.controls import make_button
from app.ui.fonts import Role
from app.ui.icons import pixmap
from app.ui.models.lobby import KeptSession, LobbyModel
from app.ui.moments import Clock, day_name, day_of, time_of_day
from app.ui.panes.buttons import action_button, icon_button
from app.ui.panes.hairline import draw_hairline
from app.ui.panes.marks import Marks
from app.ui.panes.parts import Field, Line, card, hairline, lead_field, lead_icon, words
from app.ui.strings import Common, Dates, Lobby
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme
from app.ui.windows.first_run import StickSign
from app.ui.windows.near import NearList

_TWO_COLUMNS_FROM, _WIDE_FROM = 1_100, 2_000
_COLUMN, _COLUMNS, _COLUMNS_WIDE = 720, (780, 444), (900, 500)
_MARKS_SHOWN = 3
LINK_PREFIX = "talkstick:"


class LobbyPage(QFrame):
    """Wishes go out as signals; `back` returns to the session that is open behind."""

    start = Signal(str)
    join = Signal(str)
    open_kept = Signal(str)
    forget = Signal(str)
    try_alone = Signal()
    ask_near = Signal(str)
    cancel_ask = Signal()
    probe = Signal(str)
    back = Signal()
    settings = Signal()
    keys = Signal()

    def __init__(
        self, model: LobbyModel, theme: Theme, clock: Clock, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme
        self._clock = clock
        self._person = ("", "")
        self._behind = ""
        self._near: NearList | None = None
        self._kept: tuple[KeptSession, ...] | None = None
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._outer.setSpacing(0)
        self._make()
        model.changed.connect(self.refresh)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme: everything is made anew, what was typed stays."""
        started, joined = self._start_field.text(), self._join_field.text()
        self._theme = theme
        self._make()
        self._start_field.edit.setText(started)
        self._join_field.edit.setText(joined)

    def set_person(self, name: str, colour: str) -> None:
        """Whose lobby it is."""
        self._person = (name, colour)
        self._make()

    def set_behind(self, title: str) -> None:
        """The session that stays open behind; empty for none."""
        if title != self._behind:
            self._behind = title
            self._make()

    def enter(self, *, join: bool = False) -> None:
        """Focus the field for a new session, or the one for a link."""
        field = self._join_field if join else self._start_field
        field.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def forget_typed(self) -> None:
        """What was typed has done its work."""
        for field in (self._start_field, self._join_field):
            field.edit.clear()
            field.complain("")

    def offer_link(self, link: str) -> None:
        """A link came from outside."""
        self._join_field.edit.setText(link)

    # --- making -----------------------------------------------------------------------------------

    def _make(self) -> None:
        theme, px = self._theme, self._theme.px
        while (item := self._outer.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        set_kind(self, "chrome")
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QFrame()
        set_kind(page, "chrome")
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight, page)
        self._body.setContentsMargins(px(32), px(28), px(32), px(28))
        self._body.setSpacing(px(28))
        self._left, right = QVBoxLayout(), QVBoxLayout()
        self._left.setSpacing(px(12))
        right.setSpacing(px(16))
        if self._behind:
            self._left.addWidget(self._behind_row())
        self._near = self._near_list()
        self._left.addWidget(self._near)
        self._left.addWidget(words(theme, Lobby.RECENT(), Role.TITLE))
        self._recent = QVBoxLayout()
        self._recent.setContentsMargins(0, 0, 0, 0)
        self._left.addLayout(self._recent)
        self._kept = None
        self._left.addStretch(1)
        for part in (self._start_card(), self._join_card(), self._alone_card()):
            right.addWidget(part)
        right.addStretch(1)
        self._body.addStretch(1)
        self._left_box, self._right_box = QWidget(), QWidget()
        self._left_box.setLayout(self._left)
        self._right_box.setLayout(right)
        self._left.setContentsMargins(0, 0, 0, 0)
        right.setContentsMargins(0, 0, 0, 0)
        self._body.addWidget(self._left_box, 7)
        self._body.addWidget(self._right_box, 4)
        self._body.addStretch(1)
        self._scroll.setWidget(page)
        self._outer.addWidget(_Head(theme, self._person, self.keys.emit, self.settings.emit))
        self._outer.addWidget(self._scroll, 1)
        self._outer.addWidget(_Foot(theme))
        self.refresh()
        self._arrange()

    def _start_card(self) -> QFrame:
        theme = self._theme
        frame, column = card(theme)
        self._start_field = Field(theme, Lobby.START_FIELD(), Lobby.START_FIELD())
        button = make_button(theme, Common.START(), "primary")
        lead_icon(button, "plus", theme, theme.tokens.on_ink)
        button.clicked.connect(lambda _checked=False: self._start())
        self._start_field.edit.returnPressed.connect(self._start)
        _fill_card(theme, column, Lobby.START_HEADING(), Lobby.START_NOTE())
        column.addLayout(_field_row(theme, self._start_field, button))
        return frame

    def _join_card(self) -> QFrame:
        theme = self._theme
        frame, column = card(theme)
        self._join_field = Field(theme, Lobby.INVITE_HEADING(), Lobby.INVITE_FIELD())
        lead_field(self._join_field.edit, "link", theme)
        button = make_button(theme, Common.JOIN())
        button.clicked.connect(lambda _checked=False: self._join())
        self._join_field.edit.returnPressed.connect(self._join)
        _fill_card(theme, column, Lobby.INVITE_HEADING(), Lobby.INVITE_NOTE())
        column.addLayout(_field_row(theme, self._join_field, button))
        self._news = words(theme, "", Role.BODY, "soft", wrap=True)
        column.addWidget(self._news)
        return frame

    def _alone_card(self) -> QFrame:
        theme = self._theme
        frame, column = card(theme)
        row = QHBoxLayout()
        text = QVBoxLayout()
        text.setSpacing(theme.px(2))
        text.addWidget(words(theme, Lobby.TRY_ALONE(), Role.HEADING))
        text.addWidget(words(theme, Lobby.TRY_ALONE_NOTE(), Role.BODY, "soft", wrap=True))
        row.addLayout(text, 1)
        button = make_button(theme, Common.START())
        button.setAccessibleName(Lobby.TRY_ALONE())
        button.clicked.connect(lambda _checked=False: self.try_alone.emit())
        row.addWidget(button)
        column.addLayout(row)
        return frame

    # --- what people do ---------------------------------------------------------------------------

    def _start(self) -> None:
        title = " ".join(self._start_field.text().split())
        if not title:
            self._start_field.complain(Lobby.TITLE_MISSING())
        elif len(title) > limits.TITLE_CHARACTERS_MAX:
            self._start_field.complain(Lobby.TITLE_LONG(count=limits.TITLE_CHARACTERS_MAX))
        else:
            self.start.emit(title)

    def _join(self) -> None:
        # Mail programs break long links: spaces and line ends are never part of one.
        link = "".join(self._join_field.text().split())
        # One thing is said at a time: what came of the last try is over.
        self._model.say()
        if not link.lower().startswith(LINK_PREFIX):
            self._join_field.complain(Lobby.INVITE_WRONG())
        else:
            self._join_field.complain("")
            self.join.emit(link)

    # --- what is shown ----------------------------------------------------------------------------

    def refresh(self) -> None:
        """The lists and the news follow the model."""
        model, theme = self._model, self._theme
        self._news.setText(model.trouble or model.busy)
        self._news.setVisible(bool(model.trouble or model.busy))
        set_kind(self._news, "danger" if model.trouble else "soft")
        if self._near is not None:
            self._near.setVisible(model.looks_around)
            self._near.refresh()
        if model.kept != self._kept:
            self._kept = model.kept
            while (item := self._recent.takeAt(0)) is not None:
                widget = item.widget()
                if widget is not None:
                    widget.setParent(None)
                    widget.deleteLater()
            rows = [self._kept_row(each) for each in model.kept]
            self._recent.addWidget(_list_card(theme, rows, Lobby.RECENT_EMPTY()))

    def _near_list(self) -> NearList:
        near = NearList(self._model, self._theme)
        if self._near is not None:
            near.go_on_typing(self._near)
        near.join.connect(self.open_kept)
        near.ask.connect(self.ask_near)
        near.cancel.connect(self.cancel_ask)
        near.probe.connect(self.probe)
        return near

    def _behind_row(self) -> QFrame:
        theme = self._theme
        frame, column = card(theme)
        row = QHBoxLayout()
        row.addWidget(words(theme, Lobby.BEHIND(session=self._behind), Role.BODY_STRONG), 1)
        button = make_button(theme, Lobby.BACK())
        button.clicked.connect(lambda _checked=False: self.back.emit())
        row.addWidget(button)
        column.addLayout(row)
        return frame

    def _kept_row(self, session: KeptSession) -> QWidget:
        theme, px, tokens = self._theme, self._theme.px, self._theme.tokens
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(px(16), px(9), px(12), px(9))
        line.setSpacing(px(14))
        well = QLabel()
        set_kind(well, "code")
        well.setPixmap(pixmap("board", px(20), tokens.text_soft, self.devicePixelRatioF()))
        well.setAlignment(Qt.AlignmentFlag.AlignCenter)
        well.setFixedSize(px(34), px(34))
        line.addWidget(well)
        text = QVBoxLayout()
        text.setSpacing(0)
        text.addWidget(Line(theme, session.title, Role.BODY_STRONG))
        text.addWidget(words(theme, self._when(session.last_ms), Role.SMALL, "soft"))
        line.addLayout(text, 1)
        if session.people:
            line.addWidget(Marks(theme, session.people[:5], 20))
        if session.left:
            line.addWidget(words(theme, Lobby.LEFT(), Role.BODY, "soft"))
        else:
            button = make_button(theme, Common.OPEN(), "small")
            button.setAccessibleName(Lobby.OPEN_ONE(session=session.title))
            button.clicked.connect(lambda _checked=False: self.open_kept.emit(session.key))
            line.addWidget(button)
        remove = icon_button(
            theme,
            "trash",
            Lobby.FORGET(session=session.title),
            size=28,
            then=lambda: self.forget.emit(session.key),
        )
        line.addWidget(remove)
        return row

    def _when(self, last_ms: int) -> str:
        day, today = day_of(last_ms), day_of(self._clock.wall_ms())
        shown = day_name(day, today)
        if (today - day).days < 7:
            return Dates.DAY_TIME(day=shown, time=time_of_day(last_ms))
        return shown

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """One column or two."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        px = self._theme.px
        wide = self.width() >= px(_TWO_COLUMNS_FROM)
        self._body.setDirection(
            QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        )
        # In one column starting and joining come first: the lists may be long.
        if not wide and self._body.indexOf(self._right_box) > self._body.indexOf(self._left_box):
            self._body.removeWidget(self._left_box)
            self._body.insertWidget(self._body.count() - 1, self._left_box, 7)
        elif wide and self._body.indexOf(self._right_box) < self._body.indexOf(self._left_box):
            self._body.removeWidget(self._right_box)
            self._body.insertWidget(self._body.count() - 1, self._right_box, 4)
        widths = (_COLUMN, _COLUMN)
        if wide:
            widths = _COLUMNS_WIDE if self.width() >= px(_WIDE_FROM) else _COLUMNS
        for box, width in zip((self._left_box, self._right_box), widths, strict=True):
            box.setMaximumWidth(px(width))
        # One column stands in the middle.
        side = px(32) if wide else max((self.width() - px(_COLUMN)) // 2, px(24))
        self._body.setContentsMargins(side, px(28), side, px(28))


def _fill_card(theme: Theme, column: QVBoxLayout, heading: str, note: str) -> None:
    column.addWidget(words(theme, heading, Role.HEADING))
    column.addWidget(words(theme, note, Role.BODY, "soft", wrap=True))
    column.addSpacing(theme.px(6))


def _field_row(theme: Theme, field: Field, button: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.px(8))
    row.addWidget(field, 1)
    row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
    return row


def _list_card(theme: Theme, rows: list[QWidget], empty: str) -> QFrame:
    """Rows with hairlines between them, or what an empty list says."""
    frame = QFrame()
    set_kind(frame, "card")
    column = QVBoxLayout(frame)
    column.setContentsMargins(1, 1, 1, 1)
    column.setSpacing(0)
    for place, row in enumerate(rows):
        if place:
            column.addWidget(hairline())
        column.addWidget(row)
    if not rows:
        column.setContentsMargins(*[theme.px(18)] * 4)
        column.addWidget(words(theme, empty, Role.BODY, "soft", wrap=True))
    return frame


class _Head(QFrame):
    """Name of the program, and whose it is."""

    def __init__(
        self,
        theme: Theme,
        person: tuple[str, str],
        keys: Callable[[], None],
        settings: Callable[[], None],
    ) -> None:
        super().__init__()
        self._theme = theme
        px = theme.px
        set_kind(self, "chrome")
        self.setFixedHeight(px(56))
        row = QHBoxLayout(self)
        row.setContentsMargins(px(24), 0, px(24), 0)
        row.setSpacing(px(10))
        row.addWidget(StickSign(theme, 24))
        row.addWidget(words(theme, Common.NAME(), Role.HEADING))
        row.addStretch(1)
        row.addWidget(action_button(theme, "keys", keys))
        row.addWidget(action_button(theme, "settings", settings))
        if person[0]:
            row.addSpacing(px(8))
            row.addWidget(Marks(theme, (person,), 28))
            row.addWidget(Line(theme, person[0], Role.BUTTON))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """A hairline below."""
        super().paintEvent(event)
        painter = QPainter(self)
        draw_hairline(painter, self.rect(), self._theme.tokens, below=True)
        painter.end()


class _Foot(QFrame):
    """What there is not: account, server."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        px = theme.px
        set_kind(self, "chrome")
        self.setFixedHeight(px(26))
        row = QHBoxLayout(self)
        row.setContentsMargins(px(14), 0, px(14), 0)
        row.setSpacing(px(6))
        sign = QLabel()
        sign.setPixmap(pixmap("shield", px(14), theme.tokens.text_soft, self.devicePixelRatioF()))
        row.addWidget(sign)
        row.addWidget(words(theme, Lobby.FOOT(), Role.SMALL, "soft"))
        row.addStretch(1)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """A hairline above."""
        super().paintEvent(event)
        painter = QPainter(self)
        draw_hairline(painter, self.rect(), self._theme.tokens, below=False)
        painter.end()
