"""What stands around the window: the one open session, those on disk, and the network nearby.

One open session at a time: opening another closes the one that is open. What the window wants comes
in as calls that return at once; what becomes of it goes back as events, and as rows of the lobby.
It paints nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from app.cli.alone import DELAY_MS, TITLE, Alone
from app.cli.desk import Answer, Desk
from app.cli.engine import Engine
from app.cli.labwork import LabWork
from app.cli.neighbours import Neighbours
from app.cli.outcome import Exit
from app.cli.request import Gathered, ProgramWanted, World
from app.cli.shelf import About, Shelf
from app.cli.site import keep_report, on_signal
from app.cli.wish import Wish
from app.core.errors import KnownError, LocalError
from app.core.ids import SiteId
from app.crypto.invite import parse_invite
from app.drivers import clock
from app.drivers.control.server import ControlServer
from app.drivers.folder import Folder
from app.drivers.powercut import end_at_once
from app.drivers.simnet import SimulatedNetwork
from app.node import api
from app.node.api import Answered, ChosenFile, Command, Denied, Event, SendHint
from app.node.config import Config
from app.node.contract import Address
from app.ui.app import Windows
from app.ui.models.lab import Worse
from app.ui.models.lobby import KeptSession
from app.ui.share import programs
from app.ui.share.programs import ProgramWish
from app.ui.strings import Lobby, Trouble

LookOn = Callable[[Windows], None]

_ANYWHERE: Address = ("0.0.0.0", 0)  # noqa: S104 - others are to reach this site
_ONLY_HERE: Address = ("127.0.0.1", 0)
_CLOSING_SECONDS = 1.2
"""Leaving in order; taking everything apart needs a part of the two seconds, too."""
_NO_SESSION = "No session is open in this window. Start or join one there first."


def complain(text: str) -> None:
    """One line for whoever started the program."""
    sys.stderr.write(f"talkstick: {text}\n")


class Household:
    """Opens and closes sessions for the window; see `app.ui.windows.main.House`."""

    def __init__(self, folder: Folder, application: Any, link: str) -> None:
        self._folder = folder
        self._link = link
        self._shelf = Shelf(folder.path)
        self._windows = Windows(application, folder.path, self)
        self._engine: Engine | None = None
        self._stack = contextlib.AsyncExitStack()
        self._about: About | None = None
        self._people: tuple[tuple[str, str], ...] = ()
        self._own: SiteId | None = None
        self._alone: Alone | None = None
        self._wish: Wish | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()
        self._over = asyncio.Event()
        self._lab: LabWork | None = None
        self._neighbours = Neighbours(
            self._windows.lobby,
            lambda: [each.key for each in self._shelf.kept() if not each.left],
            lambda: self._about.key if self._about is not None else "",
        )

    # --- the run ----------------------------------------------------------------------------------

    async def run(self, look_on: LookOn) -> Exit:
        """From the first window to the last."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._on_loop_error)
        sys.excepthook = lambda _kind, error, _trace: self._mistake(error)
        self._desk = Desk(
            World(
                submit=self._submit,
                now=clock.now,
                wall_ms=clock.wall_ms,
                call_later=loop.call_later,
                gather=self._gather,
                come_to_front=self._windows.come_to_front,
            )
        )
        control = await ControlServer.open(self._folder.path, self._desk)
        try:
            for number in (signal.SIGINT, signal.SIGTERM):
                on_signal(loop, number, self._windows.close)
            self._show_kept()
            self._windows.begin(self._begun)
            look_on(self._windows)
            await self._over.wait()
            self._end_wish()
        finally:
            await self._end()
            await control.close()
            self._windows.end()
        return Exit.DONE

    async def _end(self) -> None:
        """Close in order what is open, and say goodbye to the network at the same time."""
        self._over.set()
        goodbye = asyncio.create_task(self._neighbours.close())
        closing = asyncio.create_task(self._close_alone())
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_CLOSING_SECONDS):
                    await goodbye
        finally:
            await closing

    def _begun(self) -> None:
        """The main window stands: go on where the last run ended, or follow the link."""
        current = self._shelf.current()
        if self._link:
            self.join(self._link)
        elif self._windows.memory.kept.open and current is not None and not current.left:
            self.open_kept(current.key)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._mistake(error)

    # --- what the window wants: House -------------------------------------------------------------

    def create(self, title: str) -> None:
        """Found a session and open it."""
        name = self._windows.memory.kept.name
        self._spawn(
            self._switch(
                self._shelf.make_room,
                lambda token: api.CreateSession(token, title, name),
                Lobby.STARTING(session=title),
            )
        )

    def join(self, link: str) -> None:
        """Join by a link; a session of this disk is resumed with the addresses of the link."""
        name = self._windows.memory.kept.name
        try:
            key = parse_invite(link).session.hex()
        except LocalError:
            self._windows.lobby.say(trouble=Lobby.INVITE_WRONG())
            return

        def prepare() -> None:
            if self._shelf.holds(key):
                self._shelf.take(key)
            else:
                self._shelf.make_room()

        self._spawn(
            self._switch(prepare, lambda token: api.JoinSession(token, link, name), Lobby.ASKING())
        )

    def is_open(self, link: str) -> bool:
        """Whether a link leads to the session that is open."""
        with contextlib.suppress(LocalError):
            return self._about is not None and parse_invite(link).session.hex() == self._about.key
        return False

    def look_around(self, *, on: bool) -> None:
        """Fill the lobby's list of sessions nearby, or stop that."""
        self._spawn(self._neighbours.look(on=on))

    def ask_near(self, key: str) -> None:
        """Ask a session nearby to be let in."""
        near = self._neighbours.find(key)
        if near is None:
            return
        self._end_wish()
        self._wish = Wish(
            self._windows.lobby,
            key,
            asyncio.get_running_loop().call_later,
            lambda: self._desk.ask(api.CancelAsk, lambda _answer: None),
        )
        self._spawn(
            self._switch(
                self._shelf.make_room, lambda token: self._asking(token, near), "", wish=self._wish
            )
        )

    def _asking(self, token: int, near: api.NearShown) -> api.AskToJoin:
        kept = self._windows.memory.kept
        return api.AskToJoin(token, near.tag, near.addresses, kept.name, kept.colour)

    def cancel_ask(self) -> None:
        """Take the wish to join back."""
        self._end_wish()
        self._neighbours.refresh()

    def _end_wish(self) -> None:
        wish, self._wish = self._wish, None
        if wish is not None:
            wish.end()

    def probe(self, address: str) -> None:
        """Look for a session at an address that was typed."""
        self._spawn(self._neighbours.probe(address))

    def set_visible(self, *, visible: bool) -> None:
        """Whether people nearby see the session and can ask to join."""
        if self._engine is not None:
            self._desk.ask(lambda token: api.SetVisible(token, visible), lambda _answer: None)
        self._spawn(self._be_seen())

    async def _be_seen(self) -> None:
        """Announce the open session, or take that back, as its person wants."""
        engine, about = self._engine, self._about
        wanted = self._windows.memory.kept.visible
        if wanted and engine is not None and about is not None and not about.alone:
            await self._neighbours.announce(bytes.fromhex(about.key), engine.bound)
        else:
            await self._neighbours.withdraw()

    def open_kept(self, key: str) -> None:
        """Go on with a session of this disk; one that is near is called where it is now."""
        name, near = self._windows.memory.kept.name, self._neighbours.find(key)
        title = next((each.title for each in self._shelf.kept() if each.key == key), "")

        def going_on(token: int) -> Answered:
            if near is None:
                return api.ResumeSession(token, name)
            return self._asking(token, near)

        self._spawn(
            self._switch(lambda: self._shelf.take(key), going_on, Lobby.JOINING(session=title))
        )

    def try_alone(self) -> None:
        """A session with people that this computer plays; nothing leaves it."""
        name = self._windows.memory.kept.name
        self._spawn(
            self._switch(
                self._shelf.make_room,
                lambda token: api.CreateSession(token, TITLE, name),
                Lobby.STARTING(session=TITLE),
                alone=True,
            )
        )

    def set_lab(self, rules: tuple[tuple[SiteId, Worse], ...]) -> None:
        """What this site's own network is to do to these members from now on."""
        if self._lab is not None and self._engine is not None:
            self._lab.set_rules(rules)

    def can_kill(self, site: SiteId) -> bool:
        """Whether this member's process is one of this computer's that this window may kill."""
        return site == self._own or (self._alone is not None and self._alone.plays(site))

    def kill(self, site: SiteId) -> None:
        """End a member's process as a power cut would; this window's, too."""
        if self._alone is not None and self._alone.plays(site):
            self._alone.kill(site)
        elif site == self._own:
            end_at_once()

    def close_session(self) -> None:
        """Close the open session; it stays on this computer."""
        self._spawn(self._close_alone())

    def leave_session(self) -> None:
        """Leave for good: answered once the others have all that is ours."""
        self._desk.ask(api.LeaveSession, self._left)

    def forget(self, key: str) -> None:
        """Delete a session from this disk."""
        if self._about is not None and self._about.key == key:
            self._spawn(self._close_and_forget(key))
        else:
            self._shelf.forget(key)
            self._show_kept()

    def quit(self) -> None:
        """Close in order and end the program."""
        self._over.set()

    # --- sessions come and go ---------------------------------------------------------------------

    async def _switch(
        self,
        prepare: Callable[[], None],
        make: Callable[[int], Answered],
        busy: str,
        *,
        alone: bool = False,
        wish: Wish | None = None,
    ) -> None:
        """Close what is open, prepare the journal, start, and do the first command.

        With a `wish` that is taken back on the way, nothing more is started.
        """
        lobby = self._windows.lobby
        if wish is None:
            self._end_wish()
        async with self._turn:
            if wish is not None and not wish.lasts:
                return
            lobby.say(busy=busy)
            await self._close()
            if alone:
                name = self._windows.memory.kept.name
                self._alone = Alone(asyncio.get_running_loop(), name)
            try:
                prepare()
                await self._start(alone=alone)
            except KnownError as error:
                await self._stop()
                self._refuse(str(error), wish)
                return
            if wish is not None:
                if not wish.lasts:
                    await self._stop()
                    return
                wish.sent()
            answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
            self._desk.ask(make, answer.set_result)
            got = await self._unless_over(answer)
            if got is None:
                return
            if isinstance(got, Denied):
                await self._stop()
                self._refuse(_sentence(got.why), wish)
                self._windows.go_to_lobby()
            else:
                lobby.say()
                if wish is not None:
                    wish.granted()

    def _refuse(self, why: str, wish: Wish | None) -> None:
        """Say why there is no session: at the row that was asked, or in the lobby."""
        self._windows.lobby.say(trouble="" if wish is not None else why)
        if wish is not None:
            wish.refused(why)

    async def _unless_over(self, answer: asyncio.Future[Answer]) -> Answer | None:
        """The answer; None if the window is closed before it comes: nobody waits for it then."""
        over = asyncio.create_task(self._over.wait())
        await asyncio.wait((answer, over), return_when=asyncio.FIRST_COMPLETED)
        over.cancel()
        return answer.result() if answer.done() else None

    async def _start(self, *, alone: bool) -> None:
        config = Config(0, window=True, visible=self._windows.memory.kept.visible)
        self._windows.opening()
        engine = Engine(self._folder, self._show, self._revived, config)
        self._engine = engine
        if alone:
            await engine.open(self._stack, _ONLY_HERE, SimulatedNetwork(delay=DELAY_MS))
        else:
            await engine.open(self._stack, _ANYWHERE, None)
        self._lab = LabWork(self._desk, engine.make_worse, asyncio.get_running_loop().call_later)
        self._stack.callback(self._lab.end)
        self._windows.bridge.attach(engine.submit)
        engine.pump.done.add_done_callback(lambda done: self._ended(engine, done))

    async def _close(self) -> None:
        """Close the open session in order, if there is one, within two seconds in any case.

        One with people that this computer plays is thrown away: there is nobody to hand over to.
        """
        engine = self._engine
        was_alone = self._about is not None and self._about.alone
        others: asyncio.Task[None] | None = None
        if self._alone is not None:
            alone, self._alone = self._alone, None
            others = asyncio.create_task(asyncio.to_thread(alone.close))
        if engine is not None and not was_alone and not engine.pump.done.done():
            self._desk.ask(api.CloseSession, lambda _answer: None)
            with contextlib.suppress(TimeoutError, KnownError):
                async with asyncio.timeout(_CLOSING_SECONDS):
                    await asyncio.shield(engine.pump.done)
        await self._stop()
        if was_alone:
            self._shelf.make_room()
            self._show_kept()
        if self._over.is_set():
            # Nobody has to look on while the others end.
            self._windows.hide()
        if others is not None:
            await others

    async def _stop(self) -> None:
        """Take everything apart; what was committed is on disk."""
        engine, self._engine = self._engine, None
        self._windows.bridge.detach(_NO_SESSION)
        if self._about is not None:
            about = self._about
            self._shelf.remember(
                About(
                    about.key, about.title, clock.wall_ms(), self._people, about.left, about.alone
                )
            )
            self._windows.bridge.on_event(api.SessionClosed(about.left))
            self._about = None
        if not self._over.is_set():
            await self._be_seen()
        stack, self._stack = self._stack, contextlib.AsyncExitStack()
        await stack.aclose()
        if engine is not None:
            self._show_kept()

    async def _close_alone(self) -> None:
        async with self._turn:
            await self._close()

    async def _close_and_forget(self, key: str) -> None:
        async with self._turn:
            await self._close()
            self._shelf.forget(key)
            self._show_kept()

    def _ended(self, engine: Engine, done: asyncio.Future[None]) -> None:
        """The session ended by itself: left for good, removed, or a mistake of ours."""
        if done.cancelled():
            return
        error = done.exception()
        if isinstance(error, KnownError):
            self._windows.lobby.say(trouble=str(error))
        elif error is not None:
            self._mistake(error)
        if engine is self._engine and not self._turn.locked():
            self._spawn(self._close_alone())

    def _left(self, answer: Answer) -> None:
        if isinstance(answer, Denied):
            self._windows.say(_sentence(answer.why))

    # --- what the node tells ----------------------------------------------------------------------

    def _submit(self, command: Command) -> None:
        """From the control socket's desk to the open session."""
        if self._engine is not None:
            self._engine.submit(command)
        elif not isinstance(command, SendHint):
            self._desk.on_event(Denied(command.token, _NO_SESSION))

    def _gather(
        self, wanted: ProgramWanted, then: Callable[[Gathered | LocalError | KnownError], None]
    ) -> None:
        """A program that is to be shared in the open session."""
        if self._engine is not None:
            self._engine.gather(wanted, then)
        else:
            then(KnownError(_NO_SESSION))

    def gather_program(
        self, wish: ProgramWish, then: Callable[[programs.Gathered | str], None]
    ) -> None:
        """Keep the files of a program that is to be shared from the window."""

        def gathered(found: Gathered | LocalError | KnownError) -> None:
            if isinstance(found, Gathered):
                then(programs.Gathered(found.offer, found.listing))
            else:
                then(str(found))

        folder = str(Path.home())
        self._gather(ProgramWanted(wish.program, folder, wish.arguments, wish.python), gathered)

    def keep_files(
        self, how: str, paths: tuple[str, ...], then: Callable[[tuple[ChosenFile, ...] | str], None]
    ) -> None:
        """Keep files that a shared program is given."""
        if self._engine is not None:
            self._engine.keep_files(how, paths, then)
        else:
            then(_NO_SESSION)

    def _show(self, event: Event) -> None:
        match event:
            case api.SessionReady():
                alone = self._alone is not None
                self._own = event.site
                self._about = About(
                    event.session.hex(), event.title, clock.wall_ms(), (), alone=alone
                )
                self._shelf.remember(self._about)
                self._spawn(self._be_seen())
            case api.CatchingUp(pieces, of) if self._about is None:
                self._windows.lobby.say(busy=Lobby.FETCHING(count=pieces, all=of))
            case api.AskSent(_site, member, words) if self._wish is not None:
                self._wish.heard(member, words)
            case api.PeopleChanged(people):
                self._people = tuple(
                    [
                        (each.name, each.colour)
                        for each in people
                        if not each.is_self and each.state != "left"
                    ]
                )
            case api.SessionClosed(left) if self._about is not None:
                about = self._about
                self._about = About(
                    about.key, about.title, about.last_ms, about.people, left, about.alone
                )
                # Told when everything is taken apart.
                self._desk.on_event(event)
                return
            case api.EntriesOrdered(entries) if self._alone is not None:
                self._alone.ordered(entries)
            case _:
                pass
        self._windows.bridge.on_event(event)
        self._desk.on_event(event)
        if isinstance(event, api.SessionReady) and self._alone is not None:
            self._alone.begin(event.invite, event.site)

    def _revived(self) -> None:
        """After a failed commit: go on with the session that is on disk."""
        self._desk.ask(api.ResumeSession, lambda _answer: None)

    def _show_kept(self) -> None:
        self._windows.lobby.set_kept(
            tuple(
                [
                    KeptSession(each.key, each.title, each.last_ms, each.people, each.left)
                    for each in self._shelf.kept()
                ]
            )
        )

    # --- mistakes of ours -------------------------------------------------------------------------

    def _on_loop_error(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, BaseException):
            self._mistake(error)
        else:
            complain(str(context.get("message", "")))

    def _mistake(self, error: BaseException) -> None:
        """Keep a report, and say so; what was ordered is safe."""
        path = keep_report(self._folder.path, error)
        complain(f"a mistake of ours: {type(error).__name__}: {error} (report in {path})")
        self._windows.lobby.say(trouble=Trouble.OURS())
        self._windows.bridge.trouble.emit(api.TroubleSeen("bug", Trouble.OURS()))


def _sentence(why: str) -> str:
    """A reason of the node as a sentence."""
    text = why.strip()
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"
