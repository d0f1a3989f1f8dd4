"""What an entry of the log is, in one short line. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.core.ids import SiteId
from app.node.api import EntryShown, fields_of
from app.ui import figures
from app.ui.stick.words import rule_text
from app.ui.strings import PersonColours
from app.ui.strings import StickPanel as Text
from app.ui.swatches import PERSON_COLOURS

TEXT_CHARACTERS = 80
"""More of a line than any column shows."""

NameOf = Callable[[SiteId], str]
Fields = Mapping[str, Any]


def what_text(shown: EntryShown, name_of: NameOf) -> str:
    """The entry's line; its kind and size where this version can't read it."""
    entry = shown.placed.entry
    fields = fields_of(shown)
    if "raw" not in fields:
        said = _chat(entry.kind, fields) or _board(entry.kind, fields)
        said = said or _control(entry.kind, fields, name_of)
        if said:
            return said
    return Text.WHAT_OTHER(kind=entry.kind, size=figures.size(len(entry.body)))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= TEXT_CHARACTERS else line[: TEXT_CHARACTERS - 1] + "…"


def _chat(kind: str, fields: Fields) -> str:
    match kind:
        case "chat":
            return Text.WHAT_CHAT(text=_short(str(fields["text"])))
        case "chat.edit":
            return Text.WHAT_CHAT_EDIT(text=_short(str(fields["text"])))
        case "chat.delete":
            return Text.WHAT_CHAT_DELETE()
        case "chat.react":
            sentence = Text.WHAT_REACT if fields["on"] else Text.WHAT_UNREACT
            return sentence(emoji=str(fields["emoji"]))
        case _:
            return ""


def _board(kind: str, fields: Fields) -> str:
    if kind != "board":
        return ""
    ops = fields["ops"]
    if not ops:
        return Text.WHAT_UNDO() if fields.get("undoes") else Text.WHAT_BOARD()
    op = ops[-1]
    match op["op"]:
        case "begin":
            return Text.WHAT_BEGIN()
        case "end":
            return Text.WHAT_STROKE(len(op["points"]))
        case "add" if op.get("points"):
            return Text.WHAT_STROKE(len(op["points"]))
        case "add":
            return Text.WHAT_ADD(thing=str(op.get("type", "")))
        case "set":
            return Text.WHAT_SET(len(op["ids"]))
        case "move":
            return Text.WHAT_MOVE(len(op["ids"]))
        case "delete":
            return Text.WHAT_DELETE(len(op["ids"]))
        case _:
            return Text.WHAT_BOARD()


def _control(kind: str, fields: Fields, name_of: NameOf) -> str:
    match kind:
        case "profile":
            return _profile(fields)
        case "control.policy":
            return Text.WHAT_POLICY(rule=rule_text(str(fields["policy"])))
        case "control.pin" if fields["site"]:
            return Text.WHAT_PIN(name=name_of(SiteId(str(fields["site"]))))
        case "control.pin":
            return Text.WHAT_UNPIN()
        case "control.role":
            return Text.WHAT_ROLE(role=str(fields["role"]))
        case "control.invite":
            return Text.WHAT_INVITE()
        case "control.revoke":
            return Text.WHAT_REVOKE()
        case "control.came":
            return Text.WHAT_CAME()
        case "control.title":
            return Text.WHAT_TITLE(text=_short(str(fields["title"])))
        case _:
            return ""


def _profile(fields: Fields) -> str:
    colour = str(fields["colour"])
    name = _short(str(fields["name"]))
    if colour not in PERSON_COLOURS:
        return Text.WHAT_PROFILE_PLAIN(name=name)
    return Text.WHAT_PROFILE(name=name, colour=PersonColours.COLOUR[colour]())
