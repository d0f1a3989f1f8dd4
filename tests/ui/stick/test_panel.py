"""The panel: who looks, what is asked, drawn and wanted; parts, tables, docking, saving."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPixmap
from PySide6.QtWidgets import QDialog, QLabel, QMenu, QPushButton, QToolButton

from app.node.api import (
    DispatcherMoved,
    MoveDispatcher,
    PeopleChanged,
    PinDispatcher,
    ReadStick,
    SetPolicy,
)
from app.ui.stick.arrange import Card
from app.ui.stick.canvas import EVERY_MS, Canvas
from app.ui.stick.model import StickModel
from app.ui.stick.part import Part
from app.ui.stick.tables import FactsTable
from app.ui.stick.why import WhyView, facts_of
from app.ui.theme import Look, Looks, Wishes, theme_of
from app.ui.tokens import Scheme
from tests.ui.stick.figures import ADA, BRAM, EMI, empty, long, only_self, typical
from tests.ui.stick.world import World
from tests.ui.worlds import Hands, people

CALM = Wishes(look=Look.LIGHT, less_movement=True)
MOVED = DispatcherMoved(BRAM, ADA, "7.3", "REGRET", 41.0)


@pytest.fixture
def world(qtbot):
    made = World(Looks(CALM))
    qtbot.addWidget(made.panel)
    yield made
    made.panel.end()


@pytest.fixture
def shown(world, qtbot):
    world.panel.show()
    qtbot.waitUntil(lambda: world.panel.model.panel is not None)
    return world


# --- who looks ------------------------------------------------------------------------------------


def test_nothing_is_asked_before_it_is_shown(world, qtbot):
    QCoreApplication.processEvents()
    assert world.commands == []
    assert not world.panel._feed._poll._timer.isActive()


def test_shown_it_asks_at_most_four_times_a_second(shown, qtbot):
    timer = shown.panel._feed._poll._timer
    assert timer.isActive()
    assert timer.interval() >= 250
    timer.stop()
    qtbot.waitUntil(lambda: not shown.panel._feed._poll._asked)
    before = len(shown.of(ReadStick))
    timer.timeout.emit()
    assert len(shown.of(ReadStick)) == before + 1


def test_a_slow_site_is_asked_once(world, qtbot):
    world.figures = None
    world.panel.show()
    for _turn in range(5):
        world.panel._feed._poll._timer.timeout.emit()
    assert len(world.of(ReadStick)) == 1


def test_hidden_it_asks_and_draws_nothing(shown, qtbot):
    shown.panel.hide()
    asked = len(shown.commands)
    canvases = shown.panel.findChildren(Canvas)
    drawn = [canvas.drawings for canvas in canvases]
    shown.panel.model.learn(typical())
    shown.bridge.on_event(PeopleChanged(people()))
    shown.bridge.on_event(MOVED)
    QCoreApplication.processEvents()
    assert not shown.panel._feed._poll._timer.isActive()
    assert not any(canvas._later.isActive() for canvas in canvases)
    assert len(shown.commands) == asked
    assert [canvas.drawings for canvas in canvases] == drawn


class Counted(Canvas):
    value = 0

    def draw(self, painter):
        pass

    def content(self):
        return self.value


def test_a_canvas_is_drawn_at_most_ten_times_a_second(qtbot):
    hands = Hands()
    canvas = Counted(theme_of(Scheme.LIGHT), hands.clock())
    qtbot.addWidget(canvas)
    canvas.resize(100, 100)
    canvas.show()
    canvas.grab()
    first = canvas.drawings
    for _turn in range(50):
        canvas.refresh()
        canvas.grab()
    assert canvas.drawings == first
    hands.wait(EVERY_MS / 1_000)
    canvas.refresh()
    canvas.grab()
    assert canvas.drawings == first + 1


def test_hidden_nothing_is_planned(qtbot):
    canvas = Counted(theme_of(Scheme.LIGHT), Hands().clock())
    qtbot.addWidget(canvas)
    canvas.show()
    canvas.grab()
    canvas.hide()
    canvas.refresh()
    assert not canvas._later.isActive()


def test_what_would_look_the_same_is_not_drawn_again(qtbot):
    hands = Hands()
    canvas = Counted(theme_of(Scheme.LIGHT), hands.clock())
    qtbot.addWidget(canvas)
    canvas.show()
    canvas.news()
    canvas.grab()
    first = canvas.drawings
    for value in (0, 0, 1, 1):
        canvas.value = value
        hands.wait(1)
        canvas.news()
        canvas.grab()
    assert canvas.drawings == first + 1


def test_holders_have_lanes_of_their_own_where_there_is_room(shown):
    view = shown.panel.overview.moves.view
    assert view._holders() == []
    shown.panel.set_docked(docked=True)
    shown.panel.resize(1_440, 400)
    shown.panel.grab()
    holders = view._holders()
    lanes = [view._lane_of(site, view._lane()) for site in holders]
    assert len(holders) == 4
    assert all(one.bottom() < two.top() for one, two in itertools.pairwise(lanes))
    assert all(view.rect().contains(lane.toAlignedRect()) for lane in lanes)


def test_after_the_end_it_hears_nothing(shown, qtbot):
    shown.panel.hide()
    shown.panel.end()
    before = shown.panel.model.face(EMI)
    shown.bridge.on_event(PeopleChanged(()))
    assert shown.panel.model.face(EMI) == before
    shown.panel.end = lambda: None


# --- what is shown --------------------------------------------------------------------------------


@pytest.mark.parametrize("figures", [empty, typical, long])
@pytest.mark.parametrize("size", [(720, 420), (1_024, 700), (1_440, 870), (2_560, 1_410)])
@pytest.mark.parametrize("docked", [False, True])
def test_every_state_can_be_drawn_at_every_size(world, qtbot, figures, size, docked):
    world.figures = figures()
    if figures is empty:
        world.present = only_self()
    world.panel.set_docked(docked=docked)
    world.panel.resize(*size)
    world.panel.show()
    qtbot.waitUntil(lambda: world.panel.model.panel is not None)
    assert not world.panel.grab().isNull()


def test_the_holder_has_a_place_and_everybody_is_inside(shown):
    view = shown.panel.overview.map.view
    laid = view.laid()
    assert laid is not None
    assert set(laid.places) == {each.site for each in people()}
    assert all(view.rect().contains(at.toPoint()) for at in laid.places.values())


def test_the_map_goes_on_from_the_last_layout(shown):
    model = shown.panel.model
    before = dict(model.places)
    figures = typical()
    rtt = tuple([(one, two, trip * 1.01) for one, two, trip in figures.rtt])
    model.learn(replace(figures, rtt=rtt))
    off = max(
        abs(before[site][0] - model.places[site][0]) + abs(before[site][1] - model.places[site][1])
        for site in before
    )
    assert off < 1.5


def test_a_round_trip_that_jumps_moves_the_map_by_and_by(shown):
    model = shown.panel.model
    figures = typical()
    rtt = tuple([(one, two, trip * 2) for one, two, trip in figures.rtt])
    model.learn(replace(figures, rtt=rtt))
    first = model.round_trip_ms(ADA, BRAM)
    assert 64 < first < 90
    for _turn in range(30):
        model.learn(replace(figures, rtt=rtt))
    assert model.round_trip_ms(ADA, BRAM) == pytest.approx(128, abs=1)


def test_the_rod_travels_and_arrives(qtbot):
    world = World(Looks(Wishes(look=Look.LIGHT, less_movement=False)))
    qtbot.addWidget(world.panel)
    world.panel.show()
    qtbot.waitUntil(lambda: world.panel.model.panel is not None)
    world.panel.grab()
    view = world.panel.overview.map.view
    said: list[str] = []
    view.replayed.connect(said.append)
    world.bridge.on_event(MOVED)
    assert view._way == (BRAM, ADA)
    assert 400 <= view._travel.duration() <= 2_000
    assert said == ["Bram to Ada, 13 times slower"]
    view._travel.setCurrentTime(view._travel.duration())
    assert view._way is None
    assert said[-1] == ""
    world.bridge.on_event(MOVED)
    world.panel.hide()
    assert view._way is None
    world.panel.end()


def test_with_less_movement_nothing_travels(shown):
    shown.bridge.on_event(MOVED)
    assert shown.panel.overview.map.view._way is None


# --- why and moves --------------------------------------------------------------------------------


def test_the_newest_move_is_explained_until_another_is_chosen(shown, qtbot):
    model = shown.panel.model
    assert model.chosen == 2
    model.choose(0)
    model.learn(typical())
    assert model.chosen == 0
    shown.bridge.on_event(MOVED)
    qtbot.waitUntil(lambda: model.chosen == 2)


def test_keys_and_clicks_choose_moves(shown, qtbot):
    model, view = shown.panel.model, shown.panel.overview.moves.view
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Left)
    assert model.chosen == 1
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert model.chosen == 0
    qtbot.keyClick(view, Qt.Key.Key_Left)
    assert model.chosen == 0
    at = QPoint(round(view._x(model.moves[2].at_ms)), round(view._lane().center().y()))
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    assert model.chosen == 2
    assert "Bram de Wit to Ada Moreira" in view.spoken(2)


def test_the_figures_of_a_move_stand_below_each_other_where_there_is_no_room(shown):
    (view,) = shown.panel.findChildren(WhyView)
    facts = facts_of(shown.panel.model.moves[-1])
    view.resize(600, 400)
    assert view._columns(facts) == [facts[:3], facts[3:]]
    view.resize(300, 400)
    assert view._columns(facts) == [facts]
    assert not view.grab().isNull()


def test_a_look_says_why_not_as_a_tip(shown, qtbot):
    view = shown.panel.overview.moves.view
    look = typical().looks[0]
    at = QPointF(view._x(look.at_ms), view._lane().center().y())
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(QEvent.Type.MouseMove, at, at, none, none, Qt.KeyboardModifier.NoModifier)
    view.mouseMoveEvent(event)
    assert view.toolTip() == "Emi Sato had 62 % of the price"


def test_stays_begin_where_this_computer_began_to_look(qapp):
    model = StickModel(Hands().clock())
    model.set_people(only_self())
    model.learn(replace(empty(), since_ms=12_345))
    (stay,) = model.stays()
    assert (stay.face.site, stay.since_ms, stay.until_ms) == (BRAM, 12_345, None)
    model.learn(typical())
    assert [stay.face.first for stay in model.stays()] == ["Chidi", "Dilara", "Bram", "Ada"]


# --- what people do -------------------------------------------------------------------------------


def test_the_rule_goes_to_the_site(shown, qtbot):
    rule = shown.panel.head._rule
    rule.setCurrentIndex(3)
    rule.activated.emit(3)
    assert [each.policy for each in shown.of(SetPolicy)] == ["manual"]


def test_a_rule_with_another_count_is_shown(shown):
    shown.panel.model.learn(long())
    assert shown.panel.head._rule.currentText() == "every 20 lines, who wrote most"


def test_pin_here_and_let_it_go(shown, qtbot):
    pin = shown.panel.head._pin
    pin.click()
    shown.panel.model.learn(replace(typical(), pin=ADA))
    assert pin.text() == "Let it go"
    pin.click()
    assert [each.target for each in shown.of(PinDispatcher)] == [ADA, None]


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_move_to_offers_the_others_and_says_what_came_of_it(shown, qtbot):
    shown.panel.head._open_moves()
    menu = shown.panel.findChild(QMenu, "moves")
    assert [(each.text(), each.isEnabled()) for each in menu.actions()][:2] == [
        ("Ada Moreira, has it now", False),
        ("Bram de Wit", True),
    ]
    shown.refuses = "the computer is leaving"
    menu.actions()[1].trigger()
    menu.close()
    assert [each.target for each in shown.of(MoveDispatcher)] == [BRAM]
    qtbot.waitUntil(shown.panel._toast.isVisible)
    assert "the computer is leaving" in shown.panel._toast.accessibleName()


def test_parts_open_where_they_are(shown):
    panel = shown.panel
    panel.resize(1_440, 870)
    for part, card in (
        (Part.MAP, Card.MAP),
        (Part.WHY, Card.WHY),
        (Part.WAITING, Card.PLOT),
        (Part.LOG, Card.LOG),
    ):
        panel.show_part(part)
        focus = panel.focusWidget()
        assert focus is not None and panel.overview.cards[card].isAncestorOf(focus)
    panel.resize(1_024, 700)
    panel.show_part(Part.LOG)
    assert panel._pages.currentIndex() == 1


def test_f6_goes_round_the_cards(shown):
    panel = shown.panel
    panel.resize(1_440, 870)
    seen = []
    for _step in range(5):
        panel._step(1)
        focus = panel.focusWidget()
        seen += [card for card, each in panel.overview.cards.items() if each.isAncestorOf(focus)]
    assert seen == [Card.MAP, Card.WHY, Card.MOVES, Card.PLOT, Card.LOG]


def test_t_shows_tables_with_the_same_figures(shown, qtbot):
    panel = shown.panel
    panel.resize(1_440, 870)
    panel.show_part(Part.MAP)
    with qtbot.waitActive(panel):
        panel.activateWindow()
    qtbot.keyClick(panel.overview.map.view, Qt.Key.Key_T)
    tables = [each for each in panel.findChildren(FactsTable) if each.isVisible()]
    assert len(tables) == 3
    cells = [
        [each.model().data(each.model().index(row, column)) for column in range(2)]
        for each in tables[:1]
        for row in range(5)
    ]
    assert ["Bram de Wit", "64 ms"] in cells
    panel.head.tables_button.click()
    assert not any(each.isVisible() for each in panel.findChildren(FactsTable))


def test_every_button_has_a_name(shown):
    for button in (
        *shown.panel.findChildren(QToolButton),
        *shown.panel.findChildren(QPushButton),
    ):
        assert button.accessibleName() or button.text()


def test_escape_puts_it_away(shown, qtbot):
    qtbot.keyClick(shown.panel, Qt.Key.Key_Escape)
    assert not shown.panel.isVisible()


def test_another_theme_is_worn_by_all_of_it(shown):
    before = shown.panel.grab().toImage()
    shown.looks.choose(Wishes(look=Look.DARK, less_movement=True, text_percent=125))
    shown.hands.wait(1)
    assert shown.panel.grab().toImage() != before


# --- saving ---------------------------------------------------------------------------------------


def test_figures_and_picture_are_saved(shown, tmp_path):
    shown.panel.save_figures(str(tmp_path / "stick.csv"))
    assert (tmp_path / "stick.csv").read_text("utf-8").startswith("what,time,person")
    shown.panel.save_picture(str(tmp_path / "stick.png"))
    assert not QPixmap(str(tmp_path / "stick.png")).isNull()
    assert "stick.png" in shown.panel._toast.accessibleName()


@pytest.mark.qt_log_ignore("This plugin does not support")
@pytest.mark.parametrize("what", ["save_figures", "save_picture"])
def test_what_could_not_be_saved_is_told_until_it_is_closed(shown, tmp_path, what):
    getattr(shown.panel, what)(str(tmp_path / "none" / "stick.out"))
    assert shown.panel._toast.isHidden()
    told = shown.panel.findChild(QDialog)
    assert told.isVisible()
    assert any("stick.out" in each.text() for each in told.findChildren(QLabel))
    told.reject()
