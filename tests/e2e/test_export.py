"""A board as a file, written by a command without any display."""

from __future__ import annotations

import json
import re

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


def test_a_pdf_is_one_page_of_the_size_of_the_board(drawn, tmp_path):
    png, pdf = tmp_path / "board.png", tmp_path / "board.pdf"
    for out in (png, pdf):
        run("export", "--data", drawn.folder, out).ok()
    data = pdf.read_bytes()
    (box,) = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", data)
    image = QImage(str(png))
    points_per_pixel = 0.75 / 2
    sides = [image.width() * points_per_pixel, image.height() * points_per_pixel]
    assert [float(side) for side in box] == pytest.approx(sides, abs=1)
    assert data.startswith(b"%PDF-")


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_an_empty_board_is_a_picture_too(company, tmp_path, ending):
    (site,) = company.sites("Ada")
    out = tmp_path / f"board.{ending}"
    run("export", "--data", site.folder, out).ok()
    assert out.stat().st_size > 0


def test_what_was_there_before_stays_whole_or_is_replaced(drawn, tmp_path):
    out = tmp_path / "board.png"
    out.write_bytes(b"before")
    run("export", "--data", drawn.folder, out).ok()
    assert not QImage(str(out)).isNull()
    assert [each.name for each in tmp_path.iterdir() if "board" in each.name] == ["board.png"]
    assert not list(tmp_path.glob(".talkstick*"))


def test_where_it_can_not_be_written_nothing_is_left(drawn, tmp_path):
    out = tmp_path / "nowhere" / "board.png"
    ended = run("export", "--data", drawn.folder, out)
    assert ended.code == 1
    assert "cannot be written" in ended.error
    assert list(tmp_path.glob("nowhere*")) == []


def test_a_board_that_is_not_there_is_named(drawn, tmp_path):
    ended = run("export", "--data", drawn.folder, tmp_path / "x.png", "--board", "plans")
    assert (ended.code, "plans" in ended.error) == (1, True)
