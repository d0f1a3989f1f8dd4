"""People, invites, the pin and the figures of the stick, as a window is told."""

from __future__ import annotations

import itertools

import pytest

from app.core.ids import Key, site_of
from app.node.api import (
    AdmitSite,
    Denied,
    Done,
    InviteShown,
    LeaveSession,
    MakeInvite,
    MoveDispatcher,
    PeopleChanged,
    PinDispatcher,
    ReadInvites,
    ReadStick,
    RevokeInvite,
    SetProfile,
    StickPanel,
)
from tests.unit.node.support.view import View
from tests.unit.node.support.world import Site, World


@pytest.fixture
def world() -> World:
    return World(windows=True)


@pytest.fixture
def pair(world: World) -> tuple[View, View]:
    ann, ben = world.session("Ann", "Ben")
    world.run(3)
    return View(ann), View(ben)


def panel(site: Site) -> StickPanel:
    shown: StickPanel = site.value(site.do(ReadStick))
    return shown


def invites(site: Site) -> tuple[InviteShown, ...]:
    shown: tuple[InviteShown, ...] = site.value(site.do(ReadInvites))
    return shown


class TestPeople:
    def test_everybody_is_listed_with_colour_round_trip_and_stick(
        self, pair: tuple[View, View]
    ) -> None:
        ann, ben = pair
        for view in pair:
            assert list(view.people) == ["Ann", "Ben"]
        people = ben.people
        assert people["Ann"].holds_stick
        assert not people["Ben"].holds_stick
        assert people["Ben"].is_self
        assert people["Ann"].rtt_ms == pytest.approx(20, abs=1)
        assert people["Ben"].rtt_ms is None
        assert people["Ann"].colour
        assert people["Ann"].colour != people["Ben"].colour
        assert people["Ann"].state == people["Ben"].state == "present"
        assert [person.location for person in people.values()] == [1, 2]
        assert ann.people["Ann"].is_self

    def test_a_new_profile_is_told(self, world: World, pair: tuple[View, View]) -> None:
        ann, ben = pair
        ben.site.do(lambda token: SetProfile(token, "Benjamin", "cherry"))
        world.run(0.1)
        person = ann.people["Benjamin"]
        assert (person.colour, person.shape) == ("cherry", "hexagon")

    def test_talk_is_shared_out(self, world: World, pair: tuple[View, View]) -> None:
        ann, ben = pair
        for _ in range(3):
            ben.says("I")
        ann.says("you")
        world.run(1.5)
        assert ann.people["Ben"].talk_share == pytest.approx(0.75, abs=0.01)
        assert ann.people["Ann"].talk_share == pytest.approx(0.25, abs=0.01)

    def test_who_is_silent_is_unreachable_and_who_left_has_left(
        self, world: World, pair: tuple[View, View]
    ) -> None:
        ann, ben = pair
        cleo = world.joined(ann.site.invite, "Cleo")
        world.run(1)
        ben.site.stop()
        world.run(3)
        person = ann.people["Ben"]
        assert (person.state, person.rtt_ms) == ("unreachable", None)
        world.restart(ben.site)
        world.run(3)
        assert ann.people["Ben"].state == "present"
        cleo.do(LeaveSession)
        world.run(3)
        assert ann.people["Cleo"].state == "left"
        assert list(ann.people)[-1] == "Cleo"
        assert ann.people["Cleo"].location == 0

    def test_a_list_is_told_only_when_it_changed_and_not_all_the_time(
        self, world: World, pair: tuple[View, View]
    ) -> None:
        ann, _ = pair
        before = len(ann.site.told(PeopleChanged))
        world.run(10)
        told = ann.site.told(PeopleChanged)[before:]
        assert len(told) <= 10
        assert all(one != two for one, two in itertools.pairwise(told))


class TestInvites:
    def test_they_are_listed_with_link_and_uses(
        self, world: World, pair: tuple[View, View]
    ) -> None:
        ann, _ = pair
        token = ann.site.do(lambda token: MakeInvite(token, uses=2))
        world.run(0.1)
        link = ann.site.value(token)
        (limited,) = [invite for invite in invites(ann.site) if invite.uses]
        assert (limited.link, limited.uses, limited.used) == (link, 2, 0)
        world.joined(link, "Cleo")
        (limited,) = [invite for invite in invites(ann.site) if invite.uses]
        assert limited.used == 1
        assert not limited.revoked
        assert len(invites(ann.site)) == 2

    @pytest.mark.parametrize("place", [0, 1])
    def test_one_that_is_taken_back_lets_nobody_in(
        self, world: World, pair: tuple[View, View], place: int
    ) -> None:
        taker = pair[place].site
        (invite,) = invites(taker)
        token = taker.do(lambda token: RevokeInvite(token, invite.id_hex))
        world.run(1)
        assert taker.answer(token) == Done(token)
        (revoked,) = invites(pair[0].site)
        assert (revoked.revoked, revoked.link) == (True, "")

    def test_an_unknown_one_is_refused(self, pair: tuple[View, View]) -> None:
        answer = pair[1].site.ask(lambda token: RevokeInvite(token, "00" * 16))
        assert isinstance(answer, Denied)

    def test_nobody_asks_to_be_let_in(self, pair: tuple[View, View]) -> None:
        site = pair[1].site
        answer = site.ask(lambda token: AdmitSite(token, site_of(pair[0].site.key)))
        assert isinstance(answer, Denied)


class TestPin:
    def test_the_stick_goes_there_and_comes_back(
        self, world: World, pair: tuple[View, View]
    ) -> None:
        ann, ben = pair
        site = site_of(ben.site.key)
        token = ben.site.do(lambda token: PinDispatcher(token, site))
        world.run(2)
        assert ben.site.answer(token) == Done(token)
        assert panel(ann.site).pin == panel(ann.site).home == site
        ann.site.do(lambda token: MoveDispatcher(token, site_of(ann.site.key)))
        world.run(3)
        assert panel(ann.site).home == site

    def test_once_it_is_let_go_it_moves_again(self, world: World, pair: tuple[View, View]) -> None:
        ann, ben = pair
        ben.site.do(lambda token: PinDispatcher(token, site_of(ben.site.key)))
        world.run(2)
        ben.site.do(lambda token: PinDispatcher(token, None))
        world.run(2)
        ann.site.do(lambda token: MoveDispatcher(token, site_of(ann.site.key)))
        world.run(3)
        assert panel(ann.site).home == site_of(ann.site.key)

    def test_who_is_no_member_can_have_no_pin(self, pair: tuple[View, View]) -> None:
        ann, _ = pair
        answer = ann.site.ask(lambda token: PinDispatcher(token, site_of(Key(b"x" * 32))))
        assert isinstance(answer, Denied)


class TestStick:
    def test_the_home_knows_the_accounts_and_others_what_they_heard(
        self, world: World, pair: tuple[View, View]
    ) -> None:
        ann, ben = pair
        ben.says("hello")
        world.run(1)
        at_home, elsewhere = panel(ann.site), panel(ben.site)
        home = site_of(ann.site.key)
        assert at_home.home == elsewhere.home == home
        rows = {row.name: row for row in at_home.rows}
        assert rows["Ben"].regret > 0
        assert rows["Ben"].gain_ms > 0
        assert {row.name for row in elsewhere.rows} == {"Ann", "Ben"}
        assert elsewhere.price == 0 < at_home.price
        assert {(one, two) for one, two, _ in at_home.rtt} == {
            (home, site_of(ben.site.key)),
            (site_of(ben.site.key), home),
        }

    def test_moves_and_own_waits_are_kept(self, world: World, pair: tuple[View, View]) -> None:
        ann, ben = pair
        ben.says("far")
        world.run(1)
        site, (point,) = panel(ben.site).waits[0]
        assert site == site_of(ben.site.key)
        assert point[1] == pytest.approx(20, abs=2)
        ben.site.do(lambda token: MoveDispatcher(token, site))
        world.run(1)
        (move,) = panel(ann.site).moves
        assert (move.source, move.target) == (site_of(ann.site.key), site)
        assert (move.reason, move.by) == ("COMMAND", site)
        ben.says("near")
        assert panel(ben.site).waits[0][1][-1][1] == 0

    def test_everybody_knows_what_lines_wait_for_and_would_elsewhere(
        self, world: World, pair: tuple[View, View]
    ) -> None:
        _, ben = pair
        for _ in range(3):
            ben.says("far")
        world.run(3)
        for view in pair:
            rows = {row.name: row for row in panel(view.site).rows}
            assert rows["Ann"].wait_ms == 0
            assert rows["Ben"].wait_ms == pytest.approx(20, abs=6)
            # Ben alone talks: a line waits for his way to Ann, and for none with the stick there.
            assert rows["Ann"].here_ms == pytest.approx(20, abs=6)
            assert rows["Ben"].here_ms == 0
            assert rows["Ben"].lines_a_minute == pytest.approx(3, abs=0.3)
            assert rows["Ann"].lines_a_minute == 0

    def test_a_move_says_what_it_means_for_each(
        self, world: World, pair: tuple[View, View]
    ) -> None:
        ann, ben = pair
        ben.says("far")
        world.run(3)
        home, site = site_of(ann.site.key), site_of(ben.site.key)
        ben.site.do(lambda token: MoveDispatcher(token, site))
        world.run(1)
        (move,) = panel(ann.site).moves
        assert move.share == 1
        assert move.policy == "adaptive"
        assert (move.before_ms, move.after_ms) == pytest.approx((20, 0), abs=6)
        people = {each: (before, after) for each, before, after in move.people}
        assert people[home] == pytest.approx((0, 20), abs=6)
        assert people[site] == pytest.approx((20, 0), abs=6)
        assert (move.lost, move.doubled) == (0, 0)

    def test_waits_by_measure_are_kept_over_time(
        self, world: World, pair: tuple[View, View]
    ) -> None:
        ann, ben = pair
        world.run(9)
        shown = panel(ann.site)
        rings = dict(shown.expected)
        assert set(rings) == {site_of(ann.site.key), site_of(ben.site.key)}
        assert len(rings[site_of(ben.site.key)]) >= 4
        assert 0 < shown.since_ms <= shown.everyone[0][0]

    def test_disks_are_as_far_as_members_said(self, world: World, pair: tuple[View, View]) -> None:
        ann, ben = pair
        ben.says("hello")
        world.run(2)
        lengths = dict(panel(ann.site).disks)
        assert len(lengths) == 2
        assert len(dict.fromkeys(lengths.values())) == 1


def test_without_a_window_there_is_no_panel() -> None:
    world = World()
    ann = world.founder()
    world.run(1)
    assert isinstance(ann.ask(ReadStick), Denied)
    assert not ann.told(PeopleChanged)
