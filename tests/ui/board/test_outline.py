"""The outline: the board's twin in words, by which it can be read and chosen without eyes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from app.ui.board.outline import OutlineModel
from app.ui.board.outline_rows import rows_of
from tests.ui.board.fakes import thing

pytestmark = pytest.mark.usefixtures("qapp")


def rows(*things):
    return rows_of(things, lambda _site: "Ada")


def texts(*things):
    return [row.text for row in rows(*things)]


def test_things_stand_in_order_of_reading():
    below = thing("a", place=0, x=0.0, y=300.0, w=50.0, h=50.0)
    right = thing("b", "ellipse", place=1, x=200.0, y=3.0, w=50.0, h=50.0)
    left = thing("c", "diamond", place=2, x=0.0, y=0.0, w=50.0, h=50.0)
    assert texts(below, right, left) == ["Diamond", "Ellipse", "Rectangle"]


def test_a_text_inside_a_shape_is_its_name():
    box = thing("a", x=0.0, y=0.0, w=200.0, h=100.0)
    word = thing("b", "text", place=1, x=20.0, y=40.0, text="Search\nnow")
    assert texts(box, word)[0] == "Rectangle: Search now"


def test_an_arrow_tells_what_it_leads_from_and_to():
    first = thing("a", x=0.0, y=0.0, w=100.0, h=60.0, text="Search")
    last = thing("b", place=1, x=300.0, y=0.0, w=100.0, h=60.0, text="Pay")
    arrow = thing(
        "c", "arrow", place=2, x=104.0, y=30.0, points=((0.0, 0.0), (192.0, 0.0)), w=192.0, h=0.0
    )
    loose = thing(
        "d", "arrow", place=3, x=104.0, y=500.0, points=((0.0, 0.0), (9.0, 0.0)), w=9.0, h=0.0
    )
    assert texts(first, last, arrow, loose) == [
        "Rectangle: Search",
        "Rectangle: Pay",
        "Arrow from Search to Pay",
        "Arrow",
    ]


def test_a_group_holds_its_things_where_its_first_stands():
    one = thing("a", x=0.0, y=0.0, w=50.0, h=50.0, group="g")
    alone = thing("b", "ellipse", place=1, x=100.0, y=0.0, w=50.0, h=50.0)
    other = thing("c", "diamond", place=2, x=0.0, y=400.0, w=50.0, h=50.0, group="g")
    group, ellipse = rows(one, alone, other)
    assert (group.text, group.ids) == ("Group of 2 things", ("a", "c"))
    assert [part.text for part in group.parts] == ["Rectangle", "Diamond"]
    assert ellipse.spoken == "Ellipse, by Ada"


def test_a_model_is_a_model(qapp, qtmodeltester):
    model = OutlineModel()
    model.show(
        rows(
            thing("a", x=0.0, y=0.0, w=50.0, h=50.0, group="g"),
            thing("b", place=1, x=60.0, y=0.0, w=50.0, h=50.0, group="g"),
            thing("c", place=2, x=200.0, y=0.0, w=50.0, h=50.0),
        )
    )
    qtmodeltester.check(model)
    assert model.rowCount() == 2
    assert model.rowCount(model.index(0, 0)) == 2
    found = model.row_at(model.find("b"))
    assert found is not None
    assert found.ids == ("b",)
    assert not model.find("nowhere").isValid()


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
    model = drawer.rows
    return [model.index(place, 0).data() for place in range(model.rowCount())]


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


def test_while_it_is_closed_it_reads_nothing(drawer, monkeypatch):
    pane, node, outline = drawer
    outline.close_it()
    before = names(outline)
    node.show(pane, thing("c", "ellipse", place=2, x=100.0, y=200.0, w=60.0, h=40.0))
    outline._board_changed()
    assert not outline._again.isActive()
    assert names(outline) == before


def test_ten_thousand_things_are_listed(qapp):
    many = [
        thing(f"t{place}", place=place, x=float(place % 100) * 70, y=float(place // 100) * 60)
        for place in range(10_000)
    ]
    assert len(rows(*many)) == 10_000
