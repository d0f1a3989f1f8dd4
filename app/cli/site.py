"""`site`: one whole site without a window. Puts engine, socket of commands and desk together.

Decides nothing about the order or the network. Prints each event as a JSON line, ends in order on
SIGINT and SIGTERM, and lets nothing that a reader of its output does stop it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.cli.data import data_folder
from app.cli.desk import Answer, Desk
from app.cli.engine import Build, Engine, build_machine
from app.cli.finding import Finding
from app.cli.jsonlines import event_lines
from app.cli.neighbourhood import Neighbourhood
from app.cli.outcome import CommandFailed, Exit
from app.cli.output import Output
from app.cli.request import World
from app.cli.sharelines import ShareLines
from app.core import limits
from app.core.errors import KnownError, LocalError
from app.core.instant import SECOND
from app.drivers import clock
from app.drivers.control.server import ControlServer
from app.drivers.folder import Folder
from app.drivers.simnet import SimulatedNetwork, parse_simulated
from app.drivers.udp import parse_listen
from app.node import api
from app.node.api import Command, Denied, Event
from app.node.config import Config
from app.node.contract import Address


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
        site = Site(folder, output, first_command(arguments), manners=manners(arguments))
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


@dataclass(frozen=True, slots=True)
class Manners:
    """How this site behaves in the network around it.

    `near`: the title of the session to ask, empty for none; `name`: what it says it is called;
    `visible`: whether it is announced and answers strangers; `admitting`: what becomes of them.
    """

    near: str = ""
    name: str = ""
    visible: bool = False
    admitting: api.Admitting = api.Admitting.ASK


def manners(arguments: argparse.Namespace) -> Manners:
    """What the options say about the network around."""
    return Manners(
        arguments.near or "",
        arguments.name or "",
        not arguments.no_lan,
        api.Admitting(arguments.admit),
    )


class Site:
    """One run of a site."""

    def __init__(
        self,
        folder: Folder,
        output: Output,
        first: Callable[[int], Command],
        build: Build = build_machine,
        manners: Manners = Manners(),
    ) -> None:
        self._folder = folder
        self._output = output
        self._first = first
        self._build = build
        self._manners = manners
        self._neighbourhood: Neighbourhood | None = None
        self._seen: asyncio.Task[None] | None = None
        self._failure: CommandFailed | None = None
        self._is_closing = False
        self._shares = ShareLines()

    async def run(self, listen: Address, network: SimulatedNetwork | None) -> Exit:
        """Put everything together, run until the session is closed, take it apart.

        Raises:
            KnownError: the environment doesn't let it start.
            CommandFailed: the session said no, or a mistake of ours ended it.
        """
        loop = asyncio.get_running_loop()
        config = Config(0, visible=self._manners.visible, admitting=self._manners.admitting)
        self._engine = Engine(self._folder, self._show, self._revived, config, self._build)
        self._pump = self._engine.pump
        self._desk = Desk(
            World(
                submit=self._engine.submit,
                now=clock.now,
                wall_ms=clock.wall_ms,
                call_later=loop.call_later,
                gather=self._engine.gather,
            )
        )
        async with contextlib.AsyncExitStack() as stack:
            await self._engine.open(stack, listen, network)
            control = await ControlServer.open(self._folder.path, self._desk)
            stack.push_async_callback(control.close)
            for number in (signal.SIGINT, signal.SIGTERM):
                on_signal(loop, number, self._end)
            stack.push_async_callback(self._say_goodbye)
            if self._manners.near:
                finding = loop.create_task(self._find(self._manners.near))
                stack.callback(finding.cancel)
            else:
                self._desk.ask(self._first, self._begun)
            await self._until_closed()
        if self._failure is not None:
            raise self._failure
        return Exit.DONE

    async def _until_closed(self) -> None:
        try:
            await self._pump.done
        except KnownError:
            raise
        except Exception as error:  # noqa: BLE001 - a mistake of ours, whichever it is
            self._failure = CommandFailed(self._report(error))
        self._output.at_once({"event": "closing"})

    # --- what the engine tells --------------------------------------------------------------------

    def _revived(self) -> None:
        """After a failed commit: go on with the session that is on disk."""
        self._desk.ask(api.ResumeSession, self._resumed)

    def _show(self, event: Event) -> None:
        for line in self._shares.lines(event):
            self._output.line(line)
        for line in event_lines(event):
            match event:
                case api.SessionReady():
                    self._output.begin(line)
                    self._be_seen(event)
                case api.TroubleSeen() | api.AskSent():
                    self._output.at_once(line)
                case _:
                    self._output.line(line)
        self._desk.on_event(event)

    # --- the network around -----------------------------------------------------------------------

    async def _find(self, title: str) -> None:
        """Look for a session nearby and ask it."""
        finding = Finding(title)
        neighbourhood = self._neighbourhood = Neighbourhood(finding.show, self._trouble)
        try:
            found = await finding.find(neighbourhood)
        except CommandFailed as failure:
            self._failure = failure
            self._pump.close()
            return
        name, tag, addresses = self._manners.name, found.tag, found.addresses
        self._desk.ask(lambda token: api.AskToJoin(token, tag, addresses, name), self._begun)
        await neighbourhood.look_away()

    def _be_seen(self, ready: api.SessionReady) -> None:
        """Announce the session, if its people want that and anybody could come."""
        if not self._manners.visible or not self._engine.outward:
            return
        if self._neighbourhood is None:
            self._neighbourhood = Neighbourhood(lambda _sessions: None, self._trouble)
        work = self._neighbourhood.announce(ready.session, self._engine.bound)
        self._seen = asyncio.get_running_loop().create_task(work)

    async def _say_goodbye(self) -> None:
        if self._neighbourhood is not None:
            await self._neighbourhood.close()

    def _trouble(self, code: str, text: str) -> None:
        self._output.at_once({"event": "trouble", "code": code, "text": text})

    # --- beginning and ending ---------------------------------------------------------------------

    def _begun(self, answer: Answer) -> None:
        """Create, join or resume was answered: without a session there is nothing to run."""
        if isinstance(answer, Denied) and not self._is_closing:
            code = Exit.USAGE if answer.usage else Exit.REFUSED
            self._failure = CommandFailed(answer.why, code)
            self._pump.close()

    def _resumed(self, answer: Answer) -> None:
        """Resuming after a failed commit was answered; if the disk failed again, it comes again."""
        if not self._pump.is_down:
            self._begun(answer)

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
        path = keep_report(self._folder.path, error)
        text = f"a mistake of ours: {type(error).__name__}"
        self._output.at_once({"event": "trouble", "code": "bug", "text": text})
        return (
            f"Talkstick made a mistake ({type(error).__name__}: {error}). What was saved is safe;"
            f" start again. The report is in {path}."
        )


def keep_report(folder: Path, error: BaseException) -> Path:
    """Write what went wrong where people find it; a full disk keeps nothing."""
    path = folder / "crash.txt"
    text = "".join(traceback.format_exception(error))
    with contextlib.suppress(OSError):
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
    return path


def on_signal(
    loop: asyncio.AbstractEventLoop, number: signal.Signals, call: Callable[[], None]
) -> None:
    """Call on a signal, on the loop's thread."""
    try:
        loop.add_signal_handler(number, call)
    except NotImplementedError:
        # Windows: its loops can't, but a handler of the process may wake one.
        signal.signal(number, lambda _number, _frame: loop.call_soon_threadsafe(call))
