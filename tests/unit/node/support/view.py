"""A window in short: what it would show after all it was told."""

from __future__ import annotations

from typing import Any

from app.core.ids import EntryId
from app.node.api import (
    BoardChanged,
    BoardObjectShown,
    ChatRow,
    ChatRowsChanged,
    ChatRowsGone,
    EditBoard,
    PeopleChanged,
    PersonShown,
    SayChat,
    UndoChanged,
)
from app.node.api.board import BoardOp
from tests.unit.node.support.world import Site


class View:
    """Replays a site's events."""

    def __init__(self, site: Site) -> None:
        self.site = site

    @property
    def rows(self) -> list[ChatRow]:
        """Lines in order of the log, waiting ones last."""
        rows: dict[EntryId, ChatRow] = {}
        for event in self.site.events:
            if isinstance(event, ChatRowsGone):
                rows = {
                    key: row
                    for key, row in rows.items()
                    if row.index is None or row.index < event.first_index
                }
            elif isinstance(event, ChatRowsChanged):
                for row in event.rows:
                    rows.pop(row.id, None)
                    rows[row.id] = row
        return sorted(rows.values(), key=lambda row: row.index or 2**60)

    @property
    def said(self) -> list[tuple[str, str]]:
        """(text, state) of the rows."""
        return [(row.text, row.state) for row in self.rows]

    @property
    def objects(self) -> dict[str, BoardObjectShown]:
        objects: dict[str, BoardObjectShown] = {}
        for event in self.site.told(BoardChanged):
            objects.update({each.id: each for each in event.objects})
            for object_id in event.gone:
                objects.pop(object_id, None)
        return objects

    @property
    def undo(self) -> UndoChanged:
        return [UndoChanged(can_undo=False, can_redo=False), *self.site.told(UndoChanged)][-1]

    @property
    def people(self) -> dict[str, PersonShown]:
        return {person.name: person for person in self.site.told(PeopleChanged)[-1].people}

    # --- hands ---

    def says(self, text: str, reply_to: EntryId | None = None) -> EntryId:
        entry: EntryId = self.site.value(self.site.do(lambda t: SayChat(t, text, reply_to)))
        return entry

    def draws(self, *ops: BoardOp, board: str = "main") -> Any:
        """The answer to an edit: the id of what the first operation made, or a refusal."""
        answer = self.site.ask(lambda token: EditBoard(token, board, ops))
        value = getattr(answer, "value", None)
        return answer if value is None else f"{value}.0"
