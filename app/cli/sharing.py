"""Shared programs for commands: what a site's desk asks of the session, and what it answers.

Whoever shares a program or joins one waits until the copy here shows the present, or hears in one
line why there is none. Without a window nobody here can choose a file: a program that asks for one
is told that its person cancelled. It decides nothing of a share.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.cli.fields import text_of, texts_of
from app.cli.outcome import Exit
from app.cli.request import Gathered, ProgramWanted, Request, World
from app.cli.sharelines import consent_json, share_json
from app.core import limits
from app.core.errors import KnownError, LocalError
from app.core.instant import SECOND
from app.node import api
from app.node.api import Command, ConsentShown, Denied, Done, Event, ShareShown

Answer = Done | Denied
Ask = Callable[[Callable[[int], Command], Callable[[Answer], None]], None]
"""Submits the command that is made of a fresh token; the second gets its one answer."""


class Sharing:
    """The part of a desk that knows shared programs."""

    def __init__(self, world: World, ask: Ask) -> None:
        self._world = world
        self._ask = ask
        self._shown: dict[str, ShareShown] = {}
        self._starting: dict[str, list[Request]] = {}

    def on_event(self, event: Event) -> None:
        """Wake whoever waits for a copy; answer for whoever isn't there."""
        match event:
            case api.ShareChanged(share):
                self._shown[share.id] = share
                self._look(share.id)
            case api.ShareGone(share_id):
                self._shown.pop(share_id, None)
                for request in self._starting.pop(share_id, ()):
                    request.fail("The others have another order: this share never was.")
            case api.ShareFileWanted(share_id) if self._world.come_to_front is None:
                self._ask(lambda token: api.AnswerFile(token, share_id, ()), lambda _answer: None)
            case _:
                return

    def offer(self, request: Request) -> None:
        """Share a program: keep its files, offer it, wait for the copy here."""
        wanted = ProgramWanted(
            text_of(request.message, "program"),
            str(Path(text_of(request.message, "folder")).absolute()),
            texts_of(request.message, "arguments"),
            text_of(request.message, "python", ""),
        )

        def gathered(found: Gathered | LocalError | KnownError) -> None:
            if isinstance(found, Gathered):
                self._ask(
                    lambda token: api.OfferShare(token, found.offer, found.listing, wanted.python),
                    lambda answer: self._offered(request, answer),
                )
            else:
                code = Exit.USAGE if isinstance(found, LocalError) else Exit.REFUSED
                request.fail(str(found), code)

        self._limit(request)
        self._world.gather(wanted, gathered)

    def _offered(self, request: Request, answer: Answer) -> None:
        if isinstance(answer, Denied):
            _refuse(request, answer)
        else:
            self._wait(request, str(answer.value))

    def consent(self, request: Request) -> None:
        """What a person is asked before somebody else's program runs here."""
        share = text_of(request.message, "id")

        def then(answer: Answer) -> None:
            if isinstance(answer, Denied):
                _refuse(request, answer)
            elif isinstance(answer.value, ConsentShown):
                request.finish({"rows": [consent_json(answer.value)]})

        self._ask(lambda token: api.JoinShare(token, share, consent=False), then)

    def join(self, request: Request) -> None:
        """Start a copy here, its person has consented, and wait for it."""
        share = text_of(request.message, "id")
        python = text_of(request.message, "python", "")

        def then(answer: Answer) -> None:
            if isinstance(answer, Denied):
                _refuse(request, answer)
            else:
                # What was shown of a copy before this one says nothing of it.
                self._shown.pop(share, None)
                self._wait(request, share)

        self._limit(request)
        self._ask(lambda token: api.JoinShare(token, share, consent=True, python=python), then)

    def shares(self, request: Request) -> None:
        """All shares of the session."""

        def then(answer: Answer) -> None:
            if isinstance(answer, Denied):
                _refuse(request, answer)
                return
            shown = answer.value if isinstance(answer.value, tuple) else ()
            request.finish({"rows": [share_json(each) for each in shown]})

        self._ask(api.ReadShares, then)

    def end(self, request: Request) -> None:
        """End a share for everyone."""
        share = text_of(request.message, "id")

        def then(answer: Answer) -> None:
            if isinstance(answer, Denied):
                _refuse(request, answer)
            else:
                request.finish({"rows": [{"id": share, "ended": True, "ms": request.ms()}]})

        self._ask(lambda token: api.EndShare(token, share), then)

    # --- copies that start ------------------------------------------------------------------------

    def _limit(self, request: Request) -> None:
        request.limit(
            limits.SHARE_START_MICROS / SECOND,
            lambda: request.fail(
                "The program has shown no window yet; the site goes on trying. 'talkstick share"
                " --list' tells how far it is."
            ),
        )

    def _wait(self, request: Request, share: str) -> None:
        self._starting.setdefault(share, []).append(request)
        self._look(share)

    def _look(self, share_id: str) -> None:
        """Answer whoever waits for this copy, once it is there or is not to be had."""
        shown = self._shown.get(share_id)
        if shown is None or share_id not in self._starting:
            return
        if shown.copy == "current":
            for request in self._starting.pop(share_id):
                request.finish({"rows": [{**share_json(shown), "ms": request.ms()}]})
        elif shown.copy in {"failed", "ended"} or shown.phase == "ended":
            why = shown.why or "it has ended"
            for request in self._starting.pop(share_id):
                request.fail(f"The program does not run here: {why}")


def _refuse(request: Request, answer: Denied) -> None:
    request.fail(answer.why, Exit.USAGE if answer.usage else Exit.REFUSED)
