from __future__ import annotations

from app.core import limits
from app.node.api import Issue
from app.node.meaning import Meaning
from app.rooms.bodies import CODECS, Profile
from tests.unit.node.support.world import World


def talkative(count):
    """Ann's meaning after `count` lines in one log, and her rooms' index."""
    ann = World().founder()
    for number in range(count):
        ann.say(str(number))
    session = ann.session
    return session, session.meaning


def test_the_hash_of_a_state_is_made_now_and_then_and_kept_for_a_while():
    session, meaning = talkative(limits.STATE_HASH_EVERY * (limits.STATE_HASHES_KEPT + 3))
    newest = session.disk.log.length // limits.STATE_HASH_EVERY * limits.STATE_HASH_EVERY
    assert meaning.state == (newest, meaning.hash_at(newest))
    assert meaning.hash_at(newest - 1) is None
    assert meaning.hash_at(limits.STATE_HASH_EVERY) is None
    assert len(meaning._hashes) == limits.STATE_HASHES_KEPT


def test_what_is_taken_back_is_forgotten_and_means_the_same_when_it_comes_again():
    session, _ = talkative(2 * limits.STATE_HASH_EVERY)
    rows = session.disk.log.after(0, session.disk.log.length)
    meaning = Meaning(session.disk, session.own, "Ann")
    for row in rows:
        meaning.apply(row)
    newest, state_hash = meaning.state, meaning.state_hash()
    first = (limits.STATE_HASH_EVERY, meaning.hash_at(limits.STATE_HASH_EVERY))
    cut = 2 * limits.STATE_HASH_EVERY - 1
    meaning.revert_to(cut)
    assert meaning.state == first
    assert meaning.hash_at(newest[0]) is None
    meaning.revert_to(1)
    assert meaning.state == (0, b"")
    assert meaning.state_hash() != state_hash
    for row in rows[1:]:
        meaning.apply(row)
    assert meaning.state == newest
    assert meaning.state_hash() == state_hash


def test_people_are_called_by_their_profile_else_by_their_site():
    world = World()
    ann, ben = world.session("Ann", "Ben")
    meaning = ann.session.meaning
    key = ben.key
    assert meaning.name_of(key) == "Ben"
    body = CODECS["profile"].encode(Profile("Benjamin"))
    ben.do(lambda token: Issue(token, (("profile", body),), 0))
    world.run(1)
    assert meaning.name_of(key) == "Benjamin"
    assert ben.status.name == "Benjamin"


def test_before_there_are_rooms_nothing_is_issued():
    world = World()
    ann = world.founder()
    session = ann.session
    assert session.meaning.rooms is not None
    assert session.meaning.talk_of("profile", b"") is None
