"""Measures and paints a line of the chat: day, unread marker, head, quote, text, reactions, state.

`Layout` says where everything of a row lies; the pane asks it, too, for clicks and for the one text
browser that stands over a row. Painting asks the model for its item once and for nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.core.ids import EntryId, SiteId
from app.node.api import ChatRow
from app.ui.delegates.chat_markdown import plain_line
from app.ui.delegates.chat_text import Documents, RowDocument, TextKey, draw_behind
from app.ui.fonts import Role, Weight
from app.ui.icons import pixmap
from app.ui.models.chat import ChatItem, Note, item_of
from app.ui.models.chat_words import Help, helps, shown_name, waiting_caption
from app.ui.moments import time_of_day
from app.ui.paint.hatch import draw_hatch
from app.ui.paint.marks import Mark, draw_mark
from app.ui.paint.painter import kept
from app.ui.paint.stick import draw_stick_sign
from app.ui.strings import Chat, Common
from app.ui.swatches import PersonColour, initials, person_colour
from app.ui.theme import Density, Measure, Theme

Index = QModelIndex | QPersistentModelIndex

PADDING, MARK, TEXT_LEFT, GUTTER = 14, 28, 54, 22
_CHIP, _DAY, _TAKEN_BACK, _SEEN, _HELP = 22, 30, 32, 16, 28
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)


@dataclass(frozen=True, slots=True)
class Chip:
    """A reaction as it is painted."""

    emoji: str
    count: int
    own: bool
    rect: QRect


@dataclass(frozen=True, slots=True)
class HelpButton:
    """What helps, below a caption, as it is painted."""

    help: Help
    text: str
    rect: QRect


@dataclass(slots=True)
class Layout:
    """Where the parts of a row lie, from its top left corner; an empty rectangle: not there."""

    height: int = 0
    day: QRect = field(default_factory=QRect)
    unread: QRect = field(default_factory=QRect)
    mark: QRect = field(default_factory=QRect)
    head: QRect = field(default_factory=QRect)
    quote: QRect = field(default_factory=QRect)
    body: QRect = field(default_factory=QRect)
    chips: list[Chip] = field(default_factory=list)
    caption: QRect = field(default_factory=QRect)
    helps: list[HelpButton] = field(default_factory=list)
    seen: QRect = field(default_factory=QRect)
    state: QRect = field(default_factory=QRect)


@dataclass(frozen=True, slots=True)
class Look:
    """What a row looks like besides its item: who is who, and the present."""

    colour_of: Callable[[SiteId], PersonColour]
    own: Callable[[], SiteId | None]
    wall_ms: Callable[[], int]


class ChatDelegate(QStyledItemDelegate):
    """One row of the chat."""

    def __init__(self, theme: Theme, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._look = look
        self.documents = Documents(theme)
        self.hidden_body: EntryId | None = None
        """The line whose text the browser shows: it is not painted twice."""
        self._heights: dict[tuple[ChatItem, int, str], int] = {}

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self.theme = theme
        self.documents.set_theme(theme)
        self._heights.clear()

    # --- measuring --------------------------------------------------------------------------------

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """The height at the present width, kept by (item, width)."""
        width = option.rect.width()
        item = item_of(index)
        key = (item, width, self._caption(item))  # What helps comes and goes with the caption.
        height = self._heights.get(key)
        if height is None:
            if len(self._heights) > 4_000:
                self._heights.clear()
            height = self._heights[key] = self.layout_of(item, width).height
        return QSize(width, height)

    def layout_of(self, item: ChatItem, width: int) -> Layout:
        """Where everything of an item lies in a row that is `width` wide."""
        theme, px = self.theme, self.theme.px
        at = Layout()
        top = 0
        if item.day:
            at.day = QRect(px(PADDING), top, width - 2 * px(PADDING), px(_DAY))
            top += px(_DAY)
        if item.unread:
            at.unread = QRect(px(PADDING), top, width - 2 * px(PADDING), px(24))
            top += px(24)
        left, right = px(TEXT_LEFT), width - px(PADDING) - px(GUTTER)
        if item.row is None:
            return self._note_layout(at, item, top, width)
        row = item.row
        if row.deleted:
            at.body = QRect(left, top, right - left, px(_TAKEN_BACK))
            at.height = top + px(_TAKEN_BACK)
            return at
        if item.head:
            top += theme.measure(Measure.CHAT_GAP)
            at.mark = QRect(px(PADDING), top + px(1), px(MARK), px(MARK))
            at.head = QRect(left, top, right - left, theme.line(Role.BODY_STRONG))
            top = at.head.bottom() + 1 + px(1)
        else:
            top += px(1)
        if row.reply_to is not None:
            at.quote = QRect(left, top + px(1), right - left, theme.line(Role.SMALL))
            top = at.quote.bottom() + 1 + px(3)
        document = self.document(row, right - left)
        at.body = QRect(left, top, right - left, round(document.size().height()))
        top = at.body.bottom() + 1
        at.state = QRect(right + px(4), top - theme.line(Role.CHAT), px(16), theme.line(Role.CHAT))
        if row.reactions:
            top = self._chips(at, row, top + px(4), left, right) + px(2)
        caption = self._caption(item)
        if caption:
            metrics = QFontMetrics(theme.font(Role.SMALL))
            flags = int(Qt.TextFlag.TextWordWrap)
            area = QRect(0, 0, right - left - px(20), 10_000)
            needed = metrics.boundingRect(area, flags, caption).height()
            at.caption = QRect(left, top + px(2), right - left, max(needed, theme.line(Role.SMALL)))
            top = at.caption.bottom() + 1 + px(2)
        top = self._help_buttons(at, row, top, left)
        if item.seen:
            at.seen = QRect(left, top + px(2), right + px(20) - left, px(_SEEN))
            top = at.seen.bottom() + 1 + px(2)
        at.height = top + px(1 if theme.density is Density.COMPACT else 2)
        return at

    def _note_layout(self, at: Layout, item: ChatItem, top: int, width: int) -> Layout:
        theme, px = self.theme, self.theme.px
        if item.form is Note.APART:
            at.body = QRect(px(PADDING), top + px(6), width - 2 * px(PADDING), px(_DAY))
            at.height = at.body.bottom() + 1 + px(6)
            return at
        if item.form is Note.TOGETHER:
            return self._card_layout(at, item, top, width)
        left, right = px(44), width - px(PADDING)
        metrics = QFontMetrics(theme.font(Role.SMALL))
        needed = metrics.boundingRect(
            QRect(0, 0, right - left, 10_000), int(Qt.TextFlag.TextWordWrap), item.note
        ).height()
        at.mark = QRect(px(22), top + px(8), px(16), px(16))
        at.body = QRect(left, top + px(8), right - left, max(needed, theme.line(Role.SMALL)))
        at.height = at.body.bottom() + 1 + px(8)
        return at

    def _card_layout(self, at: Layout, item: ChatItem, top: int, width: int) -> Layout:
        """A card: sign, title, words, and the way to what it is about."""
        theme, px = self.theme, self.theme.px
        left, right = px(PADDING + 36), width - px(PADDING + 12)
        at.caption = QRect(px(PADDING), top + px(8), width - 2 * px(PADDING), 0)
        at.mark = QRect(px(PADDING + 12), top + px(8 + 12), px(16), px(16))
        at.head = QRect(left, top + px(8 + 10), right - left, theme.line(Role.BODY_STRONG) + px(2))
        metrics = QFontMetrics(theme.font(Role.SMALL))
        flags = int(Qt.TextFlag.TextWordWrap)
        needed = metrics.boundingRect(QRect(0, 0, right - left, 10_000), flags, item.note).height()
        at.body = QRect(left, at.head.bottom() + px(4), right - left, needed)
        bottom = at.body.bottom() + 1
        if item.leads:
            text: str = Help.SHOW.value()
            wide = QFontMetrics(theme.font(Role.SMALL, Weight.SEMIBOLD)).horizontalAdvance(text)
            link = QRect(left - px(6), bottom + px(2), wide + px(12), max(px(28), metrics.height()))
            at.helps.append(HelpButton(Help.SHOW, text, link))
            bottom = link.bottom() + 1 - px(6)
        at.caption.setBottom(bottom + px(10))
        at.height = at.caption.bottom() + 1 + px(8)
        return at

    def _chips(self, at: Layout, row: ChatRow, top: int, left: int, right: int) -> int:
        """Reactions one behind the other, in as many lines as they need; the bottom."""
        px, own = self.theme.px, self._look.own()
        metrics = QFontMetrics(self.theme.font(Role.SMALL, Weight.MEDIUM))
        x = left
        for emoji, who in row.reactions:
            text = f"{emoji} {len(who)}"
            width = metrics.horizontalAdvance(text) + px(14)
            if x > left and x + width > right:
                x, top = left, top + px(_CHIP + 4)
            rect = QRect(x, top, width, px(_CHIP))
            at.chips.append(Chip(emoji, len(who), own in who, rect))
            x += width + px(4)
        return top + px(_CHIP)

    def _help_buttons(self, at: Layout, row: ChatRow, top: int, left: int) -> int:
        """What helps, below the caption; the bottom."""
        px = self.theme.px
        metrics = QFontMetrics(self.theme.font(Role.SMALL, Weight.MEDIUM))
        height = max(px(_HELP), metrics.height() + px(8))
        x, offered = left, helps(row, self._look.wall_ms())
        for each in offered:
            text: str = each.value()
            width = metrics.horizontalAdvance(text) + px(20)
            at.helps.append(HelpButton(each, text, QRect(x, top + px(2), width, height)))
            x += width + px(6)
        return top + height + px(4) if offered else top

    def document(self, row: ChatRow, width: int) -> RowDocument:
        """The text of a line, laid out."""
        tokens = self.theme.tokens
        colour = tokens.text
        if row.state == "waiting":
            colour = tokens.text_hint
        elif row.state == "refused":
            colour = tokens.text_soft
        return self.documents.get(TextKey(row.id, row.text, width, colour))

    def _caption(self, item: ChatItem) -> str:
        if item.row is None or item.row.deleted:
            return ""
        if item.row.state == "refused":
            return Chat.REFUSED(reason=item.row.why)
        if item.changing:
            return Chat.CHANGING()
        if item.row.edited and not item.head:
            # With a head it stands behind the time.
            return Chat.EDITED()
        return waiting_caption(item.row, self._look.wall_ms())

    # --- painting ---------------------------------------------------------------------------------

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        item = item_of(index)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        at = self.layout_of(item, rect.width())
        with kept(painter):
            painter.translate(rect.topLeft())
            self._ground(painter, QRect(QPoint(0, 0), rect.size()), at, item, state)
            self._separators(painter, at, item)
            if item.row is None:
                self._note(painter, at, item)
            elif item.row.deleted:
                self._taken_back(painter, at, item.row)
            else:
                self._line(painter, at, item, item.row)

    def _ground(
        self,
        painter: QPainter,
        rect: QRect,
        at: Layout,
        item: ChatItem,
        state: QStyle.StateFlag,
    ) -> None:
        tokens = self.theme.tokens
        top = max(at.day.bottom(), at.unread.bottom()) + 1 if item.day or item.unread else 0
        row = rect.adjusted(0, top, 0, 0)
        if item.joined:
            side = QRectF(row.left(), row.top(), self.theme.px(4), row.height())
            draw_hatch(painter, side, tokens.apart)
        if item.found:
            painter.fillRect(row, QColor(tokens.selected))
            edge = QRect(row.left(), row.top(), self.theme.px(3), row.height())
            painter.fillRect(edge, QColor(tokens.ink))
        elif item.row is not None and state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(row, QColor(tokens.hover))
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.drawRoundedRect(QRectF(row).adjusted(3, 1, -3, -1), 6, 6)

    def _separators(self, painter: QPainter, at: Layout, item: ChatItem) -> None:
        theme, tokens = self.theme, self.theme.tokens
        if item.day:
            self._rule(painter, at.day, item.day, tokens.text_soft, tokens.line)
        if item.unread:
            self._rule(painter, at.unread, Chat.UNREAD(), tokens.text, theme.tokens.edge)

    def _rule(self, painter: QPainter, rect: QRect, text: str, colour: str, line: str) -> None:
        """Words between two hairlines."""
        theme = self.theme
        font = theme.font(Role.CAPTION, Weight.MEDIUM)
        width = QFontMetrics(font).horizontalAdvance(text)
        middle = rect.center()
        gap = theme.px(8)
        painter.setPen(QPen(QColor(line), 0))
        painter.drawLine(rect.left(), middle.y(), middle.x() - width // 2 - gap, middle.y())
        painter.drawLine(middle.x() + width // 2 + gap, middle.y(), rect.right(), middle.y())
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(rect, _CENTRE, text)

    def _note(self, painter: QPainter, at: Layout, item: ChatItem) -> None:
        theme = self.theme
        if item.form is Note.APART:
            self._apart_rule(painter, at.body, item.note)
            return
        if item.form is Note.TOGETHER:
            self._card(painter, at, item)
            return
        if item.sign:
            ratio = painter.device().devicePixelRatioF()
            sign = pixmap(item.sign, at.mark.width(), theme.tokens.text_soft, ratio)
            painter.drawPixmap(at.mark.topLeft(), sign)
        else:
            draw_stick_sign(painter, QRectF(at.mark), theme.tokens)
        painter.setFont(theme.font(Role.SMALL))
        painter.setPen(QColor(theme.tokens.text_soft))
        painter.drawText(at.body, int(Qt.TextFlag.TextWordWrap), item.note)

    def _apart_rule(self, painter: QPainter, rect: QRect, text: str) -> None:
        """Sign and words between two hatched bars."""
        theme, tokens, px = self.theme, self.theme.tokens, self.theme.px
        font = theme.font(Role.SMALL, Weight.SEMIBOLD)
        words = QFontMetrics(font).horizontalAdvance(text)
        side, gap = px(14), px(8)
        start = rect.center().x() - (words + side + gap) // 2
        high, middle = px(4), rect.center().y()
        top = middle - high / 2
        left = QRectF(rect.left(), top, start - px(12) - rect.left(), high)
        right_from = start + side + gap + words + px(12)
        right = QRectF(right_from, top, rect.right() + 1 - right_from, high)
        for bar in (left, right):
            if bar.width() > 0:
                draw_hatch(painter, bar, tokens.apart)
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(start, middle - side // 2, pixmap("apart", side, tokens.apart, ratio))
        painter.setFont(font)
        painter.setPen(QColor(tokens.apart))
        painter.drawText(
            QRect(start + side + gap, rect.top(), words + 2, rect.height()), _LEFT, text
        )

    def _card(self, painter: QPainter, at: Layout, item: ChatItem) -> None:
        """Tinted, with a border: all met again."""
        theme, tokens = self.theme, self.theme.tokens
        painter.setPen(QPen(QColor(tokens.apart_line), 1))
        painter.setBrush(QColor(tokens.apart_tint))
        frame = QRectF(at.caption).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, theme.px(8), theme.px(8))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ratio = painter.device().devicePixelRatioF()
        sign = pixmap("together", at.mark.width(), tokens.apart, ratio)
        painter.drawPixmap(at.mark.topLeft(), sign)
        painter.setFont(theme.font(Role.BODY_STRONG))
        painter.setPen(QColor(tokens.text))
        painter.drawText(at.head, _LEFT, item.title)
        painter.setFont(theme.font(Role.SMALL))
        painter.setPen(QColor(tokens.text_soft))
        painter.drawText(at.body, int(Qt.TextFlag.TextWordWrap), item.note)
        for button in at.helps:
            font = QFont(theme.font(Role.SMALL, Weight.SEMIBOLD))
            font.setUnderline(True)
            painter.setFont(font)
            painter.setPen(QColor(tokens.text))
            painter.drawText(button.rect, _CENTRE, button.text)

    def _taken_back(self, painter: QPainter, at: Layout, row: ChatRow) -> None:
        theme = self.theme
        painter.setFont(theme.font(Role.SMALL))
        painter.setPen(QColor(theme.tokens.text_hint))
        painter.drawText(at.body, _LEFT, Chat.TAKEN_BACK(name=shown_name(row)))

    def _line(self, painter: QPainter, at: Layout, item: ChatItem, row: ChatRow) -> None:
        colour = self._look.colour_of(row.site)
        if item.head:
            mark = Mark(initials(shown_name(row)), colour)
            draw_mark(painter, QRectF(at.mark), mark, self.theme.tokens)
            self._head(painter, at.head, item, row, colour)
        if row.reply_to is not None:
            self._quote(painter, at.quote, row)
        if row.id != self.hidden_body:
            self._body(painter, at.body, row)
        for chip in at.chips:
            self._chip(painter, chip)
        if not at.caption.isEmpty():
            self._draw_caption(painter, at.caption, item, row)
        for button in at.helps:
            self._help(painter, button)
        self._state(painter, at.state, item, row)
        self._seen(painter, at.seen, item)

    def _head(
        self, painter: QPainter, rect: QRect, item: ChatItem, row: ChatRow, colour: PersonColour
    ) -> None:
        theme, tokens, gap = self.theme, self.theme.tokens, self.theme.px(6)
        strong, caption = theme.font(Role.BODY_STRONG), theme.font(Role.CAPTION)
        small = theme.font(Role.SMALL)
        after = [(small, Common.YOU(), tokens.text_soft)] if row.own else []
        after.append((caption, time_of_day(item.moment_ms), tokens.text_hint))
        if row.edited:
            after.append((caption, Chat.EDITED(), tokens.text_hint))
        room = sum(QFontMetrics(font).horizontalAdvance(text) + gap for font, text, _c in after)
        metrics = QFontMetrics(strong)
        name = metrics.elidedText(
            shown_name(row), Qt.TextElideMode.ElideRight, max(rect.width() - room, gap)
        )
        painter.setFont(strong)
        painter.setPen(QColor(colour.on(tokens)))
        painter.drawText(rect, _LEFT, name)
        x = rect.left() + metrics.horizontalAdvance(name) + gap
        for font, text, shade in after:
            painter.setFont(font)
            painter.setPen(QColor(shade))
            painter.drawText(QRect(x, rect.top() + 1, rect.width(), rect.height()), _LEFT, text)
            x += QFontMetrics(font).horizontalAdvance(text) + gap

    def _quote(self, painter: QPainter, rect: QRect, row: ChatRow) -> None:
        theme, tokens, px = self.theme, self.theme.tokens, self.theme.px
        site = row.reply_to.site if row.reply_to is not None else row.site
        painter.fillRect(
            QRect(rect.left(), rect.top(), px(2), rect.height()),
            QColor(self._look.colour_of(site).on(tokens)),
        )
        font = theme.font(Role.SMALL)
        where = rect.adjusted(px(9), 0, 0, 0)
        painter.setFont(font)
        painter.setPen(QColor(tokens.text_soft))
        text = plain_line(row.reply_text)
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, where.width())
        painter.drawText(where, _LEFT, shown)

    def _body(self, painter: QPainter, rect: QRect, row: ChatRow) -> None:
        painter.save()
        painter.translate(rect.topLeft())
        context = QAbstractTextDocumentLayout.PaintContext()
        palette: QPalette = context.palette
        palette.setColor(QPalette.ColorRole.Text, QColor(self.theme.tokens.text))
        document = self.document(row, rect.width())
        draw_behind(painter, document.behind, self.theme)
        document.documentLayout().draw(painter, context)
        painter.restore()

    def _chip(self, painter: QPainter, chip: Chip) -> None:
        tokens = self.theme.tokens
        rect = QRectF(chip.rect).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(
            QPen(QColor(tokens.edge), 1.25) if chip.own else QPen(QColor(tokens.sunken), 1)
        )
        painter.setBrush(QColor(tokens.sunken))
        painter.drawRoundedRect(rect, 5, 5)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setFont(self.theme.font(Role.SMALL, Weight.MEDIUM))
        painter.setPen(QColor(tokens.text if chip.own else tokens.text_soft))
        painter.drawText(chip.rect, _CENTRE, f"{chip.emoji} {chip.count}")

    def _draw_caption(self, painter: QPainter, rect: QRect, item: ChatItem, row: ChatRow) -> None:
        theme, tokens, px = self.theme, self.theme.tokens, self.theme.px
        refused = row.state == "refused"
        colour = tokens.danger if refused else tokens.text_hint
        painter.setFont(theme.font(Role.SMALL))
        painter.setPen(QColor(colour))
        where = QRect(rect)
        if refused:
            ratio = painter.device().devicePixelRatioF()
            painter.drawPixmap(rect.topLeft(), pixmap("stop", px(14), colour, ratio))
            where.adjust(px(20), 0, 0, 0)
        painter.drawText(where, int(Qt.TextFlag.TextWordWrap), self._caption(item))

    def _help(self, painter: QPainter, button: HelpButton) -> None:
        tokens, rect = self.theme.tokens, QRectF(button.rect).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(QColor(tokens.edge_soft), 1))
        painter.setBrush(QColor(tokens.surface))
        painter.drawRoundedRect(rect, 6, 6)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setFont(self.theme.font(Role.SMALL, Weight.MEDIUM))
        painter.setPen(QColor(tokens.text))
        painter.drawText(button.rect, _CENTRE, button.text)

    def _state(self, painter: QPainter, rect: QRect, item: ChatItem, row: ChatRow) -> None:
        """Clock, tick or the sign of apart in the gutter, level with the last line of the text."""
        tokens = self.theme.tokens
        sign, colour = {
            "waiting": ("clock", tokens.text_hint),
            "settled": ("tick", tokens.text_soft),
            "refused": ("stop", tokens.danger),
        }.get(row.state, ("apart" if item.apart else "", tokens.apart))
        if not sign:
            return
        side = self.theme.px(14)
        ratio = painter.device().devicePixelRatioF()
        top = rect.top() + (rect.height() - side) // 2
        painter.drawPixmap(rect.left(), top, pixmap(sign, side, colour, ratio))

    def _seen(self, painter: QPainter, rect: QRect, item: ChatItem) -> None:
        """Small marks at the right, of those who have read up to here."""
        px = self.theme.px
        step, x = px(_SEEN + 4), rect.right() + 1 - px(_SEEN)
        for site in item.seen:
            if x < rect.left():
                break
            area = QRectF(x, rect.top(), px(_SEEN), px(_SEEN))
            draw_mark(painter, area, Mark("", self._look.colour_of(site)), self.theme.tokens)
            x -= step


def colours_of(people: Callable[[SiteId], str | None]) -> Callable[[SiteId], PersonColour]:
    """People's colours by site; slate for who is not known."""

    def colour_of(site: SiteId) -> PersonColour:
        return person_colour(people(site) or "")

    return colour_of
