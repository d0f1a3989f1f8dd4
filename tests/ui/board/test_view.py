"""Camera, bars, export: what is seen and what leaves the board."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QImage,
    QPainter,
    QPointingDevice,
    QRegion,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel, QSlider, QWidget

from app.core.errors import KnownError, LocalError
from app.node.api import UndoBoard, UndoChanged
from app.ui.board import minimap as minimaps
from app.ui.board.canvas import merged
from app.ui.board.colours import drawn_colour, ink_name, stored_marker
from app.ui.board.geometry import simplified, smooth_path
from app.ui.board.live import LiveStroke
from app.ui.board.pane import BoardPane
from app.ui.board.render import to_image, write_picture
from app.ui.board.toolbar import Divider
from app.ui.swatches import INKS
from app.ui.theme import Look, Looks, Wishes
from app.ui.tokens import DARK, LIGHT
from tests.ui.board.fakes import click, mouse, thing


def wheel(pane, x, y, angle, keys=Qt.KeyboardModifier.NoModifier):
    at = QPointF(x, y)
    viewport = pane.canvas.viewport()
    event = QWheelEvent(
        at,
        viewport.mapToGlobal(at),
        QPoint(),
        angle,
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def test_the_wheel_moves_and_with_ctrl_zooms_about_the_pointer(board):
    pane, _node = board
    camera = pane.canvas.camera
    before = camera.to_board(QPointF(200, 200))
    wheel(pane, 200, 200, QPoint(0, 120), Qt.KeyboardModifier.ControlModifier)
    assert camera.zoom > 1.1
    assert (camera.to_board(QPointF(200, 200)) - before).manhattanLength() < 1.5
    top = camera.seen.top()
    wheel(pane, 200, 200, QPoint(0, -120))
    assert camera.seen.top() > top


def test_zoom_has_ends_and_round_steps(board):
    pane, _node = board
    camera = pane.canvas.camera
    for _ in range(30):
        pane.actions_by_name["zoom-in"].trigger()
    assert camera.zoom == 8.0
    for _ in range(40):
        pane.actions_by_name["zoom-out"].trigger()
    assert camera.zoom == 0.05
    pane.actions_by_name["zoom-100"].trigger()
    assert camera.zoom == 1.0


def test_show_all_shows_all_and_show_selection_what_is_chosen(board):
    pane, node = board
    node.show(
        pane,
        thing("a", x=-3000.0, y=-2000.0, w=50.0, h=50.0),
        thing("b", place=1, x=4000.0, y=900.0, w=50.0, h=50.0),
    )
    pane.actions_by_name["zoom-all"].trigger()
    assert pane.canvas.camera.seen.contains(QRectF(-3000, -2000, 7050, 2950))
    pane.selection.choose(["b"])
    pane.actions_by_name["zoom-selection"].trigger()
    assert pane.canvas.camera.seen.contains(QRectF(4000, 900, 50, 50))
    assert pane.canvas.camera.zoom == 2.0


def test_space_held_drags_the_board_and_draws_nothing(board):
    pane, node = board
    pane.use_tool("pen")
    left = pane.canvas.camera.seen.left()
    QTest.keyPress(pane.canvas, Qt.Key.Key_Space)
    mouse(pane, "press", 300, 300)
    mouse(pane, "move", 340, 300)
    mouse(pane, "release", 340, 300)
    QTest.keyRelease(pane.canvas, Qt.Key.Key_Space)
    assert pane.canvas.camera.seen.left() == left - 40
    assert node.edits == []
    assert pane.desk.marks.cross is None


def test_space_that_seems_pressed_anew_in_a_drag_is_no_tap(board):
    pane, _node = board
    QTest.keyPress(pane.canvas, Qt.Key.Key_Space)
    mouse(pane, "press", 300, 300)
    mouse(pane, "move", 340, 300)
    QTest.keyRelease(pane.canvas, Qt.Key.Key_Space)
    QTest.keyPress(pane.canvas, Qt.Key.Key_Space)
    mouse(pane, "release", 340, 300)
    QTest.keyRelease(pane.canvas, Qt.Key.Key_Space)
    assert pane.desk.marks.cross is None


def test_bars_stay_while_the_board_moves_below_them(board):
    pane, _node = board
    places = [widget.pos() for widget in (pane.toolbar, pane.zoom_bar, pane.minimap)]
    pane.canvas.camera.pan(123, -45)
    assert places == [widget.pos() for widget in (pane.toolbar, pane.zoom_bar, pane.minimap)]


def test_the_map_goes_where_it_is_pressed(board):
    pane, node = board
    node.show(
        pane,
        thing("a", w=10.0, h=10.0),
        thing("b", place=1, x=5000.0, y=4000.0, w=10.0, h=10.0),
    )
    pane.minimap._draw_boxes()
    spot = pane.minimap.rect().bottomRight() - QPoint(8, 8)
    QTest.mouseClick(pane.minimap, Qt.MouseButton.LeftButton, pos=spot)
    assert pane.canvas.camera.middle.x() > 3000


def test_an_empty_board_has_no_map(board):
    pane, node = board
    assert not pane.minimap.isVisible()
    node.show(pane, thing("a", w=10.0, h=10.0))
    assert pane.minimap.isVisible()


def boxes_of(pane):
    """The picture of the map without frame and pointers."""
    return pane.minimap._boxes.toImage()


def redrawn(pane, qtbot):
    """The map as it is once a change has had its time."""
    minimap = pane.minimap
    minimap._redraw.setInterval(0)
    qtbot.waitUntil(lambda: not minimap._redraw.isActive() and minimap._drawing is None)
    return boxes_of(pane)


def test_every_change_reaches_the_map(board, qtbot):
    pane, node = board
    seen = [boxes_of(pane)]
    for place, name in enumerate("abc"):
        node.show(pane, thing(name, place=place, x=300.0 * place, w=200.0, h=200.0))
        seen.append(redrawn(pane, qtbot))
        assert all(seen[-1] != before for before in seen[:-1])
    pane.minimap.set_theme(pane._looks.theme)
    node.show(pane, thing("d", place=9, y=900.0, w=200.0, h=200.0))
    assert redrawn(pane, qtbot) not in seen


def test_a_change_while_the_map_is_drawn_reaches_it_too(board, qtbot, monkeypatch):
    monkeypatch.setattr(minimaps, "BOXES_AT_ONCE", 1)
    pane, node = board
    pane.minimap._redraw.setInterval(0)
    node.show(pane, *(thing(f"s{n}", place=n, x=30.0 * n, w=20.0, h=20.0) for n in range(6)))
    qtbot.waitUntil(lambda: pane.minimap._drawing is not None)
    node.show(pane, thing("late", place=9, y=4000.0, w=900.0, h=900.0))
    pane.minimap._begin()
    after = redrawn(pane, qtbot)
    pane.minimap._draw_boxes()
    assert after == boxes_of(pane)


def test_show_all_keeps_clear_of_the_bars(board):
    pane, node = board
    node.show(pane, thing("a", w=100.0, h=4000.0))
    pane.show_all()
    camera = pane.canvas.camera
    assert camera.to_view(QPointF(0, 0)).y() >= pane.zoom_bar.geometry().bottom()
    assert camera.to_view(QPointF(0, 4000)).y() <= pane.toolbar.y()


def test_a_narrow_board_has_the_last_tools_in_a_menu_and_no_map(board):
    pane, node = board
    node.show(pane, thing("a", w=10.0, h=10.0))
    assert pane.minimap.isVisible()
    pane.resize(480, 500)
    assert not pane.minimap.isVisible()
    assert pane.toolbar.width() <= 480
    named = [each.text() for each in pane.toolbar._menu.actions()]
    assert "Laser" in named


def test_options_show_only_for_tools_that_have_some(board):
    pane, node = board
    node.show(pane, thing("a", w=10.0, h=10.0))
    pane.use_tool("select")
    assert not pane.strip.isVisible()
    for tool, has_slider in (("pen", True), ("rectangle", False)):
        pane.use_tool(tool)
        assert pane.strip.isVisible()
        assert pane.strip.findChild(QSlider).isVisible() is has_slider
        assert pane.strip.geometry().right() < pane.width()
        assert pane.strip.x() > pane.minimap.geometry().right()


@pytest.mark.parametrize("text_percent", [100, 200])
@pytest.mark.parametrize("width", [420, 620, 900])
def test_every_option_has_room(qtbot, node, text_percent, width):
    looks = Looks(Wishes(Look.LIGHT, text_percent, less_movement=True))
    pane = BoardPane(looks, node.submit, node.token)
    qtbot.addWidget(pane)
    pane.resize(width, 700)
    pane.show()
    node.show(pane, thing("a", x=300.0, y=200.0, w=50.0, h=50.0))
    for tool in ("pen", "rectangle", "arrow"):
        pane.use_tool(tool)
        all_lie_apart_in(pane.strip, pane.canvas.viewport())
    pane.use_tool("select")
    pane.selection.choose(["a"])
    pane.selection_bar._colours.click()
    assert pane.selection_bar.strip.isVisible()
    all_lie_apart_in(pane.selection_bar.strip, pane.canvas.viewport())


def all_lie_apart_in(strip, around):
    assert around.rect().contains(strip.geometry())
    shown = [each for each in strip.children() if isinstance(each, QWidget) and each.isVisible()]
    assert len(shown) > 10
    for each in shown:
        assert strip.rect().contains(each.geometry()), each.accessibleName()
    for one, other in itertools.combinations(shown, 2):
        assert not one.geometry().intersects(other.geometry())


def test_a_row_of_options_does_not_begin_with_a_divider(board):
    pane, _node = board
    pane.use_tool("rectangle")
    strip = pane.strip
    strip.fit_into(400)
    assert strip.width() <= 400
    shown = [each for each in strip.children() if isinstance(each, QWidget) and each.isVisible()]
    rows = {each.geometry().center().y() // 36 for each in shown}
    assert len(rows) >= 2
    for row in rows:
        first = min(
            (each for each in shown if each.geometry().center().y() // 36 == row),
            key=lambda each: each.x(),
        )
        assert not isinstance(first, Divider)


def test_a_click_beside_the_buttons_of_a_bar_draws_nothing_below(board):
    pane, node = board
    node.show(pane, thing("a", x=300.0, y=200.0, w=50.0, h=50.0))
    pane.use_tool("pen")
    bars = (pane.toolbar, pane.strip, pane.zoom_bar, pane.here_bar, pane.minimap)
    for bar in bars:
        assert bar.isVisible()
        for part in (bar, *bar.findChildren(Divider), *bar.findChildren(QLabel)):
            QTest.mouseClick(part, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))
    assert not node.edits
    QTest.mouseClick(pane.canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(300, 300))
    assert len(node.edits) == 1


def test_a_bar_takes_wheel_and_pen_that_turn_over_it(board):
    pane, node = board
    pane.use_tool("pen")
    seen = pane.canvas.camera.seen
    part = pane.toolbar.findChildren(Divider)[0]
    at = QPointF(2, 2)
    keys, none = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.NoButton
    turn = QWheelEvent(
        at,
        part.mapToGlobal(at),
        QPoint(),
        QPoint(0, -120),
        none,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(part, turn)
    assert pane.canvas.camera.seen == seen
    left = Qt.MouseButton.LeftButton
    button = pane.toolbar.findChildren(QAbstractButton)[0]
    for kind, held in ((QEvent.Type.TabletPress, left), (QEvent.Type.TabletRelease, none)):
        pen = QTabletEvent(
            kind,
            QPointingDevice.primaryPointingDevice(),
            at,
            button.mapToGlobal(at),
            0.5,
            0,
            0,
            0,
            0,
            0,
            keys,
            left,
            held,
        )
        QApplication.sendEvent(button, pen)
        assert not pen.isAccepted()
    assert not node.edits


def test_every_button_has_a_name(board):
    pane, node = board
    node.show(pane, thing("a", x=100.0, y=100.0, w=50.0, h=50.0))
    pane.selection.choose(["a"])
    for button in pane.findChildren(QAbstractButton):
        assert button.accessibleName() or button.text(), button


def test_undo_can_be_pressed_when_there_is_something_to_undo(board):
    pane, node = board
    assert not pane.actions_by_name["undo"].isEnabled()
    pane.take(UndoChanged(True, False))
    pane.actions_by_name["undo"].trigger()
    assert isinstance(node.sent[-1], UndoBoard)


def test_a_refusal_is_said(board, qtbot):
    pane, node = board
    pane.use_tool("rectangle")
    with qtbot.waitSignal(pane.said) as said:
        click(pane, 300, 300)
        node.deny(pane.take)
    assert said.args == ["Not drawn: this board is locked"]


def test_the_empty_board_says_what_to_do(board):
    pane, node = board
    assert pane._empty.isVisible()
    node.show(pane, thing("a", w=10.0, h=10.0))
    assert not pane._empty.isVisible()


# --- pictures -------------------------------------------------------------------------------------


def test_a_board_is_written_as_png_and_svg(qapp, tmp_path):
    objects = (
        thing("a", x=10.0, y=10.0, w=100.0, h=60.0, text="Find", fill="ink:ink"),
        thing("b", "arrow", 1, x=0.0, y=0.0, points=((0.0, 0.0), (50.0, 20.0))),
        thing("open", "stroke", 2, x=9000.0, open=True),
    )
    png, svg = tmp_path / "board.png", tmp_path / "board.svg"
    write_picture(objects, png, "Ferry")
    write_picture(objects, svg, "Ferry")
    image = QImage(str(png))
    assert 200 < image.width() < 400
    renderer = QSvgRenderer(str(svg))
    assert renderer.isValid()
    assert renderer.viewBoxF().width() == image.width() / 2
    assert ">Ferry<" in svg.read_text(encoding="utf-8")


def rows_of_ink(image):
    """Stretches of rows that hold something dark: the lines of a text."""
    dark = [
        any(image.pixelColor(x, y).lightness() < 120 for x in range(0, image.width(), 2))
        for y in range(image.height())
    ]
    return sum(now and not before for before, now in itertools.pairwise([False, *dark]))


def picture_in(path):
    """What another program makes of a written picture."""
    if path.suffix == ".png":
        return QImage(str(path))
    image = QImage(400, 400, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    QSvgRenderer(str(path)).render(painter)
    painter.end()
    return image


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_lines_of_a_text_stay_lines_in_a_picture(qapp, tmp_path, ending):
    text = thing("t", "text", text="HHH\nHHH\nHHH", size=40.0)
    box = thing("b", place=1, x=300.0, w=160.0, h=160.0, text="HH\nHH\nHH", size=40.0, width=0.0)
    for each in (text, box):
        path = tmp_path / f"board.{ending}"
        write_picture((each,), path, "Ferry")
        assert rows_of_ink(picture_in(path)) == 3


def test_a_wrong_ending_and_a_folder_that_is_not_there_are_said(qapp, tmp_path):
    with pytest.raises(LocalError, match=r"board\.gif"):
        write_picture((thing("a", w=9.0, h=9.0),), tmp_path / "board.gif", "Ferry")
    for ending in ("png", "svg"):
        with pytest.raises(KnownError):
            write_picture((thing("a", w=9.0),), tmp_path / "no" / f"board.{ending}", "Ferry")


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_what_could_not_be_saved_is_told_until_it_is_closed(board, qtbot, tmp_path):
    pane, node = board
    node.show(pane, thing("a", w=10.0, h=10.0))
    with qtbot.assertNotEmitted(pane.said):
        pane._saving.save(str(tmp_path / "none" / "board.png"))
    told = pane.findChild(QDialog)
    assert told.isVisible()
    assert any("board.png" in each.text() for each in told.findChildren(QLabel))
    told.reject()
    with qtbot.waitSignal(pane.said):
        pane._saving.save(str(tmp_path / "board.png"))


def test_a_huge_board_gives_a_picture_of_bounded_size(qapp):
    objects = (thing("a", w=9.0, h=9.0), thing("b", place=1, x=100_000.0, w=9.0, h=9.0))
    assert max(to_image(objects).width(), to_image(objects).height()) <= 16_384


def test_text_can_be_read_on_every_fill(qapp):
    for tokens in (LIGHT, DARK):
        image = to_image(
            (thing("a", x=0.0, y=0.0, w=200.0, h=80.0, fill="ink:ink", text="MMMM"),), tokens, 1.0
        )
        middle = [image.pixelColor(x, image.height() // 2).lightness() for x in range(60, 190)]
        assert max(middle) - min(middle) > 120


# --- pieces ---------------------------------------------------------------------------------------


def drawn(stored, tokens):
    colour = drawn_colour(stored, tokens)
    assert colour is not None
    return colour


def test_colours_follow_the_theme_by_name(qapp):
    for name, ink in INKS.items():
        assert drawn(f"ink:{name}", DARK).name().upper() == ink.dark
        assert drawn(stored_marker(name), DARK).alpha() == 0x59
        assert drawn(stored_marker(name), DARK).name().upper() == ink.dark
        assert ink_name(stored_marker(name)) == name
    assert drawn_colour("", LIGHT) is None
    for wrong in ("ink:of-a-newer-version", "nonsense", "12345"):
        assert drawn(wrong, LIGHT).name().upper() == INKS["ink"].light


def test_a_growing_stroke_has_the_curve_that_it_will_rest_in(qapp):
    points = [(7.0 * n, (n * n) % 23) for n in range(90)]
    live = LiveStroke(drawn("ink:ink", LIGHT), 2.0)
    for x, y in points:
        live.append([QPointF(x, y)])
    whole = smooth_path(points, QPointF())
    pieces = [path.elementAt(n) for path in live._paths for n in range(1, path.elementCount())]
    expected = [whole.elementAt(n) for n in range(1, whole.elementCount() - 1)]
    assert [(p.x, p.y) for p in pieces] == [(p.x, p.y) for p in expected]


def test_simplifying_keeps_the_line(qapp):
    zigzag = [(float(n), float(n % 2) * 10) for n in range(100)]
    assert simplified(zigzag, 0.5) == zigzag
    nearly = [(float(n), 0.1 * (n % 2)) for n in range(100)]
    assert simplified(nearly, 0.5) == [nearly[0], nearly[-1]]


def test_strips_are_not_painted_as_one_frame():
    strips = merged(QRegion(QRect(0, 0, 1000, 4)).united(QRegion(QRect(0, 4, 8, 800))))
    assert len(strips) == 2
    near = merged(QRegion(QRect(0, 0, 20, 20)).united(QRegion(QRect(22, 0, 20, 20))))
    assert near == [QRect(0, 0, 42, 20)]
