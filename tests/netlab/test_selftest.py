"""The lab measures itself with real packets: what it was asked to do is what hosts see.

Counts and orders are compared with what the same seed does on paper, so nothing here depends on how
busy the machine is. Of time only two things are asked: nothing comes earlier than it may, and the
quickest of many comes within a tolerance.
"""

from __future__ import annotations

import itertools
import signal
import socket
import struct
import time
from pathlib import Path

import pytest

from tests.netlab.conditions import Conditions
from tests.netlab.lab import Host, Lab, LabError, why_not
from tests.netlab.nat import Kind
from tests.netlab.pipe import Pipe
from tests.netlab.traffic import traffic, until

pytestmark = [pytest.mark.long, pytest.mark.network]

TOLERANCE_SECONDS = 0.010
"""Of the quickest of twenty round trips."""
GROUP = "224.0.0.251"

BAD_WEATHER = {
    "delay_ms": 20,
    "jitter_ms": 8,
    "loss": 0.05,
    "burst_share": 0.03,
    "burst_length": 4,
    "duplicate": 0.02,
    "reorder": 0.03,
    "reorder_ms": 15,
}


@pytest.fixture
def two(lab) -> tuple[Host, Host]:
    return lab.host("ada"), lab.host("ben")


def test_a_perfect_path_brings_everything_in_order(lab, two):
    with traffic(lab, *two) as sent:
        sent.send(500)
        assert sent.come() == list(range(500))


def test_what_hosts_see_is_what_the_seed_says_packet_by_packet(lab, two):
    lab.link(*two, **BAD_WEATHER)
    with traffic(lab, *two) as sent:
        sent.send(1_500)
        came = sent.come()
    marks = lab.seen(*two).marks
    paper = Pipe(Conditions(**BAD_WEATHER), "1 ada>ben")
    fates = [paper.offer(mark.now, mark.size) for mark in marks]
    assert [(fate.due, fate.why) for fate in fates] == [(mark.due, mark.why) for mark in marks]
    in_order = sorted(
        (due, number) for number, fate in enumerate(fates) for due in fate.due
    )  # fmt: skip
    assert came == [number for _, number in in_order]


def test_loss_is_what_was_asked_within_three_standard_deviations(lab, two):
    lab.link(*two, loss=0.05)
    with traffic(lab, *two) as sent:
        sent.send(1_500)
        came = sent.come()
    assert 1_500 - len(came) == pytest.approx(75, abs=3 * (1_500 * 0.05 * 0.95) ** 0.5)


def round_trip(there: socket.socket, back: socket.socket, address: tuple[str, int]) -> float:
    began = time.monotonic()
    there.sendto(b"ping", address)
    _, source = back.recvfrom(100)
    back.sendto(b"pong", source)
    there.recv(100)
    return time.monotonic() - began


@pytest.mark.parametrize("delay_ms", [0, 5, 50])
def test_a_round_trip_takes_twice_the_delay(lab, two, delay_ms):
    ada, ben = two
    lab.link(ada, ben, delay_ms=delay_ms)
    with ada.socket() as there, ben.socket() as back:
        for end in (there, back):
            end.settimeout(10)
        address = (ben.address, back.getsockname()[1])
        trips = [round_trip(there, back, address) for _ in range(20)]
    # The clock of the network counts whole microseconds.
    assert min(trips) >= 2 * delay_ms / 1_000 - 2e-6
    assert min(trips) <= 2 * delay_ms / 1_000 + TOLERANCE_SECONDS


def test_directions_may_differ(lab, two):
    ada, ben = two
    lab.link(ada, ben, one_way=True, delay_ms=20)
    for source, target, micros in ((ada, ben, 20_000), (ben, ada, 0)):
        with traffic(lab, source, target) as sent:
            sent.send(1)
            assert sent.come() == [0]
        (mark,) = lab.seen(source, target).marks
        assert mark.due == (mark.now + micros,)


def test_a_rate_is_kept_and_its_queue_drops_the_rest(lab, two):
    # 1,000 bytes take 8 ms; 20 of them wait.
    lab.link(*two, rate_kbit=1_000, queue_bytes=20_000)
    with traffic(lab, *two) as sent:
        sent.send(200, size=1_000)
        came = sent.come()
    seen = lab.seen(*two)
    through = [mark for mark in seen.marks if mark.due]
    assert len(came) == len(through) == 200 - seen.counts.overflowed
    assert seen.counts.overflowed > 0
    assert max(mark.due[0] - mark.now for mark in through) <= 20 * 8_000
    for before, after in itertools.pairwise(through):
        apart = after.due[0] - before.due[0]
        # Never quicker; and not slower while somebody waited, so that the rate is used up, too.
        assert apart == 8_000 or (apart > 8_000 and after.due[0] - after.now == 8_000)


# --- cuts, cables, people's machines --------------------------------------------------------------


def gets_through(lab: Lab, source: Host, target: Host) -> bool:
    with traffic(lab, source, target) as sent:
        before = lab.seen(source, target).counts
        sent._sent = before.offered + before.cut
        sent.send(1)
        until(lambda: lab.tell()["under_way"] == 0, "an empty network")
        return lab.seen(source, target).counts.delivered > before.delivered


def test_a_cut_is_of_one_direction_if_that_is_wished(lab, two):
    ada, ben = two
    lab.cut(ada, ben, one_way=True)
    assert not gets_through(lab, ada, ben)
    assert gets_through(lab, ben, ada)
    lab.cut(ada, ben)
    assert not gets_through(lab, ben, ada)
    lab.heal()
    assert gets_through(lab, ada, ben)
    assert gets_through(lab, ben, ada)


def test_a_cut_loses_what_is_under_way(lab, two):
    lab.link(*two, delay_ms=300)
    with traffic(lab, *two) as sent:
        sent.send(5)
        lab.cut(*two)
        came = sent.come()
    counts = lab.seen(*two).counts
    # On a very busy machine they may have arrived before the cut.
    assert counts.delivered + counts.cut == 5
    assert came == list(range(counts.delivered))


def test_a_partition_cuts_between_its_sides_only(lab, two):
    ada, ben = two
    cleo = lab.host("cleo")
    lab.partition([ada, ben], [cleo])
    assert gets_through(lab, ada, ben)
    for one in two:
        assert not gets_through(lab, one, cleo)
        assert not gets_through(lab, cleo, one)
    lab.heal()
    assert gets_through(lab, cleo, ada)


def test_a_cable_that_is_out_is_seen_by_its_host_and_comes_back(lab, two):
    ada, ben = two
    ada.unplug()
    assert "NO-CARRIER" in ada.run(["ip", "link", "show", "eth0"]).stdout
    assert not gets_through(lab, ben, ada)
    ada.plug()
    until(lambda: "LOWER_UP" in ada.run(["ip", "link", "show", "eth0"]).stdout, "a carrier")
    assert gets_through(lab, ada, ben)
    assert gets_through(lab, ben, ada)


def state(process: int) -> str:
    return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]


def test_a_host_pauses_goes_on_and_loses_its_power(lab, two):
    ada, ben = two
    program = ada.start(["sleep", "1000"])
    until(lambda: ada.processes() == [program.pid], "a program there")
    assert ben.processes() == []
    ada.pause()
    until(lambda: state(program.pid) == "T", "a stopped process")
    ada.resume()
    until(lambda: state(program.pid) == "S", "a process that waits")
    ada.down()
    assert program.wait() == -signal.SIGKILL
    assert not gets_through(lab, ben, ada)
    ada.up()
    assert gets_through(lab, ben, ada)


# --- for many -------------------------------------------------------------------------------------


def test_multicast_comes_to_those_of_the_network_who_listen(lab, two):
    ada, ben = two
    lab.network("elsewhere")
    far = lab.host("far", "elsewhere")
    with ada.socket() as speaker, ben.socket(5_000) as near, far.socket(5_000) as away:
        for host, end in ((ben, near), (far, away)):
            joined = struct.pack("4s4s", socket.inet_aton(GROUP), socket.inet_aton(host.address))
            end.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, joined)
        near.settimeout(10)
        speaker.sendto(b"anybody?", (GROUP, 5_000))
        assert near.recvfrom(100)[0] == b"anybody?"
        away.setblocking(False)
        with pytest.raises(BlockingIOError):
            away.recv(100)


def test_broadcast_comes_to_all_of_the_network(lab, two):
    ada, ben = two
    with ada.socket() as speaker, ben.socket(5_000) as listener:
        speaker.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        listener.settimeout(10)
        speaker.sendto(b"all", ("10.77.1.255", 5_000))
        assert listener.recv(100) == b"all"


# --- addresses ------------------------------------------------------------------------------------


@pytest.mark.parametrize("network", ["lan", "wifi"])
def test_a_host_that_moves_keeps_its_sockets_and_has_another_address(lab, two, network):
    ada, ben = two
    lab.network("wifi")
    old = ben.address
    with ada.socket() as there, ben.socket() as back:
        for end in (there, back):
            end.settimeout(10)
        port = back.getsockname()[1]
        round_trip(there, back, (old, port))
        assert ben.move(network) != old
        round_trip(there, back, (ben.address, port))
        back.sendto(b"from", there.getsockname())
        back.sendto(b"from", (ada.address, there.getsockname()[1]))
        assert there.recvfrom(100) == (b"from", (ben.address, port))


@pytest.mark.parametrize("kind", list(Kind))
def test_a_router_lets_in_whom_its_kind_lets_in(lab, two, kind):
    friend, stranger = two
    public = lab.network("home", kind)
    zoe = lab.host("zoe", "home")
    with zoe.socket() as home, friend.socket() as one, stranger.socket() as other:
        for end in (home, one, other):
            end.settimeout(10)
        home.sendto(b"out", (friend.address, one.getsockname()[1]))
        _, seen = one.recvfrom(100)
        assert seen[0] == public
        other.sendto(b"stranger", seen)
        if kind is Kind.FULL_CONE:
            assert home.recv(100) == b"stranger"
        else:
            until(lambda: lab.tell()["filtered"] == 1, "a stranger that was not let in")
        one.sendto(b"friend", seen)
        assert home.recv(100) == b"friend"
        home.sendto(b"out", (stranger.address, other.getsockname()[1]))
        _, again = other.recvfrom(100)
        assert (again == seen) is (kind is not Kind.SYMMETRIC)


def test_a_rebound_router_gives_another_port(lab, two):
    friend, _ = two
    lab.network("home", Kind.RESTRICTED)
    zoe = lab.host("zoe", "home")
    with zoe.socket() as home, friend.socket() as one:
        for end in (home, one):
            end.settimeout(10)
        target = (friend.address, one.getsockname()[1])
        home.sendto(b"before", target)
        _, before = one.recvfrom(100)
        lab.rebind("home")
        one.sendto(b"lost", before)
        until(lambda: lab.tell()["filtered"] == 1, "a packet that was not let in")
        home.sendto(b"after", target)
        _, after = one.recvfrom(100)
        assert after != before
        one.sendto(b"back", after)
        assert home.recv(100) == b"back"


# --- the lab itself -------------------------------------------------------------------------------


def test_a_lab_without_root_is_the_same():
    reason = why_not(as_user=True)
    if reason:
        pytest.skip(reason)
    with Lab(seed=1, as_user=True) as lab:
        ada, ben = lab.host("ada"), lab.host("ben")
        assert "eth0" in ada.run(["ip", "link"]).stdout
        assert gets_through(lab, ada, ben)


def test_nothing_is_left_when_a_lab_ends(lab):
    with Lab() as other:
        host = other.host("ada")
        program = host.start(["sleep", "1000"])
        child = host.start(["sh", "-c", "sleep 1000 & wait"])
        until(lambda: len(host.processes()) == 3, "three programs there")
        inside = host.processes()
    assert (program.returncode, child.returncode) == (-signal.SIGKILL, -signal.SIGKILL)
    until(lambda: not any(is_alive(each) for each in inside), "none of them")


def is_alive(process: int) -> bool:
    try:
        return state(process) != "Z"
    except OSError:
        return False


def test_a_wish_that_cannot_be_is_said(lab, two):
    ada, _ = two
    with pytest.raises(LabError, match="router"):
        lab.rebind("lan")
    with pytest.raises(LabError, match="nowhere"):
        ada.move("nowhere")
    assert gets_through(lab, *two)
