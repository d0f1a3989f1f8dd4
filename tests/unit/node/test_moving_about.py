"""A site that comes to another address, or behind another port, stays where it is in the session."""

from __future__ import annotations

import pytest

from app.core import limits
from app.core.instant import SECOND
from app.node.api import ReadLog
from app.node.channels import Kind
from app.node.contract import DatagramReceived
from app.rooms.bodies import CODECS
from tests.unit.node.support.world import World

ELSEWHERE = ("10.9.0.9", 9009)


def move(world, site, address=ELSEWHERE):
    """Its packets come from there from now on, and it does not know."""
    del world.sites[site.address]
    site.address = address
    world.sites[address] = site


@pytest.mark.parametrize("traveller", [0, 1], ids=["dispatcher", "another"])
def test_whoever_moved_is_followed_within_half_a_second(traveller):
    world = World()
    sites = world.session("Ann", "Ben", "Cem")
    world.run(5)
    gone = sites[traveller]
    move(world, gone)
    for site in sites:
        site.say(f"{site.address[0]} speaks")
    world.run(0.5)
    assert [len(texts(site)) for site in sites] == [3, 3, 3]
    assert [site.changes("unreachable") for site in sites] == [[], [], []]
    assert [site.session.disk.prim_number for site in sites] == [3, 3, 3]


def texts(site):
    rows = site.value(site.do(lambda token: ReadLog(token, 1, 1_000)))
    entries = [row.placed.entry for row in rows]
    return [CODECS["chat"].decode(each.body).text for each in entries if each.kind == "chat"]


def test_a_packet_that_somebody_else_passes_on_first_draws_nothing_but_hellos():
    world = World()
    ann, ben = world.session("Ann", "Ben")
    world.run(5)
    held = world.hold_back()
    ben.say("whose is this")
    packets = [(target, data) for source, target, data in held if source == ben.address]
    held.clear()
    world.let_go()
    world.recorded.clear()
    for _, data in packets:
        ann.turn(DatagramReceived(ELSEWHERE, data))
    ann.say("to Ben, not to whoever copies his packets")
    world.run(10)
    drawn = [data for _, target, data in world.recorded if target == ELSEWHERE]
    assert drawn
    assert {data[0] for data in drawn} == {Kind.HELLO}
    assert len(drawn) <= limits.DIAL_PATIENCE_MICROS // limits.DIAL_REPEAT_MICROS
    assert texts(ben) == texts(ann)
    assert len(texts(ann)) == 2


def test_an_address_that_changes_all_the_time_is_followed_once_a_second(monkeypatch):
    world = World()
    ann, ben = world.session("Ann", "Ben")
    world.run(5)
    channels = ann.machine.wiring.channels
    dialled, dial = [], channels.dial

    def count(address, *rest):
        dialled.append(address)
        dial(address, *rest)

    monkeypatch.setattr(channels, "dial", count)
    for number in range(40):
        move(world, ben, ("10.9.0.9", 9_000 + number))
        ben.say(str(number))
        world.run(0.1)
    assert 3 <= len(dialled) <= 4 * SECOND // limits.DIAL_PAUSE_MICROS + 1
    world.run(2)
    assert len(texts(ann)) == 40
