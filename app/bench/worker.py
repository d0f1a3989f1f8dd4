"""One measured site in a process of its own: real journal, pump and socket, and a pipe for orders.

Notes instants where they happen, in the site's own process: when a line is taken, and when it is
shown, which is after its commit. Never waits on the pipe in its loop: a thread reads it.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections import deque
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, assert_never

from app.bench.messages import (
    Answer,
    Arrived,
    Await,
    Chatter,
    Consumed,
    Cut,
    Do,
    Failed,
    Fill,
    Filled,
    Flood,
    Flooded,
    Found,
    Heard,
    Hush,
    Join,
    Look,
    Looked,
    Meet,
    Met,
    Move,
    ReadWhole,
    Ready,
    Recount,
    Report,
    Resume,
    Seen,
    Setup,
    Talk,
    TellConsumed,
    Watch,
    Whole,
)
from app.bench.witness import Witness
from app.core import limits
from app.core.ids import EntryId, SiteId
from app.core.instant import Micros
from app.core.rng import Rng
from app.dispatcher.records import Saved
from app.drivers import clock
from app.drivers.guests import Guests
from app.drivers.pump import Pump, Recipe
from app.drivers.simnet import SimulatedNetwork, SimulatedWire
from app.drivers.udp import Udp, bind
from app.node import api
from app.node.addressbook import address_text
from app.node.config import Config
from app.node.contract import Address, CommandIssued, DatagramReceived, GuestEnded, GuestSpoke
from app.node.machine import NodeMachine
from app.node.turn import Machine
from app.rooms.board.ops import Add, Drawing
from app.rooms.bodies import CODECS, MAIN_BOARD, Chat
from app.store.journal import Journal

FILL_ENTRIES = 50
"""Entries of a drawing that are issued at once."""
FILL_SECONDS = 0.02
"""Between them; before anything is measured."""
MEET_SECONDS = 0.05
"""Between two looks at who is present; before anything is measured."""

Order = (
    Found | Join | Resume | Talk | Flood | Fill | Move | Await | Meet | Do | TellConsumed
    | Chatter | Hush | Cut | Watch | Look | Recount | ReadWhole
)  # fmt: skip


def box(row: int, place: int) -> Add:
    """A small box of a large drawing."""
    fields = {"type": "rectangle", "x": 400 * place, "y": 400 * row, "w": 300, "h": 200}
    return Add(tuple(fields.items()))


def serve(pipe: Connection, setup: Setup) -> None:
    """Run one site until the pipe is closed."""
    try:
        asyncio.run(Worker(pipe, setup).run())
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        # The measuring process is gone, and with it the reason to be.
        return


class Worker:
    """The site and what is measured at it."""

    def __init__(self, pipe: Connection, setup: Setup) -> None:
        self._pipe = pipe
        self._setup = setup
        self._folder = Path(setup.folder)
        self._begun, self._begun_cpu = time.monotonic(), time.process_time()
        self._tokens = 0
        self._taken: dict[int, float] = {}
        self._said: list[tuple[EntryId, float]] = []
        self._shown: list[tuple[EntryId, float]] = []
        self._lines = 0
        self._own_lines: deque[int] = deque()
        self._own_settled = 0
        self._meeting = 0
        self._awaited: Await | None = None
        self._wished: float | None = None
        self._witness = Witness(self._folder) if setup.witness else None
        self._chatter: Chatter | None = None
        self._cut: tuple[int, ...] = ()
        self._looks: dict[int, None] = {}
        self._whole: list[tuple[EntryId, int]] = []
        self._whole_token = 0
        self._flood: Flood | None = None
        self._flooded = 0
        self._asked: dict[int, None] = {}
        self._consumed: dict[str, list[tuple[SiteId, int]]] = {}
        self._filling = self._drawn = 0
        self._flood_begun = self._flood_cpu = 0.0

    async def run(self) -> None:
        """Open everything, work until the pipe closes, close everything."""
        loop = self._loop = asyncio.get_running_loop()
        sock = bind(("127.0.0.1", self._setup.port))
        host, self._port = sock.getsockname()[:2]
        self._address = address_text(host, self._port)
        guests = Guests.wrapped(loop, self._guest_spoke, self._guest_ended)
        self._pump = pump = Pump(
            Recipe(lambda: Journal.open(self._folder / "journal.db"), self._make, lambda: ()),
            send=lambda target, data: None,
            emit=self._emit,
            clock=clock.now,
            loop=loop,
            guest=guests.take,
        )
        udp = await Udp.open(
            sock,
            lambda batch: pump.submit_all([DatagramReceived(*each) for each in batch]),
        )
        self._way_out = udp.send
        pump.send = self._send
        if self._setup.delay_ms:
            network = SimulatedNetwork(delay=self._setup.delay_ms)
            pump.send = SimulatedWire(network, self._send, Rng("bench"), loop).send
        pump.start()
        closed: asyncio.Future[None] = loop.create_future()
        threading.Thread(target=self._read, args=(closed,), daemon=True).start()
        await asyncio.wait([pump.done, closed], return_when=asyncio.FIRST_COMPLETED)
        if pump.done.done() and pump.done.exception() is not None:
            self._pipe.send(Failed(repr(pump.done.exception())))
        self._chatter = None
        pump.close()
        guests.close()
        udp.close()
        if self._witness is not None:
            self._witness.close()

    def _send(self, target: Address, data: bytes) -> None:
        """Through the shim's last stage: what is under way when a path is cut is lost, too."""
        if target[1] not in self._cut:
            self._way_out(target, data)

    def _guest_spoke(self, guest: int, message: bytes) -> None:
        self._pump.submit(GuestSpoke(guest, message))

    def _guest_ended(self, guest: int, why: str) -> None:
        self._pump.submit(GuestEnded(guest, why))

    def _make(self, saved: Saved, now: Micros) -> Machine:
        return NodeMachine(
            saved=saved,
            entropy=os.urandom,
            rng=Rng(os.urandom(16).hex()),
            now=now,
            config=Config(clock.wall_ms(), (self._address,)),
        )

    def _read(self, closed: asyncio.Future[None]) -> None:
        """The reading thread: hands orders to the loop."""
        try:
            while True:
                order: Order = self._pipe.recv()
                self._loop.call_soon_threadsafe(self._obey, order)
        except (EOFError, OSError):
            self._loop.call_soon_threadsafe(closed.set_result, None)

    def _obey(self, order: Order) -> None:  # noqa: C901 - a table
        match order:
            case Found(policy):
                self._command(api.CreateSession(self._token(), "Measured", "First", policy))
            case Join(invite):
                self._command(api.JoinSession(self._token(), invite, "Another"))
            case Resume():
                self._command(api.ResumeSession(self._token()))
            case Talk():
                self._talk(order, order.lines)
            case Flood():
                self._flood = order
                self._flood_begun, self._flood_cpu = time.monotonic(), time.process_time()
                self._pour()
            case Fill(objects, per_entry):
                self._filling = objects // per_entry
                self._fill(self._filling, per_entry)
            case Move(target):
                self._wished = time.monotonic()
                self._command(api.MoveDispatcher(self._token(), target))
            case Await():
                self._awaited = order
                self._tell()
            case Meet(members):
                self._meeting = members
                self._look_around()
            case Do(command):
                token = self._token()
                self._asked[token] = None
                self._command(replace(command, token=token))
            case TellConsumed(stream):
                self._pipe.send(Consumed(tuple(self._consumed.get(stream, ()))))
            case _:
                self._obey_failing(order)

    def _obey_failing(
        self, order: Chatter | Hush | Cut | Watch | Look | Recount | ReadWhole
    ) -> None:
        """Orders of the benchmark of failures."""
        match order:
            case Chatter():
                self._chatter = order
                self._chat()
            case Hush():
                self._chatter = None
            case Cut(ports):
                self._cut = ports
            case Watch():
                self._noted.watch(order)
            case Look():
                token = self._token()
                self._looks[token] = None
                self._command(api.ReadStatus(token))
            case Recount():
                self._pipe.send(Seen(tuple(self._noted.rows)))
            case ReadWhole():
                self._whole = []
                self._read_on()
            case _:
                assert_never(order)

    # --- doing ------------------------------------------------------------------------------------

    def _token(self) -> int:
        self._tokens += 1
        return self._tokens

    def _command(self, command: api.Command) -> None:
        self._pump.submit(CommandIssued(command))

    def _issue(self, lines: int, characters: int) -> CommandIssued:
        token = self._token()
        body = CODECS["chat"].encode(Chat("x" * characters))
        entries = (("chat", body),) * lines
        self._taken[token] = time.monotonic()
        return CommandIssued(api.Issue(token, entries, clock.wall_ms()))

    def _talk(self, order: Talk, left: int) -> None:
        self._pump.submit(self._issue(1, order.characters))
        if left > 1:
            self._loop.call_later(order.every_ms / 1_000, self._talk, order, left - 1)

    @property
    def _noted(self) -> Witness:
        assert self._witness is not None, "it was asked for at the start"
        return self._witness

    def _chat(self) -> None:
        chatter = self._chatter
        if chatter is not None:
            self._pump.submit(self._issue(1, chatter.characters))
            self._loop.call_later(chatter.every_ms / 1_000, self._chat)

    def _read_on(self) -> None:
        """Ask for the next page of the log."""
        self._whole_token = self._token()
        first = len(self._whole) + 1
        self._command(api.ReadLog(self._whole_token, first, limits.LOG_PAGE_ENTRIES_MAX))

    def _page(self, page: tuple[api.EntryShown, ...]) -> None:
        self._whole += [(shown.placed.entry.id, shown.placed.index) for shown in page]
        if page:
            self._read_on()
        else:
            self._pipe.send(Whole(tuple(self._whole)))

    def _fill(self, entries: int, per_entry: int) -> None:
        """Draw rows of boxes, some entries at a time."""
        now = min(entries, FILL_ENTRIES)
        bodies = [
            Drawing(
                MAIN_BOARD, tuple([box(entries - each, at) for at in range(per_entry)])
            ).encode()
            for each in range(now)
        ]
        drawn = tuple([("board", body) for body in bodies])
        self._command(api.Issue(self._token(), drawn, clock.wall_ms()))
        if entries > now:
            self._loop.call_later(FILL_SECONDS, self._fill, entries - now, per_entry)

    def _pour(self) -> None:
        """Say bursts while the window has room; go on when more of it is in the log."""
        flood = self._flood
        if flood is None:
            return
        bursts: list[CommandIssued] = []
        while lines := min(flood.burst, flood.lines - self._flooded):
            if self._flooded + lines - self._own_settled > flood.window:
                break
            self._flooded += lines
            bursts.append(self._issue(lines, flood.characters))
        self._pump.submit_all(bursts)
        if self._lines >= flood.total:
            self._flood = None
            cpu_seconds = time.process_time() - self._flood_cpu
            self._pipe.send(Flooded(self._flood_begun, time.monotonic(), cpu_seconds))

    # --- seeing -----------------------------------------------------------------------------------

    def _emit(self, event: api.Event) -> None:  # noqa: C901 - a table
        match event:
            case api.EntriesOrdered(entries):
                self._ordered(entries)
            case api.EntriesSettled(index):
                self._settled(index)
            case api.LogReverted(first) if self._witness is not None:
                self._witness.reverted(first)
            case api.Done(token, api.Status() as status):
                self._status(token, status)
            case api.Done(token, value) if token in self._asked:
                del self._asked[token]
                self._pipe.send(Answer(value))
            case api.Done(token, value) if isinstance(value, tuple):
                self._done(token, value)
            case api.Console(_, stream, text):
                self._pipe.send(Heard(stream, text, time.monotonic()))
            case api.MessageConsumed():
                message = (event.sender, event.number)
                self._consumed.setdefault(event.stream, []).append(message)
            case api.SessionReady():
                self._site = event.site
                seconds = time.monotonic() - self._begun
                cpu_seconds = time.process_time() - self._begun_cpu
                ready = Ready(event.site, event.invite, seconds, self._port, cpu_seconds)
                self._pipe.send(ready)
            case api.DispatcherMoved():
                self._pipe.send(Arrived(event.target, time.monotonic(), self._wished))
                self._wished = None
            case api.Denied(_, why):
                self._pipe.send(Failed(why))
            case _:
                return

    def _done(self, token: int, value: tuple[Any, ...]) -> None:
        taken = self._taken.pop(token, None)
        if token == self._whole_token:
            self._page(value)
        elif taken is not None and self._witness is not None:
            self._witness.took(value, taken)
        elif taken is not None and self._setup.keeps:
            self._said += [(each, taken) for each in value]

    def _status(self, token: int, status: api.Status) -> None:
        if token not in self._looks:
            self._meet(status)
            return
        del self._looks[token]
        looked = Looked(
            status.leader,
            status.dispatcher,
            sum(member.state == "present" for member in status.members),
            status.epoch,
            status.head_index,
            status.head_chain,
            status.settled,
            status.queue,
        )
        self._pipe.send(looked)

    def _ordered(self, entries: tuple[api.EntryShown, ...]) -> None:
        if self._witness is not None:
            onward = self._witness.ordered(entries)
            if onward is not None:
                self._pipe.send(onward)
            return
        now = time.monotonic()
        for shown in entries:
            entry = shown.placed.entry
            self._drawn += entry.kind == "board"
            if entry.kind == "chat":
                self._lines += 1
                if entry.site == self._site:
                    self._own_lines.append(shown.placed.index)
                if self._setup.keeps:
                    self._shown.append((entry.id, now))
        self._tell()
        self._pour_soon()

    def _settled(self, index: int) -> None:
        if self._witness is not None:
            self._witness.settled(index)
        own = self._own_lines
        while own and own[0] <= index:
            own.popleft()
            self._own_settled += 1
        if self._filling and self._drawn >= self._filling:
            self._filling = 0
            self._pipe.send(Filled())
        self._pour_soon()

    def _pour_soon(self) -> None:
        if self._flood is not None:
            self._loop.call_soon(self._pour)

    def _look_around(self) -> None:
        self._command(api.ReadStatus(self._token()))

    def _meet(self, status: api.Status) -> None:
        present = sum(member.state == "present" for member in status.members)
        if present >= self._meeting:
            self._pipe.send(Met())
        else:
            self._loop.call_later(MEET_SECONDS, self._look_around)

    def _tell(self) -> None:
        if self._awaited is not None and self._lines >= self._awaited.lines:
            self._awaited = None
            self._pipe.send(Report(tuple(self._said), tuple(self._shown)))
