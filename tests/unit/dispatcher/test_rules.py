"""The rules of ORDER.md one by one: what each allows, and what it forbids."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.codec import encode
from app.dispatcher import rules
from app.dispatcher.epochs import Ballot, ViewId
from app.dispatcher.records import SaveField
from app.dispatcher.rules import Verdict
from app.dispatcher.views import is_quorum
from tests.unit.dispatcher.orders import GENESIS, A, B, C, D, entries_of, key_of, next_view

THREE = next_view(GENESIS, [A, B, C], B)
V3, V4 = ViewId(3), ViewId(4)
LOW, MINE, HIGH = Ballot(1, A), Ballot(2, A), Ballot(2, B)


@pytest.mark.parametrize(
    ("number", "verdict"),
    [(6, Verdict.TAKE), (5, Verdict.DROP), (1, Verdict.DROP), (7, Verdict.STOP), (9, Verdict.STOP)],
)
def test_o3_only_the_next_number_of_an_incarnation_is_taken(number, verdict):
    assert rules.order_verdict(5, number) is verdict


def test_o3_a_new_holder_knows_the_numbers_of_the_whole_log():
    numbers = {(A, 1): (5, bytes(32))}
    assert dict(rules.numbers_at_take(numbers)) == numbers


@pytest.mark.parametrize("tagged", [ViewId(2), V4, ViewId(3, 1, bytes(10))])
def test_o2_only_a_submission_of_the_present_view_is_taken(tagged):
    assert rules.takes_submission(V3, V3)
    assert not rules.takes_submission(tagged, V3)


def test_o4_an_entry_is_stored_only_where_it_continues_the_log_of_the_present_view():
    one, other = bytes(32), bytes([1]) * 32
    assert rules.may_store(V3, V3, one, one, fenced=False)
    assert not rules.may_store(V4, V3, one, one, fenced=False)
    assert not rules.may_store(V3, V3, one, other, fenced=False)
    assert not rules.may_store(V3, V3, one, one, fenced=True)


def test_o5_what_was_taken_back_goes_first_whoever_wrote_it():
    a, b, c = entries_of(A, 2), entries_of(B, 1), entries_of(C, 1)
    assert rules.queue_after_view([*a, *b], c, C) == [*a, *b, *c]


@pytest.mark.parametrize(("reported", "counts"), [(2, False), (3, True), (4, False)])
def test_o6_a_length_counts_only_in_the_view_it_was_reported_in(reported, counts):
    assert rules.counts_for_settling(reported, 3) is counts


@pytest.mark.parametrize(
    ("members", "firm", "settled"),
    [
        ("A", {A: 7}, 7),
        ("AB", {A: 7}, 0),
        ("AB", {A: 7, B: 5}, 5),
        ("ABC", {A: 7, B: 5}, 5),
        ("ABC", {A: 7, B: 5, C: 9}, 7),
        ("ABCD", {A: 7, B: 5}, 0),
        ("ABCD", {A: 7, B: 5, C: 4}, 4),
        ("ABC", {D: 9, A: 7}, 0),
    ],
)
def test_o6_settled_is_what_more_than_half_hold_firm(members, firm, settled):
    view = next_view(GENESIS, [key_of(name) for name in members], A)
    assert rules.settled_length(view, firm) == settled


@given(st.lists(st.integers(0, 9), min_size=1, max_size=7))
def test_o6_a_majority_has_the_settled_part_and_no_majority_more(lengths):
    keys = [key_of(chr(ord("A") + place)) for place in range(len(lengths))]
    view = next_view(GENESIS, keys, A)
    mark = rules.settled_length(view, dict(zip(keys, lengths, strict=True)))
    assert 2 * sum(length >= mark for length in lengths) > len(lengths)
    assert 2 * sum(length > mark for length in lengths) <= len(lengths)


def test_o6_a_mark_of_another_view_is_not_adopted():
    assert rules.adopts_mark(V3, V3)
    assert not rules.adopts_mark(V4, V3)
    assert not rules.adopts_mark(V3, V4)


def test_t1_t2_only_the_holder_releases_and_only_the_next_move_of_the_present_view():
    assert rules.may_release(V3, 5, V3, 4, fenced=False)
    assert not rules.may_release(V3, 5, V3, None, fenced=False)
    assert not rules.may_release(V3, 6, V3, 4, fenced=False)
    assert not rules.may_release(V3, 4, V3, 4, fenced=False)
    assert not rules.may_release(V4, 5, V3, 4, fenced=False)
    assert not rules.may_release(V3, 5, V3, 4, fenced=True)


def test_t2_token_kmax_and_hand_over_are_committed_together():
    assert rules.release_records(5, b"frame") == (
        SaveField("hold", None),
        SaveField("kmax", encode(5)),
        SaveField("handover", b"frame"),
    )


def test_t3_only_a_move_newer_than_any_known_of_the_present_view_is_taken():
    assert rules.may_take(V3, 5, V3, 4, fenced=False)
    assert rules.may_take(V3, 7, V3, 4, fenced=False)
    assert not rules.may_take(V3, 4, V3, 4, fenced=False)
    assert not rules.may_take(V4, 5, V3, 4, fenced=False)
    assert not rules.may_take(V3, 5, V3, 4, fenced=True)


def test_t3_the_log_up_to_the_hand_over_comes_first():
    chain, other = bytes(32), bytes([1]) * 32
    assert rules.has_handed_log(3, chain, 3, chain)
    assert not rules.has_handed_log(2, chain, 3, chain)
    assert not rules.has_handed_log(3, other, 3, chain)


def test_t4_nothing_gives_a_released_or_lost_token_back_within_the_view():
    assert rules.hold_while_unconfirmed(5) is None
    assert rules.hold_when_token_is_lost(None, 5) is None
    assert rules.hold_when_token_is_lost(5, 5) == 5


def test_t5_the_first_dispatcher_holds_from_the_first_install_and_never_again_by_it():
    assert rules.hold_after_decide(THREE, B, None, newly_installed=True) == 0
    assert rules.hold_after_decide(THREE, A, 4, newly_installed=True) is None
    assert rules.hold_after_decide(THREE, B, None, newly_installed=False) is None
    assert rules.hold_after_decide(THREE, B, 4, newly_installed=False) == 4


def test_p1_a_new_ballot_is_above_everything_promised_and_owned():
    assert rules.next_ballot(None, A) == Ballot(1, A)
    assert rules.next_ballot(HIGH, A) == Ballot(3, A) > HIGH


def test_p2_a_promise_is_above_the_last_promise():
    assert rules.may_promise(MINE, None)
    assert rules.may_promise(HIGH, MINE)
    assert not rules.may_promise(MINE, MINE)
    assert not rules.may_promise(LOW, MINE)


@pytest.mark.parametrize(
    ("number", "prim", "highest", "answer"),
    [(3, 3, 3, True), (2, 3, 3, False), (4, 3, 3, False), (3, 3, 4, False), (4, 3, 4, False)],
)
def test_p2_a_vote_is_about_the_view_installed_if_none_later_is_known(
    number, prim, highest, answer
):
    assert rules.may_vote(number, prim, highest) is answer


@pytest.mark.parametrize(
    ("promised", "accepted", "fenced"),
    [(None, None, False), (LOW, None, True), (None, LOW, True), (HIGH, LOW, True)],
)
def test_p3_a_promise_or_an_accept_fences(promised, accepted, fenced):
    assert rules.is_fenced(promised, accepted) is fenced


def test_p4_the_view_of_the_highest_ballot_is_kept():
    one, two = next_view(THREE, [A], A), next_view(THREE, [B], B)
    assert rules.value_to_keep([]) is None
    assert rules.value_to_keep([(LOW, one), (HIGH, two)]) == two
    assert rules.value_to_keep([(HIGH, two), (LOW, one)]) == two


def test_p5_those_who_promised_and_stay_keep_their_order():
    assert rules.members_of_next([A, B, C], [C, A], [], []) == ([A, C], [])
    assert rules.members_of_next([A, B, C], [C, A, B], [A], []) == ([B, C], [])


def test_p5_if_all_are_leaving_one_stays():
    assert rules.members_of_next([A, B], [B, A], [A, B], []) == ([A], [])


@given(st.integers(1, 8), st.integers(0, 9))
def test_p5_those_who_promised_are_a_quorum_of_the_new_view(old, new):
    keys = [key_of(f"old{place}") for place in range(old)]
    newcomers = [key_of(f"new{place}") for place in range(new)]
    stay, joining = rules.members_of_next(keys, keys, [], newcomers)
    assert is_quorum(next_view(GENESIS, [*stay, *joining], stay[0]), stay)
    assert joining == newcomers[: len(joining)]
    assert joining or not newcomers


def test_p6_nothing_is_accepted_below_a_promise_or_twice():
    assert rules.may_accept(MINE, None, None)
    assert rules.may_accept(MINE, MINE, None)
    assert rules.may_accept(HIGH, MINE, LOW)
    assert not rules.may_accept(LOW, MINE, None)
    assert not rules.may_accept(MINE, MINE, MINE)


@pytest.mark.parametrize(("number", "answer"), [(2, False), (3, False), (4, True), (9, True)])
def test_p8_only_a_later_view_is_installed_and_views_may_be_skipped(number, answer):
    assert rules.installs(number, 3) is answer


def test_s1_a_start_is_a_new_incarnation_with_the_old_queue():
    queue = ((4, entries_of(A, 1)[0]),)
    assert rules.restart(2, queue) == (3, queue)


def test_s4_a_leaver_says_so_only_with_nothing_left_to_lose():
    def says(*, holds=False, in_branch=False, queued=0, settled=5):
        return rules.may_say_leaving(
            holds=holds, in_branch=in_branch, queued=queued, settled=settled, length=5
        )

    assert says()
    assert not says(holds=True)
    assert not says(in_branch=True)
    assert not says(queued=1)
    assert not says(settled=4)


def test_s4_a_leaver_stops_once_a_quorum_without_it_has_installed():
    rest = next_view(THREE, [B, C], B)
    assert rules.may_stop(rest, [B])
    assert not rules.may_stop(rest, [C])
    assert not rules.may_stop(rest, [])
