"""What the stick panel's figures are made of: waits by measurement, numbering, looks."""

from __future__ import annotations

import math

import pytest

from app.core import limits
from app.core.ids import EntryId, SiteId
from app.dispatcher.placement import Decision, Kind, Link, Measures, Reason
from app.node.window.looks import Looks
from app.node.window.numbering import Faults, Numbering
from app.node.window.waits import Waits

A, B, C = (SiteId(letter * 16) for letter in "abc")


def measures(**trips: float) -> Measures:
    return Measures(
        links={(SiteId(pair[0] * 16), SiteId(pair[1] * 16)): Link(ms) for pair, ms in trips.items()}
    )


class TestWaits:
    def test_a_line_waits_for_a_round_trip_to_the_stick(self) -> None:
        waits = Waits()
        waits.measured([A, B, C], measures(ab=20.0, ac=50.0, bc=40.0), {})
        assert waits.own(A, A) == 0
        assert waits.own(B, A) == pytest.approx(20)
        assert waits.own(A, B) == pytest.approx(20)

    def test_the_mean_is_over_who_talks(self) -> None:
        waits = Waits()
        waits.measured([A, B, C], measures(ab=20.0, ac=50.0, bc=40.0), {})
        assert waits.mix(A, {B: 3.0, C: 1.0}) == pytest.approx((3 * 20 + 50) / 4)
        assert waits.mix(A, {}) == pytest.approx((0 + 20 + 50) / 3)

    def test_what_nobody_measured_is_not_known(self) -> None:
        waits = Waits()
        assert waits.own(A, A) is None
        assert waits.mix(A, {}) is None
        waits.measured([A, B, C], measures(ab=20.0), {})
        assert waits.own(C, A) is None
        assert waits.mix(A, {B: 1.0}) == pytest.approx(20)
        assert waits.mix(A, {C: 1.0}) is None
        before_and_after = {site: each for site, *each in waits.each(A, B)}
        assert list(before_and_after) == [A, B]
        assert before_and_after[A] == pytest.approx([0, 20])
        assert before_and_after[B] == pytest.approx([20, 0])

    def test_rings_are_bounded_and_who_left_has_none(self) -> None:
        waits = Waits()
        waits.measured([A, B], measures(ab=20.0), {})
        for moment in range(2 * limits.STICK_EXPECTED_MAX):
            waits.note(A, {B: 1.0}, moment)
        rings = dict(waits.expected())
        assert len(rings[B]) == len(waits.everyone()) == limits.STICK_EXPECTED_MAX
        moment, wait = rings[B][-1]
        assert moment == 2 * limits.STICK_EXPECTED_MAX - 1
        assert wait == pytest.approx(20)
        waits.measured([A], measures(), {})
        waits.note(A, {}, 0)
        assert list(dict(waits.expected())) == [A]


class TestNumbering:
    def test_numbers_that_follow_each_other_are_no_fault(self) -> None:
        numbers = Numbering()
        for number in (7, 8, 9):
            assert numbers.take(EntryId(A, 1, number)) == Faults()

    def test_a_number_left_out_is_lost_and_one_that_comes_again_doubled(self) -> None:
        numbers = Numbering()
        numbers.take(EntryId(A, 1, 7))
        assert numbers.take(EntryId(A, 1, 10)) == Faults(lost=2)
        assert numbers.take(EntryId(A, 1, 10)) == Faults(doubled=1)
        assert numbers.take(EntryId(A, 1, 11)) == Faults()

    def test_another_life_counts_anew(self) -> None:
        numbers = Numbering()
        numbers.take(EntryId(A, 1, 7))
        assert numbers.take(EntryId(A, 2, 1)) == Faults()
        assert numbers.take(EntryId(A, 1, 8)) == Faults()
        assert numbers.take(EntryId(A, 2, 3)) == Faults(lost=1)

    def test_after_a_cut_the_next_numbers_begin(self) -> None:
        numbers = Numbering()
        numbers.take(EntryId(A, 1, 7))
        numbers.reset()
        assert numbers.take(EntryId(A, 1, 5)) == Faults()


class TestLooks:
    def stay(self, reason: Reason, regret: float, site: SiteId | None = B) -> Decision:
        return Decision(Kind.STAY, site, reason, regret=regret, price=500.0)

    def test_a_brake_that_stopped_a_move_is_kept_once(self) -> None:
        looks = Looks()
        for moment in range(5):
            looks.weighed(self.stay(Reason.STROKE, 600), moment)
        (look,) = looks.shown()
        assert (look.at_ms, look.site, look.reason) == (0, B, "STROKE")
        assert look.regret == pytest.approx(1.2)

    def test_who_came_near_is_kept_and_who_did_not_is_not(self) -> None:
        looks = Looks()
        looks.weighed(self.stay(Reason.BELOW_PRICE, 200), 1)
        assert looks.shown() == ()
        looks.weighed(self.stay(Reason.BELOW_PRICE, 300), 2)
        assert [look.reason for look in looks.shown()] == ["BELOW_PRICE"]

    def test_where_no_price_can_be_paid_nothing_was_looked_at(self) -> None:
        looks = Looks()
        looks.weighed(Decision(Kind.STAY, B, Reason.BELOW_PRICE, 400, math.inf), 1)
        looks.weighed(self.stay(Reason.SAME_SLOT, 0, None), 1)
        assert looks.shown() == ()

    def test_a_move_makes_the_same_look_news_again(self) -> None:
        looks = Looks()
        looks.weighed(self.stay(Reason.STROKE, 600), 1)
        looks.weighed(Decision(Kind.MOVE, B, Reason.REGRET, 600, 500), 2)
        looks.weighed(self.stay(Reason.STROKE, 600), 3)
        assert [look.at_ms for look in looks.shown()] == [1, 3]

    def test_a_refused_move_says_why_once_and_what_passes_is_not_said(self) -> None:
        looks = Looks()
        looks.refused(B, "on its way already; try again", 1)
        assert looks.shown() == ()
        looks.refused(B, "it stays", 2)
        looks.weighed(Decision(Kind.MOVE, B, Reason.REGRET, 600, 500), 3)
        looks.refused(B, "it stays", 4)
        (look,) = looks.shown()
        assert (look.at_ms, look.site, look.reason, look.why) == (2, B, "REFUSED", "it stays")

    def test_they_are_bounded(self) -> None:
        looks = Looks()
        for moment in range(3 * limits.STICK_LOOKS_MAX):
            looks.weighed(self.stay(Reason.STROKE, 600, (B, C)[moment % 2]), moment)
        assert len(looks.shown()) == limits.STICK_LOOKS_MAX
