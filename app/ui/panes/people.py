"""The list of people with the rod at its left: it lies at whoever has the stick, and slides there.

The rod is painted over the rows; while it moves only its way and the washed row are painted again.
"""

from __future__ import annotations

from PySide6.QtCore import (
    QEasingCurve,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    QVariantAnimation,
)
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QVBoxLayout,
    QWidget,
)

from app.core.ids import SiteId
from app.ui.delegates.person_row import GUTTER, RAIL_GUTTER, PersonDelegate
from app.ui.fonts import Role
from app.ui.models.people import Index, PeopleModel
from app.ui.moments import Clock
from app.ui.paint.stick import (
    ROD_LENGTH,
    ROD_WIDTH,
    TRACK_WIDTH,
    draw_rod,
    draw_track,
    draw_trail,
)
from app.ui.panes.asking import AskingCards
from app.ui.panes.buttons import dress_icon, icon_button
from app.ui.strings import Nearby, People, Session
from app.ui.style_sheet import set_kind
from app.ui.theme import Motion, Theme
from app.ui.wording import figure

RAIL_WIDTH = 68
WIDTH, WIDTH_MIN, WIDTH_MAX = 244, 200, 320


class PeopleList(QListView):
    """Rows, and the rod over them."""

    def __init__(self, model: PeopleModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._people = model
        self._theme = theme
        self._delegate = PersonDelegate(theme, self)
        self._place = model.holder_place()
        self._from = self._to = float(self._place)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAccessibleName(Session.PEOPLE())
        self._slide = QVariantAnimation(self)
        self._slide.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._slide.valueChanged.connect(self._slid)
        self._fade = QVariantAnimation(self)
        self._fade.setStartValue(1.0)
        self._fade.setEndValue(0.0)
        self._fade.valueChanged.connect(self._faded)
        self._person: SiteId | None = None
        model.dataChanged.connect(self._follow)
        model.modelReset.connect(self._follow)
        model.modelReset.connect(self._stand_again)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = self._delegate.theme = theme
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def set_rail(self, *, rail: bool) -> None:
        """Marks and names only."""
        self._delegate.rail = rail
        # A rail has no room for a bar: a row that is cut shows that there are more.
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAlwaysOff if rail else policy.ScrollBarAsNeeded
        )
        self.scheduleDelayedItemsLayout()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as the pane."""
        return QSize(self._theme.px(WIDTH), self._theme.px(300))

    # --- the focus --------------------------------------------------------------------------------

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Whoever comes by Tab sees where they are: Qt chooses a row, and marks none."""
        super().focusInEvent(event)
        self._stand_on(max(self.currentIndex().row(), 0))

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802 - Qt's name
        """Remember the person, whose row may move."""
        super().currentChanged(current, previous)
        if current.isValid():
            self._person = self._people.rows()[current.row()].person.site

    def _stand_again(self) -> None:
        """All rows are new: the focus stays with its person."""
        if self.hasFocus():
            sites = [row.person.site for row in self._people.rows()]
            self._stand_on(sites.index(self._person) if self._person in sites else 0)

    def _stand_on(self, place: int) -> None:
        self.setCurrentIndex(self._people.index(place))

    # --- the rod ----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Rows, then track, trail and rod."""
        super().paintEvent(event)
        if not self._people.rowCount():
            return
        painter = QPainter(self.viewport())
        px = self._theme.px
        middle = self._middle()
        first, last = self._row(0), self._row(self._people.rowCount() - 1)
        inset = px(7)
        track = QRectF(
            middle - px(TRACK_WIDTH) / 2,
            first.top() + inset,
            px(TRACK_WIDTH),
            last.bottom() - first.top() - 2 * inset,
        )
        draw_track(painter, track, self._theme.tokens)
        if self._place >= 0:
            rod = self._rod(self._at())
            if self._fade.state() == QVariantAnimation.State.Running:
                start = self._rod(self._from).center()
                painter.setOpacity(float(self._fade.currentValue()))
                draw_trail(
                    painter,
                    QPointF(middle, start.y()),
                    QPointF(middle, rod.center().y()),
                    px(TRACK_WIDTH),
                    self._theme.tokens,
                )
                painter.setOpacity(1.0)
            draw_rod(painter, rod, self._theme.tokens)
        painter.end()

    def _follow(self) -> None:
        """The holder may be another."""
        place = self._people.holder_place()
        if place == self._place:
            return
        before, self._place = self._place, place
        self._slide.stop()
        if before < 0 or place < 0 or before >= self._people.rowCount():
            self._from = self._to = float(place)
            self.viewport().update()
            return
        self._from, self._to = float(before), float(place)
        self._delegate.wash.place = place
        self._delegate.wash.strength = 1.0
        self._fade.setDuration(max(self._theme.duration(Motion.STICK_WASH), 1))
        self._fade.start()
        duration = self._theme.duration(Motion.STICK_MOVE)
        if duration:
            self._slide.setDuration(duration)
            self._slide.setStartValue(self._from)
            self._slide.setEndValue(self._to)
            self._slide.start()
        self.viewport().update()

    def _slid(self) -> None:
        self._update_gutter()

    def _faded(self, value: float) -> None:
        # With less movement the wash stays whole until its end.
        left = value if not self._theme.less_movement else float(value > 0)
        self._delegate.wash.strength = left
        self._update_gutter()
        if self._place >= 0:
            self.viewport().update(self._row(self._place))

    def _update_gutter(self) -> None:
        width = self._theme.px(GUTTER)
        self.viewport().update(QRect(0, 0, width, self.viewport().height()))

    def _at(self) -> float:
        if self._slide.state() == QVariantAnimation.State.Running:
            return float(self._slide.currentValue())
        return self._to

    def _middle(self) -> float:
        px = self._theme.px
        return px(RAIL_GUTTER) / 2 + px(2) if self._delegate.rail else px(GUTTER) / 2 + px(1)

    def _row(self, place: int) -> QRect:
        return self.visualRect(self._people.index(place))

    def _rod(self, at: float) -> QRectF:
        """The rod at a place that may lie between two rows."""
        px = self._theme.px
        lower = min(int(at), self._people.rowCount() - 1)
        upper = min(lower + 1, self._people.rowCount() - 1)
        share = at - int(at)
        one, two = QRectF(self._row(lower)).center().y(), QRectF(self._row(upper)).center().y()
        y = one + (two - one) * share
        width, length = px(ROD_WIDTH), px(ROD_LENGTH)
        return QRectF(self._middle() - width / 2, y - length / 2, width, length)


class PeoplePane(QFrame):
    """Heading and list; narrow it is a rail."""

    def __init__(
        self, model: PeopleModel, theme: Theme, clock: Clock, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._people = model
        self._theme = theme
        self._rail = False
        # A splitter takes the pane; what stands beside it stays with the page, and goes with it.
        self._page = parent if parent is not None else self
        set_kind(self, "pane")
        self._head = QWidget(self)
        self._title, self._count = QLabel(Session.PEOPLE()), QLabel()
        theme.dress(self._title, Role.BODY_STRONG)
        theme.dress(self._count, Role.BODY)
        set_kind(self._count, "soft")
        self._row = QHBoxLayout(self._head)
        self._row.addWidget(self._title)
        self._row.addWidget(self._count)
        self._row.addStretch(1)
        self.list = PeopleList(model, theme, self)
        self.asking = AskingCards(theme, clock, self)
        self._knock = icon_button(theme, "bell", Nearby.WAITING(0), self, then=self._show_beside)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.addWidget(self._head)
        self._column.addWidget(self.asking)
        self._column.addWidget(self._knock, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addWidget(self.list, 1)
        self.asking.counted.connect(self._place_asking)
        self.asking.left.connect(self._leave_asking)
        self.asking.done.connect(self._leave_asking)
        self._apply()
        model.modelReset.connect(self._recount)
        model.dataChanged.connect(self._recount)
        self._recount()

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self.list.set_theme(theme)
        self.asking.set_theme(theme)
        dress_icon(self._knock, theme)
        self._apply()

    def set_rail(self, *, rail: bool) -> bool:
        """Marks and names only, 68 wide; whether that is a change."""
        if rail == self._rail:
            return False
        self._rail = rail
        self.list.set_rail(rail=rail)
        self._apply()
        return True

    def enter_first(self) -> None:
        """Take the focus: to who asks to join, and from there to the people."""
        focus = self.window().focusWidget()
        held = focus is not None and self.asking.isAncestorOf(focus)
        if held or not self.asking.count():
            self.enter()
        elif self.asking.isVisible():
            self.asking.enter()
        else:
            self._show_beside()

    def enter(self) -> None:
        """Take the focus to the people."""
        if not self.list.currentIndex().isValid() and self._people.rowCount():
            self.list.setCurrentIndex(self._people.index(0))
        self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _apply(self) -> None:
        px = self._theme.px
        self._theme.dress(self._knock, Role.BUTTON)
        self._knock.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._knock.setFixedWidth(px(52))
        self._column.setContentsMargins(0, px(6) if self._rail else 0, 0, 0)
        self._head.setVisible(not self._rail)
        self._row.setContentsMargins(px(14), px(10), px(14), px(8))
        self._row.setSpacing(px(8))
        if self._rail:
            self.setFixedWidth(px(RAIL_WIDTH))
        else:
            self.setMinimumWidth(px(WIDTH_MIN))
            self.setMaximumWidth(px(WIDTH_MAX))
            self.asking.setMinimumWidth(0)
            self.asking.setMaximumWidth(16_777_215)
        self._place_asking()

    # --- those who ask to join --------------------------------------------------------------------

    def _place_asking(self) -> None:
        """On top of the list; beside the rail, when it is asked for."""
        count, cards = self.asking.count(), self.asking
        self._knock.setVisible(self._rail and count > 0)
        name = Nearby.WAITING(count)
        self._knock.setText(figure(count))
        self._knock.setAccessibleName(name)
        self._knock.setToolTip(name)
        if not self._rail:
            if cards.parent() is not self:
                cards.setParent(self)
                self._column.insertWidget(1, cards)
                self._theme.dress_again(cards)
            set_kind(cards, "")
            cards.fit(self.width(), self.height() * 2 // 3)
            cards.setVisible(count > 0)
        elif cards.parent() is self or not count:
            cards.setParent(self._page)
            cards.hide()
            self._theme.dress_again(cards)
        elif cards.isVisible():
            self._lay_beside()

    def _leave_asking(self) -> None:
        """Back to what opened the cards, or to the people below them."""
        if self._rail:
            self.asking.hide()
        where = self._knock if self._knock.isVisible() else self.list
        where.setFocus(Qt.FocusReason.PopupFocusReason)

    def _show_beside(self) -> None:
        if self.asking.isVisible():
            self._leave_asking()
            return
        set_kind(self.asking, "bar")
        self._lay_beside()
        self.asking.show()
        self.asking.raise_()
        self.asking.enter()

    def _lay_beside(self) -> None:
        px, cards = self._theme.px, self.asking
        corner = self.mapTo(self._page, QPoint(self.width() + px(8), px(6)))
        cards.fit(px(WIDTH), self._page.height() - corner.y() - px(8))
        cards.setFixedWidth(px(WIDTH))
        cards.move(corner)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The cards leave room for the people."""
        super().resizeEvent(event)
        self._place_asking()

    def _recount(self) -> None:
        rows = self._people.rows()
        here = sum(row.reachable for row in rows)
        whole = here == len(rows)
        text = str(here) if whole else People.COUNT_APART(count=here, all=len(rows))
        self._count.setText(text)
