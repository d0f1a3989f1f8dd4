"""People around one session: real sites without a window, each with a screen and a hand at it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from app.bench.share.screen import Hand, Screen
from app.bench.whole import ProgramSite
from app.core import limits
from app.core.errors import KnownError
from app.core.instant import SECOND
from app.drivers.control.client import Client

Row = dict[str, Any]
LOOK_SECONDS = 0.02


class Seat:
    """One person: `site` runs in `data` with the display of `screen`."""

    def __init__(self, data: Path, screen: Screen, *words: str) -> None:
        self.screen = screen
        self._data = data
        self.hand = Hand(screen.name)
        self.site = ProgramSite(data, *words, display=screen.name)
        try:
            self.invite = str(self.site.event("ready")["invite"])
            # Nobody reads its lines from here on, and a pipe that is full would hold it up.
            self.site.drain()
            self._client = Client.connect(data)
        except BaseException:
            self.site.close()
            self.hand.close()
            raise

    def ask(self, do: str, **fields: object) -> Row:
        """One request and its whole answer; raises `KnownError` if it is refused."""
        self._client.send({"request": 1, "do": do, **fields})
        answer = self._client.receive()
        if answer.get("error"):
            raise KnownError(str(answer["error"]))
        return answer

    def share(self, program: str, folder: Path, *arguments: str) -> Row:
        """Offer a program and wait for the copy here."""
        rows = self.ask(
            "share", program=program, folder=str(folder), arguments=list(arguments), python=""
        )["rows"]
        found: Row = rows[0]
        return found

    def join(self, share: str) -> Row:
        """Start a copy here and wait for it."""
        found: Row = self.ask("share-join", id=share, python="")["rows"][0]
        return found

    def shown(self, share: str) -> Row:
        """What this site knows of a share."""
        return _row(self.ask("share-list"), share)

    def watch(self, share: str) -> Row:
        """The same while this seat's own line waits for an answer."""
        client = Client.connect(self._data)
        try:
            client.send({"request": 1, "do": "share-list"})
            return _row(client.receive(), share)
        finally:
            client.close()

    def until(self, share: str, holds: Callable[[Row], object], what: str) -> Row:
        """Look until it holds; raises `KnownError` with what is shown instead."""
        until = time.monotonic() + limits.BENCH_PATIENCE_MICROS / SECOND
        while True:
            shown = self.shown(share)
            if holds(shown):
                return shown
            if time.monotonic() > until:
                raise KnownError(f"A shared program was never {what}: {shown}")
            time.sleep(LOOK_SECONDS)

    def sent_bytes(self) -> int:
        """What its site has sent to the others since it started."""
        return int(self.ask("status")["line"]["sent_bytes"])

    def close(self) -> None:
        """The site ends, its copies with it."""
        self._client.close()
        self.site.close()
        self.hand.close()


def _row(answer: Row, share: str) -> Row:
    found: Row = next(row for row in answer["rows"] if row["id"] == share)
    return found


class Table:
    """Seats in one session; the first founds it, and the dispatcher stays there."""

    def __init__(self, folder: Path, screens: list[Screen], *words: str) -> None:
        self.seats: list[Seat] = []
        self._folder = folder
        self._words = words
        try:
            for screen in screens:
                self.sit(screen)
        except BaseException:
            self.close()
            raise

    def sit(self, screen: Screen) -> Seat:
        """One more comes."""
        number = len(self.seats)
        way = (
            ("--join", self.seats[0].invite)
            if self.seats
            else ("--create", "Measured", "--policy", "fixed")
        )
        data = self._folder / f"site-{number + 1}"
        self.seats.append(
            Seat(data, screen, "--no-lan", "--name", f"Person {number + 1}", *way, *self._words)
        )
        return self.seats[-1]

    def share(self, program: str, folder: Path, *arguments: str) -> str:
        """A program that the first offers and all join; its id."""
        share = str(self.seats[0].share(program, folder, *arguments)["id"])
        for seat in self.seats[1:]:
            seat.join(share)
        return share

    def compared(self, share: str) -> Row:
        """What the first shows once all copies were compared at the newest event.

        Or once the program has ended in all of them: then its `copy` is "failed".

        Raises:
            KnownError: neither comes; a program that ended in one copy only is such a case.
        """
        first = self.seats[0]

        def holds(shown: Row) -> bool:
            if shown["identical"] is False:
                return True
            if any(seat.shown(share)["copy"] == "failed" for seat in self.seats):
                return all(seat.shown(share)["copy"] == "failed" for seat in self.seats)
            compared = shown["identical"] and shown["agreed"] >= shown["index"]
            return bool(compared and shown["copies"] == len(self.seats))

        return first.until(share, holds, "compared")

    def close(self) -> None:
        """All end, the first last: it knows where the others go."""
        for seat in reversed(self.seats):
            seat.close()
        self.seats.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
