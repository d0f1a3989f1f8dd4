"""The head of a share's tab: its name, who shares it, whether copies are alike, what one can do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSizePolicy, QWidget

from app.node.api import ShareShown
from app.ui.controls import make_button
from app.ui.fonts import Role, Weight
from app.ui.panes.buttons import dress_icons, icon_button
from app.ui.panes.hairline import draw_hairline
from app.ui.panes.parts import Line, words
from app.ui.panes.roving import Roving
from app.ui.share.model import ShareModel
from app.ui.share.parts import Sign, TintedCard
from app.ui.share.sameness import badge
from app.ui.share.wishes import Wish
from app.ui.strings import Share
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme

HEIGHT = 46
_WITH_OWNER, _WITH_FRONT = 780, 660
"""From these widths on there is room for who shares it, and for the second button."""
TOOLKITS = {"tk": "Tk", "qt": "Qt"}


class ShareHead(QFrame):
    """`side` shows or hides the panel at the side; wishes go to `wished`."""

    side = Signal()

    def __init__(
        self,
        model: ShareModel,
        theme: Theme,
        wished: Callable[[Wish], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme
        self._wished = wished
        self._share: ShareShown | None = None
        set_kind(self, "chrome")
        self._title = Line(theme, "", Role.HEADING)
        self._title.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._by = Line(theme, "", Role.BODY, "soft")
        self._badge = TintedCard(theme)
        self._badge_sign = Sign(16)
        self.badge_text = words(theme, "", Role.BUTTON)
        inside = QHBoxLayout(self._badge)
        inside.addWidget(self._badge_sign)
        inside.addWidget(self.badge_text)
        self._inside = inside
        self.side_button = icon_button(theme, "floor", Share.SIDE(), self, then=self.side.emit)
        self.more = icon_button(theme, "more", "", self, then=self.open_more)
        self.front = make_button(theme, Share.FRONT(), "", self)
        self.close_copy = make_button(theme, Share.CLOSE_COPY(), "", self)
        self.front.clicked.connect(lambda _checked=False: wished(Wish.FRONT))
        self.close_copy.clicked.connect(lambda _checked=False: wished(Wish.CLOSE))
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._title)
        self._row.addWidget(self._by, 1)
        for part in (self._badge, self.side_button, self.more, self.front, self.close_copy):
            self._row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        self.set_theme(theme)
        self._roving = Roving(self)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        px = theme.px
        dress_icons(self, theme)
        self.setFixedHeight(max(px(HEIGHT), theme.line(Role.BODY) + px(22)))
        self._row.setContentsMargins(px(16), 0, px(12), 0)
        self._row.setSpacing(px(8))
        self._inside.setContentsMargins(px(8), px(4), px(10), px(4))
        self._inside.setSpacing(px(6))
        self.badge_text.setFont(theme.font(Role.BODY, Weight.MEDIUM))
        if self._share is not None:
            self.show_share(self._share)

    def enter(self) -> None:
        """Take the focus."""
        self._roving.enter()

    def show_share(self, share: ShareShown) -> None:
        """Follow the share."""
        self._share = share
        theme, tokens = self._theme, self._theme.tokens
        self._title.setText(share.title)
        self._title.setToolTip(share.title)
        toolkit = TOOLKITS.get(share.toolkit, share.toolkit)
        by = (
            Share.SHARED_BY_YOU(toolkit=toolkit)
            if share.owner == self._model.own
            else Share.SHARED_BY(name=self._model.name(share.owner), toolkit=toolkit)
        )
        self._by.setText(by)
        self._by.setToolTip(by)
        said = badge(self._model, share)
        self._badge.setVisible(bool(share.people) and share.phase != "ended")
        self._badge.wear(theme, said.tone, hatched=False)
        self._badge.setAccessibleName(said.text)
        self.badge_text.setText(said.text)
        set_kind(self.badge_text, said.tone or "soft")
        colour = str(getattr(tokens, said.tone)) if said.tone else tokens.text_soft
        self._badge_sign.show_icon(theme, "copies", colour)
        running = share.copy == "current" and share.phase != "ended"
        self.close_copy.setVisible(running)
        more = Share.MORE(program=share.title)
        self.more.setAccessibleName(more)
        self.more.setToolTip(more)
        self.arrange()

    def arrange(self, *, docked: bool | None = None) -> None:
        """What has no room is left out; `docked`: the panel at the side is in sight anyway."""
        if docked is not None:
            self.side_button.setVisible(not docked)
        px, share = self._theme.px, self._share
        running = share is not None and share.copy == "current" and share.phase != "ended"
        owner = not running or self.width() >= px(_WITH_OWNER)
        self._by.setVisible(owner)
        self._row.setStretch(self._row.indexOf(self._title), 0 if owner else 1)
        self.front.setVisible(running and self.width() >= px(_WITH_FRONT))

    def open_more(self) -> None:
        """What is wanted seldom."""
        share = self._share
        if share is None:
            return
        menu = QMenu(self)
        for wish in more_wishes(self._model, share):
            action = menu.addAction(wish.text)
            action.triggered.connect(lambda _checked=False, wish=wish: self._wished(wish))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """A hairline below."""
        super().paintEvent(event)
        painter = QPainter(self)
        draw_hairline(painter, self.rect(), self._theme.tokens, below=True)
        painter.end()


def more_wishes(model: ShareModel, share: ShareShown) -> tuple[Wish, ...]:
    """What the menu holds: only what would do something now."""
    found: list[Wish] = []
    over = share.phase == "ended"
    if not over and share.copy == "current":
        found += [Wish.FRONT, Wish.AGAIN]
    if not over and share.copy in {"fetching", "starting", "replaying", "current"}:
        found.append(Wish.CLOSE)
    else:
        found.append(Wish.PUT_AWAY)
    if not over and share.owner == model.own:
        found.append(Wish.END)
    return tuple(found)
