"""Whoever is in the network and knows no secret: told little, heard seldom, never a member."""

from __future__ import annotations

import pytest

from app.core import limits
from app.core.codec import decode, encode
from app.core.errors import RemoteError
from app.core.ids import Key, site_of
from app.core.instant import SECOND
from app.crypto.hello import Pattern
from app.dispatcher.messages import Fetch
from app.node.api import (
    AdmitSite,
    Admitting,
    AskedToJoin,
    AskToJoin,
    Denied,
    Done,
    ReadAsking,
    SetAdmitting,
    SetVisible,
)
from app.node.channels import OUTER_BYTES
from app.node.contract import DatagramReceived
from app.node.frames import (
    About,
    AboutWanted,
    Addresses,
    AskerDone,
    AskerTold,
    AskerVerdict,
    AskHeard,
    AskIn,
    ControlWish,
)
from app.node.wiring import REGISTRY
from tests.unit.node.support.strangers import Stranger, asks, visible
from tests.unit.node.support.world import World

PATIENCE = limits.JOIN_PATIENCE_MICROS / SECOND


def test_a_site_that_is_not_visible_answers_nobody() -> None:
    world = World()
    (ann,) = world.session("Ann")
    stranger = Stranger(world)
    stranger.call(ann)
    assert ann.machine.wiring.peers() == []
    _, _token = asks(world, ann)
    world.run(PATIENCE)
    assert ann.told(AskedToJoin) == []


def test_hiding_ends_the_answers_to_those_that_called_before() -> None:
    world = World()
    (ann,) = visible(world, "Ann")
    stranger = Stranger(world)
    stranger.call(ann)
    ann.do(lambda token: SetVisible(token, visible=False))
    stranger.send(ann, AboutWanted())
    assert stranger.heard == []


def test_it_is_told_the_title_and_the_people_and_nothing_else() -> None:
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
def test_no_other_frame_of_a_stranger_has_an_effect(frame: object) -> None:
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


def test_words_of_another_channel_are_not_shown() -> None:
    world = World()
    (ann,) = visible(world, "Ann")
    stranger = Stranger(world)
    stranger.call(ann)
    stranger.send(ann, AskIn(b"x" * 32, b"", "Zoe", ""))
    assert ann.told(AskedToJoin) == []


def test_a_stranger_may_not_speak_for_another() -> None:
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


@pytest.mark.slow
def test_a_thousand_strangers_are_bounded_and_push_out_nobody_who_waits() -> None:
    world = World()
    ann, ben = visible(world, "Ann", "Ben")
    asker, token = asks(world, ann)
    for number in range(1_000):
        Stranger(world, number).call(ann)
    strangers = set(ann.machine.wiring.peers()) - {ben.key}
    assert len(strangers) == limits.STRANGERS_MAX
    assert asker.key in strangers
    ann.do(lambda token: AdmitSite(token, site_of(asker.key)))
    ben.say("still here")
    world.run(2)
    assert asker.answer(token) == Done(token)
    assert ann.status.state_hash == ben.status.state_hash


def test_who_waits_is_not_pushed_out_though_it_is_silent_for_longest() -> None:
    world = World()
    (ann,) = visible(world, "Ann")
    asker, _ = asks(world, ann)
    world.cut.add(frozenset((asker.address, ann.address)))
    for number in range(limits.STRANGERS_MAX + 10):
        Stranger(world, number).call(ann)
    assert asker.key in ann.machine.wiring.peers()
    assert len(ann.machine.wiring.peers()) == limits.STRANGERS_MAX


def test_strangers_have_no_more_than_their_share_of_handshakes() -> None:
    world = World()
    ann, _ben = visible(world, "Ann", "Ben")
    world.run(1)
    for number in range(limits.HELLOS_PER_SECOND_MAX):
        stranger = Stranger(world, 1 + 250 * number)
        stranger.wiring.channels.dial(ann.address, Pattern.ASK, b"", b"", b"", world.now)
        stranger.turn()
    world.run(0.1)
    assert len(ann.machine.wiring.peers()) == 1 + limits.ASKS_PER_SECOND_MAX
    assert ann.machine.wiring.channels.dropped["too many hellos"] > 0


def test_one_that_asks_all_the_time_is_heard_some_of_it() -> None:
    world = World()
    (ann,) = visible(world, "Ann")
    stranger = Stranger(world)
    stranger.call(ann)
    stranger.send(ann, *[AboutWanted()] * 20)
    assert len(stranger.told(About)) == limits.STRANGER_FRAMES_PER_SECOND_MAX
    world.run(1)
    stranger.send(ann, AboutWanted())
    assert len(stranger.told(About)) == limits.STRANGER_FRAMES_PER_SECOND_MAX + 1


def test_one_that_is_silent_is_forgotten() -> None:
    world = World()
    (ann,) = visible(world, "Ann")
    Stranger(world).call(ann)
    assert len(ann.machine.wiring.peers()) == 1
    world.run(limits.FORGET_SILENCE_MICROS / SECOND + 1)
    assert ann.machine.wiring.peers() == []


def test_who_is_in_another_session_turns_away_and_shows_no_card() -> None:
    world = World()
    (ann,) = visible(world, "Ann")
    asker = world.site()
    token = asker.do(lambda token: AskToJoin(token, b"t" * 16, ann.texts, "Zoe"))
    world.run(1)
    assert asker.answer(token) == Denied(token, "another session is at this address now")
    assert ann.told(AskedToJoin) == []


def test_who_answered_an_asker_without_letting_it_in_hears_nothing_more_of_it() -> None:
    world = World()
    (ann,) = visible(world, "Ann")
    fake = Stranger(world, answers=True)
    asker = world.site()
    address = f"{fake.address[0]}:{fake.address[1]}"
    world.cut.add(frozenset((asker.address, fake.address)))
    token = asker.do(lambda token: AskToJoin(token, b"", (*ann.texts, address), "Zoe"))
    world.run(0.3)
    world.cut.clear()
    world.run(2)
    assert fake.key in asker.machine.wiring.peers()
    ann.do(lambda token: AdmitSite(token, site_of(asker.key)))
    world.run(3)
    assert asker.answer(token) == Done(token)
    assert fake.heard == []
    assert fake.key not in asker.machine.wiring.peers()


def test_who_answers_an_asker_that_was_let_in_already_is_not_listened_to() -> None:
    world = World()
    (ann,) = visible(world, "Ann")
    ann.do(lambda token: SetAdmitting(token, Admitting.ALL))
    fake = Stranger(world, answers=True)
    asker = world.site()
    address = f"{fake.address[0]}:{fake.address[1]}"
    world.cut.add(frozenset((asker.address, fake.address)))
    asker.do(lambda token: AskToJoin(token, b"", (*ann.texts, address), "Zoe"))
    world.run(0.2)
    assert asker.machine.session is not None
    world.cut.clear()
    world.run(3)
    assert fake.heard == []
    assert fake.key not in asker.machine.wiring.peers()


def test_before_it_has_a_view_a_site_hears_only_who_let_it_in() -> None:
    world = World()
    ann, ben = visible(world, "Ann", "Ben")
    ben.do(lambda token: SetAdmitting(token, Admitting.ALL))
    ann.stop()
    asker, _ = asks(world, ben)
    assert asker.session.disk.prim is None
    fake = Stranger(world, answers=True)
    channels = asker.machine.wiring.channels
    channels.dial(fake.address, Pattern.ASK, b"", b"", b"", world.now)
    asker.turn()
    world.run(2)
    assert fake.key in asker.machine.wiring.peers()
    assert fake.heard == []
    assert asker.session.peers.listeners() == [ben.key]


def test_a_hello_of_another_version_is_refused() -> None:
    world = World()
    (ann,) = visible(world, "Ann")
    stranger = Stranger(world)
    stranger.wiring.channels.dial(ann.address, Pattern.ASK, b"", b"", b"", world.now)
    ((_, hello),) = stranger.wiring.channels.sends
    newer = hello[:OUTER_BYTES] + b"\x02" + hello[OUTER_BYTES + 1 :]
    ann.turn(DatagramReceived(stranger.address, newer))
    assert ann.machine.wiring.channels.dropped == {"hello refused": 1}


def test_an_asker_whose_frames_hold_more_is_understood() -> None:
    frame = AskIn(b"m" * 32, b"", "Zoe", "fern")
    plain = decode(REGISTRY.encode(frame))
    assert REGISTRY.decode(encode([*plain, "something newer"])) == frame


@pytest.mark.parametrize("name", ["", " ", "a\nb", "Ann \u202e", "x" * 65])
def test_a_name_that_is_not_one_line_is_refused(name: str) -> None:
    plain = decode(REGISTRY.encode(AskIn(b"m" * 32, b"", "Zoe", "fern")))
    plain[plain.index("Zoe")] = name
    with pytest.raises(RemoteError):
        REGISTRY.decode(encode(plain))


@pytest.mark.parametrize(
    "frame",
    [
        About(b"t" * 16, "Tea", (("Ann", ""),), 1, "Ann", True, 1, "1.0"),
        AskHeard(b"m" * 32, "Ann"),
        AskerTold(Key(b"k" * 32), "Ann", "", ("able",) * 6),
        AskerDone(Key(b"k" * 32), let_in=True, by="Ann"),
    ],
    ids=lambda frame: type(frame).__name__,
)
def test_no_text_that_turns_the_line_is_shown(frame: object) -> None:
    data = REGISTRY.encode(frame)
    assert REGISTRY.decode(data) == frame
    with pytest.raises(RemoteError):
        REGISTRY.decode(data.replace(b"\xa3Ann", b"\xa3\xe2\x80\xae"))


def test_a_card_goes_when_the_site_hides() -> None:
    world = World()
    (ann,) = visible(world, "Ann")
    asks(world, ann)
    ann.do(lambda token: SetVisible(token, visible=False))
    world.run(limits.ASK_SILENCE_MICROS / SECOND + 1)
    assert ann.value(ann.do(ReadAsking)) == ()
