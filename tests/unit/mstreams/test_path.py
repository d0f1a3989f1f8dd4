"""Measured values."""

from __future__ import annotations

from app.core import limits
from app.core.instant import MILLI
from app.mstreams.path import Path


def test_round_trips_are_smoothed_and_the_peers_wait_is_taken_off():
    path = Path()
    path.round_trip(80 * MILLI, 5 * MILLI)
    assert (path.smoothed_rtt_micros, path.rtt_variance_micros) == (80 * MILLI, 40 * MILLI)
    path.round_trip(96 * MILLI, 8 * MILLI)
    assert path.smoothed_rtt_micros == 81 * MILLI
    assert path.rtt_variance_micros == 32 * MILLI
    assert path.min_rtt_micros == 80 * MILLI


def test_a_wait_that_would_go_below_the_minimum_is_not_believed():
    path = Path()
    path.round_trip(80 * MILLI, 0)
    path.round_trip(84 * MILLI, 9 * MILLI)
    assert path.smoothed_rtt_micros == 80 * MILLI + 4 * MILLI // 8


def test_the_loss_estimate_follows_and_decays():
    path = Path()
    for number in range(2_000):
        path.lost() if number % 10 == 0 else path.acknowledged(1)
    assert 0.05 < path.loss < 0.16
    path.acknowledged(600)
    assert path.loss < 0.001


def test_probes_back_off_up_to_their_bound():
    path = Path()
    path.round_trip(50 * MILLI, 0)
    waits = [path.probe_micros(unanswered) for unanswered in range(8)]
    assert waits[:3] == [160 * MILLI, 320 * MILLI, 640 * MILLI]
    assert waits[-1] == limits.PROBE_MICROS_MAX
    assert path.probe_micros(10**9) == limits.PROBE_MICROS_MAX
