"""A board of 900 x 700 that shows the board from 0, 0 on, at 100 %, with a node behind it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF

from app.ui.board.pane import BoardPane
from app.ui.theme import Look, Looks, Wishes
from tests.ui.board.fakes import PEOPLE, FakeNode


@pytest.fixture
def node():
    return FakeNode()


@pytest.fixture
def pane(qtbot, node):
    made = BoardPane(Looks(Wishes(Look.LIGHT, less_movement=True)), node.submit, node.token)
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.take(PEOPLE)
    made.show()
    made.canvas.camera.fly(QPointF(449, 349), 1.0, 0)
    return made


@pytest.fixture
def board(pane, node):
    """Pane and node; a pixel of the view is a px of the board."""
    return pane, node
