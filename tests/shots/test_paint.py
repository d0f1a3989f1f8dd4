"""The drawing helpers against their approved pictures, and what they promise beside the picture."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from app.ui.paint.marks import silhouette
from app.ui.paint.meter import talk_level
from app.ui.paint.plots import nice_maximum
from app.ui.paint.pointer import label_rect
from app.ui.swatches import Shape
from app.ui.theme import theme_of
from app.ui.tokens import Scheme
from tests.shots.gallery import GALLERY, drawn
from tests.shots.pictures import check_picture, differing_share


@pytest.mark.parametrize("scheme", Scheme, ids=lambda scheme: scheme.value)
@pytest.mark.parametrize("name", GALLERY)
def test_a_drawing_is_the_approved_one(qapp, tmp_path, name, scheme):
    check_picture(f"{name}-{scheme.value}", drawn(name, theme_of(scheme)), tmp_path)


def test_one_other_pixel_is_seen(qapp):
    image = drawn("hatch", theme_of(Scheme.LIGHT))
    other = QImage(image)
    other.setPixelColor(3, 3, QColor("#123456"))
    assert differing_share(image, other) > 0


@pytest.mark.parametrize("name", ["marks", "stick", "meters", "hatch"])
def test_a_painter_comes_back_as_it_was(qapp, name):
    theme = theme_of(Scheme.LIGHT)
    draw, width, height = GALLERY[name]
    image = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    before = (painter.pen(), painter.brush(), painter.transform(), painter.hasClipping())
    draw(painter, theme)
    after = (painter.pen(), painter.brush(), painter.transform(), painter.hasClipping())
    painter.end()
    assert before == after


@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize("side", [16.0, 32.0, 64.0])
def test_a_silhouette_fills_its_square_and_stays_inside(shape, side):
    box = silhouette(shape, side).boundingRect()
    assert QRectF(0, 0, side, side).adjusted(-0.1, -0.1, 0.1, 0.1).contains(box)
    assert box.height() == pytest.approx(side, abs=0.1)
    assert box.center().x() == pytest.approx(side / 2, abs=0.1)


def test_a_hexagon_stands_upright():
    box = silhouette(Shape.HEXAGON, 32).boundingRect()
    assert box.width() < box.height()
    assert box.width() == pytest.approx(32 * math.cos(math.pi / 6), abs=1.5)


@pytest.mark.parametrize(
    ("rate", "level"), [(0, 0), (0.9, 0), (1, 1), (4, 2), (12, 3), (40, 4), (120, 5), (900, 5)]
)
def test_the_talk_meter_counts_by_factors(rate, level):
    assert talk_level(rate) == level


@pytest.mark.parametrize(
    ("value", "top"), [(0, 1), (0.3, 0.4), (1, 1), (3, 4), (71, 80), (81, 100), (10_000, 10_000)]
)
def test_a_scale_ends_at_a_round_number(value, top):
    assert nice_maximum(value) == pytest.approx(top)


def test_a_label_turns_to_stay_inside_the_view(qapp):
    theme = theme_of(Scheme.LIGHT)
    view = QRectF(0, 0, 400, 300)
    for tip in (QPointF(10, 10), QPointF(395, 10), QPointF(10, 295), QPointF(399, 299)):
        assert view.contains(label_rect(tip, "Dilara", theme, view))
