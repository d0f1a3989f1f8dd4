"""The site's front desk: requests of commands become `node.api` commands, events become answers.

Synchronous and without I/O: a request submits its command at once, so that lines are issued in the
order in which they were asked for, and whoever waits is woken by the event it waits for. Every
answer carries the request's number; the last one of a request has `done` or `error`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from app.cli.fields import number_of, text_of
from app.cli.following import Follower, page
from app.cli.jsonlines import status_json
from app.cli.objects import object_rows
from app.cli.outcome import CommandFailed, Exit
from app.cli.request import Connection, Message, Request, World
from app.cli.sharing import Sharing
from app.cli.shells import ShellDesk, ShellVisit
from app.cli.sites import asker_rows, find_asker, find_site
from app.cli.waiting import Line, WaitingRoom
from app.core import limits
from app.core.errors import LocalError, RemoteError
from app.core.instant import SECOND
from app.node import api
from app.node.api import Command, Denied, Done, Event
from app.rooms.bodies import CODECS

Answer = Done | Denied

_CHAT = CODECS["chat"]
_INDEX_MAX = 2**62
_USES_MAX = 2**53 - 1
"""What every reader of JSON keeps exactly."""
_NOT_A_MESSAGE = "a message has 1 to 8,000 characters, not only blanks"


@dataclass(slots=True)
class _Visit:
    """What the desk keeps of one connection."""

    follower: Follower = field(default_factory=Follower)
    parts: list[str] = field(default_factory=list)
    part_bytes: int = 0
    rows: list[Message] = field(default_factory=list)
    shell: ShellVisit = field(default_factory=ShellVisit)


class Desk:
    """Serves every connection of one site."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._tokens = itertools.count(1)
        self._answers: dict[int, Callable[[Answer], None]] = {}
        self._visits: dict[Connection, _Visit] = {}
        self._waiting = WaitingRoom()
        self._sharing = Sharing(world, self.ask)
        self._shells = ShellDesk(self.ask, self._simple)

    # --- the site's side --------------------------------------------------------------------------

    def ask(self, make: Callable[[int], Command], then: Callable[[Answer], None]) -> None:
        """Submit the command that `make` makes of a fresh token; `then` gets its one answer."""
        token = next(self._tokens)
        self._answers[token] = then
        self.world.submit(make(token))

    def on_event(self, event: Event) -> None:
        """Wake whoever waits for this."""
        self._sharing.on_event(event)
        match event:
            case Done(token) | Denied(token):
                answer = self._answers.pop(token, None)
                if answer is not None:
                    answer(event)
            case api.EntriesOrdered(entries):
                self._waiting.ordered(entries)
                for visit in self._visits.values():
                    visit.follower.grown()
            case api.EntriesSettled(index):
                self._waiting.settled(index)
            case api.LogReverted(first):
                self._waiting.reverted(first)
                for visit in self._visits.values():
                    visit.follower.reverted(first)
            case _:
                return

    # --- the commands' side -----------------------------------------------------------------------

    def opened(self, connection: Connection) -> None:
        """A command came."""
        self._visits[connection] = _Visit()

    def closed(self, connection: Connection) -> None:
        """It went away; what it said stays said."""
        visit = self._visits.pop(connection, None)
        if visit is not None:
            self._shells.closed(visit.shell)

    def request(self, connection: Connection, message: Message) -> None:
        """Take one request."""
        request = Request(self.world, connection, message)
        visit = self._visits.setdefault(connection, _Visit())
        try:
            wanted = text_of(message, "do")
            serve = _SERVICES.get(wanted)
            if serve is None:
                request.fail(f"'{wanted}' is not known to this site; is it older?")
                return
            serve(self, request, visit)
        except (KeyError, TypeError, ValueError):
            request.fail("a field of the request is missing or wrong", Exit.USAGE)
        except LocalError as error:
            request.fail(str(error), Exit.USAGE)

    def _simple(
        self,
        request: Request,
        make: Callable[[int], Command],
        done: Callable[[object], Message | None],
    ) -> None:
        """A command whose `Done` is the answer."""

        def then(answer: Answer) -> None:
            if isinstance(answer, Denied):
                request.fail(answer.why, Exit.USAGE if answer.usage else Exit.REFUSED)
                return
            try:
                request.finish(done(answer.value))
            except CommandFailed as failure:
                request.fail(str(failure), failure.code)

        request.limit(
            limits.CONTROL_ANSWER_MICROS / SECOND,
            lambda: request.fail("No answer yet. The site goes on trying; nothing is lost."),
        )
        self.ask(make, then)

    def _say(self, request: Request, _: _Visit) -> None:
        bodies: list[tuple[str, bytes]] = []
        for number, text in enumerate(request.message["texts"]):
            body = _chat_body(text)
            if body is None:
                request.reply({"refused": number, "why": _NOT_A_MESSAGE})
            else:
                bodies.append(("chat", body))
        if not bodies:
            request.finish()
            return
        entries = tuple(bodies)
        self._issue(request, lambda token: api.Issue(token, entries, self.world.wall_ms()))

    def _issue(self, request: Request, make: Callable[[int], Command]) -> None:
        """Issue entries and report each as it reaches the state that is wanted."""
        wanted = text_of(request.message, "wait", "ordered")
        seconds = number_of(request.message, "timeout", 0, limits.COMMAND_WAIT_SECONDS_MAX, 0.0)

        def then(answer: Answer) -> None:
            self._waiting.issuing -= 1
            if isinstance(answer, Denied):
                request.fail(answer.why, Exit.USAGE if answer.usage else Exit.REFUSED)
                return
            ids = answer.value if isinstance(answer.value, tuple) else ()
            lines = [Line(str(each), wanted) for each in ids]
            self._waiting.add(request, lines)
            if request.is_open:
                request.limit(seconds, lambda: self._waiting.late(request))

        self._waiting.issuing += 1
        self.ask(make, then)

    def _draw(self, request: Request, visit: _Visit) -> None:
        part = text_of(request.message, "part")
        visit.parts.append(part)
        visit.part_bytes += len(part)
        if visit.part_bytes > limits.DRAWING_CHARACTERS_MAX:
            visit.parts.clear()
            request.fail("The drawing is too large; draw it in several files.", Exit.USAGE)
            return
        if not request.message["last"]:
            request.finish()
            return
        text, board = "".join(visit.parts), text_of(request.message, "board")
        visit.parts, visit.part_bytes = [], 0
        self._issue(request, lambda token: api.Draw(token, text, board, self.world.wall_ms()))

    def _log(self, request: Request, visit: _Visit) -> None:
        first = int(number_of(request.message, "from", 1, _INDEX_MAX))
        follow = bool(request.message.get("follow"))

        def read() -> None:
            self.ask(
                lambda token: api.ReadLog(token, first, limits.LOG_PAGE_ENTRIES, skip=True), then
            )

        def then(answer: Answer) -> None:
            if isinstance(answer, Denied):
                request.fail(answer.why)
                return
            rows = answer.value if isinstance(answer.value, tuple) else ()
            end = rows[-1].placed.index + 1 if rows else first
            back = visit.follower.taken_back(end) if follow else None
            if back is not None:
                request.finish({"reverted": back})
            elif rows or not follow:
                request.finish({"rows": page(rows)})
            else:
                visit.follower.wait(read)

        read()

    def _status(self, request: Request, _: _Visit) -> None:
        self._simple(request, api.ReadStatus, _status_answer)

    def _move(self, request: Request, _: _Visit) -> None:
        wanted = text_of(request.message, "site")

        def found(answer: Answer) -> None:
            if not isinstance(answer, Done) or not isinstance(answer.value, api.Status):
                request.fail(answer.why if isinstance(answer, Denied) else "no status")
                return
            try:
                target = find_site(answer.value, wanted)
            except CommandFailed as failure:
                request.fail(str(failure), failure.code)
                return
            self.ask(lambda token: api.MoveDispatcher(token, target), moved)

        def moved(answer: Answer) -> None:
            if isinstance(answer, Denied):
                request.fail(answer.why, Exit.USAGE if answer.usage else Exit.REFUSED)
            elif isinstance(answer.value, api.Moved):
                arrived = answer.value
                line = {"epoch": arrived.epoch, "site": arrived.site, "ms": request.ms()}
                request.finish({"line": line})

        request.limit(
            limits.CONTROL_ANSWER_MICROS / SECOND,
            lambda: request.fail("It has not moved yet; the others may be out of reach."),
        )
        self.ask(api.ReadStatus, found)

    def _policy(self, request: Request, _: _Visit) -> None:
        policy = text_of(request.message, "policy")
        self._simple(
            request,
            lambda token: api.SetPolicy(token, policy),
            lambda _value: {"line": {"policy": policy}},
        )

    def _invite(self, request: Request, _: _Visit) -> None:
        wall_ms = self.world.wall_ms()
        seconds = int(number_of(request.message, "expires", 0, limits.INVITE_SECONDS_MAX, 0))
        end_ms = wall_ms + 1_000 * seconds if seconds else 0
        uses = int(number_of(request.message, "uses", 0, _USES_MAX, 0))
        role = text_of(request.message, "role", "editor")
        self._simple(
            request,
            lambda token: api.MakeInvite(token, end_ms, uses, role, wall_ms),
            lambda link: {"text": str(link)},
        )

    def _asking(self, request: Request, _: _Visit) -> None:
        self._simple(request, api.ReadAsking, lambda value: {"rows": asker_rows(value)})

    def _admit(self, request: Request, _: _Visit) -> None:
        wanted, let_in = text_of(request.message, "site"), bool(request.message["let_in"])

        def found(answer: Answer) -> None:
            value = answer.value if isinstance(answer, Done) else None
            try:
                asker = find_asker(value, wanted)
            except CommandFailed as failure:
                request.fail(str(failure), failure.code)
                return
            make = api.AdmitSite if let_in else api.DenySite
            line = {"site": asker["site"], "name": asker["name"], "let_in": let_in}
            self._simple(
                request, lambda token: make(token, asker["site"]), lambda _: {"line": line}
            )

        self.ask(api.ReadAsking, found)

    def _leave(self, request: Request, _: _Visit) -> None:
        at_once = bool(request.message.get("now"))
        self._simple(
            request,
            api.CloseSession if at_once else api.LeaveSession,
            lambda _value: {"line": {"left": not at_once, "ms": request.ms()}},
        )

    def _board(self, request: Request, visit: _Visit) -> None:
        board = text_of(request.message, "board")

        def first_page(value: object) -> Message:
            visit.rows = list(value) if isinstance(value, (list, tuple)) else []
            return _board_page(visit)

        self._simple(request, lambda token: api.ReadBoard(token, board), first_page)

    def _objects(self, request: Request, visit: _Visit) -> None:
        board = text_of(request.message, "board")

        def first_page(value: object) -> Message:
            visit.rows = object_rows(value)
            return _board_page(visit)

        self._simple(request, lambda token: api.ReadObjects(token, board), first_page)

    def _raise(self, request: Request, _: _Visit) -> None:
        show = self.world.come_to_front
        if show is None:
            request.fail("this site runs without a window")
            return
        show(text_of(request.message, "link", ""))
        request.finish()

    def _shell(self, request: Request, visit: _Visit) -> None:
        self._shells.serve(request, visit.shell)

    def _more(self, request: Request, visit: _Visit) -> None:
        request.finish(_board_page(visit))


def _chat_body(text: object) -> bytes | None:
    """A line as a message, None if it can't be one."""
    if not isinstance(text, str) or not text.strip():
        return None
    try:
        return _CHAT.encode(_CHAT.from_plain([text]))
    except (RemoteError, UnicodeError):
        return None


def _board_page(visit: _Visit) -> Message:
    """The next rows of a board; an empty page is the end."""
    rows = visit.rows[: limits.BOARD_PAGE_ROWS]
    del visit.rows[: limits.BOARD_PAGE_ROWS]
    return {"rows": rows}


def _status_answer(value: object) -> Message:
    if not isinstance(value, api.Status):
        text = "The site has no status yet."
        raise CommandFailed(text)
    return {"line": status_json(value)}


_SERVICES: dict[str, Callable[[Desk, Request, _Visit], None]] = {
    "say": Desk._say,
    "draw": Desk._draw,
    "log": Desk._log,
    "status": Desk._status,
    "move": Desk._move,
    "policy": Desk._policy,
    "invite": Desk._invite,
    "asking": Desk._asking,
    "admit": Desk._admit,
    "leave": Desk._leave,
    "board": Desk._board,
    "objects": Desk._objects,
    "more": Desk._more,
    "raise": Desk._raise,
    "share": lambda desk, request, _: desk._sharing.offer(request),
    "share-consent": lambda desk, request, _: desk._sharing.consent(request),
    "share-join": lambda desk, request, _: desk._sharing.join(request),
    "share-list": lambda desk, request, _: desk._sharing.shares(request),
    "share-end": lambda desk, request, _: desk._sharing.end(request),
    "shell": Desk._shell,
}
