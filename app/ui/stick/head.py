"""The head of the panel: tabs, the rule, pin and move, tables, saving, where the panel stands."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QToolButton,
    QWidget,
)

from app.core.ids import SiteId
from app.node.api import Answered, Denied, MoveDispatcher, PinDispatcher, SetPolicy
from app.ui.actions import ACTIONS, accessible_name
from app.ui.bridge import Answer, NodeBridge
from app.ui.controls import Choice, make_button
from app.ui.fonts import Role
from app.ui.paint.stick import draw_stick_sign
from app.ui.panes.buttons import dress_icons, icon_button
from app.ui.panes.hairline import draw_hairline
from app.ui.panes.parts import lead_icon, words
from app.ui.stick.model import StickModel
from app.ui.stick.words import rule_text
from app.ui.strings import Lab, Streams
from app.ui.strings import StickPanel as Text
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme

HEIGHT, HEIGHT_DOCKED = 48, 40
POLICIES = ("adaptive", "paper:50", "fixed", "manual")
_STREAMS, _LAB = 2, 3
_NARROW, _NARROWER = 1_040, 860
"""Under these widths the words beside the rule go, then the title."""


class StickSign(QWidget):
    """The golden stick beside the title."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFixedSize(theme.px(20), theme.px(20))

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self.setFixedSize(theme.px(20), theme.px(20))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A square."""
        return QSize(self._theme.px(20), self._theme.px(20))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The sign."""
        painter = QPainter(self)
        draw_stick_sign(painter, QRectF(self.rect()), self._theme.tokens)
        painter.end()


class StickHead(QFrame):
    """What is wanted goes out as signals; rule, pin and moves go to the site from here."""

    tab = Signal(int)
    tables = Signal(bool)
    save_figures = Signal()
    save_picture = Signal()
    dock = Signal(bool)
    close_wanted = Signal()
    said = Signal(str)

    def __init__(
        self, model: StickModel, bridge: NodeBridge, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._bridge = bridge
        self._theme = theme
        self._docked = False
        set_kind(self, "chrome")
        self._sign = StickSign(theme, self)
        self._title = words(theme, Text.TITLE(), Role.HEADING)
        self._tabs = QButtonGroup(self)
        self._rule_label = words(theme, Text.RULE(), Role.BODY, "soft")
        self._rule = Choice(theme, Text.RULE(), self)
        theme.dress(self._rule, Role.BUTTON)
        self._policies = list(POLICIES)
        for policy in self._policies:
            self._rule.addItem(rule_text(policy))
        self._rule.activated.connect(self._choose_rule)
        self._pin = make_button(theme, Text.PIN_HERE(), "", self)
        self._pin.clicked.connect(lambda _checked=False: self._pin_or_not())
        self._move = make_button(theme, Text.MOVE_TO(), "", self)
        self._move.clicked.connect(lambda _checked=False: self._open_moves())
        self.tables_button = icon_button(
            theme, "access", accessible_name(ACTIONS["stick-tables"]), self
        )
        self.tables_button.setCheckable(True)
        self.tables_button.toggled.connect(self.tables)
        self._save = icon_button(theme, "export", Text.EXPORT(), self, then=self._open_saving)
        self._dock = icon_button(theme, "bring", Text.DOCK(), self, then=self._wish_dock)
        self._close = icon_button(theme, "close", Text.CLOSE(), self, then=self.close_wanted.emit)
        self._lay_out()
        model.changed.connect(self._refresh)
        self.set_docked(docked=False)
        self._refresh()

    def _lay_out(self) -> None:
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._sign)
        self._row.addWidget(self._title)
        self._row.addSpacing(self._theme.px(8))
        for place, text in enumerate((Text.OVERVIEW(), Text.LOG(), Streams.TAB(), Lab.TAB())):
            button = QToolButton(self)
            button.setText(text)
            button.setCheckable(True)
            set_kind(button, "tab")
            self._theme.dress(button, Role.BUTTON)
            button.setAccessibleName(text)
            self._tabs.addButton(button, place)
            self._row.addWidget(button)
        self._tabs.button(_LAB).hide()
        self._tabs.idClicked.connect(self.tab)
        self.show_tab(0)
        self._row.addStretch(1)
        for widget in (
            self._rule_label,
            self._rule,
            self._pin,
            self._move,
            self.tables_button,
            self._save,
            self._dock,
            self._close,
        ):
            self._row.addWidget(widget)

    # --- what it shows ----------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self._sign.set_theme(theme)
        self._rule.set_theme(theme)
        dress_icons(self, theme)
        self._measure()
        self._refresh()

    def set_docked(self, *, docked: bool) -> None:
        """Below the session, or in a window of its own."""
        self._docked = docked
        name = Text.UNDOCK() if docked else Text.DOCK()
        self._dock.setAccessibleName(name)
        self._dock.setToolTip(name)
        self._close.setVisible(docked)
        self._measure()

    def offer_lab(self) -> None:
        """There is a network lab."""
        self._tabs.button(_LAB).show()

    def show_tab(self, place: int) -> None:
        """Which tab is in front; only the first has pictures that can be tables."""
        self.tables_button.setVisible(place == 0)
        button = self._tabs.button(place)
        if button is not None:
            button.setChecked(True)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Narrow: words go, never a control."""
        super().resizeEvent(event)
        self._measure()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """A hairline below; above, too, where it parts the panel from the session."""
        super().paintEvent(event)
        painter = QPainter(self)
        draw_hairline(painter, self.rect(), self._theme.tokens, below=True)
        if self._docked:
            draw_hairline(painter, self.rect(), self._theme.tokens, below=False)
        painter.end()

    def _measure(self) -> None:
        px = self._theme.px
        height = px(HEIGHT_DOCKED if self._docked else HEIGHT)
        self.setFixedHeight(max(height, self._theme.line(Role.BODY) + px(20)))
        self._row.setContentsMargins(px(14), 0, px(12), 0)
        self._row.setSpacing(px(8))
        self._rule_label.setVisible(self.width() >= px(_NARROW))
        self._title.setVisible(self.width() >= px(_NARROWER))
        self._sign.setVisible(self.width() >= px(_NARROWER))
        streams = self._tabs.button(_STREAMS)
        streams.setText(Streams.TAB() if self.width() >= px(_NARROWER) else Streams.TAB_SHORT())
        lab = self._tabs.button(_LAB)
        lab.setText(Lab.TAB() if self.width() >= px(_NARROW) else Lab.TAB_SHORT())
        self._rule.setMaximumWidth(px(250 if self.width() >= px(_NARROW) else 190))

    def _refresh(self) -> None:
        panel, tokens = self._model.panel, self._theme.tokens
        known = panel is not None
        for control in (self._rule, self._pin, self._move):
            control.setEnabled(known)
        lead_icon(self._move, "move-to", self._theme, tokens.text_soft)
        if panel is None:
            lead_icon(self._pin, "pin", self._theme, tokens.text_soft)
            return
        self._show_rule(panel.policy)
        pinned = panel.pin is not None
        lead_icon(self._pin, "pin", self._theme, tokens.stick_text if pinned else tokens.text_soft)
        self._pin.setText(Text.UNPIN() if pinned else Text.PIN_HERE())
        if panel.pin is not None:
            self._pin.setToolTip(Text.UNPIN_TIP(name=self._model.face(panel.pin).name))
        else:
            self._pin.setToolTip(Text.PIN_TIP())

    def _show_rule(self, policy: str) -> None:
        policy = "paper:50" if policy == "paper" else policy
        if policy not in self._policies:
            self._policies.append(policy)
            self._rule.addItem(rule_text(policy))
        place = self._policies.index(policy)
        if place != self._rule.currentIndex() and not self._rule.view().isVisible():
            self._rule.setCurrentIndex(place)

    # --- what people do ---------------------------------------------------------------------------

    def _do(self, make: Callable[[int], Answered], done: str = "") -> None:
        def learn(answer: Answer) -> None:
            if isinstance(answer, Denied):
                self.said.emit(Text.NOT_DONE(why=answer.why))
                self._refresh()
            elif done:
                self.said.emit(done)

        self._bridge.ask(make, learn)

    def _choose_rule(self, place: int) -> None:
        policy = self._policies[place]
        panel = self._model.panel
        if panel is not None and panel.policy != policy:
            self._do(lambda token: SetPolicy(token, policy))

    def _pin_or_not(self) -> None:
        panel = self._model.panel
        if panel is None:
            return
        target = panel.home if panel.pin is None else None
        self._do(lambda token: PinDispatcher(token, target))

    def _open_moves(self) -> None:
        panel = self._model.panel
        if panel is None:
            return
        menu = QMenu(self)
        menu.setObjectName("moves")
        for row in panel.rows:
            face = self._model.face(row.site)
            here = row.site == panel.home
            text = Text.MOVE_TO_HERE(name=face.name) if here else face.name
            action = menu.addAction(text)
            action.setEnabled(not here and face.present)
            action.triggered.connect(lambda _checked=False, to=row.site: self._move_to(to))
        self._pop_up(menu, self._move)

    def _move_to(self, site: SiteId) -> None:
        done = Text.MOVED_TO(name=self._model.face(site).name)
        self._do(lambda token: MoveDispatcher(token, site), done)

    def _open_saving(self) -> None:
        menu = QMenu(self)
        menu.setObjectName("saving")
        for text, signal in (
            (Text.EXPORT_CSV(), self.save_figures),
            (Text.EXPORT_PNG(), self.save_picture),
        ):
            menu.addAction(text).triggered.connect(lambda _checked=False, out=signal: out.emit())
        self._pop_up(menu, self._save)

    def _pop_up(self, menu: QMenu, below: QPushButton | QToolButton) -> None:
        menu.aboutToHide.connect(menu.deleteLater)
        corner = QPoint(below.width() - menu.sizeHint().width(), below.height())
        menu.popup(below.mapToGlobal(corner))

    def _wish_dock(self) -> None:
        self.dock.emit(not self._docked)
