"""Closing gaps from any member that can (O4), and answering."""

from __future__ import annotations

from app.core import limits
from app.dispatcher.catchup import State
from app.dispatcher.messages import Chunk, Fetch, Ordered
from app.dispatcher.placing import pieces_of
from tests.unit.dispatcher.orders import A, B, C, World, rows_of

KEPT = limits.TAIL_ENTRIES_KEPT


def behind(names="ABC", count=3):
    """The last of `names` has nothing, the others have `count` entries of A."""
    world = World(names)
    for _ in range(count):
        world["A"].say()
    for name in names[1:-1]:
        world.deliver(Ordered, to=name)
    world.drop()
    return world, world[names[-1]]


def chunk_of(site):
    """All that a site has, as an answer to somebody who has nothing."""
    log = site.disk.log
    return Chunk(0, site.disk.session, pieces_of(rows_of(log)), log.length)


def test_who_is_behind_asks_who_has_more_and_is_current_then():
    world, site = behind()
    world.beat("B")
    assert [(wire.to, wire.frame.after, wire.frame.upto) for wire in world.pick(Fetch)] == [
        (B, 0, 3)
    ]
    assert site.order.catchup.state == State.FETCHING
    world.flow()
    assert site.log == ["a1", "a2", "a3"]
    assert site.order.catchup.state == State.CURRENT
    assert site.order.catchup.deadline() is None


def test_one_fetch_is_under_way_at_a_time():
    world, _ = behind()
    world.beat("A")
    world.beat("B")
    world.beat("A")
    assert len(world.pick(Fetch)) == 1


def test_a_long_log_comes_in_parts():
    world, site = behind(count=0)
    world["A"].say(40, bytes(5_000))
    world.drop()
    world.beat("A")
    world.deliver(Fetch)
    world.deliver(Chunk)
    assert 0 < site.disk.log.length < 40
    world.flow()
    assert site.disk.log.length == 40


def test_a_source_that_does_not_answer_is_left_for_another():
    world, _ = behind("ABC")
    world.beat("A")
    world.beat("B")
    world.drop(Fetch)
    world.passes(limits.FETCH_REPEAT_MICROS)
    assert [wire.to for wire in world.pick(Fetch)] == [B]


def test_every_source_is_asked_before_one_is_asked_again():
    world, _ = behind("ABDC")
    asked = []
    for name in "ABD":
        world.beat(name)
    for _ in range(3):
        asked += [wire.to[:1].decode() for wire in world.drop(Fetch)]
        world.passes(limits.FETCH_REPEAT_MICROS)
        for name in "ABD":
            world.beat(name)
    assert sorted(asked) == ["A", "B", "D"]


def test_a_slow_answer_is_awaited_longer_and_longer_and_still_taken():
    world, site = behind()
    world.beat("A")
    (request,) = world.drop(Fetch)
    pauses = []
    for _ in range(8):
        deadline = site.order.catchup.deadline()
        assert deadline is not None
        pauses.append(deadline - world.now)
        world.now = deadline
        world.beat("A", to="C")
        site.order.catchup.tick(world.now)
        site.turn()
    assert pauses[1:4] == [2 * pauses[0], 4 * pauses[0], 8 * pauses[0]]
    assert max(pauses) == limits.FETCH_REPEAT_MICROS_MAX
    world.drop()
    world["A"].take(C, request.frame)
    world.flow()
    assert site.log == ["a1", "a2", "a3"]


def test_a_source_that_can_not_help_is_left_at_once_and_not_asked_in_circles():
    world, site = behind("ABC")
    world.beat("A")
    world.beat("B")
    empty = Chunk(0, world.view.session, (), 3, world.view.id)
    world.drop(Fetch)
    site.take(A, empty)
    assert [wire.to for wire in world.drop(Fetch)] == [B]
    site.take(B, empty)
    assert not world.pick(Fetch), "until a heartbeat says again who has more"
    world.beat("B")
    world.flow()
    assert site.log == ["a1", "a2", "a3"]


def test_what_nobody_asked_for_is_not_stored():
    world, site = behind()
    world["A"].take(C, Fetch(0, world.view.session, 3))
    world.deliver(Chunk)
    assert site.log == []


def test_a_chunk_that_does_not_continue_the_log_is_not_stored():
    world, site = behind()
    world.beat("A")
    world.drop(Fetch)
    world["A"].take(C, Fetch(1, rows_of(world["A"].disk.log)[0].chain, 3))
    world.deliver(Chunk)
    assert site.log == []


def test_a_repeated_chunk_changes_nothing():
    world, site = behind()
    world.beat("A")
    world.deliver(Fetch)
    (chunk,) = world.pick(Chunk)
    world.flow()
    site.take(A, chunk.frame)
    assert site.log == ["a1", "a2", "a3"]


def test_of_a_member_in_another_view_only_the_common_part_is_stored():
    world = World("ABC")
    world["A"].say()
    world.deliver(Ordered, to="B")
    world.drop()
    base = (1, world["A"].disk.log.chain)
    world["B"].learn(world.successor("ABC", "B", base=base))
    world["B"].say()
    world.drop()
    assert world["B"].log == ["a1", "b1"]
    site = world["C"]
    site.order.catchup.want(2, B, world.now)
    site.turn()
    world.deliver(Fetch)
    world.deliver(Chunk)
    assert site.log == ["a1"], "b1 has its index in a view that C does not work in"
    assert world.refused == 0


def test_who_asks_for_another_log_gets_nothing_of_this_one():
    world, _ = behind()
    world["A"].take(C, Fetch(1, bytes(32), 3))
    assert [wire.frame.pieces for wire in world.pick(Chunk)] == [()]


def test_old_rows_are_read_from_the_disk():
    world = World("ABC")
    for _ in range(3 * KEPT // limits.RUN_ENTRIES_MAX):
        world["A"].say(limits.RUN_ENTRIES_MAX)
        world.deliver(Ordered, to="B")
    world.drop()
    world.beat("B", to="A")
    log, copy = world["A"].disk.log, world["C"].disk.log
    assert log.after(0, 1) is None, "settled rows left memory"
    world.beat("A", to="C")
    world.flow()
    assert (copy.length, copy.chain) == (log.length, log.chain)


def test_reads_for_others_are_bounded(monkeypatch):
    monkeypatch.setattr(limits, "READS_MAX", 2)
    world = World("ABC")
    source = world["A"].order.source
    world["A"].say(3)
    world["A"].disk.log._tail_after = 1
    for _ in range(5):
        source.asked(C, Fetch(0, world.view.session, 0))
    assert len(source._reads) == 2


def test_after_a_gap_that_closed_by_itself_the_next_one_is_asked_for_at_once():
    world, site = behind()
    world.beat("A")
    world.drop()
    site.order.catchup._store(chunk_of(world["A"]))
    site.turn()
    assert site.log == ["a1", "a2", "a3"], "what was missing came another way"
    world["A"].say()
    world.drop()
    for _ in range(2):  # the first one finds that the log has just grown
        world.beat("A", to="C")
    assert [wire.frame.after for wire in world.pick(Fetch)] == [3]


def test_an_answer_that_was_overtaken_is_asked_for_anew():
    world, site = behind(count=3)
    site.order.catchup.want(5, A, world.now)
    site.turn()
    (request,) = world.drop(Fetch)
    world["A"].take(C, request.frame)
    (answer,) = world.drop(Chunk)
    site.order.catchup._store(answer.frame)
    site.turn()
    site.take(A, answer.frame)
    assert [wire.frame.after for wire in world.pick(Fetch)] == [3]
