"""Paints a person: mark, name, what they do, talk meter, round trip; in a rail mark and name only.

The gutter at the left stays free for the rod, which the pane paints over the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.ui.fonts import Role, Weight
from app.ui.icons import pixmap
from app.ui.models.people import ROW, PersonRow
from app.ui.paint.marks import Mark, draw_mark
from app.ui.paint.meter import METER_HEIGHT, METER_WIDTH, draw_talk_meter
from app.ui.paint.painter import kept
from app.ui.strings import Common
from app.ui.swatches import initials, person_colour
from app.ui.theme import Measure, Theme

Index = QModelIndex | QPersistentModelIndex

GUTTER = 24
"""Room for the rod, pixels at 100 %."""
MARK = 32
RAIL_ROW = 62
RAIL_GUTTER = 18
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_CENTRE = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)


@dataclass(slots=True)
class Wash:
    """The row that fades from the colour of the stick: its place and how much is left, 0 to 1."""

    place: int = -1
    strength: float = 0.0


class PersonDelegate(QStyledItemDelegate):
    """One row of the list of people."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.rail = False
        self.wash = Wash()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """Rows are equally high."""
        theme = self.theme
        if self.rail:
            return QSize(theme.px(48), theme.px(RAIL_ROW))
        needed = theme.line(Role.BODY_STRONG) + theme.line(Role.SMALL) + theme.px(4)
        return QSize(theme.px(160), max(theme.measure(Measure.PERSON_ROW), needed))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        row = cast("PersonRow | None", index.data(ROW))
        if row is None:
            return
        rect = QRectF(option.rect)
        state = option.state
        with kept(painter):
            self._ground(painter, rect, row, index.row(), state)
            if self.rail:
                self._rail_row(painter, rect, row)
            else:
                self._whole_row(painter, rect, row)
            if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_Selected:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(self.theme.tokens.focus), 2))
                painter.drawRoundedRect(rect.adjusted(2, 2, -2, -2), 6, 6)

    def _ground(
        self, painter: QPainter, rect: QRectF, row: PersonRow, place: int, state: QStyle.StateFlag
    ) -> None:
        tokens = self.theme.tokens
        if row.person.holds_stick:
            painter.fillRect(rect, QColor(tokens.stick_tint))
            if self.wash.place == place and self.wash.strength > 0:
                strong = QColor(tokens.stick_line)
                strong.setAlphaF(min(self.wash.strength, 1.0) * 0.5)
                painter.fillRect(rect, strong)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(tokens.hover))

    def _mark(self, painter: QPainter, rect: QRectF, row: PersonRow) -> None:
        mark = Mark(
            initials(row.person.name), person_colour(row.person.colour), reachable=row.reachable
        )
        draw_mark(painter, rect, mark, self.theme.tokens)

    def _rail_row(self, painter: QPainter, rect: QRectF, row: PersonRow) -> None:
        theme, px = self.theme, self.theme.px
        left = rect.left() + px(RAIL_GUTTER)
        width = rect.width() - px(RAIL_GUTTER) - px(4)
        side = px(MARK)
        box = QRectF(left + (width - side) / 2, rect.top() + px(7), side, side)
        self._mark(painter, box, row)
        font = theme.font(Role.CAPTION, Weight.MEDIUM)
        painter.setFont(font)
        painter.setPen(QColor(theme.tokens.text if row.reachable else theme.tokens.text_soft))
        where = QRectF(left, box.bottom() + px(1), width, theme.line(Role.CAPTION))
        first = row.person.name.split(" ")[0]
        name = QFontMetricsF(font).elidedText(first, Qt.TextElideMode.ElideRight, width)
        painter.drawText(where, _CENTRE, name)

    def _whole_row(self, painter: QPainter, rect: QRectF, row: PersonRow) -> None:
        theme, px, tokens = self.theme, self.theme.px, self.theme.tokens
        side = px(MARK) if rect.height() >= px(44) else px(26)
        box = QRectF(rect.left() + px(GUTTER + 4), rect.center().y() - side / 2, side, side)
        self._mark(painter, box, row)
        right = rect.right() - px(12)
        first, second = theme.line(Role.BODY_STRONG), theme.line(Role.SMALL)
        top = rect.center().y() - (first + second) / 2
        column = max(px(METER_WIDTH), px(44))
        left = box.right() + px(9)
        width = right - column - px(8) - left
        self._name(painter, QRectF(left, top, width, first), row)
        small = theme.font(Role.SMALL)
        painter.setFont(small)
        painter.setPen(QColor(tokens.text_soft))
        doing = QFontMetricsF(small).elidedText(
            row.doing_text(), Qt.TextElideMode.ElideRight, width
        )
        painter.drawText(QRectF(left, top + first, width, second), _LEFT, doing)
        painter.drawText(
            QRectF(right - column, top + first, column, second), _RIGHT, row.time_text()
        )
        if row.reachable:
            wide, high = px(METER_WIDTH), px(METER_HEIGHT)
            meter = QRectF(right - wide, top + (first - high) / 2, wide, high)
            colour = person_colour(row.person.colour).on(tokens)
            draw_talk_meter(painter, meter, row.level, colour, tokens)
        else:
            size = px(16)
            ratio = painter.device().devicePixelRatioF()
            sign = pixmap("apart", size, tokens.apart, ratio)
            painter.drawPixmap(round(right - size), round(top + (first - size) / 2), sign)

    def _name(self, painter: QPainter, rect: QRectF, row: PersonRow) -> None:
        theme, tokens = self.theme, self.theme.tokens
        strong, small = theme.font(Role.BODY_STRONG), theme.font(Role.SMALL)
        extra = Common.YOU() if row.person.is_self else ""
        gap = theme.px(6)
        extra_width = QFontMetricsF(small).horizontalAdvance(extra) + gap if extra else 0
        metrics = QFontMetricsF(strong)
        name = metrics.elidedText(
            row.person.name, Qt.TextElideMode.ElideRight, rect.width() - extra_width
        )
        painter.setFont(strong)
        painter.setPen(QColor(tokens.text if row.reachable else tokens.text_soft))
        painter.drawText(rect, _LEFT, name)
        if extra:
            painter.setFont(small)
            painter.setPen(QColor(tokens.text_soft))
            where = rect.adjusted(metrics.horizontalAdvance(name) + gap, 0, gap, 0)
            painter.drawText(where, _LEFT, extra)
