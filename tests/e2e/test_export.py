"""A board as a file, written by a command without any display."""

from __future__ import annotations

import json

import pytest
from PySide6.QtGui import QColor, QImage

from tests.e2e.talkstick import run

pytestmark = pytest.mark.slow

SHAPES = (
    {"op": "add", "type": "rectangle", "x": 0, "y": 0, "w": 200, "h": 100, "fill": "FF0000"},
    {"op": "add", "type": "text", "x": 10, "y": 120, "text": "quay"},
    {"op": "add", "type": "stroke", "x": 0, "y": 160, "points": [[0, 0], [90, 9]], "width": 3},
)


@pytest.fixture
def drawn(company, tmp_path):
    (site,) = company.sites("Ada")
    lines = "".join(json.dumps(shape) + "\n" for shape in SHAPES)
    run("draw", "--data", site.folder, "-", stdin=lines).ok()
    return site


def test_a_png_shows_what_was_drawn(drawn, tmp_path):
    out = tmp_path / "board.png"
    run("export", "--data", drawn.folder, out).ok()
    image = QImage(str(out))
    assert image.width() > 400
    middle = image.pixelColor(image.width() // 2, round(image.height() * 0.3))
    assert middle == QColor("#FF0000")


def test_an_svg_holds_lines_and_letters(drawn, tmp_path):
    out = tmp_path / "board.svg"
    run("export", "--data", drawn.folder, out).ok()
    text = out.read_text(encoding="utf-8")
    assert "<svg" in text
    assert "<path" in text
    assert "quay" in text


def test_where_it_can_not_be_written_nothing_is_left(drawn, tmp_path):
    out = tmp_path / "nowhere" / "board.png"
    ended = run("export", "--data", drawn.folder, out)
    assert ended.code == 1
    assert "cannot be written" in ended.error
    assert list(tmp_path.glob("nowhere*")) == []


def test_a_board_that_is_not_there_is_named(drawn, tmp_path):
    ended = run("export", "--data", drawn.folder, tmp_path / "x.png", "--board", "plans")
    assert (ended.code, "plans" in ended.error) == (1, True)
