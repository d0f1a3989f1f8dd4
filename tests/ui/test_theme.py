"""Theme: sizes, fonts, wishes of the person and of the system, the style sheet."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontInfo, QFontMetricsF, QGuiApplication, QPalette
from PySide6.QtWidgets import QLabel, QPushButton

from app.core.errors import LocalError
from app.ui import theme
from app.ui.fonts import Role, Weight
from app.ui.resources import resource_text
from app.ui.style_sheet import set_kind
from app.ui.theme import Density, Look, Looks, Measure, Motion, Theme, Wishes, theme_of
from app.ui.tokens import DARK, LIGHT, Scheme

UI = Path(__file__).resolve().parents[2] / "app" / "ui"
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bQColor\(\s*\d")


@pytest.fixture
def dressed(qapp):
    yield qapp
    qapp.setStyleSheet("")
    qapp.setPalette(QPalette())


def test_pixels_grow_with_the_text():
    assert [Theme(LIGHT, percent).px(13) for percent in (75, 100, 150, 200)] == [10, 13, 20, 26]


def test_what_is_there_keeps_a_pixel_and_nothing_stays_nothing():
    theme = Theme(LIGHT, 75)
    assert (theme.px(0.5), theme.px(0), theme.px(-0.5), theme.px(-8)) == (1, 0, -1, -6)


@pytest.mark.parametrize("percent", [74, 201, 0, -100])
def test_a_text_size_out_of_bounds_is_refused(percent):
    with pytest.raises(LocalError, match="75 to 200"):
        Theme(LIGHT, percent)


def test_compact_rows_are_lower_and_compact_chat_is_set_like_body(qapp):
    wide, close = Theme(LIGHT), Theme(LIGHT, density=Density.COMPACT)
    assert all(close.measure(each) < wide.measure(each) for each in Measure)
    assert close.line(Role.CHAT) == 18 < wide.line(Role.CHAT)
    assert close.font(Role.CHAT).pixelSize() == 13


def test_less_movement_leaves_the_wash_only():
    still = Theme(LIGHT, less_movement=True)
    assert {each for each in Motion if still.duration(each)} == {Motion.STICK_WASH}
    assert Theme(LIGHT).duration(Motion.STICK_MOVE) == 420


@pytest.mark.parametrize("role", Role)
def test_fonts_are_the_shipped_ones_in_the_size_of_the_role(qapp, role):
    font = Theme(LIGHT, 200).font(role)
    assert QFontInfo(font).family() == ("JetBrains Mono" if role.mono else "Inter")
    assert font.pixelSize() == 2 * role.size


def test_every_weight_is_drawn_by_the_typeface_itself(qapp):
    theme = theme_of(Scheme.LIGHT)
    widths = [
        QFontMetricsF(theme.font(Role.BODY, weight)).horizontalAdvance("Ferry timetable")
        for weight in Weight
    ]
    assert widths == sorted(set(widths))


def test_figures_are_equally_wide(qapp):
    metrics = QFontMetricsF(theme_of(Scheme.LIGHT).font(Role.BODY))
    assert len({round(metrics.horizontalAdvance(digit * 8), 3) for digit in "0123456789"}) == 1


def test_text_nobody_asked_for_in_small_is_never_under_11(qapp):
    assert {role for role in Role if role.size < 11} == {Role.LETTER}


def test_looks_follow_the_person_over_the_system(qapp):
    looks = Looks(Wishes(look=Look.DARK, text_percent=110))
    assert looks.theme == Theme(DARK, 110)


def test_looks_follow_the_system_when_the_person_leaves_it_to_the_system(qapp):
    system = QGuiApplication.styleHints().colorScheme()
    expected = DARK if system == Qt.ColorScheme.Dark else LIGHT
    assert Looks().theme.tokens is expected


def test_a_change_is_told_once_and_only_if_something_changed(qapp):
    looks = Looks(Wishes(look=Look.LIGHT))
    heard: list[Theme] = []
    looks.changed.connect(heard.append)
    looks.choose(looks.wishes)
    assert heard == []
    looks.choose(replace(looks.wishes, density=Density.COMPACT))
    assert heard == [Theme(LIGHT, density=Density.COMPACT)] == [looks.theme]


def test_a_change_of_text_size_reaches_dressed_widgets(dressed, qtbot):
    label = QLabel("Near you")
    qtbot.addWidget(label)
    Theme(LIGHT).dress(label, Role.TITLE)
    Theme(DARK, 150).apply(dressed)
    assert label.font().pixelSize() == 30


def test_a_dressed_application_wears_the_tokens(dressed):
    Theme(DARK).apply(dressed)
    assert dressed.palette().window().color().name().upper() == DARK.window
    assert dressed.palette().accent().color().name().upper() == DARK.ink
    dressed.setStyleSheet("")
    assert dressed.style().name().lower() == "fusion"


def test_a_kind_chosen_after_the_widget_was_shown_counts(dressed, qtbot):
    Theme(LIGHT).apply(dressed)
    button = QPushButton("Start")
    qtbot.addWidget(button)
    button.show()
    plain = button.grab().toImage().pixelColor(14, button.height() // 2)
    set_kind(button, "primary")
    ink = button.grab().toImage().pixelColor(14, button.height() // 2)
    assert plain.name().upper() == LIGHT.surface
    assert ink.name().upper() == LIGHT.ink


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("percent", [75, 100, 200])
def test_the_style_sheet_is_filled_to_the_last_place(tokens, percent):
    sheet = Theme(tokens, percent).style_sheet()
    assert "$" not in sheet
    assert tokens.ink in sheet


@pytest.mark.parametrize("percent", range(75, 201))
def test_a_round_control_is_round_at_every_text_size(percent):
    sheet = Theme(LIGHT, percent).style_sheet()
    rule = sheet[sheet.index("QRadioButton::indicator {") :].split("}")[0]
    border, radius, width = (
        int(found) for found in re.findall(r"(?:border|border-radius| width): (\d+)px", rule)
    )
    assert 0 <= width + 2 * border - 2 * radius <= 1


def test_the_style_sheet_is_short_and_sets_no_fonts_and_no_colours():
    sheet = resource_text("qss", "talkstick.qss")
    assert len(sheet.splitlines()) <= 200
    assert not re.search(r"\bfont\b|font-(size|weight|family)", sheet)
    assert not COLOUR.search(sheet)


def test_colours_are_written_in_two_files_only():
    allowed = {UI / "tokens.py", UI / "swatches.py"}
    literal = re.compile(r"""["']#[0-9a-fA-F]{6}\b|\bQColor\(\s*\d|GlobalColor\.(?!transparent)""")
    found = [
        f"{path.name}: {hit[0]}"
        for path in sorted(UI.rglob("*.py"))
        if path not in allowed
        for hit in literal.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_widget_has_a_style_sheet_of_its_own():
    callers = {
        path.name
        for path in UI.rglob("*.py")
        if "setStyleSheet(" in path.read_text(encoding="utf-8")
    }
    assert callers == {"theme.py"}


def test_another_kind_of_display_has_everything_drawn_anew(qapp, qtbot, monkeypatch):
    looks = Looks()
    monkeypatch.setattr(theme, "ratios", lambda: (1.0, 2.0))
    with qtbot.waitSignal(looks.changed) as told:
        qapp.screenAdded.emit(qapp.primaryScreen())
    assert told.args == [looks.theme]
    with qtbot.assertNotEmitted(looks.changed):
        qapp.primaryScreen().geometryChanged.emit(qapp.primaryScreen().geometry())
