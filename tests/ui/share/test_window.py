"""The tabs of a session with shared programs, in a real window with a fake node and house."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication, QFrame, QMenu, QPushButton, QWidget

from app.node.api import (
    AnswerFile,
    AskFloor,
    Denied,
    EndShare,
    GiveFloor,
    JoinShare,
    OfferShare,
    RaiseShare,
    RestartShare,
    SetFloor,
    ShareFileWanted,
    ShareGone,
    ShareKeyPressed,
    SharePointer,
    StopShare,
)
from app.ui.share.consent import ConsentDialog
from app.ui.share.offering import OfferingDialog
from app.ui.share.programs import ProgramWish, listed, remembered, title_of
from app.ui.share.strip import BOARD
from app.ui.share.wishes import Wish
from app.ui.theme import Look, Looks, Wishes
from tests.ui.share.stage import HASH, ID, STATES, Stage, stage
from tests.ui.worlds import SELF, SITES

OWN_WINDOW = pytest.mark.qt_log_ignore("This plugin does not support")
pytestmark = OWN_WINDOW


@pytest.fixture
def make(qtbot, tmp_path):
    made: list[Stage] = []

    def staged(**more):
        looks = Looks(Wishes(look=Look.LIGHT, less_movement=True))
        new = stage(looks, tmp_path, lambda _looks, _bridge: QFrame(), **more)
        qtbot.addWidget(new.page)
        new.page.resize(1_440, 900)
        new.page.show()
        QCoreApplication.processEvents()
        made.append(new)
        return new

    yield staged
    for each in made:
        each.page.close_session()


def turn():
    for _each in range(3):
        QCoreApplication.processEvents()


def dialog_of(stage, kind):
    (found,) = [d for d in stage.page.findChildren(kind) if d.isVisible()]
    return found


def tabs(stage):
    bar = stage.page.centre.strip.bar
    return [bar.tabText(place) for place in range(bar.count())]


# --- tabs -----------------------------------------------------------------------------------------


def test_a_share_gets_a_tab_beside_the_board(make):
    made = make()
    assert tabs(made) == ["Board", "Berth planner"]
    made.page.centre.strip.choose(BOARD)
    assert made.page.board.isVisible()
    made.bridge.on_event(ShareGone(ID))
    turn()
    assert tabs(made) == ["Board"]


def test_keys_go_from_tab_to_tab(make, qtbot):
    made = make()
    qtbot.keySequence(made.page, "Ctrl+Tab")
    assert made.page.centre.strip.current == BOARD
    qtbot.keySequence(made.page, "Ctrl+Shift+Tab")
    assert made.page.centre.strip.current == ID


def test_a_tab_that_is_put_away_comes_back_by_the_button(make):
    made = make(**STATES["offered"])
    made.pane().card.wishes.buttons[Wish.WATCH].click()
    assert tabs(made) == ["Board"]
    made.shows(**STATES["offered"], index=1_300)
    assert tabs(made) == ["Board"]
    made.page.centre.strip.add_button.click()
    (menu,) = [m for m in made.page.findChildren(QMenu) if m.isVisible()]
    action = menu.actions()[-1]
    assert action.text() == "Berth planner"
    action.trigger()
    menu.hide()
    assert made.page.centre.strip.current == ID


def test_f6_goes_through_the_tab_and_its_panel(make):
    made = make()
    panes = [pane for pane, _enter in made.page._panes()]
    assert made.page.centre.strip in panes
    assert made.pane() in panes
    assert made.pane().side in panes


def test_without_programs_there_are_no_tabs(make):
    made = make()
    assert made.page.centre is not None
    assert made.page._middle is made.page.centre


# --- wishes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wish", "command"),
    [
        (Wish.CLOSE, StopShare),
        (Wish.AGAIN, RestartShare),
        (Wish.REPAIR, RestartShare),
        (Wish.FRONT, RaiseShare),
        (Wish.ASK, AskFloor),
        (Wish.WITHDRAW, GiveFloor),
        (Wish.GIVE_ON, GiveFloor),
    ],
)
def test_a_wish_is_one_command(make, wish, command):
    made = make()
    made.pane().wished(wish)
    (sent,) = made.node.of(command)
    assert sent.share == ID


def test_a_no_is_said_in_the_tab(make):
    made = make()
    made.node.refuses = "Only moderators change who may act."
    made.pane().wished(Wish.ASK)
    turn()
    assert made.pane().card.title.text() == "Only moderators change who may act."


def test_somebody_elses_program_starts_after_consent_only(make):
    made = make(**STATES["offered"])
    made.pane().card.wishes.buttons[Wish.START].click()
    turn()
    assert [each.consent for each in made.node.of(JoinShare)] == [False]
    dialog = dialog_of(made, ConsentDialog)
    words = " ".join(
        label.text() for label in dialog.findChildren(QWidget) if hasattr(label, "text")
    )
    for part in ("Dilara Kaya", "48 KB in 12 files", HASH[:8], "planner.py --day '21 June'"):
        assert part in words
    assert dialog.cancel.isDefault()
    dialog.start.click()
    assert [each.consent for each in made.node.of(JoinShare)] == [False, True]


def test_no_is_no(make, qtbot):
    made = make(**STATES["offered"])
    made.pane().card.wishes.buttons[Wish.START].click()
    turn()
    qtbot.keyClick(dialog_of(made, ConsentDialog), Qt.Key.Key_Escape)
    assert [each.consent for each in made.node.of(JoinShare)] == [False]


def test_the_own_program_starts_again_without_a_question(make):
    made = make(**{**STATES["closed"], "owner": SITES[SELF]})
    made.pane().card.wishes.buttons[Wish.START].click()
    assert [each.consent for each in made.node.of(JoinShare)] == [True]


def test_the_focus_stays_in_the_tab_when_its_button_goes(make):
    made = make(**STATES["replaying"])
    made.pane().card.wishes.buttons[Wish.STOP].setFocus()
    made.shows()
    turn()
    assert made.pane().head.isAncestorOf(made.page.focusWidget())


def test_the_end_for_everyone_is_asked_first(make):
    made = make(owner=SITES[SELF])
    made.pane().wished(Wish.END)
    assert made.node.of(EndShare) == []
    (button,) = [
        b for b in made.page.findChildren(QPushButton)
        if b.isVisible() and b.property("kind") == "danger-last"
    ]  # fmt: skip
    button.click()
    assert [each.share for each in made.node.of(EndShare)] == [ID]


def test_the_rule_of_the_floor_is_what_the_order_says(make):
    made = make()
    policy = made.pane().side.floor.policy
    policy.activated.emit(policy.findData("free"))
    assert [each.policy for each in made.node.of(SetFloor)] == ["free"]
    assert policy.currentData() == "request"
    made.shows(floor="free", holder=None, queue=())
    turn()
    assert policy.currentData() == "free"


def test_who_has_the_floor_gives_it_to_somebody(make):
    made = make(holder=SITES[SELF], queue=(SITES[4],))
    (give,) = [b for b in made.pane().findChildren(QPushButton) if b.text() == "Give"]
    assert give.accessibleName() == "Give the floor to Emi Sato"
    give.click()
    assert [each.to for each in made.node.of(GiveFloor)] == [SITES[4]]


def test_ctrl_alt_g_gives_the_floor_on_from_any_tab(make, qtbot):
    made = make(holder=SITES[SELF], queue=())
    made.page.centre.strip.choose(BOARD)
    qtbot.keySequence(made.page, "Ctrl+Alt+G")
    assert [each.share for each in made.node.of(GiveFloor)] == [ID]


def test_ctrl_alt_escape_ends_all_copies_here(make, qtbot):
    made = make()
    qtbot.keySequence(made.page, "Ctrl+Alt+Esc")
    assert [each.share for each in made.node.of(StopShare)] == [ID]
    assert made.page._toast.accessibleName() == "Your copy is closed"


def test_the_emergency_stop_works_with_a_dialog_in_front(make, qtbot):
    made = make()
    made.page.centre.open_offering()
    dialog = dialog_of(made, OfferingDialog)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    qtbot.keySequence(dialog.path.edit, "Ctrl+Alt+Esc")
    assert len(made.node.of(StopShare)) == 1


def test_f6_in_the_program_leads_back_to_the_window(make, qtbot):
    made = make()
    made.page.chat_pane.enter()
    made.bridge.on_event(ShareKeyPressed(ID, "back"))
    focus = made.page.focusWidget()
    assert made.pane().isAncestorOf(focus)


# --- room -----------------------------------------------------------------------------------------


def test_a_narrow_tab_has_its_panel_as_a_drawer(make, qtbot):
    made = make()
    assert made.pane().side.isVisible()
    assert made.pane().head.side_button.isHidden()
    made.page.resize(1_024, 700)
    turn()
    assert not made.pane().side.isVisible()
    made.pane().head.side_button.click()
    assert made.pane().side.isVisible()
    qtbot.keyClick(made.pane().side, Qt.Key.Key_Escape)
    assert not made.pane().side.isVisible()


@pytest.mark.parametrize("state", STATES)
def test_a_theme_is_worn_in_every_state(make, state):
    made = make(**STATES[state])
    looks = made.page._looks
    looks.choose(Wishes(look=Look.DARK, text_percent=150))
    turn()
    assert made.pane().card.title.text()


# --- sharing --------------------------------------------------------------------------------------


def test_a_program_is_gathered_offered_and_remembered(make):
    made = make()
    made.node.values[OfferShare] = f"{SITES[SELF]}.1.9"
    made.page.centre.open_offering()
    dialog = dialog_of(made, OfferingDialog)
    dialog.path.edit.setText("/programs/planner.py")
    dialog.arguments.edit.setText("--day '21 June'")
    dialog.share.click()
    assert made.programs.gathered == [ProgramWish("/programs/planner.py", ("--day", "21 June"))]
    turn()
    assert [each.listing for each in made.node.of(OfferShare)] == [b"listing"]
    assert made.memory.kept.programs == ("/programs/planner.py",)
    assert not made.page.findChildren(OfferingDialog)


def test_what_can_not_be_shared_is_said_where_it_was_written(make):
    made = make()
    made.programs.why = "there is no program 'x'"
    made.page.centre.open_offering()
    dialog = dialog_of(made, OfferingDialog)
    dialog.path.edit.setText("x")
    dialog.share.click()
    assert dialog.isVisible()
    assert dialog.share.isEnabled()
    assert dialog.path._complaint.text() == "there is no program 'x'"


@pytest.mark.parametrize(("path", "arguments"), [("", ""), ("x", "'half")])
def test_nothing_is_gathered_of_half_a_wish(make, path, arguments):
    made = make()
    made.page.centre.open_offering()
    dialog = dialog_of(made, OfferingDialog)
    dialog.path.edit.setText(path)
    dialog.arguments.edit.setText(arguments)
    dialog.share.click()
    assert made.programs.gathered == []


def test_a_long_share_starts_afresh_with_the_same_program(make):
    made = make(owner=SITES[SELF], long=True, events=200_000)
    made.node.values[OfferShare] = f"{SITES[SELF]}.1.9"
    wish = ProgramWish("/programs/planner.py")
    made.page.centre._offered_here[ID] = wish
    made.pane().wished(Wish.AFRESH)
    turn()
    assert [each.share for each in made.node.of(EndShare)] == [ID]
    assert made.programs.gathered == [wish]
    assert len(made.node.of(OfferShare)) == 1


def test_the_list_has_what_is_shipped_and_what_was_shared_before(tmp_path):
    for name in ("order_form.py", "drawing.tcl", "README.md"):
        (tmp_path / name).write_text("")
    rows = listed(("/a/b.py", "/a/b.py"), tmp_path)
    assert [(row.title, row.is_shipped) for row in rows] == [
        ("Drawing", True),
        ("Order form", True),
        ("B", False),
    ]
    assert remembered(("a", "b"), "b") == ("b", "a")
    assert len(remembered(tuple("abcdefgh"), "z")) == 6
    assert title_of("/x/my-tool.py") == "My tool"


# --- files ----------------------------------------------------------------------------------------


def test_a_file_that_the_program_wants_is_chosen_here(make, tmp_path):
    made = make()
    file = tmp_path / "summer.berths"
    file.write_text("x")
    made.bridge.on_event(ShareFileWanted(ID, "open", "Open", "Berths (*.berths);;All (*)"))
    turn()
    dialog = made.page.centre.chooser.dialogs[ID]
    assert dialog.windowTitle() == "Berth planner asks for a file"
    dialog.selectFile(str(file))
    dialog.accept()
    turn()
    assert made.programs.kept == [("open", (str(file),))]
    (answer,) = made.node.of(AnswerFile)
    assert [each.name for each in answer.files] == ["summer.berths"]


def test_a_dialog_that_is_cancelled_is_answered_too(make):
    made = make()
    made.bridge.on_event(ShareFileWanted(ID, "save", "Save", ""))
    turn()
    made.page.centre.chooser.dialogs[ID].reject()
    assert [each.files for each in made.node.of(AnswerFile)] == [()]


def test_a_copy_that_goes_takes_its_dialog_along(make):
    made = make()
    made.bridge.on_event(ShareFileWanted(ID, "folder", "Folder", ""))
    turn()
    made.shows(copy="ended")
    turn()
    assert made.page.centre.chooser.dialogs == {}
    assert made.node.of(AnswerFile) == []


# --- pointers -------------------------------------------------------------------------------------


def test_the_pointer_of_another_is_a_window_that_takes_no_input(make):
    made = make()
    made.bridge.on_event(SharePointer(ID, SITES[3], 200, 120))
    turn()
    window = made.page.centre.pointers.window_of(SITES[3])
    assert window.isVisible()
    assert window.windowFlags() & Qt.WindowType.WindowTransparentForInput
    assert window.accessibleName() == "Dilara Kaya"
    assert not window.mask().isEmpty()
    at = window.pos()
    made.bridge.on_event(SharePointer(ID, SITES[3], 210, 120))
    turn()
    assert window.pos().x() - at.x() == 10


def test_who_may_act_points_with_a_filled_arrow(make):
    made = make()
    for place in (0, 3):
        made.bridge.on_event(SharePointer(ID, SITES[place], 200, 120))
    turn()
    pointers = made.page.centre.pointers
    assert pointers.window_of(SITES[3])._drawn.filled
    assert not pointers.window_of(SITES[0])._drawn.filled
    made.shows(holder=SITES[0], queue=())
    turn()
    assert pointers.window_of(SITES[0])._drawn.filled


def test_pointers_fade_and_go(make):
    made = make()
    made.bridge.on_event(SharePointer(ID, SITES[3], 200, 120))
    turn()
    pointers = made.page.centre.pointers
    made.hands.wait(61)
    pointers.refresh()
    assert pointers.window_of(SITES[3]) is None


def test_no_pointer_without_a_copy_and_none_of_oneself(make):
    made = make(**STATES["closed"])
    made.bridge.on_event(SharePointer(ID, SITES[3], 200, 120))
    made.shows()
    made.bridge.on_event(SharePointer(ID, SITES[SELF], 200, 120))
    turn()
    assert made.page.centre.pointers.window_of(SITES[3]) is None
    assert made.page.centre.pointers.window_of(SITES[SELF]) is None


def test_pointers_end_with_the_copy(make):
    made = make()
    made.bridge.on_event(SharePointer(ID, SITES[3], 200, 120))
    turn()
    made.shows(copy="ended")
    turn()
    assert made.page.centre.pointers.window_of(SITES[3]) is None


def test_nothing_floats_when_the_session_is_over(make):
    made = make()
    made.bridge.on_event(SharePointer(ID, SITES[3], 200, 120))
    turn()
    made.page.centre.pointers.end()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    names = [type(each).__name__ for each in QApplication.topLevelWidgets()]
    assert "PointerWindow" not in names


def test_a_denied_consent_is_said(make):
    made = make(**STATES["offered"])
    made.node.values.pop(JoinShare)
    made.node.answer = lambda command: Denied(command.token, "there is no such share")
    made.pane().card.wishes.buttons[Wish.START].click()
    turn()
    assert made.page.shares.refused(ID) == "there is no such share"
