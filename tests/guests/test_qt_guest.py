"""A Qt guest in a real program: what it keeps from the program, what it carries, what it refuses."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.guests import qt_stage
from tests.guests.qt_monkey import Monkey
from tests.guests.qt_stage import NOT_SET, PROGRAMS, ROOT, Copy, Order, Screens

pytestmark = [
    pytest.mark.display,
    pytest.mark.long,
    pytest.mark.skipif(bool(qt_stage.missing()), reason=f"not installed: {qt_stage.missing()}"),
]

EVERY = PROGRAMS / "every_widget.py"
SAMPLES = ROOT / "resources/samples"
DOORS = ["tap", "filter"]


@pytest.fixture(scope="module")
def screens():
    screens = Screens()
    yield screens
    screens.close()


@pytest.fixture
def share(screens, tmp_path):
    """`share(program, copies)`: attached and running, closed at the end."""
    made: list[Copy] = []

    def start(program, count=2, jitter=0.05, door="tap", first=0, **options: Any) -> Order:
        each = options.pop("each", {})
        copies = []
        for place in range(first, first + count):
            environment = {"TALKSTICK_QT_DOOR": door} | each.get(place, {})
            copy = Copy(
                screens, place, tmp_path / f"copy{place}", [program],
                environment=environment, **options,
            )  # fmt: skip
            copies.append(copy)
        made.extend(copies)
        order = Order(copies, jitter)
        order.go()
        return order

    yield start
    for copy in made:
        copy.close()


def click(order: Order, copy: Copy, where: str, **options: Any) -> None:
    order.settle()
    copy.hand.click(order.ask(copy, where), **options)
    order.settle()


def texts(order: Order, expression: str) -> list[Any]:
    return [order.ask(copy, expression) for copy in order.copies if not copy.gone]


def equal(order: Order) -> None:
    order.settle()
    assert len(set(order.digest())) == 1, texts(order, "state()")


# --- the door ------------------------------------------------------------------------------------

SELF_TEST = """
import ctypes, struct, sys
from PySide6.QtGui import QGuiApplication, QWindow
from app.tkshare.guest import qt_native, qt_tap
from app.tkshare.guest.qt_binding import Binding
application = QGuiApplication(sys.argv)
window = QWindow()
address = Binding("PySide6").address(window)
qt = qt_native.Native()
assert qt_tap.faults_of_layout(qt, address) == []
read = qt_native.read_mouse
qt_native.read_mouse = lambda event: read(event + 8)
faults = qt_tap.faults_of_layout(qt, address)
assert len(faults) == 1 and "0x107" in faults[0], faults
print("good")
"""


def test_the_self_test_knows_a_right_layout_from_a_wrong_one():
    done = subprocess.run(
        [sys.executable, "-c", SELF_TEST], cwd=ROOT, capture_output=True, text=True, timeout=60,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, check=False,
    )  # fmt: skip
    assert done.stdout.strip() == "good", done.stderr


@pytest.mark.parametrize("door", DOORS)
def test_with_a_mute_order_no_widget_sees_anything(share, door):
    order = share(EVERY, 1, door=door)
    copy = order.copies[0]
    before = order.ask(copy, "state()")
    order.mute = True
    where = {name: order.ask(copy, name) for name in ("at('#line')", "at('#text')", "menu('File')")}
    for place in where.values():
        copy.hand.click(place)
    copy.hand.type("abc")
    copy.hand.key("Control_L+d")
    copy.hand.key("Alt_L+f")
    copy.hand.click(where["at('#text')"], button=5)
    copy.hand.drag(list(where.values()))
    order.settle()
    assert copy.events > 20
    assert order.ask(copy, "state()") == before
    assert order.ask(copy, "buttons()") == 0


def test_the_filter_refuses_shortcuts_of_several_keys(share):
    order = share(EVERY, 1, door="filter")
    assert "Ctrl+K" in order.copies[0].of("refused")[0][1]
    assert len(order.copies[0].of("hello")[0][4]) > 2


def test_the_app_s_own_keys_go_to_the_app_only(share):
    order = share(EVERY, 1)
    copy = order.copies[0]
    click(order, copy, "at('#line')")
    before = order.index
    copy.hand.key("F6")
    order.settle()
    copy.hand.key("Control_L+Alt_L+g")
    copy.hand.key("Control_L+Alt_L+Escape")
    order.settle()
    assert [frame[1] for frame in copy.of("key")] == ["back", "floor", "stop"]
    assert "G" not in order.ask(copy, "find('#line').text()").upper()
    kept = [event[2] for entry in order.log[before:] for event in entry[5] if entry[0] == "events"]
    assert 0x01000035 not in kept


# --- loops, files, clipboard ---------------------------------------------------------------------


def test_a_dialog_in_a_dialog_from_a_menu_while_somebody_else_types(share):
    order = share(EVERY, 2)
    one, two = order.copies
    click(order, one, "menu('Ask')")
    click(order, one, "menu('Dialog')")
    click(order, one, "at('#more')")
    two.hand.key("Escape")
    order.settle()
    click(order, two, "at('#answer')")
    two.hand.type("two")
    one.hand.type("one")
    order.settle()
    assert len(texts(order, "find('#answer').text()")[0]) == 6
    two.hand.key("Return")
    order.settle()
    equal(order)
    assert {len(t) for t in texts(order, "names.visible()")} == {1}
    assert texts(order, "find('#log').toPlainText()")[0].startswith("dialog 1 ")


def test_the_stream_goes_on_in_about_qt(share):
    order = share(EVERY, 2)
    one, two = order.copies
    click(order, one, "menu('Ask')")
    click(order, one, "menu('About Qt')")
    two.hand.key("Escape")
    order.settle()
    click(order, two, "at('#line')")
    two.hand.type("on")
    equal(order)
    assert texts(order, "find('#line').text()") == ["on", "on"]


def test_a_file_dialog_is_an_ordered_result(share, tmp_path):
    path = tmp_path / "chosen.txt"
    order = share(EVERY, 2)
    one, two = order.copies
    order.answers = [([str(path)], "Text (*.txt)"), ([], "")]
    for copy in (one, two):
        click(order, copy, "at('#line')")
        copy.hand.key("Control_L+o")
        order.settle()
    assert texts(order, "find('#log').toPlainText()") == [f"open {path}\nopen "] * 2
    asked = [frame[2:5] for frame in one.of("wants") if frame[1] == "file"]
    assert asked == [[one.person, "open", "Open"], [two.person, "open", "Open"]]
    equal(order)


def test_what_people_do_while_a_file_is_chosen_is_dropped_by_all(share):
    order = share(EVERY, 2)
    one, two = order.copies
    click(order, one, "at('#line')")
    answer = order._wants
    held: list[Any] = []
    order._wants = lambda copy, frame: held.append((copy, frame))
    one.hand.key("Control_L+s")
    order.settle()
    two.hand.type("lost")
    order.settle()
    order._wants = answer
    order.answers = [(["/somewhere/new.txt"], "")]
    for copy, frame in held:
        order._wants(copy, frame)
    order.settle()
    assert texts(order, "find('#line').text()") == ["", ""]
    assert texts(order, "find('#log').toPlainText()") == ["save /somewhere/new.txt"] * 2
    assert one.skipped == two.skipped > 0
    equal(order)


def test_each_person_pastes_their_own_clipboard(share):
    order = share(EVERY, 2)
    for copy, text in zip(order.copies, ("first", "second"), strict=True):
        # Another's paste has set this clipboard too: a paste shows its content to all.
        order.ask(copy, f"gui.QGuiApplication.clipboard().setText({text!r})")
        click(order, copy, "at('#line')")
        copy.hand.key("Control_L+v")
        order.settle()
        equal(order)
    assert texts(order, "find('#line').text()") == ["firstsecond"] * 2


def test_a_paste_from_a_menu_carries_the_clipboard_too(share):
    order = share(EVERY, 2)
    order.ask(order.copies[1], "gui.QGuiApplication.clipboard().setText('mine')")
    click(order, order.copies[1], "at('#line')")
    click(order, order.copies[1], "menu('Edit')")
    click(order, order.copies[1], "menu('Paste')")
    assert texts(order, "find('#line').text()") == ["mine"] * 2


def test_an_input_method_s_text_is_carried(share):
    order = share(EVERY, 2)
    one = order.copies[0]
    click(order, one, "at('#line')")
    order.ask(
        one,
        "[core.QCoreApplication.sendEvent(find('#line'), e) for e in [gui.QInputMethodEvent()]"
        " if e.setCommitString('漢字') is None]",
    )
    order.settle()
    assert texts(order, "find('#line').text()") == ["漢字"] * 2


def test_a_size_by_one_person_s_window_manager_reaches_all(share):
    order = share(EVERY, 2)
    one = order.copies[0]
    window = order.ask(one, "int(find('#main').winId())")
    one.hand.resize(window, 720, 600)
    order.settle()
    sizes = texts(order, "[find('#main').width(), find('#main').height()]")
    assert sizes == [[720, 600]] * 2
    equal(order)


# --- time ----------------------------------------------------------------------------------------


def hold(order: Order) -> list[Any]:
    one = order.copies[0]
    click(order, one, "tab('#tabs', 1)")
    one.hand.move(*order.ask(one, "at('#repeat')"))
    one.hand.button(1, down=True)
    order.turn(0.5)
    one.hand.button(1, down=False)
    order.settle()
    return texts(order, "find('#log').toPlainText()")


def test_a_held_button_repeats_as_often_in_all_copies(share):
    order = share(EVERY, 2, jitter=0.15)
    for _ in range(3):
        counts = hold(order)
        assert counts[0] == counts[1]
        assert len(counts[0].splitlines()) > 2


def test_without_ordered_ticks_a_held_button_does_not(share):
    order = share(EVERY, 2, jitter=0.15, each={n: {"TALKSTICK_UNPINNED": "ticks"} for n in (0, 1)})
    assert any(len(set(hold(order))) == 2 for _ in range(6))


def play(order: Order, place: int) -> None:
    """Let a program run that never is quiet, and press its button."""
    order.turn(0.3)
    order.copies[place].hand.click(order.ask(order.copies[place], "at('#later')"))
    order.turn(0.5)
    order.ticks = False


def test_a_program_with_timers_chance_and_a_clock_is_the_same(share):
    order = share(PROGRAMS / "timers.py", 3, jitter=0.08)
    play(order, 1)
    equal(order)
    assert int(texts(order, "find('#steps').text()")[0].split()[0]) > 5
    assert " at 2027-" in texts(order, "find('#when').text()")[0]


@pytest.mark.parametrize("pin", ["random", "clock", "ticks"])
def test_such_a_program_differs_without_each_pin(share, pin):
    order = share(
        PROGRAMS / "timers.py", 2, jitter=0.08, each={1: {"TALKSTICK_UNPINNED": pin}}
    )  # fmt: skip
    play(order, 0)
    order.settle()
    assert len(set(order.digest())) == 2


SEED_OF_QT = (
    "[__import__('ctypes').c_size_t.from_address(__import__('shiboken6').getCppPointer(seed)[0]).value"
    " for seed in [core.QHashSeed.globalSeed()]]"
)
"""PySide doesn't tell the number."""
PINS: list[tuple[str, dict[str, str], str]] = [
    ("style", {"QT_STYLE_OVERRIDE": "Windows"}, "digests.look()"),
    ("fonts", {"FONTCONFIG_FILE": ""}, "digests.look()"),
    ("scale", {"QT_SCALE_FACTOR": "2", "QT_ENABLE_HIGHDPI_SCALING": "1"},
     "names.visible()[0].devicePixelRatio()"),
    ("locale", {"LC_ALL": "de_DE.UTF-8"}, "core.QLocale.system().name()"),
    ("zone", {"TZ": "Asia/Tokyo"}, "__import__('time').localtime(0).tm_hour"),
    ("hash", {"PYTHONHASHSEED": "1"}, "hash('a')"),
    ("home", {"HOME": "/nowhere"}, "core.QDir.homePath().endswith('home')"),
    ("random", {"TALKSTICK_UNPINNED": "random"}, "__import__('random').random()"),
    ("qt random", {"TALKSTICK_UNPINNED": "random"}, "core.QRandomGenerator.global_().generate()"),
    ("clock", {"TALKSTICK_UNPINNED": "clock"}, "core.QDate.currentDate().year()"),
    ("python clock", {"TALKSTICK_UNPINNED": "clock"}, "int(__import__('time').time())"),
    ("blinking", {"TALKSTICK_UNPINNED": "application"}, "widgets.QApplication.cursorFlashTime()"),
    ("effects", {"TALKSTICK_UNPINNED": "application"},
     "widgets.QApplication.isEffectEnabled(core.Qt.UIEffect.UI_AnimateCombo)"
     " or widgets.QApplication.cursorFlashTime()"),
    ("dpi", {"QT_FONT_DPI": "144"}, "gui.QGuiApplication.primaryScreen().logicalDotsPerInch()"),
    ("qt hash", {"QT_HASH_SEED": NOT_SET}, SEED_OF_QT),
    ("theme", {"QT_QPA_PLATFORMTHEME": "gtk3"},
     "__import__('os').environ['QT_QPA_PLATFORMTHEME']"),
    ("garbage", {"TALKSTICK_UNPINNED": "garbage"}, "__import__('gc').isenabled()"),
    ("native dialogs", {"TALKSTICK_UNPINNED": "dialogs"},
     "core.QCoreApplication.testAttribute(core.Qt.ApplicationAttribute.AA_DontUseNativeDialogs)"),
]  # fmt: skip


def test_each_pin_makes_equal_what_differs_without_it(share):
    pinned = share(EVERY, 2)
    for name, _off, expression in PINS:
        values = texts(pinned, expression)
        assert values[0] == values[1], name
    home = pinned.copies[0].environment["HOME"]
    assert home.endswith("home")


@pytest.mark.parametrize(("name", "off", "expression"), PINS, ids=[pin[0] for pin in PINS])
def test_a_copy_without_a_pin_is_another(share, name, off, expression):
    order = share(EVERY, 2, each={1: off})
    values = texts(order, expression)
    assert values[0] != values[1]


def grabbed(display: str) -> bool:
    """Whether somebody holds the pointer of a display."""
    x = ctypes.CDLL("libX11.so.6")
    x.XOpenDisplay.restype = ctypes.c_void_p
    x.XDefaultRootWindow.restype = ctypes.c_ulong
    d = ctypes.c_void_p(x.XOpenDisplay(display.encode()))
    root = ctypes.c_ulong(x.XDefaultRootWindow(d))
    answer = x.XGrabPointer(d, root, 0, 0, 1, 1, ctypes.c_ulong(0), ctypes.c_ulong(0), 0)
    x.XCloseDisplay(d)
    return bool(answer != 0)


@pytest.mark.parametrize("pinned", [True, False])
def test_an_open_menu_takes_no_grab_on_another_s_desktop(share, pinned):
    off = {} if pinned else {"QT_XCB_NO_GRAB_SERVER": NOT_SET}
    order = share(EVERY, 2, each={1: off})
    click(order, order.copies[0], "menu('File')")
    assert grabbed(order.copies[1].display) is not pinned
    equal(order)


# --- people, late ones too -----------------------------------------------------------------------


@pytest.mark.parametrize("program", [SAMPLES / "qt_editor.py", SAMPLES / "qt_table.py", EVERY])
@pytest.mark.parametrize("at_once", [False, True], ids=["in turn", "at once"])
def test_three_random_people(share, program, at_once):
    order = share(program, 3, jitter=0.12)
    Monkey(order, seed=11).run(40, 10, at_once=at_once)


def test_two_random_people_by_the_filter(share):
    order = share(SAMPLES / "qt_table.py", 2, door="filter")
    Monkey(order, seed=5).run(30, 10, at_once=False)


def test_a_late_copy_replays_the_share_to_the_same_state(share, screens, tmp_path):
    order = share(SAMPLES / "qt_table.py", 2)
    Monkey(order, seed=3).run(20, 20, at_once=True)
    late = Copy(screens, 2, tmp_path / "late", [SAMPLES / "qt_table.py"])
    try:
        order.copies.append(late)
        order.until(lambda: bool(late.shown), "a window")
        for frame in order.log:
            order.tell(frame, only=late)
        order.settle()
        assert len(order.digest()) == 3
        equal(order)
    finally:
        order.copies.remove(late)
        late.close()


# --- bad streams, bad programs -------------------------------------------------------------------

HOSTILE: list[Any] = [
    ["press", "Nobody#there~0", 8, 8, 1, 0, None, 0],
    ["press", 4096, 8, 8, 1, 0, None, 0],
    ["press", "Main#main~0", 10**9, 8, 1, 0, None, 0],
    ["press", "Main#main~0", "x", 8, 1, 0, None, 0],
    ["press", "Main#main~0", 8, 8, -1, 0, None, 0],
    ["press", "Main#main~0", True, 8, 1, 0, None, 0],
    ["key", "Main#main~0", 65, 0, 0, "x" * 1000, 0, 0],
    ["key", "Main#main~0", 65, 0, 0, None, 0, 0],
    ["size", "Main#main~0", 0, -5, 0],
    ["size", "Main#main~0", 10**8, 10, 0],
    ["wheel", "Main#main~0", 8, 8, 1.5, 0, 0, 0, 0, 0, None, 0],
    ["launch", "Main#main~0", 0],
    ["close"],
    [],
    None,
    7,
    {"kind": "press"},
]


def test_a_hostile_stream_does_nothing(share):
    order = share(EVERY, 1, jitter=0)
    copy = order.copies[0]
    before = order.ask(copy, "state()")
    for event in HOSTILE:
        order.order("events", "z" * 16, 5, [event])
    frames: list[list[Any]] = [
        ["events", "x", None, 3, {}, 5], ["events"], ["clock", order.index, 5, [["T99", 10]]],
        ["clock", order.index, 5, [["../..", 10], "x"]], ["names", -5, [None, 3]], ["names"],
        ["file", order.index, 5, "z", [], ""], ["clipboard", order.index, 5, "z", "no", "text"],
        ["show"], ["dance", 1], ["mark"],
    ]  # fmt: skip
    for frame in frames:
        order.tell(frame)
    order.settle()
    assert order.ask(copy, "state()") == before
    click(order, copy, "at('#line')")
    copy.hand.type("fine")
    order.settle()
    assert order.ask(copy, "find('#line').text()") == "fine"


def test_an_error_in_the_program_is_the_program_s_own(share):
    order = share(PROGRAMS / "bad.py", 2)
    click(order, order.copies[0], "at('#raise')")
    click(order, order.copies[1], "at('#child')")
    equal(order)
    assert texts(order, "find('#label').text()") == ["child ended"] * 2
    assert "on purpose" in order.copies[1].output.read_text()


def test_a_program_that_ends_itself_is_gone(share):
    order = share(PROGRAMS / "bad.py", 2)
    order.copies[0].hand.click(order.ask(order.copies[0], "at('#end')"))
    order.until(lambda: all(copy.gone for copy in order.copies), "the end")
    assert [copy.process.wait(10) for copy in order.copies] == [3, 3]


def test_a_program_that_dies_is_gone(share):
    order = share(PROGRAMS / "bad.py", 2)
    order.copies[0].hand.click(order.ask(order.copies[0], "at('#die')"))
    order.until(lambda: all(copy.gone for copy in order.copies), "the end")
    assert [copy.process.wait(10) for copy in order.copies] == [7, 7]


def test_a_program_whose_window_is_closed_says_how_it_ended(share):
    order = share(PROGRAMS / "bad.py", 2)
    order.order("events", order.copies[1].person, 5, [["close", "QWidget#bad~0", 0]])
    order.until(lambda: all(copy.gone for copy in order.copies), "the end")
    assert [copy.of("ended") for copy in order.copies] == [[["ended", 0]]] * 2


def test_a_guest_without_an_app_ends(share):
    order = share(EVERY, 1)
    order.copies[0]._ours.close()
    assert order.copies[0].process.wait(10) == 0


def test_a_program_without_qt_is_refused(screens, tmp_path):
    program = tmp_path / "plain.py"
    program.write_text("print('hello')")
    copy = Copy(screens, 0, tmp_path / "copy", [program])
    order = Order([copy])
    order.until(lambda: copy.gone, "the end")
    assert "not a Qt 6 program" in copy.of("refused")[0][1]
    copy.close()


def test_the_program_sees_its_own_path_and_arguments(screens, tmp_path):
    program = tmp_path / "paths.py"
    program.write_text(
        "import sys\nassert 'app' not in sys.modules\n"
        "print([sys.path[0], sys.argv, __name__, 'PySide6' in sys.modules])\n"
    )
    copy = Copy(screens, 0, tmp_path / "copy", [program, "one", "two"])
    Order([copy]).until(lambda: copy.gone, "the end")
    copy.process.wait(10)
    expected = [str(tmp_path), [str(program), "one", "two"], "__main__", False]
    assert copy.output.read_text().splitlines()[0] == str(expected)
    copy.close()


# --- other bindings, other programs --------------------------------------------------------------


def python_with(module: str) -> str | None:
    """An interpreter that has a module: this one, or that of TALKSTICK_GUEST_PYTHON."""
    for python in (os.environ.get("TALKSTICK_GUEST_PYTHON"), sys.executable):
        found = python and subprocess.run(
            [python, "-c", f"import {module}"], capture_output=True, check=False
        )  # fmt: skip
        if found and found.returncode == 0:
            return str(python)
    return None


def test_a_program_by_pyqt(screens, tmp_path):
    python = python_with("PyQt6.QtWidgets")
    if python is None:
        pytest.skip("not installed: PyQt6 (dependency group guests)")
    copies = [
        Copy(screens, place, tmp_path / f"{place}", [EVERY, "PyQt6"], python=python)
        for place in range(2)
    ]
    try:
        order = Order(copies, 0.08)
        order.go()
        assert copies[0].of("hello")[0][2]["binding"].startswith("PyQt6")
        assert copies[0].of("hello")[0][3] == "tap"
        click(order, copies[0], "menu('Ask')")
        click(order, copies[0], "menu('Dialog')")
        copies[0].hand.type("abc")
        copies[0].hand.key("Return")
        equal(order)
        assert texts(order, "find('#log').toPlainText()") == ["dialog 1 abc one"] * 2
        Monkey(order, seed=2).run(30, 10, at_once=True)
    finally:
        for copy in copies:
            copy.close()


EXAMPLES = (
    "painting/basicdrawing/basicdrawing.py",
    "layouts/dynamiclayouts/dynamiclayouts.py",
    "mainwindows/dockwidgets/dockwidgets.py",
    "mainwindows/mdi/mdi.py",
    "itemviews/spinboxdelegate/spinboxdelegate.py",
    "itemviews/stardelegate/stardelegate.py",
    "itemviews/address_book/main.py",
    "itemviews/fetchmore/fetchmore.py",
    "richtext/syntaxhighlighter/syntaxhighlighter.py",
    "graphicsview/diagramscene/diagramscene.py",
    "dialogs/classwizard/classwizard.py",
    "dialogs/standarddialogs/standarddialogs.py",
    "tutorials/cannon/t14.py",
    "draganddrop/draggabletext/draggabletext.py",
    "widgets/charactermap/main.py",
)


def examples() -> Path | None:
    """Where the examples of Qt for Python are; their package holds nothing else."""
    import PySide6

    named = os.environ.get("TALKSTICK_QT_EXAMPLES")
    beside = Path(PySide6.__file__).parent / "examples/widgets"
    found = Path(named) if named else beside
    return found if found.is_dir() else None


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_program_nobody_here_wrote(share, name):
    folder = examples()
    if folder is None:
        pytest.skip("not installed: pyside6-examples (dependency group guests)")
    if not (folder / name).is_file():
        pytest.skip(f"this version of the examples has no {name}")
    order = share(folder / name, 3, jitter=0.08)
    Monkey(order, seed=17).run(30, 10, at_once=False)
