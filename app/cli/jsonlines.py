"""Events, entries and the status as JSON objects (FORMATS.md 6). Pure; prints nothing."""

from __future__ import annotations

from typing import Any

from app.node.api import (
    AskAnswered,
    AskedToJoin,
    AskSent,
    CameTogether,
    CatchingUp,
    Console,
    DispatcherMoved,
    EntriesOrdered,
    EntriesSettled,
    EntryShown,
    Event,
    LogReverted,
    MemberChanged,
    SessionReady,
    SnapshotTaken,
    Status,
    TroubleSeen,
    WorkedApart,
)
from app.rooms.json_form import body_to_json

Json = dict[str, Any]


def entry_json(shown: EntryShown) -> Json:
    """An entry as `log` prints it."""
    placed = shown.placed
    entry = placed.entry
    return {
        "index": placed.index,
        "epoch": str(placed.epoch),
        "id": str(entry.id),
        "author": f"{entry.site}.{entry.incarnation}",
        "name": shown.name,
        "number": entry.number,
        "kind": entry.kind,
        "body": body_to_json(entry.kind, entry.body),
        "stamp_ms": placed.stamp_ms,
        "wall_ms": entry.wall_ms,
        "chain": placed.chain.hex(),
        "settled": shown.settled,
    }


def event_lines(event: Event) -> list[Json]:  # noqa: C901, PLR0912 - a table
    """The lines that `site` prints for an event; none for answers, nor for its own end."""
    match event:
        case SessionReady():
            return [_ready(event)]
        case EntriesOrdered(entries):
            return [{"event": "entry", **entry_json(shown)} for shown in entries]
        case LogReverted(first, epoch):
            return [{"event": "reverted", "from": first, "epoch": epoch}]
        case SnapshotTaken(index):
            return [{"event": "snapshot", "index": index}]
        case CatchingUp(pieces, of):
            return [{"event": "catching up", "pieces": pieces, "of": of}]
        case EntriesSettled(index):
            return [{"event": "settled", "index": index}]
        case DispatcherMoved():
            return [_moved(event)]
        case MemberChanged(site, name, state):
            return [{"event": "member", "site": site, "name": name, "state": state}]
        case AskedToJoin(site, name, _colour, words):
            return [{"event": "asking", "site": site, "name": name, "words": list(words)}]
        case AskSent(site, member, words):
            return [{"event": "asking", "site": site, "name": member, "words": list(words)}]
        case AskAnswered(site, let_in, by):
            return [{"event": "answered", "site": site, "let_in": let_in, "by": by}]
        case Console(site, stream, text):
            return [{"event": "console", "site": site, "stream": stream, "text": text}]
        case WorkedApart(sites, settles):
            return [{"event": "apart", "sites": list(sites), "settles": settles}]
        case CameTogether(sites, apart_ms, index, queued):
            line: Json = {"event": "together", "sites": list(sites), "apart_ms": apart_ms}
            return [{**line, "index": index, "queued": queued}]
        case TroubleSeen(code, text):
            return [{"event": "trouble", "code": code, "text": text}]
        case _:
            return []


def _ready(event: SessionReady) -> Json:
    return {
        "event": "ready",
        "site": event.site,
        "name": event.name,
        "session": {"id": event.session.hex(), "title": event.title},
        "invite": event.invite,
        "addresses": list(event.addresses),
    }


def _moved(event: DispatcherMoved) -> Json:
    return {
        "event": "moved",
        "from": event.source,
        "to": event.target,
        "epoch": event.epoch,
        "reason": event.reason,
        "gain_ms": round(event.gain_ms, 3),
        **({} if event.by is None else {"by": event.by}),
    }


def status_json(status: Status) -> Json:
    """The status as `status` prints it."""
    names = {member.site: member.name for member in status.members}
    names[status.site] = status.name
    dispatcher = status.dispatcher
    return {
        "site": status.site,
        "name": status.name,
        "session": {"id": status.session, "title": status.title},
        "members": [
            {
                "site": member.site,
                "name": member.name,
                "state": member.state,
                "rtt_ms": None if member.rtt_ms is None else round(member.rtt_ms, 3),
                "path": member.path,
                "location": member.location,
            }
            for member in status.members
        ],
        "leader": None if status.leader is None else {"site": status.leader},
        "dispatcher": None
        if dispatcher is None
        else {"site": dispatcher, "name": names.get(dispatcher), "epoch": status.epoch},
        "head": {"index": status.head_index, "chain": status.head_chain},
        "settled": status.settled,
        "moves": status.moves,
        "policy": status.policy,
        "state_hash": status.state_hash,
        "queue": status.queue,
        "compacted": status.compacted,
        "counters": status.counters,
        "sent_bytes": status.sent_bytes,
    }
