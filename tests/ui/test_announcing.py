"""What a screen reader says by itself: in order, not too much, urgent only where it must be."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget

from app.core.ids import SiteId
from app.core.instant import SECOND, Micros
from app.node.api import (
    AskedToJoin,
    ChatRowsChanged,
    ChatRowsGone,
    DispatcherMoved,
    MemberChanged,
    PeopleChanged,
)
from app.ui import speech
from app.ui.announcing import STICK_EVERY_MICROS, WAITING_MAX, Announcer, News
from app.ui.bridge import NodeBridge
from app.ui.models.status import SessionStatus
from app.ui.panes.announcements import Announcements
from app.ui.share.model import ShareModel
from tests.ui.worlds import SELF, SITES, Hands, line, people

NOW = Micros(1_000 * SECOND)


def later(seconds: float) -> Micros:
    return Micros(NOW + int(seconds * SECOND))


def said(announcer: Announcer, now: Micros) -> list[str]:
    return [each.text for each in announcer.take(now)]


def test_three_lines_are_said_whole_and_those_behind_them_counted():
    announcer = Announcer()
    for number in range(7):
        announcer.hear(News.LINE, f"line {number}", NOW)
    assert said(announcer, NOW) == ["line 0", "line 1", "line 2"]
    assert announcer.deadline() == later(2)
    assert said(announcer, later(1)) == []
    assert said(announcer, later(2)) == ["4 more lines"]
    assert announcer.deadline() is None
    announcer.hear(News.LINE, "quiet again", later(3))
    assert said(announcer, later(3)) == ["quiet again"]


def test_lines_that_come_slowly_are_all_said():
    announcer = Announcer()
    for number in range(5):
        announcer.hear(News.LINE, f"line {number}", later(number))
    assert len(said(announcer, later(5))) == 5


def test_the_stick_is_said_once_in_half_a_minute_but_at_once_when_it_comes():
    announcer = Announcer()
    announcer.hear(News.STICK, "to Ada", NOW)
    announcer.hear(News.STICK, "to Bram", later(5))
    announcer.hear(News.STICK, "to you", later(6), to_self=True)
    announcer.hear(News.STICK, "to Emi", later(7))
    announcer.hear(News.STICK, "to Chidi", Micros(later(6) + STICK_EVERY_MICROS))
    assert said(announcer, later(99)) == ["to Ada", "to you", "to Chidi"]


def test_only_troubles_interrupt():
    announcer = Announcer()
    for news in News:
        announcer.hear(news, news.value, NOW)
    assert [each.text for each in announcer.take(NOW) if each.urgent] == [News.TROUBLE.value]


@pytest.mark.parametrize("news", News)
def test_each_kind_can_be_switched_off(news):
    announcer = Announcer((news.value,))
    for each in News:
        announcer.hear(each, each.value, NOW)
    assert said(announcer, NOW) == [each.value for each in News if each is not news]


def test_news_that_nobody_takes_are_bounded():
    announcer = Announcer()
    for number in range(1_000):
        announcer.hear(News.PERSON, str(number), NOW)
    assert len(said(announcer, NOW)) == WAITING_MAX


@pytest.fixture
def session(qtbot, monkeypatch):
    hands, bridge = Hands(), NodeBridge()
    status = SessionStatus(hands.clock())
    status.own = SITES[SELF]
    spoken: list[tuple[str, bool]] = []
    window = QWidget()
    qtbot.addWidget(window)
    # As the window does it: the view-model hears of a move before who speaks of it.
    bridge.stick.connect(status.stick_moved)
    shares = ShareModel(hands.clock())
    news = Announcements(bridge, status, shares, hands.clock(), window, ())
    monkeypatch.setattr(news, "speak", lambda said: spoken.append((said.text, said.urgent)))
    bridge.people.connect(lambda event: status.set_people(event.people))
    bridge.on_event(PeopleChanged(people()))
    spoken.clear()
    return bridge, spoken


def test_a_line_of_another_is_said_once_and_an_own_one_never(session):
    bridge, spoken = session
    bridge.on_event(ChatRowsChanged((line(1, 0, "Hello"), line(2, SELF, "Mine"))))
    bridge.on_event(ChatRowsChanged((line(1, 0, "Hello", state="settled"),)))
    assert spoken == [("Ada Moreira: Hello", False)]


def test_what_a_view_takes_back_is_not_said_again_and_what_takes_its_place_is(session):
    bridge, spoken = session
    bridge.on_event(ChatRowsChanged((line(1, 0, "one"), line(2, 2, "two"))))
    bridge.on_event(ChatRowsGone(2))
    bridge.on_event(ChatRowsChanged((replace(line(5, 3, "new"), index=2),)))
    bridge.on_event(ChatRowsChanged((replace(line(2, 2, "two"), index=3),)))
    assert [text.partition(": ")[2] for text, _urgent in spoken] == ["one", "two", "new"]


def test_a_refusal_is_urgent_and_said_once(session):
    bridge, spoken = session
    refused = line(3, SELF, "no", state="refused", why="only moderators can notify all")
    bridge.on_event(ChatRowsChanged((refused,)))
    bridge.on_event(ChatRowsChanged((refused,)))
    assert spoken == [("Not sent: only moderators can notify all", True)]


def test_people_who_come_and_who_ask_are_said(session):
    bridge, spoken = session
    bridge.on_event(MemberChanged(SITES[0], "Ada", "joined"))
    bridge.on_event(AskedToJoin(SiteId("s"), "Luis", "fern", ("a",) * 6))
    assert spoken == [("Ada joined", False), ("Luis asks to join", True)]


def test_the_stick_coming_here_is_said_at_once(session):
    bridge, spoken = session
    bridge.on_event(DispatcherMoved(SITES[SELF], SITES[0], "1.1", "COUNT", 20.0))
    bridge.on_event(DispatcherMoved(SITES[0], SITES[SELF], "1.2", "COUNT", 20.0))
    assert len(spoken) == 2
    assert "You have the stick" in spoken[1][0]


def test_apart_and_together_are_urgent(session):
    bridge, spoken = session
    bridge.on_event(PeopleChanged(people(gone=(0, 2, 3, 4))))
    bridge.on_event(PeopleChanged(people()))
    assert spoken == [
        ("Apart. Nothing settles until you meet.", True),
        ("Together again.", True),
    ]


@pytest.mark.parametrize(("urgent", "politeness"), [(False, "Polite"), (True, "Assertive")])
def test_a_sentence_goes_to_the_screen_reader_where_one_listens(
    qtbot, monkeypatch, urgent, politeness
):
    sent: list[tuple[str, str]] = []

    def noted(event):
        sent.append((event.message(), event.politeness().name))

    window = QWidget()
    qtbot.addWidget(window)
    monkeypatch.setattr(QAccessible, "updateAccessibility", noted)
    monkeypatch.setattr(QAccessible, "isActive", lambda: False)
    speech.speak(window, "Nobody listens", urgent=urgent)
    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    speech.speak(window, "Ada joined", urgent=urgent)
    assert sent == [("Ada joined", politeness)]
