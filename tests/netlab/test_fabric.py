"""Which frames come out where, without a machine."""

from __future__ import annotations

import pytest

from tests.netlab import packets
from tests.netlab.conditions import Conditions
from tests.netlab.fabric import Card, Fabric, text_of
from tests.netlab.frames import arp_question, sums_are_right, udp
from tests.netlab.nat import Kind

ROUTER = b"\x02\x00\x00\xff\x00\x01"
"""Of the first network."""
MANY = b"\x01\x00\x5e\x00\x00\xfb"


@pytest.fixture
def fabric() -> Fabric:
    made = Fabric(seed=1)
    made.add_network("lan", None)
    for name in ("ada", "ben", "cleo"):
        made.add_host(name, "lan")
    return made


def at(card: Card, port: int = 9) -> tuple[str, int]:
    return text_of(card.address), port


def to(fabric: Fabric, source: str, target: tuple[str, int], mac: bytes, now: int = 0):
    card = fabric.cards[source]
    return fabric.carry(now, source, udp(at(card), target, macs=(mac, card.mac)))


def direct(fabric: Fabric, source: str, target: str, now: int = 0):
    there = fabric.cards[target]
    return to(fabric, source, at(there), there.mac, now)


def routed(fabric: Fabric, source: str, target: tuple[str, int]):
    return to(fabric, source, target, fabric.cards[source].network.router_mac)


def targets(deliveries) -> list[str]:
    return [delivery.target for delivery in deliveries]


def test_a_frame_comes_to_whom_it_is_for_and_to_nobody_else(fabric):
    assert targets(direct(fabric, "ada", "ben")) == ["ben"]


def test_a_frame_for_many_comes_to_all_others_of_the_network(fabric):
    fabric.add_network("wifi", None)
    fabric.add_host("dora", "wifi")
    sent = to(fabric, "ada", ("224.0.0.251", 5_353), MANY)
    assert targets(sent) == ["ben", "cleo"]


def test_every_copy_takes_its_own_path(fabric):
    fabric.path("ada", "cleo").pipe.conditions = Conditions(delay_ms=70)
    sent = to(fabric, "ada", ("224.0.0.251", 5_353), MANY)
    assert [(each.target, each.due) for each in sent] == [("ben", 0), ("cleo", 70_000)]


@pytest.mark.parametrize("wanted", ["ben", "router"])
def test_the_network_says_where_an_address_is(fabric, wanted):
    card, network = fabric.cards["ada"], fabric.networks["lan"]
    there = fabric.cards["ben"].address if wanted == "ben" else network.router
    mac = fabric.cards["ben"].mac if wanted == "ben" else network.router_mac
    fabric.set_everywhere(Conditions(loss=1.0))
    question = arp_question(card.mac, text_of(card.address), text_of(there))
    (answer,) = fabric.carry(5, "ada", question)
    assert (answer.target, answer.due) == ("ada", 5)
    assert (answer.frame[:6], answer.frame[6:12]) == (card.mac, mac)
    assert answer.frame[22:32] == mac + there
    assert fabric.arrives(answer)


def test_nobody_answers_for_an_address_that_nobody_has(fabric):
    card = fabric.cards["ada"]
    assert fabric.carry(0, "ada", arp_question(card.mac, "10.77.1.1", "10.77.1.99")) == []


def test_a_cut_is_silent_and_may_be_of_one_direction(fabric):
    fabric.path("ada", "ben").is_cut = True
    assert direct(fabric, "ada", "ben") == []
    assert targets(direct(fabric, "ben", "ada")) == ["ada"]
    fabric.heal()
    assert targets(direct(fabric, "ada", "ben")) == ["ben"]


def test_what_is_under_way_is_lost_with_the_path(fabric):
    fabric.set_everywhere(Conditions(delay_ms=50))
    (under_way,) = direct(fabric, "ada", "ben")
    assert fabric.arrives(under_way)
    fabric.path("ada", "ben").is_cut = True
    assert not fabric.arrives(under_way)
    counts = fabric.path("ada", "ben").pipe.counts
    assert (counts.delivered, counts.cut) == (1, 1)


def test_a_host_without_its_cable_neither_sends_nor_receives(fabric):
    fabric.cards["ben"].plugged = False
    assert direct(fabric, "ada", "ben") == []
    assert direct(fabric, "ben", "ada") == []
    assert targets(direct(fabric, "ada", "cleo")) == ["cleo"]


def test_a_host_that_moved_is_found_at_its_new_address_only(fabric):
    old = at(fabric.cards["ben"])
    fabric.add_network("wifi", None)
    fabric.move("ben", "wifi")
    assert routed(fabric, "ada", old) == []
    (there,) = routed(fabric, "ada", at(fabric.cards["ben"]))
    assert there.target == "ben"
    assert there.frame[:6] == fabric.cards["ben"].mac
    assert direct(fabric, "ada", "ben") == []


def test_an_address_is_never_given_twice(fabric):
    given = [fabric.move("ben", "lan").address for _ in range(200)]
    assert len(dict.fromkeys(given)) == 200
    assert fabric.cards["ada"].address not in given


# --- behind a router that translates --------------------------------------------------------------


@pytest.fixture
def homes(fabric: Fabric) -> Fabric:
    for name, host in (("home", "zoe"), ("flat", "yan")):
        fabric.add_network(name, Kind.RESTRICTED)
        fabric.add_host(host, name)
    return fabric


def test_the_world_sees_the_router_and_its_answer_comes_home(homes):
    (out,) = routed(homes, "zoe", at(homes.cards["ada"], 7))
    seen = packets.source(out.frame)
    assert seen.address == homes.networks["home"].nat.address
    assert sums_are_right(out.frame)
    way_back = (text_of(seen.address), seen.port)
    card = homes.cards["ada"]
    from_port = {
        port: homes.carry(0, "ada", udp(at(card, port), way_back, macs=(ROUTER, card.mac)))
        for port in (7, 8)
    }
    assert (targets(from_port[7]), targets(from_port[8])) == (["zoe"], [])


def test_a_host_at_home_is_not_reached_by_its_inner_address(homes):
    assert routed(homes, "ada", at(homes.cards["zoe"])) == []
    assert homes.unrouted == 1


def test_two_homes_meet_when_both_have_written(homes):
    """As hole punching does: the first packet of each opens the way for the other's."""
    public = {name: text_of(homes.networks[name].nat.address) for name in ("home", "flat")}
    assert routed(homes, "zoe", (public["flat"], 20_000)) == []
    (there,) = routed(homes, "yan", (public["home"], 20_000))
    assert there.target == "zoe"
    (back,) = routed(homes, "zoe", (public["flat"], 20_000))
    assert back.target == "yan"
