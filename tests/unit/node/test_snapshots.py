"""Whole sites that compact: who joins late, who was away, who restarts, and what people still read."""

from __future__ import annotations

import itertools

import pytest

from app.dispatcher.compaction import TRANSITIONS, State
from app.node.api import (
    CatchingUp,
    ChatRowsChanged,
    HistoryCame,
    Issue,
    ReadChat,
    ReadLog,
    SnapshotTaken,
    TroubleSeen,
    UndoBoard,
)
from app.rooms.json_form import body_from_json
from app.store.journal import Journal
from tests.unit.node.support import world as support
from tests.unit.node.support.world import World, chat

EVERY = 16
BOX = ("board", body_from_json("board", {"ops": [{"op": "add", "type": "rectangle"}]}))


@pytest.fixture
def world():
    return World(snapshot_every=EVERY, tail_kept=4)


def talk(world, site, count, first=1):
    for number in range(first, first + count):
        site.ask(lambda token, number=number: Issue(token, (chat(f"line {number}"), BOX), 0))
        world.run(0.05)
    world.run(1)


def read(site, make):
    """The answer to a command that may wait for the disk."""
    token = site.do(make)
    site.world.run(0.5)
    return site.value(token)


def texts(site, before=None, count=100):
    return [row.text for row in read(site, lambda token: ReadChat(token, before, count))]


def rows_on_disk(site):
    return sorted(index for rows in site.disk.rows.values() for index in rows)


def alike(*sites):
    assert len({(site.status.head_chain, site.status.state_hash) for site in sites}) == 1


def test_rows_that_nobody_reads_go_once_a_quorum_vouches(world):
    ann, ben = world.session("Ann", "Ben")
    talk(world, ann, 20)
    for site in (ann, ben):
        begins = site.session.disk.plog.begins
        assert begins >= 2 * EVERY
        kinds = {
            placed.entry.kind
            for rows in site.disk.rows.values()
            for index, placed in rows.items()
            if index <= begins
        }
        assert kinds == {"chat"}
    alike(ann, ben)


def test_without_a_quorum_nothing_goes(world):
    ann, ben = world.session("Ann", "Ben")
    ann.stop()
    world.run(5)
    talk(world, ben, 20)
    assert ben.session.disk.plog.begins == 0
    assert ben.session.disk.log.length > 2 * EVERY


def test_who_joins_late_takes_a_snapshot_and_then_the_lines(world):
    ann, ben = world.session("Ann", "Ben")
    talk(world, ann, 20)
    cem = world.joined(ann.invite, "Cem")
    world.run(1)
    progress = [event for event in cem.events if isinstance(event, CatchingUp)]
    alike(ann, ben, cem)
    assert cem.session.disk.plog.begins >= 2 * EVERY
    assert progress[0].pieces == 0 < progress[0].of
    assert rows_on_disk(ann) == rows_on_disk(ben) == rows_on_disk(cem)


def test_who_comes_late_reads_all_lines_and_undoes_nobody_elses_work():
    world = World(windows=True, snapshot_every=EVERY, tail_kept=4)
    ann, ben = world.session("Ann", "Ben")
    talk(world, ann, 20)
    cem = world.joined(ann.invite, "Cem")
    world.run(1)
    assert texts(cem) == texts(ann) == [f"line {number}" for number in range(1, 21)]
    assert any(isinstance(event, HistoryCame) and not event.more for event in cem.events)
    del ben


def test_undo_survives_compaction_and_restart():
    world = World(windows=True, snapshot_every=EVERY, tail_kept=4)
    ann, ben = world.session("Ann", "Ben")
    talk(world, ann, 20)
    ann.stop()
    world.run(1)
    world.restart(ann)
    world.run(2)
    assert ann.session.disk.plog.begins >= 2 * EVERY
    for _ in range(20):
        ann.ask(UndoBoard)
        world.run(0.1)
    world.run(1)
    rooms = ben.session.meaning.rooms
    assert rooms is not None
    assert rooms.board.objects() == []
    assert texts(ann) == texts(ben)
    alike(ann, ben)


def test_who_was_away_beyond_the_compaction_point_takes_a_snapshot_and_keeps_what_it_said(world):
    ann, ben, cem = world.session("Ann", "Ben", "Cem")
    cem.stop()
    world.run(12)
    world.restart(cem)
    world.hold_back()
    cem.do(lambda token: Issue(token, (chat("from away"),), 0))
    cem.stop()
    world.let_go()
    talk(world, ann, 40)
    world.restart(cem)
    world.run(5)
    alike(ann, ben, cem)
    assert cem.status.queue == 0
    assert any(isinstance(event, SnapshotTaken) for event in cem.events)
    assert rows_on_disk(ann) == rows_on_disk(cem)


def test_pages_of_the_log_skip_what_is_no_longer_kept(world):
    ann, ben = world.session("Ann", "Ben")
    talk(world, ann, 20)
    ann.stop()
    world.restart(ann)
    world.run(2)
    begins = ann.session.disk.plog.begins
    page = read(ann, lambda token: ReadLog(token, 1, 4, skip=True))
    indexes = [shown.placed.index for shown in page]
    assert indexes
    assert {shown.placed.entry.kind for shown in page if shown.placed.index <= begins} == {"chat"}
    del ben


def test_lines_that_are_told_again_after_a_restart_are_the_newest_ones():
    world = World(windows=True, snapshot_every=EVERY, tail_kept=4)
    ann, ben = world.session("Ann", "Ben")
    talk(world, ann, 20)
    ann.stop()
    world.restart(ann)
    world.run(2)
    assert texts(ann) == texts(ben)
    assert not any(
        row.state == "refused"
        for event in ann.events
        if isinstance(event, ChatRowsChanged)
        for row in event.rows
    )


def test_the_table_of_compaction_leaves_nobody_stuck():
    reached = {State.RESTING}
    while (
        more := {after for (state, _), (after, _) in TRANSITIONS.items() if state in reached}
        - reached
    ):
        reached |= more
    assert reached == set(State)


def test_a_site_that_means_something_else_repairs_itself_from_the_others():
    world = World(windows=True, snapshot_every=EVERY, tail_kept=40)
    ann, ben, cem = world.session("Ann", "Ben", "Cem")
    talk(world, ann, 3)
    rooms = cem.session.meaning.rooms
    assert rooms is not None
    rooms.board._objects.replace({}, 0)
    rooms.profile._people.set(ann.key, None)
    talk(world, ben, 12, first=4)
    world.run(2)
    codes = [event.code for event in cem.events if isinstance(event, TroubleSeen)]
    assert codes == ["diverged", "repaired"]
    alike(ann, ben, cem)
    assert len(rooms.board.objects()) == 15
    cem.stop()
    world.restart(cem)
    world.run(3)
    alike(ann, ben, cem)


def test_a_site_starts_again_from_a_compacted_journal_on_disk(tmp_path, monkeypatch):
    numbers = itertools.count(1)
    opened: list[Journal] = []

    def open_journal():
        opened.append(Journal.open(tmp_path / f"{next(numbers)}.db"))
        return opened[-1]

    monkeypatch.setattr(support, "Disk", open_journal)
    world = World(windows=True, snapshot_every=EVERY, tail_kept=4)
    ann, ben = world.session("Ann", "Ben")
    talk(world, ann, 20)
    cem = world.joined(ann.invite, "Cem")
    world.run(1)
    begins = cem.session.disk.plog.begins
    ann.stop()
    cem.stop()
    world.restart(ann)
    world.restart(cem)
    world.run(3)
    assert begins >= 2 * EVERY
    assert texts(cem) == texts(ann) == texts(ben) == [f"line {number}" for number in range(1, 21)]
    alike(ann, ben, cem)
    for journal in opened:
        journal.close()
