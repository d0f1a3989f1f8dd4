"""The narrow session, and being apart, against their approved pictures, light and dark.

The windows at their usual sizes are in `test_windows`.
"""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QVariantAnimation
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from app.node.api import HintHeard, PeopleChanged, SessionReady, TypingNow
from app.ui.bridge import NodeBridge
from app.ui.memory import Memory
from app.ui.style_sheet import set_kind
from app.ui.theme import Look, Looks, Wishes
from app.ui.tokens import Scheme
from app.ui.windows.session import Parts, SessionPage, Surroundings
from tests.shots.pictures import check_picture
from tests.shots.scenes import USUAL_LINES
from tests.ui.worlds import SELF, SITES, FakeNode, Hands, people

BOTH = pytest.mark.parametrize("scheme", Scheme, ids=lambda scheme: scheme.value)
LOOKS = {Scheme.LIGHT: Look.LIGHT, Scheme.DARK: Look.DARK}


def settled(widget: QWidget) -> None:
    """Let layouts, late events and deletions happen, as the loop would; end what still moves."""
    for _turn in range(40):
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, int(QEvent.Type.DeferredDelete.value))
    for animation in widget.findChildren(QVariantAnimation):
        animation.setCurrentTime(animation.duration())
        animation.stop()


def board(_looks: Looks, _bridge: NodeBridge) -> QWidget:
    frame = QFrame()
    set_kind(frame, "pane")
    return frame


def session(qtbot, folder, scheme: Scheme) -> tuple[SessionPage, NodeBridge]:
    looks = Looks(Wishes(look=LOOKS[scheme], less_movement=True))
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    looks.theme.apply(application)
    bridge = NodeBridge()
    FakeNode(rows=USUAL_LINES).on_bridge(bridge)
    around = Surroundings(bridge, looks, Memory(folder), Hands().clock(), Parts(board=board))
    ready = SessionReady(SITES[SELF], "Bram de Wit", b"s", "Ferry timetable", "talkstick:x", ())
    page = SessionPage(ready, around)
    qtbot.addWidget(page)
    bridge.on_event(PeopleChanged(people()))
    return page, bridge


@BOTH
def test_a_narrow_session_looks_as_approved(dressed, qtbot, tmp_path, scheme):
    page, bridge = session(qtbot, tmp_path, scheme)
    page.resize(760, 490)
    page.show()
    settled(page)
    bridge.on_event(HintHeard(SITES[4], TypingNow()))
    page.chat_pane.enter()
    page.chat_pane.list.to_end()
    settled(page)
    picture = page.grab().toImage()
    check_picture(f"session-760-{scheme.value}", picture, tmp_path)


@BOTH
def test_apart_looks_as_approved(dressed, qtbot, tmp_path, scheme):
    page, bridge = session(qtbot, tmp_path, scheme)
    page.resize(1_200, 600)
    page.show()
    settled(page)
    bridge.on_event(PeopleChanged(people(holder=SELF, gone=(0, 2, 3, 4))))
    settled(page)
    check_picture(f"apart-{scheme.value}", page.grab().toImage(), tmp_path)
