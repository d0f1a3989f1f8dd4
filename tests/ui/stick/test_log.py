"""The log's rows: a bounded window of the log, pages, following, what is taken back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from pytestqt.modeltest import ModelTester

from app.core.ids import EntryId
from app.node.api import (
    Done,
    EntriesOrdered,
    EntriesSettled,
    EntryPending,
    LogReverted,
    ReadLog,
)
from app.ui.stick.log_feed import PAGE, LogFeed
from app.ui.stick.log_model import COLUMNS, PENDING_MAX, ROWS_MAX, Column, LogModel, State
from app.ui.stick.model import StickModel
from app.ui.theme import Looks
from tests.ui.stick.figures import BRAM, EMI, log_entry, typical
from tests.ui.stick.world import World
from tests.ui.worlds import SELF, SITES, Hands, people


def entries(first, last):
    return tuple([log_entry(index) for index in range(first, last + 1)])


def indexes(model: LogModel):
    return [row.index for place in range(model.rowCount()) if (row := model.row(place))]


@pytest.fixture
def model(qapp, qtmodeltester):
    people_model = StickModel(Hands().clock())
    people_model.set_people(people())
    made = LogModel(people_model)
    tester: ModelTester = qtmodeltester
    tester.check(made)
    return made


def test_the_newest_stands_on_top(model):
    model.replace(entries(1, 5))
    assert indexes(model) == [5, 4, 3, 2, 1]
    model.append(entries(6, 8))
    assert indexes(model) == [8, 7, 6, 5, 4, 3, 2, 1]
    assert (model.first_index, model.last_index) == (1, 8)


def test_what_is_there_already_is_not_added_twice(model):
    model.replace(entries(1, 5))
    model.append(entries(4, 6))
    model.prepend(entries(1, 3))
    assert indexes(model) == [6, 5, 4, 3, 2, 1]


def test_rows_are_bounded_at_both_ends(model):
    model.replace(entries(1_000, 1_000 + ROWS_MAX - 1))
    model.append(entries(1_000 + ROWS_MAX, 1_009 + ROWS_MAX))
    assert (model.rowCount(), model.first_index) == (ROWS_MAX, 1_010)
    model.prepend(entries(910, 1_009))
    assert (model.rowCount(), model.first_index) == (ROWS_MAX, 910)
    model.append(entries(model.last_index + 1, model.last_index + 3 * ROWS_MAX))
    assert model.rowCount() == ROWS_MAX


def test_entries_settle(model):
    model.replace(entries(10_475, 10_482))
    assert [model.row(place).state for place in (2, 3)] == [State.ORDERED, State.SETTLED]
    model.settle(10_481)
    assert [model.row(place).state for place in (0, 1)] == [State.ORDERED, State.SETTLED]


def test_what_is_taken_back_goes(model):
    model.replace(entries(1, 8))
    model.take_back(6)
    assert indexes(model) == [5, 4, 3, 2, 1]
    model.take_back(1)
    assert model.rowCount() == 0


def test_own_entries_wait_on_top_until_they_are_ordered(model):
    model.replace(entries(1, 8))
    shown = log_entry(9)
    model.wait(shown.placed.entry.id, "chat")
    assert (model.row(0).state, model.row(0).number_text()) == (State.WAITING, "…")
    model.append((shown,))
    assert indexes(model)[:2] == [9, 8]
    for number in range(3 * PENDING_MAX):
        model.wait(EntryId(SITES[SELF], 1, number + 100), "chat")
    assert model.rowCount() == 9 + PENDING_MAX
    model.forget_waiting()
    assert model.rowCount() == 9


def test_disks_are_those_whose_log_reaches_that_far(model):
    model.replace(entries(10_475, 10_482))
    model.set_disks(typical().disks)
    assert [(model.row(place).disks, model.row(place).members) for place in range(5)] == [
        (2, 5),
        (2, 5),
        (3, 5),
        (4, 5),
        (5, 5),
    ]


def test_a_row_is_one_sentence_for_a_screen_reader(model, qtbot):
    model.replace(entries(3, 3))
    index = model.index(0, COLUMNS.index(Column.WHAT))
    said = model.data(index, int(Qt.ItemDataRole.AccessibleTextRole))
    assert said == "3, Bram de Wit, chat “Done. Does anybody miss the login?”, settled"


# --- the feed -------------------------------------------------------------------------------------


@pytest.fixture
def world(qapp):
    return World(Looks())


@pytest.fixture
def feed(world):
    people_model = StickModel(world.hands.clock())
    people_model.set_people(people())
    rows = LogModel(people_model)
    made = LogFeed(world.bridge, world.status, rows)
    made.rows = rows  # type: ignore[attr-defined]
    return made


def told(world, event, qtbot):
    world.bridge.on_event(event)
    QCoreApplication.processEvents()


def reads(world):
    return [(each.first, each.count) for each in world.of(ReadLog)]


def settle(qtbot, feed):
    qtbot.waitUntil(lambda: not feed._asked)


def test_nothing_is_read_before_somebody_looks(world, feed, qtbot):
    told(world, EntriesOrdered(entries(10_483, 10_483)), qtbot)
    assert reads(world) == []
    assert feed.rows.rowCount() == 0


def test_who_looks_sees_the_newest_page(world, feed, qtbot):
    feed.set_on(True)
    settle(qtbot, feed)
    assert reads(world) == [(10_482 - PAGE + 1, PAGE)]
    assert feed.rows.last_index == 10_482


def test_following_news_come_in_one_batch(world, feed, qtbot):
    feed.set_on(True)
    settle(qtbot, feed)
    inserted = []
    feed.rows.rowsInserted.connect(lambda _parent, first, last: inserted.append((first, last)))
    for index in range(10_483, 10_493):
        told(world, EntriesOrdered(entries(index, index)), qtbot)
    qtbot.waitUntil(lambda: feed.rows.last_index == 10_492)
    assert len(inserted) == 1


def test_pages_of_older_rows_come_when_they_are_wanted(world, feed, qtbot):
    feed.set_on(True)
    settle(qtbot, feed)
    feed.older()
    settle(qtbot, feed)
    assert feed.rows.first_index == 10_482 - 2 * PAGE + 1
    for _page in range(20):
        feed.older()
        settle(qtbot, feed)
    assert feed.rows.rowCount() <= ROWS_MAX
    assert not feed.follows
    feed.set_follows(True)
    settle(qtbot, feed)
    assert feed.rows.last_index == 10_482


def test_newer_rows_come_back_while_it_does_not_follow(world, feed, qtbot):
    feed.set_on(True)
    settle(qtbot, feed)
    feed.set_follows(False)
    feed.rows.replace(entries(100, 199))
    feed.newer()
    settle(qtbot, feed)
    assert feed.rows.last_index == 299


def test_the_first_entry_is_the_end(world, feed, qtbot):
    feed.set_on(True)
    settle(qtbot, feed)
    feed.rows.replace(entries(1, 50))
    before = len(reads(world))
    feed.older()
    assert len(reads(world)) == before


def test_what_is_taken_back_is_not_shown_again_by_a_late_page(world, feed, qtbot, monkeypatch):
    monkeypatch.setattr(world, "answer", lambda _command: None)
    feed.set_on(True)
    (question,) = world.of(ReadLog)
    world.status.ordered = 10_399
    told(world, LogReverted(10_400, "7.1"), qtbot)
    told(world, Done(question.token, entries(10_383, 10_482)), qtbot)
    assert feed.rows.rowCount() == 0
    again = world.of(ReadLog)[-1]
    told(world, Done(again.token, entries(10_300, 10_399)), qtbot)
    assert feed.rows.last_index == 10_399


def test_what_is_taken_back_goes_from_the_rows_and_from_the_news(world, feed, qtbot):
    feed.set_on(True)
    settle(qtbot, feed)
    told(world, EntriesOrdered(entries(10_483, 10_484)), qtbot)
    told(world, LogReverted(10_400, "7.1"), qtbot)
    told(world, EntriesSettled(10_390), qtbot)
    feed._timer.timeout.emit()
    assert feed.rows.last_index == 10_399
    assert feed.rows.settled == 10_390


def test_a_gap_in_the_news_is_read(world, feed, qtbot):
    feed.set_on(True)
    settle(qtbot, feed)
    world.ordered = world.status.ordered = 10_600
    told(world, EntriesOrdered(entries(10_600, 10_600)), qtbot)
    qtbot.waitUntil(lambda: feed.rows.last_index == 10_600)
    assert feed.rows.rowCount() == PAGE


def test_hidden_nothing_is_kept_up_and_then_read_again(world, feed, qtbot):
    feed.set_on(True)
    settle(qtbot, feed)
    feed.set_on(False)
    told(world, EntriesOrdered(entries(10_483, 10_483)), qtbot)
    assert not feed._timer.isActive()
    assert feed.rows.last_index == 10_482
    world.ordered = world.status.ordered = 10_483
    feed.set_on(True)
    settle(qtbot, feed)
    assert feed.rows.last_index == 10_483


def test_own_waiting_entries_are_shown(world, feed, qtbot):
    feed.set_on(True)
    settle(qtbot, feed)
    told(world, EntryPending(EntryId(BRAM, 1, 7), "chat"), qtbot)
    assert feed.rows.row(0).state is State.WAITING
    assert feed.rows.row(0).site == BRAM != EMI
