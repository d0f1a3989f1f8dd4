"""Who waits for which entry: lines that were said, until each is ordered or settled. Pure."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from app.core import limits
from app.node.api import EntryShown


class Asker(Protocol):
    """The request that said the lines."""

    is_open: bool

    def reply(self, message: dict[str, Any]) -> None:
        """An answer."""

    def finish(self, message: dict[str, Any] | None = None) -> None:
        """The last answer."""

    def ms(self) -> float:
        """Since it was taken."""


@dataclass(slots=True)
class Line:
    """One entry somebody waits for; `wanted` is none, ordered or settled."""

    id: str
    wanted: str
    index: int | None = None
    epoch: str | None = None
    asker: Asker | None = None

    def json(self, state: str, milliseconds: float) -> dict[str, Any]:
        """As `say` prints it."""
        return {
            "id": self.id,
            "state": state,
            "index": self.index,
            "epoch": self.epoch,
            "ms": milliseconds,
        }


class WaitingRoom:
    """Lines by entry id; those that have a place also by index, to find what settles."""

    def __init__(self) -> None:
        self.issuing = 0
        self._lines: dict[str, Line] = {}
        self._left: dict[Asker, int] = {}
        self._placed: list[tuple[int, str]] = []
        self._early: dict[str, EntryShown] = {}
        self._answers: dict[Asker, list[dict[str, Any]]] = {}
        self._settled = 0

    def add(self, asker: Asker, lines: Sequence[Line]) -> None:
        """Wait for lines that were issued just now; `none` is answered at once, as are no lines."""
        if not lines:
            asker.finish()
            return
        self._left[asker] = len(lines)
        early = [self._early.pop(line.id) for line in lines if line.id in self._early]
        for line in lines:
            line.asker = asker
            if line.wanted == "none":
                self._answer(line, "queued")
            else:
                self._lines[line.id] = line
        self.ordered(early)
        self._tell()

    def ordered(self, entries: Iterable[EntryShown]) -> None:
        """Entries got a place."""
        if not self._lines and not self.issuing:
            self._early.clear()
            return
        for shown in entries:
            name = str(shown.placed.entry.id)
            line = self._lines.get(name)
            if line is None:
                # An entry may be ordered in the turn that issues it, before its id is known here.
                if self.issuing and len(self._early) < limits.LINES_UNDER_WAY_MAX:
                    self._early[name] = shown
                continue
            line.index, line.epoch = shown.placed.index, str(shown.placed.epoch)
            if line.wanted == "ordered":
                self._done(line, "ordered")
            elif shown.settled or line.index <= self._settled:
                self._done(line, "settled")
            else:
                heapq.heappush(self._placed, (line.index, name))
        self._tell()

    def settled(self, index: int) -> None:
        """Everything up to `index` stays where it is."""
        self._settled = index
        while self._placed and self._placed[0][0] <= index:
            place, name = heapq.heappop(self._placed)
            line = self._lines.get(name)
            if line is not None and line.index == place:
                self._done(line, "settled")
        self._tell()

    def reverted(self, first: int) -> None:
        """Places from `first` on are taken back; their entries come again elsewhere."""
        for line in self._lines.values():
            if line.index is not None and line.index >= first:
                line.index = line.epoch = None

    def late(self, asker: Asker) -> None:
        """Time is up: report each line as it is now; it is kept and will be sent."""
        asker.reply({"late": True})
        for line in [line for line in self._lines.values() if line.asker is asker]:
            self._done(line, "queued" if line.index is None else "ordered")
        self._tell()

    def _done(self, line: Line, state: str) -> None:
        del self._lines[line.id]
        self._answer(line, state)

    def _answer(self, line: Line, state: str) -> None:
        if line.asker is not None:
            answers = self._answers.setdefault(line.asker, [])
            answers.append(line.json(state, line.asker.ms()))

    def _tell(self) -> None:
        """One answer to each asker, however many of its lines got there at once."""
        answers, self._answers = self._answers, {}
        for asker, lines in answers.items():
            asker.reply({"lines": lines})
            self._left[asker] -= len(lines)
            if not self._left[asker]:
                del self._left[asker]
                asker.finish()
