"""The play: who is there, who talks when, and what is said. Pure, the same at every run.

The first talker is not the founder, so that the stick has a way to go from the start.
"""

from __future__ import annotations

from app.core.instant import MILLI, SECOND, Micros

NAMES = ("Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gus", "Hana")

TURN_MICROS = 6 * SECOND
LINE_MICROS = 100 * MILLI
"""Ten lines a second: as a lively stroke or a shared program makes them."""

_LINES = (
    "Shall we begin with the map?",
    "The north path first, I think.",
    "It floods in spring.",
    "Then a bridge, here.",
    "Wood or stone?",
    "Wood, it is only three metres.",
    "And the old oak stays.",
    "Of course it stays.",
    "The benches go below it.",
    "Two, facing the water.",
    "Who asks the school?",
    "I do, on Monday.",
    "They want a pond.",
    "A small one, with a fence.",
    "Frogs would like that.",
    "So would the herons.",
)


class Script:
    """Who talks when, for so many people and so long."""

    def __init__(self, people: int, length: Micros) -> None:
        self._people = people
        self.length = length

    def turn(self, at: Micros) -> int:
        """Number of the turn that runs `at` microseconds after the start, from 0."""
        return at // TURN_MICROS

    def talker(self, turn: int) -> int:
        """Position of whoever talks in a turn."""
        return (turn + 1) % self._people

    def due(self, at: Micros) -> int:
        """How many lines are said in all by then; the first one at 0."""
        return min(at, self.length - 1) // LINE_MICROS + 1

    def next_due(self, at: Micros) -> Micros:
        """When the next line is due after `at`, or the play ends."""
        return Micros(min(self.length, (at // LINE_MICROS + 1) * LINE_MICROS))

    def talker_of(self, line: int) -> int:
        """Who says the line with this number, counted from 0 over all."""
        return self.talker(self.turn(Micros(line * LINE_MICROS)))


def saying(number: int) -> str:
    """What is said, over and over."""
    return _LINES[number % len(_LINES)]


def text(number: int) -> str:
    """An author's line with this number, from 0; each is another text."""
    return f"{saying(number)} ({number + 1})"
