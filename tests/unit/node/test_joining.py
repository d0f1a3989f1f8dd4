from __future__ import annotations

from dataclasses import replace

import pytest

from app.core import limits
from app.core.instant import SECOND
from app.crypto.invite import invite_text, parse_invite
from app.node.api import Denied, Done, JoinSession, MakeInvite, SessionReady
from tests.unit.node.support.world import World

PATIENCE = limits.JOIN_PATIENCE_MICROS / SECOND


def changed(link, **changes):
    return invite_text(replace(parse_invite(link), **changes))


def join(world, link, name="Ben"):
    site = world.site()
    return site, site.do(lambda token: JoinSession(token, link, name))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"end_ms": 1}, "expired"),
        ({"addresses": ()}, "no address"),
        ({"addresses": ("nowhere",)}, "HOST:PORT"),
    ],
)
def test_an_invite_that_can_not_work_is_denied_at_once(changes, words):
    world = World()
    ann = world.founder()
    site, token = join(world, changed(ann.invite, **changes))
    answer = site.answer(token)
    assert isinstance(answer, Denied)
    assert words in answer.why
    assert site.machine.joining is None


def test_a_mangled_invite_is_denied_at_once():
    world = World()
    ann = world.founder()
    site, token = join(world, ann.invite[:-5])
    answer = site.answer(token)
    assert isinstance(answer, Denied)
    assert "cut off" in answer.why


@pytest.mark.parametrize("name", ["", " ", "x" * 65])
def test_a_name_out_of_bounds_is_denied_at_once(name):
    world = World()
    ann = world.founder()
    site, token = join(world, ann.invite, name)
    assert isinstance(site.answer(token), Denied)


def test_when_nobody_answers_the_person_hears_who_was_tried_and_may_try_again():
    world = World()
    ann = world.founder()
    ann.stop()
    site, token = join(world, ann.invite)
    world.run(PATIENCE - 1)
    assert site.answers(token) == []
    world.run(2)
    answer = site.answer(token)
    assert isinstance(answer, Denied)
    assert ann.texts[0] in answer.why
    ann.start()
    world.restart(ann)
    again = site.do(lambda token: JoinSession(token, ann.invite, "Ben"))
    world.run(2)
    assert site.answer(again) == Done(again)


def test_an_invite_that_does_not_count_is_denied_with_the_members_reason():
    world = World()
    ann = world.founder()
    token = ann.do(lambda token: MakeInvite(token, uses=1))
    link = ann.value(token)
    world.joined(link, "Ben")
    site, token = join(world, link, "Eve")
    world.run(2)
    answer = site.answer(token)
    assert isinstance(answer, Denied)
    assert "as often" in answer.why
    assert site.disk.fields.keys() == {"key", "incarnation"}


def test_a_stranger_that_was_turned_away_hears_nothing_more():
    world = World()
    ann = world.founder()
    token = ann.do(lambda token: MakeInvite(token, uses=1))
    link = ann.value(token)
    world.joined(link, "Ben")
    site, _ = join(world, link, "Eve")
    world.run(2)
    heard = site.machine.wiring.link(ann.key).last_heard
    world.run(5)
    assert site.machine.wiring.link(ann.key).last_heard == heard
    world.run(10)
    assert site.key not in ann.machine.wiring.peers()


def test_a_newcomer_that_no_view_takes_in_hears_so_and_is_taken_in_later():
    world = World()
    ann, ben = world.session("Ann", "Ben")
    token = ben.do(MakeInvite)
    world.run(1)
    link = ben.value(token)
    ann.stop()
    cem, token = join(world, changed(link, addresses=ben.texts), "Cem")
    world.run(0.5)
    ben.stop()
    world.run(PATIENCE + 5)
    answer = cem.answer(token)
    assert isinstance(answer, Denied)
    assert "too few of its members" in answer.why
    world.restart(ann)
    world.restart(ben)
    world.run(5)
    assert len(cem.told(SessionReady)) == 1
    assert ann.names[-1] == "Cem"


def test_an_admission_that_expires_while_its_newcomer_waits_is_told_and_another_invite_helps():
    world = World()
    ann, ben = world.session("Ann", "Ben")
    token = ben.do(lambda token: MakeInvite(token, end_ms=world.wall_ms + 5_000))
    world.run(1)
    link = changed(ben.value(token), addresses=ben.texts)
    forever = changed(ann.invite, addresses=ben.texts)
    ann.stop()
    cem, token = join(world, link, "Cem")
    world.run(0.5)
    ben.stop()
    world.run(7.5)
    answer = cem.answer(token)
    assert isinstance(answer, Denied)
    assert "expired" in answer.why
    world.restart(ann)
    world.restart(ben)
    world.run(5)
    assert len(ann.names) == 2
    token = cem.do(lambda token: JoinSession(token, forever, "Cem"))
    world.run(3)
    assert cem.answer(token) == Done(token)
    assert ann.names[-1] == "Cem"


def test_a_welcome_after_the_patience_changes_nothing():
    world = World()
    ann = world.founder()
    site, token = join(world, ann.invite)
    while ann.key not in site.machine.wiring.peers():
        world.run(0.001)
    world.hold_back()
    world.run(0.1)
    world.cut.add(frozenset((ann.address, site.address)))
    world.held, held = [], world.held
    world.run(PATIENCE + 1)
    assert isinstance(site.answer(token), Denied)
    fields = dict(site.disk.fields)
    world.cut.clear()
    world.held = held
    world.let_go()
    world.run(5)
    assert len(site.answers(token)) == 1
    assert site.machine.session is None
    assert site.disk.fields == fields


def test_a_newcomer_restarts_while_it_waits_and_is_taken_in():
    world = World()
    ann, ben = world.session("Ann", "Ben")
    link = changed(ann.invite, addresses=ben.texts)
    ann.stop()
    cem, _ = join(world, link, "Cem")
    world.run(2)
    assert cem.machine.session is not None
    cem.stop()
    world.restart(ann)
    world.restart(cem)
    world.run(5)
    assert sorted(ann.names) == ["Ann", "Ben", "Cem"]
    assert len(cem.told(SessionReady)) == 1
