"""What the dispatcher has ordered, told to agents that are attached to it beside the rooms.

The rooms (chat, board and the rest) are the dispatcher's own agents at every site: the log hands
them each entry at once, and takes it back if it must. Other agents hear an entry once it is settled,
so that none is ever heard twice or in vain. Never orders anything, and keeps nothing on disk.
"""

from __future__ import annotations

import json
from collections import deque
from typing import TYPE_CHECKING

from app.core import limits
from app.core.ids import Key
from app.core.instant import Micros
from app.dispatcher.entries import Placed
from app.mstreams.events import Message
from app.node.api.streams import AgentRow
from app.rooms.bodies import CODECS
from app.rooms.json_form import body_to_json
from app.rooms.rooms import LINE

if TYPE_CHECKING:
    from app.node.session import Session

OWN_AGENTS = ("dispatcher", "chat", "board", "profile", "share")
"""The dispatcher's own agents, numbered from 1; what others are registered as comes after them."""
_EVENTS = ("append", "arrival", "departure", "failure")


class Hearing:
    """Entries that are ordered and not settled, for whoever hears them then."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._waiting: deque[Placed] = deque(maxlen=limits.HEARD_ENTRIES_MAX)

    def stored(self, placed: Placed) -> None:
        """An entry got its place and had its effect."""
        if self._session.mailboxes.streams.hears(placed.entry.kind):
            self._waiting.append(placed)

    def taken_back(self, index: int) -> None:
        """The log was cut to `index`."""
        while self._waiting and self._waiting[-1].index > index:
            self._waiting.pop()

    def settled(self, index: int, now: Micros) -> None:
        """Nothing up to `index` is taken back any more."""
        view = self._session.disk.prim
        while self._waiting and self._waiting[0].index <= index:
            entry = self._waiting.popleft().entry
            payload = heard_as(entry.kind, entry.body)
            author = Key(entry.author)
            location = 0 if view is None else view.location(author)
            message = Message(
                author, "", entry.incarnation, entry.number, payload, location=location
            )
            self._session.mailboxes.streams.entry_settled(entry.kind, message, now)


def heard_as(kind: str, body: bytes) -> bytes:
    """A line as its text, everything else as a JSON object with its kind."""
    if kind == LINE:
        text: str = CODECS[LINE].decode(body).text
        return text.encode()
    return json.dumps({"kind": kind, **body_to_json(kind, body)}, ensure_ascii=False).encode()


def own_agents(faults: dict[str, str]) -> tuple[AgentRow, ...]:
    """The dispatcher's own agents; `faults`: the last entry of each room that had no effect."""
    return tuple(
        [
            AgentRow(
                number,
                f"{name}@1",
                number == 1,
                _EVENTS if number == 1 else ("append",),
                False,
                faults.get(name, ""),
            )
            for number, name in enumerate(OWN_AGENTS, start=1)
        ]
    )
