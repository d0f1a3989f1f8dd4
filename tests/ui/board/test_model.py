"""The board's rows: own work is there at once, the node has the last word, nothing flickers."""

from __future__ import annotations

import pytest

from app.node.api import (
    AddOp,
    BeginOp,
    BoardChanged,
    DeleteOp,
    EditBoard,
    EndOp,
    MoveOp,
    RedoBoard,
    SessionReady,
    SetOp,
    UndoBoard,
    UndoChanged,
)
from app.ui.board.model import BoardModel
from tests.ui.board.fakes import ME, PEOPLE, FakeNode, shown, thing


@pytest.fixture
def node():
    return FakeNode()


@pytest.fixture
def model(qapp, node):
    made = BoardModel(node.submit, node.token)
    made.take(PEOPLE)
    return made


def test_what_the_node_shows_is_there(model):
    model.take(shown(thing("a"), thing("b", place=1)))
    assert sorted(model.objects) == ["a", "b"]
    model.take(BoardChanged("main", (), ("a",)))
    assert sorted(model.objects) == ["b"]


def test_another_board_is_none_of_its_business(model):
    model.take(BoardChanged("other", (thing("a"),), ()))
    assert not model.objects


def test_own_work_is_there_before_the_node_answers(model, node):
    (made,) = model.edit([AddOp("rectangle", (("x", 5.0), ("w", 10.0)))])
    assert model.objects[made].x == 5.0
    assert model.objects[made].author == ME
    assert model.objects[made].pending
    assert not model.is_named(made)
    assert isinstance(node.sent[0], EditBoard)


@pytest.mark.parametrize("spoken_first", [False, True])
def test_an_answer_names_it_and_nothing_is_there_twice(model, node, spoken_first):
    (made,) = model.edit([AddOp("rectangle", ())])
    names = []
    model.renamed.connect(lambda old, new: names.append((old, new)))
    node.answer(model.take, spoken_first=spoken_first)
    assert list(model.objects) == ["bram.1.1.0"]
    assert names == [(made, "bram.1.1.0")]
    assert not model.objects["bram.1.1.0"].pending


def test_between_answer_and_word_it_does_not_vanish(model, node):
    model.take(shown(thing("a")))
    node.objects["a"] = thing("a")
    gone_for_a_moment: list[str] = []
    model.objects_changed.connect(
        lambda _changed, gone: gone_for_a_moment.extend(each for each in gone if each == "a")
    )
    model.edit([MoveOp(("a",), 10.0, 0.0)])
    model.edit([MoveOp(("a",), 10.0, 0.0)])
    seen = []
    model.objects_changed.connect(lambda *_: seen.append(model.objects["a"].x))
    node.answer(model.take)
    assert model.objects["a"].x == 20.0
    assert gone_for_a_moment == []


def test_what_speaks_of_an_unnamed_thing_waits_for_its_name(model, node):
    (made,) = model.edit([AddOp("rectangle", ())])
    model.edit([SetOp((made,), (("stroke", "ink:fern"),))])
    model.edit([MoveOp((made,), 1.0, 2.0)])
    assert len(node.sent) == 1
    assert model.objects[made].stroke == "ink:fern"
    node.answer(model.take)
    name = "bram.1.1.0"
    assert node.edits[1] == (SetOp((name,), (("stroke", "ink:fern"),)),)
    assert node.edits[2] == (MoveOp((name,), 1.0, 2.0),)
    assert (model.objects[name].stroke, model.objects[name].x) == ("ink:fern", 1.0)


def test_a_stroke_begins_and_ends_before_any_answer(model, node):
    (made,) = model.edit([BeginOp("pen", "ink:ink", 4.0, 7.0, 8.0)])
    assert model.objects[made].open
    points = ((0.0, 0.0), (5.0, 5.0))
    model.edit([EndOp(made, points)])
    assert not model.objects[made].open
    opened: list[bool] = []
    model.objects_changed.connect(
        lambda changed, _gone: opened.extend(
            model.objects[each].open for each in changed if each in model.objects
        )
    )
    node.answer(model.take)
    assert model.objects["bram.1.1.0"].points == points
    assert not any(opened)


def test_a_denied_edit_is_taken_back_with_all_that_waits_for_it(model, node):
    model.take(shown(thing("a")))
    (made,) = model.edit([AddOp("rectangle", ())])
    model.edit([MoveOp(("a", made), 10.0, 0.0)])
    reasons: list[str] = []
    model.refused.connect(reasons.append)
    node.deny(model.take)
    assert list(model.objects) == ["a"]
    assert model.objects["a"].x == 0.0
    assert reasons == ["this board is locked"]
    assert len(node.sent) == 1


def test_deleted_things_stay_away_until_the_node_agrees(model, node):
    model.take(shown(thing("a")))
    model.edit([DeleteOp(("a",))])
    model.take(shown(thing("a", x=3.0)))
    assert not model.objects
    node.objects["a"] = thing("a")
    node.answer(model.take)
    assert not model.objects


def test_others_work_on_the_same_thing_wins_after_the_answer(model, node):
    model.take(shown(thing("a")))
    node.objects["a"] = thing("a")
    model.edit([MoveOp(("a",), 10.0, 0.0)])
    node.answer(model.take)
    model.take(shown(thing("a", x=99.0)))
    assert model.objects["a"].x == 99.0


def test_undo_is_the_nodes(model, node):
    model.take(UndoChanged(True, False))
    assert (model.can_undo, model.can_redo) == (True, False)
    model.undo()
    model.redo()
    assert [type(each) for each in node.sent] == [UndoBoard, RedoBoard]


def test_a_session_that_begins_brings_all_objects_anew(model):
    model.take(shown(thing("a")))
    model.take(SessionReady(ME, "Bram", b"", "Ferry", "", ()))
    assert not model.objects
