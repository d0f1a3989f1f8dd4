"""One site's order through its door, and several together until they agree (ORDER.md 2)."""

from __future__ import annotations

import pytest

from app.core.errors import LocalError
from app.core.instant import SECOND
from app.dispatcher.desk import Installed, ReadRows, Settled, Stored, TokenMoved, Transmit
from app.dispatcher.messages import Ordered, Submit
from app.dispatcher.records import SaveLog, SaveQueue
from tests.unit.dispatcher.orders import A, B, C, D, World


def test_who_is_in_no_view_issues_and_wishes_nothing():
    order = World("A", strangers="D")["D"].order
    with pytest.raises(LocalError):
        order.issue("chat", b"", 0)
    with pytest.raises(LocalError):
        order.wish(A, 1, World("A").now)


def test_what_a_turn_sends_is_committed_with_it():
    world = World("AB")
    order = world["A"].order
    order.issue("chat", b"", 0)
    order.finish(world.now)
    out, records = order.drain()
    assert [type(output) for output in out] == [Transmit, Stored]
    assert {SaveQueue, SaveLog} <= {type(record) for record in records}
    assert order.drain() == ([], [])


def test_a_turn_in_which_nothing_happened_leaves_nothing():
    world = World("ABC")
    world["A"].say()
    world.flow()
    for site in world.sites.values():
        site.order.finish(world.now)
        assert site.order.drain() == ([], [])


def test_what_is_stored_is_told_before_it_is_settled():
    world = World("A")
    world["A"].say()
    kinds = [type(output) for output in world["A"].out]
    assert kinds == [Stored, Settled]


def test_a_new_view_is_told_with_the_one_before():
    world = World("AB")
    world["A"].learn(world.successor("AB", "A"))
    (installed,) = [output for output in world["A"].out if isinstance(output, Installed)]
    assert installed.before == world.view


def test_a_frame_that_nobody_reads_is_marked_and_nothing_else():
    world = World("AB")
    world["A"].take(B, object())
    assert world.refused == 0
    assert sum(world["A"].desk.trace.marks.values()) == 1


def test_a_new_link_submits_again():
    world = World("AB")
    world["B"].say()
    world.drop()
    world["B"].order.reconnected(A)
    world["B"].turn()
    assert len(world.pick(Submit)) == 1


def test_a_heartbeat_tells_where_this_site_stands():
    world = World("ABC")
    world["A"].say(2)
    world.deliver(Ordered, to="B")
    beat = world["B"].order.beat()
    assert (beat.cur, beat.prim, beat.highest) == (world.view.id, 2, 2)
    assert (beat.length, beat.chain, beat.firm) == (2, world["A"].disk.log.chain, 2)
    assert (beat.kmax, beat.holds, beat.fenced, beat.leaving) == (0, False, False, False)
    assert beat.head == world["A"].order.beat().head


def test_on_the_way_to_a_later_view_a_heartbeat_claims_nothing_of_the_one_before():
    world = World("ABC")
    world["A"].say()
    world.drop()
    base = (1, world["A"].disk.log.chain)
    world["B"].learn(world.successor("ABC", "C", base=base))
    beat = world["B"].order.beat()
    assert (beat.prim, beat.firm, beat.settled, beat.holds) == (2, 0, 0, False)


def test_a_change_is_told_before_the_next_heartbeat():
    world = World("AB")
    order = world["B"].order
    assert order.want_beat()
    assert not order.want_beat()
    world["A"].say()
    world.deliver(Ordered)
    assert order.want_beat(), "its firm length is what settles the entry"
    order.beat()
    assert not order.want_beat()


def test_the_holder_is_told_once_when_it_changes():
    world = World("ABC")
    world.round(2)
    assert not [out for out in world["C"].out if isinstance(out, TokenMoved)]
    world["A"].order.wish(B, 1, world.now)
    world["A"].turn()
    world.flow()
    world.round(3)
    assert len([out for out in world["C"].out if isinstance(out, TokenMoved)]) == 1


def test_heartbeats_of_too_many_sites_forget_who_is_silent_for_longest():
    world = World("ABC")
    world.beat("B", to="A")
    beat = world["B"].order.beat()
    for number in range(300):
        world.now = type(world.now)(world.now + 1)
        world["A"].order.heard(type(A)(number.to_bytes(32, "big")), beat, world.now)
    assert B not in world["A"].desk.heard
    assert len(world["A"].desk.heard) <= 256


def test_s4_everybody_leaves_but_the_last():
    world = World("ABC")
    world["A"].say()
    world.round(3)
    for name in "AB":
        world[name].order.leave()
        for _ in range(12):
            world.round()
            if world[name].order.may_stop():
                break
        assert world[name].order.may_stop()
        del world.sites[world[name].key]
    assert world["C"].disk.views[-1].keys == (C,)
    assert world["C"].holds
    assert world["C"].log == ["a1"]


def test_a_newcomer_joins_and_talks():
    world = World("AB", strangers="D")
    world["A"].say(3)
    world["A"].order.recovery.candidates[D] = None
    world.round(8)
    assert world["D"].disk.prim_number == 3
    world["D"].say()
    world.round()
    assert world["A"].log == world["D"].log == ["a1", "a2", "a3", "d1"]


def test_a_lost_holder_is_replaced_and_comes_back():
    world = World("ABC", first="C")
    world["C"].say()
    world.round(2)
    lost = world.sites.pop(C)
    world["B"].say()
    for _ in range(int(12 * SECOND / 250_000)):
        world.round()
    assert world["A"].disk.views[-1].keys == (A, B)
    assert world["A"].log == world["B"].log == ["c1", "b1"]
    lost.say()
    world.drop()
    world.sites[C] = lost
    world["A"].order.recovery.candidates[C] = None
    world.round(12)
    assert lost.disk.prim == world["A"].disk.prim
    assert lost.log == world["A"].log == ["c1", "b1", "c2"]


def test_rows_for_others_are_asked_of_the_disk():
    world = World("AB")
    world["A"].say(3)
    world["A"].disk.log._tail_after = 1
    world.beat("A", to="B")
    world.deliver()
    assert [output for output in world["A"].out if isinstance(output, ReadRows)]
