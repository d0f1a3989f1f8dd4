"""Pointers of the others over the windows of shared programs: small windows of this application.

They take no input and no focus, and have the shape of what is drawn. Who may act has a filled arrow,
who only points an outlined one. They fade after a while and go away when nothing is heard.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QBitmap, QGuiApplication, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.core.ids import SiteId
from app.core.instant import SECOND, Micros
from app.node.api import SharePointer
from app.ui.paint.pointer import ARROW_PIXELS, draw_pointer, label_rect
from app.ui.share.model import ShareModel
from app.ui.swatches import person_colour
from app.ui.theme import Theme

FAINT_MICROS = 5 * SECOND
GONE_MICROS = 60 * SECOND
FAINT = 0.4
POINTERS_MAX = 32
"""Windows at a time; more people than that are not told apart anyway."""
_TICK_MS = 1_000
_EDGE = 2
_FLAGS = (
    Qt.WindowType.ToolTip
    | Qt.WindowType.FramelessWindowHint
    | Qt.WindowType.WindowStaysOnTopHint
    | Qt.WindowType.WindowTransparentForInput
    | Qt.WindowType.WindowDoesNotAcceptFocus
    | Qt.WindowType.NoDropShadowWindowHint
)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """All that the picture of a pointer depends on."""

    name: str
    colour: str
    filled: bool
    theme: Theme


class PointerWindow(QWidget):
    """One pointer; its tip is at the window's top left corner, a little inside."""

    def __init__(self) -> None:
        super().__init__(None, _FLAGS)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._drawn: _Drawn | None = None

    def draw_as(self, name: str, colour: str, theme: Theme, *, filled: bool) -> None:
        """Whose it is, and whether they act."""
        drawn = _Drawn(name, colour, filled, theme)
        if drawn == self._drawn:
            return
        self._drawn = drawn
        self.setAccessibleName(name)
        wide = QRectF(0, 0, 10_000, 10_000)
        tip = QPointF(_EDGE, _EDGE)
        label = label_rect(tip, name, theme, wide)
        arrow = theme.px(ARROW_PIXELS) + 2 * _EDGE
        self.resize(int(max(label.right(), arrow)) + _EDGE, int(max(label.bottom(), arrow)) + _EDGE)
        shape = QImage(self.size(), QImage.Format.Format_ARGB32_Premultiplied)
        shape.fill(Qt.GlobalColor.transparent)
        painter = QPainter(shape)
        self._draw(painter)
        painter.end()
        self.setMask(QBitmap.fromImage(shape.createAlphaMask()))
        self.update()

    def put(self, x: int, y: int) -> None:
        """Let the tip be there, in pixels of the screen as the system counts them."""
        ratio = QGuiApplication.primaryScreen().devicePixelRatio()
        self.move(round(x / ratio) - _EDGE, round(y / ratio) - _EDGE)
        if not self.isVisible():
            self.show()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Arrow and label."""
        painter = QPainter(self)
        self._draw(painter)
        painter.end()

    def _draw(self, painter: QPainter) -> None:
        drawn = self._drawn
        if drawn is None:
            return
        draw_pointer(
            painter,
            QPointF(_EDGE, _EDGE),
            drawn.name,
            person_colour(drawn.colour),
            drawn.theme,
            QRectF(0, 0, 10_000, 10_000),
            filled=drawn.filled,
        )


class Pointers(QObject):
    """The pointers of all shares; follows the model."""

    def __init__(self, model: ShareModel, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme
        self._windows: dict[SiteId, PointerWindow] = {}
        self._heard: dict[SiteId, tuple[str, Micros]] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.refresh)
        model.pointed.connect(self._on_pointed)
        model.changed.connect(lambda _share: self.refresh())
        model.gone.connect(lambda _share: self.refresh())

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self.refresh()

    def window_of(self, site: SiteId) -> PointerWindow | None:
        """The window of somebody's pointer, if there is one now."""
        return self._windows.get(site)

    def refresh(self) -> None:
        """Let old ones fade and go; who may act may be another."""
        now = self._model.clock.now()
        for site, (share_id, at) in list(self._heard.items()):
            share = self._model.share(share_id)
            is_old = now - at >= GONE_MICROS
            if is_old or share is None or share.copy != "current":
                self._drop(site)
                continue
            window = self._windows[site]
            window.setWindowOpacity(FAINT if now - at >= FAINT_MICROS else 1.0)
            self._dress(site, share_id)

    def end(self) -> None:
        """The session is over."""
        for site in list(self._heard):
            self._drop(site)

    def _on_pointed(self, event: SharePointer) -> None:
        site = event.site
        share = self._model.share(event.id)
        if share is None or share.copy != "current" or site == self._model.own:
            return
        if site not in self._windows:
            if len(self._windows) >= POINTERS_MAX:
                return
            self._windows[site] = PointerWindow()
        self._heard[site] = (event.id, self._model.clock.now())
        self._dress(site, event.id)
        window = self._windows[site]
        window.setWindowOpacity(1.0)
        window.put(event.x, event.y)
        if not self._timer.isActive():
            self._timer.start()

    def _dress(self, site: SiteId, share_id: str) -> None:
        share = self._model.share(share_id)
        acts = share is not None and (share.floor == "free" or share.holder == site)
        self._windows[site].draw_as(
            self._model.name(site), self._model.colour(site), self._theme, filled=acts
        )

    def _drop(self, site: SiteId) -> None:
        del self._heard[site]
        window = self._windows.pop(site)
        window.hide()
        window.deleteLater()
        if not self._windows:
            self._timer.stop()
