"""Strangers in the network: told what session this is, let in or turned away by a person."""

from __future__ import annotations

import pytest

from app.core import limits
from app.core.ids import site_of
from app.core.instant import SECOND
from app.crypto.hello import session_tag
from app.dispatcher.messages import Fetch
from app.node.api import (
    AdmitSite,
    Admitting,
    AskAnswered,
    AskedToJoin,
    AskSent,
    AskToJoin,
    CancelAsk,
    Denied,
    DenySite,
    Done,
    Issue,
    MakeInvite,
    ReadAsking,
    SetAdmitting,
    SetVisible,
)
from app.node.contract import Sighted, SightLost
from app.node.frames import (
    About,
    AboutWanted,
    Addresses,
    AskerTold,
    AskerVerdict,
    AskIn,
    ControlWish,
)
from app.rooms.bodies import CODECS, Ban
from tests.unit.node.support.strangers import Looker, Stranger
from tests.unit.node.support.world import Site, World

PATIENCE = limits.JOIN_PATIENCE_MICROS / SECOND
A_MINUTE = limits.ASK_AGAIN_MICROS / SECOND


def visible(world: World, *names: str) -> list[Site]:
    """A session whose people want to be seen."""
    sites = world.session(*names)
    for site in sites:
        assert site.ask(lambda token: SetVisible(token, visible=True)) == Done(site_token(site))
    return sites


def site_token(site: Site) -> int:
    return max(event.token for event in site.told(Done))


def asks(world: World, at: Site, name: str = "Zoe", site: Site | None = None) -> tuple[Site, int]:
    """Somebody new asks at one site."""
    asker = site or world.site()
    tag = session_tag(at.session.field.session)
    token = asker.do(lambda token: AskToJoin(token, tag, at.texts, name, "fern"))
    world.run(1)
    return asker, token


def answered(site: Site, asker: Site, make: type[AdmitSite | DenySite]) -> None:
    name = site_of(asker.key)
    token = site.do(lambda token: make(token, name))
    assert site.answer(token) == Done(token)


class TestLetIn:
    def test_both_sides_see_the_same_six_words(self) -> None:
        world = World()
        (ann,) = visible(world, "Ann")
        asker, token = asks(world, ann)
        (asked,) = ann.told(AskedToJoin)
        (sent,) = asker.told(AskSent)
        assert asked == AskedToJoin(site_of(asker.key), "Zoe", "fern", sent.words)
        assert len(sent.words) == 6
        assert sent.member == "Ann"
        assert asker.answers(token) == []

    def test_who_is_let_in_is_a_member_and_talks(self) -> None:
        world = World()
        (ann,) = visible(world, "Ann")
        asker, token = asks(world, ann)
        answered(ann, asker, AdmitSite)
        world.run(2)
        assert asker.answer(token) == Done(token)
        assert ann.told(AskAnswered) == [AskAnswered(site_of(asker.key), let_in=True, by="Ann")]
        asker.say("hello")
        world.run(1)
        assert sorted(ann.names) == sorted(asker.names) == ["Ann", "Zoe"]
        assert asker.status.state_hash == ann.status.state_hash

    def test_any_member_may_answer_and_every_card_goes(self) -> None:
        world = World()
        ann, ben = visible(world, "Ann", "Ben")
        asker, token = asks(world, ann)
        assert ben.told(AskedToJoin) == ann.told(AskedToJoin)
        answered(ben, asker, AdmitSite)
        world.run(2)
        assert asker.answer(token) == Done(token)
        over = [AskAnswered(site_of(asker.key), let_in=True, by="Ben")]
        assert (ann.told(AskAnswered), ben.told(AskAnswered)) == (over, over)
        assert ann.value(ann.do(ReadAsking)) == ben.value(ben.do(ReadAsking)) == ()

    def test_it_comes_back_after_a_restart_without_asking(self) -> None:
        world = World()
        (ann,) = visible(world, "Ann")
        asker, _ = asks(world, ann)
        answered(ann, asker, AdmitSite)
        world.run(2)
        asker.stop()
        world.run(1)
        token = world.restart(asker)
        world.run(3)
        assert asker.answer(token) == Done(token)
        assert len(ann.told(AskedToJoin)) == 1

    def test_where_everybody_is_let_in_nobody_is_asked(self) -> None:
        world = World()
        (ann,) = visible(world, "Ann")
        ann.do(lambda token: SetAdmitting(token, Admitting.ALL))
        asker, token = asks(world, ann)
        world.run(2)
        assert asker.answer(token) == Done(token)
        assert ann.told(AskedToJoin) == []

    def test_it_is_let_in_over_a_bad_network(self) -> None:
        world = World()
        (ann,) = visible(world, "Ann")
        world.loss = 0.3
        asker, token = asks(world, ann)
        world.run(8)
        answered(ann, asker, AdmitSite)
        world.run(15)
        assert asker.answer(token) == Done(token)


class TestTurnedAway:
    def test_a_refusal_names_who_refused(self) -> None:
        world = World()
        ann, ben = visible(world, "Ann", "Ben")
        asker, token = asks(world, ann)
        answered(ben, asker, DenySite)
        world.run(1)
        assert asker.answer(token) == Denied(token, "Ben did not let you in")
        assert ann.told(AskAnswered) == [AskAnswered(site_of(asker.key), let_in=False, by="Ben")]
        assert asker.machine.session is None

    def test_asking_again_at_once_shows_no_card_and_after_a_minute_one(self) -> None:
        world = World()
        (ann,) = visible(world, "Ann")
        asker, _ = asks(world, ann)
        answered(ann, asker, DenySite)
        world.run(1)
        _, again = asks(world, ann, site=asker)
        answer = asker.answer(again)
        assert isinstance(answer, Denied)
        assert "in a minute" in answer.why
        assert len(ann.told(AskedToJoin)) == 1
        world.run(A_MINUTE)
        asks(world, ann, site=asker)
        assert len(ann.told(AskedToJoin)) == 2

    def test_where_nobody_lets_in_it_says_so(self) -> None:
        world = World()
        (ann,) = visible(world, "Ann")
        ann.do(lambda token: SetAdmitting(token, Admitting.NONE))
        asker, token = asks(world, ann)
        answer = asker.answer(token)
        assert isinstance(answer, Denied)
        assert "ask for an invite" in answer.why

    def test_a_banned_key_stays_out(self) -> None:
        world = World()
        (ann,) = visible(world, "Ann")
        asker = world.site()
        ban = CODECS["control.ban"].encode(Ban(asker.key))
        ann.ask(lambda token: Issue(token, (("control.ban", ban),), 0))
        world.run(1)
        asker, token = asks(world, ann, site=asker)
        world.run(PATIENCE)
        assert isinstance(asker.answer(token), Denied)
        assert ann.told(AskedToJoin) == []

    def test_a_viewer_neither_sees_nor_answers_who_asks(self) -> None:
        world = World()
        (ann,) = visible(world, "Ann")
        token = ann.do(lambda token: MakeInvite(token, role="viewer"))
        world.run(1)
        eve = world.joined(ann.value(token), "Eve")
        world.run(1)
        asker, _ = asks(world, ann)
        assert eve.told(AskedToJoin) == []
        denied = eve.ask(lambda token: AdmitSite(token, site_of(asker.key)))
        assert isinstance(denied, Denied)
        assert "role" in denied.why
        eve.ask(lambda token: SetVisible(token, visible=True))
        other, token = asks(world, eve)
        answer = other.answer(token)
        assert isinstance(answer, Denied)
        assert "invite" in answer.why

    def test_no_more_wait_than_somebody_reads(self) -> None:
        world = World()
        (ann,) = visible(world, "Ann")
        for number in range(limits.ASKERS_MAX):
            asks(world, ann, f"Zoe {number}")
        late, token = asks(world, ann)
        answer = late.answer(token)
        assert isinstance(answer, Denied)
        assert "too many" in answer.why
        assert len(ann.value(ann.do(ReadAsking))) == limits.ASKERS_MAX


class TestGoingAway:
    def test_a_wish_that_is_taken_back_takes_the_cards_along(self) -> None:
        world = World()
        ann, ben = visible(world, "Ann", "Ben")
        asker, token = asks(world, ann)
        cancel = asker.do(CancelAsk)
        world.run(1)
        assert asker.answer(token) == Denied(token, "you took the wish back")
        assert asker.answer(cancel) == Done(cancel)
        gone = [AskAnswered(site_of(asker.key), let_in=False, by="")]
        assert (ann.told(AskAnswered), ben.told(AskAnswered)) == (gone, gone)

    def test_an_asker_that_dies_leaves_no_card(self) -> None:
        world = World()
        ann, ben = visible(world, "Ann", "Ben")
        asker, _ = asks(world, ann)
        asker.stop()
        world.run(20)
        assert len(ann.told(AskAnswered)) == len(ben.told(AskAnswered)) == 1

    def test_when_the_member_dies_the_others_cards_go_and_the_asker_asks_on(self) -> None:
        world = World()
        ann, ben = visible(world, "Ann", "Ben")
        tag = session_tag(ann.session.field.session)
        asker = world.site()
        world.cut.add(frozenset((asker.address, ann.address)))
        token = asker.do(
            lambda token: AskToJoin(token, tag, (*ann.texts, *ben.texts), "Zoe", "fern")
        )
        world.run(2)
        world.cut.clear()
        assert [sent.member for sent in asker.told(AskSent)] == ["Ben"]
        ben.stop()
        world.run(20)
        assert [sent.member for sent in asker.told(AskSent)] == ["Ben", "Ann"]
        answered(ann, asker, AdmitSite)
        assert asker.answers(token) == []

    def test_nobody_answers_at_all(self) -> None:
        world = World()
        asker = world.site()
        token = asker.do(lambda token: AskToJoin(token, b"", ("10.0.0.99:7000",), "Zoe"))
        world.run(PATIENCE + 1)
        answer = asker.answer(token)
        assert isinstance(answer, Denied)
        assert "10.0.0.99:7000" in answer.why


class TestStrangers:
    def test_a_site_that_is_not_visible_answers_nobody(self) -> None:
        world = World()
        (ann,) = world.session("Ann")
        stranger = Stranger(world)
        stranger.call(ann)
        assert ann.machine.wiring.peers() == []
        _, _token = asks(world, ann)
        world.run(PATIENCE)
        assert ann.told(AskedToJoin) == []

    def test_hiding_ends_the_answers_to_those_that_called_before(self) -> None:
        world = World()
        (ann,) = visible(world, "Ann")
        stranger = Stranger(world)
        stranger.call(ann)
        ann.do(lambda token: SetVisible(token, visible=False))
        stranger.send(ann, AboutWanted())
        assert stranger.heard == []

    def test_it_is_told_the_title_and_the_people_and_nothing_else(self) -> None:
        world = World()
        ann, _ben = visible(world, "Ann", "Ben")
        ann.say("a secret word")
        world.run(1)
        stranger = Stranger(world)
        stranger.call(ann)
        stranger.send(ann, AboutWanted())
        world.run(3)
        (about,) = stranger.heard
        assert isinstance(about, About)
        assert (about.title, about.count, about.holder) == ("Tea", 2, "Ann")
        assert [name for name, _ in about.people] == ["Ann", "Ben"]
        assert about.admits

    @pytest.mark.parametrize(
        "frame",
        [Fetch(1, bytes(32), 9), ControlWish(1, "control.policy", b""), Addresses(())],
        ids=lambda frame: type(frame).__name__,
    )
    def test_no_other_frame_of_a_stranger_has_an_effect(self, frame: object) -> None:
        world = World()
        ann, _ben = visible(world, "Ann", "Ben")
        stranger = Stranger(world)
        stranger.call(ann)
        before = ann.status
        stranger.send(ann, frame)
        world.run(2)
        assert stranger.heard == []
        assert ann.status.members == before.members
        assert ann.status.state_hash == before.state_hash

    def test_words_of_another_channel_are_not_shown(self) -> None:
        world = World()
        (ann,) = visible(world, "Ann")
        stranger = Stranger(world)
        stranger.call(ann)
        stranger.send(ann, AskIn(b"x" * 32, b"", "Zoe", ""))
        assert ann.told(AskedToJoin) == []

    def test_a_stranger_may_not_speak_for_another(self) -> None:
        world = World()
        ann, _ben = visible(world, "Ann", "Ben")
        asker, token = asks(world, ann)
        stranger = Stranger(world)
        stranger.call(ann)
        stranger.send(ann, AskerVerdict(asker.key, let_in=True))
        stranger.send(ann, AskerTold(stranger.key, "Eve", "", ("able",) * 6))
        world.run(1)
        assert asker.answers(token) == []
        assert len(ann.told(AskedToJoin)) == 1

    def test_five_hundred_strangers_leave_the_members_their_place(self) -> None:
        world = World()
        ann, ben = visible(world, "Ann", "Ben")
        for number in range(500):
            Stranger(world, number).call(ann)
        assert len(ann.machine.wiring.peers()) <= limits.LINKS_MAX
        ben.say("still here")
        world.run(1)
        assert ann.status.state_hash == ben.status.state_hash


class TestOnlooker:
    def test_it_tells_what_answers_until_it_answers_no_more(self) -> None:
        world = World()
        (ann,) = visible(world, "Ann")
        looker = Looker(world)
        tag = session_tag(ann.session.field.session)
        looker.turn(Sighted(tag, ann.texts))
        world.run(1)
        (row,) = looker.near
        assert (row.tag, row.title, row.holder, row.addresses) == (tag, "Tea", "Ann", ann.texts)
        assert (row.admits, row.too_new, row.count) == (True, False, 1)
        ann.stop()
        world.run(3)
        assert len(looker.near) == 1
        world.run(2)
        assert not looker.near

    def test_a_goodbye_ends_it_within_a_second(self) -> None:
        world = World()
        (ann,) = visible(world, "Ann")
        looker = Looker(world)
        tag = session_tag(ann.session.field.session)
        looker.turn(Sighted(tag, ann.texts))
        world.run(1)
        ann.stop()
        looker.turn(SightLost(tag))
        world.run(1.1)
        assert not looker.near
        assert looker.machine.sights == 0

    def test_a_goodbye_of_one_site_leaves_the_others(self) -> None:
        world = World()
        ann, ben = visible(world, "Ann", "Ben")
        looker = Looker(world)
        tag = session_tag(ann.session.field.session)
        looker.turn(Sighted(tag, ann.texts), Sighted(tag, ben.texts))
        world.run(1)
        ben.stop()
        looker.turn(SightLost(tag))
        seen = []
        for _ in range(40):
            world.run(0.2)
            seen.append([row.addresses for row in looker.near])
        assert all(len(rows) == 1 for rows in seen)
        assert seen[-1] == [ann.texts]

    def test_two_sites_of_a_session_are_one_row(self) -> None:
        world = World()
        ann, ben = visible(world, "Ann", "Ben")
        looker = Looker(world)
        tag = session_tag(ann.session.field.session)
        looker.turn(Sighted(tag, ann.texts), Sighted(tag, ben.texts))
        world.run(1)
        (row,) = looker.near
        assert set(row.addresses) == {*ann.texts, *ben.texts}

    def test_what_is_only_announced_is_not_shown(self) -> None:
        world = World()
        (ann,) = world.session("Ann")
        looker = Looker(world)
        looker.turn(Sighted(session_tag(ann.session.field.session), ann.texts))
        looker.turn(Sighted(b"t" * 16, ("nowhere", "10.0.0.88:7000")))
        world.run(5)
        assert not looker.near

    def test_a_typed_address_needs_no_name(self) -> None:
        world = World()
        (ann,) = visible(world, "Ann")
        looker = Looker(world)
        looker.turn(Sighted(b"", ann.texts))
        world.run(1)
        assert [row.title for row in looker.near] == ["Tea"]

    def test_news_of_the_session_are_told(self) -> None:
        world = World()
        (ann,) = visible(world, "Ann")
        looker = Looker(world)
        looker.turn(Sighted(b"", ann.texts))
        world.run(1)
        ann.do(lambda token: SetAdmitting(token, Admitting.NONE))
        world.joined(ann.invite, "Ben")
        world.run(3)
        (row,) = looker.near
        assert (row.count, row.admits) == (2, False)

    def test_it_never_shows_more_than_a_list_holds(self) -> None:
        world = World()
        looker = Looker(world)
        for number in range(3 * limits.NEAR_SESSIONS_MAX):
            looker.turn(Sighted(number.to_bytes(16, "big"), (f"10.9.9.9:{1000 + number}",)))
        assert looker.machine.sights == limits.NEAR_SESSIONS_MAX
