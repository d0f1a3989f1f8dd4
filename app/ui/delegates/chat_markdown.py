"""What people typed as Markdown, and the words that it became: nothing vanishes, nothing is fetched.

A picture that a text names is its words and a link; a link that nobody may follow is words. The
breaks that people typed stay, and are told apart from the ends of paragraphs by an invisible sign.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextBlock, QTextCharFormat, QTextDocument, QTextFormat

FOLLOWED_SCHEMES = frozenset({"http", "https", "mailto"})
"""Links that may be followed."""
PLAIN_LINES_MAX = 200
"""Lines kept without their Markdown: as many as documents."""
ADDRESS_SHOWN_MAX = 120
"""Letters of an address that is shown as words: one may hold a whole picture."""
_UNDERLINED = 0x4000
"""Qt has no name for it: with it `_words_` and `__words__` are underlined, and not told apart."""
_FEATURES = (
    QTextDocument.MarkdownFeature(
        QTextDocument.MarkdownFeature.MarkdownDialectGitHub.value & ~_UNDERLINED
    )
    | QTextDocument.MarkdownFeature.MarkdownNoHTML
)
_SIGN = "\u2063"
"""Stands where a line was broken, and as the words of links that have none: they would vanish."""
_BROKEN = f" {_SIGN}"
_NO_WORDS = re.compile(r"\[\s*\](?=[(\[])")
_PICTURE_IN_LINK = re.compile(r"\[(?=!\[)")
_UNSIGNED = re.compile(r"\s*\[[^\]]*\]:|[^|]*\||[\s=*_>-]*$")
"""Addresses, tables and rules: lines that would mean something else with a sign behind them."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of one look; `href` is where they lead, empty for nowhere."""

    text: str
    form: QTextCharFormat
    href: str = ""


def read_markdown(document: QTextDocument, text: str) -> None:
    """Fill a document; its words are those of `pieces_of` each block, not its own."""
    document.setMarkdown(_signed(text), _FEATURES)


@lru_cache(maxsize=PLAIN_LINES_MAX)
def plain_line(text: str) -> str:
    """The words of a text without its Markdown, in one line."""
    document = QTextDocument()
    read_markdown(document, text)
    said = ["".join([piece.text for piece in pieces_of(block)]) for block in blocks_of(document)]
    return " ".join(" ".join(said).split())


def blocks_of(document: QTextDocument) -> Iterator[QTextBlock]:
    """All blocks, those of tables too."""
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def is_broken(block: QTextBlock) -> bool:
    """Whether the text goes on in the next block: a break, and no paragraph, ends here."""
    return block.text().endswith(_BROKEN)


def pieces_of(block: QTextBlock) -> list[Piece]:
    """The words of a block, without signs."""
    pieces: list[Piece] = []
    picture = ""
    iterator = block.begin()
    while not iterator.atEnd():
        fragment = iterator.fragment()
        iterator += 1
        form, text = fragment.charFormat(), fragment.text().replace(_SIGN, "")
        name = form.toImageFormat().name() if form.isImageFormat() else ""
        if picture and name != picture:
            pieces += _link_behind(pieces, picture)
        picture = name
        if name:
            words = form.property(int(QTextFormat.Property.ImageAltText.value))
            if pieces and pieces[-1].href:
                pieces.append(Piece(" ", QTextCharFormat()))
            pieces.append(Piece(str(words or "").replace(_SIGN, ""), QTextCharFormat()))
        elif form.isAnchor():
            pieces += _linked(text, form.anchorHref(), form)
        else:
            pieces.append(Piece(text, form))
    if picture:
        pieces += _link_behind(pieces, picture)
    if is_broken(block):
        last = pieces.pop()
        pieces.append(Piece(last.text.rstrip(), last.form, last.href))
    return [piece for piece in pieces if piece.text]


def _link_behind(said: list[Piece], address: str) -> list[Piece]:
    """The link of a picture behind its words, if it has any."""
    plain = QTextCharFormat()
    gap = [Piece(" ", plain)] if said and said[-1].text.strip() else []
    return [*gap, *_linked("", address, plain)]


def _linked(text: str, href: str, form: QTextCharFormat) -> list[Piece]:
    """A link; where it leads to nothing that may be followed, its words and where it leads."""
    shown = href if len(href) <= ADDRESS_SHOWN_MAX else f"{href[:ADDRESS_SHOWN_MAX]}…"
    if QUrl(href).scheme() in FOLLOWED_SCHEMES:
        return [Piece(text or shown, form, href)]
    if not text.strip() or not href or text == href:
        return [Piece(text or shown, form)]
    return [Piece(f"{text} ({shown})", form)]


def _signed(text: str) -> str:
    """Single line breaks stay breaks, outside of fenced code; no link is without words."""
    shown: list[str] = []
    fenced = False
    lines = text.replace(_SIGN, "").split("\n")
    for place, line in enumerate(lines):
        fence = line.lstrip().startswith("```")
        fenced = fenced != fence
        if fence or fenced:
            shown.append(line)
            continue
        following = lines[place + 1] if place + 1 < len(lines) else ""
        signed = _PICTURE_IN_LINK.sub(f"[{_SIGN}", _NO_WORDS.sub(f"[{_SIGN}]", line))
        if line.strip() and following.strip():
            signed = f"{signed.rstrip()}{'' if _UNSIGNED.match(line) else _BROKEN}  "
        shown.append(signed)
    return "\n".join(shown)
