"""How the window's session is closed: in order where somebody is there, and never for long."""

from __future__ import annotations

import asyncio
import contextlib
from types import SimpleNamespace
from typing import Any

import pytest

from app.cli import window
from app.cli.shelf import About
from app.node import api


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
        household: Any = object.__new__(window._Household)
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

    monkeypatch.setattr(window, "_CLOSING_SECONDS", 0.0)
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
        household: Any = object.__new__(window._Household)
        household._over = asyncio.Event()
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        waiting = asyncio.create_task(household._unless_over(answer))
        if answered:
            answer.set_result("in")
        if over:
            household._over.set()
        return await waiting

    assert asyncio.run(whole()) == ("in" if answered else None)
