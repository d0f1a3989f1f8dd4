"""What is committed is what stands in memory; and where rows of the log are kept (5.1)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.codec import encode
from app.core.errors import Bug
from app.dispatcher.disk import Disk, path_ranges
from app.dispatcher.entries import Placed
from app.dispatcher.epochs import Ballot, ViewId, epoch_of
from app.dispatcher.placing import place
from app.dispatcher.records import Saved
from app.sim.storage import Disk as Storage
from tests.unit.dispatcher.orders import (
    FOUNDING,
    GENESIS,
    SESSION,
    A,
    B,
    certify,
    entries_of,
    name_of,
    next_view,
    rows_of,
)


def started(storage: Storage) -> Disk:
    saved = storage.saved()
    disk = Disk(A, SESSION, saved)
    list(disk.replay(saved))
    return disk


def picture(disk: Disk) -> dict[str, object]:
    """Everything that a restart has to find again."""
    return {
        "views": disk.views,
        "prim": disk.prim_number,
        "following": disk.following_number,
        "promised": disk.promised,
        "accepted": disk.accepted,
        "fenced": disk.fenced,
        "firm": disk.firm,
        "token": (disk.hold, disk.kmax, disk.hand_over),
        "log": rows_of(disk.log),
        "end": (disk.log.length, disk.log.chain, disk.log.stamp_ms, disk.log.epoch),
        "numbers": disk.log.numbers,
        "queue": list(disk.queue),
    }


class Story:
    """A disk that lives through what a site can do to it."""

    def __init__(self) -> None:
        self.storage = Storage()
        self.disk = Disk(A, SESSION, Saved())
        self.said: dict[int, int] = {}
        self.ballots = 0
        self.disk.add_certificate(FOUNDING)
        self.disk.set_prim(1)
        self.disk.set_token(0, 0)

    def say(self, author: int) -> None:
        key = (A, B)[author]
        number = self.said.get(author, 0) + 1
        self.said[author] = number
        self.disk.enqueue(entries_of(key, number)[-1:])

    def order(self) -> None:
        for entry in list(self.disk.queue)[:2]:
            if entry.number == self.disk.log.last_number((entry.author, 1)) + 1:
                epoch = epoch_of(ViewId(self.disk.path_number), 0)
                self.disk.append(place(self.disk.log, epoch, self.disk.log.stamp_ms + 1, entry))

    def settle(self) -> None:
        """Nothing beyond the base of a decided view is ever settled in the view before."""
        if self.disk.highest == self.disk.path_number:
            self.disk.set_settled(self.disk.log.length)

    def promise(self) -> None:
        self.ballots += 1
        self.disk.promise(Ballot(self.ballots, B))

    def accept(self) -> None:
        self.ballots += 1
        self.disk.accept(Ballot(self.ballots, B), next_view(self.disk.views[-1], [A, B], A))

    def release(self) -> None:
        self.disk.release(self.disk.kmax + 1, b"a hand-over")

    def confirm(self) -> None:
        self.disk.set_hand_over(None)

    def learn(self) -> None:
        """A view that begins with the settled part of the log."""
        base = (self.disk.settled, self.disk.log.chain_at(self.disk.settled))
        before = self.disk.views[-1]
        self.disk.add_certificate(certify(next_view(before, [A, B], A, base), [A]))

    def follow(self) -> None:
        if self.disk.highest > self.disk.path_number:
            self.disk.take_back(self.disk.certificates[self.disk.path_number].view.base_index)
            self.disk.set_token(None, self.disk.kmax)
            self.disk.set_following(self.disk.highest)

    def install(self) -> None:
        if self.disk.following_number:
            self.disk.set_prim(self.disk.following_number)
            self.disk.set_token(0, 0)


STEPS = (
    "say 0", "say 1", "order", "order", "settle", "promise", "accept", "release", "confirm",
    "learn", "follow", "install", "commit",
)  # fmt: skip


@given(st.lists(st.sampled_from(STEPS), max_size=40))
def test_a_restart_finds_what_was_in_memory(steps):
    story = Story()
    for step in steps:
        if step == "commit":
            story.storage.commit(story.disk.drain())
            assert picture(started(story.storage)) == picture(story.disk)
        elif step.startswith("say"):
            story.say(int(step[-1]))
        else:
            getattr(story, step)()
    story.storage.commit(story.disk.drain())
    again = started(story.storage)
    assert picture(again) == picture(story.disk)
    assert again.settled <= story.disk.settled, "the mark may be written lazily"


def filled() -> tuple[Storage, Disk]:
    story = Story()
    for _ in range(3):
        story.say(0)
        story.order()
    story.storage.commit(story.disk.drain())
    return story.storage, story.disk


def test_an_entry_is_in_log_or_queue_and_never_in_both():
    _, disk = filled()
    disk.enqueue(entries_of(B, 1))
    assert disk.take_back(1) == 2
    assert [name_of(row.entry) for row in rows_of(disk.log)] == ["a1"]
    assert [name_of(entry) for entry in disk.queue] == ["a2", "a3", "b1"]


def test_the_mark_causes_no_commit_of_its_own():
    _, disk = filled()
    disk.set_settled(3)
    assert disk.drain() == []
    disk.raise_kmax(1)
    assert encode(3) in [getattr(record, "value", None) for record in disk.drain()]


def test_p3_firm_stands_still_behind_the_fence_and_the_log_may_go_on():
    _, disk = filled()
    disk.promise(Ballot(1, B))
    disk.append(place(disk.log, epoch_of(disk.cur, 0), 9, entries_of(A, 4)[-1]))
    disk.promise(Ballot(2, B))
    assert (disk.firm, disk.log.length) == (3, 4)


def test_on_the_way_to_a_later_view_only_what_it_took_over_counts_in_the_one_before():
    storage, disk = filled()
    first = next_view(GENESIS, [A, B], B, (2, disk.log.chain_at(2)))
    disk.add_certificate(certify(first, [A]))
    disk.take_back(2)
    disk.set_following(2)
    for entry in entries_of(B, 2):
        disk.append(place(disk.log, epoch_of(ViewId(2), 0), 9, entry))
    disk.set_settled(4)
    assert disk.view is None
    assert (disk.log.length, disk.firm, disk.settled_in_prim) == (4, 2, 2)
    storage.commit(disk.drain())
    assert picture(started(storage)) == picture(disk)


@pytest.mark.parametrize("damage", ["missing", "changed"])
def test_s2_a_journal_whose_rows_do_not_chain_up_is_not_used(damage):
    storage, _ = filled()
    rows = storage.rows[ViewId(1)]
    if damage == "missing":
        del rows[2]
    else:
        rows[2] = replace(rows[2], stamp_ms=77)
    with pytest.raises(Bug):
        started(storage)


def test_s2_a_journal_that_ends_early_is_not_used():
    storage, _ = filled()
    del storage.rows[ViewId(1)][3]
    with pytest.raises(Bug, match="ends at 2"):
        started(storage)


def views_with_bases(*bases):
    views = [GENESIS]
    for base in bases:
        views.append(next_view(views[-1], [A], A, (base, SESSION)))
    return views


@pytest.mark.parametrize(
    ("bases", "last", "length", "expected"),
    [
        ((), 1, 0, []),
        ((), 1, 5, [(1, 1, 5)]),
        ((3,), 2, 5, [(1, 1, 3), (2, 4, 5)]),
        ((3,), 2, 3, [(1, 1, 3)]),
        ((3,), 2, 2, [(1, 1, 2)]),
        ((3,), 1, 5, [(1, 1, 5)]),
        ((3, 3), 3, 5, [(1, 1, 3), (3, 4, 5)]),
        ((3, 6, 8), 4, 9, [(1, 1, 3), (2, 4, 6), (3, 7, 8), (4, 9, 9)]),
        ((0, 4), 3, 6, [(2, 1, 4), (3, 5, 6)]),
    ],
)
def test_the_rows_of_a_log_are_those_of_each_view_above_its_base(bases, last, length, expected):
    ranges = path_ranges(views_with_bases(*bases), last, length)
    assert [(view.number, low, high) for view, low, high in ranges] == expected


@given(st.lists(st.integers(0, 20), max_size=5), st.integers(0, 25), st.data())
def test_ranges_cover_every_index_once(bases, length, data):
    views = views_with_bases(*sorted(bases))
    last = data.draw(st.integers(1, len(views)))
    ranges = path_ranges(views, last, length)
    covered = [index for _, low, high in ranges for index in range(low, high + 1)]
    assert covered == list(range(1, length + 1))


def test_a_row_is_of_the_greatest_view_whose_base_is_below_it():
    _, disk = filled()
    for base in (2, 3):
        view = next_view(disk.views[-1], [A], A, (base, SESSION))
        disk.add_certificate(certify(view, [A]))
    disk.set_prim(3)
    views = {1: range(1, 3), 2: range(3, 4), 3: range(4, 9)}
    for number, indexes in views.items():
        for index in range(1, 9):
            epoch = epoch_of(ViewId(number), 0)
            assert disk.on_path(epoch, index, index) == (index in indexes)
    assert disk.path_end(epoch_of(ViewId(1), 0), 1) == 2
    assert disk.path_end(epoch_of(ViewId(2), 0), 1) == 0


def test_records_name_positions_that_the_queue_still_knows():
    storage, disk = filled()
    disk.enqueue(entries_of(B, 2))
    storage.commit(disk.drain())
    disk.take_back(2)
    storage.commit(disk.drain())
    queued = [name_of(entry) for _, entry in storage.saved().queue]
    assert queued == ["a3", "b1", "b2"] == [name_of(entry) for entry in disk.queue]


def test_rows_of_both_views_stay_apart():
    storage, disk = filled()
    old = rows_of(disk.log)[2]
    disk.add_certificate(certify(next_view(GENESIS, [A], A, (2, disk.log.chain_at(2))), [A]))
    disk.take_back(2)
    disk.set_following(2)
    disk.append(place(disk.log, epoch_of(ViewId(2), 0), 30, old.entry))
    storage.commit(disk.drain())
    rows: dict[ViewId, dict[int, Placed]] = storage.rows
    assert rows[ViewId(1)][3] == old
    assert rows[ViewId(2)][3] == disk.log.after(2, 1)[0]  # type: ignore[index]
    assert rows_of(started(storage).log) == rows_of(disk.log)
