"""One wish to be let in: heard, refused, taken back, and what comes too late."""

from __future__ import annotations

import pytest

from app.cli.wish import Wish
from app.core import limits
from app.core.instant import SECOND
from app.ui.models.lobby import Asked, LobbyModel

SIX = ("garbage", "during", "stair", "agree", "emulate", "carbon")


class Hall:
    """A lobby, a clock that is turned by hand, and what was told to the session."""

    def __init__(self):
        self.lobby = LobbyModel()
        self.later: list[tuple[float, object]] = []
        self.told = 0

    def wish(self, key: str = "k") -> Wish:
        return Wish(self.lobby, key, lambda *when: self.later.append(when), self.tell)

    def tell(self) -> None:
        self.told += 1

    def ring(self) -> float:
        ((seconds, call),) = self.later
        call()  # type: ignore[operator]
        return seconds


@pytest.fixture
def hall(qapp):
    return Hall()


def test_it_is_shown_at_once_and_then_with_the_words(hall):
    wish = hall.wish()
    assert hall.lobby.asked == Asked("k")
    wish.sent()
    wish.heard("Mei", SIX)
    assert hall.lobby.asked == Asked("k", "Mei", SIX)


def test_who_was_turned_away_may_ask_again_after_a_minute(hall):
    wish = hall.wish()
    wish.sent()
    wish.heard("Mei", SIX)
    wish.refused("Mei did not let you in.")
    assert hall.lobby.asked == Asked("k", "Mei", SIX, "Mei did not let you in.", again=False)
    assert hall.ring() == limits.ASK_AGAIN_MICROS / SECOND
    assert hall.lobby.asked.again


def test_where_nobody_heard_it_asking_again_makes_sense_at_once(hall):
    wish = hall.wish()
    wish.sent()
    wish.refused("Nobody answered.")
    assert hall.lobby.asked == Asked("k", answer="Nobody answered.", again=True)
    assert hall.later == []


def test_before_it_was_sent_it_is_taken_back_in_silence(hall):
    wish = hall.wish()
    wish.end()
    assert (hall.lobby.asked, hall.told, wish.lasts) == (None, 0, False)


def test_afterwards_the_session_is_told_once(hall):
    wish = hall.wish()
    wish.sent()
    wish.end()
    wish.end()
    assert (hall.lobby.asked, hall.told) == (None, 1)


def test_what_comes_after_it_was_taken_back_changes_nothing(hall):
    wish = hall.wish()
    wish.sent()
    wish.end()
    wish.heard("Mei", SIX)
    wish.refused("You took the wish back.")
    assert hall.lobby.asked is None


def test_the_answer_to_an_old_wish_does_not_stand_beside_a_new_one(hall):
    old = hall.wish("old")
    old.sent()
    old.end()
    hall.wish("new")
    old.refused("You took the wish back.")
    old.end()
    assert hall.lobby.asked == Asked("new")


def test_an_old_minute_does_not_end_a_new_one(hall):
    old = hall.wish()
    old.sent()
    old.heard("Mei", SIX)
    old.refused("Mei did not let you in.")
    old.end()
    hall.wish()
    hall.ring()
    assert hall.lobby.asked == Asked("k")


def test_what_came_true_is_not_told_as_taken_back(hall):
    wish = hall.wish()
    wish.sent()
    wish.granted()
    wish.end()
    assert (hall.lobby.asked, hall.told) == (None, 0)
