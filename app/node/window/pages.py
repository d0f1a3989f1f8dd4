"""Paging back through the chat: lines are few among entries, so a page may take several reads.

A page goes down the log until it has its lines or the log begins. Memory answers what it can; the
rest is read from the disk, one part at a time. Never holds more than one part and the lines found.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from app.core import limits
from app.core.errors import LocalError
from app.dispatcher.entries import Placed
from app.node.api import ChatRow
from app.node.window.lines import Line, Lines


@dataclass(slots=True)
class Page:
    """What is still to be found: `count` lines up to index `last`; `found` is newest first."""

    count: int
    last: int
    ends_log: bool
    found: list[Line] = field(default_factory=list)


class Pages:
    """Pages that are being read, by the token of their command."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._pages: dict[int, Page] = {}

    def ask(self, token: int, before: int | None, count: int, length: int) -> None:
        """Begin a page of lines below `before`, or at the end of a log of `length`.

        Raises:
            LocalError: too many are being read.
        """
        if len(self._pages) >= limits.CHAT_PAGES_MAX:
            message = "too many pages are being read; wait for one"
            raise LocalError(message)
        count = max(0, min(count, limits.CHAT_PAGE_LINES_MAX))
        below = length + 1 if before is None else min(before, length + 1)
        page = Page(count, min(below - 1, self._lines.floor), before is None)
        page.found = self._lines.below(below, count)
        self._pages[token] = page

    def wants(self, token: int) -> tuple[int, int] | None:
        """(first, last) index to read next; None if the page is whole."""
        page = self._pages[token]
        if len(page.found) >= page.count or page.last < 1:
            return None
        return max(1, page.last - limits.LOG_PAGE_ENTRIES_MAX + 1), page.last

    def got(self, token: int, rows: tuple[Placed, ...]) -> None:
        """The entries that `wants` named; fewer if a view took some back meanwhile."""
        wanted = self.wants(token)
        if wanted is None:
            return
        page = self._pages[token]
        room = page.count - len(page.found)
        page.found += list(reversed(self._lines.paged(rows)))[:room]
        page.last = wanted[0] - 1

    def take_back(self, index: int) -> None:
        """Lines above `index` lost their place; the window is told of them anew."""
        for page in self._pages.values():
            page.found = [line for line in page.found if line.placed.index <= index]
            page.last = min(page.last, index)

    def done(self, token: int) -> tuple[ChatRow, ...]:
        """The rows of a whole page, newest last; the page is forgotten."""
        page = self._pages.pop(token)
        rows = [self._lines.row(line) for line in reversed(page.found)]
        shown = [row for row in rows if row is not None]
        return (*shown, *(self._lines.waiting_rows() if page.ends_log else ()))
