"""What an entry of the log holds, for people: the rooms' own reader, so that no window has another."""

from __future__ import annotations

from typing import Any

from app.node.api.events import EntryShown
from app.rooms.json_form import body_to_json


def fields_of(shown: EntryShown) -> dict[str, Any]:
    """The fields of its body by name, as `log` prints them; `raw` alone if it can't be read."""
    entry = shown.placed.entry
    return body_to_json(entry.kind, entry.body)
