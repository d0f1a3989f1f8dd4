"""How long lines waited for their place, over the last ten minutes: a line for each person.

The own line is what was measured, the others' follow from measured round trips; everybody's mean is
bold. A move stands as a rod. A gap in time is a gap in the line.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from app.ui.fonts import Role, Weight
from app.ui.moments import time_of_day
from app.ui.paint.painter import kept, round_pen
from app.ui.paint.plots import BOLD_PIXELS, LINE_PIXELS, draw_legend, draw_scale
from app.ui.paint.stick import ROD_WIDTH, draw_rod
from app.ui.stick.canvas import CENTRE, Canvas, Words
from app.ui.stick.model import Series, StickModel
from app.ui.stick.scale import apart, tick_ms, top_ms
from app.ui.strings import StickPanel as Text
from app.ui.theme import Theme
from app.ui.wording import figure

SPAN_MS = 600_000
_SPAN_MIN_MS = 60_000
_GAP_MS = 12_000
"""Longer without a measurement is a gap."""
_POINTS_A_PIXEL = 2
_TICK_MS = 2_000


class PlotView(Canvas):
    """Draws what there is; the axis ends a little above the longest wait."""

    def __init__(self, model: StickModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, model.clock, parent)
        self._model = model
        model.changed.connect(self.news)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(Text.WAITING_SPOKEN())

    def content(self) -> object:
        """The newest points, and the time: it goes on every two seconds, as measurements do."""
        series = self._model.series()
        newest = [(each.face, len(each.points), each.points[-1:]) for each in series]
        return (newest, self._model.chosen, self._clock.wall_ms() // _TICK_MS)

    def draw(self, painter: QPainter) -> None:
        """Scale, times, lines, rods, names at the ends."""
        px, tokens = self.theme.px, self.theme.tokens
        series = [each for each in self._model.series() if each.points]
        if not series:
            words = Words(Role.BODY, tokens.text_hint)
            self.text(painter, QRectF(self.rect()), Text.WAITING_EMPTY(), words, CENTRE)
            return
        now = self._clock.wall_ms()
        first = min(each.points[0][0] for each in series)
        span = min(max(now - first, _SPAN_MIN_MS), SPAN_MS)
        names = [self._end_words(each) for each in series]
        right = max(self.width_of(name, Role.CAPTION, Weight.BOLD) for name in names) + px(12)
        caption = self.theme.line(Role.CAPTION)
        plot = QRectF(px(34), px(8), 0, 0)
        plot.setRight(self.width() - right)
        plot.setBottom(self.height() - caption - px(8))
        if plot.width() < px(60) or plot.height() < px(30):
            return
        start = now - span
        longest = max(
            (wait for each in series for at, wait in each.points if at >= start), default=1.0
        )
        top = top_ms(longest * 1.04)
        steps = 4 if plot.height() > px(110) else 2
        draw_scale(painter, plot, top, self.theme, steps=steps)
        self._times(painter, plot, start, now)
        painter.save()
        painter.setClipRect(plot.adjusted(0, -3, 2, 3))
        for each in series:
            self._line(painter, plot, each, (start, now, top))
        painter.restore()
        self._rods(painter, plot, start, now)
        self._ends(painter, plot, list(zip(series, names, strict=True)), top)

    def _end_words(self, series: Series) -> str:
        name = Text.EVERYONE() if series.face is None else series.face.first
        last = series.last or 0.0
        shown = f"{last:.1f}" if 0 < last < 0.95 else figure(round(last))
        return Text.LINE_END(name=name, count=shown)

    def _colour(self, series: Series) -> str:
        tokens = self.theme.tokens
        return tokens.text if series.face is None else series.face.colour.on(tokens)

    def _times(self, painter: QPainter, plot: QRectF, start: int, now: int) -> None:
        px, tokens = self.theme.px, self.theme.tokens
        step = tick_ms(now - start, max(int(plot.width() / px(80)), 2))
        at = (start // step + 1) * step
        words = Words(Role.CAPTION, tokens.text_hint)
        while at <= now:
            x = plot.left() + (at - start) / (now - start) * plot.width()
            where = QRectF(x - px(32), plot.bottom() + px(5), px(64), self.theme.line(Role.CAPTION))
            text = time_of_day(at)
            if step % 60_000:
                text = f"{text}:{at // 1_000 % 60:02d}"
            if where.right() <= self.width():
                self.text(painter, where, text, words, CENTRE)
            at += step

    def _line(
        self, painter: QPainter, plot: QRectF, series: Series, scale: tuple[int, int, int]
    ) -> None:
        """A line with its gaps; of points that fall on one pixel column some are left out."""
        start, now, top = scale
        path = QPainterPath()
        last_at: int | None = None
        last_x = -1.0
        lone: list[QPointF] = []
        count = 0
        for at, wait in series.points:
            if at < start - _GAP_MS:
                continue
            x = plot.left() + (at - start) / (now - start) * plot.width()
            y = plot.bottom() - min(wait / top, 1.0) * plot.height()
            fresh = last_at is None or at - last_at > self._gap(series)
            last_at = at
            if fresh:
                if count == 1:
                    lone.append(path.currentPosition())
                path.moveTo(x, y)
                count = 1
            elif x - last_x >= 1 / _POINTS_A_PIXEL:
                path.lineTo(x, y)
                count += 1
            else:
                continue
            last_x = x
        if count == 1:
            lone.append(path.currentPosition())
        colour = self._colour(series)
        with kept(painter):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            bold = series.face is None
            painter.setPen(round_pen(colour, BOLD_PIXELS if bold else LINE_PIXELS))
            painter.drawPath(path)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            for point in lone:
                painter.drawEllipse(point, 2, 2)

    def _gap(self, series: Series) -> int:
        """Who says nothing for a minute has no wait to draw a line through."""
        return 60_000 if series.measured else _GAP_MS

    def _rods(self, painter: QPainter, plot: QRectF, start: int, now: int) -> None:
        for place, move in enumerate(self._model.moves):
            if move.at_ms < start:
                continue
            x = plot.left() + (move.at_ms - start) / (now - start) * plot.width()
            tokens, px = self.theme.tokens, self.theme.px
            if place == self._model.chosen:
                wide = px(ROD_WIDTH) * 0.7
                draw_rod(painter, QRectF(x - wide / 2, plot.top(), wide, plot.height()), tokens)
                continue
            painter.setPen(QPen(QColor(tokens.stick_line), 1.5))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
            wide = px(ROD_WIDTH) * 0.6
            draw_rod(painter, QRectF(x - wide / 2, plot.top(), wide, px(22)), tokens)

    def _ends(
        self, painter: QPainter, plot: QRectF, ends: list[tuple[Series, str]], top: int
    ) -> None:
        px, tokens = self.theme.px, self.theme.tokens
        height = self.theme.line(Role.CAPTION)
        wanted = [
            plot.bottom() - min((series.last or 0.0) / top, 1.0) * plot.height()
            for series, _ in ends
        ]
        places = apart(wanted, height, plot.top() + height / 2 - 2, self.height() - height / 2)
        for (series, words), y, at in zip(ends, places, wanted, strict=True):
            if abs(y - at) > 3:
                painter.setPen(QPen(QColor(tokens.edge_soft), 1))
                painter.drawLine(QPointF(plot.right() + 1, at), QPointF(plot.right() + px(6), y))
            colour = self._colour(series)
            bold = series.face is None or series.face.is_self
            draw_legend(
                painter, QPointF(plot.right() + px(8), y), words, colour, self.theme, bold=bold
            )
