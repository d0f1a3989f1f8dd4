"""Texts: placeholders, plurals, figures, the rules of the house's language."""

from __future__ import annotations

import gettext
import inspect
import re
from pathlib import Path

import pytest

from app.core.errors import Bug
from app.core.instant import Micros
from app.rooms.profile import SHAPE_OF_COLOUR
from app.ui import figures, strings
from app.ui.actions import ACTIONS
from app.ui.swatches import INKS
from app.ui.wording import Plural, Sentence, placeholders, use_language
from tests.ui.stretched import StretchedTranslations, stretched


def texts() -> dict[str, Sentence | Plural]:
    """Every text with the name it has in the code."""
    found: dict[str, Sentence | Plural] = {}
    for place, group in inspect.getmembers(strings, inspect.isclass):
        if not group.__module__.startswith(strings.__name__):
            continue
        for name, value in vars(group).items():
            if isinstance(value, Sentence | Plural):
                found[f"{place}.{name}"] = value
            elif isinstance(value, dict):
                found.update({f"{place}.{name}.{key}": each for key, each in value.items()})
    for row in ACTIONS.values():
        found[f"{row.name}.text"], found[f"{row.name}.tip"] = row.text, row.tip
    return found


def forms(text: Sentence | Plural) -> tuple[str, ...]:
    return (text.text,) if isinstance(text, Sentence) else (text.one, text.other)


EVERY = pytest.mark.parametrize("text", texts().values(), ids=list(texts()))
NEVER = re.compile(
    r"\b(he|she|his|her|him|error|failed|illegal|invalid|sequencer|dispatcher|migration|crown|"
    r"committed|synced|delivered|split brain|offline|conflict|peer|node|host|client|rejected|"
    r"checksum|desync|please|sorry|oops)\b",
    re.IGNORECASE,
)


@EVERY
def test_a_text_is_in_the_language_of_the_house(text):
    for form in forms(text):
        assert "!" not in form
        assert not NEVER.search(form)
        assert form == form.strip()
        assert "  " not in form


@EVERY
def test_a_text_can_be_filled(text):
    assert all(name.isidentifier() for form in forms(text) for name in placeholders(form))
    if isinstance(text, Plural):
        names = set(placeholders(text.one)) | set(placeholders(text.other))
        values = dict.fromkeys(sorted(names - {"count"}), "Ada")
        assert text(1, **values) and text(2, **values)
    else:
        assert text(**dict.fromkeys(placeholders(text.text), "Ada"))


def test_words_of_the_inside_are_said_in_the_stick_panel_only():
    inside = re.compile(r"\b(epoch|leader|ring|streams?|agents?)\b", re.IGNORECASE)
    said = {
        name.split(".")[0]
        for name, text in texts().items()
        for form in forms(text)
        if inside.search(form)
    }
    assert said == {"StickPanel", "Streams"}


def test_numbers_are_grouped_and_placed():
    assert strings.Session.ORDERED(count=10_482) == "Ordered 10,482"
    assert strings.Session.TOGETHER(count=4, all=6) == "Together, 4 of 6 computers"


def test_the_number_chooses_the_form():
    typing = strings.Chat.TYPING
    assert typing(1, names="Emi") == "Emi is typing"
    assert typing(2, names="Emi and Ada") == "Emi and Ada are typing"


@pytest.mark.parametrize("values", [{}, {"count": 1, "more": 2}, {"number": 1}])
def test_a_text_without_its_values_is_our_mistake(values):
    with pytest.raises(Bug):
        strings.Session.ORDERED(**values)


def test_values_with_braces_are_shown_as_they_are():
    assert strings.People.JOINED(name="{name} {0}") == "{name} {0} joined"


def test_every_colour_and_ink_has_a_name():
    assert list(strings.PersonColours.COLOUR) == list(SHAPE_OF_COLOUR)
    assert set(strings.PersonColours.SHAPE) == set(SHAPE_OF_COLOUR.values())
    assert list(strings.Board.INKS) == list(INKS)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (figures.milliseconds(41.4), "41 ms"),
        (figures.milliseconds(None), "–"),
        (figures.micros(Micros(71_000)), "71 ms"),
        (figures.micros(Micros(1_400_000)), "1.4 s"),
        (figures.micros(Micros(248_000_000)), "4 min 8 s"),
        (figures.duration(59), "59 s"),
        (figures.duration(120), "2 min"),
        (figures.duration(725), "12 min"),
        (figures.duration(3_900), "1 h 5 min"),
        (figures.duration(7_200), "2 h"),
        (figures.duration(86_400), "1 day"),
        (figures.duration(3 * 86_400), "3 days"),
        (figures.percent(0.624), "62 %"),
        (figures.size(1), "1 byte"),
        (figures.size(48_200), "48 KB"),
        (figures.size(1_210_000), "1.2 MB"),
        (figures.names([]), ""),
        (figures.names(["Ada"]), "Ada"),
        (figures.names(["Ada", "Bram"]), "Ada and Bram"),
        (figures.names(["Ada", "Bram", "Chidi"]), "Ada, Bram and Chidi"),
    ],
)
def test_figures_have_units(shown, expected):
    assert shown == expected


@EVERY
def test_the_stretched_language_is_40_percent_longer_and_keeps_the_placeholders(text):
    for form in forms(text):
        words = re.sub(r"\{\w+\}", "", form)
        if re.search(r"[^\W\d_]", words):
            assert len(stretched(form)) - len(form) >= 0.4 * len(words) - 1
        assert placeholders(stretched(form)) == placeholders(form)


def test_a_language_counts_from_the_next_text_on():
    use_language(StretchedTranslations())
    try:
        assert strings.Common.START() == "Startae"
        assert strings.Figures.DAYS(2) == "2 daysae"
    finally:
        use_language(gettext.NullTranslations())
    assert strings.Common.START() == "Start"


def test_no_text_waits_for_a_control_that_is_not_there():
    app = Path(strings.__file__).parents[2]
    shown = {
        name
        for path in app.rglob("*.py")
        if Path(strings.__file__).parent not in path.parents
        for name in re.findall(r"\b\w+\.([A-Z_0-9]+)\b", path.read_text(encoding="utf-8"))
    }
    unused = [
        f"{place}.{name}"
        for place, group in inspect.getmembers(strings, inspect.isclass)
        if group.__module__.startswith(strings.__name__)
        for name in vars(group)
        if name.isupper() and name not in shown
    ]
    assert unused == []
