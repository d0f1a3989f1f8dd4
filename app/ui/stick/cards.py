"""The cards of the overview: a head with name, note and what can be changed, and a view below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.ui.fonts import Role
from app.ui.panes.parts import words
from app.ui.stick.canvas import Canvas
from app.ui.stick.tables import FactsTable
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme


class Note(QLabel):
    """A quiet text that gives way: shortened by its card, never widening it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        theme.dress(self, Role.SMALL)
        set_kind(self, "soft")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(0)


class Segments(QFrame):
    """One of a few, side by side; arrows move. `chosen` carries the place."""

    chosen = Signal(int)

    def __init__(self, theme: Theme, name: str, texts: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        set_kind(self, "well")
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._row = QHBoxLayout(self)
        self._row.setSpacing(0)
        for place, text in enumerate(texts):
            button = QToolButton(self)
            button.setText(text)
            button.setCheckable(True)
            set_kind(button, "segment")
            theme.dress(button, Role.SMALL)
            self._group.addButton(button, place)
            self._row.addWidget(button)
        self._group.idClicked.connect(self.chosen)
        self.set_theme(theme)

    def choose(self, place: int) -> None:
        """Show which one is in force."""
        button: QAbstractButton | None = self._group.button(place)
        if button is not None:
            button.setChecked(True)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        margin = theme.px(2)
        self._row.setContentsMargins(margin, margin, margin, margin)


class StickCard(QFrame):
    """A card; `view` fills it, its twin `table` takes its place when tables are wanted."""

    def __init__(self, theme: Theme, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        set_kind(self, "card")
        self.setAccessibleName(title)
        self.title = words(theme, title, Role.BODY_STRONG)
        self.note = Note(theme, self)
        self._head = QHBoxLayout()
        self._head.addWidget(self.title)
        self._head.addWidget(self.note, 1)
        self._stack = QStackedWidget(self)
        self.column = QVBoxLayout(self)
        self.column.addLayout(self._head)
        self.column.addWidget(self._stack, 1)
        self._canvases: list[Canvas] = []
        self._table: FactsTable | None = None
        self.measure(theme)

    def measure(self, theme: Theme) -> None:
        """Margins and distances."""
        px = theme.px
        self.column.setContentsMargins(px(14), px(8), px(14), px(10))
        self.column.setSpacing(px(6))
        self._head.setSpacing(px(8))
        self._head.setContentsMargins(0, 0, 0, 0)
        self.title.setMinimumHeight(px(24))

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self.measure(theme)
        for canvas in self._canvases:
            canvas.set_theme(theme)
        if self._table is not None:
            self._table.set_theme(theme)

    def beside(self, *widgets: QWidget) -> None:
        """Controls at the right of the head."""
        for widget in widgets:
            self._head.addWidget(widget)

    def fill(self, view: QWidget, table: FactsTable | None = None) -> None:
        """What the card shows, and its twin."""
        self._stack.addWidget(view)
        if isinstance(view, Canvas):
            self._canvases.append(view)
        if table is not None:
            self._table = table
            self._stack.addWidget(table)

    def also(self, canvas: Canvas) -> None:
        """One more view that wears the card's theme; its owner lays it out."""
        self._canvases.append(canvas)

    def show_table(self, *, on: bool) -> None:
        """The twin, or the picture."""
        if self._table is not None:
            self._stack.setCurrentIndex(1 if on else 0)
            self._table.refresh()

    def enter(self) -> None:
        """The focus goes to what is shown."""
        shown = self._stack.currentWidget()
        if shown is not None:
            shown.setFocus()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The arrangement decides, not what is inside."""
        return QSize(40, 40)
