"""Commands whose answer depends on others.

Moving the token, entries that wait for their order, control entries that the leader issues. Each gets exactly one answer; what does not happen within its patience is answered with what was
tried. Wishes that fail only because the members are changing are tried again.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.core import limits
from app.core.ids import EntryId, Key, site_of
from app.core.instant import MILLI, Micros, after
from app.node.api import Denied, Done, Event, Moved

AGAIN = "try again"


@dataclass(slots=True)
class Move:
    """A person's wish to have the token at `target`."""

    token: int
    target: Key
    asked_at: Micros
    again_at: Micros | None = None


@dataclass(slots=True)
class Awaited:
    """A command that is done when its entry is ordered; `asked` has to issue it before."""

    token: int
    value: object
    asked_at: Micros
    asked: Key | None = None


class Wishes:
    """Pending commands by what they wait for."""

    def __init__(self) -> None:
        self.moves: dict[int, Move] = {}
        self.control: dict[int, Awaited] = {}
        self._entries: dict[EntryId, Awaited] = {}
        self._number = 0

    @property
    def full(self) -> bool:
        """Whether another one would be too many."""
        return len(self.moves) + len(self.control) + len(self._entries) >= limits.WISHES_MAX

    @property
    def awaits_entries(self) -> bool:
        """Whether a command waits for an entry's order."""
        return bool(self._entries)

    def move(self, token: int, target: Key, now: Micros) -> int:
        """Remember a wish; returns the number that goes over the wire."""
        self._number += 1
        self.moves[self._number] = Move(token, target, now)
        return self._number

    def ask(self, asked: Key, token: int, value: object, now: Micros) -> int:
        """Remember what the leader was asked; returns the number that goes over the wire."""
        self._number += 1
        self.control[self._number] = Awaited(token, value, now, asked)
        return self._number

    def await_entry(self, entry: EntryId, token: int, value: object, now: Micros) -> None:
        """`Done(token, value)` once this entry is ordered."""
        self._entries[entry] = Awaited(token, value, now)

    def issued(self, number: int, entry: EntryId) -> None:
        """The leader issued the entry of this request: now its order is awaited."""
        awaited = self.control.pop(number, None)
        if awaited is not None:
            self._entries[entry] = awaited

    def asked_of(self, number: int) -> Key | None:
        """Who has to answer this request."""
        awaited = self.control.get(number)
        return None if awaited is None else awaited.asked

    def ordered(self, entry: EntryId) -> Event | None:
        """An entry got its place."""
        awaited = self._entries.pop(entry, None)
        return None if awaited is None else Done(awaited.token, awaited.value)

    def at_home(self, home: Key, epoch: str, now: Micros) -> list[Event]:
        """The token is at `home`: wishes for it are done."""
        events: list[Event] = []
        for number, move in list(self.moves.items()):
            if move.target == home:
                del self.moves[number]
                done = Moved(epoch, site_of(home), (now - move.asked_at) / MILLI)
                events.append(Done(move.token, done))
        return events

    def refused(self, number: int, reason: str, now: Micros) -> Denied | None:
        """The leader said no: for good, or because it can't just now."""
        move = self.moves.get(number)
        if move is None:
            return None
        if reason.endswith(AGAIN) and now - move.asked_at < limits.COMMAND_PATIENCE_MICROS:
            move.again_at = after(now, limits.WISH_AGAIN_MICROS)
            return None
        del self.moves[number]
        return Denied(move.token, reason)

    def denied(self, number: int, reason: str) -> Denied | None:
        """The leader says why it does not issue the entry."""
        awaited = self.control.pop(number, None)
        return None if awaited is None else Denied(awaited.token, reason)

    def abandon(self, why: str) -> list[Denied]:
        """Nothing more will happen here: answer everything that waits."""
        waiting: list[Move | Awaited] = [
            *self.moves.values(),
            *self.control.values(),
            *self._entries.values(),
        ]
        self.moves.clear()
        self.control.clear()
        self._entries.clear()
        return [Denied(item.token, why) for item in waiting]

    def due(self, now: Micros) -> list[tuple[int, Move]]:
        """Moves to wish for once more."""
        again: list[tuple[int, Move]] = []
        for number, move in self.moves.items():
            if move.again_at is not None and now >= move.again_at:
                move.again_at = None
                again.append((number, move))
        return again

    def overdue(self, now: Micros) -> list[Denied]:
        """Answers to what did not happen in time."""
        events: list[Denied] = []
        why = (
            "no answer from the session's leader in time; nothing changed as far as this site knows"
        )
        for number, move in list(self.moves.items()):
            if now - move.asked_at >= limits.COMMAND_PATIENCE_MICROS:
                del self.moves[number]
                events.append(Denied(move.token, why))
        for number, awaited in list(self.control.items()):
            if now - awaited.asked_at >= limits.COMMAND_PATIENCE_MICROS:
                del self.control[number]
                events.append(Denied(awaited.token, why))
        for entry, awaited in list(self._entries.items()):
            if now - awaited.asked_at >= limits.COMMAND_PATIENCE_MICROS:
                del self._entries[entry]
                text = "not ordered yet; it is kept and takes effect once the others are back"
                events.append(Denied(awaited.token, text))
        return events

    def deadline(self) -> Micros | None:
        """When something is due."""
        times = [
            after(move.asked_at, limits.COMMAND_PATIENCE_MICROS) for move in self.moves.values()
        ]
        times += [move.again_at for move in self.moves.values() if move.again_at is not None]
        for awaited in [*self.control.values(), *self._entries.values()]:
            times.append(after(awaited.asked_at, limits.COMMAND_PATIENCE_MICROS))
        return min(times, default=None)
