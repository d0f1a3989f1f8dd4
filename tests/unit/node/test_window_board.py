"""The board of a window: own work at once, undo, and what others see."""

from __future__ import annotations

import pytest

from app.core.ids import SiteId
from app.node.api import (
    AddOp,
    BeginOp,
    BoardChanged,
    DeleteOp,
    Denied,
    Done,
    EditBoard,
    EndOp,
    MoveOp,
    RedoBoard,
    SetOp,
    TroubleSeen,
    UndoBoard,
    UndoChanged,
)
from app.rooms.bodies import CODECS, Role
from tests.unit.node.support.view import View
from tests.unit.node.support.world import World

BOX = AddOp("rectangle", (("x", 10.5), ("y", -3.0), ("w", 40.0), ("h", 20.0), ("angle", 12.5)))


@pytest.fixture
def world() -> World:
    return World(windows=True)


@pytest.fixture
def pair(world: World) -> tuple[View, View]:
    """Ann holds the stick; Ben is 10 ms away."""
    ann, ben = world.session("Ann", "Ben")
    world.run(1)
    return View(ann), View(ben)


def undoes(view: View, *, redo: bool = False) -> Done | Denied:
    return view.site.ask(lambda token: RedoBoard(token) if redo else UndoBoard(token))


def test_own_work_is_there_at_once_and_marked_until_it_has_its_place(
    world: World, pair: tuple[View, View]
) -> None:
    ann, ben = pair
    box = ben.draws(BOX)
    shown = ben.objects[box]
    assert shown.pending
    assert (shown.x, shown.y, shown.w, shown.h, shown.angle) == (10.5, -3.0, 40.0, 20.0, 12.5)
    world.run(1)
    assert not ben.objects[box].pending
    assert ann.objects == ben.objects
    assert ann.objects[box].author == SiteId(ben.site.machine.here.identity.site)


def test_waiting_work_builds_on_waiting_work(world: World, pair: tuple[View, View]) -> None:
    ann, ben = pair
    box = ben.draws(BOX)
    ben.draws(MoveOp((box,), 5.0, 1.5))
    ben.draws(SetOp((box,), (("fill", "ink:grey"), ("heads", ("", "arrow")))))
    assert (ben.objects[box].x, ben.objects[box].fill) == (15.5, "ink:grey")
    world.run(1)
    assert ann.objects == ben.objects
    assert ann.objects[box].x == 15.5


def test_a_stroke_is_two_operations(world: World, pair: tuple[View, View]) -> None:
    ann, ben = pair
    stroke = ben.draws(BeginOp("pen", "ink:azure", 2.5, 100.0, 50.0))
    assert ben.objects[stroke].open
    world.run(1)
    assert ann.objects[stroke].open
    ben.draws(EndOp(stroke, ((0.0, 0.0), (1.125, 2.5))))
    world.run(1)
    assert not ann.objects[stroke].open
    assert ann.objects[stroke].points == ((0.0, 0.0), (1.125, 2.5))
    assert ann.objects[stroke].width == 2.5


def test_what_others_do_meanwhile_lies_under_own_waiting_work(
    world: World, pair: tuple[View, View]
) -> None:
    ann, ben = pair
    box = ann.draws(BOX)
    world.run(1)
    ann.draws(SetOp((box,), (("fill", "ink:fern"), ("text", "Ann's"))))
    ben.draws(SetOp((box,), (("fill", "ink:cherry"),)))
    assert ben.objects[box].fill == "ink:cherry"
    world.run(0.012)
    assert (ben.objects[box].fill, ben.objects[box].text) == ("ink:cherry", "Ann's")
    assert ben.objects[box].pending
    world.run(1)
    assert ann.objects == ben.objects


def test_a_deleted_object_is_gone(world: World, pair: tuple[View, View]) -> None:
    ann, ben = pair
    box = ben.draws(BOX)
    world.run(1)
    ben.draws(DeleteOp((box,)))
    assert ben.objects == {}
    world.run(1)
    assert ann.objects == {}
    assert ann.site.told(BoardChanged)[-1].gone == (box,)


def test_what_is_refused_when_ordered_is_taken_from_the_board_with_a_word(
    world: World, pair: tuple[View, View]
) -> None:
    ann, ben = pair
    box = ben.draws(BOX)
    body = CODECS["control.role"].encode(Role(ben.site.key, "viewer"))
    ann.site.session.issue((("control.role", body),), 0)
    ann.site.turn()
    assert box in ben.objects
    world.run(1)
    assert ben.objects == ann.objects == {}
    assert [event.code for event in ben.site.told(TroubleSeen)] == ["refused"]


@pytest.mark.parametrize(
    "op",
    [
        AddOp("rectangle", (("x", float("nan")),)),
        AddOp("rectangle", (("colour", "red"),)),
        SetOp((), (("x", 1.0),)),
        MoveOp(("nothing",), 1.0, 1.0),
        AddOp("rectangle", (("angle", "steep"),)),
        AddOp("rectangle", (("angle", float("inf")),)),
    ],
)
def test_operations_that_make_no_sense_are_refused_with_a_reason(
    pair: tuple[View, View], op: AddOp | SetOp | MoveOp
) -> None:
    _, ben = pair
    answer = ben.draws(op)
    assert isinstance(answer, Denied)
    assert answer.why
    assert ben.objects == {}


def test_there_is_no_drawing_on_a_board_that_is_not_there(pair: tuple[View, View]) -> None:
    _, ben = pair
    answer = ben.site.ask(lambda token: EditBoard(token, "cellar", (BOX,)))
    assert isinstance(answer, Denied)


class TestUndo:
    def test_waiting_work_is_taken_back_before_it_is_ordered(
        self, world: World, pair: tuple[View, View]
    ) -> None:
        ann, ben = pair
        box = ben.draws(BOX)
        ben.draws(MoveOp((box,), 8.0, 0.0))
        undoes(ben)
        assert ben.objects[box].x == 10.5
        undoes(ben)
        assert ben.objects == {}
        assert ben.undo == UndoChanged(can_undo=False, can_redo=True)
        undoes(ben, redo=True)
        undoes(ben, redo=True)
        assert ben.objects[box].x == 18.5
        world.run(1)
        assert ann.objects == ben.objects
        assert ann.objects[box].x == 18.5

    def test_only_own_work_is_taken_back(self, world: World, pair: tuple[View, View]) -> None:
        ann, ben = pair
        ann.draws(BOX)
        world.run(1)
        answer = undoes(ben)
        assert isinstance(answer, Denied)
        assert answer.why == "nothing to undo"
        assert ben.undo == UndoChanged(can_undo=False, can_redo=False)

    def test_new_work_ends_what_can_be_redone(self, pair: tuple[View, View]) -> None:
        _, ben = pair
        ben.draws(BOX)
        undoes(ben)
        assert ben.undo == UndoChanged(can_undo=False, can_redo=True)
        ben.draws(BOX)
        assert ben.undo == UndoChanged(can_undo=True, can_redo=False)
        answer = undoes(ben, redo=True)
        assert isinstance(answer, Denied)
        assert answer.why == "nothing to redo"

    def test_it_goes_on_after_a_restart(self, world: World, pair: tuple[View, View]) -> None:
        ann, ben = pair
        ben.draws(BOX)
        world.run(1)
        ben.site.stop()
        world.restart(ben.site)
        world.run(3)
        assert ben.undo.can_undo
        undoes(ben)
        world.run(1)
        assert ann.objects == ben.objects == {}


def test_a_window_opens_with_all_that_is_there(
    world: World, pair: tuple[View, View], monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ben = pair
    monkeypatch.setattr("app.core.limits.BOARD_OBJECTS_TOLD_MAX", 2)
    for _ in range(5):
        ann.draws(BOX)
    world.run(1)
    ben.site.stop()
    world.restart(ben.site)
    world.run(0)
    assert len(ben.objects) == 5
    assert [len(event.objects) for event in ben.site.told(BoardChanged)] == [2, 2, 1]


def test_waiting_work_outlives_a_restart(world: World, pair: tuple[View, View]) -> None:
    ann, ben = pair
    world.hold_back()
    box = ben.draws(BOX)
    ben.site.stop()
    world.restart(ben.site)
    world.run(0)
    assert ben.objects[box].pending
    world.let_go()
    world.run(3)
    assert not ben.objects[box].pending
    assert ann.objects == ben.objects
