"""An ordinary Qt program with every common widget, for the situations that a guest must master.

Runs with PySide6 or, if the first argument says so, PyQt6.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

BINDING = "PyQt6" if sys.argv[1:] == ["PyQt6"] else "PySide6"
core: Any = importlib.import_module(f"{BINDING}.QtCore")
gui: Any = importlib.import_module(f"{BINDING}.QtGui")
widgets: Any = importlib.import_module(f"{BINDING}.QtWidgets")
Qt = core.Qt


class Canvas(widgets.QWidget):  # type: ignore[misc]
    """Counts what the mouse does in it."""

    def __init__(self, log: Any) -> None:
        super().__init__(objectName="canvas")
        self.log = log
        self.setMinimumSize(120, 80)

    def mousePressEvent(self, event: Any) -> None:  # noqa: N802
        self.log(f"press {event.position().toPoint().x()}")

    def mouseMoveEvent(self, event: Any) -> None:  # noqa: N802
        self.log(f"move {event.position().toPoint().x()}")

    def mouseReleaseEvent(self, event: Any) -> None:  # noqa: N802
        self.log(f"release {event.position().toPoint().x()}")

    def mouseDoubleClickEvent(self, event: Any) -> None:  # noqa: N802
        self.log("double")

    def wheelEvent(self, event: Any) -> None:  # noqa: N802
        self.log(f"wheel {event.angleDelta().y()}")


class Main(widgets.QMainWindow):  # type: ignore[misc]
    """The window."""

    def __init__(self) -> None:
        super().__init__(objectName="main")
        self.setWindowTitle("Every widget")
        self.log_view = widgets.QPlainTextEdit(objectName="log", readOnly=True)
        self.dirty = False
        self.build_menus()
        tabs = widgets.QTabWidget(objectName="tabs")
        tabs.addTab(self.page_of_texts(), "Texts")
        tabs.addTab(self.page_of_values(), "Values")
        tabs.addTab(self.page_of_views(), "Views")
        tabs.addTab(self.page_of_drags(), "Drags")
        tabs.addTab(self.page_of_canvas(), "Canvas")
        split = widgets.QSplitter(Qt.Orientation.Vertical, objectName="split")
        split.addWidget(tabs)
        split.addWidget(self.log_view)
        self.setCentralWidget(split)
        self.resize(640, 560)

    def log(self, text: str) -> None:
        self.log_view.appendPlainText(text)

    def build_menus(self) -> None:
        file = self.menuBar().addMenu("&File")
        self.action(file, "&New", "Ctrl+N", lambda: self.log("new"))
        self.action(file, "&Open", "Ctrl+O", self.open_file)
        self.action(file, "&Save", "Ctrl+S", self.save_file)
        more = file.addMenu("&More")
        self.action(more, "&Alpha", "", lambda: self.log("alpha"))
        self.action(more, "&Beta", "Ctrl+K, Ctrl+B", lambda: self.log("beta"))
        deep = more.addMenu("&Deep")
        self.action(deep, "&Gamma", "", lambda: self.log("gamma"))
        self.action(file, "&Quit", "Ctrl+Q", self.close)
        edit = self.menuBar().addMenu("&Edit")
        self.action(edit, "&Paste", "", self.paste)
        checked = self.action(edit, "&Wrap", "F7", lambda on=False: self.log(f"wrap {on}"))
        checked.setCheckable(True)
        ask = self.menuBar().addMenu("&Ask")
        self.action(ask, "&Dialog", "Ctrl+D", self.ask_dialog)
        self.action(ask, "&Message", "", self.ask_message)
        self.action(ask, "&Input", "", self.ask_input)
        self.action(ask, "&Color", "", self.ask_color)
        self.action(ask, "&About Qt", "", widgets.QApplication.aboutQt)

    def action(self, menu: Any, text: str, keys: str, done: Any) -> Any:
        action = gui.QAction(text, self)
        if keys:
            action.setShortcut(gui.QKeySequence(keys))
        action.triggered.connect(lambda checked=False: done())
        menu.addAction(action)
        return action

    def paste(self) -> None:
        self.line.paste()

    def open_file(self) -> None:
        path, _kind = widgets.QFileDialog.getOpenFileName(self, "Open", "", "Text (*.txt)")
        self.log(f"open {path}")

    def save_file(self) -> None:
        path, _kind = widgets.QFileDialog.getSaveFileName(self, "Save", "", "Text (*.txt)")
        self.log(f"save {path}")

    def ask_dialog(self) -> None:
        dialog = widgets.QDialog(self)
        layout = widgets.QVBoxLayout(dialog)
        line = widgets.QLineEdit(objectName="answer")
        combo = widgets.QComboBox(objectName="choice")
        combo.addItems(["one", "two", "three"])
        more = widgets.QPushButton("More", objectName="more", autoDefault=False)
        more.clicked.connect(lambda: widgets.QMessageBox.question(dialog, "Sure?", "Sure?"))
        good = widgets.QPushButton("Good", objectName="good", default=True)
        good.clicked.connect(dialog.accept)
        for each in (line, combo, more, good):
            layout.addWidget(each)
        result = dialog.exec()
        self.log(f"dialog {result} {line.text()} {combo.currentText()}")

    def ask_message(self) -> None:
        answer = widgets.QMessageBox.question(self, "Sure?", "Are you sure?")
        self.log(f"message {answer == widgets.QMessageBox.StandardButton.Yes}")

    def ask_input(self) -> None:
        text, good = widgets.QInputDialog.getText(self, "Name", "Your name")
        self.log(f"input {text} {good}")

    def ask_color(self) -> None:
        color = widgets.QColorDialog.getColor(gui.QColor("red"), self)
        self.log(f"color {color.name()}")

    def page_of_texts(self) -> Any:
        page = widgets.QWidget()
        layout = widgets.QVBoxLayout(page)
        self.line = widgets.QLineEdit(objectName="line")
        self.line.textChanged.connect(lambda text: setattr(self, "dirty", True))
        self.word = widgets.QLineEdit(objectName="word")
        completer = widgets.QCompleter(["apple", "apricot", "banana"], self.word)
        self.word.setCompleter(completer)
        self.text = widgets.QTextEdit(objectName="text")
        self.text.setPlainText("The quick brown fox\njumps over the lazy dog\n" * 12)
        for each in (self.line, self.word, self.text):
            layout.addWidget(each)
        return page

    def page_of_values(self) -> Any:
        page = widgets.QWidget()
        layout = widgets.QFormLayout(page)
        check = widgets.QCheckBox("Check", objectName="check")
        check.toggled.connect(lambda on: self.log(f"check {on}"))
        one, two = widgets.QRadioButton("One", objectName="one"), widgets.QRadioButton("Two")
        two.setObjectName("two")
        slider = widgets.QSlider(Qt.Orientation.Horizontal, objectName="slider")
        spin = widgets.QSpinBox(objectName="spin", maximum=10_000)
        combo = widgets.QComboBox(objectName="combo")
        combo.addItems([f"item {place}" for place in range(30)])
        date = widgets.QDateEdit(core.QDate(2026, 1, 15), objectName="date", calendarPopup=True)
        repeat = widgets.QPushButton("Repeat", objectName="repeat", autoRepeat=True)
        repeat.setAutoRepeatDelay(200)
        repeat.setAutoRepeatInterval(40)
        self.count = 0
        repeat.clicked.connect(self.counted)
        tool = widgets.QToolButton(objectName="tool", text="Tool")
        tool.setPopupMode(widgets.QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = widgets.QMenu(tool)
        self.action(menu, "Left", "", lambda: self.log("left"))
        self.action(menu, "Right", "", lambda: self.log("right"))
        tool.setMenu(menu)
        disabled = widgets.QPushButton("Never", enabled=False, objectName="never")
        for label, each in (
            ("a", check), ("b", one), ("c", two), ("d", slider), ("e", spin), ("f", combo),
            ("g", date), ("h", repeat), ("i", tool), ("j", disabled),
        ):  # fmt: skip
            layout.addRow(label, each)
        return page

    def counted(self) -> None:
        self.count += 1
        self.log(f"repeat {self.count}")

    def page_of_views(self) -> Any:
        page = widgets.QWidget()
        layout = widgets.QHBoxLayout(page)
        table = widgets.QTableWidget(8, 3, objectName="table")
        for row in range(8):
            for column in range(3):
                cell = widgets.QTableWidgetItem(f"{(row * 5 + column * 3) % 11}")
                table.setItem(row, column, cell)
        table.setSortingEnabled(True)
        tree = widgets.QTreeWidget(objectName="tree")
        tree.setHeaderLabels(["Name"])
        for place in range(5):
            branch = widgets.QTreeWidgetItem(tree, [f"branch {place}"])
            branch.setFlags(branch.flags() | Qt.ItemFlag.ItemIsEditable)
            for leaf in range(3):
                widgets.QTreeWidgetItem(branch, [f"leaf {leaf}"])
        split = widgets.QSplitter(objectName="across")
        split.addWidget(table)
        split.addWidget(tree)
        layout.addWidget(split)
        return page

    def page_of_drags(self) -> Any:
        page = widgets.QWidget()
        layout = widgets.QHBoxLayout(page)
        for name in ("left", "right"):
            each = widgets.QListWidget(objectName=name)
            each.addItems([f"{name} {place}" for place in range(5)])
            each.setDragDropMode(widgets.QAbstractItemView.DragDropMode.DragDrop)
            each.setDefaultDropAction(Qt.DropAction.MoveAction)
            layout.addWidget(each)
        return page

    def page_of_canvas(self) -> Any:
        page = widgets.QWidget()
        layout = widgets.QVBoxLayout(page)
        layout.addWidget(Canvas(self.log))
        self.menu_label = widgets.QLineEdit("menu here", objectName="menus")
        self.menu_label.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.menu_label.customContextMenuRequested.connect(self.context_menu)
        layout.addWidget(self.menu_label)
        return page

    def context_menu(self, place: Any) -> None:
        menu = widgets.QMenu(self)
        menu.addAction("Cut it")
        menu.addAction("Keep it")
        chosen = menu.exec(self.menu_label.mapToGlobal(place))
        self.log(f"context {chosen.text() if chosen else None}")

    def closeEvent(self, event: Any) -> None:  # noqa: N802
        if not self.dirty:
            return
        buttons = widgets.QMessageBox.StandardButton
        answer = widgets.QMessageBox.question(
            self, "Save?", "Save?", buttons.Save | buttons.Discard | buttons.Cancel
        )
        if answer == buttons.Cancel:
            event.ignore()
            self.log("stays")


if __name__ == "__main__":
    application = widgets.QApplication(sys.argv)
    main = Main()
    main.show()
    sys.exit(application.exec())
