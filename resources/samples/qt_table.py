"""A table of ships that can be sorted, filtered, edited and added to."""

from __future__ import annotations

import sys
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QDate,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QCheckBox,
    QComboBox,
    QDateEdit,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMainWindow,
    QMenu,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QTableView,
    QVBoxLayout,
    QWidget,
)

COLUMNS = ("Ship", "Kind", "Length", "Arrives", "Moored")
KINDS = ("Ferry", "Tug", "Trawler", "Tanker")
NAMES = (
    "Astrid", "Bruno", "Cordula", "Dagmar", "Eiko", "Frieda", "Gorch", "Hanne", "Ilse", "Jonna",
    "Klara", "Lotte", "Mira", "Nora", "Ole", "Pax", "Runa", "Sven", "Tilda", "Ulla",
)  # fmt: skip

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole


def first_rows() -> list[list[Any]]:
    """Ships to begin with."""
    return [
        [
            f"MV {name}",
            KINDS[place % len(KINDS)],
            20 + place * 37 % 140,
            QDate(2026, 6, 1).addDays(place * 11 % 30),
            place % 3 == 0,
        ]
        for place, name in enumerate(NAMES)
    ]


class Ships(QAbstractTableModel):
    """Rows of a ship each."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = first_rows()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        """Ships."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        """What is known of each."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:  # noqa: N802
        """Names of columns."""
        if role == Role.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return COLUMNS[section]
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        """One cell."""
        value = self.rows[index.row()][index.column()]
        if index.column() == len(COLUMNS) - 1:
            if role == Role.CheckStateRole:
                return Qt.CheckState.Checked if value else Qt.CheckState.Unchecked
            return None
        if role == Role.DisplayRole:
            return value.toString("yyyy-MM-dd") if isinstance(value, QDate) else value
        return value if role == Role.EditRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """All can be edited."""
        flags = super().flags(index)
        if index.column() == len(COLUMNS) - 1:
            return flags | Qt.ItemFlag.ItemIsUserCheckable
        return flags | Qt.ItemFlag.ItemIsEditable

    def setData(self, index: Index, value: Any, role: int = 0) -> bool:  # noqa: N802
        """A cell was edited."""
        row = self.rows[index.row()]
        if role == Role.CheckStateRole:
            row[index.column()] = Qt.CheckState(value) == Qt.CheckState.Checked
        elif role == Role.EditRole:
            row[index.column()] = value
        else:
            return False
        self.dataChanged.emit(index, index)
        return True

    def add(self, row: list[Any]) -> None:
        """One more ship."""
        place = len(self.rows)
        self.beginInsertRows(QModelIndex(), place, place)
        self.rows.append(row)
        self.endInsertRows()

    def remove(self, place: int) -> None:
        """A ship leaves."""
        self.beginRemoveRows(QModelIndex(), place, place)
        del self.rows[place]
        self.endRemoveRows()


class Filtered(QSortFilterProxyModel):
    """By name, kind and whether they are moored."""

    def __init__(self) -> None:
        super().__init__()
        self.name, self.kind, self.only_moored = "", "", False

    def look_for(self, name: str, kind: str, only_moored: bool) -> None:
        """Show these only."""
        self.name, self.kind, self.only_moored = name.lower(), kind, only_moored
        self.invalidate()

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:  # noqa: N802
        """Whether a row is shown."""
        ship, kind, _length, _date, moored = self.sourceModel().rows[source_row]
        return (
            self.name in ship.lower()
            and self.kind in ("", kind)
            and (moored or not self.only_moored)
        )


class AddDialog(QDialog):
    """A new ship."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Add a ship")
        self.ship, self.kind = QLineEdit(), QComboBox()
        self.kind.addItems(KINDS)
        self.length_ = QSpinBox(minimum=5, maximum=400, value=50)
        self.date = QDateEdit(QDate(2026, 6, 15), calendarPopup=True)
        self.moored = QCheckBox()
        form = QFormLayout(self)
        for name, each in zip(
            COLUMNS, (self.ship, self.kind, self.length_, self.date, self.moored), strict=True
        ):
            form.addRow(name, each)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)

    def row(self) -> list[Any]:
        """What was filled in."""
        return [
            self.ship.text() or "MV Nameless",
            self.kind.currentText(),
            self.length_.value(),
            self.date.date(),
            self.moored.isChecked(),
        ]


class Window(QMainWindow):
    """The window."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("ships")
        self.setWindowTitle("Ships")
        self.ships, self.filtered = Ships(), Filtered()
        self.filtered.setSourceModel(self.ships)
        self.filtered.setSortRole(Role.EditRole)
        self.view = QTableView()
        self.view.setModel(self.filtered)
        self.view.setSortingEnabled(True)
        self.view.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self.menu)
        self.name = QLineEdit(placeholderText="Part of the name", clearButtonEnabled=True)
        self.kind = QComboBox()
        self.kind.addItems(["All kinds", *KINDS])
        self.moored = QCheckBox("Moored only")
        self.count, self.full = QLabel(), QProgressBar(maximum=100)
        add = QPushButton("&Add…")
        add.clicked.connect(self.add)
        across = QHBoxLayout()
        for each in (self.name, self.kind, self.moored, add):
            across.addWidget(each)
        below = QHBoxLayout()
        below.addWidget(self.count)
        below.addWidget(self.full)
        page = QWidget()
        down = QVBoxLayout(page)
        down.addLayout(across)
        down.addWidget(self.view)
        down.addLayout(below)
        self.setCentralWidget(page)
        self.name.textChanged.connect(self.look)
        self.kind.currentIndexChanged.connect(self.look)
        self.moored.toggled.connect(self.look)
        for signal in (self.ships.dataChanged, self.ships.rowsInserted, self.ships.rowsRemoved):
            signal.connect(self.look)
        self.look()
        self.resize(620, 440)

    def look(self) -> None:
        """Apply the filter and count."""
        kind = self.kind.currentText() if self.kind.currentIndex() else ""
        self.filtered.look_for(self.name.text(), kind, self.moored.isChecked())
        shown, all_ = self.filtered.rowCount(), len(self.ships.rows)
        self.count.setText(f"{shown} of {all_} ships")
        self.full.setValue(100 * shown // max(1, all_))

    def add(self) -> None:
        """Ask for a ship."""
        dialog = AddDialog(self)
        if dialog.exec():
            self.ships.add(dialog.row())

    def menu(self, place: QPoint) -> None:
        """What can be done with a ship."""
        index = self.view.indexAt(place)
        if not index.isValid():
            return
        menu = QMenu(self)
        moor, remove = menu.addAction("Moor or cast off"), menu.addAction("Remove…")
        chosen = menu.exec(self.view.viewport().mapToGlobal(place))
        row = self.filtered.mapToSource(index).row()
        if chosen is moor:
            cell = self.ships.index(row, len(COLUMNS) - 1)
            on = self.ships.rows[row][-1]
            state = Qt.CheckState.Unchecked if on else Qt.CheckState.Checked
            self.ships.setData(cell, state, Role.CheckStateRole)
        elif chosen is remove:
            name = self.ships.rows[row][0]
            answer = QMessageBox.question(self, "Ships", f"Remove {name}?")
            if answer == QMessageBox.StandardButton.Yes:
                self.ships.remove(row)


def main() -> int:
    """Run it."""
    application = QApplication(sys.argv)
    window = Window()
    window.show()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
