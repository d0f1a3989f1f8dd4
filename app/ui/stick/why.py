"""Why the stick moved, and what that saved or cost each person: bars to both sides, with words."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.core.ids import SiteId
from app.node.api import MoveShown
from app.ui.fonts import Role, Weight
from app.ui.icons import pixmap
from app.ui.paint.hatch import draw_hatched_bar
from app.ui.paint.marks import Mark, draw_mark
from app.ui.stick.canvas import LEFT, RIGHT, Canvas, Words
from app.ui.stick.model import StickModel
from app.ui.stick.words import (
    SAME_MS,
    concerned,
    difference_text,
    gain_text,
    own_sentence,
    rule_text,
    span_text,
    wait_text,
    why_sentences,
)
from app.ui.strings import Figures
from app.ui.strings import StickPanel as Text
from app.ui.theme import Theme
from app.ui.wording import figure

_ROW, _FACT = 27, 20
Fact = tuple[str, str]
"""What a figure is, and the figure."""


class WhyView(Canvas):
    """The chosen move; the newest unless somebody looks at an older one."""

    def __init__(self, model: StickModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, model.clock, parent)
        self._model = model
        model.changed.connect(self.news)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def content(self) -> object:
        """The move, and who is who."""
        moves = self._model.moves
        if not moves:
            return None
        move = moves[self._model.chosen]
        return (move, self._model.faces(move))

    def draw(self, painter: QPainter) -> None:
        """From above: from whom to whom, the sentence, the bars, the figures."""
        model, px, tokens = self._model, self.theme.px, self.theme.tokens
        moves = model.moves
        if not moves:
            where = QRectF(px(8), 0, self.width() - px(16), self.height() - px(20))
            painter.setFont(self.theme.font(Role.BODY))
            painter.setPen(QColor(tokens.text_hint))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(where, int(flags), Text.WHY_EMPTY())
            self.setAccessibleName(Text.WHY_EMPTY())
            return
        move = moves[model.chosen]
        y = self._title(painter, move)
        y = self._sentences(painter, move, y)
        columns = self._columns(facts_of(move))
        facts = max(len(each) for each in columns) * px(_FACT) + px(14)
        y = self._bars(painter, move, y, self.height() - facts)
        self._paint_facts(painter, columns, self.height() - facts)
        self._speak(move)

    def _title(self, painter: QPainter, move: MoveShown) -> float:
        model, px, tokens = self._model, self.theme.px, self.theme.tokens
        height = self.theme.line(Role.TITLE) + px(2)
        gain = gain_text(move)
        colour = tokens.text_soft
        if move.before_ms is not None and move.after_ms is not None:
            off = move.before_ms - move.after_ms
            if abs(off) >= SAME_MS:
                colour = tokens.ok if off > 0 else tokens.warn
        right = self.width_of(gain, Role.TITLE) + px(12) if gain else 0.0
        where = QRectF(0, 0, self.width() - px(2), height)
        self.text(painter, where, gain, Words(Role.TITLE, colour), RIGHT)
        words = Words(Role.TITLE, tokens.text)
        room = self.width() - right - px(40)
        source, target = model.face(move.source).first, model.face(move.target).first
        first = QRectF(0, 0, room * 0.55, height)
        x = self.text(painter, first, source, words) + px(8)
        side = px(18)
        arrow = pixmap("move-to", side, tokens.text_soft, self.devicePixelRatioF())
        painter.drawPixmap(round(x), round(height / 2 - side / 2) + 1, arrow)
        x += side + px(8)
        self.text(painter, QRectF(x, 0, self.width() - right - x, height), target, words)
        return height + px(4)

    def _sentences(self, painter: QPainter, move: MoveShown, y: float) -> float:
        px, tokens = self.theme.px, self.theme.tokens
        # Each is a whole sentence; they only follow each other.
        said = [*why_sentences(self._model, move), own_sentence(self._model, move)]
        words = " ".join(each for each in said if each)
        font = self.theme.font(Role.SMALL)
        flags = int(LEFT & Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        flags |= int(Qt.TextFlag.TextWordWrap)
        room = QRectF(0, y, self.width() - px(4), self.height())
        box = QFontMetricsF(font).boundingRect(room, flags, words)
        height = min(box.height(), 4.2 * self.theme.line(Role.SMALL))
        painter.setFont(font)
        painter.setPen(QColor(tokens.text_soft))
        painter.drawText(QRectF(0, y, room.width(), height), flags, words)
        return y + height + px(10)

    def _bars(self, painter: QPainter, move: MoveShown, y: float, bottom: float) -> float:
        """One bar for each person, gains to the right, costs to the left."""
        px, tokens = self.theme.px, self.theme.tokens
        about = concerned(move)
        if not about:
            return y
        people = sorted(about, key=lambda each: each[2] - each[1])
        head = Words(Role.CAPTION, tokens.text_soft, Weight.MEDIUM)
        line = self.theme.line(Role.CAPTION)
        self.text(painter, QRectF(0, y, self.width() * 0.6, line), Text.WHY_EACH(), head)
        where = QRectF(0, y, self.width() - px(2), line)
        self.text(painter, where, Text.WHY_UNITS(), head, RIGHT)
        y += line + px(4)
        room = max(bottom - y - px(8), 1)
        least = self.theme.line(Role.SMALL) + 2
        height = max(min(px(_ROW), room / len(people)), least)
        people = self._those_who_fit(people, int(room / height))
        most = max((abs(before - after) for _, before, after in people), default=0.0)
        name_end, right = px(98), self.width() - px(2)
        words_width = max(
            self.width_of(difference_text(before, after), Role.SMALL, Weight.SEMIBOLD)
            for _, before, after in people
        )
        values = px(84)
        bars_end = right - words_width - px(10) - values
        axis = name_end + (bars_end - name_end) * 0.5
        reach = (bars_end - name_end) * 0.5 - px(2)
        start = y
        for each in people:
            self._bar_row(painter, each, QRectF(0, y, right, height), (axis, reach, most))
            after = QRectF(bars_end, y, values, height)
            text = Text.WHY_BAR(before=_short(each[1]), after=_short(each[2]))
            self.text(painter, after, text, Words(Role.SMALL, tokens.text_soft), RIGHT)
            y += height
        painter.setPen(QPen(QColor(tokens.edge), 1))
        painter.drawLine(QPointF(axis, start - 2), QPointF(axis, y))
        return y

    def _those_who_fit(
        self, people: list[tuple[SiteId, float, float]], count: int
    ) -> list[tuple[SiteId, float, float]]:
        """Without room for all: those for whom most changed, and oneself."""
        if len(people) <= max(count, 1):
            return people

        def weight(each: tuple[SiteId, float, float]) -> tuple[bool, float]:
            return (self._model.face(each[0]).is_self, abs(each[1] - each[2]))

        chosen = sorted(people, key=weight, reverse=True)[: max(count, 1)]
        return [each for each in people if each in chosen]

    def _bar_row(
        self,
        painter: QPainter,
        each: tuple[SiteId, float, float],
        where: QRectF,
        scale: tuple[float, float, float],
    ) -> None:
        px, tokens = self.theme.px, self.theme.tokens
        site, before, after = each
        axis, reach, most = scale
        face = self._model.face(site)
        middle = where.center().y()
        side = min(px(19), where.height() - 2)
        box = QRectF(0, middle - side / 2, side, side)
        draw_mark(painter, box, Mark(face.initials, face.colour, reachable=face.present), tokens)
        name = QRectF(px(28), where.top(), px(68), where.height())
        self.text(painter, name, face.first, Words(Role.SMALL, tokens.text))
        gain = before - after
        colour = tokens.text_soft
        length = reach * abs(gain) / most if most > 0 else 0.0
        high = min(px(10), where.height() - 4)
        if gain >= SAME_MS:
            colour = tokens.ok
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.ok))
            bar = QRectF(axis, middle - high / 2, max(length, 2), high)
            painter.drawRoundedRect(bar, 2, 2)
        elif gain <= -SAME_MS:
            colour = tokens.warn
            bar = QRectF(axis - max(length, 4), middle - high / 2, max(length, 4), high)
            draw_hatched_bar(painter, bar, 2, tokens.warn)
        words = Words(Role.SMALL, colour, Weight.SEMIBOLD)
        self.text(painter, where, difference_text(before, after), words, RIGHT)

    def _columns(self, facts: list[Fact]) -> list[list[Fact]]:
        """Side by side where every fact has room for its words; else one below the other."""
        need = max(
            self.width_of(words, Role.SMALL) + self.width_of(shown, Role.SMALL, Weight.MEDIUM)
            for words, shown in facts
        )
        if need + self.theme.px(8 + 14) > self.width() / 2:
            return [facts]
        return [facts[:3], facts[3:]]

    def _paint_facts(self, painter: QPainter, columns: list[list[Fact]], y: float) -> None:
        px, tokens = self.theme.px, self.theme.tokens
        painter.setPen(QPen(QColor(tokens.line), 0))
        painter.drawLine(QPointF(0, y + px(2)), QPointF(self.width(), y + px(2)))
        y += px(9)
        height, part = px(_FACT), self.width() / len(columns)
        soft = Words(Role.SMALL, tokens.text_soft)
        value = Words(Role.SMALL, tokens.text, Weight.MEDIUM)
        for place, facts in enumerate(columns):
            width = part - px(14 if place + 1 < len(columns) else 2)
            for number, (words, shown) in enumerate(facts):
                where = QRectF(place * part, y + number * height, width, height)
                used = self.text(painter, where, shown, value, RIGHT)
                self.text(painter, where.adjusted(0, 0, -used - px(8), 0), words, soft)

    def _speak(self, move: MoveShown) -> None:
        model = self._model
        names = model.face(move.source).name, model.face(move.target).name
        said = [Text.WHY_FROM_TO(source=names[0], target=names[1]), gain_text(move)]
        said += [*why_sentences(model, move), own_sentence(model, move)]
        said += [
            Text.WHY_BAR_SPOKEN(
                name=model.face(site).name,
                before=wait_text(before),
                after=wait_text(after),
                difference=difference_text(before, after),
            )
            for site, before, after in concerned(move)
        ]
        self.setAccessibleName(Text.WHY())
        self.setAccessibleDescription("\n".join(each for each in said if each))


def facts_of(move: MoveShown) -> list[Fact]:
    """Gap, lines that waited, lost and doubled; epoch and rule."""
    return [
        (Text.GAP(), span_text(move.gap_ms) if move.waited else Text.NONE()),
        (Text.WAITED(), figure(move.waited)),
        (Text.LOST_DOUBLED(), Text.LOST_DOUBLED_VALUE(lost=move.lost, doubled=move.doubled)),
        (Text.EPOCH(), move.epoch),
        (Text.REASON(), rule_text(move.policy) if move.policy else Figures.UNKNOWN()),
    ]


def _short(milliseconds: float) -> str:
    """A figure in a column whose head has the unit."""
    if 0 < milliseconds < 0.95:
        return f"{milliseconds:.1f}"
    return figure(round(milliseconds))
