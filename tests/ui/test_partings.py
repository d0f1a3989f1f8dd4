"""Apart and together again: who, since when, what joined, and what of it is said where."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt

from app.core.ids import EntryId
from app.node.api import (
    APART,
    TOGETHER,
    CameTogether,
    CatchingUp,
    DispatcherMoved,
    EntriesOrdered,
    SessionReady,
    SnapshotTaken,
    WorkedApart,
)
from app.ui.models.chat import ITEM, ChatModel, Note
from app.ui.models.parting_words import awaited_sentences, meeting_text, meeting_title
from app.ui.models.partings import Meeting, Partings
from app.ui.models.status import Gravity, SessionStatus
from app.ui.models.stick_words import move_sentence
from app.ui.panes.banner import Banner
from app.ui.strings import Apart
from app.ui.theme import Theme
from app.ui.tokens import Scheme, tokens_of
from tests.ui.worlds import NAMES, SELF, SITES, WALL_MS, Hands, line, people

ADA, BRAM, CHIDI, DILARA, EMI = SITES


def first_name(site):
    return NAMES[SITES.index(site)][0].split()[0]


def entry(place, number, kind="chat", *, index=100, wall_ms=WALL_MS, incarnation=1):
    made = SimpleNamespace(
        id=EntryId(SITES[place], incarnation, number),
        site=SITES[place],
        kind=kind,
        wall_ms=wall_ms,
    )
    return SimpleNamespace(placed=SimpleNamespace(index=index, entry=made))


@pytest.fixture
def hands():
    return Hands()


@pytest.fixture
def status(qapp, hands):
    made = SessionStatus(hands.clock())
    made.begin(SessionReady(BRAM, "Bram", b"s", "Ferry timetable", "talkstick:x", ()))
    made.set_people(people())
    return made


# --- what joined ----------------------------------------------------------------------------------


def test_what_is_ordered_of_those_who_are_apart_joined_from_them():
    partings = Partings()
    partings.ordered((entry(2, 1),))
    partings.worked_apart(WorkedApart((CHIDI,), settles=True), WALL_MS)
    partings.ordered((entry(0, 1),))
    found = partings.ordered((entry(2, 2), entry(2, 3, "board"), entry(2, 4, "control.pin")))
    assert [each.number for each in found] == [2, 3]
    meeting = partings.came_together(CameTogether((CHIDI,), 60_000, 7, 0), WALL_MS + 60_000)
    assert (meeting.lines, meeting.things, meeting.away) == (1, 1, False)
    assert meeting.since_ms == WALL_MS


def test_what_comes_after_the_meeting_counts_if_it_was_written_before():
    partings = Partings()
    partings.worked_apart(WorkedApart((CHIDI,), settles=True), WALL_MS)
    partings.came_together(CameTogether((CHIDI,), 60_000, 7, 0), WALL_MS + 60_000)
    before, after = WALL_MS + 59_000, WALL_MS + 61_000
    partings.ordered((entry(2, 2, wall_ms=before), entry(2, 3, wall_ms=after)))
    assert partings.meeting is not None
    assert partings.meeting.lines == 1


def test_what_a_merge_takes_back_and_places_again_did_not_join():
    partings = Partings()
    partings.ordered((entry(2, 5),))
    partings.worked_apart(WorkedApart((CHIDI,), settles=False), WALL_MS)
    assert partings.ordered((entry(2, 5), entry(2, 4))) == ()
    assert len(partings.ordered((entry(2, 1, incarnation=2),))) == 1


def test_groups_that_come_back_together_are_one_meeting():
    partings = Partings()
    partings.worked_apart(WorkedApart((CHIDI, EMI), settles=False), WALL_MS)
    partings.came_together(CameTogether((CHIDI,), 60_000, 9, 4, settles=False), WALL_MS + 60_000)
    assert not partings.settles
    meeting = partings.came_together(CameTogether((EMI,), 62_000, 7, 0), WALL_MS + 62_000)
    assert partings.settles
    assert meeting.sites == (CHIDI, EMI)
    assert (meeting.index, meeting.own, meeting.away) == (7, 4, True)
    later = partings.came_together(CameTogether((ADA,), 1_000, 20, 0), WALL_MS + 90_000)
    assert later.sites == (ADA,)


@pytest.mark.parametrize(
    ("meeting", "said"),
    [
        (
            {"lines": 2, "things": 31},
            "Chidi Okafor and Emi Sato were apart for 4 min 8 s. From them joined: 2 lines and 31"
            " changes of the board.",
        ),
        (
            {"lines": 1},
            "Chidi Okafor and Emi Sato were apart for 4 min 8 s. From them joined: 1 line.",
        ),
        (
            {"lines": 1, "things": 1},
            "Chidi Okafor and Emi Sato were apart for 4 min 8 s. From them joined: 1 line and 1 change"
            " of the board.",
        ),
        (
            {},
            "Chidi Okafor and Emi Sato were apart for 4 min 8 s. Nothing was said there meanwhile.",
        ),
        (
            {"away": True, "own": 9, "things": 3},
            "You were apart from Chidi Okafor and Emi Sato for 4 min 8 s. From them joined: 3 changes"
            " of the board. 9 lines of this computer joined theirs.",
        ),
    ],
)
def test_the_card_says_who_how_long_and_how_much(meeting, said):
    values = {"away": False, **meeting}
    made = Meeting((CHIDI, EMI), 7, WALL_MS + 248_000, WALL_MS, **values)
    names = {site: row[0] for site, row in zip(SITES, NAMES, strict=True)}
    assert meeting_text(made, names.__getitem__) == said
    assert meeting_title(made).startswith("Together again, ")


# --- status and banner ----------------------------------------------------------------------------


def test_the_site_says_whether_anything_settles(status):
    status.apart_changed(WorkedApart((ADA, CHIDI, DILARA), settles=False))
    status.set_people(people(holder=SELF, gone=(0, 2, 3)))
    assert not status.can_settle
    status.apart_changed(CameTogether((ADA, CHIDI, DILARA), 1_000, 7, 0))
    status.set_people(people())
    assert status.can_settle


def test_those_without_whom_the_others_settled_are_not_waited_for(status):
    status.apart_changed(WorkedApart((CHIDI, EMI), settles=True))
    status.set_people(people(gone=(2, 4)))
    assert status.can_settle
    status.set_people(people(gone=(2, 3, 4)))
    assert status.can_settle, "two of the three who are left"
    assert status.needed() == (2, 3, 2)


def test_the_banner_names_both_sides_and_counts_what_has_not_settled(status, hands):
    status.apart_changed(WorkedApart((ADA, DILARA, EMI), settles=False))
    status.set_people(people(holder=SELF, gone=(0, 3, 4)))
    status.order_changed(EntriesOrdered((entry(1, 1, index=12),)))
    hands.wait(72)
    notice = status.notice()
    assert notice is not None
    assert notice.gravity is Gravity.APART
    assert (
        notice.text == "You and Chidi Okafor are apart from Ada Moreira, Dilara Kaya and Emi Sato"
    )
    assert notice.since.endswith("1 min 12 s")
    assert "the two of you" in notice.note
    assert "12 lines have not settled" in notice.note
    assert status.own_wait_text() == "Your lines: kept here, 12 to join"
    assert status.unsettled() == 12


def test_what_this_computer_waits_for_is_said(status):
    status.apart_changed(WorkedApart((ADA, CHIDI, DILARA, EMI), settles=False))
    status.set_people(people(holder=SELF, gone=(0, 2, 3, 4)))
    said = awaited_sentences(status)
    assert [each.partition(" is not reachable")[0] for each in said[:4]] == [
        row[0] for place, row in enumerate(NAMES) if place != SELF
    ]
    assert "1 of 5 computers are here. 3 have to be before anything settles." in said
    status.set_people(people(gone=(2,)))
    status.apart_changed(CameTogether((ADA, DILARA, EMI), 1_000, 7, 0))
    assert any("enough for everything to settle" in each for each in awaited_sentences(status))


def test_the_banner_follows_the_time_and_can_be_asked(status, hands, qtbot):
    banner = Banner(status, Theme(tokens_of(Scheme.LIGHT)))
    qtbot.addWidget(banner)
    banner.resize(1_440, 64)
    status.apart_changed(WorkedApart((ADA, CHIDI, DILARA, EMI), settles=False))
    status.set_people(people(holder=SELF, gone=(0, 2, 3, 4)))
    assert banner.isVisible()
    assert banner._tick.isActive()
    hands.wait(60)
    banner.refresh()
    assert banner._since.text().endswith("1 min")
    with qtbot.waitSignal(banner.asked):
        banner._button.click()
    status.apart_changed(CameTogether((ADA, CHIDI, DILARA, EMI), 60_000, 7, 0))
    status.set_people(people())
    assert not banner.isVisible()
    assert not banner._tick.isActive()


def test_a_long_first_line_wraps_and_loses_nothing(status, qtbot):
    banner = Banner(status, Theme(tokens_of(Scheme.LIGHT)))
    qtbot.addWidget(banner)
    status.apart_changed(WorkedApart((ADA, CHIDI, DILARA, EMI), settles=False))
    status.set_people(people(holder=SELF, gone=(0, 2, 3, 4)))
    banner.resize(1_440, 64)
    one = banner.minimumHeight()
    banner.resize(560, 64)
    assert banner.minimumHeight() > one
    assert banner._text.text().endswith(banner._since.text())


@pytest.mark.parametrize(
    ("reason", "target", "said"),
    [
        (APART, SELF, "You have the stick on this side"),
        (APART, 2, "Chidi has the stick on this side"),
        (TOGETHER, 2, "Together again: one stick, at Chidi"),
        (TOGETHER, SELF, "Together again: one stick, at you"),
    ],
)
def test_moves_by_parting_and_meeting_are_told_as_such(reason, target, said):
    event = DispatcherMoved(ADA, SITES[target], "7.1", reason, 0.0)
    assert move_sentence(event, first_name, BRAM) == said


def test_what_is_fetched_is_told_once_it_takes_time(status, hands):
    status.fetching(CatchingUp(1, 12))
    assert status.notice() is None
    hands.wait(1)
    status.fetching(CatchingUp(3, 12))
    notice = status.notice()
    assert notice is not None
    assert (notice.gravity, notice.share) == (Gravity.FETCHING, 0.25)
    assert notice.text == "This computer fetches what it missed: 3 of 12 pieces"
    assert any("3 of 12 pieces" in each for each in awaited_sentences(status))
    status.order_changed(SnapshotTaken(4_000))
    assert status.notice() is None
    assert status.ordered == 4_000


def test_the_last_piece_ends_the_telling(status, hands):
    status.fetching(CatchingUp(1, 2))
    hands.wait(1)
    status.fetching(CatchingUp(2, 2))
    assert status.notice() is None


# --- chat -----------------------------------------------------------------------------------------


@pytest.fixture
def chat(qapp, hands):
    model = ChatModel(hands.clock())
    model.reset([line(number, number % 3) for number in range(1, 6)])
    return model


def forms(model):
    items = [model.index(place).data(ITEM) for place in range(model.rowCount())]
    return [item.row.index if item.row is not None else item.form for item in items]


def test_a_rule_stands_where_all_parted_until_they_meet(chat, qtmodeltester):
    chat.part("Apart since 14:52")
    chat.change([line(6, 1)])
    assert forms(chat) == [1, 2, 3, 4, 5, Note.APART, 6]
    chat.meet(6, "Together again, 14:59", "text", leads=False)
    assert forms(chat) == [1, 2, 3, 4, 5, Note.TOGETHER, 6]
    qtmodeltester.check(chat)


def test_the_card_stays_when_a_merge_takes_back_what_is_around_it(chat):
    chat.part("Apart since 14:52")
    chat.meet(5, "Together again, 14:59", "text", leads=False)
    chat.gone(3)
    assert forms(chat) == [1, 2, Note.TOGETHER]
    chat.change([line(number, 0) for number in range(3, 8)])
    assert forms(chat) == [1, 2, 3, 4, Note.TOGETHER, 5, 6, 7]


def test_the_card_says_more_as_more_joins_and_there_is_one_for_a_meeting(chat):
    chat.meet(5, "Together again, 14:59", "nothing", leads=False)
    chat.meet(5, "Together again, 14:59", "two lines", leads=True)
    chat.meet(4, "Together again, 14:59", "three lines", leads=True)
    assert forms(chat) == [1, 2, 3, Note.TOGETHER, 4, 5]
    assert chat.item(3).note == "three lines"
    chat.meet(6, "Together again, 15:20", "another", leads=False)
    assert forms(chat).count(Note.TOGETHER) == 2


def test_lines_that_joined_are_marked_until_they_are_seen_and_found_ever_after(chat):
    theirs = [line(7, 2), line(8, 2)]
    chat.join([each.id for each in theirs])
    assert chat.place_of_theirs() == -1
    chat.change(theirs)
    assert [chat.item(place).joined for place in range(chat.rowCount())] == [False] * 5 + [True] * 2
    assert "written while apart" in chat.index(5).data(int(Qt.ItemDataRole.AccessibleTextRole))
    chat.forget_joined()
    assert not chat.has_joined
    assert not chat.item(5).joined
    assert chat.place_of_theirs() == 5


def test_words_for_one_and_for_many_others():
    assert "the two of you" in Apart.KEEP_WITH(1)
    assert "together" in Apart.KEEP_WITH(3)
