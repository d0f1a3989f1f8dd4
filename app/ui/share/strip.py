"""The strip of tabs over the centre: the board, then the shared programs; and a button to share one.

A dot in the owner's colour beside a name says that there is news.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPixmap, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QTabBar, QWidget

from app.ui.fonts import Role
from app.ui.icons import pixmap
from app.ui.panes.buttons import dress_icons, icon_button
from app.ui.panes.hairline import draw_hairline
from app.ui.strings import Session, Share
from app.ui.style_sheet import set_kind
from app.ui.swatches import person_colour
from app.ui.theme import Theme

HEIGHT = 38
_ICON = 18
_LETTERS_MAX = 24
"""Letters of a name in its tab; the tip has all."""
BOARD = ""
"""What stands for the board where a share has its id."""


class TabStrip(QFrame):
    """`chosen` carries a share's id or `BOARD`; `add` where the button is, for a menu."""

    chosen = Signal(str)
    add = Signal(QPoint)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._news: dict[str, str] = {}
        set_kind(self, "chrome")
        self.bar = QTabBar(self)
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        self.bar.setUsesScrollButtons(True)
        self.bar.setElideMode(Qt.TextElideMode.ElideNone)
        self.bar.setAccessibleName(Share.TABS())
        self.add_button = icon_button(theme, "plus", Share.ADD(), self, size=28, then=self._add)
        self._row = QHBoxLayout(self)
        self._row.setSpacing(0)
        self._row.addWidget(self.bar, 0, Qt.AlignmentFlag.AlignBottom)
        self._row.addWidget(self.add_button)
        self._row.addStretch(1)
        self.bar.addTab(Session.BOARD())
        self.bar.setTabData(0, BOARD)
        self.bar.currentChanged.connect(self._changed)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        px = theme.px
        self._row.setContentsMargins(px(8), px(4), px(8), 0)
        self.setMinimumHeight(max(px(HEIGHT), theme.line(Role.BODY) + px(20)))
        theme.dress(self.bar, Role.BUTTON)
        self.bar.setIconSize(QSize(px(_ICON), px(_ICON)))
        dress_icons(self, theme)
        for place in range(self.bar.count()):
            self._draw(place)

    # --- tabs -------------------------------------------------------------------------------------

    @property
    def current(self) -> str:
        """The share's id, or `BOARD`."""
        return str(self.bar.tabData(self.bar.currentIndex()))

    def put(self, share: str, title: str) -> None:
        """A tab of this name, a new one at the end."""
        place = self._place(share)
        shown = title if len(title) <= _LETTERS_MAX else f"{title[: _LETTERS_MAX - 1]}…"
        if place < 0:
            place = self.bar.addTab(shown.replace("&", "&&"))
            self.bar.setTabData(place, share)
            self._draw(place)
        self.bar.setTabText(place, shown.replace("&", "&&"))
        self.bar.setTabToolTip(place, title)

    def take_away(self, share: str) -> None:
        """No such tab any more."""
        place = self._place(share)
        self._news.pop(share, None)
        if place > 0:
            self.bar.removeTab(place)

    def choose(self, share: str) -> None:
        """Show this tab."""
        place = self._place(share)
        if place >= 0:
            self.bar.setCurrentIndex(place)

    def step(self, by: int) -> None:
        """The next or previous one, round and round."""
        self.bar.setCurrentIndex((self.bar.currentIndex() + by) % self.bar.count())

    def mark(self, share: str, colour: str) -> None:
        """There is news in a tab that isn't looked at; the colour's name is the owner's."""
        place = self._place(share)
        if place >= 0 and share != self.current:
            self._news[share] = colour
            self._draw(place)

    def enter(self) -> None:
        """Take the focus."""
        self.bar.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # --- inside -----------------------------------------------------------------------------------

    def _place(self, share: str) -> int:
        found = (at for at in range(self.bar.count()) if self.bar.tabData(at) == share)
        return next(found, -1)

    def _changed(self, place: int) -> None:
        share = str(self.bar.tabData(place))
        if self._news.pop(share, None) is not None:
            self._draw(place)
        self.chosen.emit(share)

    def _add(self) -> None:
        self.add.emit(self.add_button.mapToGlobal(QPoint(0, self.add_button.height())))

    def _draw(self, place: int) -> None:
        share = str(self.bar.tabData(place))
        name = "program" if share else "board"
        self.bar.setTabIcon(place, _icon(name, self._theme, self._news.get(share)))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Tabs are measured anew: the style sheet widened them after the layout had asked."""
        super().showEvent(event)
        self.bar.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """A hairline below."""
        super().paintEvent(event)
        painter = QPainter(self)
        draw_hairline(painter, self.rect(), self._theme.tokens, below=True)
        painter.end()


def _icon(name: str, theme: Theme, news: str | None) -> QIcon:
    """The sign of a tab, with a dot where there is news."""
    icon = QIcon()
    side = theme.px(_ICON)
    for ratio in (1.0, 2.0):
        made = QPixmap(pixmap(name, side, theme.tokens.text_soft, ratio))
        if news is not None:
            painter = QPainter(made)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(theme.tokens.window))
            painter.setBrush(QColor(person_colour(news).on(theme.tokens)))
            dot = theme.px(8)
            painter.drawEllipse(QRectF(side - dot - 0.5, 0.5, dot, dot))
            painter.end()
        icon.addPixmap(made)
    return icon
