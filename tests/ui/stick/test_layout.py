"""The map's layout: distances, steadiness, and what is true of the pixels."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.ids import SiteId
from app.ui.stick.layout import (
    FIRST_STEPS,
    Fit,
    around,
    begin,
    go_on,
    majorize,
    pair,
    stress,
    wanted_of,
)

SITES = tuple([SiteId(letter) for letter in "abcdefgh"])
A, B, C, D = SITES[:4]


def triangle():
    return wanted_of([(A, B, 30.0), (B, C, 40.0), (A, C, 50.0)])


def random_wanted(values, sites):
    pairs = [(one, two) for place, one in enumerate(sites) for two in sites[place + 1 :]]
    return {pair(*each): value for each, value in zip(pairs, values, strict=False)}


def test_the_mean_of_both_directions_is_wanted():
    assert wanted_of([(A, B, 30.0), (B, A, 50.0), (A, A, 9.0)]) == {(A, B): 40.0}


def test_distances_that_fit_in_the_plane_are_exact():
    places = begin([A, B, C], triangle())
    assert stress(places, triangle()) < 1e-4
    for (one, two), distance in triangle().items():
        assert math.dist(places[one], places[two]) == pytest.approx(distance, rel=0.01)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0.1, 400), min_size=28, max_size=28), st.integers(2, 8))
def test_a_step_never_makes_it_worse(values, count):
    sites = SITES[:count]
    wanted = random_wanted(values, sites)
    places = begin(sites, wanted)
    before = stress(places, wanted)
    after = stress(majorize(places, wanted, 1), wanted)
    assert after <= before + 1e-9 * (1 + before)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(1, 300), min_size=15, max_size=15))
def test_the_first_layout_is_better_than_the_circle_it_began_with(values):
    sites = SITES[:6]
    wanted = random_wanted(values, sites)
    circle = {site: (math.cos(number), math.sin(number)) for number, site in enumerate(sites)}
    assert stress(begin(sites, wanted), wanted) <= stress(circle, wanted)


def test_it_is_alike_wherever_the_same_is_measured():
    assert begin([C, A, B], triangle()) == begin([A, B, C], triangle())


def test_its_longer_side_lies_level():
    wanted = wanted_of([(A, B, 100.0), (A, C, 52.0), (B, C, 52.0)])
    places = begin([A, B, C], wanted)
    wide = max(x for x, _ in places.values()) - min(x for x, _ in places.values())
    high = max(y for _, y in places.values()) - min(y for _, y in places.values())
    assert wide > 3 * high


def test_small_changes_hardly_move_anybody():
    wanted = triangle()
    places = begin([A, B, C], wanted)
    later = {key: value * 1.02 for key, value in wanted.items()}
    moved = go_on(places, [A, B, C], later)
    assert all(math.dist(places[site], moved[site]) < 2 for site in places)


def test_a_newcomer_enters_where_it_belongs_and_turns_nobody_round():
    wanted = triangle()
    places = begin([A, B, C], wanted)
    more = wanted | wanted_of([(A, D, 20.0), (B, D, 50.0), (C, D, 70.0)])
    moved = go_on(places, [A, B, C, D], more)
    assert all(math.dist(places[site], moved[site]) < 12 for site in places)
    assert math.dist(moved[A], moved[D]) == pytest.approx(20, abs=4)


def test_who_left_is_gone():
    places = begin([A, B, C], triangle())
    assert set(go_on(places, [A, B], triangle())) == {A, B}


def test_who_is_not_measured_stays_and_others_are_not_disturbed():
    places = {**begin([A, B, C], triangle()), D: (500.0, 500.0)}
    moved = go_on(places, [A, B, C, D], triangle())
    assert moved[D] == (500.0, 500.0)
    assert stress(moved, triangle()) < 1e-4


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0.1, 400), min_size=28, max_size=28), st.integers(2, 8))
def test_round_the_holder_pixels_are_milliseconds(values, count):
    sites = SITES[:count]
    wanted = random_wanted(values, sites)
    found = around(begin(sites, wanted), A, wanted, Fit(2.0, 40.0))
    for site in sites[1:]:
        expected = max(wanted[pair(A, site)] * 2.0, 40.0)
        assert math.hypot(*found[site]) == pytest.approx(expected)


def test_marks_stand_apart():
    wanted = wanted_of(
        [(A, B, 50.0), (A, C, 50.0), (A, D, 51.0), (B, C, 0.1), (B, D, 0.1), (C, D, 0.1)]
    )
    found = around(begin([A, B, C, D], wanted), A, wanted, Fit(4.0, 60.0))
    sites = sorted(found)
    for place, one in enumerate(sites):
        for two in sites[place + 1 :]:
            assert math.dist(found[one], found[two]) > 55


def test_nobody_and_one_alone_are_laid_out_too():
    assert begin([], {}) == {}
    assert set(begin([A], {})) == {A}
    assert around({A: (3.0, 4.0)}, A, {}, Fit(1.0, 1.0)) == {A: (0.0, 0.0)}
    assert majorize({}, {}, FIRST_STEPS) == {}
