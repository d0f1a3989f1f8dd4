"""A small text editor: menus, shortcuts, find and replace, settings, and a question at the end."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QCloseEvent, QFont, QKeySequence, QTextCursor, QTextDocument
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QInputDialog,
    QLabel,
    QLineEdit,
    QMainWindow,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QToolBar,
    QVBoxLayout,
)

FIRST_TEXT = """Berth plan

Monday: the ferry from Tartu comes at seven.
Tuesday: quay 3 is closed until noon.
Wednesday: two trawlers, one tug.
"""


class FindDialog(QDialog):
    """Find and replace; stays open beside the text."""

    def __init__(self, window: Editor) -> None:
        super().__init__(window)
        self.setWindowTitle("Find and replace")
        self.window_ = window
        self.wanted, self.instead = QLineEdit(), QLineEdit()
        self.exact = QCheckBox("Match case")
        self.found = QLabel("")
        layout = QVBoxLayout(self)
        form = QFormLayout()
        form.addRow("Find", self.wanted)
        form.addRow("Replace by", self.instead)
        layout.addLayout(form)
        layout.addWidget(self.exact)
        layout.addWidget(self.found)
        for text, done in (
            ("&Next", self.next),
            ("&Replace all", self.replace_all),
            ("&Close", self.close),
        ):
            button = QPushButton(text)
            button.clicked.connect(done)
            layout.addWidget(button)

    def flags(self) -> QTextDocument.FindFlag:
        """How to compare letters."""
        sensitive = QTextDocument.FindFlag.FindCaseSensitively
        return sensitive if self.exact.isChecked() else QTextDocument.FindFlag(0)

    def next(self) -> None:
        """Select the next place, from the top again after the last one."""
        text = self.window_.text
        if not text.find(self.wanted.text(), self.flags()):
            text.moveCursor(QTextCursor.MoveOperation.Start)
            if not text.find(self.wanted.text(), self.flags()):
                self.found.setText("Not found")
                return
        self.found.setText(f"Line {text.textCursor().blockNumber() + 1}")

    def replace_all(self) -> None:
        """Replace every place, as one step for undo."""
        wanted = self.wanted.text()
        if not wanted:
            return
        document = self.window_.text.document()
        cursor = QTextCursor(document)
        cursor.beginEditBlock()
        count = 0
        place = document.find(wanted, 0, self.flags())
        while not place.isNull():
            place.insertText(self.instead.text())
            count += 1
            place = document.find(wanted, place.position(), self.flags())
        cursor.endEditBlock()
        self.found.setText(f"{count} replaced")


class SettingsDialog(QDialog):
    """Size of letters and wrapping of lines."""

    def __init__(self, window: Editor) -> None:
        super().__init__(window)
        self.setWindowTitle("Settings")
        self.size_ = QSpinBox(minimum=6, maximum=48, value=window.text.font().pointSize())
        self.wrap = QCheckBox(checked=window.wrap.isChecked())
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form = QFormLayout(self)
        form.addRow("Size of letters", self.size_)
        form.addRow("Wrap long lines", self.wrap)
        form.addRow(buttons)


class Editor(QMainWindow):
    """The window."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("editor")
        self.text = QPlainTextEdit(FIRST_TEXT)
        self.text.setFont(QFont("monospace", 11))
        self.setCentralWidget(self.text)
        self.path: str | None = None
        self.finder: FindDialog | None = None
        self.build_menus()
        self.place = QLabel()
        self.statusBar().addPermanentWidget(self.place)
        self.text.cursorPositionChanged.connect(self.show_place)
        self.text.document().modificationChanged.connect(self.setWindowModified)
        self.show_place()
        self.show_title()
        self.resize(560, 420)

    def build_menus(self) -> None:
        """Menus and the bar of tools."""
        bar = QToolBar("Tools")
        self.addToolBar(bar)
        keys = QKeySequence.StandardKey
        file, edit, view = (self.menuBar().addMenu(name) for name in ("&File", "&Edit", "&View"))
        rows = (
            (file, "&New", keys.New, self.new, True),
            (file, "&Open…", keys.Open, self.open, True),
            (file, "&Save", keys.Save, self.save, True),
            (file, "Save &as…", keys.SaveAs, self.save_as, False),
            (file, "&Quit", keys.Quit, self.close, False),
            (edit, "&Undo", keys.Undo, self.text.undo, True),
            (edit, "&Redo", keys.Redo, self.text.redo, True),
            (edit, "Cu&t", keys.Cut, self.text.cut, False),
            (edit, "&Copy", keys.Copy, self.text.copy, False),
            (edit, "&Paste", keys.Paste, self.text.paste, False),
            (edit, "&Find…", keys.Find, self.find, True),
            (edit, "&Go to line…", "Ctrl+G", self.go_to_line, False),
            (edit, "UPPER CASE", "Ctrl+K, Ctrl+U", self.upper, False),
            (view, "&Larger", keys.ZoomIn, lambda: self.text.zoomIn(1), False),
            (view, "&Smaller", keys.ZoomOut, lambda: self.text.zoomOut(1), False),
            (view, "Se&ttings…", "F9", self.settings, False),
            (view, "&About", "F1", self.about, False),
        )
        for menu, text, key, done, tool in rows:
            action = QAction(text, self)
            action.setShortcut(QKeySequence(key))
            action.triggered.connect(lambda _checked=False, done=done: done())
            menu.addAction(action)
            if tool:
                bar.addAction(action)
        self.wrap = QAction("&Wrap lines", self, checkable=True, checked=True)
        self.wrap.toggled.connect(self.set_wrap)
        view.addAction(self.wrap)

    def show_place(self) -> None:
        """Line and column."""
        cursor = self.text.textCursor()
        self.place.setText(f"{cursor.blockNumber() + 1}:{cursor.columnNumber() + 1}")

    def show_title(self) -> None:
        """The file's name."""
        name = Path(self.path).name if self.path else "Untitled"
        self.setWindowTitle(f"{name}[*] – Editor")

    def set_wrap(self, on: bool) -> None:
        """Wrap long lines or not."""
        mode = QPlainTextEdit.LineWrapMode
        self.text.setLineWrapMode(mode.WidgetWidth if on else mode.NoWrap)

    def kept(self) -> bool:
        """Ask what to do with changes; False: go back."""
        if not self.text.document().isModified():
            return True
        buttons = QMessageBox.StandardButton
        answer = QMessageBox.warning(
            self,
            "Editor",
            "The text has changes. Save them?",
            buttons.Save | buttons.Discard | buttons.Cancel,
        )
        if answer == buttons.Save:
            return self.save()
        return answer == buttons.Discard

    def new(self) -> None:
        """An empty text."""
        if self.kept():
            self.text.clear()
            self.path = None
            self.show_title()

    def open(self) -> None:
        """Another text."""
        if not self.kept():
            return
        path, _kind = QFileDialog.getOpenFileName(self, "Open", "", "Texts (*.txt);;All files (*)")
        if path:
            self.text.setPlainText(Path(path).read_text(encoding="utf-8", errors="replace"))
            self.path = path
            self.show_title()

    def save(self) -> bool:
        """Write the text; False if no file was chosen."""
        if self.path is None:
            return self.save_as()
        Path(self.path).write_text(self.text.toPlainText(), encoding="utf-8")
        self.text.document().setModified(False)
        self.statusBar().showMessage("Saved")
        return True

    def save_as(self) -> bool:
        """Choose a file and write the text."""
        path, _kind = QFileDialog.getSaveFileName(self, "Save as", "", "Texts (*.txt)")
        if not path:
            return False
        self.path = path
        self.show_title()
        return self.save()

    def find(self) -> None:
        """Open the dialog, or bring it to the front."""
        if self.finder is None:
            self.finder = FindDialog(self)
        self.finder.show()
        self.finder.activateWindow()
        self.finder.wanted.setFocus()

    def go_to_line(self) -> None:
        """Ask for a line."""
        last = self.text.blockCount()
        line, good = QInputDialog.getInt(self, "Go to line", "Line", 1, 1, last)
        if good:
            cursor = QTextCursor(self.text.document().findBlockByNumber(line - 1))
            self.text.setTextCursor(cursor)

    def upper(self) -> None:
        """The selected text in capitals."""
        cursor = self.text.textCursor()
        cursor.insertText(cursor.selectedText().upper().replace("\u2029", "\n"))

    def settings(self) -> None:
        """Letters and lines."""
        dialog = SettingsDialog(self)
        if dialog.exec():
            font = self.text.font()
            font.setPointSize(dialog.size_.value())
            self.text.setFont(font)
            self.wrap.setChecked(dialog.wrap.isChecked())

    def about(self) -> None:
        """What this is."""
        QMessageBox.about(self, "Editor", "A small editor for texts.")

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Not without asking."""
        event.setAccepted(self.kept())


def main() -> int:
    """Run it."""
    application = QApplication(sys.argv)
    application.setAttribute(Qt.ApplicationAttribute.AA_DontShowIconsInMenus)
    editor = Editor()
    editor.show()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
