"""Old entries for people and for the order: from memory where they are, else from the disk.

The core keeps no log; what is not in memory is asked for by `Load` and comes back as rows. Never
reads more than one bounded page for a request.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, assert_never

from app.dispatcher.entries import Placed
from app.dispatcher.records import LoadLog
from app.node.api import Denied, Done

if TYPE_CHECKING:
    from app.node.session import Session


ReadFor = Literal["order", "log", "chat", "find", "kept"]
"""Who waits for rows of the disk."""


class Reading:
    """Reads under way: by number, what they are for and whose token they answer."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.loads: list[tuple[int, LoadLog]] = []
        self.waiting: dict[int, tuple[ReadFor, int]] = {}
        self._read_number = 0
        self._skipping: dict[int, tuple[int, int]] = {}

    def read(self, first: int, count: int, token: int, *, skip: bool = False) -> None:
        """A page of the log for people; answered now, or once the disk was read.

        Where it is compacted, rows are missing: with `skip` go on to where there are some.
        """
        session = self._session
        last = min(session.disk.log.length, first + count - 1)
        rows = session.disk.log.after(first - 1, last - first + 1) if last >= first else ()
        if rows is not None:
            self._show(token, rows)
            return
        if skip and last < session.disk.log.begins:
            self._skipping[token] = (last + 1, count)
        self.load(LoadLog(tuple(session.disk.ranges(first, last))), "log", token)

    def _show(self, token: int, rows: Iterable[Placed]) -> None:
        page = tuple([self._session.meaning.shown(placed) for placed in rows])
        self._session.events.append(Done(token, page))

    def load(self, request: LoadLog, purpose: ReadFor, token: int) -> None:
        """Ask the disk for rows; they come back through `loaded`."""
        self._read_number += 1
        self.waiting[self._read_number] = (purpose, token)
        self.loads.append((self._read_number, request))

    def loaded(self, number: int, rows: tuple[Placed, ...]) -> None:
        """Rows from the disk: for the order, or for whoever waits for their page."""
        waiting = self.waiting.pop(number, None)
        if waiting is None:
            return
        purpose, token = waiting
        match purpose:
            case "order":
                self._session.order.loaded(token, rows)
            case "chat":
                self._session.window_here().pages.got(token, rows)
                self._go_on("chat", token)
            case "find":
                self._session.window_here().finding.got(token, rows)
                self._go_on("find", token)
            case "kept":
                self._session.history.loaded(token, rows)
            case "log":
                onward = self._skipping.pop(token, None)
                if rows or onward is None:
                    self._show(token, rows)
                else:
                    self.read(*onward, token, skip=True)
            case _:
                assert_never(purpose)

    def abandon(self, why: str) -> None:
        """Nothing comes from the disk any more: whoever waits is told why."""
        self._session.events += [
            Denied(token, why)
            for purpose, token in self.waiting.values()
            if purpose not in {"order", "kept"}
        ]
        self.waiting.clear()
        self._skipping.clear()
        self.loads.clear()

    def read_chat(self, token: int, before: int | None, count: int) -> None:
        """A page of chat for the window; answered now, or once the disk was read.

        Raises:
            LocalError: nobody looks here, or too many pages are being read.
        """
        pages = self._session.window_here().pages
        pages.ask(token, before, count, self._session.disk.log.length)
        self._go_on("chat", token)

    def find_chat(self, token: int, text: str, below: int | None) -> None:
        """A search in the chat; answered now, or once the disk was read.

        Raises:
            LocalError: nobody looks here, the text is empty or too long, or too many search.
        """
        finding = self._session.window_here().finding
        finding.ask(token, text, below, self._session.disk.log.length)
        self._go_on("find", token)

    def _go_on(self, purpose: Literal["chat", "find"], token: int) -> None:
        """Give a page or a search what memory holds; read the rest."""
        session = self._session
        window = session.window_here()
        reader = window.pages if purpose == "chat" else window.finding
        while (wanted := reader.wants(token)) is not None:
            first, last = wanted
            rows = session.disk.log.after(first - 1, last - first + 1)
            if rows is None:
                self.load(LoadLog(tuple(session.disk.ranges(first, last))), purpose, token)
                return
            reader.got(token, tuple(rows))
        session.events.append(Done(token, reader.done(token)))
