"""Window and pacing."""

from __future__ import annotations

from app.core import limits
from app.core.instant import MILLI, Micros
from app.mstreams.congestion import Congestion, Pacer
from app.mstreams.path import Path


def test_the_window_doubles_each_round_trip_at_first():
    congestion = Congestion()
    congestion.limited = True
    for number in range(congestion.window):
        congestion.acknowledged(number)
    assert congestion.window == 2 * limits.WINDOW_PACKETS_INITIAL


def test_the_window_halves_once_per_episode_and_then_grows_by_one_a_round_trip():
    congestion = Congestion()
    congestion.limited = True
    for number in (3, 4, 9):
        congestion.lost(number, 40)
    assert congestion.window == 16
    congestion.acknowledged(39)
    assert congestion._acknowledged == 0
    for number in range(40, 56):
        congestion.acknowledged(number)
    assert congestion.window == 17
    congestion.lost(57, 80)
    assert congestion.window == 8


def test_the_window_stays_within_its_bounds():
    congestion = Congestion()
    congestion.limited = True
    for number in range(3 * limits.WINDOW_PACKETS_MAX):
        congestion.acknowledged(number)
    assert congestion.window == limits.WINDOW_PACKETS_MAX
    for number in range(10_000, 10_020):
        congestion.lost(number, number + 1)
    assert congestion.window == limits.WINDOW_PACKETS_MIN


def test_an_idle_window_does_not_grow():
    congestion = Congestion()
    for number in range(100):
        congestion.acknowledged(number)
    assert congestion.window == limits.WINDOW_PACKETS_INITIAL


def test_a_cut_for_a_packet_that_came_late_is_undone():
    congestion = Congestion()
    congestion.lost(7, 20)
    congestion.found(8)
    assert congestion.window == 16
    congestion.found(7)
    assert congestion.window == 32
    assert congestion.slow_start


def test_silence_collapses_the_window():
    congestion = Congestion()
    congestion.collapse(100)
    assert congestion.window == limits.WINDOW_PACKETS_MIN
    assert congestion.slow_start


def burst(pacer, now):
    count = 0
    while pacer.allows(now) and count < 10_000:
        pacer.sent(now)
        count += 1
    return count


def test_pacing_lets_a_burst_go_and_spreads_the_rest_over_the_round_trip():
    path, congestion, pacer = Path(), Congestion(), Pacer(Micros(0))
    path.round_trip(100 * MILLI, 0)
    congestion.window, congestion._threshold = 400, 400
    pacer.set_rate(congestion, path, Micros(0))
    now = Micros(0)
    sent = burst(pacer, now)
    assert sent == limits.PACING_BURST_PACKETS
    wakes = 0
    while pacer.deadline() < 100 * MILLI:
        assert pacer.deadline() > now
        now = pacer.deadline()
        count = burst(pacer, now)
        assert count == limits.PACING_QUANTUM_PACKETS
        sent += count
        wakes += 1
    assert 500 <= sent - limits.PACING_BURST_PACKETS + limits.PACING_QUANTUM_PACKETS <= 520
    assert wakes < 70


def test_on_a_local_network_pacing_is_not_felt():
    path, congestion, pacer = Path(), Congestion(), Pacer(Micros(0))
    path.round_trip(200, 0)
    congestion.window = 400
    pacer.set_rate(congestion, path, Micros(0))
    assert burst(pacer, Micros(0)) >= 400


def test_a_burst_sent_on_a_guess_is_not_held_against_a_faster_path():
    path, congestion, pacer = Path(), Congestion(), Pacer(Micros(0))
    pacer.set_rate(congestion, path, Micros(0))
    assert burst(pacer, Micros(0)) == limits.PACING_BURST_PACKETS
    path.round_trip(MILLI, 0)
    pacer.set_rate(congestion, path, Micros(MILLI))
    assert burst(pacer, Micros(2 * MILLI)) == limits.PACING_BURST_PACKETS
