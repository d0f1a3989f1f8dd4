from __future__ import annotations

import random

import pytest

from app.core import limits
from app.core.instant import SECOND, Micros, after
from app.crypto.hello import Pattern
from app.node.channels import OUTER_BYTES, Kind
from tests.unit.node.support.ends import INVITE, carry, end, pair

STRANGER = ("192.0.2.9", 9)


def connected():
    low, high = pair()
    low.dial(high)
    carry(low, high)
    return low, high


def state_sizes(channels):
    return [
        len(table)
        for table in (
            channels._dials,
            channels._answers,
            channels._answered,
            channels.table._by_index,
            channels.table._by_peer,
            channels.table._proving,
            channels._rates._of_host,
            channels.dropped,
        )
    ]


# --- the three handshakes -------------------------------------------------------------------------


@pytest.mark.parametrize("pattern", list(Pattern))
@pytest.mark.parametrize("null", [False, True])
def test_each_pattern_proves_both_ends_to_each_other(pattern, null):
    one, other = end("one", null=null), end("other", number=2, null=null)
    one.dial(other, pattern)
    carry(one, other)
    assert [channel.peer.key for channel in one.opened] == [other.key]
    assert [channel.peer.key for channel in other.opened] == [one.key]
    assert one.reaches(other)
    assert other.reaches(one)
    assert other.opened[0].invite_id == (INVITE if pattern is Pattern.INVITE else b"")


def test_who_does_not_know_the_secret_opens_nothing_at_the_other_end():
    one, other = pair()
    one.dial(other, secret=b"x" * 32)
    carry(one, other)
    assert other.opened == []
    assert other.channels.dropped == {"proof refused": 1}
    assert not one.reaches(other)


def test_an_invite_that_nobody_knows_gets_no_answer():
    one, other = pair()
    one.channels.dial(
        other.address, Pattern.INVITE, bytes(range(32)), b"s" * 32, b"?" * 16, Micros(0)
    )
    carry(one, other)
    assert other.channels.dropped == {"hello for another session": 1}


def test_a_site_does_not_open_to_itself():
    one = end("one")
    one.dial(one)
    carry(one)
    assert one.opened == []
    assert one.channels.dropped == {"reply refused": 1}


# --- lost, doubled, late --------------------------------------------------------------------------


def test_a_lost_hello_is_repeated_and_then_given_up():
    one, other = pair()
    one.dial(other)
    (first,) = one.out()
    sent = []
    now = Micros(0)
    while (at := one.channels.deadline()) is not None:
        now = at
        one.channels.tick(now)
        sent += one.out()
    assert set(sent) == {first}
    assert now == limits.DIAL_PATIENCE_MICROS


def test_a_repeated_hello_gets_the_same_answer_and_no_new_state():
    one, other = pair()
    one.dial(other)
    ((_, hello),) = one.out()
    other.take(one.address, hello)
    answer = other.out()
    sizes = state_sizes(other.channels)
    for _ in range(5):
        other.take(one.address, hello)
        assert other.out() == answer
    assert state_sizes(other.channels) == sizes


def test_another_hello_under_a_known_number_is_dropped():
    one, other = pair()
    one.dial(other)
    ((_, hello),) = one.out()
    other.take(one.address, hello)
    other.out()
    other.take(one.address, hello[:-1] + b"!")
    assert other.out() == []
    assert other.channels.dropped == {"another hello with a known number": 1}


def test_a_lost_proof_is_repeated_until_the_peer_is_heard():
    one, other = pair()
    one.dial(other)
    other.take(one.address, one.out()[0][1])
    one.take(other.address, other.out()[0][1])
    (lost,) = one.out()
    one.channels.tick(after(Micros(0), limits.DIAL_REPEAT_MICROS))
    assert one.out() == [lost]
    other.take(one.address, lost[1])
    assert other.reaches(one)
    assert one.channels.deadline() is None


def test_proofs_that_nobody_hears_end():
    one, other = pair()
    one.dial(other)
    other.take(one.address, one.out()[0][1])
    one.take(other.address, other.out()[0][1])
    one.out()
    count = 0
    while (at := one.channels.deadline()) is not None:
        one.channels.tick(at)
        count += len(one.out())
    assert count == limits.PROOF_REPEATS_MAX


def test_everything_recorded_is_worthless_when_it_is_played_again():
    low, high = pair()
    low.dial(high)
    carried = carry(low, high)
    for number in range(5):
        low.channels.seal(high.key, bytes([number]))
        high.channels.seal(low.key, bytes([number]))
        carried += carry(low, high)
    low.opened.clear()
    high.opened.clear()
    packets = [list(low.packets), list(high.packets)]
    for source, target, data in carried:
        (low if target == low.address else high).take(source, data)
    low.out()
    high.out()
    assert [low.packets, high.packets] == packets
    assert low.opened == high.opened == []
    assert low.channels.dropped["replayed"] == high.channels.dropped["replayed"] == 5
    assert low.reaches(high)


def test_a_forged_proof_ends_that_handshake_and_nothing_else():
    low, high = connected()
    third = end("third", number=3)
    third.dial(high)
    high.take(third.address, third.out()[0][1])
    ((_, reply),) = high.out()
    forged = bytes([Kind.PROOF]) + reply[5:9] + reply[1:5] + b"z" * 200
    high.take(third.address, forged)
    assert high.channels.dropped == {"proof refused": 1}
    assert low.reaches(high)
    assert high.reaches(low)


def test_a_proof_counts_only_from_where_its_hello_came():
    one, other = pair()
    one.dial(other)
    other.take(one.address, one.out()[0][1])
    one.take(other.address, other.out()[0][1])
    ((_, proof),) = one.out()
    other.take(STRANGER, proof)
    assert other.opened == []
    other.take(one.address, proof)
    assert len(other.opened) == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "wrong length"),
        (b"\x04", "wrong length"),
        (bytes([Kind.SEALED]) + bytes(4), "wrong length"),
        (bytes([Kind.SEALED]) + bytes(limits.DATAGRAM_BYTES_MAX), "wrong length"),
        (bytes([Kind.SEALED]) + bytes(60), "unknown channel"),
        (bytes([Kind.HELLO]) + bytes(500), "hello of another length"),
        (bytes([Kind.HELLO]) + bytes(limits.DATAGRAM_BYTES_MAX - 1), "hello refused"),
        (bytes([Kind.REPLY]) + bytes(300), "reply to nothing"),
        (bytes([Kind.PROOF]) + bytes(300), "proof of nothing"),
        (b"\x00" + bytes(30), "unknown type"),
        (b"\xff" + bytes(30), "unknown type"),
    ],
)
def test_what_makes_no_sense_is_counted_by_its_stage(data, reason):
    _, high = connected()
    sizes = state_sizes(high.channels)[:-1]
    high.take(STRANGER, data)
    assert high.channels.dropped == {reason: 1}
    assert high.out() == []
    assert state_sizes(high.channels)[:-1] == sizes


# --- bounds ---------------------------------------------------------------------------------------


def hello_from(number):
    stranger = end(f"stranger {number}", number=number)
    probe = end("probe", number=200)
    stranger.dial(probe)
    return stranger.out()[0][1]


def test_to_an_unproven_address_go_at_most_three_times_its_bytes():
    rng = random.Random(1)
    _, high = connected()
    hellos = [hello_from(number) for number in range(20)]
    received = dict.fromkeys([(f"192.0.2.{host}", 9) for host in range(8)], 0)
    sent = dict.fromkeys(received, 0)
    now = Micros(0)
    for _ in range(2_000):
        source = rng.choice(list(received))
        data = rng.choice(hellos)
        match rng.randrange(6):
            case 0:
                data = data[: rng.randrange(len(data))]
            case 1:
                place = rng.randrange(len(data))
                data = data[:place] + bytes([rng.randrange(256)]) + data[place + 1 :]
            case 2:
                data = bytes([rng.randrange(6)]) + rng.randbytes(rng.randrange(1_300))
            case _:
                pass
        received[source] += len(data)
        high.take(source, data, now)
        now = after(now, rng.randrange(100_000))
        high.channels.tick(now)
        for target, out in high.out():
            sent[target] += len(out)
        assert all(sent[each] <= 3 * received[each] for each in received)
    assert sum(sent.values()) > 0


def test_strangers_hellos_are_answered_so_many_times_a_second_and_no_host_has_all():
    _, high = connected()
    now = Micros(2 * SECOND)
    answered = []
    for number in range(3 * limits.HELLOS_PER_SECOND_MAX):
        high.take((f"192.0.2.{number % 3}", number), hello_from(number), now)
        answered += [target[0] for target, _ in high.out()]
    share = limits.HELLOS_PER_HOST_PER_SECOND_MAX
    assert [answered.count(f"192.0.2.{host}") for host in range(3)] == [share] * 3
    for number in range(limits.HELLOS_PER_SECOND_MAX):
        high.take((f"198.51.100.{number}", 9), hello_from(number), now)
    assert len(high.channels._answers) == limits.HELLOS_PER_SECOND_MAX
    high.take(("192.0.2.0", 1), hello_from(7), after(now, SECOND))
    assert len(high.out()) == limits.HELLOS_PER_SECOND_MAX - 3 * share + 1


def test_one_noisy_host_does_not_keep_others_out():
    _, high = connected()
    hellos = [hello_from(number) for number in range(limits.HELLOS_PER_SECOND_MAX)]
    for number, hello in enumerate(hellos):
        high.take(("192.0.2.1", number), hello)
    honest = end("honest", number=7)
    honest.dial(high)
    carry(honest, high)
    assert honest.reaches(high)


def test_unproven_handshakes_are_bounded_and_old_ones_go_first():
    _, high = connected()
    for number in range(limits.ANSWERS_MAX + 30):
        high.take((f"192.0.2.{number}", 9), hello_from(number), Micros(number * 25_000))
        assert len(high.channels._answers) <= limits.ANSWERS_MAX
        assert len(high.channels._answered) == len(high.channels._answers)
    newest = (f"192.0.2.{limits.ANSWERS_MAX + 29}", 9)
    assert newest in [answer.address for answer in high.channels._answers.values()]


def test_dials_are_bounded_and_one_for_each_address():
    one, other = pair()
    for _ in range(3):
        one.dial(other)
    assert len(one.out()) == 1
    for number in range(2 * limits.DIALS_MAX):
        one.dial(end(f"{number}", number=100 + number))
    assert len(one.channels._dials) == limits.DIALS_MAX


def test_channels_to_one_peer_are_bounded():
    low, high = pair()
    for number in range(3 * limits.CHANNELS_PER_PEER_MAX):
        now = Micros(number * 10 * SECOND)
        low.dial_at(high, now)
        carry(low, high, now=now)
    assert len(low.channels.table._by_index) == limits.CHANNELS_PER_PEER_MAX
    assert len(high.channels.table._by_index) == limits.CHANNELS_PER_PEER_MAX
    assert low.reaches(high)
    assert high.reaches(low)


def test_a_new_channel_finds_room_though_as_many_as_may_be_were_heard_once():
    low, high = pair()
    for number in range(limits.CHANNELS_PER_PEER_MAX):
        now = Micros(number * 10 * SECOND)
        low.dial_at(high, now)
        carry(low, high, now=now)
        assert low.reaches(high)
        assert high.reaches(low)
    for channel in list(high.channels.table._by_index.values()):
        high.channels.table.close(channel)
    assert not low.reaches(high)
    now = Micros(100 * SECOND)
    low.dial_at(high, now)
    carry(low, high, now=now)
    assert high.reaches(low)
    assert low.reaches(high)


def test_reasons_of_drops_are_bounded():
    _, high = connected()
    for number in range(2 * limits.DROP_REASONS_MAX):
        high.channels.count(f"reason {number}")
    assert len(high.channels.dropped) <= limits.DROP_REASONS_MAX + 1
    assert sum(high.channels.dropped.values()) == 2 * limits.DROP_REASONS_MAX


# --- which channel --------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(30))
def test_both_open_at_once_and_in_whatever_order_it_arrives_both_use_the_same(seed):
    rng = random.Random(seed)
    low, high = pair()
    low.dial(high)
    high.dial(low)
    flying = []
    while True:
        for each in (low, high):
            flying += [(each.address, target, data) for target, data in each.out()]
        if not flying:
            break
        source, target, data = flying.pop(rng.randrange(len(flying)))
        (low if target == low.address else high).take(source, data)
    assert low.reaches(high)
    assert high.reaches(low)
    assert low.reaches(high)
    from_low, from_high = low.used(high), high.used(low)
    assert from_low.initiated
    assert not from_high.initiated
    assert from_low.remote_index == from_high.index.to_bytes(4, "big")


def test_after_silence_the_newer_channel_is_used_by_both_whoever_opened_it():
    for opener, other in (pair(), pair()[::-1]):
        opener.dial(other)
        other.dial(opener)
        carry(opener, other)
        moved = ("10.7.7.7", 7)
        now = Micros(10 * SECOND)
        opener.address = moved
        opener.dial_at(other, now)
        carry(opener, other, now=now)
        assert other.used(opener).address == moved
        assert other.reaches(opener)
        assert opener.reaches(other)


def test_a_newer_channel_is_used_also_where_the_old_one_is_heard():
    for opener, other in (pair(), pair()[::-1]):
        opener.dial(other)
        other.dial(opener)
        carry(opener, other)
        now = Micros(10 * SECOND)
        opener.channels.seal(other.key, b"can you hear me?")
        carry(opener, other, now=now)
        opener.address = ("10.7.7.7", 7)
        opener.dial_at(other, now)
        carry(opener, other, now=now)
        assert other.reaches(opener)
        assert opener.reaches(other)


def test_a_channel_whose_proof_never_arrived_is_not_preferred_to_one_that_works():
    low, high = pair()
    low.dial(high)
    high.take(low.address, low.out()[0][1])
    low.take(high.address, high.out()[0][1])
    low.out()
    high.dial(low)
    carry(low, high)
    assert low.reaches(high)
    assert high.reaches(low)


# --- lives ----------------------------------------------------------------------------------------


def test_a_new_incarnation_replaces_the_channels_of_the_old_one():
    low, high = connected()
    again = end("one" if low.key == end("one").key else "other", incarnation=2, number=77)
    again.dial(high)
    carry(again, high)
    assert high.used(low).peer.incarnation == 2
    assert len(high.channels.table._by_index) == 1
    assert high.reaches(again)
    low.channels.seal(high.key, b"from the grave")
    carry(low, high)
    assert high.packets == []


def test_an_earlier_incarnation_is_refused():
    _, high = pair()
    new, old = end("x", incarnation=2, number=5), end("x", incarnation=1, number=6)
    new.dial(high)
    carry(new, high)
    old.dial(high)
    carry(old, high)
    assert high.channels.dropped["an earlier life"] == 1
    assert high.used(new).peer.incarnation == 2
    assert len(high.channels.table._by_index) == 1


def test_a_late_proof_of_an_earlier_incarnation_is_refused():
    _, high = pair()
    old = end("x", incarnation=1, number=6)
    old.dial(high)
    high.take(old.address, old.out()[0][1])
    old.take(high.address, high.out()[0][1])
    ((_, late),) = old.out()
    new = end("x", incarnation=2, number=5)
    new.dial(high)
    carry(new, high)
    high.take(old.address, late)
    assert high.channels.dropped == {"an earlier life": 1}
    assert len(high.channels.table._by_index) == 1


def test_a_peer_that_was_forgotten_begins_another_life_at_both_ends():
    low, high = connected()
    first = high.used(low).life
    high.channels.table.drop(low.key)
    assert not low.reaches(high)
    low.dial_at(high, Micros(10 * SECOND))
    carry(low, high)
    lives = [low.used(high).life, high.used(low).life]
    assert lives[0][1] == lives[1][1] > first[1]
    assert low.reaches(high)


def test_a_handshake_from_before_a_peer_was_forgotten_is_void():
    low, high = pair()
    low.dial(high)
    high.take(low.address, low.out()[0][1])
    low.take(high.address, high.out()[0][1])
    ((_, proof),) = low.out()
    high.channels.table.drop(low.key)
    high.take(low.address, proof)
    assert high.opened == []
    assert high.channels.dropped == {"an earlier life": 1}


def test_the_header_is_as_long_as_it_says():
    one, other = pair()
    one.dial(other)
    assert len(one.out()[0][1]) == limits.DATAGRAM_BYTES_MAX == OUTER_BYTES + 1_191
