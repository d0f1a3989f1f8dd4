"""The board in light and dark, with everything that stands on it, against its approved picture."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPointF

from app.core.ids import SiteId
from app.node.api import (
    BoardChanged,
    BoardObjectShown,
    HintHeard,
    PeopleChanged,
    PersonShown,
    PointerAt,
    Selected,
    UndoChanged,
)
from app.ui.board.echo import blank
from app.ui.board.pane import BoardPane
from app.ui.theme import Look, Looks, Wishes
from tests.shots.pictures import check_picture

ADA, BRAM, CHIDI = SiteId("ada"), SiteId("bram"), SiteId("chidi")
PEOPLE = PeopleChanged(
    tuple(
        PersonShown(site, name, colour, "", "present", None, False, site == BRAM, 0.1, 1, colour)
        for site, name, colour in (
            (ADA, "Ada", "azure"),
            (BRAM, "Bram", "fern"),
            (CHIDI, "Chidi", "cherry"),
        )
    )
)


def ferry() -> tuple[BoardObjectShown, ...]:
    """A bit of everything that a board can hold."""
    numbers = itertools.count()

    def made(kind: str, x: float, y: float, **fields: Any) -> BoardObjectShown:
        place = next(numbers)
        order = ("V", place, 0)
        return replace(blank(f"o{place}", ADA, kind, place), x=x, y=y, order=order, **fields)

    turn = [2 * math.pi * step / 20 for step in range(22)]
    ring = tuple((90 * math.cos(each), 32 * math.sin(each)) for each in turn)
    bend = ((0.0, 0.0), (30.0, -20.0), (40.0, -100.0), (74.0, -138.0))
    return (
        made("rectangle", 0, 0, w=760.0, h=300.0, stroke="ink:grey", width=1.0),
        made("text", 32, 16, text="1 Search", size=13.0),
        made("rectangle", 32, 46, w=176.0, h=230.0),
        made("text", 46, 60, text="Where to?", size=18.0),
        made("rectangle", 46, 110, w=148.0, h=30.0, text="Hirtsby", size=13.0, width=1.0),
        made("rectangle", 46, 220, w=148.0, h=36.0, fill="ink:ink", text="Find", size=13.0),
        made("arrow", 212, 236, points=bend),
        made("rectangle", 294, 46, w=176.0, h=230.0),
        made("stroke", 384, 146, points=ring, stroke="ink:azure", width=3.0),
        made("stroke", 330, 220, points=((0.0, 0.0), (130.0, 4.0)), stroke="0A603A59", width=16.0),
        made("line", 540, 100, points=((0.0, 0.0), (160.0, 30.0)), stroke="ink:cherry", width=6.0),
        made("ellipse", 560, 180, w=120.0, h=70.0, dash="dotted", text="car", size=14.0),
        made("rectangle", 32, 340, w=134.0, h=96.0, fill="ink:mint", stroke="", text="Full ones"),
        made("rectangle", 190, 340, w=134.0, h=96.0, fill="ink:lilac", stroke="", text="The 10:35"),
        made("diamond", 420, 340, w=126.0, h=90.0, text="Foot or car?", size=13.0),
        made("arrow", 550, 385, points=((0.0, 0.0), (70.0, 0.0)), heads=("dot", "triangle")),
        made(
            "rectangle",
            640,
            360,
            w=96.0,
            h=46.0,
            angle=8.0,
            dash="dashed",
            text="Length",
            size=13.0,
        ),
    )


def board(qapp, qtbot, look: Look) -> BoardPane:
    looks = Looks(Wishes(look, less_movement=True))
    looks.theme.apply(qapp)
    numbers = itertools.count(1)
    pane = BoardPane(looks, lambda _command: None, lambda: next(numbers))
    qtbot.addWidget(pane)
    pane.resize(848, 640)
    pane.take(PEOPLE)
    pane.take(BoardChanged("main", ferry(), ()))
    pane.take(UndoChanged(True, False))
    pane.show()
    pane.canvas.camera.fly(QPointF(380, 260), 1.0, 0)
    pane.take(HintHeard(ADA, PointerAt("main", 480, 200)))
    pane.take(HintHeard(CHIDI, PointerAt("main", 250, 400)))
    pane.take(HintHeard(ADA, Selected(("o5",))))
    pane.minimap._draw_boxes()
    return pane


@pytest.mark.parametrize("look", [Look.LIGHT, Look.DARK], ids=lambda look: look.value)
def test_a_board_with_a_chosen_thing_looks_as_approved(dressed, qtbot, tmp_path, look):
    pane = board(dressed, qtbot, look)
    pane.selection.choose(["o14"])
    check_picture(f"board-{look.value}", pane.grab().toImage(), tmp_path)


@pytest.mark.parametrize("look", [Look.LIGHT, Look.DARK], ids=lambda look: look.value)
def test_the_options_of_a_tool_look_as_approved(dressed, qtbot, tmp_path, look):
    pane = board(dressed, qtbot, look)
    pane.use_tool("rectangle" if look is Look.DARK else "pen")
    check_picture(f"board-tool-{look.value}", pane.grab().toImage(), tmp_path)


@pytest.mark.parametrize("look", [Look.LIGHT, Look.DARK], ids=lambda look: look.value)
def test_the_outline_looks_as_approved(dressed, qtbot, tmp_path, look):
    pane = board(dressed, qtbot, look)
    pane.actions_by_name["outline"].trigger()
    pane.outline.tree.setCurrentIndex(pane.outline.rows.find("o14"))
    qtbot.waitUntil(lambda: pane.outline.tree.y() < pane.outline.tree.height())
    dressed.processEvents()
    check_picture(f"board-outline-{look.value}", pane.grab().toImage(), tmp_path)


@pytest.mark.parametrize("look", [Look.LIGHT, Look.DARK], ids=lambda look: look.value)
def test_lines_of_texts_and_a_locked_thing_look_as_approved(dressed, qtbot, tmp_path, look):
    looks = Looks(Wishes(look, less_movement=True))
    looks.theme.apply(dressed)
    pane = BoardPane(looks, lambda _command: None, iter(range(1, 9)).__next__)
    qtbot.addWidget(pane)
    pane.resize(560, 360)
    pane.take(PEOPLE)
    kinds: tuple[tuple[str, dict[str, Any]], ...] = (
        ("text", {"y": 10.0, "text": "10:35\nMV Astrid\nBerth 2", "align": "left"}),
        ("text", {"x": 150.0, "y": 10.0, "text": "Full\nwithout a car", "align": "center"}),
        (
            "rectangle",
            {"x": 310.0, "w": 150.0, "h": 110.0, "text": "Foot\nor car?\n", "size": 18.0},
        ),
        ("rectangle", {"x": 150.0, "y": 130.0, "w": 120.0, "h": 60.0, "locked": True}),
    )
    things = [
        replace(blank(f"o{place}", ADA, kind, place), order=("V", place, 0), **fields)
        for place, (kind, fields) in enumerate(kinds)
    ]
    pane.take(BoardChanged("main", tuple(things), ()))
    pane.show()
    pane.canvas.camera.fly(QPointF(220, 140), 1.0, 0)
    pane.selection.choose(["o3"])
    check_picture(f"board-lines-{look.value}", pane.grab().toImage(), tmp_path)
