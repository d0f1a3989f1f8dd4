"""Choosing things and what is done with them: move, size, turn, copy, group, order, lock, style."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolButton

from app.core.errors import LocalError
from app.node.api import AddOp, BoardChanged, DeleteOp, MoveOp, Selected, SetOp
from app.ui.board import edits
from app.ui.board.geometry import bounds_of_all
from app.ui.board.menu import WITH_CHOSEN, WITHOUT_CHOSEN
from tests.ui.board.fakes import click, drag, mouse, thing

OWN_WINDOW = pytest.mark.qt_log_ignore("This plugin does not support")
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def three(board):
    """Boxes a, b, c of 60 x 40 in a row at y 200; x 200, 300, 400."""
    pane, node = board
    boxes = [
        thing(name, place=place, x=200.0 + 100 * place, y=200.0, w=60.0, h=40.0, fill="ink:sky")
        for place, name in enumerate("abc")
    ]
    node.show(pane, *boxes)
    return pane, node


def click_on(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def do(pane, name):
    pane.actions_by_name[name].trigger()


def test_a_click_chooses_and_a_click_beside_chooses_nothing(three):
    pane, _ = three
    click(pane, 230, 220)
    assert pane.selection.ids == ("a",)
    click(pane, 330, 220, SHIFT)
    assert pane.selection.ids == ("a", "b")
    click(pane, 230, 220, SHIFT)
    assert pane.selection.ids == ("b",)
    click(pane, 600, 500)
    assert pane.selection.ids == ()


def test_a_thing_without_fill_is_hit_at_its_line_only(board):
    pane, node = board
    node.show(pane, thing("a", x=200.0, y=200.0, w=100.0, h=100.0))
    click(pane, 250, 250)
    assert pane.selection.ids == ()
    click(pane, 200, 250)
    assert pane.selection.ids == ("a",)


def test_a_marquee_chooses_what_lies_wholly_inside(three):
    pane, _ = three
    drag(pane, (180, 180), (250, 230), (370, 260))
    assert pane.selection.ids == ("a", "b")


def test_the_uppermost_is_hit_first(board):
    pane, node = board
    for place, name in enumerate(("under", "over")):
        node.show(pane, thing(name, place=place, x=200.0, y=200.0, w=60.0, h=40.0, fill="ink:sky"))
    click(pane, 230, 220)
    assert pane.selection.ids == ("over",)


def test_dragging_moves_all_that_is_chosen_in_one_change(three):
    pane, node = three
    pane.selection.choose(["a", "b"])
    mouse(pane, "press", 230, 220)
    mouse(pane, "move", 240, 230)
    mouse(pane, "move", 255, 245)
    assert node.edits == []
    assert pane.scene.piece("a").pos() == QPointF(230 + 25, 220 + 25)
    mouse(pane, "release", 255, 245)
    assert node.edits == [(MoveOp(("a", "b"), 25.0, 25.0),)]


def test_esc_puts_a_dragged_thing_back(three):
    pane, node = three
    mouse(pane, "press", 230, 220)
    mouse(pane, "move", 280, 280)
    pane.canvas.key_pressed.emit(escape())
    mouse(pane, "release", 280, 280)
    assert node.edits == []
    assert pane.scene.piece("a").pos() == QPointF(230, 220)


def escape():
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent

    return QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)


def test_alt_drags_a_copy(three):
    pane, node = three
    pane.selection.choose(["a"])
    drag(pane, (230, 220), (240, 230), (230, 320), keys=ALT)
    (add,) = node.edits[0]
    assert isinstance(add, AddOp)
    assert dict(add.fields)["y"] == 300.0


def test_locked_things_stay_where_they_are(board):
    pane, node = board
    node.show(pane, thing("a", x=200.0, y=200.0, w=60.0, h=40.0, fill="ink:sky", locked=True))
    drag(pane, (230, 220), (260, 260), (300, 300))
    assert node.edits == []


def test_a_corner_sizes_and_the_opposite_one_stays(three):
    pane, node = three
    pane.selection.choose(["a"])
    drag(pane, (260, 240), (270, 250), (320, 280))
    assert node.edits == [(SetOp(("a",), (("w", 120.0), ("h", 80.0))),)]


def test_a_turned_thing_keeps_its_opposite_corner_when_sized(board):
    pane, node = board
    node.show(pane, thing("a", x=200.0, y=200.0, w=100.0, h=60.0, angle=30.0, fill="ink:sky"))
    pane.selection.choose(["a"])
    box = pane.desk.marks.box
    stays, corner = box.corner(0, 0), box.corner(1, 1)
    drag(
        pane,
        (corner.x(), corner.y()),
        (corner.x() + 10, corner.y() + 10),
        (corner.x() + 60, corner.y() + 50),
    )
    after = pane.desk.marks.box.corner(0, 0)
    assert (after - stays).manhattanLength() < 0.01
    assert pane.model.objects["a"].w > 100


def test_several_things_are_sized_together(three):
    pane, _node = three
    pane.selection.choose(["a", "c"])
    drag(pane, (460, 240), (480, 250), (720, 280))
    a, c = pane.model.objects["a"], pane.model.objects["c"]
    assert (a.x, a.w) == (200, 120)
    assert (c.x, c.w) == (600, 120)


def test_the_upper_handle_turns_and_shift_steps(three):
    pane, _node = three
    pane.selection.choose(["a"])
    turn = pane.desk.marks.turn_place(pane.desk.marks.box)
    drag(pane, (turn.x(), turn.y()), (250, 190), (300, 216), keys=SHIFT)
    assert pane.model.objects["a"].angle == 90.0


def test_strokes_and_texts_are_sized_too(board):
    pane, node = board
    points = ((0.0, 0.0), (50.0, 20.0), (100.0, 0.0))
    node.show(pane, thing("s", "stroke", x=200.0, y=200.0, points=points))
    pane.selection.choose(["s"])
    drag(pane, (300, 220), (310, 230), (400, 240))
    assert pane.model.objects["s"].points[-1] == (200.0, 0.0)
    node.show(pane, thing("t", "text", 1, x=100.0, y=400.0, text="Quay"))
    pane.selection.choose(["t"])
    corner = pane.desk.marks.box.corner(1, 1)
    far = corner + (corner - QPointF(100, 400))
    drag(pane, (corner.x(), corner.y()), (corner.x() + 9, corner.y() + 9), (far.x(), far.y()))
    assert pane.model.objects["t"].size == pytest.approx(40.0, abs=0.5)


def test_duplicate_chooses_the_copies(three):
    pane, node = three
    pane.selection.choose(["a", "b"])
    do(pane, "duplicate")
    node.answer(pane.take)
    assert pane.selection.ids == ("bram.1.1.0", "bram.1.1.1")
    assert len(pane.model.objects) == 5


def test_what_is_cut_can_be_pasted(three):
    pane, node = three
    pane.selection.choose(["a", "b"])
    do(pane, "cut")
    node.answer(pane.take)
    assert list(pane.model.objects) == ["c"]
    do(pane, "paste")
    node.answer(pane.take)
    assert len(pane.model.objects) == 3
    pasted = [pane.model.objects[each] for each in pane.selection.ids]
    assert pasted[1].x - pasted[0].x == 100.0


def middle_of_chosen(pane):
    return bounds_of_all(pane.selection.objects).center()


def test_it_is_pasted_where_the_pointer_is_and_else_in_the_middle(three):
    pane, _node = three
    pane.selection.choose(["a", "b"])
    do(pane, "copy")
    mouse(pane, "hover", 640, 480)
    do(pane, "paste")
    assert (middle_of_chosen(pane) - QPointF(640, 480)).manhattanLength() < 1
    pane.canvas.camera.pan(-50, 0)
    do(pane, "paste")
    assert (middle_of_chosen(pane) - QPointF(690, 480)).manhattanLength() < 1
    QApplication.sendEvent(pane.canvas.viewport(), QEvent(QEvent.Type.Leave))
    do(pane, "paste")
    assert (middle_of_chosen(pane) - pane.canvas.camera.middle).manhattanLength() < 1


def test_keys_paste_at_their_cross(three):
    pane, _node = three
    pane.selection.choose(["a"])
    do(pane, "copy")
    pane.selection.clear()
    mouse(pane, "hover", 640, 480)
    for _ in range(4):
        QTest.keyClick(pane.canvas, Qt.Key.Key_Down)
    do(pane, "paste")
    assert (middle_of_chosen(pane) - pane.desk.marks.cross).manhattanLength() < 1


def test_plain_text_is_pasted_as_a_text_at_the_pointer(board):
    pane, node = board
    mouse(pane, "hover", 120, 130)
    QGuiApplication.clipboard().setText("10:35, MV Astrid")
    do(pane, "paste")
    (add,) = node.edits[0]
    assert (add.type, dict(add.fields)["text"]) == ("text", "10:35, MV Astrid")
    assert (dict(add.fields)["x"], dict(add.fields)["y"]) == (120, 130)


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[1]", b'[{"type": "line"}]', b"[" * 100_000, b'{"a": 1}', b"\xff"]
)
def test_a_foreign_clipboard_is_a_text_for_people(qapp, data):
    with pytest.raises(LocalError):
        edits.from_clipboard(data)


def test_a_group_is_chosen_whole_and_let_go(three):
    pane, node = three
    pane.selection.choose(["a", "b"])
    do(pane, "group")
    node.answer(pane.take)
    pane.selection.clear()
    click(pane, 230, 220)
    assert sorted(pane.selection.ids) == ["a", "b"]
    do(pane, "ungroup")
    node.answer(pane.take)
    click(pane, 600, 500)
    click(pane, 230, 220)
    assert pane.selection.ids == ("a",)


def test_front_and_back_change_the_order(three):
    pane, node = three
    pane.selection.choose(["a"])
    do(pane, "front")
    node.answer(pane.take)
    assert [shown.id for shown in pane.scene.in_order()] == ["b", "c", "a"]
    do(pane, "back")
    node.answer(pane.take)
    assert [shown.id for shown in pane.scene.in_order()] == ["a", "b", "c"]
    values = [pane.scene.piece(each).zValue() for each in "abc"]
    assert values == sorted(values)


def test_what_is_drawn_later_lies_above_what_was_brought_to_front(three):
    pane, node = three
    pane.selection.choose(["a"])
    do(pane, "front")
    pane.use_tool("ellipse")
    drag(pane, (500, 500), (520, 520), (560, 560))
    node.answer(pane.take)
    assert pane.scene.in_order()[-1].type == "ellipse"


def test_lock_and_delete(three):
    pane, node = three
    pane.selection.choose(["a", "b"])
    do(pane, "lock")
    node.answer(pane.take)
    do(pane, "delete")
    assert len(node.edits) == 1
    do(pane, "lock")
    node.answer(pane.take)
    do(pane, "delete")
    assert node.edits[-1] == (DeleteOp(("a", "b")),)


def test_lock_looks_pressed_while_all_that_is_chosen_is_locked(three):
    pane, node = three
    lock = pane.actions_by_name["lock"]
    button = next(
        each
        for each in pane.selection_bar.findChildren(QToolButton)
        if each.defaultAction() is lock
    )
    pane.selection.choose(["a", "b"])
    assert not button.isChecked()
    click_on(button)
    assert button.isChecked()
    node.answer(pane.take)
    assert button.isChecked()
    pane.selection.choose(["a", "c"])
    assert not button.isChecked()
    node.show(pane, replace(pane.model.objects["c"], locked=True))
    assert button.isChecked()
    click_on(button)
    assert not button.isChecked()
    node.deny(pane.take)
    assert button.isChecked()
    pane.selection.clear()
    assert not lock.isChecked()


def test_a_style_is_written_to_what_has_it(three):
    pane, node = three
    node.show(pane, thing("t", "text", 7, x=100.0, y=400.0, text="Quay"))
    pane.selection.choose(["a", "t"])
    assert pane._restyle.offered() == ("ink", "width_place", "dash", "fill")
    pane._restyle.box.choose(ink="cherry")
    pane._restyle.box.choose(fill="mint")
    pane._restyle.box.choose(width_place=3)
    node.answer(pane.take)
    a, text = pane.model.objects["a"], pane.model.objects["t"]
    assert (a.stroke, a.fill, a.width) == ("ink:cherry", "ink:mint", 10.0)
    assert (text.stroke, text.fill, text.size) == ("ink:cherry", "", 40.0)


def test_showing_the_style_of_what_is_chosen_writes_nothing(three):
    pane, node = three
    for each in "abc":
        pane.selection.choose([each])
    assert node.edits == []


def test_many_things_go_in_entries_that_fit(board):
    pane, node = board
    points = tuple((float(n), float(n % 7)) for n in range(900))
    strokes = [thing(f"s{n}", "stroke", n, x=0.0, y=5.0 * n, points=points) for n in range(12)]
    node.show(pane, *strokes)
    pane.selection.choose([each.id for each in strokes])
    do(pane, "duplicate")
    assert len(node.edits) > 2
    assert sum(len(ops) for ops in node.edits) == 12


def test_the_others_are_told_what_is_chosen(three, qtbot):
    pane, node = three
    pane.selection.choose(["a"])
    qtbot.waitUntil(lambda: Selected(("a",)) in node.hints)


def test_what_goes_is_no_longer_chosen(three):
    pane, _ = three
    pane.selection.choose(["a", "b"])
    pane.take(BoardChanged("main", (), ("a",)))
    assert pane.selection.ids == ("b",)


def test_the_bar_stands_below_what_is_chosen_and_away_while_it_moves(three):
    pane, _ = three
    pane.selection.choose(["a"])
    bar = pane.selection_bar
    assert bar.isVisible()
    assert bar.y() > 240
    mouse(pane, "press", 230, 220)
    mouse(pane, "move", 260, 240)
    assert not bar.isVisible()
    mouse(pane, "release", 260, 240)
    assert bar.isVisible()


def test_after_a_click_that_moves_nothing_the_bar_is_there(three):
    pane, _ = three
    click(pane, 700, 500)
    click(pane, 230, 220)
    assert pane.selection.ids == ("a",)
    assert pane.selection_bar.isVisible()


# --- the menu -------------------------------------------------------------------------------------


def ask_menu(pane, x=0, y=0, *, by_key=False):
    """Ask for the menu with the right button, or by its key; None if none opens."""
    viewport = pane.canvas.viewport()
    if by_key:
        reason, asked = QContextMenuEvent.Reason.Keyboard, pane.canvas
    else:
        reason, asked = QContextMenuEvent.Reason.Mouse, viewport
    at = QPoint(x, y)
    QApplication.sendEvent(asked, QContextMenuEvent(reason, at, viewport.mapToGlobal(at)))
    menu = QApplication.activePopupWidget()
    return menu if isinstance(menu, QMenu) else None


def names_in(menu):
    return [each.objectName() for each in menu.actions() if not each.isSeparator()]


@OWN_WINDOW
def test_a_right_click_chooses_what_it_hits_and_offers_what_can_be_done(three):
    pane, node = three
    pane.use_tool("pen")
    menu = ask_menu(pane, 230, 220)
    assert pane.selection.ids == ("a",)
    assert pane.tool_name == "select"
    assert set(names_in(menu)) == set(itertools.chain(*WITH_CHOSEN))
    assert all(pane.actions_by_name[name] in menu.actions() for name in names_in(menu))
    menu.close()
    assert node.edits == []


@OWN_WINDOW
def test_a_right_click_on_what_is_chosen_leaves_it_so(three):
    pane, _node = three
    pane.selection.choose(["a", "c"])
    ask_menu(pane, 230, 220).close()
    ask_menu(pane, 270, 220).close()
    assert pane.selection.ids == ("a", "c")
    menu = ask_menu(pane, 230, 500)
    assert len(pane.selection) == 0
    assert set(names_in(menu)) == set(itertools.chain(*WITHOUT_CHOSEN))
    menu.close()


@OWN_WINDOW
def test_the_menu_pastes_where_it_was_opened(three):
    pane, _node = three
    pane.selection.choose(["a"])
    do(pane, "copy")
    mouse(pane, "hover", 600, 450)
    menu = ask_menu(pane, 600, 450)
    QApplication.sendEvent(pane.canvas.viewport(), QEvent(QEvent.Type.Leave))
    menu.close()
    do(pane, "paste")
    assert (middle_of_chosen(pane) - QPointF(600, 450)).manhattanLength() < 1


@OWN_WINDOW
def test_the_key_for_menus_opens_it_at_what_is_chosen(three):
    pane, _node = three
    pane.selection.choose(["b"])
    menu = ask_menu(pane, by_key=True)
    assert pane.selection.ids == ("b",)
    assert menu.pos() == pane.canvas.viewport().mapToGlobal(QPoint(330, 220))
    menu.close()


def test_no_menu_tears_off_a_stroke_or_a_text(board):
    pane, _node = board
    pane.use_tool("pen")
    mouse(pane, "press", 300, 300)
    assert ask_menu(pane, 300, 300) is None
    mouse(pane, "release", 300, 300)
    pane.use_tool("text")
    click(pane, 300, 400)
    assert ask_menu(pane, 500, 500) is None
    assert pane.editor.is_open


def test_the_bars_have_no_menu_of_the_board(three):
    pane, _node = three
    pane.selection.choose(["a"])
    for bar in (pane.toolbar, pane.zoom_bar, pane.selection_bar):
        button = bar.findChild(QToolButton)
        at = button.rect().center()
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, button.mapToGlobal(at))
        QApplication.sendEvent(button, event)
        assert QApplication.activePopupWidget() is None
