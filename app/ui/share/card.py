"""The card below the well: in which situation the share is, how far a copy is, what to do now."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app.ui.fonts import Role
from app.ui.panes.parts import words
from app.ui.share.parts import Sign, TintedCard, WishRow
from app.ui.share.situation import Situation
from app.ui.share.wishes import Wish
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme


class SituationCard(TintedCard):
    """`wished` hears which button was pressed."""

    def __init__(
        self, theme: Theme, wished: Callable[[Wish], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, parent)
        self._shown: tuple[object, ...] = ()
        self._sign = Sign()
        self.title = words(theme, "", Role.HEADING, wrap=True)
        self.note = words(theme, "", Role.BODY, "soft", wrap=True)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.wishes = WishRow(wished, primary=True)
        self._row = QHBoxLayout(self)
        self._column = QVBoxLayout()
        for part in (self.title, self.note, self.progress, self.wishes):
            self._column.addWidget(part)
        self._signs = QVBoxLayout()
        self._signs.addWidget(self._sign)
        self._signs.addStretch(1)
        self._row.addLayout(self._signs)
        self._row.addLayout(self._column, 1)

    def show_situation(self, theme: Theme, said: Situation) -> None:
        """Another situation, or the same one in another theme."""
        if self._shown == (theme, said):
            return
        self._shown = (theme, said)
        px, tokens = theme.px, theme.tokens
        self._row.setContentsMargins(px(16), px(14), px(16), px(14))
        self._row.setSpacing(px(10))
        self._column.setSpacing(px(6))
        self.wear(theme, said.tone)
        colour = str(getattr(tokens, said.tone)) if said.tone else tokens.text_soft
        self._sign.show_icon(theme, said.icon, colour)
        set_kind(self.title, said.tone)
        self.title.setText(said.title)
        self.note.setText(said.note)
        self.note.setVisible(bool(said.note))
        self._show_progress(theme, said)
        self.wishes.show_wishes(theme, said.wishes)
        self.wishes.setVisible(bool(said.wishes))
        self.setAccessibleName(f"{said.title}. {said.note}" if said.note else said.title)

    def _show_progress(self, theme: Theme, said: Situation) -> None:
        bar = self.progress
        bar.setVisible(said.progress is not None)
        if said.progress is None:
            return
        told, steps = said.progress
        if not steps and theme.less_movement:
            # A bar that only runs to and fro tells nothing that the words don't.
            bar.setVisible(False)
        bar.setRange(0, steps)
        bar.setValue(told)
        bar.setAccessibleName(said.title)
