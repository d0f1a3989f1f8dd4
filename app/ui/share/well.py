"""The well of a share's tab: the windows of the copy here, as large as they are to each other.

The program's windows are ordinary windows of the desktop; what stands here tells which there are and
brings them to the front. It shows no contents of them.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.node.api import WindowShown
from app.ui.fonts import Role, Weight
from app.ui.icons import pixmap
from app.ui.paint.painter import kept
from app.ui.strings import Share
from app.ui.theme import Theme

_TITLE_BAR = 22
_GAP = 24
_LARGEST = 1.0
"""A window is never drawn larger than it is."""
_MIDDLE = int(Qt.AlignmentFlag.AlignCenter)


class Well(QWidget):
    """`chosen`: the person wants the windows in front."""

    chosen = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._title = ""
        self._windows: tuple[WindowShown, ...] = ()
        self._is_running = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_windows(
        self, theme: Theme, title: str, windows: tuple[WindowShown, ...], *, is_running: bool
    ) -> None:
        """Windows of the copy here; none before it has any."""
        shown = windows if is_running else ()
        if (theme, title, shown, is_running) == (
            self._theme, self._title, self._windows, self._is_running,
        ):  # fmt: skip
            return
        self._theme, self._title, self._windows = theme, title, shown
        self._is_running = is_running
        focusable = Qt.FocusPolicy.TabFocus if shown else Qt.FocusPolicy.NoFocus
        self.setFocusPolicy(focusable)
        hand = Qt.CursorShape.PointingHandCursor if shown else Qt.CursorShape.ArrowCursor
        self.setCursor(hand)
        sizes = ", ".join(Share.WINDOW_SIZE(width=each.width, height=each.height) for each in shown)
        self.setAccessibleName(Share.WELL(len(shown), sizes=sizes) if shown else title)
        self.setToolTip(Share.FRONT() if shown else "")
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for a small picture."""
        return QSize(self._theme.px(320), self._theme.px(200))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """It gives way to words."""
        return QSize(self._theme.px(80), self._theme.px(64))

    # --- pressing ---------------------------------------------------------------------------------

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click brings the windows to the front."""
        if self._windows and self.rect().contains(event.position().toPoint()):
            self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """So do Enter and Space."""
        if self._windows and event.key() in (
            Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space,
        ):  # fmt: skip
            self.chosen.emit()
        else:
            super().keyPressEvent(event)

    # --- drawing ----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The windows side by side, or a sign while there are none."""
        tokens, px = self._theme.tokens, self._theme.px
        painter = QPainter(self)
        with kept(painter):
            frames = self._frames()
            for window, rect in frames:
                self._draw_window(painter, window, rect)
            if not frames:
                side = px(48)
                sign = pixmap("program", side, tokens.text_hint, self.devicePixelRatioF())
                corner = QPointF((self.width() - side) / 2, (self.height() - side) / 2)
                painter.drawPixmap(corner, sign)
            if self.hasFocus():
                painter.setPen(QPen(QColor(tokens.focus), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        painter.end()

    def _frames(self) -> list[tuple[WindowShown, QRectF]]:
        """Each window and where it is drawn, all by one scale."""
        px = self._theme.px
        shown = [each for each in self._windows if each.width > 0 and each.height > 0]
        if not shown:
            return []
        bar, gap, edge = px(_TITLE_BAR), px(_GAP), px(16)
        wide = sum(each.width for each in shown)
        high = max(each.height for each in shown)
        room_x = self.width() - 2 * edge - gap * (len(shown) - 1)
        room_y = self.height() - 2 * edge - bar - px(28)
        scale = min(_LARGEST, max(room_x, 1) / wide, max(room_y, 1) / high)
        x = (self.width() - wide * scale - gap * (len(shown) - 1)) / 2
        middle = (self.height() - px(28)) / 2
        found = []
        for each in shown:
            height = each.height * scale + bar
            found.append((each, QRectF(x, middle - height / 2, each.width * scale, height)))
            x += each.width * scale + gap
        return found

    def _draw_window(self, painter: QPainter, window: WindowShown, rect: QRectF) -> None:
        theme, tokens, px = self._theme, self._theme.tokens, self._theme.px
        painter.setPen(QPen(QColor(tokens.edge_soft), 1))
        painter.setBrush(QColor(tokens.surface))
        painter.drawRoundedRect(rect, px(6), px(6))
        bar = QRectF(rect.left(), rect.top(), rect.width(), px(_TITLE_BAR))
        painter.drawLine(bar.bottomLeft(), bar.bottomRight())
        painter.setPen(QColor(tokens.text_soft))
        font = theme.font(Role.CAPTION, Weight.MEDIUM)
        painter.setFont(font)
        room = bar.adjusted(px(8), 0, -px(8), 0)
        title = painter.fontMetrics().elidedText(
            self._title, Qt.TextElideMode.ElideRight, int(room.width())
        )
        painter.drawText(room, _MIDDLE, title)
        painter.setFont(theme.font(Role.SMALL))
        painter.setPen(QColor(tokens.text_hint))
        size = Share.WINDOW_SIZE(width=window.width, height=window.height)
        inner = rect.adjusted(0, px(_TITLE_BAR), 0, 0)
        if painter.fontMetrics().horizontalAdvance(size) < inner.width():
            painter.drawText(inner, _MIDDLE, size)
        if window is self._windows[0]:
            below = QRectF(0, self.height() - px(28), self.width(), px(22))
            painter.drawText(below, _MIDDLE, Share.ON_DESKTOP())
