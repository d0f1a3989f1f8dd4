"""Icons: the whole set, its rules, and how it is rendered."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from app.core.errors import Bug
from app.ui import icons
from app.ui.actions import ACTIONS
from app.ui.icons import MIRRORED, SIZES, icon_names, icon_of, pixmap, ratios
from app.ui.resources import resource, resource_text

SET_TEXT = """
menu search close chevron left right more plus minus invite people person chat board program file
folder select hand pen marker eraser line arrow rectangle ellipse diamond text note image frame
laser undo redo lock unlock history follow bring export import link copy qr code send emoji attach
anchor reply edit tick clock warn info stop ok bad stick pin move-to map log ring stream lab
together apart copies floor pulse wifi device globe relay bell mute sun moon contrast keyboard key
shield access palette storage trash refresh door filter fit settings
"""
SET = SET_TEXT.split()
SVG = "{http://www.w3.org/2000/svg}"
ROOT = {
    "viewBox": "0 0 24 24",
    "fill": "none",
    "stroke": "currentColor",
    "stroke-width": "1.75",
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
}
EVERY = pytest.mark.parametrize("name", SET)


def test_the_set_is_whole():
    assert icon_names() == tuple(sorted(SET))


@EVERY
def test_an_icon_obeys_the_rules_of_the_family(name):
    text = resource_text("icons", f"{name}.svg")
    root = ET.fromstring(text)
    assert root.attrib == ROOT
    parts = list(root.iter())
    assert not any("id" in part.attrib for part in parts)
    assert resource("icons", f"{name}.svg").stat().st_size < 600
    if name != "stick":
        assert {part.tag for part in parts[1:]} == {f"{SVG}path"}
        assert not any({"transform", "fill", "stroke"} & set(part.attrib) for part in parts[1:])
        assert len(parts) <= 3
    numbers = re.findall(r"\.(\d+)", " ".join(part.get("d", "") for part in parts))
    assert all(len(places) == 1 for places in numbers)


def inside(image, margin: float) -> bool:
    """Whether everything drawn keeps that share of the side free at each edge."""
    side = image.width()
    free = int(side * margin)
    return not any(
        image.pixelColor(x, y).alpha()
        for x in range(side)
        for y in range(side)
        if not (free <= x < side - free and free <= y < side - free)
    )


@EVERY
def test_an_icon_is_drawn_and_keeps_its_margin(qapp, name):
    image = pixmap(name, 48, "#FF0000").toImage()
    drawn = sum(image.pixelColor(x, y).alpha() > 128 for x in range(48) for y in range(48))
    assert drawn > 20
    assert inside(image, 1 / 24)


def test_an_icon_takes_the_colour_it_is_given(qapp):
    image = pixmap("minus", 24, "#336699").toImage()
    assert image.pixelColor(12, 12).name() == "#336699"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_an_icon_fills_its_size_on_every_display(qapp, size, ratio):
    made = pixmap("plus", size, "#000000", ratio)
    assert made.deviceIndependentSize().width() == pytest.approx(size, abs=0.5)
    assert made.width() == round(size * ratio)


def test_an_icon_is_rendered_once(qapp):
    assert pixmap("pen", 20, "#123456", 2.0) is pixmap("pen", 20, "#123456", 2.0)


@EVERY
def test_icons_along_the_line_of_reading_are_mirrored_and_no_others(qapp, name):
    plain = pixmap(name, 24, "#000000").toImage()
    turned = pixmap(name, 24, "#000000", mirrored=True).toImage()
    if name != "send":  # symmetric: it points up
        assert (turned != plain) is (name in MIRRORED)


def test_a_chosen_icon_has_another_colour(qapp):
    button = icon_of("minus", 24, "#000000", "#FF0000", "#FFFFFF")
    rest = button.pixmap(24, button.Mode.Normal, button.State.Off).toImage()
    chosen = button.pixmap(24, button.Mode.Normal, button.State.On).toImage()
    off = button.pixmap(24, button.Mode.Disabled, button.State.Off).toImage()
    middles = [image.pixelColor(12, 12).name() for image in (rest, chosen, off)]
    assert middles == ["#000000", "#ffffff", "#ff0000"]


def test_an_icon_that_is_not_there_is_our_mistake(qapp):
    with pytest.raises(Bug, match="unicorn"):
        pixmap("unicorn", 24, "#000000")


def test_every_action_names_an_icon_of_the_set():
    assert {row.icon for row in ACTIONS.values()} - {None} <= set(SET)


def test_a_button_is_sharp_on_every_display_that_is_there(qapp, monkeypatch):
    monkeypatch.setattr(icons, "ratios", lambda: (1.0, 1.5))
    sizes = icon_of("plus", 20, "#000000", "#FF0000", "#FFFFFF").availableSizes()
    assert sorted(size.width() for size in sizes) == [20, 30]
    assert ratios() == (qapp.devicePixelRatio(),)
