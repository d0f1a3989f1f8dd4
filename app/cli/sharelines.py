"""Shared programs as JSON objects: rows of `share`, lines of `site`. Pure; prints nothing."""

from __future__ import annotations

from app.cli.jsonlines import Json
from app.node.api import (
    ConsentShown,
    Event,
    ShareChanged,
    ShareFileWanted,
    ShareGone,
    ShareRefused,
    ShareRepaired,
    ShareShown,
)


def share_json(share: ShareShown) -> Json:
    """A shared program as `share --list` prints it."""
    return {
        "id": share.id,
        "title": share.title,
        "toolkit": share.toolkit,
        "program": share.program,
        "owner": share.owner,
        "phase": share.phase,
        "participants": [
            {
                "site": each.site,
                "name": each.name,
                "current": each.current,
                "same_look": each.same_look,
                "door": each.door,
                "inexact": list(each.inexact),
            }
            for each in share.people
        ],
        "index": share.index,
        "events": share.events,
        "floor": {"policy": share.floor, "holder": share.holder, "queue": list(share.queue)},
        "identical": share.identical,
        "agreed": share.agreed,
        "copies": share.copies,
        "differs": None
        if share.differs is None
        else {"site": share.differs[0], "window": share.differs[1]},
        "copy": "hung" if share.hung else share.copy,
        "replayed": share.told,
        "steps": share.steps,
        "why": share.why,
    }


def consent_json(asked: ConsentShown) -> Json:
    """What `share --join` prints before it runs anything."""
    return {
        "id": asked.id,
        "title": asked.title,
        "entry": asked.entry,
        "arguments": list(asked.arguments),
        "files": asked.files,
        "size": asked.size,
        "program": asked.program,
        "from": {"site": asked.sender, "name": asked.sender_name},
    }


_OF_EVERY_ACTION = ("index", "events", "agreed", "copies", "replayed", "steps")
"""What changes with every key press."""


class ShareLines:
    """Lines of `site` on shared programs: of a share when something changed that people talk about."""

    def __init__(self) -> None:
        self._last: dict[str, Json] = {}

    def lines(self, event: Event) -> list[Json]:
        """None for events of something else."""
        match event:
            case ShareChanged(share):
                return self._changed(share)
            case ShareGone(share_id):
                self._last.pop(share_id, None)
                return [{"event": "share-gone", "id": share_id}]
            case ShareRefused(share_id, why):
                return [{"event": "share-refused", "id": share_id, "why": why}]
            case ShareRepaired(share_id):
                return [{"event": "share-repaired", "id": share_id}]
            case ShareFileWanted(share_id, how, title, _filter):
                return [{"event": "share-file", "id": share_id, "how": how, "title": title}]
            case _:
                return []

    def _changed(self, share: ShareShown) -> list[Json]:
        shown = share_json(share)
        kept = {name: value for name, value in shown.items() if name not in _OF_EVERY_ACTION}
        if self._last.get(share.id) == kept:
            return []
        self._last[share.id] = kept
        return [{"event": "share", **shown}]
