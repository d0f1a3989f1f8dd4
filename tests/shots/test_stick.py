"""The stick panel against its approved pictures: nothing yet, a session, a long one; three sizes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QPalette

from app.ui.theme import Look, Looks, Wishes
from app.ui.tokens import Scheme
from tests.shots.pictures import check_picture
from tests.ui.stick.figures import empty, long, only_self, typical
from tests.ui.stick.world import World
from tests.ui.worlds import people

BOTH = pytest.mark.parametrize("scheme", Scheme, ids=lambda scheme: scheme.value)
LOOKS = {Scheme.LIGHT: Look.LIGHT, Scheme.DARK: Look.DARK}


@pytest.fixture
def opened(qapp, qtbot):
    """Opens panels, and takes the application's clothes off again."""
    worlds = []

    def open_one(scheme, figures, **more):
        looks = Looks(Wishes(look=LOOKS[scheme], less_movement=True))
        looks.theme.apply(qapp)
        world = World(looks, figures, **more)
        qtbot.addWidget(world.panel)
        worlds.append(world)
        return world

    yield open_one
    for world in worlds:
        world.panel.end()
    qapp.setStyleSheet("")
    qapp.setPalette(QPalette())


def picture(world, size, *, docked=False, tables=False, tab=0):
    panel = world.panel
    panel.set_docked(docked=docked)
    panel.resize(*size)
    panel.show()
    # Each answer moves the map on a little: a slow machine would hear more of them.
    world.figures = None
    panel.show_tab(tab)
    panel.head.tables_button.setChecked(tables)
    for _turn in range(3):
        # A canvas is drawn again only when the last drawing is a while ago.
        for _event in range(20):
            QCoreApplication.processEvents()
        world.hands.micros += 1_000_000
        panel.model.changed.emit()
    return panel.grab().toImage()


@BOTH
@pytest.mark.parametrize("size", [(1_024, 700), (1_440, 870), (2_560, 1_410)], ids=str)
def test_a_session_looks_as_approved(opened, tmp_path, scheme, size):
    image = picture(opened(scheme, typical()), size)
    check_picture(f"stick-panel-{size[0]}-{scheme.value}", image, tmp_path)


@BOTH
def test_an_empty_one_looks_as_approved(opened, tmp_path, scheme):
    world = opened(scheme, empty(), ordered=6, present=only_self())
    check_picture(f"stick-panel-empty-{scheme.value}", picture(world, (1_440, 870)), tmp_path)


@BOTH
def test_a_long_one_looks_as_approved(opened, tmp_path, scheme):
    world = opened(scheme, long())
    check_picture(f"stick-panel-long-{scheme.value}", picture(world, (1_440, 870)), tmp_path)


@BOTH
@pytest.mark.parametrize("size", [(1_024, 300), (1_440, 340), (2_560, 420)], ids=str)
def test_docked_it_looks_as_approved(opened, tmp_path, scheme, size):
    image = picture(opened(scheme, typical(), present=people()), size, docked=True)
    check_picture(f"stick-panel-docked-{size[0]}-{scheme.value}", image, tmp_path)


@BOTH
def test_tables_look_as_approved(opened, tmp_path, scheme):
    image = picture(opened(scheme, typical()), (1_440, 870), tables=True)
    check_picture(f"stick-panel-tables-{scheme.value}", image, tmp_path)


@BOTH
def test_the_log_looks_as_approved(opened, tmp_path, scheme):
    image = picture(opened(scheme, typical()), (1_024, 700), tab=1)
    check_picture(f"stick-panel-log-{scheme.value}", image, tmp_path)
