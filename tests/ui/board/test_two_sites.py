"""Two boards on two whole sites, whose network and clock the test holds in its hands."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from app.node.contract import CommandIssued
from app.ui.board.pane import BoardPane
from app.ui.theme import Look, Looks, Wishes
from tests.ui.board.fakes import click, drag, mouse
from tests.unit.node.support.world import Site, World


class Hands:
    """A pane on a site; what the site said reaches it when `look` is called."""

    def __init__(self, qtbot, site: Site) -> None:
        self.site = site
        self.seen = 0
        self.pane = BoardPane(
            Looks(Wishes(Look.LIGHT, less_movement=True)),
            lambda command: site.turn(CommandIssued(command)),
            lambda: next(site.world.tokens),
        )
        qtbot.addWidget(self.pane)
        self.pane.resize(900, 700)
        self.pane.show()
        self.pane.canvas.camera.fly(QPointF(449, 349), 1.0, 0)
        self.look()

    def look(self) -> None:
        while self.seen < len(self.site.events):
            self.seen += 1
            self.pane.take(self.site.events[self.seen - 1])

    @property
    def things(self):
        return {
            name: replace(shown, pending=False) for name, shown in self.pane.model.objects.items()
        }


@pytest.fixture
def world(qapp):
    return World(windows=True)


@pytest.fixture
def pair(world, qtbot):
    ann, ben = world.session("Ann", "Ben")
    world.run(1)
    return Hands(qtbot, ann), Hands(qtbot, ben)


def settle(world, *hands):
    """Until nothing is new: what a board hears may make it say more."""
    for _ in range(4):
        for each in hands:
            each.look()
        world.run(0.3)
    for each in hands:
        each.look()


def test_a_stroke_grows_at_the_other_and_rests_alike_at_both(world, pair, qtbot):
    ann, ben = pair
    ben.pane.use_tool("pen")
    mouse(ben.pane, "press", 300, 300)
    settle(world, ann, ben)
    for step in range(1, 12):
        mouse(ben.pane, "move", 300 + 9 * step, 300 + 5 * (step % 3))
    ben.pane._hints.beat()
    settle(world, ann, ben)
    assert [len(ghost.points) for ghost in ann.pane.presence.ghosts.values()] == [12]
    mouse(ben.pane, "release", 400, 310)
    settle(world, ann, ben)
    (stroke,) = ann.things.values()
    assert stroke.points[-1] == (100.0, 10.0)
    assert ann.things == ben.things
    assert not ann.pane.presence.ghosts
    assert not ben.pane.model._echoes


def test_a_shape_is_made_restyled_moved_and_taken_back(world, pair):
    ann, ben = pair
    ben.pane.use_tool("diamond")
    drag(ben.pane, (300, 300), (320, 320), (400, 360))
    ben.pane._restyle.box.choose(ink="cherry")
    drag(ben.pane, (325, 315), (335, 335), (325, 415))
    settle(world, ann, ben)
    (diamond,) = ann.things.values()
    assert (diamond.type, diamond.stroke, diamond.y) == ("diamond", "ink:cherry", 400.0)
    assert ann.things == ben.things
    for expected in (300.0, 300.0):
        ben.pane.actions_by_name["undo"].trigger()
        settle(world, ann, ben)
        assert ann.things[diamond.id].y == expected
    assert ann.things[diamond.id].stroke == "ink:ink"
    ben.pane.actions_by_name["redo"].trigger()
    settle(world, ann, ben)
    assert ann.things[diamond.id].stroke == "ink:cherry"
    assert ann.things == ben.things


def test_texts_copies_groups_order_and_locks_travel(world, pair):
    ann, ben = pair
    ben.pane.use_tool("text")
    click(ben.pane, 300, 300)
    QTest.keyClicks(ben.pane.editor, "Quay 2")
    QTest.keyClick(ben.pane.editor, Qt.Key.Key_Escape)
    settle(world, ann, ben)
    do = ben.pane.actions_by_name
    do["select-all"].trigger()
    do["duplicate"].trigger()
    settle(world, ann, ben)
    do["select-all"].trigger()
    for name in ("group", "front", "back", "lock"):
        do[name].trigger()
        settle(world, ann, ben)
    assert [shown.text for shown in ann.things.values()] == ["Quay 2", "Quay 2"]
    assert len({shown.group for shown in ann.things.values()}) == 1
    assert all(shown.locked for shown in ann.things.values())
    assert ann.things == ben.things
    assert [each.id for each in ann.pane.scene.in_order()] == [
        each.id for each in ben.pane.scene.in_order()
    ]


def test_what_two_draw_at_one_time_is_alike_at_both(world, pair):
    ann, ben = pair
    for hands, x in ((ann, 200), (ben, 500)):
        hands.pane.use_tool("rectangle")
        drag(hands.pane, (x, 200), (x + 20, 220), (x + 100, 260))
    settle(world, ann, ben)
    assert len(ann.things) == 2
    assert ann.things == ben.things
