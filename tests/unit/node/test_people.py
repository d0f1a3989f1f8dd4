from __future__ import annotations

from dataclasses import replace

import pytest

from app.core import limits
from app.core.rng import Rng
from app.crypto.invite import invite_text, parse_invite
from app.crypto.keys import Identity
from app.node.api import Denied, Done, Issue, JoinSession, MakeInvite
from app.node.frames import Admission
from app.rooms.bodies import CODECS, Ban, Came, Revoke, Role
from tests.unit.node.support.world import World

NEW = Identity(Rng("newcomer").bytes(32))


def somebody(number):
    return Identity(Rng(f"somebody {number}").bytes(32)).key


class Case:
    """Ann's session with an invite of Ann's, and what Ann thinks of people."""

    def __init__(self, **invite):
        self.world = World()
        self.ann = self.world.founder("Ann")
        made = self.ann.ask(lambda token: MakeInvite(token, **invite))
        assert isinstance(made, Done)
        self.session = self.ann.session
        self.people = self.session.people
        known = [key for key, state in self.ann.control.invites() if self.is_made(state, invite)]
        self.invite = known[-1]
        self.wall = self.world.wall_ms

    @staticmethod
    def is_made(state, invite):
        return (state.end, state.uses) == (invite.get("end_ms", 0), invite.get("uses", 0))

    def issue(self, kind, body):
        answer = self.ann.ask(lambda token: Issue(token, ((kind, CODECS[kind].encode(body)),), 0))
        assert isinstance(answer, Done)

    def objection(self, key=NEW.key, wall=None):
        return self.people.objection(self.invite, key, wall or self.wall) or ""

    def admission(self, key=NEW.key):
        return self.people.admit(key, self.invite)


def test_an_invite_counts_until_its_end():
    end = World().wall_ms + 5_000
    case = Case(end_ms=end)
    assert case.objection(wall=end) == ""
    assert "expired" in case.objection(wall=end + 1)


def test_an_invite_that_was_taken_back_counts_no_more():
    case = Case()
    case.issue("control.revoke", Revoke(case.invite))
    assert "taken back" in case.objection()


def test_an_invite_that_nobody_made_is_not_known():
    case = Case()
    assert "not known" in str(case.people.objection(b"?" * 16, NEW.key, case.wall))


def test_the_banned_are_told_so_whatever_they_show():
    case = Case()
    case.admission()
    assert case.people.welcome(NEW.key, case.wall)
    case.issue("control.ban", Ban(NEW.key))
    assert "removed" in case.objection()
    assert not case.people.welcome(NEW.key, case.wall)
    assert not case.people.may_listen(NEW.key)


def test_a_counted_invite_is_used_up_by_those_who_came():
    case = Case(uses=1)
    first = case.world.joined(case.session.people.link(case.invite, case.ann.texts), "Ben")
    key = first.key
    assert "as often" in case.objection()
    assert case.objection(key) == ""
    case.ann.stop()
    case.world.restart(case.ann)
    again = case.ann.session.people
    assert "as often" in str(again.objection(case.invite, NEW.key, case.wall))


def test_every_member_counts_the_uses_alike_whoever_was_there():
    world = World()
    ann, ben = world.session("Ann", "Ben")
    token = ann.do(lambda token: MakeInvite(token, uses=1))
    world.run(1)
    link = parse_invite(ann.value(token))
    ann.stop()
    world.run(15)
    cem = world.joined(invite_text(replace(link, addresses=ben.texts)), "Cem")
    world.restart(ann)
    world.run(5)
    states = [site.control.invite(link.invite_id) for site in (ann, ben, cem)]
    assert [state.came for state in states if state is not None] == [(cem.key,)] * 3
    why = ann.session.people.objection(link.invite_id, NEW.key, world.wall_ms)
    assert "as often" in str(why)


def test_a_newcomer_whose_invite_counts_no_more_hears_why_from_whoever_judges():
    case = Case(uses=1)
    link = case.session.people.link(case.invite, case.ann.texts)
    guest = case.world.site()
    token = guest.do(lambda token: JoinSession(token, link, "Guest"))
    while not case.people._admissions:
        case.world.run(0.001)
    case.issue("control.came", Came(NEW.key, case.invite))
    case.world.run(2)
    answer = guest.answer(token)
    assert isinstance(answer, Denied)
    assert "as often" in answer.why


def test_a_counted_invite_is_not_raced():
    case = Case(uses=1)
    one, two = somebody(1), somebody(2)
    case.admission(one)
    case.admission(two)
    candidates = case.session.order.recovery.candidates
    assert case.people.welcome(one, case.wall)
    candidates[one] = None
    assert case.people.welcome(one, case.wall)
    assert not case.people.welcome(two, case.wall)
    del candidates[one]
    assert case.people.welcome(two, case.wall)


def test_two_who_come_at_once_by_an_invite_for_one_are_one():
    case = Case(uses=1)
    link = case.session.people.link(case.invite, case.ann.texts)
    guests = [case.world.site() for _ in range(2)]
    tokens = [guest.do(lambda token: JoinSession(token, link, "Guest")) for guest in guests]
    case.world.run(50)
    assert len(case.ann.names) == 2
    answers = [guest.answer(token) for guest, token in zip(guests, tokens, strict=True)]
    assert sorted(type(answer).__name__ for answer in answers) == ["Denied", "Done"]


def shown(case, **changes):
    admission = case.admission()
    case.people._admissions.clear()
    case.people.show(changes.pop("by", NEW.key), replace(admission, **changes))
    return case.people.may_listen(NEW.key)


def test_an_admission_that_is_shown_counts():
    assert shown(Case())


@pytest.mark.parametrize(
    "changes",
    [
        {"signature": bytes(64)},
        {"key": somebody(9)},
        {"session": bytes(32)},
        {"role": "moderator"},
        {"expiry_ms": 2**40},
        {"signer": NEW.key},
        {"by": somebody(9)},
    ],
)
def test_an_admission_that_is_forged_or_anothers_counts_nothing(changes):
    assert not shown(Case(), **changes)


def test_an_admission_signed_by_a_stranger_counts_nothing():
    case = Case()
    bare = Admission(
        case.session.field.session, NEW.key, case.invite, "editor", 0, NEW.key, bytes(64)
    )
    case.people.show(NEW.key, replace(bare, signature=NEW.sign(bare.covered())))
    assert not case.people.may_listen(NEW.key)


def test_an_admission_that_expired_is_not_welcome():
    end = World().wall_ms + 5_000
    case = Case(end_ms=end)
    case.admission()
    assert case.people.welcome(NEW.key, end)
    assert not case.people.welcome(NEW.key, end + 1)


@pytest.mark.parametrize("role", ["viewer", None])
def test_who_may_not_let_others_in_signs_nothing_that_counts(role):
    case = Case()
    ben = case.world.joined(case.ann.invite, "Ben")
    key = ben.key
    admission = ben.session.people.admit(NEW.key, case.invite)
    case.people.show(NEW.key, admission)
    assert case.people.welcome(NEW.key, case.wall)
    case.issue(*(("control.ban", Ban(key)) if role is None else ("control.role", Role(key, role))))
    assert not case.people.welcome(NEW.key, case.wall)
    case.people._admissions.clear()
    case.people.show(NEW.key, admission)
    assert not case.people.may_listen(NEW.key)


@pytest.mark.parametrize(
    ("role", "counts"), [("moderator", True), ("editor", True), ("viewer", False)]
)
def test_without_an_invite_the_word_of_one_who_may_let_in_counts_until_its_end(role, counts):
    case = Case()
    ben = case.world.joined(case.ann.invite, "Ben")
    if role != "editor":
        case.issue("control.role", Role(ben.key, role))
    end = case.wall + 1_000
    case.people.show(NEW.key, ben.session.people.admit(NEW.key, b"", end))
    assert case.people.may_listen(NEW.key) is counts
    assert case.people.welcome(NEW.key, end) is counts
    assert not case.people.welcome(NEW.key, end + 1)


def test_admissions_are_bounded_and_the_newest_stay():
    case = Case()
    keys = [somebody(number) for number in range(limits.ADMISSIONS_MAX + 20)]
    for key in keys:
        case.admission(key)
    assert len(case.people._admissions) == limits.ADMISSIONS_MAX
    assert case.people.may_listen(keys[-1])
    assert not case.people.may_listen(keys[0])


def test_only_members_of_the_newest_view_read_the_log():
    case = Case()
    ben = case.world.joined(case.ann.invite, "Ben")
    key = ben.key
    assert case.people.may_read(key)
    case.admission()
    assert not case.people.may_read(NEW.key)
    ben.stop()
    case.world.run(15)
    assert case.people.known(key)
    assert not case.people.may_read(key)
    assert case.people.may_listen(key)
