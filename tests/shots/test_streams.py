"""The stick panel's tab of streams and agents against its approved pictures."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication

from app.ui.theme import Look, Looks, Wishes
from app.ui.tokens import Scheme
from tests.shots.pictures import check_window
from tests.ui.stick.figures import typical
from tests.ui.stick.streams import SAID, alone, crowded, usual
from tests.ui.stick.world import World
from tests.ui.worlds import people

BOTH = pytest.mark.parametrize("scheme", Scheme, ids=lambda scheme: scheme.value)
LOOKS = {Scheme.LIGHT: Look.LIGHT, Scheme.DARK: Look.DARK}
STREAMS = 2


@pytest.fixture
def opened(dressed, qtbot):
    """Opens the tab with everything that it may show, or nothing yet."""
    worlds = []

    def open_one(scheme, rows, size, *, said=True, docked=False, text_percent=100):
        wishes = Wishes(look=LOOKS[scheme], less_movement=True, text_percent=text_percent)
        looks = Looks(wishes)
        looks.theme.apply(dressed)
        world = World(looks, typical(), streams=rows, present=people(gone=(3,)))
        worlds.append(world)
        qtbot.addWidget(world.panel)
        world.panel.set_docked(docked=docked)
        world.panel.resize(*size)
        world.panel.show_tab(STREAMS)
        world.panel.show()
        settle()
        if said:
            for event in SAID:
                world.console.hear(event)
            page = world.panel.streams
            page.shell.run("stream_append chat {hello there}")
            page.shell.run("stream_move chat Ada")
            page.list.view.choose("chat")
            settle()
        return world

    yield open_one
    for world in worlds:
        world.panel.end()


def settle():
    for _turn in range(30):
        QCoreApplication.processEvents()


def picture(world):
    settle()
    # What has the focus differs from one machine to the next.
    focus = world.panel.focusWidget()
    if focus is not None:
        focus.clearFocus()
    settle()
    return world.panel.grab().toImage()


@BOTH
@pytest.mark.parametrize("size", [(1_024, 700), (1_440, 870), (2_560, 1_410)], ids=str)
def test_streams_look_as_approved(opened, tmp_path, scheme, size):
    image = picture(opened(scheme, usual(), size))
    check_window(f"streams-{size[0]}-{scheme.value}", image, tmp_path)


@BOTH
def test_the_dispatcher_alone_looks_as_approved(opened, tmp_path, scheme):
    image = picture(opened(scheme, alone(), (1_440, 870), said=False))
    check_window(f"streams-alone-{scheme.value}", image, tmp_path)


@BOTH
def test_too_much_of_everything_looks_as_approved(opened, tmp_path, scheme):
    image = picture(opened(scheme, crowded(), (1_440, 870)))
    check_window(f"streams-crowded-{scheme.value}", image, tmp_path)


@BOTH
def test_a_stream_on_the_pointer_looks_as_approved(opened, tmp_path, scheme):
    world = opened(scheme, usual(), (1_440, 870))
    page = world.panel.streams
    sites = page.sites.view
    there = sites.visualRect(sites.model().index(2, 0)).center()
    page.list.view.dragged.emit("chat", sites.viewport().mapToGlobal(there))
    check_window(f"streams-dragged-{scheme.value}", picture(world), tmp_path)


@BOTH
def test_rows_that_the_keys_are_about_look_as_approved(opened, tmp_path, scheme, qtbot):
    world = opened(scheme, usual(), (1_024, 700))
    with qtbot.waitActive(world.panel):
        world.panel.activateWindow()
    page = world.panel.streams
    page.enter()
    settle()
    check_window(f"streams-keys-list-{scheme.value}", world.panel.grab().toImage(), tmp_path)
    page.step(1)
    settle()
    check_window(f"streams-keys-sites-{scheme.value}", world.panel.grab().toImage(), tmp_path)


@BOTH
def test_a_refusal_looks_as_approved(opened, tmp_path, scheme):
    world = opened(scheme, usual(), (1_440, 870))
    world.refuses = "its controller keeps it while 3 people type"
    page = world.panel.streams
    page.sites.view.taken.emit(page._sites_model.rows[2])
    check_window(f"streams-refused-{scheme.value}", picture(world), tmp_path)


@BOTH
@pytest.mark.parametrize("size", [(1_024, 300), (1_440, 340), (2_560, 420)], ids=str)
def test_docked_streams_look_as_approved(opened, tmp_path, scheme, size):
    image = picture(opened(scheme, usual(), size, docked=True))
    check_window(f"streams-docked-{size[0]}-{scheme.value}", image, tmp_path)


@BOTH
def test_large_text_looks_as_approved(opened, tmp_path, scheme):
    image = picture(opened(scheme, usual(), (1_440, 870), text_percent=200))
    check_window(f"streams-large-{scheme.value}", image, tmp_path)
