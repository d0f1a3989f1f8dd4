"""What a copy looks like to its person, as a hash for each window.

Equal digests at the same place in the order are the proof that the copies are the same. Left out is
what belongs to one machine: the place of windows, tooltips, rubber bands, hovering, the listing of
its files, addresses in texts.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

from app.tkshare.guest.qt_binding import Binding, number
from app.tkshare.guest.qt_names import Names

SKIPPED = ("QRubberBand", "QTipLabel", "QFocusFrame", "QSizeGrip")
CELLS = 2000
"""Visible cells of a view that count; more don't fit on a screen."""
COLUMNS = 64
DIGEST_BYTES = 16

_ADDRESS = re.compile(r"0x[0-9a-fA-F]+")

Facts = list[Any]
Reader = Callable[[Any], Facts]


def hashed(text: str) -> str:
    """A long text in short."""
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=DIGEST_BYTES).hexdigest()


class Digests:
    """Reads the visible state of the program's windows."""

    def __init__(self, binding: Binding, names: Names) -> None:
        self._binding = binding
        self._names = names
        widgets = binding.widgets
        self._readers: list[tuple[Any, Reader]] = []
        if widgets is not None:
            self._readers = [
                (widgets.QAbstractButton, lambda w: [w.text(), w.isChecked(), w.isDown()]),
                (widgets.QLabel, lambda w: [w.text()]),
                (
                    widgets.QLineEdit,
                    lambda w: [w.text(), w.cursorPosition(), w.selectionStart(), w.selectedText()],
                ),
                (widgets.QComboBox, lambda w: [w.currentIndex(), w.currentText(), w.count()]),
                (widgets.QAbstractSlider, lambda w: [w.value(), w.minimum(), w.maximum()]),
                (widgets.QAbstractSpinBox, lambda w: [w.text()]),
                (widgets.QPlainTextEdit, self._text),
                (widgets.QTextEdit, self._text),
                (
                    widgets.QTabBar,
                    lambda w: [w.currentIndex(), [w.tabText(i) for i in range(w.count())]],
                ),
                (widgets.QStackedWidget, lambda w: [w.currentIndex()]),
                (widgets.QGroupBox, lambda w: [w.title(), w.isChecked()]),
                (widgets.QProgressBar, lambda w: [w.value(), w.minimum(), w.maximum()]),
                (widgets.QMenu, self._actions),
                (widgets.QMenuBar, self._actions),
                (widgets.QHeaderView, self._header),
                (widgets.QAbstractItemView, self._view),
                (widgets.QGraphicsView, self._scene),
            ]
        self._by_class: dict[Any, list[Reader]] = {}

    # --- readers of what a widget shows -----------------------------------------------------------

    @staticmethod
    def _text(widget: Any) -> Facts:
        cursor = widget.textCursor()
        return [
            hashed(widget.toPlainText()), widget.document().blockCount(), cursor.position(),
            cursor.anchor(),
        ]  # fmt: skip

    @staticmethod
    def _actions(widget: Any) -> Facts:
        active = widget.activeAction()
        return [
            [(a.text(), a.isEnabled(), a.isChecked(), a.isVisible()) for a in widget.actions()],
            active.text() if active is not None else None,
        ]

    @staticmethod
    def _header(widget: Any) -> Facts:
        sections = range(min(widget.count(), CELLS))
        return [
            widget.sortIndicatorSection(),
            number(widget.sortIndicatorOrder()),
            [widget.sectionSize(place) for place in sections],
            [widget.visualIndex(place) for place in sections],
        ]

    def _view(self, view: Any) -> Facts:
        model = view.model()
        if model is None:
            return []
        root = view.rootIndex()
        facts: Facts = [model.rowCount(root), _columns(model, root), number(view.state())]
        source = model
        while hasattr(source, "sourceModel") and source.sourceModel() is not None:
            source = source.sourceModel()
        if source.metaObject().className() in ("QFileSystemModel", "QFileInfoGatherer"):
            return []
        facts.append(self._cells(view, model))
        selection = view.selectionModel()
        if selection is not None:
            facts.append(_path(selection.currentIndex()))
            ranges = selection.selection()
            spans = [ranges[place] for place in range(len(ranges))]
            facts.append(
                sorted((_path(span.topLeft()), _path(span.bottomRight())) for span in spans)
            )
        return facts

    def _cells(self, view: Any, model: Any) -> Facts:
        """Display and check state of the cells that can be seen, row by row."""
        role = self._binding.core.Qt.ItemDataRole
        core = self._binding.core
        port = view.viewport().rect()
        found: Facts = []
        seen: dict[tuple[int, ...], None] = {}
        index = view.indexAt(core.QPoint(1, 1))
        y = 1
        while index.isValid() and len(found) < CELLS and y <= port.bottom():
            place = tuple(_path(index))
            if place in seen:
                break
            seen[place] = None
            for column in range(min(_columns(model, index.parent()), COLUMNS)):
                cell = index.siblingAtColumn(column)
                shown = _ADDRESS.sub("0x", str(model.data(cell, role.DisplayRole)))
                check = model.data(cell, role.CheckStateRole)
                found.append((_path(cell), shown, None if check is None else number(check)))
            if hasattr(view, "isExpanded"):
                found.append(view.isExpanded(index))
            y = view.visualRect(index).bottom() + 2
            index = view.indexAt(core.QPoint(1, y))
        return found

    @staticmethod
    def _scene(view: Any) -> Facts:
        scene = view.scene()
        if scene is None:
            return []
        return [
            [
                (round(item.x(), 2), round(item.y(), 2), round(item.zValue(), 2), item.isSelected())
                for item in scene.items()
            ]
        ]

    def _facts(self, widget: Any) -> Facts:
        kind = type(widget)
        readers = self._by_class.get(kind)
        if readers is None:
            readers = [reader for base, reader in self._readers if isinstance(widget, base)]
            self._by_class[kind] = readers
        size = (
            (widget.width(), widget.height())
            if widget.isWindow()
            else (widget.x(), widget.y(), widget.width(), widget.height())
        )
        facts: Facts = [
            widget.metaObject().className(), widget.objectName(), widget.isEnabled(), size,
            widget.hasFocus(),
        ]  # fmt: skip
        if widget.isWindow():
            facts.append(_ADDRESS.sub("0x", widget.windowTitle()))
        for reader in readers:
            facts += reader(widget)
        return facts

    def _walk(self, widget: Any, depth: int, lines: Facts) -> None:
        lines.append((depth, self._facts(widget)))
        for child in widget.children():
            if (
                child.isWidgetType()
                and not child.isWindow()
                and not child.isHidden()
                and child.metaObject().className() not in SKIPPED
            ):
                self._walk(child, depth + 1, lines)

    def _item(self, item: Any, depth: int, lines: Facts) -> None:
        """A Qt Quick item: by its visual children, as QObject parents are others."""
        kind = item.metaObject().className().split("_QMLTYPE")[0].split("_QML_")[0]
        facts: Facts = [kind, item.objectName(), item.isEnabled()]
        facts += [round(value, 1) for value in (item.x(), item.y(), item.width(), item.height())]
        for name in ("text", "value", "checked", "currentIndex", "pressed", "cursorPosition"):
            value = item.property(name)
            if isinstance(value, str | int | float | bool):
                facts.append((name, value))
        facts.append(item.hasActiveFocus())
        lines.append((depth, facts))
        for child in item.childItems():
            if child.isVisible():
                self._item(child, depth + 1, lines)

    # --- the digest -------------------------------------------------------------------------------

    def lines(self, window: Any) -> Facts:
        """All that counts of one window, one line a widget."""
        lines: Facts = []
        widget = self._names.widget(window)
        if widget is not None:
            if widget.metaObject().className() not in SKIPPED:
                self._walk(widget, 0, lines)
        else:
            scene = window.property("contentItem")
            if hasattr(scene, "childItems"):
                lines.append((0, [window.width(), window.height()]))
                self._item(scene, 1, lines)
        return lines

    def _whole(self) -> Facts:
        widgets = self._binding.widgets
        if widgets is None:
            return []
        application = widgets.QApplication
        found = (
            application.activeModalWidget(),
            application.activePopupWidget(),
            application.focusWidget(),
        )
        return [self._names.path(each) if each is not None else None for each in found]

    def windows(self) -> list[tuple[str, Facts]]:
        """(name, lines) of every window that counts, by name."""
        found = []
        for window in self._names.visible():
            name = self._names.name(window)
            lines = self.lines(window) if name is not None else []
            if name is not None and lines:
                found.append((name, lines))
        return sorted(found, key=lambda pair: pair[0])

    def digest(self, skipped: int) -> tuple[str, list[tuple[str, str]]]:
        """(hex of all, [(window, hex)]); events without effect count, as a copy may lack them."""
        parts = [(name, hashed(repr(lines))) for name, lines in self.windows()]
        return hashed(repr((parts, self._whole(), skipped))), parts

    def look(self) -> str:
        """Equal where fonts, style and metrics are: positions mean the same only then."""
        application = self._binding.application()
        font = application.font()
        metrics = self._binding.gui.QFontMetrics(font)
        facts: Facts = [font.family(), font.pixelSize(), round(font.pointSizeF(), 2)]
        facts += [metrics.height(), metrics.horizontalAdvance("Ships that pass in the night 0123")]
        if self._binding.widgets is not None:
            facts.append(application.style().metaObject().className())
        return hashed(repr(facts))


def _path(index: Any) -> list[int]:
    """Rows and columns from the root of a model to an index."""
    path: list[int] = []
    while index.isValid():
        path = [index.row(), index.column(), *path]
        index = index.parent()
    return path


def _columns(model: Any, parent: Any) -> int:
    """How many; lists of one column keep the function to themselves."""
    try:
        return int(model.columnCount(parent))
    except TypeError:
        return 1
