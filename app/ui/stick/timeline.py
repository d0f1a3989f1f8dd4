"""The moves over time: a lane for each holder, a rod for each move, rings for what was not made.

Left and right choose a move; a click does, too, and the map shows it again.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.core.ids import SiteId
from app.ui.fonts import Role, Weight
from app.ui.moments import time_of_day
from app.ui.paint.marks import Mark, draw_mark
from app.ui.paint.stick import ROD_LENGTH, ROD_WIDTH, draw_rod
from app.ui.stick.canvas import CENTRE, Canvas, Words
from app.ui.stick.model import Stay, StickModel
from app.ui.stick.scale import tick_ms
from app.ui.stick.words import look_text, reason_text
from app.ui.strings import StickPanel as Text
from app.ui.theme import Theme

SPANS_MS = (300_000, 1_800_000, 0)
"""Five minutes, thirty, everything."""
_ALL_MIN_MS = 60_000
_NEAR_PIXELS = 9
_TICK_MS = 1_000
_LANE, _LANE_GAP, _LANES_MAX = 28, 5, 12


class TimelineView(Canvas):
    """Time runs to the right; now is the right edge."""

    def __init__(self, model: StickModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, model.clock, parent)
        self._model = model
        self._span_ms = SPANS_MS[1]
        self._held: tuple[tuple[Stay, ...], object, list[SiteId]] = ((), None, [])
        model.changed.connect(self.news)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(Text.MOVES_SPOKEN())
        self.setMouseTracking(True)

    def set_span(self, span_ms: int) -> None:
        """How far back it looks at most; 0 is everything."""
        self._span_ms = span_ms
        self.refresh()

    def content(self) -> object:
        """Moves, looks, names, and the time: it goes on once a second."""
        panel = self._model.panel
        looks = panel.looks if panel is not None else ()
        second = self._clock.wall_ms() // _TICK_MS
        return (self._model.stays(), self._model.moves, looks, self._model.chosen, second)

    # --- time -------------------------------------------------------------------------------------

    def _first_ms(self) -> int:
        """The wall-clock moment of the left edge."""
        now = self._clock.wall_ms()
        stays = self._model.stays()
        first = stays[0].since_ms if stays else now
        # A session that is younger than the span fills the strip, too.
        span = round(max(now - first, _ALL_MIN_MS) * 1.02)
        return now - (min(span, self._span_ms) if self._span_ms else span)

    def _x(self, at_ms: int) -> float:
        first, now = self._first_ms(), self._clock.wall_ms()
        return self._left() + (at_ms - first) / max(now - first, 1) * self._across()

    def _left(self) -> int:
        return self.theme.px(2)

    def _across(self) -> int:
        return self.width() - self.theme.px(4)

    def _lane(self) -> QRectF:
        """The strip in which holders stand, or all their lanes together."""
        px = self.theme.px
        captions, ticks = self._captions(), self.theme.line(Role.CAPTION) + px(6)
        count = len(self._holders())
        high = count * px(_LANE) + (count - 1) * px(_LANE_GAP) if count else px(_LANE)
        top = max((self.height() - high - captions - ticks) / 2 + captions, captions)
        return QRectF(self._left(), top, self._across(), high)

    def _captions(self) -> int:
        return self.theme.line(Role.SMALL) + self.theme.px(6)

    def _holders(self) -> list[SiteId]:
        """Who has a lane of their own: everybody who had the stick, where there is room for all."""
        stays, height = self._model.stays(), self.height()
        room_for = (height, self.theme)
        if self._held[0] is stays and self._held[1] == room_for:
            return self._held[2]
        px = self.theme.px
        sites = list(dict.fromkeys([stay.face.site for stay in stays]))
        ticks = self.theme.line(Role.CAPTION) + px(6)
        room = height - self._captions() - ticks
        fits = len(sites) * px(_LANE + _LANE_GAP) <= room
        holders = sites if 2 <= len(sites) <= _LANES_MAX and fits else []
        self._held = (stays, room_for, holders)
        return holders

    def _lane_of(self, site: SiteId, lane: QRectF) -> QRectF:
        """The lane of one holder."""
        holders, px = self._holders(), self.theme.px
        if site not in holders:
            return lane
        top = lane.top() + holders.index(site) * px(_LANE + _LANE_GAP)
        return QRectF(lane.left(), top, lane.width(), px(_LANE))

    # --- drawing ----------------------------------------------------------------------------------

    def draw(self, painter: QPainter) -> None:
        """Lanes, times, captions, rings, rods."""
        lane = self._lane()
        stays = [stay for stay in self._model.stays() if self._seen(stay)]
        painter.save()
        painter.setClipRect(QRectF(lane.left(), 0, lane.width(), self.height()))
        for site in self._holders():
            track = self._lane_of(site, lane)
            painter.fillRect(track, QColor(self.theme.tokens.window))
        for stay in stays:
            self._draw_stay(painter, lane, stay)
        self._draw_looks(painter, lane)
        painter.restore()
        self._draw_times(painter, lane)
        self._draw_moves(painter, lane)
        if not self._model.moves:
            px = self.theme.px
            where = QRectF(lane.left(), 0, lane.width(), lane.top() - px(1))
            words = Words(Role.SMALL, self.theme.tokens.text_hint)
            self.text(painter, where, Text.MOVES_EMPTY(), words)

    def _ends(self, stay: Stay) -> tuple[float, float]:
        left = self._x(stay.since_ms)
        until = self._left() + self._across()
        right = until if stay.until_ms is None else self._x(stay.until_ms)
        return (max(left, self._left()), right)

    def _seen(self, stay: Stay) -> bool:
        return self._ends(stay)[1] > self._left()

    def _draw_stay(self, painter: QPainter, lane: QRectF, stay: Stay) -> None:
        px, tokens = self.theme.px, self.theme.tokens
        left, right = self._ends(stay)
        lane = self._lane_of(stay.face.site, lane)
        area = QRectF(left, lane.top(), max(right - left, 1), lane.height())
        colour = stay.face.colour.on(tokens)
        painter.fillRect(area, QColor(stay.face.colour.tint(tokens)))
        under = QRectF(area.left(), area.bottom() - px(3), area.width(), px(3))
        painter.fillRect(under, QColor(colour))
        side = px(19)
        x = left + px(16)
        if area.width() < px(16) + side + px(6):
            return
        box = QRectF(x, area.top() + (area.height() - px(3) - side) / 2, side, side)
        mark = Mark(stay.face.initials, stay.face.colour, reachable=stay.face.present)
        draw_mark(painter, box, mark, tokens)
        room = right - box.right() - px(14)
        name = stay.face.first
        if room >= self.width_of(name, Role.SMALL, Weight.SEMIBOLD):
            where = QRectF(box.right() + px(7), area.top(), room, area.height() - px(3))
            self.text(painter, where, name, Words(Role.SMALL, tokens.text, Weight.SEMIBOLD))

    def _draw_looks(self, painter: QPainter, lane: QRectF) -> None:
        panel = self._model.panel
        if panel is None:
            return
        px, tokens = self.theme.px, self.theme.tokens
        taken = self._names_taken()
        looks = panel.looks
        for place, look in enumerate(looks):
            x = self._x(look.at_ms)
            if x < lane.left():
                continue
            own = self._lane_of(self._holder_at(look.at_ms), lane)
            middle = own.center().y() - px(1)
            painter.setPen(QPen(QColor(tokens.text_soft), 1.5))
            painter.setBrush(QColor(tokens.surface))
            painter.drawEllipse(QPointF(x, middle), px(4), px(4))
            words = look_text(look, self._model.face(look.site).first)
            width = self.width_of(words, Role.CAPTION)
            later = [self._x(other.at_ms) - px(6) for other in looks[place + 1 :]]
            ends = [at for at in (*[left for left, _ in taken], *later, lane.right()) if at > x]
            inside = any(left <= x <= right for left, right in taken)
            if not inside and x + px(10) + width < min(ends):
                where = QRectF(x + px(9), own.top(), width + 2, own.height() - px(3))
                self.text(painter, where, words, Words(Role.CAPTION, tokens.text_soft))

    def _holder_at(self, at_ms: int) -> SiteId:
        """Who had the stick at a moment."""
        stays = self._model.stays()
        had = [stay.face.site for stay in stays if stay.since_ms <= at_ms]
        return had[-1] if had else stays[0].face.site

    def _names_taken(self) -> list[tuple[float, float]]:
        """Where a mark with its name stands in a lane."""
        px = self.theme.px
        taken = []
        for stay in self._model.stays():
            left = self._ends(stay)[0]
            width = self.width_of(stay.face.first, Role.SMALL, Weight.SEMIBOLD)
            taken.append((left, left + px(46) + width))
        return taken

    def _draw_times(self, painter: QPainter, lane: QRectF) -> None:
        px, tokens = self.theme.px, self.theme.tokens
        first, now = self._first_ms(), self._clock.wall_ms()
        most = max(int(lane.width() / px(96)), 2)
        step = tick_ms(now - first, most)
        at = (first // step + 1) * step
        words = Words(Role.CAPTION, tokens.text_hint)
        height = self.theme.line(Role.CAPTION)
        while at <= now:
            x = self._x(at)
            painter.setPen(QPen(QColor(tokens.edge_soft), 1))
            painter.drawLine(QPointF(x, lane.bottom()), QPointF(x, lane.bottom() + px(4)))
            where = QRectF(x - px(30), lane.bottom() + px(5), px(60), height)
            if where.left() >= 0 and where.right() <= self.width():
                self.text(painter, where, _time(at, step), words, CENTRE)
            at += step

    def _draw_moves(self, painter: QPainter, lane: QRectF) -> None:
        px, tokens = self.theme.px, self.theme.tokens
        moves, chosen = self._model.moves, self._model.chosen
        seen = [
            (place, self._x(move.at_ms))
            for place, move in enumerate(moves)
            if self._x(move.at_ms) >= lane.left() - px(4)
        ]
        # The chosen one has the first word, then the newest: where two would touch, one is silent.
        taken: list[tuple[float, float]] = []
        rods = [x for _, x in seen]
        for move_at in sorted(seen, key=lambda each: (each[0] != chosen, -each[0])):
            self._caption(painter, lane, move_at, rods, taken)
        length = min(px(ROD_LENGTH), px(_LANE + 12))
        for place, x in seen:
            move = moves[place]
            source = self._lane_of(move.source, lane).center().y()
            target = self._lane_of(move.target, lane).center().y()
            if source != target:
                painter.setPen(QPen(QColor(tokens.stick_line), 2))
                painter.drawLine(QPointF(x, source), QPointF(x, target))
            wide = px(ROD_WIDTH) if place == chosen else px(ROD_WIDTH) * 0.75
            draw_rod(painter, QRectF(x - wide / 2, target - length / 2, wide, length), tokens)

    def _caption(
        self,
        painter: QPainter,
        lane: QRectF,
        move_at: tuple[int, float],
        rods: list[float],
        taken: list[tuple[float, float]],
    ) -> None:
        """Why a move was made, beside its rod, if it fits there."""
        px, tokens = self.theme.px, self.theme.tokens
        place, x = move_at
        is_chosen = place == self._model.chosen
        look = Words(
            Role.SMALL,
            tokens.text if is_chosen else tokens.text_soft,
            Weight.SEMIBOLD if is_chosen else None,
        )
        words = reason_text(self._model.moves[place])
        width = self.width_of(words, Role.SMALL, look.weight) + 2
        line = self.theme.line(Role.SMALL)
        left = x + px(9)
        if left + width > self.width():
            # At the right edge it stands before its rod.
            left = x - px(9) - width
        ends = (left - px(6), left + width + px(6))
        free = all(ends[1] <= one or ends[0] >= two for one, two in taken)
        alone = is_chosen or not any(ends[0] < other < ends[1] for other in rods if other != x)
        if free and alone and left >= lane.left():
            taken.append(ends)
            where = QRectF(left, lane.top() - line - px(6), width, line)
            self.text(painter, where, words, look)

    # --- choosing ---------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Choose the move under the pointer."""
        near = self._near(event.position())
        if near is not None:
            self._model.choose(near)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A hand over what can be chosen, and what it is as a tip."""
        near = self._near(event.position())
        look = self._look_near(event.position()) if near is None else ""
        shape = Qt.CursorShape.ArrowCursor if near is None else Qt.CursorShape.PointingHandCursor
        self.setCursor(shape)
        self.setToolTip(look if near is None else self.spoken(near))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Left and right, Home and End choose a move."""
        model = self._model
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None:
            model.choose(model.chosen + step)
        elif event.key() == Qt.Key.Key_Home:
            model.choose(0)
        elif event.key() == Qt.Key.Key_End:
            model.choose(len(model.moves) - 1)
        else:
            super().keyPressEvent(event)
            return
        if model.moves:
            self.setAccessibleDescription(self.spoken(model.chosen))

    def spoken(self, place: int) -> str:
        """A move in one sentence."""
        move = self._model.moves[place]
        return Text.MOVE_SPOKEN(
            time=time_of_day(move.at_ms),
            source=self._model.face(move.source).name,
            target=self._model.face(move.target).name,
            reason=reason_text(move),
        )

    def _look_near(self, at: QPointF) -> str:
        """What the ring under the pointer stands for; nothing without one."""
        panel = self._model.panel
        if panel is None or not self._lane().contains(at):
            return ""
        for look in panel.looks:
            if abs(self._x(look.at_ms) - at.x()) <= self.theme.px(_NEAR_PIXELS):
                return look_text(look, self._model.face(look.site).name)
        return ""

    def _near(self, at: QPointF) -> int | None:
        lane = self._lane()
        if not lane.adjusted(0, -30, 0, 10).contains(at):
            return None
        moves = self._model.moves
        best: tuple[float, int] | None = None
        for place, move in enumerate(moves):
            off = abs(self._x(move.at_ms) - at.x())
            if off <= self.theme.px(_NEAR_PIXELS) and (best is None or off <= best[0]):
                best = (off, place)
        return None if best is None else best[1]


def _time(at_ms: int, step_ms: int) -> str:
    """14:31; with seconds where the steps are shorter than a minute."""
    if step_ms % 60_000:
        return f"{time_of_day(at_ms)}:{at_ms // 1_000 % 60:02d}"
    return time_of_day(at_ms)
