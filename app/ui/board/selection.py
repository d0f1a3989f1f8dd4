"""What is chosen on the board: ids, whole groups at once, never what is gone or another's stroke."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from app.node.api import BoardObjectShown
from app.ui.board.model import BoardModel


class Selection(QObject):
    """Ids in the order in which they were chosen."""

    changed = Signal()

    def __init__(self, model: BoardModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._ids: dict[str, None] = {}
        model.renamed.connect(self._rename)
        model.objects_changed.connect(self._drop_gone)

    @property
    def ids(self) -> tuple[str, ...]:
        """What is chosen."""
        return tuple(self._ids)

    @property
    def objects(self) -> list[BoardObjectShown]:
        """What is chosen, as it stands."""
        known = self._model.objects
        return [known[object_id] for object_id in self._ids if object_id in known]

    def __contains__(self, object_id: str) -> bool:
        return object_id in self._ids

    def __len__(self) -> int:
        return len(self._ids)

    def choose(self, ids: Iterable[str]) -> None:
        """Choose these and nothing else."""
        self._set(dict.fromkeys(self.whole_groups(ids)))

    def add(self, ids: Iterable[str]) -> None:
        """Choose these too."""
        self._set({**self._ids, **dict.fromkeys(self.whole_groups(ids))})

    def turn(self, object_id: str) -> None:
        """Choose it and its group, or not if they are."""
        group = self.whole_groups([object_id])
        if object_id in self._ids:
            self._set({each: None for each in self._ids if each not in group})
        else:
            self.add(group)

    def clear(self) -> None:
        """Choose nothing."""
        self._set({})

    def whole_groups(self, ids: Iterable[str]) -> list[str]:
        """These and all that are in a group with one of them."""
        known = self._model.objects
        named = [object_id for object_id in ids if object_id in known and not known[object_id].open]
        groups = {known[object_id].group: None for object_id in named if known[object_id].group}
        if groups:
            named += [each.id for each in known.values() if each.group in groups]
        return list(dict.fromkeys(named))

    def _set(self, ids: dict[str, None]) -> None:
        if ids != self._ids:
            self._ids = ids
            self.changed.emit()

    def _rename(self, old: str, new: str) -> None:
        if old in self._ids:
            self._set({(new if each == old else each): None for each in self._ids})

    def _drop_gone(self, _changed: object, gone: tuple[str, ...]) -> None:
        if any(object_id in self._ids for object_id in gone):
            self._set({each: None for each in self._ids if each not in gone})
