"""Controls in the dress of the style sheet, against their approved picture; and how they behave."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QRadioButton,
    QSlider,
    QToolButton,
    QVBoxLayout,
)

from app.ui.actions import make_action
from app.ui.controls import Choice, Switch, make_button
from app.ui.fonts import Role
from app.ui.strings import Common, Lobby, Settings
from app.ui.style_sheet import set_kind
from app.ui.theme import Theme, theme_of
from app.ui.tokens import LIGHT, Scheme
from tests.shots.pictures import check_picture

TOOLS = ("select", "pan", "pen", "marker", "eraser", "line", "rectangle", "text", "laser")


def start_card(theme: Theme) -> QFrame:
    card = QFrame()
    set_kind(card, "card")
    grid = QGridLayout(card)
    heading, note = QLabel(Lobby.START_HEADING()), QLabel(Lobby.START_NOTE())
    theme.dress(heading, Role.HEADING)
    set_kind(note, "soft")
    field, start = QLineEdit(), make_button(theme, Common.START(), "primary")
    field.setPlaceholderText(Lobby.START_FIELD())
    grid.addWidget(heading, 0, 0, 1, 2)
    grid.addWidget(note, 1, 0, 1, 2)
    grid.addWidget(field, 2, 0)
    grid.addWidget(start, 2, 1)
    return card


def buttons(theme: Theme) -> QHBoxLayout:
    row = QHBoxLayout()
    for kind in ("", "small", "quiet", "danger", "danger-last", "large", "primary"):
        button = make_button(theme, Common.OPEN(), kind)
        row.addWidget(button)
    button.setEnabled(False)
    return row


def toolbar(theme: Theme, owner: QFrame) -> QFrame:
    bar = QFrame()
    set_kind(bar, "bar")
    row = QHBoxLayout(bar)
    for name in TOOLS:
        button = QToolButton()
        set_kind(button, "tool")
        button.setDefaultAction(make_action(f"tool-{name}", theme, owner))
        button.setFixedSize(theme.px(36), theme.px(36))
        button.setIconSize(button.size() * 20 / 36)
        button.setChecked(name == "pen")
        button.setEnabled(name != "laser")
        row.addWidget(button)
    return bar


def choices(theme: Theme) -> QHBoxLayout:
    row = QHBoxLayout()
    choice = Choice(theme, Settings.LOOK())
    choice.addItems([Settings.SYSTEM(), Settings.DARK()])
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setValue(40)
    bar = QProgressBar()
    bar.setValue(40)
    row.addWidget(choice)
    row.addWidget(slider)
    row.addWidget(bar)
    for on in (True, False):
        radio, switch = QRadioButton(Settings.LIGHT()), Switch(theme, Settings.LIGHT())
        radio.setAutoExclusive(False)
        radio.setChecked(on)
        switch.setChecked(on)
        row.addWidget(radio)
        row.addWidget(switch)
    return row


def panel(theme: Theme) -> QFrame:
    frame = QFrame()
    set_kind(frame, "chrome")
    frame.setFixedSize(700, 340)
    column = QVBoxLayout(frame)
    column.addWidget(start_card(theme))
    column.addLayout(buttons(theme))
    column.addWidget(toolbar(theme, frame))
    column.addLayout(choices(theme))
    return frame


@pytest.mark.parametrize("scheme", Scheme, ids=lambda scheme: scheme.value)
def test_controls_look_as_approved(dressed, qtbot, tmp_path, scheme):
    theme = theme_of(scheme)
    theme.apply(dressed)
    frame = panel(theme)
    qtbot.addWidget(frame)
    check_picture(f"controls-{scheme.value}", frame.grab().toImage(), tmp_path)


def test_a_switch_turns_by_click_and_by_space(qtbot):
    switch = Switch(Theme(LIGHT), "Movement")
    qtbot.addWidget(switch)
    switch.show()
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton)
    assert switch.isChecked()
    qtbot.keyClick(switch, Qt.Key.Key_Space)
    assert not switch.isChecked()
    assert switch.accessibleName() == "Movement"
    assert switch.sizeHint().height() >= 28


def test_a_switch_grows_with_the_text(qtbot):
    switch = Switch(Theme(LIGHT), "Movement")
    qtbot.addWidget(switch)
    small = switch.sizeHint()
    switch.set_theme(Theme(LIGHT, 200))
    assert switch.sizeHint().width() == 2 * small.width()


def test_a_field_shows_its_placeholder_in_the_colour_of_hints(dressed, qtbot):
    Theme(LIGHT).apply(dressed)
    field = QLineEdit()
    field.setPlaceholderText("MMMMMM")
    field.setFixedSize(160, 34)
    qtbot.addWidget(field)
    image = field.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    inside = [image.pixelColor(x, y) for x in range(10, 100) for y in range(8, 26)]
    darkest = min(inside, key=lambda colour: colour.lightness())
    assert darkest.name().upper() == LIGHT.text_hint
