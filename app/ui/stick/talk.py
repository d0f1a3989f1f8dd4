"""Who talks, as bars, and the brakes with what they are at now."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.ui import figures
from app.ui.fonts import Role, Weight
from app.ui.icons import pixmap
from app.ui.paint.marks import Mark, draw_mark
from app.ui.paint.meter import draw_bar
from app.ui.stick.canvas import RIGHT, Canvas, Words
from app.ui.stick.model import StickModel, TalkRow
from app.ui.stick.words import Brake, Sign, brakes, wait_text
from app.ui.strings import StickPanel as Text
from app.ui.theme import Theme
from app.ui.wording import figure

ROW, HEAD = 28, 22
_ROWS_MAX = 12


class TalkView(Canvas):
    """One row for each person, who talks most first."""

    def __init__(self, model: StickModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, model.clock, parent)
        self._model = model
        model.changed.connect(self.news)
        self.setToolTip(Text.TALK_IF_HERE_HELP())

    def content(self) -> object:
        """The rows, as exact as they are shown."""
        return [
            (
                row.face,
                row.holds,
                round(row.share, 2),
                round(row.lines_a_minute),
                wait_text(row.here_ms),
            )
            for row in self._model.talk()
        ]

    def _row(self) -> int:
        """Rows get lower before any is left out."""
        count = max(min(len(self._model.talk()), _ROWS_MAX), 1)
        room = (self.height() - self.theme.px(HEAD)) // count
        least = self.theme.line(Role.BODY) + 2
        return max(min(self.theme.px(ROW), room), least)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the rows that there are."""
        count = max(min(len(self._model.talk()), _ROWS_MAX), 5)
        return QSize(self.theme.px(300), self.theme.px(HEAD) + count * self.theme.px(ROW))

    def draw(self, painter: QPainter) -> None:
        """The head, then the rows that fit."""
        px, tokens = self.theme.px, self.theme.tokens
        right = self.width() - px(2)
        here, rate = px(54), px(84)
        name_end = px(88)
        bar_end = right - here - rate - px(8)
        head = Words(Role.CAPTION, tokens.text_soft, Weight.MEDIUM)
        top = QRectF(0, 0, 0, px(HEAD) - px(4))
        for left, width, words, align in (
            (name_end, bar_end - name_end, Text.TALK_SHARE(), None),
            (right - here - rate, rate, Text.TALK_RATE(), RIGHT),
            (right - here, here, Text.TALK_IF_HERE(), RIGHT),
        ):
            where = QRectF(left, top.top(), width, top.height())
            if align is None:
                self.text(painter, where, words, head)
            else:
                self.text(painter, where, words, head, align)
        height = self._row()
        y = px(HEAD)
        spoken = []
        for row in self._model.talk()[:_ROWS_MAX]:
            if y + height > self.height() + 2:
                break
            self._draw_row(painter, row, y, height, (name_end, bar_end, right))
            spoken.append(
                Text.TALK_SPOKEN(
                    name=row.face.name,
                    share=figures.percent(row.share),
                    rate=round(row.lines_a_minute),
                    time=wait_text(row.here_ms),
                )
            )
            y += height
        self.setAccessibleName(Text.TALK())
        self.setAccessibleDescription("\n".join(spoken))

    def _draw_row(
        self, painter: QPainter, row: TalkRow, y: int, height: int, columns: tuple[int, int, int]
    ) -> None:
        px, tokens = self.theme.px, self.theme.tokens
        name_end, bar_end, right = columns
        side = min(px(19), height - 2)
        middle = y + height / 2
        box = QRectF(0, middle - side / 2, side, side)
        face = row.face
        draw_mark(painter, box, Mark(face.initials, face.colour, reachable=face.present), tokens)
        line = self.theme.line(Role.BODY)
        top = middle - line / 2
        where = QRectF(px(28), top, name_end - px(32), line)
        self.text(painter, where, face.first, Words(Role.BODY, tokens.text))
        bar = QRectF(name_end, middle - px(5), bar_end - name_end, px(10))
        draw_bar(painter, bar, row.share, face.colour.on(tokens), tokens)
        body = Words(Role.BODY, tokens.text)
        here, rate = px(54), px(84)
        where = QRectF(right - here - rate, top, rate - px(8), line)
        self.text(painter, where, figure(round(row.lines_a_minute)), body, RIGHT)
        strong = Words(
            Role.BODY,
            tokens.text if row.holds else tokens.text_soft,
            Weight.SEMIBOLD if row.holds else None,
        )
        where = QRectF(right - here, top, here, line)
        self.text(painter, where, wait_text(row.here_ms), strong, RIGHT)


class BrakesView(Canvas):
    """One line for each brake: sign, what it is, its value; the first with a bar to its price."""

    def __init__(self, model: StickModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, model.clock, parent)
        self._model = model
        model.changed.connect(self.news)

    def content(self) -> object:
        """The lines."""
        return brakes(self._model)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Six lines."""
        return QSize(self.theme.px(300), 6 * self.theme.px(22))

    def draw(self, painter: QPainter) -> None:
        """From above, as many as fit."""
        lines = brakes(self._model)
        if not lines:
            return
        room = self.height() / len(lines)
        least = self.theme.line(Role.SMALL) + 1
        height = max(min(self.theme.px(23), room), least)
        y = 0.0
        for brake in lines:
            if y + height > self.height() + 2:
                break
            self._draw_line(painter, brake, QRectF(0, y, self.width() - self.theme.px(2), height))
            y += height
        self.setAccessibleName(Text.BRAKES())
        self.setAccessibleDescription("\n".join(f"{each.text}: {each.value}" for each in lines))

    def _draw_line(self, painter: QPainter, brake: Brake, where: QRectF) -> None:
        px, tokens = self.theme.px, self.theme.tokens
        colour = {
            Sign.FREE: tokens.ok,
            Sign.HOLDS: tokens.text_soft,
            Sign.UNKNOWN: tokens.text_hint,
        }[brake.sign]
        side = px(14)
        ratio = self.devicePixelRatioF()
        sign = pixmap(brake.sign.value, side, colour, ratio)
        painter.drawPixmap(round(where.left()), round(where.center().y() - side / 2), sign)
        soft = Words(Role.SMALL, tokens.text_soft)
        unknown = brake.sign is Sign.UNKNOWN
        value = Words(
            Role.SMALL,
            tokens.text_hint if unknown else tokens.text,
            None if unknown else Weight.MEDIUM,
        )
        width = self.width_of(brake.value, Role.SMALL, Weight.MEDIUM) + 2
        left = where.left() + px(22)
        room = where.right() - left - width - px(10)
        used = self.text(painter, QRectF(left, where.top(), room, where.height()), brake.text, soft)
        self.text(painter, where, brake.value, value, RIGHT)
        free = room - used - px(10)
        if brake.share is not None and free >= px(40):
            length = min(free, px(90))
            bar = QRectF(where.right() - width - px(10) - length, 0, length, px(6))
            bar.moveTop(where.center().y() - bar.height() / 2)
            draw_bar(painter, bar, brake.share, tokens.text_soft, tokens)
            painter.setPen(QPen(QColor(tokens.text), 1.5))
            painter.drawLine(
                QPointF(bar.right(), bar.top() - 2), QPointF(bar.right(), bar.bottom() + 2)
            )
