"""How the window's session is opened and closed: in order, never for long, and as wished."""

from __future__ import annotations

import asyncio
import contextlib
from types import SimpleNamespace
from typing import Any

import pytest

from app.cli import household as house
from app.cli.shelf import About
from app.cli.wish import Wish
from app.core.errors import KnownError
from app.core.ids import Key
from app.crypto.invite import Invite, invite_text
from app.node import api
from app.ui.models.lobby import Asked, LobbyModel


class Calls:
    """Notes what is called, and answers nothing."""

    def __init__(self, notes, name=""):
        self._notes, self._name = notes, name

    def __getattr__(self, name):
        return Calls(self._notes, f"{self._name}.{name}".lstrip("."))

    def __call__(self, *arguments):
        self._notes.append((self._name, *arguments))
        return ()


def closed(monkeypatch, *, alone, answers):
    """Close the window; what was done, in order. Who is to answer never does, or at once."""
    notes: list[tuple[Any, ...]] = []

    async def close():
        notes.append(("goodbye",))
        if not answers:
            await asyncio.get_running_loop().create_future()

    async def whole():
        household: Any = object.__new__(house.Household)
        done = asyncio.get_running_loop().create_future()
        household._engine = SimpleNamespace(pump=SimpleNamespace(done=done))
        household._about = About("k", "Garden", 0, alone=alone)
        household._people, household._alone = (), Calls(notes, "played") if alone else None
        household._stack, household._turn = contextlib.AsyncExitStack(), asyncio.Lock()
        household._stack.callback(lambda: notes.append(("taken apart",)))
        household._windows, household._shelf = Calls(notes, "windows"), Calls(notes, "shelf")
        household._neighbours = SimpleNamespace(close=close)
        household._over = asyncio.Event()

        def ask(make, _then):
            notes.append(("asked", type(make(1))))
            if answers:
                done.set_result(None)

        household._desk = SimpleNamespace(ask=ask)
        await household._end()
        assert household._engine is None

    monkeypatch.setattr(house, "_CLOSING_SECONDS", 0.0)
    asyncio.run(whole())
    return [note[0] if note[0] != "asked" else note for note in notes]


@pytest.mark.parametrize("answers", [True, False])
def test_a_session_is_left_in_order_and_taken_apart_also_when_nobody_answers(monkeypatch, answers):
    notes = closed(monkeypatch, alone=False, answers=answers)
    assert dict.fromkeys(notes[:2]) == dict.fromkeys(["goodbye", ("asked", api.CloseSession)])
    assert notes.index("taken apart") < notes.index("windows.hide")
    assert "shelf.make_room" not in notes


def test_one_with_played_people_is_thrown_away_without_asking_anybody(monkeypatch):
    notes = closed(monkeypatch, alone=True, answers=False)
    assert ("asked", api.CloseSession) not in notes
    assert "played.close" in notes
    assert notes.index("taken apart") < notes.index("shelf.make_room")


@pytest.mark.parametrize(("answered", "over"), [(True, False), (True, True), (False, True)])
def test_nobody_waits_for_an_answer_once_the_window_is_closed(answered, over):
    async def whole():
        household: Any = object.__new__(house.Household)
        household._over = asyncio.Event()
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        waiting = asyncio.create_task(household._unless_over(answer))
        if answered:
            answer.set_result("in")
        if over:
            household._over.set()
        return await waiting

    assert asyncio.run(whole()) == ("in" if answered else None)


# --- asking to join -------------------------------------------------------------------------------


class Asking:
    """A household that asks a session nearby. `on_start` happens while the site is started."""

    def __init__(self, answer=None, on_start=lambda _asking: None):
        self.lobby = LobbyModel()
        self.notes: list[Any] = []
        self.answer = answer
        household: Any = object.__new__(house.Household)
        household._windows = SimpleNamespace(
            lobby=self.lobby,
            memory=SimpleNamespace(kept=SimpleNamespace(name="Zoe", colour="fern")),
            go_to_lobby=lambda: self.notes.append("lobby"),
        )
        household._wish = None
        household._shelf = SimpleNamespace(make_room=lambda: self.notes.append("room"))
        household._desk = SimpleNamespace(ask=self._ask)
        household._tasks = set()
        near = SimpleNamespace(tag=b"t", addresses=("10.0.0.1:1",))
        household._neighbours = SimpleNamespace(find=lambda _key: near, refresh=lambda: None)

        async def start(*, alone):
            assert not alone
            on_start(self)

        async def nothing():
            self.notes.append("stopped")

        household._start, household._stop, household._close = start, nothing, nothing
        self.household = household

    def _ask(self, make, then):
        command = make(len(self.notes))
        self.notes.append(type(command))
        if isinstance(command, api.AskToJoin) and self.answer is not None:
            then(self.answer)

    def play(self, *steps):
        async def whole():
            self.household._turn, self.household._over = asyncio.Lock(), asyncio.Event()
            for step in steps:
                step(self.household)
            await asyncio.gather(*self.household._tasks, return_exceptions=False)

        asyncio.run(whole())


def ask(key="k"):
    return lambda household: household.ask_near(key)


def cancel(household):
    household.cancel_ask()


def test_who_is_let_in_has_asked_for_nothing_more(qapp):
    asking = Asking(answer=api.Done(1))
    asking.play(ask())
    assert asking.notes == ["stopped", "room", api.AskToJoin]
    assert asking.lobby.asked is None


def test_a_refusal_stands_at_the_session_that_was_asked(qapp):
    asking = Asking(answer=api.Denied(1, "Mei did not let you in"))
    asking.play(ask())
    assert asking.lobby.asked == Asked("k", answer="Mei did not let you in.", again=True)
    assert asking.lobby.trouble == ""
    assert asking.notes[-1] == "lobby"


def test_what_is_taken_back_at_once_is_never_sent(qapp):
    asking = Asking()
    asking.play(ask(), cancel)
    assert asking.notes == []
    assert asking.lobby.asked is None


def test_what_is_taken_back_while_the_site_starts_is_not_sent_either(qapp):
    asking = Asking(on_start=lambda asking: asking.household.cancel_ask())
    asking.play(ask())
    assert asking.notes == ["stopped", "room", "stopped"]


def test_asking_another_session_takes_the_first_wish_back(qapp):
    asking = Asking(answer=api.Done(1))
    asking.play(ask("first"), ask("second"))
    assert asking.notes == ["stopped", "room", api.AskToJoin]
    assert asking.lobby.asked is None


def test_a_site_that_does_not_start_says_so_at_the_row(qapp):
    def fails(_asking):
        message = "The disk is full."
        raise KnownError(message)

    asking = Asking(on_start=fails)
    asking.play(ask())
    assert asking.lobby.asked == Asked("k", answer="The disk is full.", again=True)


def test_starting_something_else_ends_the_wish(qapp):
    asking = Asking()
    wish = Wish(asking.lobby, "k", lambda *_when: None, lambda: asking.notes.append("taken back"))
    wish.sent()
    asking.household._wish = wish
    asking.play(lambda household: household._end_wish())
    assert asking.notes == ["taken back"]
    assert asking.lobby.asked is None


@pytest.mark.parametrize(
    ("session", "text", "is_open"),
    [(b"s" * 32, None, True), (b"t" * 32, None, False), (b"s" * 32, "talkstick:abc", False)],
)
def test_a_link_is_known_to_lead_to_the_session_that_is_open(session, text, is_open):
    household: Any = object.__new__(house.Household)
    link = text or invite_text(
        Invite(
            b"i" * 16, b"x" * 32, session, Key(b"m" * 32), "Garden", ("10.0.0.1:1",), 0, 0, "editor"
        )
    )
    household._about = None
    assert not household.is_open(link)
    household._about = About((b"s" * 32).hex(), "Garden", 0)
    assert household.is_open(link) is is_open
