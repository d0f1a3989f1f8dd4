"""The text of a line as a document: Markdown in, a laid-out QTextDocument out, kept for a while.

Nothing is ever fetched: pictures and style sheets that a text names are not loaded, raw HTML is
shown as it was typed. Weights are set as fonts, because Inter's weight is an axis.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from PySide6.QtCore import QUrl
from PySide6.QtGui import (
    QColor,
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)

from app.core.ids import EntryId
from app.ui.fonts import Role, Weight
from app.ui.theme import Theme

DOCUMENTS_MAX = 200
"""Laid-out lines kept: a few screens."""
_FEATURES = (
    QTextDocument.MarkdownFeature.MarkdownDialectGitHub
    | QTextDocument.MarkdownFeature.MarkdownNoHTML
)
_BOLD_FROM = 550


class QuietDocument(QTextDocument):
    """A document that loads nothing."""

    def loadResource(self, kind: int, name: QUrl | str) -> object:  # noqa: N802 - Qt's name
        """Whatever a text asks for is not there."""
        return None


def make_document(text: str, width: int, colour: str, theme: Theme) -> QTextDocument:
    """`text` as Markdown, laid out `width` pixels wide, in one colour."""
    document = QuietDocument()
    document.setDocumentMargin(0)
    document.setUndoRedoEnabled(False)
    document.setDefaultFont(theme.font(Role.CHAT))
    document.setMarkdown(_kept_breaks(text), _FEATURES)
    _set_fonts(document, colour, theme)
    document.setTextWidth(width)
    return document


def _kept_breaks(text: str) -> str:
    """Single line breaks stay breaks, outside of fenced code; they are what people typed."""
    shown: list[str] = []
    fenced = False
    lines = text.split("\n")
    for place, line in enumerate(lines):
        if line.lstrip().startswith("```"):
            fenced = not fenced
            shown.append(line)
            continue
        following = lines[place + 1] if place + 1 < len(lines) else ""
        breaks = not fenced and line.strip() and following.strip()
        shown.append(f"{line.rstrip()}  " if breaks else line)
    return "\n".join(shown)


def _set_fonts(document: QTextDocument, colour: str, theme: Theme) -> None:
    """The theme's fonts, line height and colours, block by block."""
    tokens = theme.tokens
    block = document.begin()
    cursor = QTextCursor(document)
    line = QTextBlockFormat()
    line.setLineHeight(
        theme.line(Role.CHAT), int(QTextBlockFormat.LineHeightTypes.MinimumHeight.value)
    )
    while block.isValid():
        form = QTextBlockFormat(block.blockFormat())
        is_code = form.hasProperty(QTextFormat.Property.BlockCodeLanguage) or form.hasProperty(
            QTextFormat.Property.BlockCodeFence
        )
        heading = form.headingLevel() > 0
        form.setTopMargin(0)
        form.setBottomMargin(theme.px(4) if block.next().isValid() and not is_code else 0)
        form.merge(line)
        if is_code:
            form.setBackground(QColor(tokens.sunken))
            form.setLeftMargin(theme.px(6))
            # A row has no scroll bar of its own: what is too wide goes on below.
            form.setNonBreakableLines(False)
        spans = []
        iterator = block.begin()
        while not iterator.atEnd():
            fragment = iterator.fragment()
            spans.append((fragment.position(), fragment.length(), fragment.charFormat()))
            iterator += 1
        cursor.setPosition(block.position())
        cursor.setBlockFormat(form)
        for start, length, before in spans:
            cursor.setPosition(start)
            cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
            cursor.setCharFormat(_char_format(before, colour, theme, heading=heading, code=is_code))
        block = block.next()


def _char_format(
    before: QTextCharFormat, colour: str, theme: Theme, *, heading: bool, code: bool
) -> QTextCharFormat:
    tokens = theme.tokens
    made = QTextCharFormat()
    mono = code or before.fontFixedPitch()
    bold = heading or before.fontWeight() >= _BOLD_FROM
    font = QFont(theme.font(Role.CODE if mono else Role.CHAT, Weight.SEMIBOLD if bold else None))
    font.setItalic(before.fontItalic())
    font.setStrikeOut(before.fontStrikeOut())
    made.setFont(font)
    made.setForeground(QColor(colour))
    if mono and not code:
        made.setBackground(QColor(tokens.sunken))
    if before.isAnchor():
        made.setAnchor(True)
        made.setAnchorHref(before.anchorHref())
        made.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
    return made


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
        self._kept: OrderedDict[TextKey, QTextDocument] = OrderedDict()

    def set_theme(self, theme: Theme) -> None:
        """Everything looks otherwise now."""
        self._theme = theme
        self._kept.clear()

    def get(self, key: TextKey) -> QTextDocument:
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
