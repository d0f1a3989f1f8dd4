"""The tab of a shared program in its states, and its dialogs, as they were approved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QFrame, QWidget

from app.ui.share.consent import ConsentDialog
from app.ui.share.offering import OfferingDialog
from app.ui.share.programs import Listed, title_of
from app.ui.share.strip import BOARD
from app.ui.style_sheet import set_kind
from app.ui.tokens import Scheme
from tests.shots.pictures import check_window
from tests.shots.scenes import Dress, at_rest
from tests.ui.share.stage import CONSENT, STATES, Stage, stage

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("dressed")]

BOTH = pytest.mark.parametrize("scheme", Scheme, ids=lambda scheme: scheme.value)
SIZES = pytest.mark.parametrize("size", [(1_024, 700), (1_440, 900), (2_560, 1_440)], ids=str)
PROGRAMS = tuple(
    [
        Listed(title_of(name), f"/samples/{name}", is_shipped=place < 4)
        for place, name in enumerate(
            ("drawing.tcl", "order_form.py", "qt_editor.py", "qt_table.py", "planner.py")
        )
    ]
)


def board(_looks: Any, _bridge: Any) -> QWidget:
    frame = QFrame()
    set_kind(frame, "pane")
    return frame


def tab(dress: Dress, folder: Path, size: tuple[int, int], state: str) -> Stage:
    """The tab of the planner in this state."""
    made = stage(dress.looks(), folder, board, **STATES[state])
    made.page.resize(*size)
    made.page.show()
    at_rest(made.page)
    made.page.chat_pane.enter()
    at_rest(made.page)
    return made


@pytest.fixture
def check(qtbot, tmp_path):
    def approved(widget, name):
        qtbot.addWidget(widget)
        check_window(f"share-{name}", widget.grab().toImage(), tmp_path)

    return approved


@BOTH
@SIZES
def test_a_tab(check, tmp_path, size, scheme):
    made = tab(Dress(scheme), tmp_path, size, "next")
    check(made.page, f"next-{size[0]}-{scheme.value}")


@BOTH
@pytest.mark.parametrize("state", [state for state in STATES if state != "next"])
def test_a_state(check, tmp_path, state, scheme):
    made = tab(Dress(scheme), tmp_path, (1_280, 720), state)
    check(made.page, f"{state.replace(' ', '-')}-{scheme.value}")


@BOTH
def test_the_panel_over_the_tab(check, tmp_path, scheme):
    made = tab(Dress(scheme), tmp_path, (1_024, 700), "warned")
    made.pane().head.side.emit()
    made.page.chat_pane.enter()
    at_rest(made.page)
    check(made.page, f"drawer-{scheme.value}")


@BOTH
def test_apart_and_refused(check, tmp_path, scheme):
    made = tab(Dress(scheme), tmp_path, (1_280, 720), "yours")
    made.page.shares.refuse(made.page.shares.ids()[0], "The program changed under you.")
    at_rest(made.page)
    check(made.page, f"refused-{scheme.value}")
    made.page.shares.set_apart(apart=True)
    at_rest(made.page)
    check(made.page, f"apart-{scheme.value}")


@BOTH
def test_news_in_a_tab(check, tmp_path, scheme):
    made = tab(Dress(scheme), tmp_path, (1_024, 700), "offered")
    assert made.page.centre is not None
    made.page.centre.strip.choose(BOARD)
    made.page.centre.strip.mark(made.page.shares.ids()[0], "violet")
    at_rest(made.page)
    check(made.page, f"news-{scheme.value}")


def test_large_text(check, tmp_path):
    made = tab(Dress(Scheme.LIGHT, 200), tmp_path, (1_440, 900), "next")
    check(made.page, "next-text-200")
    made = tab(Dress(Scheme.LIGHT, 200), tmp_path, (1_440, 900), "warned")
    made.pane().head.side.emit()
    made.page.chat_pane.enter()
    at_rest(made.page)
    check(made.page, "drawer-text-200")


@BOTH
def test_dialogs(check, scheme):
    for make in (_consent, _offering):
        dialog = make(Dress(scheme))
        dialog.show()
        at_rest(dialog)
        check(dialog, f"{type(dialog).__name__[:-6].lower()}-{scheme.value}")


def test_dialogs_in_large_text(check):
    for percent, make in ((200, _consent), (150, _offering)):
        dialog = make(Dress(Scheme.LIGHT, percent))
        dialog.show()
        at_rest(dialog)
        check(dialog, f"{type(dialog).__name__[:-6].lower()}-text-{percent}")


def _consent(dress: Dress) -> ConsentDialog:
    return ConsentDialog(CONSENT, "violet", dress.looks().theme)


def _offering(dress: Dress) -> OfferingDialog:
    return OfferingDialog(PROGRAMS, dress.looks().theme)
