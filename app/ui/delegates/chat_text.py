"""The text of a line as a document: Markdown in, a laid-out QTextDocument out, kept for a while.

Weights are set as fonts, because Inter's weight is an axis. Qt paints neither the bar of a quote nor
one even ground for lines of code: what lies behind the text is measured here and painted by whoever
paints the text.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QRectF, Qt, QUrl
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QPainter,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextTable,
)

from app.core.ids import EntryId
from app.ui.delegates.chat_markdown import Piece, blocks_of, is_broken, pieces_of, read_markdown
from app.ui.fonts import Role, Weight
from app.ui.paint.painter import kept
from app.ui.theme import Theme

DOCUMENTS_MAX = 200
"""Laid-out lines kept: a few screens."""
_BOLD_FROM = 550
_AT_LEAST = int(QTextBlockFormat.LineHeightTypes.MinimumHeight.value)
_EXACTLY = int(QTextBlockFormat.LineHeightTypes.FixedHeight.value)
_RULE_WIDTH = QTextFormat.Property.BlockTrailingHorizontalRulerWidth
_LIST_STEP = 20
_PARAGRAPH, _QUOTE_STEP, _CODE_PADDING, _CELL, _RULE = 6, 12, 8, 5, 9


class Kind(Enum):
    """What is painted behind a text; the value is its round corners in pixels."""

    CODE = 6
    QUOTE = 1
    RULE = 0


@dataclass(frozen=True, slots=True)
class Behind:
    """One thing that is painted behind a text."""

    kind: Kind
    rect: QRectF


class RowDocument(QTextDocument):
    """A document that loads nothing, and what lies behind its text."""

    def __init__(self) -> None:
        super().__init__()
        self.behind: tuple[Behind, ...] = ()

    def loadResource(self, kind: int, name: QUrl | str) -> object:  # noqa: N802 - Qt's name
        """Whatever a text asks for is not there."""
        return None


def make_document(text: str, width: int, colour: str, theme: Theme) -> RowDocument:
    """`text` as Markdown, laid out `width` pixels wide, in one colour."""
    document = RowDocument()
    document.setDocumentMargin(0)
    document.setUndoRedoEnabled(False)
    document.setDefaultFont(theme.font(Role.CHAT))
    document.setIndentWidth(theme.px(_LIST_STEP))
    read_markdown(document, text)
    for block in blocks_of(document):
        _dress(block, colour, theme)
    _make_room(document, theme)
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _dress_table(frame, theme)
    document.setTextWidth(width)
    document.behind = tuple(_behind(document, theme))
    return document


def _make_room(document: QTextDocument, theme: Theme) -> None:
    """Margins above a first block and below a last one count for nothing: the frame has them."""
    frame, padding = document.rootFrame().frameFormat(), theme.px(_CODE_PADDING)
    frame.setTopMargin(padding if _is_code(document.begin()) else 0)
    frame.setBottomMargin(padding if _is_code(document.lastBlock()) else 0)
    document.rootFrame().setFrameFormat(frame)


def draw_behind(painter: QPainter, behind: tuple[Behind, ...], theme: Theme) -> None:
    """Paint grounds and bars, from the top left corner of the text."""
    tokens = theme.tokens
    with kept(painter):
        painter.setPen(Qt.PenStyle.NoPen)
        for each in behind:
            radius = theme.px(each.kind.value)
            painter.setBrush(QColor(tokens.sunken if each.kind is Kind.CODE else tokens.edge_soft))
            painter.drawRoundedRect(each.rect, radius, radius)


def _is_code(block: QTextBlock) -> bool:
    form = block.blockFormat()
    return form.hasProperty(QTextFormat.Property.BlockCodeLanguage) or form.hasProperty(
        QTextFormat.Property.BlockCodeFence
    )


def _is_rule(block: QTextBlock) -> bool:
    return block.userState() == _RULE


def _quotes(block: QTextBlock) -> int:
    """In how many quotes a block is."""
    return block.blockFormat().intProperty(int(QTextFormat.Property.BlockQuoteLevel.value))


def _dress(block: QTextBlock, colour: str, theme: Theme) -> None:
    """The theme's font, distances and colours for one block."""
    pieces = pieces_of(block)
    form = QTextBlockFormat(block.blockFormat())
    if form.hasProperty(_RULE_WIDTH):
        # Qt would paint it in the colour of the text.
        form.clearProperty(_RULE_WIDTH)
        block.setUserState(_RULE)
    code, heading, broken = _is_code(block), form.headingLevel() > 0, is_broken(block)
    before, behind = block.previous(), block.next()
    goes_on = behind.isValid() and _is_code(behind)
    padding = theme.px(_CODE_PADDING)
    height, how = theme.line(Role.CODE if code else Role.CHAT), _AT_LEAST
    if not pieces and not code and block.textList() is None:
        # What stands beside a table is empty, and so is a rule.
        height, how = theme.px(_RULE if _is_rule(block) else 1), _EXACTLY
    form.setLineHeight(height, how)
    if code:
        form.setTopMargin(0 if before.isValid() and _is_code(before) else padding + theme.px(3))
        form.setBottomMargin(0 if goes_on else padding + (theme.px(4) if behind.isValid() else 0))
        # A row has no scroll bar of its own: what is too wide goes on below.
        form.setNonBreakableLines(False)
        form.setRightMargin(padding)
    else:
        in_list = block.textList() is not None and behind.textList() is not None
        ends = pieces and behind.isValid() and not (broken or in_list or goes_on)
        form.setTopMargin(0)
        form.setBottomMargin(theme.px(_PARAGRAPH) if ends else 0)
    form.setLeftMargin(_quotes(block) * theme.px(_QUOTE_STEP) + (padding if code else 0))
    cursor = QTextCursor(block)
    cursor.setBlockFormat(form)
    cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
    cursor.removeSelectedText()
    for piece in pieces:
        cursor.insertText(
            piece.text, _char_format(piece, colour, theme, heading=heading, code=code)
        )


def _char_format(
    piece: Piece, colour: str, theme: Theme, *, heading: bool, code: bool
) -> QTextCharFormat:
    before = piece.form
    made = QTextCharFormat()
    mono = code or before.fontFixedPitch()
    bold = heading or before.fontWeight() >= _BOLD_FROM
    font = QFont(theme.font(Role.CODE if mono else Role.CHAT, Weight.SEMIBOLD if bold else None))
    font.setItalic(before.fontItalic())
    font.setStrikeOut(before.fontStrikeOut())
    made.setFont(font)
    made.setForeground(QColor(colour))
    if mono and not code:
        made.setBackground(QColor(theme.tokens.sunken))
    if piece.href:
        made.setAnchor(True)
        made.setAnchorHref(piece.href)
        made.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
    return made


def _dress_table(table: QTextTable, theme: Theme) -> None:
    """One hairline between the cells and around them."""
    form = table.format()
    form.setBorder(1)
    form.setBorderCollapse(True)
    form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    form.setBorderBrush(QBrush(QColor(theme.tokens.edge_soft)))
    form.setCellSpacing(0)
    form.setCellPadding(theme.px(_CELL))
    form.setMargin(0)
    form.setTopMargin(theme.px(2))
    form.setBottomMargin(theme.px(_PARAGRAPH))
    table.setFormat(form)


def _behind(document: QTextDocument, theme: Theme) -> Iterator[Behind]:
    """Bars of quotes and grounds of code; blocks that follow each other share one."""
    layout, padding = document.documentLayout(), theme.px(_CODE_PADDING)
    step, bar = theme.px(_QUOTE_STEP), theme.px(3)
    code: QRectF | None = None
    bars: dict[int, QRectF] = {}
    for block in blocks_of(document):
        rect = layout.blockBoundingRect(block)
        quotes = _quotes(block)
        if _is_code(block):
            left = quotes * step
            area = QRectF(left, rect.top(), document.textWidth() - left, rect.height())
            code = area if code is None else code.united(area)
        elif code is not None:
            yield Behind(Kind.CODE, code.adjusted(0, -padding, 0, padding))
            code = None
        if _is_rule(block):
            yield Behind(Kind.RULE, QRectF(0, rect.top() + theme.px(3), document.textWidth(), 1))
        for level in list(bars):
            if level >= quotes:
                yield Behind(Kind.QUOTE, bars.pop(level))
        for level in range(quotes):
            around = padding if _is_code(block) else 0
            area = QRectF(level * step, rect.top() - around, bar, rect.height() + 2 * around)
            bars[level] = bars[level].united(area) if level in bars else area
    if code is not None:
        yield Behind(Kind.CODE, code.adjusted(0, -padding, 0, padding))
    for area in bars.values():
        yield Behind(Kind.QUOTE, area)


@dataclass(frozen=True, slots=True)
class TextKey:
    """All that the look of a text depends on, but the theme."""

    id: EntryId
    text: str
    width: int
    colour: str


class Documents:
    """The last documents that were asked for."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._kept: OrderedDict[TextKey, RowDocument] = OrderedDict()

    def set_theme(self, theme: Theme) -> None:
        """Everything looks otherwise now."""
        self._theme = theme
        self._kept.clear()

    def get(self, key: TextKey) -> RowDocument:
        """The document of a line."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        made = make_document(key.text, key.width, key.colour, self._theme)
        self._kept[key] = made
        if len(self._kept) > DOCUMENTS_MAX:
            self._kept.popitem(last=False)
        return made
