"""What is done with what is chosen, by action: copy, order, group, lock, delete."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QByteArray, QMimeData, QUuid
from PySide6.QtGui import QAction, QGuiApplication

from app.core import limits
from app.core.errors import LocalError
from app.node.api import AddOp, BoardOp
from app.ui.board import edits
from app.ui.board.desk import Desk
from app.ui.board.render import to_image
from app.ui.tokens import LIGHT

_NEEDS_CHOSEN = (
    "duplicate",
    "delete",
    "copy",
    "cut",
    "group",
    "ungroup",
    "front",
    "back",
    "lock",
    "zoom-selection",
)
_PICTURED_MAX = 500
"""Things that are also copied as a picture, for other programs; more would take a while."""


def new_group() -> str:
    """A name that no other group has."""
    return QUuid.createUuid().toString(QUuid.StringFormat.Id128)[:12]


class Chosen:
    """Acts on the selection of a desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def actions(self) -> dict[str, Callable[[], object]]:
        """Action: what it does."""
        return {
            "duplicate": self.duplicate,
            "delete": self.delete,
            "select-all": self.choose_all,
            "copy": self.copy,
            "cut": self.cut,
            "paste": self.paste,
            "group": self.group,
            "ungroup": self.ungroup,
            "front": self.to_front,
            "back": self.to_back,
            "lock": self.lock,
        }

    def enable(self, actions: Mapping[str, QAction]) -> None:
        """Only what means something can be chosen from menus; *Lock* tells whether all is locked."""
        some = bool(len(self._desk.selection))
        for name in _NEEDS_CHOSEN:
            actions[name].setEnabled(some)
        actions["lock"].setChecked(some and self._all_locked)

    @property
    def _all_locked(self) -> bool:
        return all(shown.locked for shown in self._desk.selection.objects)

    def choose_all(self) -> None:
        """Everything that is not locked."""
        objects = self._desk.scene.in_order()
        self._desk.selection.choose(shown.id for shown in objects if not shown.locked)

    def duplicate(self) -> None:
        """Copies, a little beside."""
        beside = edits.PASTE_OFFSET_PX
        ops = edits.copy_ops(self._desk.selection.objects, beside, beside, new_group())
        self._desk.selection.choose(self._desk.do(ops))

    def delete(self) -> None:
        """Gone; undo brings it back."""
        ids = [shown.id for shown in self._desk.movable()]
        self._desk.do(edits.delete_ops(ids))

    def copy(self) -> None:
        """To the clipboard: for boards as things, for other programs as text and picture."""
        chosen = self._desk.selection.objects
        if not chosen:
            return
        data = QMimeData()
        data.setData(edits.MIME, QByteArray(edits.to_clipboard(chosen)))
        texts = [shown.text for shown in edits.in_order(chosen) if shown.text]
        if texts:
            data.setText("\n".join(texts))
        if len(chosen) <= _PICTURED_MAX:
            data.setImageData(to_image(chosen, LIGHT))
        QGuiApplication.clipboard().setMimeData(data)

    def cut(self) -> None:
        """To the clipboard, and gone."""
        self.copy()
        self.delete()

    def paste(self) -> None:
        """From the clipboard to where the person aims; plain text becomes a text."""
        data = QGuiApplication.clipboard().mimeData()
        try:
            if data.hasFormat(edits.MIME):
                pasted = edits.from_clipboard(bytes(data.data(edits.MIME).data()))
                ops = edits.paste_ops(pasted, self._desk.aim, new_group())
            elif data.hasText() and data.text().strip():
                ops = self._text_ops(data.text())
            else:
                return
        except LocalError as error:
            self._desk.say(str(error))
            return
        self._desk.selection.choose(self._desk.do(ops))

    def _text_ops(self, text: str) -> list[BoardOp]:
        style, at = self._desk.style.style, self._desk.aim
        cut = text[: limits.TEXT_CHARACTERS_MAX]
        fields = (
            ("x", at.x()),
            ("y", at.y()),
            ("text", cut),
            ("size", style.text_size),
            ("stroke", style.stored_stroke),
        )
        return [AddOp("text", fields)]

    def group(self) -> None:
        """Held together."""
        ids = self._desk.selection.ids
        if len(ids) > 1:
            self._desk.do(edits.field_ops(ids, group=new_group()))

    def ungroup(self) -> None:
        """Let go."""
        ids = [shown.id for shown in self._desk.selection.objects if shown.group]
        self._desk.do(edits.field_ops(ids, group=""))

    def to_front(self) -> None:
        """Over everything."""
        chosen, objects = self._desk.movable(), self._desk.model.objects
        self._desk.try_to(lambda: edits.front_ops(chosen, objects.values()))

    def to_back(self) -> None:
        """Under everything."""
        chosen, objects = self._desk.movable(), self._desk.model.objects
        self._desk.try_to(lambda: edits.back_ops(chosen, objects.values()))

    def lock(self) -> None:
        """Locked, or let go if all of it is locked."""
        chosen = self._desk.selection.objects
        ids = [shown.id for shown in chosen]
        self._desk.do(edits.field_ops(ids, locked=not self._all_locked))
