"""What others may make a session do by what they send."""

from __future__ import annotations

from dataclasses import replace

from app.core import limits
from app.core.instant import SECOND, after
from app.core.rng import Rng
from app.crypto.keys import Identity
from app.dispatcher.messages import Recall, Refusal
from app.node.api import Denied, Done, MakeInvite, MoveDispatcher, SetPolicy, TroubleSeen
from app.node.contract import AddressesChanged
from app.node.frames import Addresses, ControlAnswer, ControlWish, Reachable, reachable_bytes
from app.rooms.bodies import CODECS, Invite, Policy
from tests.unit.node.support.world import World


def policy(name):
    return CODECS["control.policy"].encode(Policy(name))


def tell(sender, receiver, frame):
    """A frame by hand, over the real link."""
    assert sender.machine.wiring.send(receiver.key, frame)
    sender.arm()
    sender.world.run(0.5)


def test_only_whom_one_asked_can_answer():
    world = World()
    ann, ben, cem = world.session("Ann", "Ben", "Cem")
    target = cem.status.site
    ann.stop()
    policies = ben.do(lambda token: SetPolicy(token, "fixed"))
    move = ben.do(lambda token: MoveDispatcher(token, target))
    for number in range(1, 5):
        tell(cem, ben, ControlAnswer(number, "no"))
        tell(cem, ben, ControlAnswer(number, "", 1, 1))
        tell(cem, ben, Refusal(number, "no"))
    assert ben.answers(policies) == ben.answers(move) == []
    assert ben.status.counters["an answer of somebody who was not asked"] == 12


def test_an_answer_that_names_no_entry_does_not_count_as_done():
    world = World()
    ann, ben = world.session("Ann", "Ben")
    world.hold_back()
    token = ben.do(lambda token: SetPolicy(token, "fixed"))
    world.held = None
    (number,) = ben.session.wishes.control
    tell(ann, ben, ControlAnswer(number, ""))
    assert isinstance(ben.answer(token), Denied)


def test_the_leader_gives_nobody_a_higher_role_than_the_own_one():
    world = World()
    ann, ben = world.session("Ann", "Ben")
    body = CODECS["control.invite"].encode(Invite(b"i" * 16, role="moderator"))
    tell(ben, ann, ControlWish(1, "control.invite", body))
    assert ann.control.invite(b"i" * 16) is None
    body = CODECS["control.invite"].encode(Invite(b"j" * 16, role="viewer"))
    tell(ben, ann, ControlWish(2, "control.invite", body))
    assert ann.control.invite(b"j" * 16) is not None


def test_the_leader_issues_only_what_it_does_for_others():
    world = World()
    ann, ben = world.session("Ann", "Ben")
    length = ann.status.head_index
    for kind, body in [("chat", b"\x91\xa1x"), ("control.ban", b""), ("control.policy", b"\xc1")]:
        tell(ben, ann, ControlWish(1, kind, body))
    assert ann.status.head_index == length


def test_who_is_admitted_but_no_member_gets_nothing_issued_and_no_log():
    world = World()
    ann, ben = world.session("Ann", "Ben")
    ben.stop()
    world.run(15)
    assert ann.names == ["Ann"]
    sender = ben.key
    session = ann.session
    session.peers.receive(sender, 1, ControlWish(1, "control.policy", policy("fixed")), world.now)
    assert session.meaning.policy == "adaptive"


def test_strangers_are_not_heard():
    world = World()
    ann, _ = world.session("Ann", "Ben")
    stranger = Identity(Rng("stranger").bytes(32)).key
    session = ann.session
    before = ann.status.counters.get("a stranger's frame", 0)
    for frame in (Recall(0), ControlWish(1, "control.policy", policy("fixed"))):
        session.peers.receive(stranger, 1, frame, world.now)
    assert ann.status.counters["a stranger's frame"] == before + 2


def test_states_are_compared_only_where_both_have_settled():
    world = World()
    ann, ben = world.session("Ann", "Ben")
    for number in range(limits.STATE_HASH_EVERY):
        ann.say(str(number))
    world.run(1)
    session = ann.session
    index = session.meaning.state[0]
    beat = replace(ben.session.order.beat(), state_index=index, state_hash=b"?" * 32)
    session.heartbeats.compare(ben.key, replace(beat, settled=index - 1))
    assert session.events == []
    session.heartbeats.compare(ben.key, replace(beat, settled=index))
    session.heartbeats.compare(ben.key, replace(beat, settled=index))
    (trouble,) = session.events
    assert isinstance(trouble, TroubleSeen)
    assert "Ben" in trouble.text


def a_stranger(number):
    identity = Identity(Rng(f"stranger {number}").bytes(32))
    addresses = ("10.1.1.1:1",)
    signature = identity.sign(reachable_bytes(identity.key, 1, addresses))
    return Reachable(identity.key, 1, addresses, signature)


def test_what_nobody_knows_is_not_passed_on_and_keeps_no_member_out():
    world = World()
    ann, ben, cem = world.session("Ann", "Ben", "Cem")
    for part in range(6):
        records = [a_stranger(64 * part + number) for number in range(64)]
        tell(ben, ann, Addresses(tuple(records)))
    assert len(ann.machine.wiring.book._known) == limits.ADDRESS_BOOK_SITES_MAX
    assert len(cem.machine.wiring.book._known) == 3
    cem.turn(AddressesChanged(("10.7.7.7:7",)))
    world.run(1)
    assert ann.machine.wiring.book.texts(cem.key) == ("10.7.7.7:7",)


def test_a_flood_of_frames_fills_no_table():
    world = World()
    ann, ben = world.session("Ann", "Ben")
    session = ann.session
    for number in range(3_000):
        session.peers.receive(ben.key, 1, ControlAnswer(number, "x"), world.now)
        session.peers.receive(ben.key, 1, Refusal(number, "x"), world.now)
    assert not session.wishes.control
    assert not session.wishes.moves
    assert len(ann.status.counters) < limits.DROP_REASONS_MAX
    assert isinstance(ann.ask(MakeInvite), Done)


def backlog_of(site, waiting, monkeypatch):
    """What the home takes for the age of its backlog while so many links hold something back."""
    session = site.session
    links = [session.wiring.link(key) for key in session.desk.others()]
    for number, link in enumerate(links):
        held = number < waiting
        monkeypatch.setattr(link, "waits", lambda _priority, held=held: held)
    for pause in (0, SECOND):
        session.heartbeats.beat(after(site.world.now, pause))
    return session.order.advice.placement.ledger.backlog_micros


def test_an_uplink_is_full_when_most_links_wait_and_not_when_one_does(monkeypatch):
    world = World()
    ann, *_ = world.session("Ann", "Ben", "Cem", "Dan")
    assert backlog_of(ann, 1, monkeypatch) == 0
    assert backlog_of(ann, 2, monkeypatch) == SECOND
    assert backlog_of(ann, 0, monkeypatch) == 0
