"""What hands draw: pen, shapes, text, eraser, laser; by mouse and by keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.node.api import (
    AddOp,
    BeginOp,
    DeleteOp,
    EndOp,
    LaserAt,
    SetOp,
    StrokePoints,
    TextSoFar,
)
from tests.ui.board.fakes import click, drag, mouse, thing

SHIFT = Qt.KeyboardModifier.ShiftModifier


def fields_of(op):
    return dict(op.fields)


def test_a_stroke_begins_at_pen_down_and_ends_whole(board):
    pane, node = board
    pane.use_tool("pen")
    mouse(pane, "press", 300, 300)
    assert node.edits[0] == (BeginOp("pen", "ink:ink", 4.0, 300.0, 300.0),)
    for step in range(1, 20):
        mouse(pane, "move", 300 + 5 * step, 300 + (step % 5) * 4)
    mouse(pane, "release", 400, 300)
    node.answer(pane.take)
    (end,) = node.edits[1]
    assert isinstance(end, EndOp)
    assert end.points[0] == (0.0, 0.0)
    assert end.points[-1] == (100.0, 0.0)
    (only,) = pane.model.objects.values()
    assert not only.open
    assert pane.scene.piece(only.id) is not None


def test_others_see_a_stroke_grow_as_soon_as_it_has_a_name(board, qtbot):
    pane, node = board
    pane.use_tool("pen")
    mouse(pane, "press", 300, 300)
    mouse(pane, "move", 320, 300)
    assert not any(isinstance(hint, StrokePoints) for hint in node.hints)
    node.answer(pane.take)
    mouse(pane, "move", 350, 310)

    def told():
        points = [p for hint in node.hints if isinstance(hint, StrokePoints) for p in hint.points]
        assert len(points) == 3

    qtbot.waitUntil(told)
    mouse(pane, "release", 350, 310)


def test_esc_takes_a_stroke_back_even_before_it_has_a_name(board):
    pane, node = board
    pane.use_tool("pen")
    mouse(pane, "press", 300, 300)
    mouse(pane, "move", 340, 300)
    QTest.keyClick(pane.canvas, Qt.Key.Key_Escape)
    assert not pane.model.objects
    node.answer(pane.take)
    assert node.edits[1] == (DeleteOp(("bram.1.1.0",)),)
    assert not pane.model.objects
    mouse(pane, "release", 340, 300)


def test_a_straight_line_of_many_points_travels_as_few(board):
    pane, node = board
    pane.use_tool("pen")
    drag(pane, *[(200 + 3 * step, 300) for step in range(100)])
    node.answer(pane.take)
    assert len(node.edits[1][0].points) <= 3


@pytest.mark.parametrize("tool", ["rectangle", "ellipse", "diamond"])
def test_a_shape_is_drawn_from_corner_to_corner_and_chosen(board, tool):
    pane, node = board
    pane.use_tool(tool)
    drag(pane, (300, 300), (320, 320), (400, 360))
    (add,) = node.edits[0]
    assert add.type == tool
    values = fields_of(add)
    assert (values["x"], values["y"], values["w"], values["h"]) == (300, 300, 100, 60)
    assert pane.tool_name == "select"
    assert len(pane.selection) == 1
    node.answer(pane.take)
    assert pane.selection.ids == ("bram.1.1.0",)


def test_shift_makes_a_square_and_a_click_a_middle_size(board):
    pane, node = board
    pane.use_tool("rectangle")
    drag(pane, (300, 300), (400, 330), keys=SHIFT)
    pane.use_tool("rectangle")
    click(pane, 500, 400)
    first, second = (fields_of(ops[0]) for ops in node.edits)
    assert (first["w"], first["h"]) == (100, 100)
    assert (second["w"], second["h"], second["x"]) == (160, 100, 420)


def test_a_tool_that_was_clicked_twice_stays(board):
    pane, _node = board
    pane.toolbar.kept.emit("ellipse")
    drag(pane, (300, 300), (320, 320), (400, 360))
    assert pane.tool_name == "ellipse"


def test_an_arrow_has_the_heads_in_force(board):
    pane, node = board
    pane.use_tool("arrow")
    drag(pane, (300, 300), (350, 300), (400, 340))
    values = fields_of(node.edits[0][0])
    assert values["heads"] == ("", "arrow")
    assert values["points"] == ((0.0, 0.0), (100.0, 40.0))


def test_the_eraser_takes_whole_things_when_it_goes_up(board):
    pane, node = board
    things = [
        thing(f"t{n}", "line", n, x=300.0 + 60 * n, y=250.0, points=((0, 0), (0, 100)))
        for n in range(3)
    ]
    node.show(pane, *things, thing("far", "line", 9, x=300.0, y=500.0, points=((0, 0), (50, 0))))
    pane.use_tool("eraser")
    mouse(pane, "press", 280, 300)
    mouse(pane, "move", 440, 300)
    assert node.edits == []
    mouse(pane, "release", 440, 300)
    assert node.edits == [(DeleteOp(("t0", "t1", "t2")),)]
    assert list(pane.model.objects) == ["far"]


def test_the_eraser_leaves_locked_things(board):
    pane, node = board
    node.show(pane, thing("a", x=300.0, y=300.0, w=80.0, h=60.0, fill="ink:sky", locked=True))
    pane.use_tool("eraser")
    click(pane, 340, 330)
    assert node.edits == []


def test_the_laser_shines_for_the_others_and_leaves_nothing(board, qtbot):
    pane, node = board
    pane.use_tool("laser")
    drag(pane, (300, 300), (320, 300), (340, 310))
    qtbot.waitUntil(lambda: any(isinstance(hint, LaserAt) for hint in node.hints))
    assert pane.presence.lasers
    assert node.edits == []


def test_a_text_is_written_and_goes_as_one_change(board):
    pane, node = board
    pane.use_tool("text")
    click(pane, 300, 300)
    QTest.keyClicks(pane.editor, "Meet at the quay")
    assert node.edits == []
    QTest.keyClick(pane.editor, Qt.Key.Key_Escape)
    (add,) = node.edits[0]
    assert isinstance(add, AddOp)
    assert fields_of(add)["text"] == "Meet at the quay"
    assert pane.tool_name == "select"
    assert not pane.editor.isVisible()


def test_a_new_text_is_put_on_the_board_so_that_the_others_see_it_grow(board):
    pane, node = board
    pane.use_tool("text")
    click(pane, 300, 300)
    QTest.keyClicks(pane.editor, "Me")
    assert pane.editor._first.isActive()
    pane.editor._first.timeout.emit()
    ((add,),) = node.edits
    assert fields_of(add)["text"] == "Me"
    QTest.keyClicks(pane.editor, "et")
    node.answer(pane.take)
    pane.desk.hints.beat()
    pane.desk.hints.beat()
    (name,) = node.objects
    told = [hint for hint in node.hints if isinstance(hint, TextSoFar)]
    assert told == [TextSoFar(name, "Meet")]
    QTest.keyClicks(pane.editor, " at the quay")
    QTest.keyClick(pane.editor, Qt.Key.Key_Escape)
    assert node.edits[1:] == [(SetOp((name,), (("text", "Meet at the quay"),)),)]


def test_what_is_no_text_yet_is_not_put_on_the_board(board):
    pane, node = board
    pane.use_tool("text")
    click(pane, 300, 300)
    QTest.keyClicks(pane.editor, "  ")
    pane.editor._first.timeout.emit()
    QTest.keyClick(pane.editor, Qt.Key.Key_Escape)
    assert node.edits == []
    assert not pane.editor._first.isActive()


def test_a_text_that_is_given_up_goes_again(board):
    pane, node = board
    pane.use_tool("text")
    click(pane, 300, 300)
    QTest.keyClicks(pane.editor, "Me")
    pane.editor._first.timeout.emit()
    node.answer(pane.take)
    pane.editor.clear()
    QTest.keyClick(pane.editor, Qt.Key.Key_Escape)
    node.answer(pane.take)
    assert not node.objects


def test_enter_begins_a_line_and_the_field_shows_all_lines(board):
    pane, node = board
    pane.use_tool("text")
    click(pane, 300, 300)
    QTest.keyClicks(pane.editor, "one")
    single = pane.editor.height()
    QTest.keyClick(pane.editor, Qt.Key.Key_Return)
    double = pane.editor.height()
    assert double > 1.6 * single
    QTest.keyClicks(pane.editor, "two")
    assert pane.editor.height() == double
    pane.editor.close_text()
    node.answer(pane.take)
    (written,) = pane.model.objects.values()
    assert written.text == "one\ntwo"
    pane.selection.choose([written.id])
    assert pane.desk.marks.selection_rect().height() > 1.6 * (single - 4)


def test_an_empty_text_is_no_text_and_an_emptied_one_goes(board):
    pane, node = board
    pane.use_tool("text")
    click(pane, 300, 300)
    QTest.keyClick(pane.editor, Qt.Key.Key_Escape)
    assert node.edits == []
    node.show(pane, thing("t", "text", x=300.0, y=300.0, text="old"))
    mouse(pane, "double", 305, 308)
    QTest.keyClick(pane.editor, Qt.Key.Key_Delete)
    QTest.keyClick(pane.editor, Qt.Key.Key_Escape)
    assert node.edits == [(DeleteOp(("t",)),)]


def test_a_shape_is_written_in_by_a_double_click(board):
    pane, node = board
    node.show(pane, thing("a", x=300.0, y=300.0, w=120.0, h=80.0, fill="ink:sky"))
    mouse(pane, "double", 360, 340)
    QTest.keyClicks(pane.editor, "Hi")
    pane.editor.close_text()
    assert node.edits == [(SetOp(("a",), (("text", "Hi"),)),)]


def test_letters_are_text_while_an_editor_is_open(board):
    pane, _node = board
    pane.use_tool("text")
    click(pane, 300, 300)
    QTest.keyClicks(pane.editor, "per")
    assert pane.editor.toPlainText() == "per"


# --- keys alone -----------------------------------------------------------------------------------


def key(pane, which, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(pane.canvas, which, modifiers)


def test_esc_does_the_first_thing_that_applies(board):
    pane, node = board
    node.show(pane, thing("a", x=100.0, y=100.0, w=40.0, h=40.0))
    pane.use_tool("line")
    pane.follow("ada")
    key(pane, Qt.Key.Key_Escape)
    assert pane.tool_name == "select"
    pane.selection.choose(["a"])
    key(pane, Qt.Key.Key_Escape)
    assert len(pane.selection) == 0
    assert pane.following.site == "ada"
    key(pane, Qt.Key.Key_Escape)
    assert pane.following.site is None
