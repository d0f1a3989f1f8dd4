"""The others on the board: growing strokes, pointers, selections, texts, lasers, following."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QApplication

from app.core.ids import SiteId
from app.node.api import (
    HintHeard,
    LaserAt,
    Looking,
    PeopleChanged,
    PointerAt,
    Selected,
    StrokePoints,
    TextSoFar,
)
from app.ui.board import presence as presences
from app.ui.board.others import ChosenByOthersLayer
from app.ui.board.presence import Presence
from tests.ui.board.fakes import ADA, PEOPLE, shown, thing

CHIDI = SiteId("chidi")


class Clock:
    now = 0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def presence(qapp, clock):
    return Presence("main", clock)


def hear(presence, hint):
    presence.take(HintHeard(ADA, hint))


def test_a_stroke_grows_and_a_lost_point_is_a_gap(presence):
    hear(presence, StrokePoints("s", 0, ((0, 0), (1, 1))))
    hear(presence, StrokePoints("s", 4, ((4, 4),)))
    assert presence.ghosts["s"].points == [(0, 0), (1, 1), None, None, (4, 4)]
    hear(presence, StrokePoints("s", 2, ((2, 2), (3, 3))))
    assert None not in presence.ghosts["s"].points


@pytest.mark.parametrize("first", [-1, presences.GHOST_POINTS_MAX])
def test_a_stroke_without_bounds_is_left_out(presence, first):
    hear(presence, StrokePoints("s", first, ((0, 0),)))
    assert presence.ghosts["s"].points == []


def test_another_cannot_draw_in_somebodys_stroke(presence):
    hear(presence, StrokePoints("s", 0, ((0, 0),)))
    presence.take(HintHeard(CHIDI, StrokePoints("s", 1, ((9, 9),))))
    assert presence.ghosts["s"].points == [(0, 0)]


def test_there_are_never_more_ghosts_than_the_bound(presence):
    for number in range(presences.GHOSTS_MAX + 5):
        hear(presence, StrokePoints(f"s{number}", 0, ((0, 0),)))
    assert len(presence.ghosts) == presences.GHOSTS_MAX


def test_everything_ends(presence, clock):
    hear(presence, PointerAt("main", 1, 2))
    hear(presence, StrokePoints("s", 0, ((0, 0),)))
    hear(presence, TextSoFar("t", "Qu"))
    hear(presence, LaserAt("main", ((0, 0), (1, 1))))
    assert presence.age()
    clock.now = 70_000
    assert not presence.age()
    assert not (presence.pointers or presence.ghosts or presence.texts or presence.lasers)


def test_a_pointer_on_another_board_is_gone_from_this_one(presence):
    hear(presence, PointerAt("main", 1, 2))
    hear(presence, PointerAt("other", 1, 2))
    assert not presence.pointers


def test_who_is_out_of_reach_leaves_no_pointer_behind(board):
    pane, _node = board
    pane.take(HintHeard(ADA, PointerAt("main", 1, 2)))
    pane.take(HintHeard(ADA, Selected(("s",))))
    pane.take(PEOPLE)
    assert pane.presence.sites() == (ADA,)
    gone = [
        replace(each, state="unreachable") if each.site == ADA else each for each in PEOPLE.people
    ]
    pane.take(PeopleChanged(tuple(gone)))
    assert pane.presence.sites() == ()


def test_a_ghost_is_drawn_when_its_beginning_comes_after_its_hints(board):
    pane, _node = board
    pane.take(HintHeard(ADA, StrokePoints("s", 0, ((0, 0), (50, 10)))))
    assert not pane._live._ghosts
    begun = thing("s", "stroke", x=100.0, y=100.0, open=True)
    pane.take(shown(begun))
    assert "s" in pane._live._ghosts
    pane.take(shown(replace(begun, points=((0.0, 0.0), (50.0, 10.0)), open=False)))
    assert not pane._live._ghosts
    assert pane.scene.piece("s") is not None


def test_growing_paints_the_new_piece_only(board):
    pane, _node = board
    pane.take(shown(thing("s", "stroke", x=100.0, y=100.0, open=True)))
    touched: list[QRectF] = []
    pane.canvas.overlay.touch = touched.append
    pane.take(HintHeard(ADA, StrokePoints("s", 0, tuple((5 * n, 0) for n in range(100)))))
    pane.take(HintHeard(ADA, StrokePoints("s", 100, ((505, 0),))))
    assert touched[0].width() > 400
    assert touched[1].width() < 40


def test_the_frame_timer_runs_only_while_something_moves(board, qtbot):
    pane, _node = board
    overlay = pane.canvas.overlay
    assert not overlay.is_moving
    pane.take(HintHeard(ADA, LaserAt("main", ((10, 10), (20, 20)))))
    assert overlay.is_moving
    qtbot.waitUntil(lambda: not overlay.is_moving, timeout=4_000)
    assert not pane.presence.lasers


def test_a_text_of_another_is_seen_while_it_is_written(board):
    pane, node = board
    node.show(pane, thing("t", "text", x=100.0, y=100.0, text="Qu"))
    pane.take(HintHeard(ADA, TextSoFar("t", "Quay 2")))
    assert pane.scene.piece("t").shown.text == "Quay 2"
    assert pane.model.objects["t"].text == "Qu"
    pane.take(shown(thing("t", "text", x=100.0, y=100.0, text="Quay 3")))
    assert pane.scene.piece("t").shown.text == "Quay 3"
    assert not pane.presence.texts


def test_the_outline_of_a_text_that_is_written_grows_with_it(board):
    pane, node = board
    node.show(pane, thing("t", "text", x=100.0, y=100.0, text="Qu"))
    layer = next(
        each for each in pane.canvas.overlay._layers if isinstance(each, ChosenByOthersLayer)
    )
    widths = []
    for text in ("Qu", "Quay 2, at half past ten"):
        pane.take(HintHeard(ADA, TextSoFar("t", text)))
        ((site, rect),) = layer._outlines()
        assert site == ADA
        widths.append(rect.width())
    assert widths[1] > 3 * widths[0]


def test_following_goes_where_the_other_looks_until_the_person_moves(board):
    pane, _node = board
    pane.take(HintHeard(ADA, Looking("main", 1000, 1000, 450, 350)))
    assert pane.canvas.camera.zoom == 1.0
    pane.follow(ADA)
    assert pane.canvas.camera.seen.contains(QRectF(1010, 1010, 420, 320))
    assert pane.canvas.camera.zoom == pytest.approx(2.0)
    pane.canvas.camera.pan(5, 5)
    assert pane.following.site is None


def test_who_leaves_is_no_longer_followed_and_points_no_more(board):
    pane, _node = board
    pane.take(HintHeard(ADA, PointerAt("main", 100, 100)))
    pane.take(HintHeard(ADA, Selected(("a",))))
    pane.follow(ADA)
    left = tuple(replace(each, state="left") for each in PEOPLE.people if each.site == ADA)
    pane.take(PeopleChanged((PEOPLE.people[0], *left)))
    assert pane.following.site is None
    assert not pane.presence.pointers
    assert not pane.presence.selections


def test_hints_are_no_more_than_others_can_use(board, qtbot):
    pane, node = board
    for step in range(200):
        pane.desk.hint(PointerAt("main", float(step), 0.0))
    qtbot.waitUntil(lambda: PointerAt("main", 199.0, 0.0) in node.hints)
    assert sum(isinstance(hint, PointerAt) for hint in node.hints) <= 3


# --- what is left on the screen -------------------------------------------------------------------


def settle(pane, qtbot):
    """Wait until the board is sharp and everything has been painted."""
    qtbot.waitUntil(lambda: pane.canvas.is_sharp and not pane.canvas.overlay.is_moving)
    QApplication.processEvents()


def on_screen(pane):
    """The pixels of the window as they are, nothing painted anew."""
    return pane.screen().grabWindow(pane.winId()).toImage()


def assert_nothing_is_left(pane, qtbot):
    """What stands on the screen is what a whole new painting shows."""
    settle(pane, qtbot)
    before = on_screen(pane)
    pane.canvas.viewport().update()
    QApplication.processEvents()
    assert before == on_screen(pane)


def pan_about(pane):
    """Moves of the view as a wheel and a hand make them, a frame for each."""
    for dx, dy in ((0, -60), (40, 0), (-13, 27), (90, 90), (-200, -30)):
        pane.canvas.camera.pan(dx, dy)
        QApplication.processEvents()


def test_the_followed_ones_frame_leaves_nothing_behind_on_its_way(board, qtbot):
    pane, _node = board
    pane.take(HintHeard(ADA, Looking("main", 0, 0, 900, 700)))
    pane.follow(ADA)
    settle(pane, qtbot)
    for step in range(1, 6):
        pane.take(HintHeard(ADA, Looking("main", 31 * step, 17 * step, 900, 700)))
        QApplication.processEvents()
    assert pane.following.site == ADA
    assert_nothing_is_left(pane, qtbot)
    pane.following.stop()
    assert_nothing_is_left(pane, qtbot)


@pytest.mark.parametrize("at", [(450, 350), (885, 350), (450, 690), (890, 695), (40, 40)])
def test_a_resting_pointer_leaves_nothing_behind_when_the_view_moves(board, qtbot, at):
    pane, _node = board
    pane.take(HintHeard(ADA, PointerAt("main", *at)))
    settle(pane, qtbot)
    pane.canvas.camera.zoom_at(QPointF(at[0] - 9, at[1] - 9), 1.4)
    settle(pane, qtbot)
    pan_about(pane)
    assert_nothing_is_left(pane, qtbot)


def test_what_is_chosen_leaves_nothing_behind_when_the_view_moves(board, qtbot):
    pane, node = board
    node.show(pane, thing("a", x=380.0, y=280.0, w=120.0, h=80.0), thing("b", w=90.0, h=60.0))
    pane.selection.choose(["a"])
    pane.take(HintHeard(ADA, Selected(("b",))))
    settle(pane, qtbot)
    pan_about(pane)
    assert_nothing_is_left(pane, qtbot)
