from __future__ import annotations

from app.core import limits
from app.core.ids import Key
from app.core.instant import Micros, after
from app.core.rng import Rng
from app.dispatcher.views import Member, View
from app.node.frames import Measure, SiteBeat
from app.node.pulse import Pulse
from app.node.wiring import Wiring
from tests.unit.node.support.ends import end

NOW = Micros(10_000_000)
ANN, BEN = Key(Rng("a").bytes(32)), Key(Rng("b").bytes(32))
VIEW = View(bytes(32), 2, 0, b"", (Member(ANN, 1), Member(BEN, 2)), 3, ANN, 0, bytes(32), 0)


def a_pulse():
    return Pulse(Wiring(end("x").channels), NOW)


def a_part(number, *measures):
    return SiteBeat(number, (), measures, None)


def test_it_beats_regularly():
    pulse = a_pulse()
    assert pulse.due(NOW)
    assert not pulse.due(after(NOW, limits.HEARTBEAT_MICROS - 1))
    assert pulse.due(after(NOW, limits.HEARTBEAT_MICROS))


def test_it_beats_on_change_but_never_faster_than_its_spacing():
    pulse = a_pulse()
    pulse.due(NOW)
    pulse.want(after(NOW, 1))
    assert pulse.deadline() == after(NOW, limits.BEAT_SPACING_MICROS)
    beats = 0
    for tick in range(0, 1_000_000, 1_000):
        pulse.want(after(NOW, tick))
        beats += pulse.due(after(NOW, tick))
    assert beats <= 1_000_000 // limits.BEAT_SPACING_MICROS


def test_a_beat_that_was_overtaken_counts_nothing():
    pulse = a_pulse()
    assert pulse.newer(ANN, a_part(2))
    assert not pulse.newer(ANN, a_part(1))
    assert not pulse.newer(ANN, a_part(2))
    assert pulse.newer(ANN, a_part(3))
    assert pulse.newer(BEN, a_part(1))


def test_a_new_life_counts_from_one():
    pulse = a_pulse()
    pulse.newer(ANN, a_part(100))
    pulse.new_life(ANN)
    assert pulse.newer(ANN, a_part(1))


def test_the_matrix_holds_what_members_say_of_members():
    pulse = a_pulse()
    pulse.newer(ANN, a_part(1, Measure(2, 30_000, 1_000, 10_000), Measure(77, 1, 1, 1)))
    pulse.newer(ANN, a_part(2))
    links = pulse.matrix(VIEW, NOW).links
    ((_, link),) = links.items()
    assert (link.rtt_ms, link.jitter_ms, link.loss) == (30.0, 1.0, 0.01)


def test_the_matrix_is_news_as_often_as_this_site_measures():
    pulse = a_pulse()
    news = 0
    for tick in range(0, 10 * limits.MEASURES_EVERY_MICROS, limits.HEARTBEAT_MICROS):
        pulse.part(VIEW, ANN, (), None, after(NOW, tick))
        if pulse.measured:
            news += 1
            pulse.matrix(VIEW, NOW)
    assert news == 10


def test_what_peers_said_goes_with_them():
    pulse = a_pulse()
    pulse.newer(ANN, a_part(5, Measure(2, 1, 1, 1)))
    pulse.newer(BEN, a_part(5, Measure(1, 1, 1, 1)))
    pulse.forget_all_but((BEN,))
    assert list(pulse._heard) == list(pulse._rows) == [BEN]
