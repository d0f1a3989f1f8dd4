"""The outline: the board's twin in words, by which it can be read and chosen without eyes."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    Qt,
)
from PySide6.QtGui import QAccessible

from app.node.api import BoardObjectShown
from app.ui.board.outline_model import ONE_BY_ONE_MAX, OutlineModel, thing_at
from tests.ui.board.fakes import thing

pytestmark = pytest.mark.usefixtures("qapp")

SPOKEN = int(Qt.ItemDataRole.AccessibleTextRole)


def outline_of(*things):
    model = OutlineModel(lambda _site: "Ada")
    model.show_all(things)
    return model


def tree(model: QAbstractItemModel, parent=None):
    """Texts; a group as (text, texts of its things)."""
    at = parent if parent is not None else QModelIndex()
    found = []
    for place in range(model.rowCount(at)):
        index = model.index(place, 0, at)
        text = index.data()
        found.append((text, tree(model, index)) if model.hasChildren(index) else text)
    return found


def test_things_stand_in_order_of_reading():
    below = thing("a", place=0, x=0.0, y=300.0, w=50.0, h=50.0)
    right = thing("b", "ellipse", place=1, x=200.0, y=3.0, w=50.0, h=50.0)
    left = thing("c", "diamond", place=2, x=0.0, y=0.0, w=50.0, h=50.0)
    assert tree(outline_of(below, right, left)) == ["Diamond", "Ellipse", "Rectangle"]


def test_a_text_inside_a_shape_is_its_name():
    box = thing("a", x=0.0, y=0.0, w=200.0, h=100.0)
    word = thing("b", "text", place=1, x=20.0, y=40.0, text="Search\nnow")
    beside = thing("c", place=2, x=400.0, y=0.0, w=200.0, h=100.0)
    assert tree(outline_of(box, word, beside))[0] == "Rectangle: Search now"
    assert "Rectangle" in tree(outline_of(box, word, beside))


def test_a_text_inside_a_shape_larger_than_the_screen_is_its_name():
    box = thing("a", x=0.0, y=0.0, w=9_000.0, h=9_000.0)
    word = thing("b", "text", place=1, x=4_000.0, y=4_000.0, text="Harbour")
    assert tree(outline_of(box, word))[0] == "Rectangle: Harbour"


def test_an_arrow_tells_what_it_leads_from_and_to():
    first = thing("a", x=0.0, y=0.0, w=100.0, h=60.0, text="Search")
    last = thing("b", place=1, x=300.0, y=0.0, w=100.0, h=60.0, text="Pay")
    arrow = thing(
        "c", "arrow", place=2, x=104.0, y=30.0, points=((0.0, 0.0), (192.0, 0.0)), w=192.0, h=0.0
    )
    loose = thing(
        "d", "arrow", place=3, x=104.0, y=500.0, points=((0.0, 0.0), (9.0, 0.0)), w=9.0, h=0.0
    )
    assert tree(outline_of(first, last, arrow, loose)) == [
        "Rectangle: Search",
        "Rectangle: Pay",
        "Arrow from Search to Pay",
        "Arrow",
    ]


def test_an_arrow_into_a_shape_inside_another_leads_to_the_smaller_one():
    outer = thing("a", x=0.0, y=0.0, w=900.0, h=900.0, text="Harbour")
    inner = thing("b", "ellipse", place=1, x=300.0, y=300.0, w=50.0, h=50.0)
    arrow = thing(
        "c", "arrow", place=2, x=1_200.0, y=320.0, points=((0.0, 0.0), (-850.0, 0.0)), w=1.0, h=0.0
    )
    assert "Arrow to Ellipse" in tree(outline_of(outer, inner, arrow))


def test_a_line_within_one_thing_leads_nowhere():
    box = thing("a", x=0.0, y=0.0, w=400.0, h=400.0, text="Search")
    rule = thing("b", "line", place=1, x=50.0, y=50.0, points=((0.0, 0.0), (90.0, 0.0)))
    assert tree(outline_of(box, rule)) == ["Rectangle: Search", "Line"]


def test_a_group_holds_its_things_where_its_first_stands():
    one = thing("a", x=0.0, y=0.0, w=50.0, h=50.0, group="g")
    alone = thing("b", "ellipse", place=1, x=100.0, y=0.0, w=50.0, h=50.0)
    other = thing("c", "diamond", place=2, x=0.0, y=400.0, w=50.0, h=50.0, group="g")
    model = outline_of(one, alone, other)
    assert tree(model) == [("Group of 2 things", ["Rectangle", "Diamond"]), "Ellipse"]
    assert model.ids_at(model.index(0, 0)) == ("a", "c")
    assert thing_at(model.index(0, 0)) is None
    assert model.index(1, 0).data(SPOKEN) == "Ellipse, by Ada"


def test_what_is_being_drawn_is_not_listed_until_it_is_done():
    growing = thing("a", "stroke", open=True)
    model = outline_of(growing)
    assert len(model) == 0
    model.show_changed({"a": thing("a", "stroke")}, ["a"])
    assert tree(model) == ["Stroke"]


def test_a_model_is_a_model(qapp, qtmodeltester):
    model = outline_of(
        thing("a", x=0.0, y=0.0, w=50.0, h=50.0, group="g"),
        thing("b", place=1, x=60.0, y=0.0, w=50.0, h=50.0, group="g"),
        thing("c", place=2, x=200.0, y=0.0, w=50.0, h=50.0),
    )
    qtmodeltester.check(model)
    assert model.rowCount() == 2
    assert model.rowCount(model.index(0, 0)) == 2
    assert model.ids_at(model.find("b")) == ("b",)
    assert not model.find("nowhere").isValid()


def test_change_by_change_it_comes_to_the_same_as_read_anew(qapp, qtmodeltester):
    """Things come, go, move, and change their group, under the eyes of the tester."""
    dice = random.Random(7)
    model = outline_of()
    qtmodeltester.check(model)
    objects: dict[str, BoardObjectShown] = {}
    for _ in range(200):
        names = [f"t{dice.randrange(12)}" for _ in range(dice.randrange(1, 4))]
        for name in names:
            if name in objects and dice.random() < 0.3:
                del objects[name]
            else:
                x, y = float(dice.randrange(5) * 60), float(dice.randrange(5) * 60)
                group = dice.choice(("", "", "g", "h"))
                text = dice.choice(("", "Pay"))
                objects[name] = thing(name, x=x, y=y, w=9.0, h=9.0, group=group, text=text)
        model.show_changed(objects, names)
        assert tree(model) == tree(outline_of(*objects.values()))
        for name in objects:
            assert model.ids_at(model.find(name)) == (name,)


def test_rows_of_a_group_stay_the_same_rows_when_others_come_before_it():
    parts = [thing(f"p{n}", x=n * 60.0, y=200.0, w=9.0, h=9.0, group="g") for n in range(2)]
    model = outline_of(*parts)
    kept = QPersistentModelIndex(model.find("p1"))
    first = thing("a", x=0.0, y=0.0, w=9.0, h=9.0)
    model.show_changed({each.id: each for each in (*parts, first)}, ["a"])
    assert model.ids_at(kept) == ("p1",)
    assert kept.parent().row() == 1


@pytest.fixture
def drawer(board):
    pane, node = board
    node.show(
        pane,
        thing("a", x=200.0, y=200.0, w=60.0, h=40.0, text="Search"),
        thing("b", place=1, x=300.0, y=200.0, w=60.0, h=40.0, text="Pay"),
    )
    pane.actions_by_name["outline"].trigger()
    return pane, node, pane.outline


def names(drawer):
    return tree(drawer.rows)


def test_it_opens_with_what_there_is_and_closes_to_the_board(drawer, qtbot):
    pane, _, outline = drawer
    assert names(outline) == ["Rectangle: Search", "Rectangle: Pay"]
    qtbot.keyClick(outline.tree, Qt.Key.Key_Escape)
    assert not outline.isVisible()
    assert not pane.actions_by_name["outline"].isChecked()


def test_what_others_add_appears_and_the_place_is_kept(drawer, qtbot):
    pane, node, outline = drawer
    outline.tree.setCurrentIndex(outline.rows.index(1, 0))
    node.show(pane, thing("c", "ellipse", place=2, x=100.0, y=200.0, w=60.0, h=40.0))
    qtbot.waitUntil(lambda: len(names(outline)) == 3)
    assert names(outline)[0] == "Ellipse"
    assert outline.tree.currentIndex().data() == "Rectangle: Pay"


def test_what_is_chosen_in_one_is_chosen_in_the_other(drawer):
    pane, _, outline = drawer
    outline.tree.setCurrentIndex(outline.rows.index(1, 0))
    assert pane.selection.ids == ("b",)
    pane.selection.choose(["a"])
    (at,) = outline.tree.selectionModel().selectedIndexes()
    assert at.data() == "Rectangle: Search"


def test_while_it_is_closed_it_reads_nothing(drawer):
    pane, node, outline = drawer
    outline.close_it()
    before = names(outline)
    node.show(pane, thing("c", "ellipse", place=2, x=100.0, y=200.0, w=60.0, h=40.0))
    assert not outline._again.isActive()
    assert names(outline) == before


def many(count: int):
    return [
        thing(f"t{n}", place=n, x=float(n % 100) * 70, y=float(n // 100) * 60, w=50.0, h=40.0)
        for n in range(count)
    ]


def test_a_change_on_a_full_board_touches_its_row_only(drawer, qtbot, monkeypatch):
    pane, node, outline = drawer
    node.show(pane, *many(2_000))
    outline.read()
    assert len(outline.rows) == 2_002
    monkeypatch.setattr(outline.rows, "show_all", lambda _objects: pytest.fail("all read anew"))
    with qtbot.waitSignal(outline.rows.rowsInserted) as told:
        node.show(pane, thing("new", "ellipse", place=1, x=35.0, y=0.0, w=9.0, h=9.0))
    assert told.args[1:] == [1, 1]


def test_many_changes_are_read_as_a_whole_and_not_kept(drawer, qtbot):
    pane, node, outline = drawer
    with qtbot.waitSignal(outline.rows.modelReset):
        node.show(pane, *many(2 * ONE_BY_ONE_MAX))
        node.show(pane, *[thing(f"m{n}") for n in range(2 * ONE_BY_ONE_MAX)])
        assert len(outline._waiting) <= 3 * ONE_BY_ONE_MAX
    assert len(outline.rows) == 2 + 4 * ONE_BY_ONE_MAX


def test_neighbours_are_chosen_as_one_stretch(drawer):
    pane, node, outline = drawer
    node.show(pane, *many(500))
    outline.read()
    pane.selection.choose([f"t{n}" for n in range(100, 300)])
    assert len(outline.tree.selectionModel().selection()) == 1
    assert len(outline.tree.selectionModel().selectedIndexes()) == 200


def test_what_is_chosen_in_it_is_brought_out_from_under_it(drawer):
    pane, node, outline = drawer
    node.show(pane, thing("far", place=3, x=820.0, y=300.0, w=60.0, h=40.0))
    outline.read()
    outline.tree.setCurrentIndex(outline.rows.find("far"))
    seen = pane.canvas.camera.to_view(QPointF(850.0, 320.0))
    assert 0 < seen.x() < outline.x()


def test_over_a_narrow_board_it_leaves_the_tools_free_and_beside_a_wide_one_it_is_docked(drawer):
    pane, _node, outline = drawer
    assert not outline.geometry().intersects(pane.toolbar.geometry())
    pane.resize(1_860, 1_000)
    assert outline.geometry().getRect() == (1_560, 0, 300, 1_000)
    assert pane.canvas.width() == 1_560
    assert pane.here_bar.geometry().right() < 1_560
    outline.close_it()
    assert pane.canvas.width() == 1_860


def test_a_screen_reader_finds_the_tree_by_name(drawer):
    _pane, _node, outline = drawer
    reader = QAccessible.queryAccessibleInterface(outline.tree)
    assert reader.text(QAccessible.Text.Name) == "Outline of the board"
