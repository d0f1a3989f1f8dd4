"""What a screen reader says of the news, and how often: rules only, no Qt and no clock of its own.

Polite news wait for the end of a sentence, urgent ones don't. Nobody is talked over: many lines at
once become one sentence, and of moves of the stick at most one in half a minute is said.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import Enum

from app.core.instant import SECOND, Micros
from app.ui.strings import Announce

LINES_AT_ONCE = 3
LINES_MICROS = 2 * SECOND
"""UI.md 8: more than three lines in two seconds are joined."""
STICK_EVERY_MICROS = 30 * SECOND
WAITING_MAX = 32
"""More news than this nobody hears to their end; the oldest go."""


class News(Enum):
    """Kinds that can be switched off one by one; `urgent` ones interrupt."""

    LINE = "lines"
    PERSON = "people"
    STICK = "stick"
    TROUBLE = "troubles"

    @property
    def urgent(self) -> bool:
        """Refused, apart, together."""
        return self is News.TROUBLE


@dataclass(frozen=True, slots=True)
class Announcement:
    """A sentence to be said."""

    text: str
    urgent: bool


class Announcer:
    """Takes news as they come, gives what is to be said now.

    Args:
        silent: kinds that the person switched off, by value.
    """

    def __init__(self, silent: tuple[str, ...] = ()) -> None:
        self.silent = silent
        self._due: deque[Announcement] = deque(maxlen=WAITING_MAX)
        self._lines: deque[Micros] = deque(maxlen=LINES_AT_ONCE)
        self._joined = 0
        self._joined_at = Micros(0)
        self._stick_at: Micros | None = None

    def hear(
        self,
        news: News,
        text: str,
        now: Micros,
        *,
        to_self: bool = False,
        asks: bool = False,
    ) -> None:
        """Something happened.

        `to_self`: the stick came to this person, which is said at once; `asks`: somebody waits for
        this person's answer, which interrupts.
        """
        if news.value in self.silent or not text:
            return
        if news is News.LINE and not self._may_say_line(now):
            return
        if news is News.STICK:
            lately = self._stick_at is not None and now - self._stick_at < STICK_EVERY_MICROS
            if lately and not to_self:
                return
            self._stick_at = now
        self._due.append(Announcement(text, news.urgent or asks))

    def _may_say_line(self, now: Micros) -> bool:
        """The first ones are said whole; what comes with them is only counted."""
        full = len(self._lines) == LINES_AT_ONCE and now - self._lines[0] < LINES_MICROS
        if full or self._joined:
            if not self._joined:
                self._joined_at = Micros(now + LINES_MICROS)
            self._joined += 1
            return False
        self._lines.append(now)
        return True

    def take(self, now: Micros) -> list[Announcement]:
        """What is to be said now, in order."""
        if self._joined and now >= self._joined_at:
            self._due.append(Announcement(Announce.MORE_LINES(self._joined), urgent=False))
            self._joined = 0
            self._lines.clear()
        said = list(self._due)
        self._due.clear()
        return said

    def deadline(self) -> Micros | None:
        """When lines that were counted are due."""
        return self._joined_at if self._joined else None
