"""The chat's rows: order, waiting lines, paging, days and heads, what a view took back."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from app.ui.models.chat import PAGE_ROWS, ChatModel
from app.ui.models.chat_words import spoken, waiting_caption
from app.ui.moments import time_of_day
from tests.ui.worlds import SITES, Hands, line


@pytest.fixture
def model(qapp):
    return ChatModel(Hands().clock())


def texts(model: ChatModel) -> list[str]:
    return [str(model.index(place).data()) for place in range(model.rowCount())]


def test_a_model_is_a_model(model, qtmodeltester):
    model.reset([line(1, 0), line(2, 1, state="waiting")])
    qtmodeltester.check(model)
    model.change([line(3, 0)])
    model.gone(1)
    qtmodeltester.check(model)


def test_what_waits_stands_behind_what_is_ordered(model):
    model.reset([line(1, 0, "one"), line(9, 1, "mine", state="waiting")])
    model.change([line(2, 2, "two")])
    assert texts(model) == ["one", "two", "mine"]


def test_a_waiting_line_takes_its_place_without_leaving_the_list(model, qtbot):
    model.reset([line(1, 0, "one"), line(2, 1, "mine", state="waiting")])
    removed: list[object] = []
    model.rowsRemoved.connect(lambda *_given: removed.append(1))
    model.change([line(2, 1, "mine", state="ordered")])
    assert texts(model) == ["one", "mine"]
    assert removed == []


def test_a_line_that_is_ordered_before_those_shown_moves_up(model):
    model.reset([line(1, 0, "one"), line(2, 1, "mine", state="waiting")])
    model.change([line(4, 2, "four")])
    model.change([replace(line(2, 1, "mine"), index=3)])
    assert texts(model) == ["one", "mine", "four"]


def test_what_a_view_took_back_comes_again_once(model):
    model.reset([line(number, 0, str(number)) for number in range(1, 6)])
    model.gone(4)
    assert texts(model) == ["1", "2", "3"]
    model.change([replace(line(4, 0, "4"), index=5), replace(line(5, 0, "5"), index=4)])
    assert texts(model) == ["1", "2", "3", "5", "4"]


def test_only_new_lines_of_others_count_as_new(model):
    model.reset([line(1, 0)])
    assert model.change([line(2, 0), line(3, 1), line(4, 2)]) == 2
    assert model.change([line(2, 0, state="settled"), line(4, 2, "changed", edited=True)]) == 0


def test_lines_of_one_author_within_five_minutes_have_one_head(model):
    later = replace(line(3, 0), wall_ms=line(2, 0).wall_ms + 6 * 60_000)
    model.reset([line(1, 0), line(2, 0), later, line(4, 1)])
    assert [model.item(place).head for place in range(4)] == [True, False, True, True]


def test_a_day_begins_with_its_name(model):
    yesterday = replace(line(1, 0), wall_ms=line(1, 0).wall_ms - 24 * 3_600_000)
    model.reset([yesterday, line(2, 0), line(3, 0)])
    assert [model.item(place).day for place in range(3)] == ["Yesterday", "Today", ""]


def test_a_line_inserted_between_two_of_one_author_parts_them(model):
    model.reset([line(1, 0), line(3, 0)])
    assert not model.item(1).head
    model.change([line(2, 2)])
    assert [model.item(place).head for place in range(3)] == [True, True, True]


def test_the_unread_marker_stands_before_the_first_line_not_seen(model):
    model.reset([line(number, 0) for number in range(1, 5)])
    model.mark_unread(2)
    assert [model.item(place).unread for place in range(4)] == [False, False, True, False]
    model.mark_unread(None)
    assert not any(model.item(place).unread for place in range(4))


def test_a_page_of_older_lines_comes_before_the_others(model):
    model.reset([line(number, 0, str(number)) for number in range(201, 401)])
    assert not model.at_start
    model.older([line(number, 0, str(number)) for number in range(101, 201)])
    assert model.at_start
    assert texts(model) == [str(number) for number in range(101, 401)]


def test_with_the_end_in_sight_a_page_is_kept(model):
    model.reset([line(number, 0) for number in range(1, 201)])
    model.change([line(number, 0) for number in range(201, 261)])
    model.trim()
    assert model.rowCount() == PAGE_ROWS
    assert model.first_index() == 61
    model.change([replace(line(10, 0), edited=True)])
    assert model.rowCount() == PAGE_ROWS


def test_a_note_stands_where_it_happened(model):
    model.reset([line(1, 0, "one"), line(9, 1, "mine", state="waiting")])
    model.add_note("The stick went to Ada")
    model.change([line(2, 0, "two")])
    assert texts(model) == ["one", "The stick went to Ada", "two", "mine"]


def test_the_last_own_line_is_the_one_to_edit(model):
    refused = line(4, 1, state="refused", why="no")
    model.reset([line(1, 1, "first"), line(2, 1, deleted=True), line(3, 0), refused])
    row = model.last_own()
    assert row is not None
    assert row.text == "first"


def test_whatever_the_order_of_events_the_rows_stand_in_the_order_of_the_log(model):
    chance = random.Random(7)
    for _round in range(30):
        rows = [line(number, number % 3, str(number)) for number in range(1, 25)]
        model.reset(())
        waiting = [replace(row, index=None, state="waiting") for row in rows if row.own]
        events = [*waiting, *rows]
        chance.shuffle(events)
        for row in events:
            place = model.place_of(row.id)
            known = model.item(place).row if place >= 0 else None
            if row.index is None and known is not None:
                continue
            model.change([row])
        assert texts(model) == [row.text for row in rows]


def test_what_waits_says_so_after_two_seconds_and_more_after_ten():
    row = line(1, 1, state="waiting")
    assert waiting_caption(row, row.wall_ms + 1_900) == ""
    assert waiting_caption(row, row.wall_ms + 3_000) == "waiting for the stick, 3 s"
    assert waiting_caption(row, row.wall_ms + 11_000) == "still trying, kept here"
    assert waiting_caption(line(1, 1), row.wall_ms + 11_000) == ""


def test_a_row_is_one_sentence_for_a_screen_reader():
    row = line(7, 0, "Done.")
    at = time_of_day(row.wall_ms)
    assert spoken(row, row.wall_ms) == f"Ada Moreira, {at}, Done. Ordered"
    settled = replace(row, state="settled", text="Done. Does anybody miss the login?")
    question = f"Ada Moreira, {at}, Done. Does anybody miss the login? Settled"
    assert spoken(settled, row.wall_ms) == question
    edited = replace(row, text="no stop", edited=True)
    both = spoken(edited, row.wall_ms, (SITES[2],))
    assert both == f"Ada Moreira, {at}, no stop. Ordered, edited, seen by 1 person"
    reply = replace(row, reply_to=line(2, 1).id, reply_text="Which\nberth?")
    assert spoken(reply, row.wall_ms).startswith(f"Ada Moreira, {at}, in reply to “Which berth?”, ")
    refused = replace(row, own=True, state="refused", why="only moderators can notify all")
    assert spoken(refused, row.wall_ms).endswith("Done. Not sent: only moderators can notify all")
    assert spoken(replace(row, deleted=True), 0) == "Ada Moreira took back a line"


def told_of(model: ChatModel) -> list[tuple[int, int]]:
    """The stretches of rows that the model tells of from here on."""
    stretches: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: stretches.append((first.row(), last.row())))
    return stretches


def test_neighbours_that_change_together_are_told_together(model):
    model.reset([line(number, number % 2, state="ordered") for number in range(1, 101)])
    stretches = told_of(model)
    model.change([line(number, number % 2, state="settled") for number in (*range(1, 51), 60)])
    assert stretches == [(0, 49), (59, 59)]
    states = [item.state for place in range(100) if (item := model.item(place).row) is not None]
    assert states == ["settled"] * 50 + ["ordered"] * 9 + ["settled"] + ["ordered"] * 40


def test_many_single_lines_that_change_are_told_as_one_stretch(model):
    model.reset([line(number, number % 2, state="ordered") for number in range(1, 101)])
    stretches = told_of(model)
    model.change([line(number, number % 2, state="settled") for number in range(3, 99, 4)])
    assert stretches == [(2, 94)]


def test_what_changed_is_told_before_rows_move(model):
    rows = [line(number, number % 2, str(number)) for number in range(1, 5)]
    model.reset([*rows, line(9, 1, "mine", state="waiting")])
    seen: list[list[str]] = []
    model.dataChanged.connect(lambda *_given: seen.append(texts(model)))
    model.change([replace(rows[0], text="changed"), replace(line(9, 1, "mine"), index=2)])
    assert seen[0] == ["changed", "2", "3", "4", "mine"]


def seen(model: ChatModel) -> list[tuple[str, ...]]:
    return [model.item(place).seen for place in range(model.rowCount())]


def test_somebodys_mark_moves_to_the_last_line_they_saw_and_never_back(model):
    model.reset([line(number, 0, str(number)) for number in range(1, 5)])
    model.see(SITES[2], 2)
    assert seen(model) == [(), (SITES[2],), (), ()]
    model.see(SITES[3], 4)
    model.see(SITES[2], 4)
    model.see(SITES[2], 1)
    assert seen(model) == [(), (), (), (SITES[3], SITES[2])]
    assert "seen by 2 people" in str(model.index(3).data(Qt.ItemDataRole.AccessibleTextRole))


def test_nobody_has_to_be_told_that_they_saw_their_own_line(model):
    model.reset([line(1, 2, "mine")])
    model.see(SITES[2], 1)
    assert seen(model) == [()]


def test_a_mark_waits_for_a_line_that_is_not_here_yet(model):
    model.reset([line(1, 0)])
    model.see(SITES[2], 2)
    assert seen(model) == [()]
    model.change([line(2, 0)])
    assert seen(model) == [(), (SITES[2],)]
