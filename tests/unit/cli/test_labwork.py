"""The network lab between members and addresses."""

from __future__ import annotations

from typing import Any

from app.cli.labwork import LabWork
from app.core.ids import SiteId
from app.node.api import Denied, Done, ReadWays, WaysShown
from app.ui.models.lab import Worse

ADA, BEN = SiteId("a" * 16), SiteId("b" * 16)
FIRST, SECOND = ("10.0.0.1", 4711), ("10.0.0.9", 4711)


class World:
    """A desk that notes who asks, a clock that a test turns, and the site's door."""

    def __init__(self):
        self.asked: list[Any] = []
        self.timers: list[Any] = []
        self.rules: list[Any] = []
        desk: Any = self
        self.work = LabWork(desk, self.rules.append, self.call_later)

    def ask(self, make, then):
        assert isinstance(make(1), ReadWays)
        self.asked.append(then)

    def call_later(self, _delay, call):
        self.timers.append(call)
        timer: Any = self
        return timer

    def cancel(self):
        self.timers.clear()

    def answer(self, *ways):
        self.asked.pop()(Done(1, tuple([WaysShown(site, addresses) for site, addresses in ways])))

    def ring(self):
        self.timers.pop()()


def test_rules_hold_for_every_address_of_the_chosen_members():
    world = World()
    world.work.set_rules(((ADA, Worse(50, 0.1)),))
    world.answer((ADA, (FIRST, SECOND)), (BEN, (("10.0.0.2", 1),)))
    assert world.rules == [{FIRST: (50, 0.1, False), SECOND: (50, 0.1, False)}]


def test_a_member_that_moves_is_followed():
    world = World()
    world.work.set_rules(((ADA, Worse(cut=True)),))
    world.answer((ADA, (FIRST,)))
    world.ring()
    world.answer((ADA, (SECOND,)))
    assert world.rules[-1] == {SECOND: (0.0, 0.0, True)}


def test_put_back_nothing_is_asked_and_a_late_answer_changes_nothing():
    world = World()
    world.work.set_rules(((ADA, Worse(cut=True)),))
    world.work.set_rules(())
    assert world.rules == [{}]
    assert world.timers == []
    world.answer((ADA, (FIRST,)))
    assert world.rules == [{}]


def test_without_a_session_nothing_changes():
    world = World()
    world.work.set_rules(((ADA, Worse(cut=True)),))
    world.asked.pop()(Denied(1, "no session is open"))
    assert world.rules == []
    world.work.end()
    assert world.timers == []
