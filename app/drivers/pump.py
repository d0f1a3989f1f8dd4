"""Turns the crank of one site: inputs in, then commit, send, show (law 3), and one timer.

It decides nothing but what happens when a commit fails: nothing of that turn is sent or shown, the
machine is thrown away and its guests with it (the next machine knows none of them), people are
told, and every two seconds the journal is opened again until it takes a commit; then a new machine
goes on as a new incarnation. Commands that were not answered by then are denied, so that each gets
exactly one answer. A failure of ours (`Bug`, or anything unforeseen) ends the pump: going on with a
half-handled input is worse.

Runs on the thread of its event loop only. `submit` may be called from within `emit`: the input then
waits for the next turn.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.core import limits
from app.core.errors import KnownError
from app.core.instant import SECOND, Micros
from app.dispatcher.entries import Placed
from app.dispatcher.records import LoadLog, OrderRecord, Saved
from app.node.api import Denied, Done, Event, SendHint, SessionClosed, TroubleSeen
from app.node.contract import (
    Address,
    BlobOutput,
    BlobRead,
    CommandIssued,
    DatagramReceived,
    GuestOutput,
    Input,
    Loaded,
    ReadBlob,
    TimerFired,
)
from app.node.turn import Machine, handle_all, perform


class Store(Protocol):
    """An open journal."""

    def saved(self) -> Saved:
        """What was on disk; raises `KnownError`."""

    def commit(self, records: Sequence[OrderRecord]) -> None:
        """All or nothing, durable on return; raises `KnownError`."""

    def read(self, request: LoadLog) -> tuple[Placed, ...]:
        """Rows of the log; raises `KnownError`."""

    def close(self) -> None:
        """Let go of the file."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to make a machine, at start and again after a failed commit."""

    open_store: Callable[[], Store]
    """Opens the journal; raises `KnownError`."""
    build: Callable[[Saved, Micros], Machine]
    """A machine from what was saved."""
    revive: Callable[[], Iterable[Input]]
    """The inputs that a machine made after a failed commit begins with."""


def nothing_kept(output: BlobOutput) -> BlobRead | None:
    """The folder of a site that keeps no content."""
    return BlobRead(output.token, None) if isinstance(output, ReadBlob) else None


class Pump:
    """One site's crank; `done` ends with the session, or with the failure that stopped the pump."""

    def __init__(  # noqa: PLR0913 - one for each port
        self,
        recipe: Recipe,
        *,
        send: Callable[[Address, bytes], None],
        emit: Callable[[Event], None],
        clock: Callable[[], Micros],
        loop: asyncio.AbstractEventLoop,
        guest: Callable[[GuestOutput], None] = lambda _output: None,
        blob: Callable[[BlobOutput], BlobRead | None] = nothing_kept,
        thrown_away: Callable[[], None] = lambda: None,
    ) -> None:
        self._recipe = recipe
        self.send = send
        self.guest = guest
        self._blob = blob
        self._thrown_away = thrown_away
        self._emit = emit
        self._clock = clock
        self._loop = loop
        self._store: Store | None = None
        self._machine: Machine | None = None
        self._inbox: deque[Input] = deque()
        self._loads: list[tuple[int, LoadLog]] = []
        self._unanswered: dict[int, None] = {}
        self._running = False
        self._timer: asyncio.TimerHandle | None = None
        self._armed: Micros | None = None
        self._why_down = ""
        self.dropped = 0
        self.turns = 0
        self.done: asyncio.Future[None] = loop.create_future()

    def start(self) -> None:
        """Open the journal, build the machine and end its first turn.

        Raises:
            KnownError: the journal can't be opened, or its disk takes no commit.
        """
        store = self._recipe.open_store()
        self._running = True
        try:
            now = self._clock()
            self._machine = self._recipe.build(store.saved(), now)
            self._store = store
            perform(self._machine.finish(now), self)
        except BaseException:
            self._store = self._machine = None
            store.close()
            raise
        finally:
            self._running = False
        self._soon()

    @property
    def is_down(self) -> bool:
        """Whether the disk failed, and the journal waits to be opened again."""
        return self._machine is None and not self.done.done()

    def submit(self, given: Input) -> None:
        """Give the machine an input; a turn runs now, unless one is running."""
        self.submit_all((given,))

    def submit_all(self, inputs: Iterable[Input]) -> None:
        """Give the machine inputs that came together: they share a turn, as far as it goes."""
        for given in inputs:
            self._take(given)
        if self._inbox:
            self._turn()

    def close(self) -> None:
        """Stop: no more turns; what was committed is on disk."""
        self._disarm()
        self._inbox.clear()
        self._loads.clear()
        self._machine = None
        if self._store is not None:
            self._store.close()
            self._store = None
        if not self.done.done():
            self.done.set_result(None)

    # --- what a turn may do: the ports of app.node.turn -------------------------------------------

    def commit(self, records: Sequence[OrderRecord]) -> None:
        """All or nothing, durable on return."""
        if self._store is not None:
            self._store.commit(records)

    def load(self, token: int, request: LoadLog) -> None:
        """Read once the turn is over: a failing read must not keep back what it shows."""
        self._loads.append((token, request))

    def blob(self, output: BlobOutput) -> None:
        """Keep, forget or read content; what was read is the next turn's."""
        answer = self._blob(output)
        if answer is not None:
            self._inbox.append(answer)

    def emit(self, event: Event) -> None:
        """Show an event."""
        if isinstance(event, (Done, Denied)):
            self._unanswered.pop(event.token, None)
        self._emit(event)
        if isinstance(event, SessionClosed) and not self.done.done():
            self.done.set_result(None)

    # --- turns ------------------------------------------------------------------------------------

    def _take(self, given: Input) -> None:
        if isinstance(given, CommandIssued) and not isinstance(given.command, SendHint):
            token = given.command.token
            if self._machine is None or self.done.done():
                self._emit(Denied(token, self._why_down or "This session is closed."))
                return
            self._unanswered[token] = None
        elif self._machine is None or self.done.done():
            return
        elif isinstance(given, DatagramReceived) and len(self._inbox) >= limits.INBOX_INPUTS_MAX:
            self.dropped += 1
            return
        self._inbox.append(given)

    def _turn(self) -> None:
        """One turn; what is left in the inbox waits until the loop had its turn, too."""
        machine = self._machine
        if machine is None or self._running or self.done.done():
            return
        self._running = True
        self.turns += 1
        try:
            inbox = self._inbox
            count = min(len(inbox), limits.INPUTS_PER_TURN_MAX)
            inputs = [inbox.popleft() for _ in range(count)]
            perform(handle_all(machine, inputs, self._clock()), self)
            self._read_loads()
        except KnownError as error:
            self._fail(str(error))
        except Exception as error:  # noqa: BLE001 - whatever it is, `done` carries it
            self._disarm()
            if not self.done.done():
                self.done.set_exception(error)
        finally:
            self._running = False
        if self._machine is machine and not self.done.done():
            self._arm(machine.deadline())
            if inbox:
                self._soon()

    def _read_loads(self) -> None:
        loads, self._loads = self._loads, []
        for token, request in loads:
            if self._store is not None:
                self._inbox.append(Loaded(token, self._store.read(request)))

    def _soon(self) -> None:
        self._loop.call_soon(self._turn)

    def _arm(self, deadline: Micros | None) -> None:
        """Exactly one timer, set anew only where the deadline changed."""
        if deadline == self._armed:
            return
        self._disarm()
        if deadline is not None:
            delay = max(0, deadline - self._clock()) / SECOND
            self._timer = self._loop.call_later(delay, self._ring)
            self._armed = deadline

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._armed = None

    def _ring(self) -> None:
        self._timer = self._armed = None
        self.submit(TimerFired())

    # --- when the disk fails ----------------------------------------------------------------------

    def _fail(self, why: str) -> None:
        """Throw the machine away; tell people; try again later."""
        self._disarm()
        self._inbox.clear()
        self._loads.clear()
        self._machine = None
        self._thrown_away()
        if self._store is not None:
            self._store.close()
            self._store = None
        self._why_down = f"{why} It was not taken; say it again once the disk works."
        unanswered = list(self._unanswered)
        self._unanswered.clear()
        self._emit(TroubleSeen("disk", why))
        for token in unanswered:
            self._emit(Denied(token, self._why_down))
        self._loop.call_later(limits.REOPEN_MICROS / SECOND, self._reopen)

    def _reopen(self) -> None:
        if self.done.done():
            return
        try:
            self.start()
        except KnownError:
            self._loop.call_later(limits.REOPEN_MICROS / SECOND, self._reopen)
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, `done` carries it
            self.done.set_exception(error)
            return
        self._why_down = ""
        self._emit(TroubleSeen("disk-works", "The disk works again; this site goes on."))
        self.submit_all(self._recipe.revive())
