"""Looking for words in the chat, down the log; one answer looks at a bounded part of it.

Holds no line: what a window wants to see of what was found, it pages in.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from app.core import limits
from app.core.errors import LocalError
from app.dispatcher.entries import Placed
from app.node.api import ChatFound
from app.node.window.lines import Lines


@dataclass(slots=True)
class Search:
    """What is still to be looked at: indices `first` to `last`; `found` is newest first."""

    text: str
    first: int
    last: int
    lines: int = 0
    found: list[int] = field(default_factory=list)


class Finding:
    """Searches under way, by the token of their command."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._searches: dict[int, Search] = {}

    def ask(self, token: int, text: str, below: int | None, length: int) -> None:
        """Begin below `below`, or at the end of a log of `length`.

        Raises:
            LocalError: nothing to look for, too much, or too many look.
        """
        if len(self._searches) >= limits.CHAT_PAGES_MAX:
            message = "too many searches are under way; wait for one"
            raise LocalError(message)
        if not text.strip() or len(text) > limits.CHAT_FIND_CHARACTERS_MAX:
            message = f"a search has 1 to {limits.CHAT_FIND_CHARACTERS_MAX} characters"
            raise LocalError(message)
        last = length if below is None else min(below - 1, length)
        first = max(1, last - limits.CHAT_FIND_ENTRIES_MAX + 1)
        self._searches[token] = Search(text.casefold(), first, last)

    def wants(self, token: int) -> tuple[int, int] | None:
        """(first, last) index to read next; None: the part was looked at."""
        search = self._searches[token]
        if search.last < search.first:
            return None
        return max(search.first, search.last - limits.LOG_PAGE_ENTRIES_MAX + 1), search.last

    def got(self, token: int, rows: tuple[Placed, ...]) -> None:
        """The entries that `wants` named; fewer if a view took some back meanwhile."""
        wanted = self.wants(token)
        if wanted is None:
            return
        search = self._searches[token]
        for placed in reversed(rows):
            said = self._lines.said(placed)
            if said is None:
                continue
            search.lines += 1
            if search.text in said.casefold():
                search.found.append(placed.index)
        search.last = wanted[0] - 1

    def take_back(self, index: int) -> None:
        """Lines above `index` lost their place."""
        for search in self._searches.values():
            search.found = [at for at in search.found if at <= index]
            search.last = min(search.last, index)

    def done(self, token: int) -> ChatFound:
        """What was found; the search is forgotten."""
        search = self._searches.pop(token)
        below = search.first if search.first > 1 else None
        return ChatFound(tuple(search.found), search.lines, below)
