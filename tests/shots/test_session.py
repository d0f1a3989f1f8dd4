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
from tests.ui.worlds import SELF, SITES, WALL_MS, FakeNode, Hands, line, people

BOTH = pytest.mark.parametrize("scheme", Scheme, ids=lambda scheme: scheme.value)
LOOKS = {Scheme.LIGHT: Look.LIGHT, Scheme.DARK: Look.DARK}
ROWS = (
    line(
        1,
        3,
        "Last summer **62 %** of foot passengers booked within two hours of sailing.",
        state="settled",
    ),
    line(
        2,
        0,
        "Then the calendar is in the way. Show the **next two sailings** first, the rest below.",
        state="settled",
        reactions=(("👍", (SITES[1], SITES[2], SITES[3])), ("🎉", (SITES[0],))),
    ),
    line(
        3,
        2,
        "A car needs one more step. See the diamond.",
        state="settled",
        reply_to=line(2, 0).id,
        reply_text="Then the calendar is in the way. Show the next two sailings first",
    ),
    line(4, 0, "Agreed. Full ones stay, greyed, with `waitlist` under them.", state="settled"),
    line(5, 0, "Prices are at https://example.org/fares", state="settled", edited=True),
    line(6, 4, "", deleted=True),
    line(7, 1, "Done. Does anybody miss the login?", state="settled"),
    line(8, 1, "I'll join the planner, the 10:35 and the 11:05 share a berth."),
    line(9, 1, "@everyone lunch at one?", state="refused", why="only moderators can notify all"),
    line(10, 1, "Give me a minute", state="waiting", wall_ms=WALL_MS - 3_000),
)


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
    FakeNode(rows=ROWS).on_bridge(bridge)
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
