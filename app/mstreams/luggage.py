"""Hand-overs that came before all their luggage, and luggage that came before its hand-over.

A stream is taken when it is complete, not before; until then its source repeats all of it, so what
does not fit here may go. Never takes a stream.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from app.core import limits
from app.core.ids import Key
from app.mstreams.epochs import StreamEpoch
from app.mstreams.frames import Kept, StreamHandOver, StreamLuggage

Move = tuple[Key, str, StreamEpoch]
"""(source, stream, epoch)."""


@dataclass(slots=True)
class Waiting:
    """One move that is not complete."""

    hand_over: StreamHandOver | None = None
    parts: dict[int, tuple[Kept, ...]] = field(default_factory=dict)


class LuggageRoom:
    """Moves that are not complete; the oldest gives way."""

    def __init__(self) -> None:
        self._moves: dict[Move, Waiting] = {}

    def put(self, sender: Key, frame: StreamLuggage) -> StreamHandOver | None:
        """A part came; the hand-over if that now may be complete."""
        waiting = self._wait((sender, frame.stream, frame.epoch))
        waiting.parts[frame.place] = frame.kept
        hand_over = waiting.hand_over
        if hand_over is not None and len(waiting.parts) >= hand_over.luggage:
            return hand_over
        return None

    def complete(self, sender: Key, hand_over: StreamHandOver) -> list[Kept] | None:
        """All that a stream keeps, None while a part is missing."""
        move = (sender, hand_over.stream, hand_over.epoch)
        parts = self._moves[move].parts if move in self._moves else {}
        if all(place in parts for place in range(hand_over.luggage)):
            self._moves.pop(move, None)
            return [kept for place in range(hand_over.luggage) for kept in parts[place]]
        self._wait(move).hand_over = hand_over
        return None

    def _wait(self, move: Move) -> Waiting:
        waiting = self._moves.get(move)
        if waiting is None:
            waiting = self._moves[move] = Waiting()
            if len(self._moves) > limits.LUGGAGE_WAITING_MAX:
                del self._moves[next(iter(self._moves))]
        return waiting
