"""Squares that are kept: after whatever changes, what is seen is what painting all of it anew shows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QImage, QPainter

from app.node.api import BoardChanged
from app.ui.board.ground import Ground
from app.ui.board.model import BoardModel
from app.ui.board.scene import BoardScene
from app.ui.board.tiles import HINTS, SIDE_PIXELS, Budget, Tiles
from app.ui.theme import Look, Looks, Theme, Wishes
from tests.shots.pictures import differing_share
from tests.ui.board.fakes import drag, shown, thing

VIEW = QRect(0, 0, 700, 500)
CORNER = QPoint(40, 30)
NO_END = None


class Once(Budget):
    """Time for one thing."""

    def __init__(self) -> None:
        super().__init__(0)
        self.used = False

    @property
    def is_left(self) -> bool:
        was, self.used = self.used, True
        return not was


class Stage:
    """A scene of a model, its squares, and a view of 700 x 500 onto them."""

    def __init__(self) -> None:
        self.theme: Theme = Looks(Wishes(Look.LIGHT)).theme
        self.model = BoardModel(lambda _command: None, lambda: 1)
        self.scene = BoardScene(self.model, self.theme)
        self.tiles = Tiles(self.scene, Ground(self.theme))
        self.tiles.set_view(VIEW.size(), 1.0)
        self.zoom = 1.0
        self.scene.spoiled.connect(lambda areas, now: self.tiles.spoil(areas, at_once=now))
        self.scene.topped.connect(lambda piece: self.tiles.add_on_top(piece, self.zoom))

    def show(self, *objects) -> None:
        self.model.take(shown(*objects))

    def drop(self, *ids: str) -> None:
        self.model.take(BoardChanged("main", (), ids))

    def picture(self, milliseconds=NO_END, corner=CORNER, tiles=None) -> QImage:
        image = QImage(VIEW.size(), QImage.Format.Format_RGB32)
        painter = QPainter(image)
        budget = Budget(milliseconds)
        (tiles or self.tiles).paint(painter, VIEW, corner, self.zoom, budget)
        painter.end()
        return image

    def anew(self, corner=CORNER) -> QImage:
        """The same, with nothing kept."""
        tiles = Tiles(self.scene, Ground(self.theme))
        tiles.set_view(VIEW.size(), 1.0)
        return self.picture(corner=corner, tiles=tiles)

    def is_right(self) -> bool:
        return self.tiles.is_right(VIEW, CORNER, self.zoom)


def crowd():
    """Things that lie over each other and over the edges of squares."""
    return (
        thing("a", place=0, x=180.0, y=160.0, w=200.0, h=180.0, fill="ink:mint", text="below"),
        thing("b", "ellipse", place=1, x=230.0, y=210.0, w=160.0, h=120.0, fill="ink:peach"),
        thing("c", "arrow", place=2, x=100.0, y=300.0, points=((0.0, 0.0), (400.0, -200.0))),
        thing("d", "text", place=3, x=240.0, y=250.0, text="on top of all", size=28.0),
        thing("f", "ellipse", place=5, x=60.0, y=40.0, w=560.0, h=400.0, dash="dotted", width=6.0),
        thing("g", "line", place=6, x=-90.0, y=420.0, points=((0.0, 0.0), (800.0, -300.0))),
        thing("e", "diamond", place=4, x=20.0, y=20.0, w=90.0, h=60.0, angle=30.0),
    )


def object_of(stage, name):
    return stage.model.objects[name]


CHANGES = {
    "moved": lambda s: s.show(replace(object_of(s, "b"), x=300.0, y=120.0)),
    "recoloured": lambda s: s.show(replace(object_of(s, "a"), fill="ink:rose")),
    "turned": lambda s: s.show(replace(object_of(s, "e"), angle=75.0)),
    "rewritten": lambda s: s.show(replace(object_of(s, "d"), text="a much longer line of words")),
    "deleted": lambda s: s.drop("c"),
    "added on top": lambda s: s.show(
        thing("n", "arrow", place=9, x=90.0, y=90.0, points=((0.0, 0.0), (300.0, 280.0)), width=8.0)
    ),
    "added below some": lambda s: s.show(
        replace(thing("n", x=200.0, y=200.0, w=99.0, h=99.0, fill="ink:sky"), order=("V", 1, 5))
    ),
    "added below all": lambda s: s.show(
        replace(thing("n", x=0.0, y=0.0, w=500.0, h=400.0, fill="ink:sky"), order=("A", 0, 0))
    ),
    "raised": lambda s: s.show(replace(object_of(s, "a"), z="X", order=("X", 0, 0))),
    "lowered": lambda s: s.show(replace(object_of(s, "d"), z="A", order=("A", 3, 0))),
    "raised and moved": lambda s: s.show(replace(object_of(s, "a"), x=250.0, order=("X", 0, 0))),
    "shifted by a hand": lambda s: s.scene.shift(["a", "d"], 70, 33),
    "dimmed": lambda s: s.scene.dim(["b"], on=True),
    "without its text": lambda s: s.scene.hide_text("d", hidden=True),
    "previewed": lambda s: s.scene.preview([replace(object_of(s, "b"), w=300.0)]),
    "previewed anew": lambda s: s.scene.preview([thing("p", x=9.0, y=9.0, w=300.0, h=300.0)]),
    "added below a preview": lambda s: (
        s.scene.preview([thing("p", x=100.0, y=100.0, w=300.0, h=300.0, fill="ink:sky")]),
        s.show(thing("n", place=9, x=150.0, y=150.0, w=300.0, h=20.0, fill="ink:rose")),
    ),
    "no longer previewed": lambda s: (
        s.scene.preview([thing("p", x=9.0, y=9.0, w=300.0, h=300.0)]),
        s.picture(),
        s.scene.end_preview(["p"]),
    ),
    "many at once": lambda s: s.show(
        *(thing(f"m{n}", place=20 + n, x=6.0 * n, y=4.0 * n, w=40.0, h=9.0) for n in range(80))
    ),
}  # fmt: skip


@pytest.fixture
def stage(qapp):
    made = Stage()
    made.show(*crowd())
    made.picture()
    assert made.is_right()
    return made


@pytest.mark.parametrize("name", CHANGES)
def test_after_a_change_kept_squares_show_what_new_ones_show(stage, name):
    before = stage.picture()
    CHANGES[name](stage)
    assert stage.picture() == stage.anew()
    assert (stage.picture() == before) == (name == "no longer previewed")


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_reaches_the_squares_of_another_zoom(stage, name):
    stage.zoom = 0.5
    stage.picture()
    CHANGES[name](stage)
    stage.picture()
    stage.zoom = 1.0
    assert stage.picture() == stage.anew()


def test_squares_meet(stage):
    """A line of dashes, and all else, looks as in one piece: dashes begin where the line does."""
    stage.show(replace(object_of(stage, "g"), dash="dashed", width=4.0))
    whole = QImage(VIEW.size(), QImage.Format.Format_RGB32)
    painter = QPainter(whole)
    painter.setRenderHints(HINTS)
    Ground(stage.theme).paint(painter, QRectF(VIEW), QPointF(CORNER), 1.0)
    stage.scene.render(painter, QRectF(VIEW), QRectF(VIEW.translated(-CORNER)))
    painter.end()
    assert differing_share(whole, stage.picture()) < 0.0005


def test_what_lies_on_top_is_painted_alone(stage, monkeypatch):
    monkeypatch.setattr(BoardScene, "render", lambda *_: pytest.fail("painted all below anew"))
    stage.show(thing("n", place=9, x=200.0, y=200.0, w=300.0, h=200.0, fill="ink:sky"))
    assert stage.is_right()
    stage.picture()


def test_a_change_spoils_only_the_squares_it_touches(stage):
    stage.show(replace(object_of(stage, "e"), angle=31.0))
    far = QRect(QPoint(SIDE_PIXELS, SIDE_PIXELS) + CORNER, QSize(200, 200))
    assert not stage.is_right()
    assert stage.tiles.is_right(far, CORNER, stage.zoom)


def test_an_own_place_in_the_order_that_changes_nothing_paints_nothing(stage):
    stage.show(replace(object_of(stage, "g"), order=("V", 50, 0)))
    assert stage.is_right()


@pytest.mark.parametrize("spoken_first", [False, True])
def test_own_work_that_gets_its_lasting_name_stays_as_it_is(board, spoken_first):
    """It is painted once, when it is drawn: not again for its name, nor for its place."""
    pane, node = board
    canvas = pane.canvas
    node.show(pane, crowd()[0])
    pane.use_tool("pen")
    drag(pane, (100, 100), (300, 200), (500, 120), (600, 400))
    canvas.viewport().grab()
    spoiled: list[QRectF] = []
    pane.scene.spoiled.connect(lambda areas, _now: spoiled.extend(areas))
    node.answer(pane.take, spoken_first=spoken_first)
    kept = canvas.viewport().grab().toImage()
    canvas._tiles.clear()
    assert canvas.viewport().grab().toImage() == kept
    assert spoken_first or spoiled == []
    assert sorted(pane.scene.boxes) == sorted(pane.model.objects)


def test_a_moved_view_shows_the_same_board(stage):
    for step in range(1, 9):
        corner = CORNER + QPoint(-37 * step, 23 * step)
        assert stage.picture(corner=corner) == stage.anew(corner)


def test_without_time_a_frame_shows_the_old_zoom_scaled_and_paints_nothing(stage, monkeypatch):
    monkeypatch.setattr(BoardScene, "render", lambda *_: pytest.fail("painted things"))
    stage.zoom = 1.1
    picture = stage.picture(milliseconds=0)
    monkeypatch.undo()
    middle = QPointF(280, 250) * stage.zoom + QPointF(CORNER)
    assert picture.pixelColor(middle.toPoint()) == stage.anew().pixelColor(middle.toPoint())


def test_what_is_missing_is_painted_bit_by_bit_until_all_is_right(stage):
    stage.zoom = 1.1
    turns = 0
    while not stage.is_right():
        turns += 1
        assert len(stage.tiles.improve(VIEW, CORNER, stage.zoom, Once())) == 1
        assert turns < 50
    assert turns > 3
    assert stage.picture(milliseconds=0) == stage.anew()


def test_a_hand_that_moves_things_does_not_wait(stage):
    stage.scene.shift(["a", "d"], 70, 33)
    assert stage.picture(milliseconds=0) == stage.anew()


def test_others_changes_may_wait_for_the_next_frame(stage):
    before = stage.picture()
    stage.show(replace(object_of(stage, "a"), fill="ink:rose"))
    assert stage.picture(milliseconds=0) == before
    stage.tiles.improve(VIEW, CORNER, stage.zoom, Budget(NO_END))
    assert stage.picture(milliseconds=0) == stage.anew()


def test_a_full_part_of_the_board_is_painted_in_smaller_parts(stage, monkeypatch):
    stage.show(
        *(
            thing(f"m{n}", place=20 + n, x=n % 40 * 6.0, y=n // 40 * 6.0, w=5.0, h=5.0)
            for n in range(1600)
        )
    )
    sides: list[float] = []
    render = BoardScene.render

    def watched(scene, painter, target, source):
        sides.append(target.width())
        render(scene, painter, target, source)

    monkeypatch.setattr(BoardScene, "render", watched)
    stage.zoom = 0.3
    assert stage.picture() == stage.anew()
    assert max(sides) < SIDE_PIXELS


def test_pictures_are_bounded_and_what_is_seen_stays(stage):
    for step in range(60):
        stage.picture(corner=CORNER + QPoint(-300 * step, 0))
    for step in range(20):
        stage.zoom = 1.0 + step / 10
        stage.picture()
    kept = sum(len(level) for level in stage.tiles._levels.values())
    assert kept <= stage.tiles._room
    assert stage.is_right()


def test_the_grid_does_not_jump_when_the_board_moves(qapp):
    ground = Ground(Looks(Wishes(Look.LIGHT)).theme)
    images = []
    for shift in (0, 1, 7):
        image = QImage(400, 300, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        ground.paint(painter, QRectF(0, 0, 400, 300), QPointF(10 + shift, 5 + shift), 1.3125)
        painter.end()
        images.append(image.copy(100 + shift, 100 + shift, 200, 150))
    assert images[0] == images[1] == images[2]


def test_a_grab_of_the_window_waits_for_nothing_a_frame_does(board):
    pane, node = board
    node.show(
        pane,
        *(
            thing(f"m{n}", "ellipse", place=n, x=n % 60 * 14.0, y=n // 60 * 12.0, w=60.0, h=60.0)
            for n in range(3000)
        ),
    )
    pane.canvas.camera.fly(QPointF(400, 300), 0.9, 0)
    pane.canvas.viewport().grab()
    assert pane.canvas.is_sharp
