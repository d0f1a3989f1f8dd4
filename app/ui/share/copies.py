"""The copies' part of the side panel: whether they are alike, who takes part, what may part them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.node.api import ShareShown
from app.ui.fonts import Role
from app.ui.panes.parts import words
from app.ui.share.model import ShareModel
from app.ui.share.parts import PersonLine, Rows, Sign, TintedCard, WishRow, section
from app.ui.share.sameness import proof, state_of, warnings
from app.ui.share.wishes import Wish
from app.ui.strings import Copies
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme


class CopiesBox(QWidget):
    """Wishes go to `wished`."""

    def __init__(self, model: ShareModel, theme: Theme, wished: Callable[[Wish], None]) -> None:
        super().__init__()
        self._model = model
        frame, self._column, _head = section(theme, Copies.TITLE())
        self._card = TintedCard(theme)
        self._card_row = QHBoxLayout(self._card)
        self._sign = Sign()
        self.title = words(theme, "", Role.BODY_STRONG, wrap=True)
        self.note = words(theme, "", Role.SMALL, "soft", wrap=True)
        self.wishes = WishRow(wished, primary=False, small=True)
        self._text = QVBoxLayout()
        for part in (self.title, self.note, self.wishes):
            self._text.addWidget(part)
        self._card_row.addWidget(self._sign)
        self._card_row.addLayout(self._text, 1)
        self._column.addWidget(self._card)
        self.rows = Rows()
        self.warned = Rows()
        self._afresh = WishRow(wished, primary=False, small=True)
        self._column.addWidget(self.rows)
        self._column.addWidget(self.warned)
        self._column.addWidget(self._afresh)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)

    def show_share(self, theme: Theme, share: ShareShown) -> None:
        """Follow the share."""
        px, tokens, model = theme.px, theme.tokens, self._model
        self._column.setContentsMargins(px(16), px(12), px(16), px(14))
        self._column.setSpacing(px(8))
        self._card_row.setContentsMargins(px(12), px(10), px(12), px(10))
        self._card_row.setSpacing(px(10))
        self._text.setSpacing(px(2))
        said = proof(model, share)
        self._card.wear(theme, said.tone)
        colour = str(getattr(tokens, said.tone)) if said.tone else tokens.text_soft
        self._sign.show_icon(theme, "copies", colour)
        set_kind(self.title, said.tone)
        self.title.setText(said.title)
        self.note.setText(said.note)
        self._card.setAccessibleName(f"{said.title}. {said.note}")
        self.wishes.show_wishes(theme, said.wishes)
        people = tuple(
            (model.name(each.site), model.colour(each.site), model.name_or_you(each.site),
             state_of(share, each))
            for each in share.people
        )  # fmt: skip
        self.rows.show_rows((theme, people), lambda: _people(theme, people))
        warned = warnings(model, share)
        self.warned.show_rows((theme, warned), lambda: [_warning(theme, each) for each in warned])
        mine = share.long and share.owner == model.own and share.phase != "ended"
        self._afresh.show_wishes(theme, (Wish.AFRESH,) if mine else ())


def _people(theme: Theme, people: tuple[tuple[str, str, str, str], ...]) -> Iterable[QWidget]:
    for name, colour, shown, state in people:
        yield PersonLine(theme, (name, colour, shown), state)


def _warning(theme: Theme, text: str) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, theme.px(2), 0, theme.px(2))
    row.setSpacing(theme.px(8))
    sign = Sign(16)
    sign.show_icon(theme, "warn", theme.tokens.warn)
    signs = QVBoxLayout()
    signs.addWidget(sign)
    signs.addStretch(1)
    row.addLayout(signs)
    row.addWidget(words(theme, text, Role.SMALL, "warn", wrap=True), 1)
    return line
