"""The contrasts that the design promises (WCAG 2.2), computed for every colour."""

from __future__ import annotations

import pytest

from app.rooms.profile import SHAPE_OF_COLOUR
from app.ui.colour import contrast, luminance, mix, seen_on
from app.ui.swatches import INKS, NOTES, PERSON_COLOURS, initials, ink_colour, person_colour
from app.ui.tokens import DARK, LIGHT, Tokens

THEMES = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
TEXT = 4.5
LINES = 3.0

GROUNDS = ("window", "surface", "sunken", "selected", "hover")
TINTS = ("stick_tint", "ok_tint", "warn_tint", "danger_tint", "apart_tint")
# text: the grounds it may stand on, the least contrast in light, in dark
PROMISED = {
    "text": ((*GROUNDS, *TINTS, "canvas"), 14.1, 11.5),
    "text_soft": ((*GROUNDS, *TINTS, "canvas"), 6.5, 6.7),
    "text_hint": (GROUNDS, 4.9, 4.7),
    "on_ink": (("ink",), 16.7, 15.0),
    "stick_text": (("surface", "window", "stick_tint"), 5.7, 8.4),
    "ok": (("surface", "window", "sunken", "ok_tint"), 5.1, 7.1),
    "warn": (("surface", "window", "sunken", "warn_tint"), 5.6, 6.7),
    "danger": (("surface", "window", "sunken", "danger_tint"), 5.4, 6.4),
    "apart": (("surface", "window", "sunken", "apart_tint"), 6.1, 6.9),
    "edge": (("surface", "window"), 3.5, 3.9),
    "focus": (("window", "surface", "sunken", "canvas"), 4.7, 7.3),
    "stick_band": (("stick_fill",), 5.6, 3.5),
}


def ratio(tokens: Tokens, text: str, ground: str) -> float:
    return contrast(getattr(tokens, text), getattr(tokens, ground))


@THEMES
@pytest.mark.parametrize("text", PROMISED)
def test_a_token_has_the_contrast_that_the_design_promises(tokens, text):
    grounds, light, dark = PROMISED[text]
    worst = min(ratio(tokens, text, ground) for ground in grounds)
    promised = light if tokens is LIGHT else dark
    floor = LINES if text in {"edge", "focus", "stick_band"} else TEXT
    assert worst >= floor
    # The page rounds to one place.
    assert worst >= promised - 0.05


@THEMES
@pytest.mark.parametrize("name", PERSON_COLOURS)
def test_a_persons_name_can_be_read_on_every_ground(tokens, name):
    colour = PERSON_COLOURS[name]
    grounds = [*(getattr(tokens, ground) for ground in GROUNDS), tokens.canvas]
    assert min(contrast(colour.on(tokens), ground) for ground in grounds) >= TEXT
    assert contrast(colour.on(tokens), colour.tint(tokens)) >= 4.65
    assert contrast(tokens.on_mark, colour.on(tokens)) >= 5.35


@THEMES
@pytest.mark.parametrize("name", INKS)
def test_an_ink_is_seen_on_the_canvas(tokens, name):
    assert contrast(INKS[name].on(tokens), tokens.canvas) >= 4.85


@THEMES
@pytest.mark.parametrize("name", NOTES)
def test_text_can_be_read_on_a_note(tokens, name):
    assert contrast(tokens.text, NOTES[name].on(tokens)) >= TEXT


@THEMES
@pytest.mark.parametrize("ground", GROUNDS)
def test_the_focus_ring_is_seen_on_every_ground(tokens, ground):
    assert ratio(tokens, "focus", ground) >= LINES


@THEMES
def test_the_last_confirmation_can_be_read(tokens):
    assert contrast(tokens.surface, tokens.danger) >= TEXT


def test_people_have_the_colours_and_shapes_that_travel_in_the_same_order():
    shown = {name: colour.shape.value for name, colour in PERSON_COLOURS.items()}
    assert list(shown.items()) == list(SHAPE_OF_COLOUR.items())


def test_a_colour_that_a_newer_version_made_up_is_slate():
    assert person_colour("ultraviolet") is PERSON_COLOURS["slate"]


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)
    assert luminance("#FF0000") == pytest.approx(0.2126)


def test_a_tint_is_a_thin_layer():
    assert mix("#000000", "#FFFFFF", 0.10) == "#E6E6E6"


def test_an_imported_black_is_light_on_the_dark_canvas_and_itself_on_the_light_one():
    assert ink_colour("#1e1e1e", LIGHT) == "#1E1E1E"
    assert contrast(ink_colour("#1e1e1e", DARK), DARK.canvas) > TEXT
    assert seen_on("#FF0000", DARK.canvas) == "#FF0000"


@pytest.mark.parametrize("stored", ["", "#12", "#GGGGGG", "chartreuse", "#1E1E1E00"])
def test_an_ink_that_nobody_knows_is_the_plain_one(stored):
    assert ink_colour(stored, DARK) == INKS["ink"].dark


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ada Moreira", "AM"),
        ("ada", "A"),
        ("Bram de Wit", "BW"),
        ("  ", "?"),
        ("", "?"),
        ("(guest) Mei", "M"),
        ("ßeta Öl", "SS"),
    ],
)
def test_initials_are_at_most_two_letters(name, letters):
    assert initials(name) == letters
