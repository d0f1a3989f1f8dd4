from __future__ import annotations

import itertools

from app.core import limits
from app.core.instant import SECOND, Micros, after
from app.crypto.hello import Pattern
from app.dispatcher.messages import Recall
from app.mstreams.link import Link
from app.node.wiring import Wiring
from tests.unit.node.support.ends import SECRET, SESSION, START, end


class Station:
    """An end with links above its channels."""

    def __init__(self, name, number, incarnation=1):
        self.end = end(name, number=number, incarnation=incarnation)
        self.wiring = Wiring(self.end.channels)
        self.frames = []

    @property
    def key(self):
        return self.end.key

    def dial(self, other, now=START):
        self.wiring.channels.dial(other.end.address, Pattern.MEMBER, SESSION, SECRET, b"", now)


def carry(*stations, now=START):
    by_address = {each.end.address: each for each in stations}
    count = 0
    for _ in range(50):
        sent = [
            (each.end.address, target, data)
            for each in stations
            for target, data in each.wiring.flush(now)
        ]
        if not sent:
            return count
        count += len(sent)
        for source, target, data in sent:
            station = by_address[target]
            got = station.wiring.receive(source, data, now)
            station.wiring.new_peers(now)
            station.frames += got[1] if got is not None else []
    raise AssertionError("they never come to rest")


def test_frames_go_over_the_link_to_a_proven_peer():
    one, other = Station("a", 1), Station("b", 2)
    assert not one.wiring.send(other.key, Recall(1))
    one.dial(other)
    carry(one, other)
    assert one.wiring.send(other.key, Recall(1))
    assert other.wiring.send(one.key, Recall(2))
    carry(one, other)
    assert (one.frames, other.frames) == ([Recall(2)], [Recall(1)])


def test_a_peer_that_started_again_gets_a_new_link_at_once():
    one, other = Station("a", 1), Station("b", 2)
    one.dial(other)
    carry(one, other)
    for number in range(40):
        one.wiring.send(other.key, Recall(number))
        other.wiring.send(one.key, Recall(number))
    carry(one, other)
    again = Station("b", 2, incarnation=2)
    again.dial(one)
    carry(one, again)
    one.wiring.send(again.key, Recall(7))
    again.wiring.send(one.key, Recall(8))
    carry(one, again)
    assert again.frames == [Recall(7)]
    assert one.frames[-1] == Recall(8)


def test_a_peer_that_was_forgotten_begins_anew_at_both_ends():
    one, other = Station("a", 1), Station("b", 2)
    one.dial(other)
    carry(one, other)
    for number in range(40):
        one.wiring.send(other.key, Recall(number))
        other.wiring.send(one.key, Recall(number))
    carry(one, other)
    one.wiring.forget(other.key)
    assert other.key not in one.wiring.peers()
    now = Micros(30 * SECOND)
    other.dial(one, now)
    carry(one, other, now=now)
    one.wiring.send(other.key, Recall(100))
    other.wiring.send(one.key, Recall(101))
    carry(one, other, now=now)
    assert one.frames[-1] == Recall(101)
    assert other.frames[-1] == Recall(100)


def test_the_stranger_that_is_silent_for_longest_makes_room_and_members_stay():
    host = Station("host", 1)
    member = Station("member", 2)
    host.wiring.keep((member.key,))
    member.dial(host)
    carry(host, member)
    strangers = []
    for number in range(limits.LINKS_MAX):
        now = Micros((number + 1) * SECOND)
        stranger = Station(f"stranger {number}", 10 + number)
        stranger.dial(host, now)
        carry(host, stranger, now=now)
        strangers.append(stranger.key)
    peers = host.wiring.peers()
    assert len(peers) == limits.LINKS_MAX
    assert member.key in peers
    assert strangers[0] not in peers
    assert strangers[1:] == [key for key in peers if key != member.key]
    assert len(host.wiring.channels.table._by_peer) == limits.LINKS_MAX


def test_a_turn_asks_only_the_links_it_has_to_do_with(monkeypatch):
    host = Station("host", 1)
    others = [Station(f"s {number}", 10 + number) for number in range(8)]
    for other in others:
        other.dial(host)
        carry(host, other)
    flushed = []
    real = Link.flush

    def flush(link, now):
        flushed.append(link)
        return real(link, now)

    monkeypatch.setattr(Link, "flush", flush)
    now = Micros(SECOND)
    host.wiring.flush(now)
    flushed.clear()
    host.wiring.send(others[3].key, Recall(1))
    host.wiring.flush(now)
    assert flushed == [host.wiring.link(others[3].key)]
    due = host.wiring.deadline()
    assert due is not None
    flushed.clear()
    host.wiring.flush(due)
    assert flushed == [host.wiring.link(others[3].key)]


def test_tries_to_reach_somebody_come_ever_more_seldom():
    one, other = Station("a", 1), Station("b", 2)
    one.wiring.book.saw(other.key, other.end.address)
    hellos: dict[bytes, Micros] = {}
    for tick in range(0, 60 * SECOND, 50_000):
        now = Micros(tick)
        one.wiring.reach(other.key, SESSION, SECRET, now, first=True)
        for _, data in one.wiring.flush(now):
            hellos.setdefault(data, now)
    starts = list(hellos.values())
    pauses = [later - earlier for earlier, later in itertools.pairwise(starts)]
    assert pauses == sorted(pauses)
    assert pauses[-1] >= 8 * limits.DIAL_PAUSE_MICROS
    assert len(starts) < 12


def test_whoever_is_heard_is_not_dialled():
    one, other = Station("a", 1), Station("b", 2)
    one.dial(other)
    carry(one, other)
    one.wiring.reach(other.key, SESSION, SECRET, Micros(SECOND), first=True)
    assert one.wiring.channels._dials == {}
    silent = after(Micros(0), limits.CHANNEL_SILENT_MICROS)
    one.wiring.reach(other.key, SESSION, SECRET, silent, first=True)
    assert len(one.wiring.channels._dials) == 1
