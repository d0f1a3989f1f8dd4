"""Strangers in the network: told what session this is, let in or turned away by a person."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.core import limits
from app.core.ids import SiteId, site_of
from app.core.instant import SECOND
from app.core.rng import Rng
from app.crypto.hello import session_tag
from app.crypto.keys import Identity
from app.crypto.words import words_of
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
from app.node.frames import Admission, AskerDone, AskerVerdict, AskHeard, AskIn, TurnedAway, Welcome
from app.rooms.bodies import CODECS, Ban
from tests.unit.node.support.strangers import Stranger, asks, visible
from tests.unit.node.support.world import Site, World

OTHER = Identity(Rng("other").bytes(32))
PATIENCE = limits.JOIN_PATIENCE_MICROS / SECOND
A_MINUTE = limits.ASK_AGAIN_MICROS / SECOND


def answered(site: Site, asker: Site, make: type[AdmitSite | DenySite]) -> None:
    name = site_of(asker.key)
    token = site.do(lambda token: make(token, name))
    assert site.answer(token) == Done(token)


def deny(site: Site, asker: SiteId) -> None:
    site.do(lambda token: DenySite(token, asker))


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

    def test_a_member_that_does_not_lead_lets_in_all_the_same(self) -> None:
        world = World()
        ann, ben = visible(world, "Ann", "Ben")
        asker, token = asks(world, ben)
        answered(ben, asker, AdmitSite)
        world.run(2)
        assert asker.answer(token) == Done(token)
        assert sorted(ann.names) == ["Ann", "Ben", "Zoe"]

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

    def test_a_new_key_after_each_refusal_does_not_help_for_long(self) -> None:
        world = World()
        (ann,) = visible(world, "Ann")
        hosts = [Stranger(world, number) for number in range(6)]
        for number, stranger in enumerate(hosts):
            stranger.address = ("10.1.0.66", 9000 + number)
            world.join_network(stranger.address, stranger)
            stranger.call(ann)
            channel = stranger.wiring.channels.table.channel(ann.key)
            assert channel is not None
            stranger.send(ann, AskIn(channel.hash, b"", "Zoe", ""))
            if stranger.told(AskHeard):
                deny(ann, site_of(stranger.key))
        assert len(ann.told(AskedToJoin)) == limits.ASK_REFUSALS_PER_HOST_MAX
        other, _ = asks(world, ann)
        assert other.told(AskSent)

    def test_who_was_refused_at_one_site_is_refused_at_the_others(self) -> None:
        world = World()
        ann, ben = visible(world, "Ann", "Ben")
        asker, _ = asks(world, ann)
        answered(ann, asker, DenySite)
        world.run(1)
        _, again = asks(world, ben, site=asker)
        assert isinstance(asker.answer(again), Denied)
        assert len(ann.told(AskedToJoin)) == len(ben.told(AskedToJoin)) == 1

    def test_where_one_site_lets_nobody_in_another_is_asked(self) -> None:
        world = World()
        ann, ben = visible(world, "Ann", "Ben")
        ann.do(lambda token: SetAdmitting(token, Admitting.NONE))
        asker = world.site()
        world.cut.add(frozenset((asker.address, ben.address)))
        token = asker.do(lambda token: AskToJoin(token, b"", (*ann.texts, *ben.texts), "Zoe"))
        world.run(1)
        assert asker.answers(token) == []
        world.cut.clear()
        world.run(1)
        assert [sent.member for sent in asker.told(AskSent)] == ["Ben"]

    def test_who_does_not_let_in_is_asked_once(self) -> None:
        world = World()
        host = Stranger(world, answers=True)
        asker = world.site()
        addresses = (f"{host.address[0]}:{host.address[1]}", "10.0.0.99:7000")
        token = asker.do(lambda token: AskToJoin(token, b"", addresses, "Zoe"))
        world.run(0.5)
        host.send(asker, TurnedAway("not here"))
        world.run(limits.DIAL_PATIENCE_MICROS / SECOND + 1)
        assert asker.answer(token) == Denied(token, "not here")
        assert len(host.told(AskIn)) == 1

    def test_where_no_site_lets_anybody_in_the_answer_is_theirs(self) -> None:
        world = World()
        ann, ben = visible(world, "Ann", "Ben")
        for site in (ann, ben):
            site.do(lambda token: SetAdmitting(token, Admitting.NONE))
        asker = world.site()
        token = asker.do(lambda token: AskToJoin(token, b"", (*ann.texts, *ben.texts), "Zoe"))
        world.run(limits.DIAL_PATIENCE_MICROS / SECOND + 1)
        answer = asker.answer(token)
        assert isinstance(answer, Denied)
        assert "ask for an invite" in answer.why

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
        assert eve.value(eve.do(ReadAsking)) == ()
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


class TestAnswersOfOthers:
    """What a site says for which it has no right changes nothing."""

    def test_a_viewer_sends_an_answer_all_the_same(self) -> None:
        world = World()
        (ann,) = visible(world, "Ann")
        token = ann.do(lambda token: MakeInvite(token, role="viewer"))
        world.run(1)
        eve = world.joined(ann.value(token), "Eve")
        world.run(1)
        asker, token = asks(world, ann)
        eve.machine.wiring.send(ann.key, AskerVerdict(asker.key, let_in=True))
        world.run(2)
        assert asker.answers(token) == []
        assert len(ann.value(ann.do(ReadAsking))) == 1

    def test_an_answer_goes_to_the_site_that_was_asked_only(self) -> None:
        world = World()
        ann, ben, cem = visible(world, "Ann", "Ben", "Cem")
        asker, token = asks(world, ann)
        cem.machine.wiring.send(ben.key, AskerVerdict(asker.key, let_in=True))
        world.run(1)
        assert asker.answers(token) == []
        assert not ben.session.people.may_listen(asker.key)
        assert len(ben.value(ben.do(ReadAsking))) == 1

    def test_only_the_site_that_was_asked_takes_the_card_away(self) -> None:
        world = World()
        ann, ben, cem = visible(world, "Ann", "Ben", "Cem")
        asker, _ = asks(world, ann)
        cem.machine.wiring.send(ben.key, AskerDone(asker.key, let_in=False, by=""))
        world.run(1)
        assert len(ben.value(ben.do(ReadAsking))) == 1


class TestFalseSessions:
    """Somebody who answers as if it were a session: an admission must be the one that was meant."""

    @pytest.mark.parametrize(
        ("change", "inside"),
        [
            ({}, True),
            ({"signer": OTHER.key}, False),
            ({"key": OTHER.key}, False),
            ({"session": b"s" * 32}, False),
            ({"signature": bytes(64)}, False),
        ],
        ids=["good", "another signer", "for another", "another session", "forged"],
    )
    def test_a_welcome(self, change: dict[str, Any], *, inside: bool) -> None:
        world = World()
        host = Stranger(world, answers=True)
        asker = self.asked(world, host)
        (ask,) = host.told(AskIn)
        assert ask.name == "Zoe"
        good = Admission(b"x" * 32, asker.key, b"", "editor", 0, host.key, bytes(64))
        changed = replace(good, **change)
        if "signature" not in change:
            signer = OTHER if "signer" in change else host.identity
            changed = replace(changed, signature=signer.sign(changed.covered()))
        host.send(asker, Welcome(changed, bytes(32), "Tea"))
        assert (asker.machine.session is not None) == inside

    def test_words_of_another_handshake(self) -> None:
        world = World()
        host = Stranger(world, answers=True)
        asker = self.asked(world, host)
        host.send(asker, AskHeard(b"m" * 32, "Ann"))
        assert asker.told(AskSent) == []
        (ask,) = host.told(AskIn)
        host.send(asker, AskHeard(ask.mark, "Ann"))
        assert asker.told(AskSent) == [AskSent(site_of(host.key), "Ann", words_of(ask.mark))]

    @staticmethod
    def asked(world: World, host: Stranger) -> Site:
        asker = world.site()
        tag = session_tag(b"x" * 32)
        address = f"{host.address[0]}:{host.address[1]}"
        asker.do(lambda token: AskToJoin(token, tag, (address,), "Zoe"))
        world.run(0.5)
        return asker


class TestLongWaits:
    def test_a_permission_that_ends_while_the_leader_is_away_can_be_given_again(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(limits, "ASK_ADMISSION_MILLISECONDS", 5_000)
        world = World()
        ann, ben = visible(world, "Ann", "Ben")
        ann.stop()
        asker, token = asks(world, ben)
        answered(ben, asker, AdmitSite)
        world.run(0.1)
        world.cut.add(frozenset((ben.address, asker.address)))
        world.run(6)
        answer = asker.answer(token)
        assert isinstance(answer, Denied)
        assert answer.why == "the permission to come in has expired; ask again"
        world.cut.clear()
        _, again = asks(world, ben, site=asker)
        world.restart(ann)
        world.run(5)
        assert asker.answer(again) == Done(again)

    def test_who_is_in_a_session_does_not_ask_for_another(self) -> None:
        world = World()
        ann, ben = visible(world, "Ann", "Ben")
        denied = ben.ask(lambda token: AskToJoin(token, b"", ann.texts, "Ben"))
        assert isinstance(denied, Denied)
        assert "already" in denied.why


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


class TestComingBack:
    def moved(self, world: World, site: Site) -> None:
        """Another address, as after a night in a network that deals them out anew."""
        del world.sites[site.address]
        site.address = ("10.0.9.9", 7000)
        site.texts = ("10.0.9.9:7000",)
        world.sites[site.address] = site

    def test_a_member_goes_on_where_the_others_are_now(self) -> None:
        world = World()
        ann, ben = world.session("Ann", "Ben")
        tag = session_tag(ann.session.field.session)
        for site in (ann, ben):
            site.stop()
        self.moved(world, ann)
        world.restart(ann)
        ben.events.clear()
        ben.start()
        token = ben.do(lambda token: AskToJoin(token, tag, ann.texts, "Ben"))
        assert ben.answer(token) == Done(token)
        world.run(3)
        ben.say("hello")
        world.run(3)
        assert ann.told(AskedToJoin) == []
        assert ann.status.state_hash == ben.status.state_hash

    def test_another_session_is_not_asked_from_a_folder_that_holds_one(self) -> None:
        world = World()
        ann, ben = world.session("Ann", "Ben")
        ben.stop()
        ben.events.clear()
        ben.start()
        token = ben.do(lambda token: AskToJoin(token, b"x" * 16, ann.texts, "Ben"))
        assert isinstance(ben.answer(token), Denied)
