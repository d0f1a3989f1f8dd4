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
from multiprocessing.connection import Connection
from pathlib import Path
from typing import assert_never

from app.bench.messages import (
    Arrived,
    Await,
    Failed,
    Fill,
    Filled,
    Flood,
    Flooded,
    Found,
    Join,
    Meet,
    Met,
    Move,
    Ready,
    Report,
    Setup,
    Talk,
)
from app.core.ids import EntryId
from app.core.instant import Micros
from app.core.rng import Rng
from app.dispatcher.records import Saved
from app.drivers import clock
from app.drivers.pump import Pump, Recipe
from app.drivers.simnet import SimulatedNetwork, SimulatedWire
from app.drivers.udp import Udp, bind
from app.node import api
from app.node.addressbook import address_text
from app.node.config import Config
from app.node.contract import CommandIssued, DatagramReceived
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

Order = Found | Join | Talk | Flood | Fill | Move | Await | Meet


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
        self._flood: Flood | None = None
        self._flooded = 0
        self._filling = self._drawn = 0
        self._flood_begun = self._flood_cpu = 0.0

    async def run(self) -> None:
        """Open everything, work until the pipe closes, close everything."""
        loop = self._loop = asyncio.get_running_loop()
        sock = bind(("127.0.0.1", 0))
        host, port = sock.getsockname()[:2]
        self._address = address_text(host, port)
        self._pump = pump = Pump(
            Recipe(lambda: Journal.open(self._folder / "journal.db"), self._make, lambda: ()),
            send=lambda target, data: None,
            emit=self._emit,
            clock=clock.now,
            loop=loop,
        )
        udp = await Udp.open(
            sock,
            lambda batch: pump.submit_all([DatagramReceived(*each) for each in batch]),
        )
        pump.send = udp.send
        if self._setup.delay_ms:
            network = SimulatedNetwork(delay=self._setup.delay_ms)
            pump.send = SimulatedWire(network, udp.send, Rng("bench"), loop).send
        pump.start()
        closed: asyncio.Future[None] = loop.create_future()
        threading.Thread(target=self._read, args=(closed,), daemon=True).start()
        await asyncio.wait([pump.done, closed], return_when=asyncio.FIRST_COMPLETED)
        if pump.done.done() and pump.done.exception() is not None:
            self._pipe.send(Failed(repr(pump.done.exception())))
        pump.close()
        udp.close()

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

    def _obey(self, order: Order) -> None:
        match order:
            case Found(policy):
                self._command(api.CreateSession(self._token(), "Measured", "First", policy))
            case Join(invite):
                self._command(api.JoinSession(self._token(), invite, "Another"))
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

    def _emit(self, event: api.Event) -> None:
        match event:
            case api.EntriesOrdered(entries):
                self._ordered(entries)
            case api.EntriesSettled(index):
                self._settled(index)
            case api.Done(_, api.Status() as status):
                self._meet(status)
            case api.Done(token, value):
                taken = self._taken.pop(token, None)
                if taken is not None and self._setup.keeps and isinstance(value, tuple):
                    self._said += [(each, taken) for each in value]
            case api.SessionReady():
                self._site = event.site
                seconds = time.monotonic() - self._begun
                cpu_seconds = time.process_time() - self._begun_cpu
                self._pipe.send(Ready(event.site, event.invite, seconds, cpu_seconds))
            case api.DispatcherMoved():
                self._pipe.send(Arrived(event.target, time.monotonic(), self._wished))
                self._wished = None
            case api.Denied(_, why):
                self._pipe.send(Failed(why))
            case _:
                return

    def _ordered(self, entries: tuple[api.EntryShown, ...]) -> None:
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
