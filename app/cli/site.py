"""`site`: one whole site without a window. Puts folder, journal, socket, machine and desk together.

Decides nothing about the order or the network. Prints each event as a JSON line, ends in order on
SIGINT and SIGTERM, and lets nothing that a reader of its output does stop it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import traceback
from collections.abc import Callable, Iterator

from app.cli.data import data_folder
from app.cli.desk import Answer, Desk, World
from app.cli.jsonlines import event_lines
from app.cli.outcome import CommandFailed, Exit
from app.cli.output import Output
from app.core import limits
from app.core.errors import KnownError, LocalError
from app.core.instant import SECOND, Micros
from app.core.rng import Rng
from app.dispatcher.records import Saved
from app.drivers import clock
from app.drivers.addresses import AddressWatch, reachable
from app.drivers.control.server import ControlServer
from app.drivers.folder import Folder
from app.drivers.pump import Pump, Recipe
from app.drivers.simnet import SimulatedNetwork, SimulatedWire, parse_simulated
from app.drivers.udp import Batch, Udp, bind, parse_listen
from app.node import api
from app.node.api import Command, Denied, Event
from app.node.config import Config
from app.node.contract import (
    Address,
    AddressesChanged,
    CommandIssued,
    DatagramReceived,
    Input,
    Woke,
)
from app.node.machine import NodeMachine
from app.node.turn import Machine
from app.store.journal import Journal

Build = Callable[[Saved, Micros, Config], Machine]


def run(arguments: argparse.Namespace) -> Exit:
    """Run a site until it is closed; raises `KnownError` or `CommandFailed`."""
    try:
        listen = parse_listen(arguments.listen)
        network = parse_simulated(arguments.sim_net) if arguments.sim_net is not None else None
    except LocalError as error:
        raise CommandFailed(f"site: {error}", Exit.USAGE) from None
    folder = Folder.open(data_folder(arguments.data))
    output = Output()
    try:
        site = Site(folder, output, first_command(arguments))
        return asyncio.run(site.run(listen, network))
    finally:
        output.close()
        folder.close()


def first_command(arguments: argparse.Namespace) -> Callable[[int], Command]:
    """What the options ask for; the machine resumes a session that the folder knows."""
    name, policy = arguments.name, arguments.policy or "adaptive"
    if arguments.create is not None:
        return lambda token: api.CreateSession(token, arguments.create, name, policy)
    if arguments.join is not None:
        return lambda token: api.JoinSession(token, arguments.join, name)
    return lambda token: api.ResumeSession(token, name)


def build_machine(saved: Saved, now: Micros, config: Config) -> Machine:
    """The real machine, with the system's entropy."""
    return NodeMachine(
        saved=saved, entropy=os.urandom, rng=Rng(os.urandom(16).hex()), now=now, config=config
    )


class Site:
    """One run of a site."""

    def __init__(
        self,
        folder: Folder,
        output: Output,
        first: Callable[[int], Command],
        build: Build = build_machine,
    ) -> None:
        self._folder = folder
        self._output = output
        self._first = first
        self._build = build
        self._addresses: tuple[str, ...] = ()
        self._send: Callable[[Address, bytes], None] = lambda _target, _data: None
        self._failure: CommandFailed | None = None
        self._is_closing = False

    async def run(self, listen: Address, network: SimulatedNetwork | None) -> Exit:
        """Put everything together, run until the session is closed, take it apart.

        Raises:
            KnownError: the environment doesn't let it start.
            CommandFailed: the session said no, or a mistake of ours ended it.
        """
        loop = asyncio.get_running_loop()
        self._pump = Pump(
            Recipe(lambda: Journal.open(self._folder.journal), self._make, self._revive),
            send=self._transmit,
            emit=self._show,
            clock=clock.now,
            loop=loop,
        )
        self._desk = Desk(
            World(
                submit=lambda command: self._pump.submit(CommandIssued(command)),
                now=clock.now,
                wall_ms=clock.wall_ms,
                call_later=loop.call_later,
            )
        )
        async with contextlib.AsyncExitStack() as stack:
            await self._open(stack, listen, network)
            self._desk.ask(self._first, self._begun)
            await self._until_closed()
        if self._failure is not None:
            raise self._failure
        return Exit.DONE

    async def _open(
        self, stack: contextlib.AsyncExitStack, listen: Address, network: SimulatedNetwork | None
    ) -> None:
        """Everything that has to be closed again, in reverse order."""
        loop, pump = asyncio.get_running_loop(), self._pump
        sock = bind(listen, self._folder.port())
        stack.callback(sock.close)
        bound: Address = sock.getsockname()[:2]
        self._addresses = reachable(bound)
        pump.start()
        stack.callback(pump.close)
        self._folder.remember_port(bound[1])
        udp = await Udp.open(sock, lambda batch: pump.submit_all(_datagrams(batch)))
        stack.callback(udp.close)
        self._send = udp.send
        if network is not None:
            self._send = SimulatedWire(network, udp.send, Rng(os.urandom(16).hex()), loop).send
        control = await ControlServer.open(self._folder.path, self._desk)
        stack.push_async_callback(control.close)
        sleep = clock.SleepWatch(loop, lambda gap: pump.submit(Woke(gap)))
        stack.callback(sleep.stop)
        watch = AddressWatch(loop, self._went_elsewhere, lambda: reachable(bound))
        stack.callback(watch.stop)
        for number in (signal.SIGINT, signal.SIGTERM):
            _on_signal(loop, number, self._end)

    async def _until_closed(self) -> None:
        try:
            await self._pump.done
        except KnownError:
            raise
        except Exception as error:  # noqa: BLE001 - a mistake of ours, whichever it is
            self._failure = CommandFailed(self._report(error))
        self._output.at_once({"event": "closing"})

    # --- what the pump asks -----------------------------------------------------------------------

    def _make(self, saved: Saved, now: Micros) -> Machine:
        return self._build(saved, now, Config(clock.wall_ms(), self._addresses))

    def _revive(self) -> Iterator[Input]:
        """After a failed commit: go on with the session that is on disk."""
        yield AddressesChanged(self._addresses)
        self._desk.ask(api.ResumeSession, self._begun)

    def _transmit(self, target: Address, data: bytes) -> None:
        self._send(target, data)

    def _show(self, event: Event) -> None:
        for line in event_lines(event):
            match event:
                case api.SessionReady():
                    self._output.begin(line)
                case api.TroubleSeen():
                    self._output.at_once(line)
                case _:
                    self._output.line(line)
        self._desk.on_event(event)

    # --- beginning and ending ---------------------------------------------------------------------

    def _begun(self, answer: Answer) -> None:
        """Create, join or resume was answered: without a session there is nothing to run."""
        if isinstance(answer, Denied) and not self._is_closing:
            code = Exit.USAGE if answer.usage else Exit.REFUSED
            self._failure = CommandFailed(answer.why, code)
            self._pump.close()

    def _went_elsewhere(self, addresses: tuple[str, ...]) -> None:
        self._addresses = addresses
        self._pump.submit(AddressesChanged(addresses))

    def _end(self) -> None:
        """A signal: leave in order; at the second one, or when that takes too long, just end."""
        if self._is_closing:
            self._pump.close()
            return
        self._is_closing = True
        loop = asyncio.get_running_loop()
        loop.call_later(limits.CLOSING_MICROS / SECOND, self._pump.close)
        self._desk.ask(api.CloseSession, self._ended)

    def _ended(self, answer: Answer) -> None:
        if isinstance(answer, Denied):
            self._pump.close()

    def _report(self, error: Exception) -> str:
        """Keep what went wrong for a report; one line for people."""
        path = self._folder.path / "crash.txt"
        text = "".join(traceback.format_exception(error))
        with contextlib.suppress(OSError):
            path.touch(mode=0o600)
            path.write_text(text, encoding="utf-8")
        text = f"a mistake of ours: {type(error).__name__}"
        self._output.at_once({"event": "trouble", "code": "bug", "text": text})
        return (
            f"Talkstick made a mistake ({type(error).__name__}: {error}). What was saved is safe;"
            f" start again. The report is in {path}."
        )


def _datagrams(batch: Batch) -> Iterator[Input]:
    for source, data in batch:
        yield DatagramReceived(source, data)


def _on_signal(
    loop: asyncio.AbstractEventLoop, number: signal.Signals, call: Callable[[], None]
) -> None:
    try:
        loop.add_signal_handler(number, call)
    except NotImplementedError:
        # Windows: its loops can't, but a handler of the process may wake one.
        signal.signal(number, lambda _number, _frame: loop.call_soon_threadsafe(call))
