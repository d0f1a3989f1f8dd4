"""What a link promises, one behaviour a test; the network is bad and time is virtual."""

from __future__ import annotations

import pickle
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core import limits
from app.core.errors import RemoteError
from app.core.instant import MILLI, SECOND, Micros
from app.core.rng import Rng
from app.mstreams import packets
from app.mstreams.link import TRANSITIONS, Heard, Link, Priority, ProbeLate, ProbesSpent, State
from tests.unit.mstreams.pair import Network, Pair

NOW = Micros(0)


def pieces_of(sent):
    return [packets.unpack(data).pieces for data in sent]


def test_frames_of_a_turn_share_a_packet_and_its_acknowledgement_waits_for_company():
    a, b = Link(NOW), Link(NOW)
    for number in range(5):
        a.send(bytes([number]) * 100, Priority.LIVE)
    (packet,) = a.flush(NOW)
    assert b.receive(packet, NOW) == [bytes([number]) * 100 for number in range(5)]
    assert b.flush(NOW) == []
    assert b.deadline() == limits.ACK_DELAY_MICROS_MAX
    assert len(b.flush(Micros(limits.ACK_DELAY_MICROS_MAX))) == 1
    assert b.deadline() is None


def test_an_acknowledgement_rides_on_what_leaves_anyway():
    a, b = Link(NOW), Link(NOW)
    a.send(b"question", Priority.LIVE)
    b.receive(a.flush(NOW)[0], NOW)
    b.hint(b"busy")
    (packet,) = b.flush(NOW)
    parsed = packets.unpack(packet)
    assert parsed.ack is not None
    assert parsed.hints == [b"busy"]
    a.receive(packet, Micros(MILLI))
    assert a.queued_bytes(Priority.LIVE) == 0
    assert a.deadline() is None


def test_nothing_is_acknowledged_before_flush():
    a, b = Link(NOW), Link(NOW)
    for _ in range(3):
        a.send(bytes(1_100), Priority.LIVE)
    for packet in a.flush(NOW):
        b.receive(packet, NOW)
    assert b._received.owed
    (packet,) = b.flush(NOW)
    assert packets.unpack(packet).ack == packets.Ack(((0, 2),), 0)


def test_packets_keep_their_bound_also_with_a_long_acknowledgement_beside_resent_pieces():
    pair = Pair(Network(loss=0.3, duplication=0.1), seed="bound")
    for _ in range(20):
        pair.a.send(bytes(20_000), Priority.BULK)
        pair.b.send(bytes(20_000), Priority.LIVE)
        pair.a.hint(bytes(packets.HINT_BYTES_MAX))
        pair.run(100 * MILLI)
    pair.run_until_idle(120 * SECOND)
    assert len(pair.got[1]) >= 20
    for sent in pair.sent_packets:
        assert max(len(packet) for _, packet in sent) <= limits.PACKET_BYTES_MAX


def test_an_idle_link_has_no_timer():
    pair = Pair(Network(loss=0.2), seed="idle")
    pair.a.send(bytes(30_000), Priority.BULK)
    pair.b.send(b"x", Priority.CONTROL)
    pair.run_until_idle(30 * SECOND)
    assert pair.a.deadline() is None
    assert pair.b.deadline() is None
    assert pair.got == [[b"x"], [bytes(30_000)]]


def test_control_overtakes_a_full_bulk_queue():
    pair = Pair(Network(rate=125_000), seed="overtake")
    while pair.a.send(bytes(60_000), Priority.BULK):
        pass
    pair.run(SECOND)
    before = pair.now
    pair.a.send(b"now", Priority.CONTROL)
    while b"now" not in pair.got[1]:
        pair.step()
    assert pair.now - before < 500 * MILLI
    assert pair.a.queued_bytes(Priority.BULK) > 1_000_000


def test_a_blocked_class_does_not_block_another():
    a, b = Link(NOW), Link(NOW)
    a.send(bytes(1_100), Priority.BULK)
    a.flush(NOW)
    a.send(b"later", Priority.BULK)
    a.send(b"news", Priority.LIVE)
    got = [frame for packet in a.flush(NOW) for frame in b.receive(packet, NOW)]
    assert got == [b"news"]


def test_each_class_refuses_beyond_its_own_bound():
    link = Link(NOW)
    bounds = [limits.CONTROL_BYTES_MAX, limits.LIVE_BYTES_MAX, limits.BULK_BYTES_MAX]
    for priority, bound in zip(Priority, bounds, strict=True):
        while link.send(bytes(50_000), priority):
            pass
        assert bound - 50_002 < link.queued_bytes(priority) <= bound


def test_a_loss_shows_by_three_later_packets_without_waiting():
    a, b = Link(NOW), Link(NOW)
    for _ in range(5):
        a.send(bytes(1_100), Priority.LIVE)
    lost, *rest = a.flush(NOW)
    for packet in rest:
        assert b.receive(packet, NOW) == []
    (answer,) = b.flush(NOW)
    a.receive(answer, Micros(30 * MILLI))
    (again,) = a.flush(Micros(30 * MILLI))
    assert pieces_of([again]) == pieces_of([lost])
    assert packets.unpack(again).number == 5
    assert len(b.receive(again, Micros(60 * MILLI))) == 5


def test_a_loss_halves_the_window_until_the_packet_turns_out_late():
    a, b = Link(NOW), Link(NOW)
    for _ in range(5):
        a.send(bytes(1_100), Priority.LIVE)
    late, *rest = a.flush(NOW)
    for packet in rest:
        b.receive(packet, NOW)
    a.receive(b.flush(NOW)[0], Micros(30 * MILLI))
    assert a._congestion.window == limits.WINDOW_PACKETS_INITIAL // 2
    assert len(b.receive(late, Micros(40 * MILLI))) == 5
    a.receive(b.flush(Micros(40 * MILLI))[0], Micros(70 * MILLI))
    assert a._congestion.window == limits.WINDOW_PACKETS_INITIAL


def test_a_lone_loss_shows_by_time_once_a_later_packet_arrived():
    a, b = Link(NOW), Link(NOW)
    a.send(b"first", Priority.LIVE)
    a.flush(NOW)
    a.send(b"second", Priority.LIVE)
    (second,) = a.flush(NOW)
    b.receive(second, NOW)
    late = Micros(limits.ACK_DELAY_MICROS_MAX)
    a.receive(b.flush(late)[0], Micros(80 * MILLI))
    assert a.flush(Micros(80 * MILLI)) == []
    due = a.deadline()
    assert due == 90 * MILLI
    assert len(a.flush(due)) == 1


def test_probes_back_off_and_go_on_and_the_link_says_it_is_silent():
    pair = Pair(Network(down=True))
    pair.a.send(b"anybody?", Priority.LIVE)
    pair.run(40 * SECOND)
    times = sorted({at for at, _ in pair.sent_packets[0]})
    waits = [after - before for before, after in pairwise(times)]
    first = pair.a.path.probe_micros(0)
    assert waits[:3] == [first, 2 * first, 4 * first]
    assert {*waits[3:]} == {limits.PROBE_MICROS_MAX}
    assert pair.a.state is State.SILENT
    assert pair.a.silent_since == times[limits.PROBES_UNANSWERED_MAX + 1]
    assert pair.a.last_heard == 0
    assert pair.a._recovery.in_flight == limits.PROBE_PACKETS
    assert len(pair.sent_packets[0]) < 50


def test_a_silent_peer_that_speaks_gets_everything_soon():
    pair = Pair(Network(), seed="partition")
    pair.a.send(b"before", Priority.LIVE)
    pair.run(SECOND)
    pair.network.down = True
    for _ in range(30):
        pair.a.send(bytes(900), Priority.LIVE)
    pair.run(60 * SECOND)
    assert pair.a.silent_since is not None
    pair.network.down = False
    pair.b.hint(b"here")
    pair.run(300 * MILLI)
    assert pair.a.state is State.OPEN
    assert len(pair.got[1]) == 31


def test_a_healed_path_is_found_by_the_next_probe_when_the_peer_has_nothing_to_say():
    pair = Pair(Network(down=True))
    for _ in range(30):
        pair.a.send(bytes(900), Priority.LIVE)
    pair.run(60 * SECOND)
    pair.network.down = False
    pair.run(limits.PROBE_MICROS_MAX + SECOND)
    assert len(pair.got[1]) == 30
    pair.run_until_idle(SECOND)


def test_a_frame_queued_in_silence_is_not_forgotten():
    a, b = Link(NOW), Link(NOW)
    a._step(ProbesSpent(), NOW)
    a.send(b"first", Priority.LIVE)
    packet, twin = a.flush(NOW)
    assert pieces_of([packet]) == pieces_of([twin])
    a.send(b"second", Priority.LIVE)
    assert a.flush(NOW) == []
    assert b.receive(packet, NOW) == [b"first"]
    (answer,) = b.flush(Micros(limits.ACK_DELAY_MICROS_MAX))
    a.receive(answer, Micros(20 * MILLI))
    assert len(a.flush(Micros(20 * MILLI))) == 1


def test_what_knocked_in_vain_goes_again_as_soon_as_the_peer_is_heard():
    a, b = Link(NOW), Link(NOW)
    a._step(ProbesSpent(), NOW)
    a.send(b"first", Priority.LIVE)
    a.flush(NOW)
    a.send(b"second", Priority.LIVE)
    b.hint(b"here")
    a.receive(b.flush(NOW)[0], Micros(5))
    (packet,) = a.flush(Micros(5))
    assert b.receive(packet, Micros(5)) == [b"first", b"second"]


def test_a_probe_for_pieces_that_arrived_by_another_packet_is_not_sent():
    a, b = Link(NOW), Link(NOW)
    a.send(b"x", Priority.LIVE)
    a.flush(NOW)
    due = a.deadline()
    assert due is not None
    probe, twin = a.flush(due)
    assert pieces_of([probe]) == pieces_of([twin])
    b.receive(probe, due)
    answer = b.flush(Micros(due + limits.ACK_DELAY_MICROS_MAX))[0]
    a.receive(answer, Micros(due + 20 * MILLI))
    while (due := a.deadline()) is not None:
        assert a.flush(due) == []
    assert a._recovery.in_flight == 0


def test_what_waits_rides_on_a_probe():
    a, b = Link(NOW), Link(NOW)
    a.send(b"lost", Priority.CONTROL)
    a.flush(NOW)
    a._congestion.window = 1
    a.send(bytes(1_130), Priority.BULK)
    assert len(a.flush(NOW)) == 1
    a.send(b"waits", Priority.CONTROL)
    assert a.flush(NOW) == []
    due = a.deadline()
    assert due is not None
    probe = a.flush(due)[0]
    assert b.receive(probe, due) == [b"lost", b"waits"]


def test_small_frames_are_not_held_back_by_unanswered_probes():
    link, now = Link(NOW), NOW
    link._congestion.window = limits.WINDOW_PACKETS_MIN
    link.send(b"x", Priority.LIVE)
    link.flush(now)
    for _ in range(limits.PROBES_UNANSWERED_MAX):
        due = link.deadline()
        assert due is not None
        now = due
        assert len(link.flush(now)) == limits.PROBE_PACKETS
    link.send(b"y", Priority.LIVE)
    assert len(link.flush(now)) == 1


def test_a_peer_that_acknowledges_only_the_oldest_packet_cannot_fill_the_table():
    link, now = Link(NOW), NOW
    for _ in range(300):
        now = Micros(now + 2 * MILLI)
        link.send(b"x", Priority.LIVE)
        assert len(link.flush(now)) == 1
    largest = 0
    for number in range(100):
        for _ in range(limits.PROBES_UNANSWERED_MAX):
            now = link.deadline() or now
            link.flush(now)
            largest = max(largest, link._recovery.in_flight)
        ack = packets.ack_block([(number, number)], 0)
        link.receive(packets.pack(number, 0, [ack]), now)
    assert largest == limits.WINDOW_PACKETS_MAX + limits.PROBE_PACKETS


@pytest.mark.parametrize("end", range(3))
def test_the_largest_frame_survives_heavy_loss_in_every_class(end):
    pair = Pair(Network(loss=0.3, duplication=0.05, jitter_micros=5 * MILLI), seed=f"loss {end}")
    frame = Rng("frame").bytes(limits.FRAME_BYTES_MAX)
    assert pair.a.send(frame, Priority(end))
    pair.run_until_idle(60 * SECOND)
    assert pair.got[1] == [frame]


def test_hints_are_sent_once_latest_few_first_kept_and_never_too_large():
    a, b = Link(NOW), Link(NOW)
    assert not a.hint(bytes(packets.HINT_BYTES_MAX + 1))
    assert not a.hint(b"")
    for number in range(limits.HINTS_MAX + 3):
        assert a.hint(bytes([number]))
    (packet,) = a.flush(NOW)
    assert b.receive(packet, NOW) == [bytes([n]) for n in range(3, limits.HINTS_MAX + 3)]
    assert b.receive(packet, NOW) == []
    assert a.flush(NOW) == []
    assert a.deadline() is None
    assert b.deadline() is None


def test_a_large_hint_and_a_waiting_acknowledgement_both_leave():
    a, b = Link(NOW), Link(NOW)
    a.send(b"x", Priority.LIVE)
    b.receive(a.flush(NOW)[0], NOW)
    b.hint(bytes(packets.HINT_BYTES_MAX))
    assert len(b.flush(NOW)) == 2
    assert b.deadline() is None


def test_hints_that_come_late_still_count():
    a, b = Link(NOW), Link(NOW)
    sent = []
    for number in range(20):
        a.hint(bytes([number]))
        sent += a.flush(NOW)
    got = [frame for packet in reversed(sent) for frame in b.receive(packet, NOW)]
    assert got == [bytes([number]) for number in reversed(range(20))]


def test_a_window_in_flight_is_not_exceeded_and_acknowledgements_open_it():
    a, b = Link(NOW), Link(NOW)
    while a.send(bytes(60_000), Priority.BULK):
        pass
    sent = a.flush(NOW)
    assert len(sent) == limits.WINDOW_PACKETS_INITIAL
    assert a.flush(NOW) == []
    for packet in sent[:2]:
        b.receive(packet, NOW)
    a.receive(b.flush(NOW)[0], Micros(30 * MILLI))
    assert len(a.flush(Micros(30 * MILLI))) == 4


def test_a_large_window_is_spread_over_the_round_trip():
    pair = Pair(Network(delay_micros=50 * MILLI))
    for _ in range(40):
        pair.a.send(bytes(50_000), Priority.BULK)
    pair.run(1_000 * MILLI)
    at = [when for when, _ in pair.sent_packets[0] if when > 700 * MILLI]
    in_ten_millis = max(sum(1 for other in at if 0 <= other - when < 10 * MILLI) for when in at)
    assert len(at) > 400
    assert in_ten_millis <= 100


HOSTILE = {
    "ack of a number never sent": [packets.ack_block([(0, 0)], 0)],
    "piece beyond what may be under way": [packets.piece_block(0, limits.CONTROL_PIECES_MAX, b"x")],
    "good piece beside a bad one": [
        packets.piece_block(1, 0, b"\0\0x"),
        packets.piece_block(2, 2**63, b"x"),
    ],
}


@pytest.mark.parametrize("blocks", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_makes_no_sense_is_a_remote_error_and_changes_nothing(blocks):
    link = Link(NOW)
    before = pickle.dumps(link)
    with pytest.raises(RemoteError):
        link.receive(packets.pack(0, 0, blocks), Micros(5))
    assert pickle.dumps(link) == before


def test_an_acknowledgement_of_a_number_not_yet_sent_is_refused_by_a_busy_link_too():
    a = Link(NOW)
    a.send(b"x", Priority.LIVE)
    a.flush(NOW)
    with pytest.raises(RemoteError):
        a.receive(packets.pack(0, 0, [packets.ack_block([(0, 1)], 0)]), NOW)
    a.receive(packets.pack(0, 0, [packets.ack_block([(0, 0)], 0)]), Micros(MILLI))
    assert a.queued_bytes(Priority.LIVE) == 0


BLOCK = st.one_of(
    st.binary(min_size=1, max_size=50),
    st.builds(
        packets.piece_block,
        st.integers(0, 2),
        st.integers(0, 70),
        st.binary(min_size=1, max_size=9),
    ),
    st.builds(packets.hint_block, st.binary(min_size=1, max_size=9)),
    st.builds(
        lambda low, more: packets.ack_block([(low, low + more)], 7),
        st.integers(0, 5),
        st.integers(0, 3),
    ),
)
NUMBERS = st.one_of(st.integers(0, 80), st.integers(2**64 - 80, 2**64 - 1))


@settings(deadline=None)
@given(st.lists(st.tuples(NUMBERS, st.integers(0, 2**32 - 1), st.lists(BLOCK)), max_size=30))
def test_a_hostile_peer_gets_remote_errors_only_and_the_link_goes_on(given_packets):
    link = Link(NOW)
    link.send(bytes(3_000), Priority.LIVE)
    link.flush(NOW)
    now = NOW
    for number, back, blocks in given_packets:
        now = Micros(now + 3 * MILLI)
        try:
            link.receive(packets.pack(number, max(number - back, 0), blocks), now)
        except RemoteError:
            continue
        for packet in link.flush(now):
            packets.unpack(packet)
        assert (deadline := link.deadline()) is None or deadline > now


@given(st.binary(max_size=1_300))
def test_random_bytes_are_remote_errors_or_harmless(data):
    link = Link(NOW)
    try:
        link.receive(data, NOW)
    except RemoteError:
        return
    link.flush(NOW)


def test_goodput_of_two_megabytes_with_two_percent_loss():
    """The interop runner's transfer row; no bound of speed, but nowhere near a stall."""
    pair = Pair(Network(loss=0.02), seed="goodput")
    frames = [Rng(f"frame {number}").bytes(50_000) for number in range(40)]
    for frame in frames:
        assert pair.a.send(frame, Priority.LIVE)
    pair.run_until_idle(30 * SECOND)
    assert pair.got[1] == frames
    assert len(pair.sent_packets[0]) < 1.15 * 2_000_000 / packets.PIECE_BYTES_MAX
    assert 0.0 < pair.a.path.loss < 0.1
    assert 55 * MILLI < pair.a.path.smoothed_rtt_micros < 75 * MILLI


def test_a_narrow_path_is_filled_without_drowning_it():
    pair = Pair(Network(rate=1_250_000, delay_micros=15 * MILLI), seed="narrow")
    for _ in range(40):
        pair.a.send(bytes(50_000), Priority.LIVE)
    pair.run_until_idle(4 * SECOND)
    assert len(pair.got[1]) == 40
    assert len(pair.sent_packets[0]) < 1.1 * 2_000_000 / packets.PIECE_BYTES_MAX


def test_a_path_that_reorders_is_not_taken_for_one_that_loses():
    pair = Pair(Network(jitter_micros=9 * MILLI), seed="jitter")
    for _ in range(40):
        pair.a.send(bytes(50_000), Priority.LIVE)
    pair.run_until_idle(8 * SECOND)
    assert len(pair.got[1]) == 40
    assert len(pair.sent_packets[0]) < 1.25 * 2_000_000 / packets.PIECE_BYTES_MAX


def test_one_run_is_like_the_other():
    runs = []
    for _ in range(2):
        pair = Pair(Network(loss=0.1, jitter_micros=5 * MILLI, duplication=0.02), seed="same")
        for _ in range(5):
            pair.a.send(bytes(50_000), Priority.LIVE)
        pair.run_until_idle(30 * SECOND)
        runs.append(pair.sent_packets)
    assert runs[0] == runs[1]


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("given_input", [Heard(), ProbeLate(), ProbesSpent()])
def test_every_state_takes_every_input(state, given_input):
    link = Link(NOW)
    link.send(b"x", Priority.LIVE)
    link.flush(NOW)
    if state is State.SILENT:
        link._step(ProbesSpent(), NOW)
    assert link.state is state
    target, _ = TRANSITIONS[state, type(given_input)]
    link._step(given_input, Micros(5))
    assert link.state is target
    assert (link.silent_since is None) == (target is State.OPEN)
    packets_out = link.flush(Micros(5))
    assert bool(packets_out) == (not isinstance(given_input, Heard) or state is State.SILENT)


def test_the_table_names_every_pair():
    assert len(TRANSITIONS) == len(State) * 3
