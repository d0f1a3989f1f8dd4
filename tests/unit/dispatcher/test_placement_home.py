"""Placement at its home: commands, leaving, moves under way, views, the briefcase, the panel."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import limits
from app.core.codec import decode, encode
from app.core.errors import LocalError, RemoteError
from app.core.instant import MILLI, SECOND, Micros
from app.dispatcher.placement import (
    ADAPTIVE,
    DEFAULT,
    FIXED,
    MANUAL,
    Kind,
    Measures,
    Placement,
    Policy,
    PolicyName,
    Reason,
    Stroke,
)
from tests.unit.dispatcher.placement_cases import SITES, Session, equal, every, micros, with_loss

BAD_ONE = {(1, 0): 0.2, (1, 2): 0.2, (1, 3): 0.2}


@pytest.mark.parametrize("policy", [FIXED, MANUAL])
def test_fixed_and_manual_never_move_by_themselves(policy: Policy) -> None:
    session = Session(equal(), policy=policy)
    assert session.until_move(every(1, 100, end=10_000)) is None
    decision = session.last_decision
    assert decision is not None
    assert (decision.reason, decision.price) == (Reason.BELOW_PRICE, math.inf)
    assert decision.target == SITES[1]


def test_a_pin_holds_it_until_it_is_taken_out() -> None:
    paper = Session(equal(), policy=Policy(PolicyName.PAPER, 4))
    paper.placement.pin(SITES[0])
    assert paper.until_move(every(1, 100, end=5_000)) is None
    session = Session(equal())
    session.placement.pin(SITES[0])
    assert session.until_move(every(1, 100, end=5_000)) is None
    session.placement.pin(None)
    assert session.until_move(every(1, 100, start=5_000, end=6_000)) == (5_700, 1, 8)


@pytest.mark.parametrize("policy", [ADAPTIVE, FIXED, MANUAL, Policy(PolicyName.PAPER)])
def test_a_command_skips_every_brake(policy: Policy) -> None:
    session = Session(equal(), policy=policy, tokens=0, last=0)
    session.entry(0, 2, Stroke.BEGIN)
    session.placement.pin(SITES[0])
    decision = session.placement.command(micros(10), SITES[1])
    assert (decision.kind, decision.target) == (Kind.MOVE, SITES[1])
    assert decision.reason is Reason.COMMAND


def test_a_command_may_name_a_poor_site_but_no_full_or_leaving_one() -> None:
    poor = Session(with_loss(equal(4), BAD_ONE), members=4, policy=MANUAL)
    assert poor.placement.command(micros(0), SITES[1]).kind is Kind.MOVE
    full = Session(equal(uplinks={1: 20}), policy=MANUAL, rate=8.5)
    assert full.placement.command(micros(0), SITES[1]).reason is Reason.TARGET_FULL
    full.placement.leaving((SITES[2],))
    assert full.placement.command(micros(0), SITES[2]).reason is Reason.TARGET_LEAVING
    full.placement.moving(under_way=True)
    assert full.placement.command(micros(0), SITES[1]).reason is Reason.MOVING


@pytest.mark.parametrize("target", [0, 5])
def test_a_command_to_nowhere_is_refused_with_the_reason(target: int) -> None:
    with pytest.raises(LocalError, match=r"stick"):
        Session(equal()).placement.command(micros(0), SITES[target])


@pytest.mark.parametrize("policy", [ADAPTIVE, FIXED, MANUAL, Policy(PolicyName.PAPER)])
def test_a_leaving_home_does_not_wait_for_an_entry(policy: Policy) -> None:
    session = Session(equal(), policy=policy)
    session.run(every(2, 100, end=300))
    session.placement.leaving((SITES[0],))
    decision = session.placement.on_home_leaving(micros(310))
    assert (decision.kind, decision.target) == (Kind.MOVE, SITES[2])
    assert decision.reason is Reason.HOME_LEAVING


def test_a_leaving_home_passes_over_who_leaves_too() -> None:
    session = Session(equal())
    session.run(every(2, 100, end=300))
    session.placement.leaving((SITES[0], SITES[2]))
    assert session.placement.on_home_leaving(micros(310)).target == SITES[1]
    session.placement.leaving(SITES[:3])
    nobody = session.placement.on_home_leaving(micros(310))
    assert (nobody.kind, nobody.reason) == (Kind.STAY, Reason.TARGET_LEAVING)
    session.placement.moving(under_way=True)
    assert session.placement.on_home_leaving(micros(310)).reason is Reason.MOVING


def test_while_a_move_is_under_way_entries_count_but_decide_nothing() -> None:
    session = Session(equal())
    session.placement.moving(under_way=True)
    reasons = session.reasons(every(1, 100, end=1_000))
    assert set(reasons) == {Reason.MOVING}
    assert session.regret[1] == 672.5
    session.placement.moving(under_way=False)
    assert session.entry(1_000, 1).kind is Kind.MOVE


def test_a_refused_permit_is_asked_for_again_after_the_dwell() -> None:
    session = Session(equal())
    session.run(every(1, 100, end=700))
    session.placement.moving(under_way=True)
    session.placement.permit_refused(micros(710))
    assert set(session.reasons(every(1, 100, start=800, end=1_701))) == {Reason.DWELL}
    assert session.entry(1_800, 1).kind is Kind.MOVE


def test_another_policy_begins_to_count_anew() -> None:
    session = Session(equal(), policy=FIXED)
    session.run(every(1, 100, end=2_000))
    session.placement.set_policy(ADAPTIVE)
    assert session.until_move(every(1, 100, start=2_000, end=5_000)) == (2_700, 1, 8)


def test_an_author_outside_the_view_counts_for_the_load_only() -> None:
    session = Session(equal())
    before = session.placement.ledger.rate.at(micros(0))
    assert session.entry(0, 7).reason is Reason.SAME_SLOT
    assert session.placement.ledger.rate.at(micros(0)) > before
    assert session.regret == [0, 0, 0]


def test_alone_it_stays() -> None:
    session = Session(Measures(), members=1)
    assert set(session.reasons(every(0, 100, end=1_000))) == {Reason.BELOW_PRICE}
    assert session.placement.on_home_leaving(micros(2_000)).kind is Kind.STAY


def test_members_keep_their_account_and_a_new_one_starts_at_zero() -> None:
    session = Session(equal())
    session.run(every(1, 100, end=500))
    session.entry(500, 2, Stroke.BEGIN)
    first, second = session.regret[1:3]
    placement = session.placement
    placement.set_members((SITES[3], SITES[1], SITES[2], SITES[0]), SITES[0], micros(600))
    assert first > second > 0
    assert session.regret == [0, first, second, 0]
    rows = {row.site: row for row in placement.panel(micros(600)).rows}
    assert rows[SITES[2]].stroke_micros == 100 * MILLI
    assert rows[SITES[1]].talk_rate > rows[SITES[2]].talk_rate > rows[SITES[3]].talk_rate == 0
    placement.set_members((SITES[0], SITES[3]), SITES[0], micros(700))
    assert session.regret == [0, 0]
    assert placement.panel(micros(700)).oldest_stroke_micros is None


def test_a_home_before_that_has_left_is_no_longer_compared_with() -> None:
    session = Session(equal())
    session.run(every(1, 100, end=1_000))
    now = session.now(1_000)
    session.placement.set_members(SITES[1:3], SITES[1], now)
    assert session.placement.adaptive.profit == 0
    assert session.placement.arrived(now, SITES[2]) is None


def test_another_home_without_a_hand_over_starts_empty_and_stays_the_dwell() -> None:
    session = Session(equal(), tokens=0)
    session.placement.adaptive.set_heat(micros(0), 3.0)
    session.run(every(2, 100, end=400))
    session.placement.set_members(SITES[1:3], SITES[1], micros(400))
    panel = session.placement.panel(micros(400))
    assert (panel.heat, panel.tokens, panel.rate) == (0, 4, 0)
    assert panel.dwell_micros == SECOND
    assert session.regret == [0, 0]


def test_the_home_must_be_a_member() -> None:
    with pytest.raises(LocalError):
        Placement(ADAPTIVE, SITES[:2], SITES[2], micros(0))


def _worn_placement() -> Placement:
    """A home that has something of everything to hand over."""
    session = Session(equal(), tokens=3, rate=9)
    session.placement.adaptive.set_heat(micros(0), 2.5)
    session.placement.backlog(200 * MILLI)
    session.placement.on_ordered(micros(0), SITES[2], Stroke.BEGIN)
    session.placement.arrived(micros(10), SITES[2])
    for at in (20, 120, 220):
        session.placement.on_ordered(micros(at), SITES[1])
    return session.placement


def test_the_briefcase_carries_values_and_ages_to_another_clock() -> None:
    old = _worn_placement()
    data = old.save(micros(1_000))
    there = Micros(5 * 10**12)
    new = Placement(ADAPTIVE, SITES[:3], SITES[1], there)
    new.restore(data, there)
    before, after = old.panel(micros(1_000)), new.panel(there)
    assert after.heat == pytest.approx(before.heat, abs=1e-6)
    assert after.tokens == before.tokens
    assert after.rate == pytest.approx(before.rate, abs=1e-6)
    assert after.profit == pytest.approx(before.profit, abs=1e-6)
    assert after.profit != 0
    assert after.oldest_stroke_micros == before.oldest_stroke_micros == 1_000 * MILLI
    assert after.moves_last_minute == before.moves_last_minute == 1
    assert new.adaptive.before == old.adaptive.before == 2
    (limit, seen) = new.ledger.learned[SITES[0]]
    assert limit == pytest.approx(old.ledger.learned[SITES[0]][0], abs=1e-6)
    assert there - seen == micros(1_000) - micros(220)
    assert new.adaptive.regret == [0, 0, 0]
    assert new.adaptive.slots == [None, None, None]


def test_what_names_a_stranger_is_left_out() -> None:
    data = _worn_placement().save(micros(1_000))
    new = Placement(ADAPTIVE, (SITES[1], SITES[5]), SITES[1], micros(0))
    new.restore(data, micros(0))
    assert new.adaptive.before is None
    assert new.adaptive.profit == 0
    assert not new.ledger.strokes
    assert not new.ledger.learned


def test_old_moves_do_not_travel() -> None:
    old = _worn_placement()
    new = Placement(ADAPTIVE, SITES[:3], SITES[1], micros(0))
    new.restore(old.save(micros(61_000)), micros(0))
    assert new.panel(micros(0)).moves_last_minute == 0


def test_the_largest_briefcase_is_small_and_readable() -> None:
    members = tuple(f"{'abcdefgh'[n // 8]}{'abcdefgh'[n % 8]}" * 8 for n in range(64))
    sites = tuple(type(SITES[0])(text) for text in members)
    placement = Placement(ADAPTIVE, sites, sites[0], micros(0))
    for position, site in enumerate(sites):
        placement.on_ordered(micros(0), site, Stroke.BEGIN)
        placement.ledger.learned[site] = (1e15, micros(-(10**12)))
        placement.arrived(micros(position), site)
    placement.adaptive.profit = 1e300
    data = placement.save(micros(1_000))
    assert len(data) < 8_192
    Placement(ADAPTIVE, sites, sites[0], micros(0)).restore(data, micros(0))


@given(st.binary(max_size=200))
def test_other_bytes_are_refused_and_change_nothing(data: bytes) -> None:
    placement = _worn_placement()
    before = placement.save(micros(1_000))
    with pytest.raises(RemoteError):
        placement.restore(data, micros(1_000))
    assert placement.save(micros(1_000)) == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (0, -1),
        (0, 65 * 10**6),
        (1, b"short"),
        (2, 2**62),
        (3, 2**40),
        (4, None),
        (5, [[b"a" * 10, 1]]),
        (6, [[b"a" * 10, -1]]),
        (6, [[b"a" * 10, 1]] * 65),
        (7, [0] * 65),
    ],
)
def test_a_field_out_of_bounds_is_refused(field: int, value: object) -> None:
    fields = decode(_worn_placement().save(micros(1_000)))
    fields[field] = value
    placement = Placement(ADAPTIVE, SITES[:3], SITES[0], micros(0))
    with pytest.raises(RemoteError):
        placement.restore(encode(fields), micros(0))


def test_a_briefcase_that_is_too_long_is_refused() -> None:
    placement = Placement(ADAPTIVE, SITES[:3], SITES[0], micros(0))
    with pytest.raises(RemoteError):
        placement.restore(bytes(limits.BRIEFCASE_BYTES_MAX + 1), micros(0))


def test_the_panel_says_why() -> None:
    session = Session(equal())
    session.placement.measures(Measures(equal().links, {}, micros(-500)))
    session.run(every(1, 100, end=500))
    session.entry(500, 2, Stroke.BEGIN)
    panel = session.placement.panel(micros(600))
    assert [row.site for row in panel.rows] == [SITES[1], SITES[2], SITES[0]]
    first = panel.rows[0]
    assert first.regret == session.regret[1]
    assert first.regret_share == first.regret / 500
    assert first.gain_ms == pytest.approx(panel.rows[2].cost_ms - first.cost_ms)
    assert first.gain_share == pytest.approx(first.gain_ms / panel.rows[2].cost_ms)
    assert first.wait_ms == 100
    assert panel.rows[2].is_home
    assert panel.price == 500
    assert panel.measures_age_micros == 1_100 * MILLI
    assert panel.oldest_stroke_micros == 100 * MILLI
    assert (panel.tokens, panel.token_micros) == (4, 0)
    assert panel.last is not None
    assert panel.last.reason is Reason.BELOW_PRICE


def test_the_panel_counts_down() -> None:
    session = Session(equal())
    session.run(every(1, 100, end=1_000))
    session.placement.adaptive.set_heat(session.now(1_000), 1.0)
    panel = session.placement.panel(session.now(1_100))
    assert panel.dwell_micros == 600 * MILLI
    assert panel.tokens == pytest.approx(3.08)
    assert panel.token_micros == 4_600 * MILLI
    assert panel.heat_halves_micros == DEFAULT.heat_half_micros - 100 * MILLI
    assert panel.moves_last_minute == 1


def test_hints_are_shown_and_change_nothing() -> None:
    placement = _worn_placement()
    before, regret = placement.save(micros(1_000)), list(placement.adaptive.regret)
    panel = placement.panel(micros(1_000), {SITES[2]: "is drawing", SITES[7]: "is typing"})
    assert {row.site: row.hint for row in panel.rows} == {
        SITES[0]: "",
        SITES[1]: "",
        SITES[2]: "is drawing",
    }
    assert placement.save(micros(1_000)) == before
    assert placement.adaptive.regret == regret


def test_rates_follow_the_page() -> None:
    session = Session(equal())
    shown = {}
    for at, author, stroke in every(0, 100, end=10_000):
        session.entry(at, author, stroke)
        shown[at + 100] = session.placement.panel(micros(at + 100)).rate
    assert shown[1_000] == pytest.approx(2.8, abs=0.3)
    assert shown[3_000] == pytest.approx(6.3, abs=0.4)
    assert shown[10_000] == pytest.approx(9.6, abs=0.3)
