"""Numbering, proving and submitting (O1, O2)."""

from __future__ import annotations

from itertools import pairwise

import pytest

from app.core import limits
from app.core.errors import LocalError
from app.core.instant import Micros
from app.dispatcher.messages import Elsewhere, Ordered, Submit
from app.dispatcher.proposer import Proposer
from tests.unit.dispatcher.orders import A, B, C, D, World, entries_of, name_of

HALF = limits.RUNS_BYTES_MAX // 2


def submitted(world):
    """Names of what each Submit under way carries."""
    return [
        [f"{run.author[:1].decode().lower()}{run.first + place}"
         for run in wire.frame.runs for place in range(len(run.items))]
        for wire in world.pick(Submit)
    ]  # fmt: skip


def test_o1_numbers_go_up_without_a_gap_and_name_what_follows():
    world = World("AB")
    order = world["B"].order
    assert order.proposer.next_id(1).number == 2
    made = [order.issue("chat", b"", 0) for _ in range(3)]
    assert [entry.number for entry in made] == [1, 2, 3]
    assert [entry.previous for entry in made[1:]] == [entry.hash for entry in made[:2]]
    assert order.proposer.unproven == 3


def test_o1_the_last_entry_of_a_turn_proves_all_of_it():
    world = World("AB")
    world["B"].say(3)
    assert [bool(entry.signature) for entry in world["B"].disk.queue] == [False, False, True]


@pytest.mark.parametrize(
    ("count", "body"), [(2 * limits.RUN_ENTRIES_MAX, b""), (5, bytes(HALF)), (200, bytes(1_000))]
)
def test_o1_a_burst_larger_than_a_frame_arrives_in_parts_that_end_proven(count, body):
    world = World("AB")
    world["B"].say(count, body)
    world.flow()
    assert world["A"].log == world["B"].log == [f"b{place + 1}" for place in range(count)]
    assert world.refused == 0


def test_o1_what_was_said_is_on_disk_before_it_leaves():
    world = World("AB")
    world["B"].say(2)
    queue = [name_of(entry) for _, entry in world["B"].storage.saved().queue]
    assert queue == ["b1", "b2"]
    assert submitted(world) == [["b1", "b2"]]


def test_o1_the_holder_orders_its_own_in_the_same_turn():
    world = World("AB")
    world["A"].say()
    assert world["A"].log == ["a1"]
    assert not world["A"].queue
    assert not world.pick(Submit)


def test_too_large_an_entry_is_refused_before_it_has_a_number():
    order = World("AB")["B"].order
    with pytest.raises(LocalError, match="too large"):
        order.issue("chat", bytes(limits.ENTRY_BODY_BYTES_MAX + 1), 0)
    assert order.issue("chat", bytes(limits.ENTRY_BODY_BYTES_MAX), 0).number == 1


def test_too_long_a_queue_refuses_more(monkeypatch):
    monkeypatch.setattr(limits, "QUEUE_ENTRIES_MAX", 3)
    world = World("AB")
    world["B"].say(2)
    world["B"].order.issue("chat", b"", 0)
    with pytest.raises(LocalError, match="waits"):
        world["B"].order.issue("chat", b"", 0)


def test_s4_a_leaver_issues_nothing_more():
    order = World("AB")["B"].order
    order.leave()
    with pytest.raises(LocalError, match="leaving"):
        order.issue("chat", b"", 0)


def test_o2_submissions_are_tagged_with_the_present_view():
    world = World("AB")
    world["B"].say()
    assert [wire.frame.view for wire in world.pick(Submit)] == [world.view.id]


def test_o2_with_the_home_unknown_the_first_dispatcher_is_asked():
    world = World("ABC")
    world["C"].say()
    assert [wire.to for wire in world.pick(Submit)] == [A]


def test_o2_with_the_home_unknown_after_a_move_all_members_are_asked():
    world = World("ABC")
    world["C"].disk.raise_kmax(1)
    world["C"].say()
    assert [wire.to for wire in world.pick(Submit)] == [A, B]


def test_o2_what_is_not_seen_in_the_log_is_repeated_ever_more_seldom():
    world = World("AB")
    world["B"].say()
    world.drop()
    sent = []
    for _ in range(40):
        world.beat("A")
        world.drop()
        world.passes(limits.SUBMIT_REPEAT_MICROS // 2)
        sent.append(len(world.drop(Submit)))
    pauses = [place for place, count in enumerate(sent) if count]
    gaps = [later - earlier for earlier, later in pairwise(pauses)]
    assert gaps[:3] == [4, 8, 16]
    assert world["B"].queue == ["b1"]


def test_o2_what_is_ordered_is_not_sent_again():
    world = World("AB")
    world["B"].say()
    world.flow()
    assert world["B"].order.proposer.deadline() is None
    world.passes(20 * limits.SUBMIT_REPEAT_MICROS)
    assert not world.pick(Submit)


def test_o2_elsewhere_sends_the_queue_again_to_where_it_says():
    world = World("ABC")
    world["C"].say()
    world.drop()
    world["C"].take(A, Elsewhere(world.view.id, 1, B))
    assert [wire.to for wire in world.pick(Submit)] == [B]


@pytest.mark.parametrize(
    "answer", ["another view", "a stranger's", "a stranger", "itself", "an old move"]
)
def test_o2_an_answer_that_cannot_help_changes_nothing(answer):
    world = World("ABC")
    world["C"].say()
    world["C"].disk.raise_kmax(2)
    world.drop()
    view = world.view.id
    sender, frame = {
        "another view": (A, Elsewhere(world.successor("ABC", "A").view.id, 3, B)),
        "a stranger's": (D, Elsewhere(view, 3, B)),
        "a stranger": (A, Elsewhere(view, 3, D)),
        "itself": (A, Elsewhere(view, 3, C)),
        "an old move": (A, Elsewhere(view, 1, B)),
    }[answer]
    world["C"].take(sender, frame)
    assert not world.pick(Submit)


def test_o2_a_home_that_asks_again_and_again_is_obeyed_once_in_a_while():
    world = World("AB")
    world.now = Micros(limits.ELSEWHERE_SPACING_MICROS)
    world["B"].desk.note_home(0, A)
    world["B"].say()
    world.drop()
    for _ in range(5):
        world["B"].take(A, Elsewhere(world.view.id, 0, A))
    assert len(world.pick(Submit)) == 1


def test_frames_of_one_incarnation_follow_one_another():
    world = World("AB")
    world["B"].say()
    world["B"].say()
    assert submitted(world) == [["b1"], ["b2"]]


def test_o2_nothing_overtakes_an_entry_of_somebody_else():
    world = World("ABC")
    site = world["B"]
    site.disk.reset_queue(entries_of(C, 2))
    site.order.proposer.again()
    site.say()
    assert submitted(world) == [["c1", "c2", "b1"]]
    site.say()
    assert submitted(world) == [["c1", "c2", "b1"]], "b2 waits: the first frame may be lost"
    world.flow()
    assert world["A"].log == ["c1", "c2", "b1", "b2"]


def test_the_window_bounds_what_is_under_way(monkeypatch):
    monkeypatch.setattr(limits, "SUBMIT_ENTRIES_IN_FLIGHT_MAX", 3)
    world = World("AB")
    for _ in range(5):
        world["B"].say()
    assert submitted(world) == [["b1"], ["b2"], ["b3"]]
    world.deliver(Submit)
    world.deliver(Ordered)
    assert submitted(world) == [["b4", "b5"]]


def test_s1_after_a_start_the_old_queue_goes_first():
    world = World("AB")
    world["B"].say(2)
    world.drop()
    world["B"].start()
    world["B"].say()
    assert world["B"].queue == ["b1", "b2", "b1'"]
    world.flow()
    assert world["A"].log == ["b1", "b2", "b1'"]


def test_on_the_way_to_a_later_view_nothing_is_submitted_to_the_one_before():
    world = World("ABC")
    world["A"].say()
    base = (1, world["A"].disk.log.chain)
    world.drop()
    world["B"].learn(world.successor("ABC", "C", base=base))
    assert world["B"].disk.following_number
    world["B"].say()
    assert not world.pick(Submit)


def test_a_proposer_goes_on_counting_behind_what_waits():
    world = World("AB")
    world["B"].say(2)
    again = Proposer(world["B"].desk, world["B"].incarnation, world.now)
    assert again.next_id(0).number == 3
