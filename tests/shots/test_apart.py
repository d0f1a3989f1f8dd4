"""Apart, together again and the network lab against their approved pictures, at three sizes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from app.core.ids import EntryId
from app.core.instant import Micros
from app.node.api import (
    CameTogether,
    CatchingUp,
    ChatRowsChanged,
    ChatRowsGone,
    EntriesOrdered,
    EntriesSettled,
    PeopleChanged,
    WorkedApart,
)
from app.ui.models.lab import LabModel
from app.ui.theme import Looks, Wishes
from app.ui.tokens import Scheme
from app.ui.windows.session import SessionPage
from tests.shots.pictures import check_window
from tests.shots.scenes import LOOKS, Dress, at_rest, crowd, session_page, session_scenes
from tests.ui.houses import FakeLab
from tests.ui.stick.world import World
from tests.ui.worlds import SELF, SITES, WALL_MS, line, people

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("dressed")]

BOTH = pytest.mark.parametrize("scheme", Scheme, ids=lambda scheme: scheme.value)
SIZES = pytest.mark.parametrize("size", [(1_024, 700), (1_440, 900), (2_560, 1_440)], ids=str)
MIDDLE = (1_440, 900)
MINUTE_MS = 60_000


@pytest.fixture
def check(qtbot, tmp_path):
    def approved(widget, name):
        qtbot.addWidget(widget)
        check_window(f"window-{name}", widget.grab().toImage(), tmp_path)

    return approved


def thing(**values: Any) -> Any:
    return SimpleNamespace(**values)


def ordered(*entries):
    """Entries as (index, place, number, kind, wall_ms)."""
    return EntriesOrdered(
        tuple(
            [
                thing(
                    placed=SimpleNamespace(
                        index=index,
                        entry=SimpleNamespace(
                            id=EntryId(SITES[place], 1, number),
                            site=SITES[place],
                            kind=kind,
                            wall_ms=wall_ms,
                        ),
                    )
                )
                for index, place, number, kind, wall_ms in entries
            ]
        )
    )


def usual(tmp_path, scheme, size) -> SessionPage:
    page = session_page(session_scenes()["usual"], Dress(scheme), tmp_path, size)
    bridge = page._bridge
    bridge.on_event(ordered((10_482, 1, 8, "chat", WALL_MS)))
    bridge.on_event(EntriesSettled(10_482))
    return page


def part(page, gone, *, settles, holder=SELF):
    """Some are gone; seventy-two seconds have passed since."""
    bridge = page._bridge
    bridge.on_event(WorkedApart(tuple([SITES[place] for place in gone]), settles=settles))
    bridge.on_event(PeopleChanged(people(holder=holder, gone=gone)))


def later(page, milliseconds):
    clock = page._clock
    wall = clock.wall_ms() + milliseconds
    status_clock = type(clock)(clock.now, lambda: wall)
    page.status._clock = page.chat._clock = status_clock
    page.status.changed.emit()


def finish(page):
    page.chat_pane.list.to_end()
    page.chat_pane.enter()
    at_rest(page)
    return page


def apart_page(tmp_path, scheme, size, gone=(0, 2, 3, 4)):
    """Cut off: what was said since stands behind a rule and waits."""
    page = usual(tmp_path, scheme, size)
    part(page, gone, settles=False)
    later(page, 72_000)
    page._bridge.on_event(ordered(*[(10_483 + n, 1, 20 + n, "chat", WALL_MS) for n in range(9)]))
    said = (
        "I lost you. I go on with the waiting list.",
        "It now opens when both sailings are full.",
    )
    rows = [line(60 + place, 1, text, wall_ms=WALL_MS + 20_000) for place, text in enumerate(said)]
    page._bridge.on_event(ChatRowsChanged(tuple(rows)))
    return finish(page)


def together_page(tmp_path, scheme, size, *, away):
    """All met again, and what was written apart stands in the chat."""
    page = usual(tmp_path, scheme, size)
    gone = (0, 2, 3, 4) if away else (2, 4)
    part(page, gone, settles=not away, holder=SELF if away else 0)
    later(page, 248_000)
    bridge = page._bridge
    if away:
        bridge.on_event(ChatRowsGone(60))
    sites = tuple([SITES[place] for place in gone])
    bridge.on_event(CameTogether(sites, 248_000, 60, 9 if away else 0))
    things = [(10_490 + n, 4, 50 + n, "board", WALL_MS + 90_000) for n in range(31)]
    chats = [(10_530, 2, 60, "chat", WALL_MS + 60_000), (10_531, 4, 81, "chat", WALL_MS + 70_000)]
    bridge.on_event(ordered(*things, *chats))
    bridge.on_event(
        ChatRowsChanged(
            (
                line(60, 2, "The ramp is free from 11:20, I called.", wall_ms=WALL_MS + 60_000),
                line(81, 4, "Then 11:45 for Ingrid works.", wall_ms=WALL_MS + 70_000),
                line(90, 3, "Good that you came back.", wall_ms=WALL_MS + 260_000),
            )
        )
    )
    bridge.on_event(PeopleChanged(people(holder=0)))
    return finish(page)


@BOTH
@SIZES
def test_cut_off(check, tmp_path, scheme, size):
    check(apart_page(tmp_path, scheme, size), f"apart-alone-{size[0]}-{scheme.value}")


@BOTH
def test_cut_off_with_somebody(check, tmp_path, scheme):
    page = apart_page(tmp_path, scheme, MIDDLE, (0, 3, 4))
    check(page, f"apart-two-{scheme.value}")


@BOTH
def test_others_are_cut_off(check, tmp_path, scheme):
    page = usual(tmp_path, scheme, MIDDLE)
    part(page, (2, 4), settles=True, holder=0)
    check(finish(page), f"apart-they-{scheme.value}")


@BOTH
def test_many_are_cut_off_in_a_narrow_window(check, tmp_path, scheme):
    page = usual(tmp_path, scheme, (860, 600))
    page._bridge.on_event(PeopleChanged(crowd()))
    gone = tuple([each.site for each in crowd() if not each.is_self])
    page._bridge.on_event(WorkedApart(gone, settles=False))
    later(page, 72_000)
    check(finish(page), f"apart-many-{scheme.value}")


@BOTH
@SIZES
def test_together_again(check, tmp_path, scheme, size):
    page = together_page(tmp_path, scheme, size, away=False)
    check(page, f"together-{size[0]}-{scheme.value}")


@BOTH
def test_together_again_after_being_away(check, tmp_path, scheme):
    page = together_page(tmp_path, scheme, MIDDLE, away=True)
    check(page, f"together-away-{scheme.value}")


@BOTH
def test_what_was_missed_comes_in(check, tmp_path, scheme):
    page = usual(tmp_path, scheme, (1_024, 700))
    page.status.fetching(CatchingUp(1, 12))
    page.status._fetching_since = Micros(0)
    page._bridge.on_event(CatchingUp(5, 12))
    check(finish(page), f"fetching-{scheme.value}")


def lab_panel(qapp, scheme, size, *, docked=False, alone=False):
    looks = Looks(Wishes(look=LOOKS[scheme], less_movement=True))
    assert isinstance(qapp, QApplication)
    looks.theme.apply(qapp)
    world = World(looks, present=(people(holder=SELF)[SELF],) if alone else people(gone=(2,)))
    model = LabModel(FakeLab())
    model.set_people(world.present)
    model.changed.connect(lambda: world.status.set_lab(model.sentence()))
    panel = world.panel
    panel.offer_lab(model)
    panel.set_docked(docked=docked)
    panel.resize(*size)
    panel.show()
    panel.show_tab(3)
    if not alone:
        model.change((SITES[2],), cut=True)
        model.change((SITES[0],), delay_ms=250, loss=0.05)
    at_rest(panel)
    return world


@BOTH
@pytest.mark.parametrize("size", [(1_024, 700), (1_440, 870), (2_560, 1_410)], ids=str)
def test_the_network_lab(qapp, check, scheme, size):
    world = lab_panel(qapp, scheme, size)
    check(world.panel, f"lab-{size[0]}-{scheme.value}")
    world.panel.end()


@BOTH
def test_the_network_lab_docked(qapp, check, scheme):
    world = lab_panel(qapp, scheme, (1_440, 340), docked=True)
    check(world.panel, f"lab-docked-{scheme.value}")
    world.panel.end()


@BOTH
def test_the_network_lab_alone(qapp, check, scheme):
    world = lab_panel(qapp, scheme, (1_024, 700), alone=True)
    check(world.panel, f"lab-empty-{scheme.value}")
    world.panel.end()
