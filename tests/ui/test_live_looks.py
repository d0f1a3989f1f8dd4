"""Another text size or scheme while the window is open: all of it changes, not only what is new."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QPalette
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QLabel,
    QLineEdit,
    QMenu,
    QSlider,
    QStyle,
    QStyleOptionComboBox,
    QWidget,
)

from app.node.api import PeopleChanged, SessionReady
from app.ui.actions import ACTIONS, dress_actions, make_action
from app.ui.app import make_board
from app.ui.bridge import NodeBridge
from app.ui.controls import Choice
from app.ui.fonts import Role, role_of
from app.ui.memory import Memory
from app.ui.models.lobby import LobbyModel
from app.ui.panes.parts import lead_field
from app.ui.style_sheet import set_kind
from app.ui.theme import Look, Looks, Theme, Wishes
from app.ui.tokens import DARK, LIGHT
from app.ui.windows.main import MainWindow
from app.ui.windows.session import Parts, Surroundings
from tests.ui.test_windows import FakeHouse
from tests.ui.worlds import SELF, SITES, FakeNode, Hands, line, people

READY = SessionReady(SITES[SELF], "Bram de Wit", b"s", "Ferry timetable", "talkstick:link", ())


@pytest.fixture
def looks(qapp):
    made = Looks(Wishes(look=Look.LIGHT))
    made.theme.apply(qapp)
    made.changed.connect(lambda theme: theme.apply(qapp))
    yield made
    qapp.setStyleSheet("")
    qapp.setPalette(QPalette())


@pytest.fixture
def window(qtbot, tmp_path, looks):
    bridge, memory = NodeBridge(), Memory(tmp_path)
    memory.change(name="Bram de Wit", colour="fern")
    FakeNode(rows=(line(1, 0, "Hello"),)).on_bridge(bridge)
    around = Surroundings(bridge, looks, memory, Hands().clock(), Parts(board=make_board))
    made = MainWindow(FakeHouse(), LobbyModel(), around)
    qtbot.addWidget(made)
    made.resize(1_280, 820)
    made.show()
    bridge.on_event(READY)
    bridge.on_event(PeopleChanged(people()))
    yield made
    assert made.page is not None
    made.page.close_session()


def in_other_size(owner, theme):
    """Texts below `owner` in another size than that of their role, also what a view writes."""
    found = []
    for each in owner.findChildren(QWidget):
        role = role_of(each)
        parts = [each, each.viewport()] if isinstance(each, QAbstractScrollArea) else [each]
        if role is not None:
            sizes = [part.font().pixelSize() for part in parts]
            if set(sizes) != {theme.font(role).pixelSize()}:
                found.append((type(each).__name__, role.name, sizes))
    return found


def test_every_text_has_the_new_size_also_in_a_pane_that_changes_its_place(window, looks):
    page = window.page
    for percent in (200, 75, 200, 100):
        looks.choose(Wishes(look=Look.LIGHT, text_percent=percent))
        drawer = page.chat_pane.parent() is page
        assert drawer is (percent == 200)
        if drawer:
            assert page.chat_pane.geometry().right() == page.rect().right()
        assert not in_other_size(page, looks.theme)


def test_another_kind_leaves_a_text_as_large_as_it_is(qtbot, looks):
    owner = QWidget()
    qtbot.addWidget(owner)
    label = QLabel("A text", owner)
    set_kind(label, "soft")
    looks.theme.dress(label, Role.HEADING)
    owner.show()
    assert not in_other_size(owner, looks.theme)
    looks.choose(Wishes(look=Look.LIGHT, text_percent=200))
    set_kind(label, "warn")
    assert label.font().pixelSize() == 30


def test_texts_keep_their_size_when_the_window_gets_narrow_and_wide_again(window, looks):
    page = window.page
    drawn = []
    for width in (760, 1_440, 760, 1_440):
        window.resize(width, 820)
        drawn.append(page.chat_pane.parent() is page)
        assert not in_other_size(page, looks.theme)
    assert drawn == [True, False, True, False]


def test_icons_of_actions_wear_the_new_scheme_and_size(window, looks):
    fresh = QWidget()
    for wishes in (Wishes(look=Look.DARK), Wishes(look=Look.DARK, text_percent=200)):
        looks.choose(wishes)
        for action in window.findChildren(QAction):
            row = ACTIONS.get(action.objectName())
            if row is None or row.icon is None:
                continue
            size = int(action.property("iconPixels"))
            other = make_action(row.name, looks.theme, fresh, size)
            assert action.icon().cacheKey() == other.icon().cacheKey(), row.name


def test_a_dressed_action_grows(qtbot):
    owner = QWidget()
    qtbot.addWidget(owner)
    action = make_action("invite", Theme(LIGHT), owner)
    before = action.icon().availableSizes()[0].width()
    dress_actions(owner, Theme(DARK, 200))
    assert action.icon().availableSizes()[0].width() == 2 * before


@pytest.mark.parametrize("percent", [75, 100, 200])
def test_icons_in_menus_and_fields_grow_with_the_text(qtbot, looks, percent):
    looks.choose(Wishes(look=Look.LIGHT, text_percent=percent))
    menu, field = QMenu(), QLineEdit()
    for each in (menu, field):
        qtbot.addWidget(each)
        each.ensurePolished()
    side = looks.theme.px(16)
    assert menu.style().pixelMetric(QStyle.PixelMetric.PM_SmallIconSize, None, menu) == side
    before = field.minimumSizeHint()
    lead_field(field, "link", looks.theme)
    (sign,) = field.findChildren(QLabel)
    assert sign.pixmap().deviceIndependentSize().width() == side
    assert field.textMargins().left() > side
    assert field.minimumSizeHint().height() == before.height()


def test_the_menu_ticks_what_is_in_sight(window):
    page = window.page
    action = page.findChild(QAction, "chat-toggle")
    action.trigger()
    assert not page.chat_pane.isVisible()
    page.mark_shown()
    assert not action.isChecked()
    page.toggle_chat()
    page.mark_shown()
    assert action.isChecked()


@pytest.mark.qt_log_ignore("This plugin does not support")
@pytest.mark.parametrize("percent", [75, 100, 200])
@pytest.mark.parametrize("count", [2, 3, 6])
def test_a_list_that_opens_shows_all_its_choices(qtbot, looks, percent, count):
    looks.choose(Wishes(look=Look.LIGHT, text_percent=percent))
    owner = QWidget()
    qtbot.addWidget(owner)
    choice = Choice(looks.theme, "Ends", owner)
    choice.addItems([f"in {hours} hours" for hours in range(count)])
    owner.resize(400, 300)
    owner.show()
    choice.showPopup()
    view = choice.view()
    last = view.visualRect(view.model().index(count - 1, 0))
    assert view.viewport().rect().contains(last)
    assert last.height() >= looks.theme.px(24)
    assert not view.verticalScrollBar().isVisible()
    choice.hidePopup()


def test_a_choice_that_has_no_room_ends_with_an_ellipsis(qtbot, looks):
    choice = Choice(looks.theme, "Rule")
    qtbot.addWidget(choice)
    choice.addItem("who talks most, measured over the last minute")
    option = QStyleOptionComboBox()
    for width, cut in ((400, False), (120, True)):
        choice.resize(width, 32)
        choice.initStyleOption(option)
        assert option.currentText.endswith("…") is cut
        assert choice.fontMetrics().horizontalAdvance(option.currentText) < width


@pytest.mark.parametrize("percent", [75, 85, 100, 125, 200])
def test_the_knob_of_a_slider_is_round(qtbot, looks, percent):
    looks.choose(Wishes(look=Look.LIGHT, text_percent=percent))
    slider = QSlider(Qt.Orientation.Horizontal)
    qtbot.addWidget(slider)
    slider.resize(200, 48)
    slider.setValue(50)
    slider.show()
    image = slider.grab().toImage()
    ground = image.pixelColor(0, 0)
    groove = {y for y in range(48) if image.pixelColor(3, y) != ground}
    wide = lambda y: sum(image.pixelColor(x, y) != ground for x in range(60, 140))  # noqa: E731
    rows = [y for y in range(48) if y not in groove and wide(y)]
    assert rows
    assert wide(rows[0]) < max(wide(y) for y in rows) * 0.7
    assert wide(rows[-1]) < max(wide(y) for y in rows) * 0.7
