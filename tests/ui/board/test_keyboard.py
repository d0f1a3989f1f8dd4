"""The board without a mouse: each key, what it does, and what it reads out."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from app.node.api import AddOp, DeleteOp, EndOp, MoveOp, PointerAt
from app.ui.board.desk import GRID_PX
from app.ui.board.ways import nearest, stops_in_order
from tests.ui.board.fakes import mouse, thing

NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
RIGHT, LEFT, UP, DOWN = Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Down
SPACE, ENTER, TAB = Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Tab


def fields_of(op):
    return dict(op.fields)


def key(pane, which, modifiers=NONE):
    QTest.keyClick(pane.canvas, which, modifiers)


@pytest.fixture
def spoken(monkeypatch):
    said: list[str] = []
    monkeypatch.setattr("app.ui.board.pane.speak", lambda _speaker, text: said.append(text))
    return said


# --- the cross ------------------------------------------------------------------------------------


def test_the_first_arrow_shows_the_cross_in_the_middle(board):
    pane, _ = board
    key(pane, RIGHT)
    assert pane.desk.marks.cross == pane.canvas.camera.middle


@pytest.mark.parametrize(
    ("modifiers", "step"), [(NONE, GRID_PX), (SHIFT, 10 * GRID_PX), (CTRL, 1.0)]
)
@pytest.mark.parametrize(
    ("arrow", "way"), [(RIGHT, (1, 0)), (LEFT, (-1, 0)), (UP, (0, -1)), (DOWN, (0, 1))]
)
def test_an_arrow_moves_the_cross_by_a_step(board, modifiers, step, arrow, way):
    pane, _ = board
    key(pane, RIGHT)
    before = QPointF(pane.desk.marks.cross)
    key(pane, arrow, modifiers)
    after = pane.desk.marks.cross - before
    assert (after.x(), after.y()) == (way[0] * step, way[1] * step)


def test_ctrl_is_one_pixel_of_the_screen_at_every_zoom(board):
    pane, _ = board
    pane.canvas.camera.fly(QPointF(0, 0), 2.0, 0)
    key(pane, RIGHT)
    before = pane.canvas.camera.to_view(pane.desk.marks.cross)
    key(pane, RIGHT, CTRL)
    assert pane.canvas.camera.to_view(pane.desk.marks.cross).x() - before.x() == pytest.approx(1)


def test_the_view_follows_the_cross(board):
    pane, _ = board
    for _ in range(9):
        key(pane, DOWN, SHIFT)
    assert pane.canvas.camera.seen.contains(pane.desk.marks.cross)


def test_the_others_see_the_cross_as_a_pointer(board, qtbot):
    pane, node = board
    key(pane, RIGHT)
    cross = pane.desk.marks.cross
    qtbot.waitUntil(lambda: PointerAt("main", cross.x(), cross.y()) in node.hints)


def test_the_mouse_takes_over(board):
    pane, _ = board
    key(pane, RIGHT)
    mouse(pane, "hover", 10, 10)
    assert pane.desk.marks.cross is None


def test_the_cross_says_where_it_is_and_on_what(board, spoken):
    pane, node = board
    node.show(pane, thing("a", x=473.0, y=345.0, w=60.0, h=40.0, fill="mint", text="Search"))
    key(pane, RIGHT)
    key(pane, RIGHT)
    assert spoken == ["449, 349", "473, 349, on Rectangle: Search, by Ada"]


# --- tools ----------------------------------------------------------------------------------------


def test_space_begins_a_stroke_and_ends_it(board, spoken):
    pane, node = board
    pane.use_tool("pen")
    pane.style_box.choose(smoothing_percent=0)
    key(pane, RIGHT)
    cross = QPointF(pane.desk.marks.cross)
    key(pane, SPACE)
    for _ in range(3):
        key(pane, RIGHT)
    key(pane, DOWN, SHIFT)
    key(pane, SPACE)
    node.answer(pane.take)
    begin, (end,) = node.edits[0][0], node.edits[1]
    assert (begin.x, begin.y) == (cross.x(), cross.y())
    assert end.points[-1] == (72.0, 240.0)
    assert [each for each in spoken if each in {"Down", "Up"}] == ["Down", "Up"]


@pytest.mark.parametrize("tool", ["rectangle", "ellipse", "diamond", "line", "arrow"])
def test_a_shape_is_drawn_from_where_space_began_to_where_it_ends(board, tool):
    pane, node = board
    pane.use_tool(tool)
    key(pane, SPACE)
    for way in (RIGHT, RIGHT, DOWN):
        key(pane, way)
    key(pane, SPACE)
    (op,) = node.edits[0]
    values = fields_of(op)
    assert op.type == tool
    reached = values["points"][-1] if values["points"] else (values["w"], values["h"])
    assert reached == (48, 24)


@pytest.mark.parametrize("tool", ["rectangle", "ellipse", "diamond", "line", "arrow"])
def test_enter_places_at_the_cross_at_once_and_it_is_chosen(board, tool):
    pane, node = board
    pane.use_tool(tool)
    key(pane, RIGHT)
    key(pane, ENTER)
    node.answer(pane.take)
    (shown,) = pane.model.objects.values()
    assert shown.type == tool
    assert pane.selection.ids == (shown.id,)


def test_enter_ends_what_space_began(board):
    pane, node = board
    pane.use_tool("rectangle")
    key(pane, SPACE)
    key(pane, DOWN, SHIFT)
    key(pane, RIGHT)
    key(pane, ENTER)
    values = fields_of(node.edits[0][0])
    assert (values["w"], values["h"]) == (24, 240)


def test_a_text_is_written_where_the_cross_is(board):
    pane, node = board
    pane.use_tool("text")
    key(pane, RIGHT)
    key(pane, ENTER)
    QTest.keyClicks(pane.editor, "Ahoy")
    QTest.keyClick(pane.editor, Qt.Key.Key_Escape)
    (op,) = node.edits[0]
    assert fields_of(op)["text"] == "Ahoy"
    assert pane.canvas.hasFocus() or pane.focusWidget() is pane.canvas


def test_the_eraser_takes_what_is_under_the_cross(board):
    pane, node = board
    node.show(pane, thing("a", x=440.0, y=340.0, w=60.0, h=40.0, fill="mint"))
    pane.use_tool("eraser")
    key(pane, ENTER)
    assert node.edits == [(DeleteOp(("a",)),)]


def test_the_cross_chooses_what_it_stands_on_and_frames_what_lies_between(board):
    pane, node = board
    node.show(
        pane,
        thing("a", x=440.0, y=340.0, w=60.0, h=40.0, fill="mint"),
        thing("b", place=1, x=560.0, y=440.0, w=60.0, h=40.0, fill="mint"),
    )
    key(pane, ENTER)
    assert pane.selection.ids == ("a",)
    pane.selection.clear()
    key(pane, LEFT)
    for _ in range(2):
        key(pane, UP)
    key(pane, SPACE)
    for way in (RIGHT, DOWN):
        key(pane, way, SHIFT)
    key(pane, SPACE)
    assert set(pane.selection.ids) == {"a", "b"}


def test_the_mouse_ends_a_stroke_of_the_cross_and_loses_nothing(board):
    pane, node = board
    pane.use_tool("pen")
    key(pane, SPACE)
    key(pane, RIGHT)
    mouse(pane, "hover", 10, 10)
    node.answer(pane.take)
    assert isinstance(node.edits[1][0], EndOp)
    assert not pane._tools["pen"].busy


def test_esc_gives_up_what_the_cross_was_drawing(board):
    pane, node = board
    pane.use_tool("rectangle")
    key(pane, SPACE)
    key(pane, RIGHT)
    key(pane, Qt.Key.Key_Escape)
    assert node.edits == []
    assert pane.desk.marks.cross is None


# --- things ---------------------------------------------------------------------------------------


def walk(pane, steps, which=TAB):
    seen = []
    for _ in range(steps):
        key(pane, which)
        seen.append(pane.selection.ids)
    return seen


def test_tab_goes_from_thing_to_thing_in_order_of_reading_and_back(board):
    pane, node = board
    node.show(
        pane,
        thing("below", x=100.0, y=300.0, w=20.0, h=20.0),
        thing("right", place=1, x=300.0, y=102.0, w=20.0, h=20.0),
        thing("left", place=2, x=100.0, y=100.0, w=20.0, h=20.0),
    )
    assert walk(pane, 4) == [("left",), ("right",), ("below",), ("left",)]
    assert walk(pane, 2, Qt.Key.Key_Backtab) == [("below",), ("right",)]


def test_a_group_is_one_stop_and_nothing_between_its_things_is_left_out(board):
    pane, node = board
    node.show(
        pane,
        thing("late", x=300.0, y=100.0, w=20.0, h=20.0, group="g"),
        thing("between", place=1, x=200.0, y=100.0, w=20.0, h=20.0),
        thing("early", place=2, x=100.0, y=100.0, w=20.0, h=20.0, group="g"),
        thing("first", place=3, x=10.0, y=100.0, w=20.0, h=20.0),
    )
    forth = [set(ids) for ids in walk(pane, 3)]
    assert forth == [{"first"}, {"early", "late"}, {"between"}]
    back = [set(ids) for ids in walk(pane, 2, Qt.Key.Key_Backtab)]
    assert back == [{"early", "late"}, {"first"}]


def test_tab_says_what_is_chosen_and_which_of_how_many(board, spoken):
    pane, node = board
    node.show(
        pane,
        thing("a", x=100.0, y=100.0, w=90.0, h=60.0),
        thing("t", "text", place=1, x=110.0, y=110.0, text="Pay"),
        thing("b", place=2, x=300.0, y=100.0, w=90.0, h=60.0, text="Done"),
        thing("c", "arrow", place=3, x=195.0, y=130.0, points=((0.0, 0.0), (100.0, 0.0))),
        thing("g1", place=4, x=100.0, y=400.0, w=9.0, h=9.0, group="g"),
        thing("g2", place=5, x=140.0, y=400.0, w=9.0, h=9.0, group="g"),
    )
    walk(pane, 5)
    assert spoken == [
        "Rectangle: Pay, by Ada, 1 of 5",
        "Text: Pay, by Ada, 2 of 5",
        "Rectangle: Done, by Ada, 3 of 5",
        "Arrow from Pay to Done, by Ada, 4 of 5",
        "Group of 2 things, 5 of 5",
    ]


def test_tab_shows_what_lies_out_of_sight(board):
    pane, node = board
    node.show(pane, thing("far", x=9_000.0, y=100.0, w=20.0, h=20.0))
    walk(pane, 1)
    assert pane.canvas.camera.seen.contains(QPointF(9_010, 110))


@pytest.mark.parametrize(
    ("modifiers", "step"), [(NONE, GRID_PX), (SHIFT, 10 * GRID_PX), (CTRL, 1.0)]
)
def test_arrows_move_what_is_chosen(board, modifiers, step, spoken):
    pane, node = board
    node.show(pane, thing("a", x=100.0, y=100.0, w=40.0, h=40.0))
    key(pane, TAB)
    key(pane, RIGHT, modifiers)
    assert node.edits == [(MoveOp(("a",), step, 0.0),)]
    assert spoken[-1] == f"{100 + step:.0f}, 100"


def test_what_is_locked_stays(board):
    pane, node = board
    node.show(pane, thing("a", x=100.0, y=100.0, w=40.0, h=40.0, locked=True))
    key(pane, TAB)
    for modifiers in (NONE, ALT, ALT | SHIFT):
        key(pane, RIGHT, modifiers)
    key(pane, ENTER)
    assert node.edits == []
    assert not pane.editor.is_open


@pytest.mark.parametrize(
    ("arrow", "size"), [(RIGHT, (48, 40)), (LEFT, (32, 40)), (DOWN, (40, 48)), (UP, (40, 32))]
)
def test_alt_and_shift_size_and_the_upper_left_corner_stays(board, arrow, size, spoken):
    pane, node = board
    node.show(pane, thing("a", x=100.0, y=100.0, w=40.0, h=40.0))
    key(pane, TAB)
    key(pane, arrow, ALT | SHIFT)
    node.answer(pane.take)
    changed = pane.model.objects["a"]
    assert (changed.x, changed.y, changed.w, changed.h) == (100, 100, *size)
    assert spoken[-1] == f"{size[0]} by {size[1]}"


def test_a_thing_never_gets_so_small_that_it_turns_over(board):
    pane, node = board
    node.show(pane, thing("a", x=100.0, y=100.0, w=40.0, h=40.0))
    key(pane, TAB)
    for _ in range(12):
        key(pane, LEFT, ALT | SHIFT)
        node.answer(pane.take)
    changed = pane.model.objects["a"]
    assert (changed.x, changed.w) == (100, 8)


def test_enter_writes_in_what_is_chosen(board):
    pane, node = board
    node.show(pane, thing("a", x=100.0, y=100.0, w=90.0, h=40.0))
    key(pane, TAB)
    key(pane, ENTER)
    assert pane.editor.is_open
    QTest.keyClicks(pane.editor, "Pay")
    QTest.keyClick(pane.editor, Qt.Key.Key_Escape)
    node.answer(pane.take)
    assert pane.model.objects["a"].text == "Pay"


ROUND = {
    RIGHT: ("right", (146, 120), (234, 120)),
    LEFT: ("left", (94, 120), (6, 120)),
    DOWN: ("below", (120, 146), (120, 234)),
    UP: ("above", (120, 94), (120, 6)),
}


@pytest.mark.parametrize("arrow", ROUND)
def test_alt_and_arrow_connect_to_the_nearest_thing_that_way(board, arrow, spoken):
    pane, node = board
    for place, (name, x, y) in enumerate(
        [
            ("a", 100.0, 100.0),
            ("right", 240.0, 100.0),
            ("far", 400.0, 100.0),
            ("left", -40.0, 100.0),
            ("below", 100.0, 240.0),
            ("above", 100.0, -40.0),
        ]
    ):
        node.show(pane, thing(name, place=place, x=x, y=y, w=40.0, h=40.0, text=name))
    name, first, last = ROUND[arrow]
    pane.selection.choose(["a"])
    key(pane, arrow, ALT)
    (op,) = node.edits[0]
    values = fields_of(op)
    assert op.type == "arrow"
    assert (values["x"], values["y"]) == first
    assert (values["x"] + values["points"][-1][0], values["y"] + values["points"][-1][1]) == last
    assert spoken[-1] == f"Connected to Rectangle: {name}, by Ada"


def test_a_second_arrow_leads_to_the_thing_and_not_to_the_first_arrow(board):
    pane, node = board
    node.show(
        pane,
        thing("a", x=100.0, y=100.0, w=40.0, h=40.0),
        thing("b", place=1, x=240.0, y=100.0, w=40.0, h=40.0),
    )
    pane.selection.choose(["a"])
    for _ in range(2):
        key(pane, RIGHT, ALT)
        node.answer(pane.take)
    ends = [fields_of(ops[0])["points"][-1] for ops in node.edits]
    assert ends[0] == ends[1]


def test_what_lies_in_a_thing_or_round_it_is_not_that_way(qapp):
    box = thing("a", x=100.0, y=100.0, w=100.0, h=40.0)
    label = thing("t", "text", place=1, x=160.0, y=110.0, text="x")
    frame = thing("f", place=2, x=50.0, y=50.0, w=900.0, h=200.0)
    other = thing("b", place=3, x=700.0, y=100.0, w=40.0, h=40.0)
    assert nearest(box, (1.0, 0.0), [box, label, frame, other]) is other
    assert nearest(box, (-1.0, 0.0), [box, label, frame, other]) is None


def test_where_nothing_lies_it_is_said(board, qtbot, spoken):
    pane, node = board
    node.show(pane, thing("a", x=100.0, y=100.0, w=40.0, h=40.0))
    key(pane, TAB)
    with qtbot.waitSignal(pane.said) as said:
        key(pane, RIGHT, ALT)
    assert said.args == ["Nothing lies that way."]
    assert spoken[-1] == "Nothing lies that way."
    assert not any(isinstance(op, AddOp) for ops in node.edits for op in ops)


def test_stops_of_an_empty_board_are_none(board):
    pane, _ = board
    key(pane, TAB)
    assert pane.selection.ids == ()
    assert stops_in_order([]) == []
