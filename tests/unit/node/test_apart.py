"""Machines that stop, sleep or are cut off, and what people are told of it."""

from __future__ import annotations

from app.core.ids import site_of
from app.node.api import (
    APART,
    TOGETHER,
    CameTogether,
    DispatcherMoved,
    JoinSession,
    MakeInvite,
    PeopleChanged,
    ReadWays,
    WorkedApart,
)
from tests.unit.node.support.world import World


def test_when_the_leaders_machine_stops_the_others_go_on_and_settle():
    world = World()
    ann, ben, cem = world.session("Ann", "Ben", "Cem")
    world.run(1)
    ann.stop()
    world.run(3)
    ben.say("still here")
    world.run(1)
    assert ben.names == cem.names == ["Ben", "Cem"]
    assert ben.status.settled == ben.status.head_index
    assert ben.told(WorkedApart) == [WorkedApart((site_of(ann.key),), settles=True)]


def test_who_is_cut_off_says_so_works_on_and_is_told_when_all_are_together():
    world = World()
    ann, ben, cem = world.session("Ann", "Ben", "Cem")
    world.run(1)
    world.cut |= {
        frozenset((cem.address, ann.address)),
        frozenset((cem.address, ben.address)),
    }
    world.run(5)
    cem.say("alone")
    ann.say("without Cem")
    world.run(1)
    assert "-1@" in cem.status.epoch
    (apart,) = cem.told(WorkedApart)
    assert not apart.settles
    assert len(apart.sites) == 2
    world.cut.clear()
    world.run(6)
    assert ann.status.head_chain == ben.status.head_chain == cem.status.head_chain
    assert cem.status.settled == cem.status.head_index
    for site in (ann, ben, cem):
        (event,) = site.told(CameTogether)
        assert 3_000 < event.apart_ms < 12_000
        assert 1 <= event.index <= site.status.head_index
    assert cem.told(CameTogether)[0].queued >= 1
    assert all(site.told(CameTogether)[0].settles for site in (ann, ben, cem))
    assert [move.reason for move in cem.told(DispatcherMoved)] == [APART, TOGETHER]
    assert ann.told(DispatcherMoved) == ben.told(DispatcherMoved) == []


def test_a_newcomer_comes_in_while_there_is_no_quorum_and_stays():
    world = World()
    ann, ben = world.session("Ann", "Ben")
    token = ben.do(MakeInvite)
    world.run(1)
    link = ben.value(token)
    ann.stop()
    world.run(4)
    cem = world.site()
    token = cem.do(lambda token: JoinSession(token, link, "Cem"))
    world.run(5)
    assert cem.answers(token)
    cem.say("hello")
    world.run(1)
    assert sorted(ben.names) == ["Ben", "Cem"]
    world.restart(ann)
    world.run(8)
    assert sorted(ann.names) == sorted(cem.names) == ["Ann", "Ben", "Cem"]
    assert ann.status.head_chain == cem.status.head_chain


def test_where_members_are_reached_is_known_also_of_those_who_are_apart():
    world = World()
    ann, ben, cem = world.session("Ann", "Ben", "Cem")
    world.run(1)
    ways = {each.site: each.addresses for each in cem.value(cem.do(ReadWays))}
    assert sorted(ways) == sorted([site_of(ann.key), site_of(ben.key)])
    assert ann.address in ways[site_of(ann.key)]
    world.cut |= {frozenset((cem.address, each.address)) for each in (ann, ben)}
    world.run(5)
    apart = {each.site: each.addresses for each in cem.value(cem.do(ReadWays))}
    assert sorted(apart) == sorted(ways)
    assert ann.address in apart[site_of(ann.key)]


def test_who_begins_again_while_cut_off_knows_who_is_missing():
    world = World(windows=True)
    ann, ben, cem = world.session("Ann", "Ben", "Cem")
    world.run(1)
    world.cut |= {frozenset((cem.address, each.address)) for each in (ann, ben)}
    world.run(5)
    world.restart(cem)
    world.run(2)
    (apart,) = cem.told(WorkedApart)
    assert sorted(apart.sites) == sorted([site_of(ann.key), site_of(ben.key)])
    assert not apart.settles
    people = cem.told(PeopleChanged)[-1].people
    assert [each.state for each in people] == ["unreachable", "unreachable", "present"]
    world.cut.clear()
    world.run(6)
    assert sorted(cem.told(CameTogether)[-1].sites) == sorted(apart.sites)
    people = cem.told(PeopleChanged)[-1].people
    assert [each.state for each in people] == ["present"] * 3
