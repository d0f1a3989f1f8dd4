"""Looking around: what answers nearby, for as long as it answers."""

from __future__ import annotations

from app.core import limits
from app.crypto.hello import HANDSHAKE_VERSION, session_tag
from app.node.api import Admitting, SetAdmitting, SetVisible
from app.node.contract import DatagramReceived, Sighted, SightLost
from app.node.frames import About, AboutWanted
from tests.unit.node.support.strangers import Looker, Stranger, visible
from tests.unit.node.support.world import World


def test_it_tells_what_answers_until_it_answers_no_more() -> None:
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


def test_a_goodbye_ends_it_within_a_second() -> None:
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


def test_a_goodbye_of_one_site_leaves_the_others() -> None:
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


def test_two_sites_of_a_session_are_one_row() -> None:
    world = World()
    ann, ben = visible(world, "Ann", "Ben")
    looker = Looker(world)
    tag = session_tag(ann.session.field.session)
    looker.turn(Sighted(tag, ann.texts), Sighted(tag, ben.texts))
    world.run(1)
    (row,) = looker.near
    assert set(row.addresses) == {*ann.texts, *ben.texts}


def test_what_is_only_announced_is_not_shown() -> None:
    world = World()
    (ann,) = world.session("Ann")
    looker = Looker(world)
    looker.turn(Sighted(session_tag(ann.session.field.session), ann.texts))
    looker.turn(Sighted(b"t" * 16, ("nowhere", "10.0.0.88:7000")))
    world.run(5)
    assert not looker.near


def test_a_typed_address_needs_no_name() -> None:
    world = World()
    (ann,) = visible(world, "Ann")
    looker = Looker(world)
    looker.turn(Sighted(b"", ann.texts))
    world.run(1)
    assert [row.title for row in looker.near] == ["Tea"]


def test_news_of_the_session_are_told() -> None:
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


def test_it_never_shows_more_than_a_list_holds() -> None:
    world = World()
    looker = Looker(world)
    for number in range(3 * limits.NEAR_SESSIONS_MAX):
        looker.turn(Sighted(number.to_bytes(16, "big"), (f"10.9.9.9:{1000 + number}",)))
    assert looker.machine.sights == limits.NEAR_SESSIONS_MAX


def test_a_session_of_a_newer_version_is_shown_as_such() -> None:
    world = World()
    newer = Stranger(world, answers=True)
    looker = Looker(world)
    looker.turn(Sighted(b"", (f"{newer.address[0]}:{newer.address[1]}",)))
    world.run(0.2)
    assert newer.told(AboutWanted)
    about = About(b"t" * 16, "Tomorrow", (), 1, "", True, HANDSHAKE_VERSION + 1, "9.0")
    newer.wiring.send(looker.key, about)
    newer.turn()
    world.run(0.2)
    assert [(row.title, row.version, row.too_new) for row in looker.near] == [
        ("Tomorrow", "9.0", True)
    ]


def test_a_session_that_lives_on_at_another_address_is_told_anew() -> None:
    world = World()
    ann, ben = visible(world, "Ann", "Ben")
    looker = Looker(world)
    tag = session_tag(ann.session.field.session)
    looker.turn(Sighted(tag, ann.texts))
    world.run(1)
    ann.stop()
    looker.turn(SightLost(tag), Sighted(tag, ben.texts))
    world.run(1.2)
    assert [row.addresses for row in looker.near] == [ben.texts]


def test_a_session_is_shown_within_two_seconds_of_being_seen() -> None:
    world = World()
    (ann,) = world.session("Ann")
    looker = Looker(world)
    tag = session_tag(ann.session.field.session)
    looker.turn(Sighted(tag, ann.texts))
    world.run(60)
    assert not looker.near
    ann.do(lambda token: SetVisible(token, visible=True))
    looker.turn(Sighted(tag, ann.texts))
    world.run(2)
    assert [row.title for row in looker.near] == ["Tea"]


def test_where_nobody_answers_it_calls_less_and_less_often() -> None:
    world = World()
    calls = []

    class Deaf:
        up = True

        def turn(self, *inputs: DatagramReceived) -> None:
            calls.extend([world.now] * len(inputs))

    world.join_network(("10.7.7.7", 7000), Deaf())
    looker = Looker(world)
    looker.turn(Sighted(b"t" * 16, ("10.7.7.7:7000",)))
    world.run(60)
    early = len(calls)
    world.run(60)
    assert 0 < len(calls) - early < early


def test_two_sites_of_which_one_dies_are_one_row_all_the_time() -> None:
    world = World()
    ann, ben = visible(world, "Ann", "Ben")
    looker = Looker(world)
    tag = session_tag(ann.session.field.session)
    looker.turn(Sighted(tag, ann.texts), Sighted(tag, ben.texts))
    world.run(1)
    ann.stop()
    for _ in range(100):
        world.run(0.1)
        assert len(looker.near) == 1
    assert looker.near[0].addresses == ben.texts


def test_a_site_that_forgot_it_is_called_again_before_its_row_goes() -> None:
    world = World()
    (ann,) = visible(world, "Ann")
    looker = Looker(world)
    looker.turn(Sighted(b"", ann.texts))
    world.run(1)
    ann.machine.wiring.forget(looker.key)
    for _ in range(100):
        world.run(0.1)
        assert len(looker.near) == 1
