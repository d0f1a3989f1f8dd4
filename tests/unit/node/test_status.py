from __future__ import annotations

from tests.unit.node.support.world import World


def test_a_status_says_who_is_there_and_how_far_away():
    world = World()
    ann, ben, cem = world.session("Ann", "Ben", "Cem")
    world.run(1)
    members = {member.name: member for member in ann.status.members}
    assert (members["Ann"].path, members["Ann"].rtt_ms) == ("self", None)
    assert members["Ben"].path == "direct"
    assert 19 < (members["Ben"].rtt_ms or 0) < 60
    assert ann.status.leader == ann.status.dispatcher == ann.status.site
    assert ben.status.leader == ann.status.site
    cem.stop()
    world.run(4)
    assert [member.name for member in ann.status.members] == ["Ann", "Ben"]
    assert ann.changes("unreachable") == ["Cem"]


def test_a_status_holds_no_secret():
    world = World()
    ann = world.founder()
    text = repr(ann.status)
    session = ann.session
    for secret in (session.field.secret, ann.disk.fields["key"]):
        assert secret.hex() not in text
        assert repr(secret) not in text


def test_what_was_dropped_is_counted_by_reason():
    world = World()
    ann, _ = world.session("Ann", "Ben")
    world.carry(("192.0.2.1", 9), ann.address, b"\x00" * 40)
    world.run(0.1)
    assert ann.status.counters["unknown type"] == 1


def test_bytes_that_left_are_counted():
    world = World()
    ann, _ = world.session("Ann", "Ben")
    before = ann.status.sent_bytes
    world.run(5)
    assert 0 < before < ann.status.sent_bytes < before + 100_000
