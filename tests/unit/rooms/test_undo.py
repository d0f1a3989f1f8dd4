from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core import limits
from app.rooms.board.ops import Drawing
from app.rooms.events import BoardChanged, Refused
from tests.unit.rooms.session import ADA, BEN, Session

BOX = {"op": "add", "type": "rectangle", "x": 0}


@pytest.fixture
def session():
    return Session()


def sees(session, object_id, name="x"):
    each = session.rooms.board.object(object_id)
    return None if each is None else getattr(each.shape, name)


def test_undo_of_add_deletes_and_redo_brings_it_back_under_its_id(session):
    box = f"{session.draws(ADA, BOX)}.0"
    assert session.undoes(ADA) == [BoardChanged("main", (box,))]
    assert session.rooms.board.object(box) is None
    session.redoes(ADA)
    assert sees(session, box) == 0


def test_undo_of_delete_gives_back_the_object_as_it_stood(session):
    box = f"{session.draws(ADA, BOX)}.0"
    session.draws(BEN, {"op": "set", "ids": [box], "text": "Ben's"})
    before = session.rooms.board.object(box)
    session.draws(ADA, {"op": "delete", "ids": [box]})
    session.undoes(ADA)
    assert session.rooms.board.object(box) == before


def test_undo_walks_all_the_way_down_and_up(session):
    box = f"{session.draws(ADA, BOX)}.0"
    for x in (1, 2, 3):
        session.draws(ADA, {"op": "set", "ids": [box], "x": x})
    seen = []
    for _ in range(4):
        session.undoes(ADA)
        seen.append(sees(session, box))
    assert seen == [16, 8, 0, None]
    assert session.rooms.board.undo_of(ADA) is None
    seen = []
    for _ in range(4):
        session.redoes(ADA)
        seen.append(sees(session, box))
    assert seen == [0, 8, 16, 24]
    assert session.rooms.board.redo_of(ADA) is None


def test_an_undone_change_leaves_no_trace_on_the_object(session):
    box = f"{session.draws(ADA, BOX)}.0"
    before = session.rooms.board.object(box)
    session.draws(BEN, {"op": "set", "ids": [box], "x": 1, "text": "x"})
    session.undoes(BEN)
    assert session.rooms.board.object(box) == before


def test_undo_leaves_what_others_wrote_since(session):
    box = f"{session.draws(ADA, BOX)}.0"
    session.draws(ADA, {"op": "set", "ids": [box], "x": 1, "y": 1})
    session.draws(BEN, {"op": "set", "ids": [box], "x": 5})
    session.undoes(ADA)
    assert (sees(session, box, "x"), sees(session, box, "y")) == (40, 0)
    session.undoes(BEN)
    assert sees(session, box, "x") == 8


def test_redo_leaves_what_others_wrote_since(session):
    box = f"{session.draws(ADA, BOX)}.0"
    session.draws(ADA, {"op": "move", "ids": [box], "dx": 1, "dy": 0})
    session.undoes(ADA)
    session.draws(BEN, {"op": "set", "ids": [box], "x": 5})
    session.redoes(ADA)
    assert sees(session, box) == 40


def test_what_another_deleted_stays_deleted(session):
    box = f"{session.draws(ADA, BOX)}.0"
    session.draws(ADA, {"op": "set", "ids": [box], "x": 1})
    session.draws(BEN, {"op": "delete", "ids": [box]})
    for _ in range(2):
        session.undoes(ADA)
    for _ in range(2):
        session.redoes(ADA)
    assert session.rooms.board.object(box) is None
    session.undoes(BEN)
    assert sees(session, box) is not None


def test_a_stroke_is_undone_as_one(session):
    begin = {"op": "begin", "tool": "pen", "ink": "ink:ink", "width": 2, "x": 0, "y": 0}
    stroke = f"{session.draws(ADA, begin)}.0"
    assert session.rooms.board.undo_of(ADA) is None
    session.draws(ADA, {"op": "end", "id": stroke, "points": [[0, 0], [9, 9]]})
    closed = session.rooms.board.object(stroke)
    session.undoes(ADA)
    assert session.rooms.board.object(stroke) is None
    session.redoes(ADA)
    assert session.rooms.board.object(stroke) == closed


def test_new_work_ends_what_could_be_redone(session):
    session.draws(ADA, BOX)
    session.undoes(ADA)
    session.draws(ADA, BOX)
    assert session.rooms.board.redo_of(ADA) is None
    assert session.rooms.board.undo_depth(ADA) == (1, 0)


def test_the_row_goes_on_in_the_next_incarnation_though_numbers_begin_again(session):
    first = f"{session.draws(ADA, BOX)}.0"
    second = f"{session.draws(ADA, BOX)}.0"
    session.incarnation, session.numbers = 2, {}
    session.undoes(ADA)
    assert session.log[-1].id.number == session.log[0].id.number
    assert session.rooms.board.object(second) is None
    session.redoes(ADA)
    assert session.rooms.board.object(second) is not None
    assert session.rooms.board.object(first) is not None


def test_only_the_next_own_entry_can_be_taken_back(session):
    session.draws(ADA, BOX)
    session.draws(ADA, BOX)
    for drawing in (Drawing("main", (), 1), Drawing("main", (), 9)):
        assert isinstance(session.raw(ADA, "board", drawing.encode())[0], Refused)
    assert isinstance(session.raw(BEN, "board", Drawing("main", (), 2).encode())[0], Refused)
    assert len(session.rooms.board.objects()) == 2


def test_a_thousand_entries_can_be_undone_and_the_row_is_bounded(session):
    box = f"{session.draws(ADA, BOX)}.0"
    for turn in range(1_005):
        session.draws(ADA, {"op": "set", "ids": [box], "x": turn})
    assert limits.UNDO_ENTRIES_MAX >= 1_000
    assert session.rooms.board.undo_depth(ADA) == (limits.UNDO_ENTRIES_MAX, 0)
    assert len(session.rooms.board._undo._records) == limits.UNDO_ENTRIES_MAX
    for _ in range(limits.UNDO_ENTRIES_MAX):
        session.undoes(ADA)
    assert sees(session, box) == 4 * 8
    assert session.rooms.board.undo_of(ADA) is None


def test_heavy_entries_shorten_the_row(session, monkeypatch):
    monkeypatch.setattr(limits, "UNDO_CHANGES_MAX", 10)
    for _ in range(5):
        session.draws(ADA, *[BOX] * 4)
    assert session.rooms.board.undo_depth(ADA) == (2, 0)
    session.draws(ADA, *[BOX] * 50)
    assert session.rooms.board.undo_depth(ADA) == (1, 0)
    assert session.rooms.board._undo._rows.get(ADA).weight == 50


MOVES = st.lists(
    st.tuples(
        st.sampled_from([ADA, BEN]),
        st.sampled_from(["add", "x", "text", "move", "delete", "undo", "redo"]),
        st.integers(0, 5),
    ),
    max_size=30,
)


def play(session, author, what, number):
    objects = session.rooms.board.objects()
    ids = [objects[number % len(objects)].id] if objects else []
    if what == "add":
        session.draws(author, {**BOX, "x": number})
    elif what == "undo" and session.rooms.board.undo_of(author):
        session.undoes(author)
    elif what == "redo" and session.rooms.board.redo_of(author):
        session.redoes(author)
    elif ids and what == "x":
        session.draws(author, {"op": "set", "ids": ids, "x": number})
    elif ids and what == "text":
        session.draws(author, {"op": "set", "ids": ids, "text": str(number)})
    elif ids and what == "move":
        session.draws(author, {"op": "move", "ids": ids, "dx": number, "dy": 1})
    elif ids and what == "delete":
        session.draws(author, {"op": "delete", "ids": ids})


@settings(max_examples=60, deadline=None)
@given(MOVES)
def test_alone_undoing_everything_empties_the_board_and_redoing_gives_it_back(moves):
    session = Session()
    for _, what, number in moves:
        play(session, ADA, what, number)
    while session.rooms.board.redo_of(ADA):
        session.redoes(ADA)
    before = session.rooms.board.objects()
    while session.rooms.board.undo_of(ADA):
        session.undoes(ADA)
    assert session.rooms.board.objects() == []
    while session.rooms.board.redo_of(ADA):
        session.redoes(ADA)
    assert session.rooms.board.objects() == before


@settings(max_examples=60, deadline=None)
@given(MOVES)
def test_undo_never_changes_a_field_that_another_wrote_last(moves):
    session = Session()
    for author, what, number in moves:
        before = {each.id: each for each in session.rooms.board.objects()}
        play(session, author, what, number)
        if what != "undo":
            continue
        for each in session.rooms.board.objects():
            old = before.get(each.id)
            for name in ("x", "y", "text"):
                if old is not None and getattr(old.shape, name) != getattr(each.shape, name):
                    writer = old.writer(name)
                    wrote = next(entry.author for entry in session.log if str(entry.id) == writer)
                    assert wrote == author
