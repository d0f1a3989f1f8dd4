from __future__ import annotations

from app.core import limits
from app.core.ids import EntryId, Key, SiteId
from app.core.instant import Micros, after
from app.node.api import Denied, Done, Moved
from app.node.wishes import AGAIN, Wishes

NOW = Micros(1_000_000)
LATE = after(NOW, limits.COMMAND_PATIENCE_MICROS)
ANN, BEN = Key(b"a" * 32), Key(b"b" * 32)
ENTRY = EntryId(SiteId("a" * 16), 1, 7)


def test_a_move_is_done_when_the_token_is_at_its_target_and_only_then():
    wishes = Wishes()
    wishes.move(1, ANN, NOW)
    wishes.move(2, BEN, NOW)
    (done,) = wishes.at_home(ANN, "1.2", after(NOW, 5_000))
    assert isinstance(done, Done)
    assert done.token == 1
    assert isinstance(done.value, Moved)
    assert done.value.ms == 5.0
    assert wishes.at_home(ANN, "1.2", NOW) == []
    assert wishes.overdue(LATE) == [Denied(2, wishes_overdue())]


def wishes_overdue():
    wishes = Wishes()
    wishes.move(9, ANN, NOW)
    (denied,) = wishes.overdue(LATE)
    return denied.why


def test_a_refusal_answers_once():
    wishes = Wishes()
    number = wishes.move(1, ANN, NOW)
    assert wishes.refused(number, "no", NOW) == Denied(1, "no")
    assert wishes.refused(number, "no", NOW) is None
    assert wishes.refused(99, "no", NOW) is None


def test_a_refusal_for_now_is_tried_again_a_little_later():
    wishes = Wishes()
    number = wishes.move(1, ANN, NOW)
    assert wishes.refused(number, f"busy; {AGAIN}", NOW) is None
    at = after(NOW, limits.WISH_AGAIN_MICROS)
    assert wishes.deadline() == at
    assert wishes.due(NOW) == []
    assert [each for each, _ in wishes.due(at)] == [number]
    assert wishes.due(at) == []
    assert wishes.refused(number, f"busy; {AGAIN}", LATE) == Denied(1, f"busy; {AGAIN}")


def test_an_entry_that_is_ordered_answers_once():
    wishes = Wishes()
    wishes.await_entry(ENTRY, 3, "link", NOW)
    assert wishes.awaits_entries
    assert wishes.ordered(ENTRY) == Done(3, "link")
    assert wishes.ordered(ENTRY) is None
    assert not wishes.awaits_entries


def test_what_the_leader_issues_is_done_when_it_is_ordered():
    wishes = Wishes()
    number = wishes.ask(ANN, 4, "link", NOW)
    assert wishes.asked_of(number) == ANN
    assert wishes.asked_of(number + 1) is None
    wishes.issued(number, ENTRY)
    assert wishes.denied(number, "no") is None
    assert wishes.ordered(ENTRY) == Done(4, "link")


def test_what_does_not_happen_in_time_is_denied_once():
    wishes = Wishes()
    wishes.move(1, ANN, NOW)
    wishes.ask(ANN, 2, None, NOW)
    wishes.await_entry(ENTRY, 3, None, NOW)
    assert wishes.deadline() == LATE
    assert wishes.overdue(Micros(LATE - 1)) == []
    denied = wishes.overdue(LATE)
    assert [event.token for event in denied] == [1, 2, 3]
    assert "kept" in denied[2].why
    assert wishes.overdue(LATE) == []
    assert wishes.deadline() is None


def test_what_waits_is_answered_when_the_site_stops():
    wishes = Wishes()
    wishes.move(1, ANN, NOW)
    wishes.ask(ANN, 2, None, NOW)
    wishes.await_entry(ENTRY, 3, None, NOW)
    assert wishes.abandon("over") == [Denied(1, "over"), Denied(2, "over"), Denied(3, "over")]
    assert wishes.abandon("over") == []
    assert wishes.overdue(LATE) == []


def test_so_many_wait_and_no_more():
    wishes = Wishes()
    for token in range(limits.WISHES_MAX):
        assert not wishes.full
        wishes.ask(ANN, token, None, NOW)
    assert wishes.full
