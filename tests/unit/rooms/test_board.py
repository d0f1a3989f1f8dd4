from __future__ import annotations

import pytest

from app.core import limits
from app.core.codec import encode
from app.core.errors import LocalError
from app.core.fractional import key_between
from app.rooms.board.model import unpack_points
from app.rooms.events import BoardChanged, Refused, Unknown
from app.rooms.json_form import body_from_json, body_to_json
from tests.unit.rooms.session import ADA, BEN, Session

BOX = {"op": "add", "type": "rectangle", "x": 10, "y": 20, "w": 5.5, "h": 4}


@pytest.fixture
def session():
    return Session()


def shape(session, object_id):
    return session.rooms.board.object(object_id).shape


def test_an_added_object_has_its_entry_and_place_as_id_and_eighths_of_px(session):
    entry = session.draws(ADA, BOX, {"op": "add", "type": "text", "text": "Hi"})
    assert [each.id for each in session.rooms.board.objects()] == [f"{entry}.0", f"{entry}.1"]
    box = shape(session, f"{entry}.0")
    assert (box.x, box.y, box.w, box.h) == (80, 160, 44, 32)
    assert shape(session, f"{entry}.1").text == "Hi"


def test_set_move_and_delete(session):
    entry = session.draws(ADA, BOX, BOX)
    ids = [f"{entry}.0", f"{entry}.1"]
    session.draws(BEN, {"op": "set", "ids": ids, "fill": "ink:mint", "locked": True})
    session.draws(BEN, {"op": "move", "ids": ids[:1], "dx": -1, "dy": 0.5})
    assert shape(session, ids[0]).fill == shape(session, ids[1]).fill == "ink:mint"
    assert (shape(session, ids[0]).x, shape(session, ids[0]).y) == (72, 164)
    session.draws(BEN, {"op": "delete", "ids": ids[:1]})
    assert session.rooms.board.object(ids[0]) is None
    assert len(session.rooms.board.objects()) == 1


def test_the_last_writer_of_each_field_is_known(session):
    first = session.draws(ADA, BOX)
    second = session.draws(BEN, {"op": "set", "ids": [f"{first}.0"], "x": 1})
    box = session.rooms.board.object(f"{first}.0")
    assert box.writer("x") == str(second)
    assert box.writer("y") == str(first)


def test_an_entry_draws_all_or_nothing(session):
    first = session.draws(ADA, {**BOX, "x": 2**27})
    out = {"op": "move", "ids": [f"{first}.0"], "dx": 1, "dy": 0}
    assert "out of the board" in session.refused(ADA, "board", ops=[BOX, out])
    assert len(session.rooms.board.objects()) == 1


def test_what_somebody_deleted_before_does_not_stop_the_rest(session):
    first = session.draws(ADA, BOX, BOX)
    ids = [f"{first}.0", f"{first}.1"]
    session.draws(BEN, {"op": "delete", "ids": ids[:1]})
    session.draws(ADA, {"op": "set", "ids": ids, "x": 0})
    assert shape(session, ids[1]).x == 0
    body = body_from_json("board", {"ops": [{"op": "set", "ids": ids[:1], "x": 0}]})
    assert session.raw(ADA, "board", body) == []


def test_a_stroke_is_two_entries_of_one_author(session):
    begin = session.draws(
        BEN, {"op": "begin", "tool": "pen", "ink": "ink:fern", "width": 2, "x": 1, "y": 1}
    )
    stroke = f"{begin}.0"
    assert [each.id for each in session.rooms.board.open_strokes(BEN)] == [stroke]
    end = {"op": "end", "id": stroke, "points": [[0, 0], [1.125, -2]]}
    assert "began" in session.refused(ADA, "board", ops=[end])
    session.draws(BEN, end)
    assert session.rooms.board.open_strokes(BEN) == []
    assert unpack_points(shape(session, stroke).points) == [[0, 0], [9, -16]]
    assert (shape(session, stroke).type, shape(session, stroke).stroke) == ("stroke", "ink:fern")


def test_boards_are_named_by_their_entry_and_keep_their_objects_apart(session):
    other = str(session.does(BEN, "board.new", title="Plan"))
    first = session.draws(BEN, BOX, board=other)
    assert session.rooms.board.objects() == []
    assert len(session.rooms.board.objects(other)) == 1
    assert session.rooms.board.find("Plan") == other
    assert session.rooms.board.find("") == session.rooms.board.find("main") == "main"
    assert session.rooms.board.find("nowhere") is None
    session.draws(BEN, {"op": "delete", "ids": [f"{first}.0"]})
    assert len(session.rooms.board.objects(other)) == 1
    assert "no such board" in session.refused(BEN, "board", board=str(first), ops=[BOX])


def test_a_locked_board_is_drawn_on_by_moderators_only(session):
    assert "role" in session.refused(BEN, "board.set", board="", title="Main", locked=True)
    session.does(ADA, "board.set", board="", title="Main", locked=True)
    assert "locked" in session.refused(BEN, "board", ops=[BOX])
    session.draws(ADA, BOX)


def test_objects_and_boards_are_bounded(session, monkeypatch):
    monkeypatch.setattr(limits, "BOARD_OBJECTS_MAX", 2)
    monkeypatch.setattr(limits, "BOARDS_MAX", 2)
    session.draws(ADA, BOX)
    assert "at most 2" in session.refused(ADA, "board", ops=[BOX, BOX])
    session.draws(ADA, BOX)
    session.does(ADA, "board.new", title="Two")
    assert "at most 2" in session.refused(ADA, "board.new", title="Three")


def test_painting_order_is_z_then_the_log(session):
    first = session.draws(ADA, BOX, BOX)
    second = session.draws(BEN, {**BOX, "z": key_between("", "V")})
    ids = [each.id for each in session.rooms.board.objects()]
    assert ids == [f"{second}.0", f"{first}.0", f"{first}.1"]


def test_keys_lie_between_for_a_long_time():
    low, high = "", ""
    for turn in range(60):
        made = key_between(low, high)
        assert low < made and (not high or made < high) and not made.endswith("0")
        low, high = (made, high) if turn % 3 else (low, made)
    with pytest.raises(LocalError):
        key_between("B", "A")


def test_a_later_version_is_kept_without_effect(session):
    body = encode(["main", [["add", [[0, "rectangle"]]], ["explode", 1]], None])
    assert session.raw(BEN, "board", body) == [Unknown(1, session.log[0].id, "board")]
    assert session.rooms.board.objects() == []
    body = encode(["main", [["add", [[0, "hexagon"], [99, "?"]], "more"]], None])
    assert session.raw(BEN, "board", body) == [BoardChanged("main", (f"{session.log[1].id}.0",))]
    assert body_to_json("board", body)["ops"] == [{"op": "add", "type": "hexagon"}]


BAD_OPS = [
    [],
    [["add", []]],
    [["add", [[0, "rectangle"], [0, "text"]]]],
    [["add", [[0, "rectangle"], [1, 2**31]]]],
    [["add", [[0, "rectangle"], [1, True]]]],
    [["add", [[0, "rectangle"], [11, "red"]]]],
    [["add", [[0, "rectangle"], [16, "A0"]]]],
    [["add", [[0, "line"], [6, [[1]]]]]],
    [["set", [], [[1, 1]]]],
    [["set", ["x"], [[1, 1]]]],
    [["delete"]],
    [["move", ["a" * 16 + ".1.1.0"], 1]],
    [["begin", "axe", "ink:ink", 1, 1, 1]],
    [["end", 3, []]],
    [[]],
    [7],
    [["add", [[0, "rectangle"]]]] * 201,
]


@pytest.mark.parametrize("ops", BAD_OPS)
def test_malformed_operations_are_refused(session, ops):
    assert isinstance(session.raw(BEN, "board", encode(["main", ops, None]))[0], Refused)
    assert session.rooms.board.objects() == []


@pytest.mark.parametrize(
    ("op", "word"),
    [
        ({"op": "fly"}, "op"),
        ({"op": "add"}, "type"),
        ({**BOX, "x": "1"}, "x"),
        ({**BOX, "x": 1e12}, "x"),
        ({**BOX, "colour": "red"}, "colour"),
        ({**BOX, "stroke": "red"}, "stroke"),
        ({"op": "set", "ids": ["?"], "x": 1}, "ids"),
        ({"op": "move", "ids": ["?"], "dx": 1}, "dy"),
        ({"op": "delete", "ids": [], "x": 1}, "x"),
        ({"op": "end", "id": "?", "points": 3}, "points"),
    ],
)
def test_a_wrong_field_is_named(op, word):
    with pytest.raises(LocalError, match=word):
        body_from_json("board", {"ops": [op]})
