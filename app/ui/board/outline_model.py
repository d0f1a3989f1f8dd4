"""The rows of the outline as a tree for Qt: two levels, changed where the board changed.

Few changes are told row by row, so that places and open groups stay; of many the whole is read.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from typing import cast

from PySide6.QtCore import (
    QAbstractItemModel,
    QItemSelection,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from app.core.ids import SiteId
from app.node.api import BoardObjectShown
from app.ui.board.outline_rows import OutlineRows, ReadingKey, Thing
from app.ui.strings import Outline

Index = QModelIndex | QPersistentModelIndex

ONE_BY_ONE_MAX = 128
"""More changes than this are read as a whole."""
THING = int(Qt.ItemDataRole.UserRole) + 1
"""Role of the `BoardObjectShown` of a row; None for a group."""


class OutlineModel(QAbstractItemModel):
    """A thing of a group has its group's number inside its index, one of the first level 0."""

    def __init__(self, name_of: Callable[[SiteId], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name_of = name_of
        self._rows = OutlineRows()

    def __len__(self) -> int:
        """All things, with those in groups."""
        return len(self._rows.things)

    # --- what the board tells ---------------------------------------------------------------------

    def show_all(self, objects: Iterable[BoardObjectShown]) -> None:
        """These and no others."""
        self.beginResetModel()
        rows = self._rows = OutlineRows()
        for shown in objects:
            if not shown.open:
                thing = rows.thing_of(shown)
                rows.add(thing)
                if shown.group:
                    rows.put_in(thing)
        alone = [each.key for each in rows.things.values() if not each.shown.group]
        rows.keys = sorted([*alone, *(group.key for group in rows.groups.values())])
        self.endResetModel()

    def show_changed(self, objects: Mapping[str, BoardObjectShown], ids: Iterable[str]) -> None:
        """These ids are new, look otherwise, or are gone from `objects`."""
        named = list(ids)
        if len(named) > ONE_BY_ONE_MAX:
            self.show_all(objects.values())
            return
        for object_id in named:
            self._change(self._rows.things.get(object_id), objects.get(object_id))

    def _change(self, before: Thing | None, shown: BoardObjectShown | None) -> None:
        now = self._rows.thing_of(shown) if shown is not None and not shown.open else None
        if before is not None and now is not None:
            if before.key == now.key and before.shown.group == now.shown.group:
                self._rows.drop(before)
                self._rows.add(now)
                at = self.find(now.shown.id)
                self.dataChanged.emit(at, at)
                return
        if before is not None:
            self._leave(before)
        if now is not None:
            self._enter(now)

    def _leave(self, thing: Thing) -> None:
        rows, group = self._rows, self._rows.groups.get(thing.shown.group)
        if group is None:
            self._remove(thing.key)
            rows.drop(thing)
        elif thing.key == group.key:
            # The row of the group goes with its first thing; the others bring it back.
            self._remove(thing.key)
            rows.take_out(thing)
            rows.drop(thing)
            if group.keys:
                self._insert(group.key)
        else:
            parent, place = self._group_index(group.key), bisect_left(group.keys, thing.key)
            self.beginRemoveRows(parent, place, place)
            rows.take_out(thing)
            rows.drop(thing)
            self.endRemoveRows()

    def _enter(self, thing: Thing) -> None:
        rows, group = self._rows, self._rows.groups.get(thing.shown.group)
        if not thing.shown.group:
            self._insert(thing.key, lambda: rows.add(thing))
        elif group is None or thing.key < group.key:
            if group is not None:
                self._remove(group.key)

            def put_in() -> None:
                rows.add(thing)
                rows.put_in(thing)

            self._insert(thing.key, put_in)
        else:
            parent, place = self._group_index(group.key), bisect_left(group.keys, thing.key)
            self.beginInsertRows(parent, place, place)
            rows.add(thing)
            rows.put_in(thing)
            self.endInsertRows()

    def _remove(self, key: ReadingKey) -> None:
        place = self._rows.place(key)
        self.beginRemoveRows(QModelIndex(), place, place)
        del self._rows.keys[place]
        self.endRemoveRows()

    def _insert(self, key: ReadingKey, before: Callable[[], None] = lambda: None) -> None:
        place = self._rows.place(key)
        self.beginInsertRows(QModelIndex(), place, place)
        before()
        self._rows.keys.insert(place, key)
        self.endInsertRows()

    def _group_index(self, key: ReadingKey) -> QModelIndex:
        return self.createIndex(self._rows.place(key), 0, 0)

    # --- what others read -------------------------------------------------------------------------

    def ids_at(self, index: Index) -> tuple[str, ...]:
        """What a row stands for: a thing, or all things of a group."""
        key = self._key_at(index)
        if key is None:
            return ()
        group = self._rows.group_of(key) if index.internalId() == 0 else None
        return (key[2],) if group is None else tuple([each[2] for each in group.keys])

    def find(self, object_id: str) -> QModelIndex:
        """The index of a thing; invalid if it is not here."""
        thing = self._rows.things.get(object_id)
        if thing is None:
            return QModelIndex()
        group = self._rows.groups.get(thing.shown.group)
        if group is None:
            return self.createIndex(self._rows.place(thing.key), 0, 0)
        return self.createIndex(bisect_left(group.keys, thing.key), 0, group.number)

    def selection_of(self, ids: Iterable[str]) -> QItemSelection:
        """Rows of things, neighbours as one stretch."""
        places: dict[int, list[int]] = {}
        for object_id in ids:
            at = self.find(object_id)
            if at.isValid():
                places.setdefault(at.internalId(), []).append(at.row())
        chosen = QItemSelection()
        for number, found in places.items():
            for first, last in _stretches(sorted(found)):
                chosen.select(self.createIndex(first, 0, number), self.createIndex(last, 0, number))
        return chosen

    def _key_at(self, index: Index) -> ReadingKey | None:
        if not index.isValid():
            return None
        number = index.internalId()
        if number == 0:
            return self._rows.keys[index.row()]
        return self._rows.groups[self._rows.group_numbers[number]].keys[index.row()]

    # --- Qt ---------------------------------------------------------------------------------------

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        """The index of a row."""
        if column or row < 0 or row >= self.rowCount(parent):
            return QModelIndex()
        if not parent.isValid():
            return self.createIndex(row, 0, 0)
        group = self._rows.group_of(self._rows.keys[parent.row()])
        return self.createIndex(row, 0, group.number if group is not None else 0)

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override] # noqa: B008
        """The group of a thing."""
        name = self._rows.group_numbers.get(index.internalId()) if index.isValid() else None
        return QModelIndex() if name is None else self._group_index(self._rows.groups[name].key)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name
        """Number of things and groups, or of a group's things."""
        if not parent.isValid():
            return len(self._rows.keys)
        if parent.internalId():
            return 0
        group = self._rows.group_of(self._rows.keys[parent.row()])
        return len(group.keys) if group is not None else 0

    def columnCount(self, _parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name
        """One."""
        return 1

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:  # noqa: N802, B008 - Qt's name
        """Whether it is a group."""
        return self.rowCount(parent) > 0

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """Text, sentence for screen readers and tips, or the object."""
        key = self._key_at(index)
        if key is None:
            return None
        rows = self._rows
        group = rows.group_of(key) if index.internalId() == 0 else None
        if role == THING:
            return rows.things[key[2]].shown if group is None else None
        spoken = role in (int(Qt.ItemDataRole.AccessibleTextRole), int(Qt.ItemDataRole.ToolTipRole))
        if not spoken and role != int(Qt.ItemDataRole.DisplayRole):
            return None
        if group is not None:
            return Outline.GROUP(len(group.keys))
        return rows.spoken(key[2], self._name_of) if spoken else rows.text(key[2])


def thing_at(index: Index) -> BoardObjectShown | None:
    """The object of an index of an `OutlineModel`; None for a group."""
    return cast("BoardObjectShown | None", index.data(THING))


def _stretches(places: list[int]) -> list[tuple[int, int]]:
    """Neighbouring numbers as (first, last)."""
    found: list[tuple[int, int]] = []
    for place in places:
        if found and found[-1][1] + 1 >= place:
            found[-1] = (found[-1][0], place)
        else:
            found.append((place, place))
    return found
