"""Shared programs as a room: the model's reducer over maps of the journal (FORMATS.md 5).

The rules are the model's. Here entries are read, roles are asked, and what changed is told: the
steps that all copies replay, and that a share is another one now. Must never decide what passes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from app.core.codec import Plain
from app.core.ids import Key
from app.rooms.control import ControlRoom
from app.rooms.entry import Newer, OrderedEntry, Refusal
from app.rooms.events import RoomEvent, ShareChanged, ShareHeld, ShareReplayed
from app.rooms.journal import Journal, JournalMap
from app.tkshare.model.bodies import OFFER_CODEC, Offer, ShareId, decode_clock, decode_input
from app.tkshare.model.events import Name
from app.tkshare.model.reducer import Reducer
from app.tkshare.model.state import Given, NoEffect, Outcome, Participant, Share, Tables
from app.tkshare.model.statements import decode_state


def _same(value: Plain) -> Plain:
    return value


class ShareRoom:
    """Reducer of share.*."""

    def __init__(self, journal: Journal, control: ControlRoom) -> None:
        self._control = control
        self._shares: JournalMap[ShareId, Share] = journal.map("share", Share.plain)
        self._people: JournalMap[tuple[ShareId, Key], Participant] = journal.map(
            "share.person", Participant.plain
        )
        self._offers: JournalMap[ShareId, Offer] = journal.map("share.offer", OFFER_CODEC.to_plain)
        names: JournalMap[tuple[ShareId, str], int] = journal.map("share.name", _same)
        labels: JournalMap[tuple[ShareId, int], str] = journal.map("share.label", _same)
        sizes: JournalMap[tuple[ShareId, Name], tuple[int, int]] = journal.map("share.size", list)
        self.reducer = Reducer(
            Tables(self._shares, self._offers, self._people, names, labels, sizes)
        )

    def shares(self) -> list[Share]:
        """All shares, ended ones too, in the order of their offers."""
        return sorted((share for _, share in self._shares.items()), key=lambda each: each.offered)

    def offer(self, entry: OrderedEntry) -> list[RoomEvent]:
        """`share.offer`."""
        offer: Offer = OFFER_CODEC.decode(entry.body)
        return self._told(entry, lambda given: self.reducer.offered(str(entry.id), given, offer))

    def act(self, entry: OrderedEntry) -> list[RoomEvent]:
        """`share.input`."""
        body = decode_input(entry.body)
        if not body.events:
            raise Newer(entry.kind)
        return self._told(entry, lambda given: self.reducer.acted(given, body))

    def tick(self, entry: OrderedEntry) -> list[RoomEvent]:
        """`share.clock`."""
        body = decode_clock(entry.body)
        return self._told(entry, lambda given: self.reducer.ticked(given, body))

    def state(self, entry: OrderedEntry) -> list[RoomEvent]:
        """`share.state`."""
        body = decode_state(entry.body)
        if body.said is None:
            raise Newer(entry.kind)
        return self._told(entry, lambda given: self.reducer.said(given, body))

    def _told(self, entry: OrderedEntry, reduce: Callable[[Given], Outcome]) -> list[RoomEvent]:
        moderates = entry.by_leader or self._control.moderates(entry.author)
        try:
            outcome = reduce(Given(entry.index, entry.author, entry.stamp_ms, moderates))
        except NoEffect as error:
            raise Refusal(str(error), early=error.early) from None
        events: list[RoomEvent] = []
        if outcome.steps:
            events.append(ShareReplayed(entry.index, outcome.share, outcome.steps))
        if outcome.held:
            held = ShareHeld(entry.index, outcome.share, entry.author, outcome.held, outcome.why)
            events.append(held)
        return [*events, ShareChanged(outcome.share)]

    def restored(self, touched: Iterable[tuple[JournalMap[Any, object], Any]]) -> list[RoomEvent]:
        """Events for what a revert touched; a share may be gone: ask again."""
        changed: dict[ShareId, bool] = {}
        for room, key in touched:
            if room.room.startswith("share"):
                changed[key if isinstance(key, str) else key[0]] = True
        return [ShareChanged(share) for share in changed]
