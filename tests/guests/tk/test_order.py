"""What reaches the program, and what never does: suppression, answers, time, several roots, ends."""

from __future__ import annotations

import json
import os
import signal

import pytest

from tests.guests.tk.stage import START_MS, Share
from tests.guests.tk.watched import PRELUDE, clipboard

pytestmark = [pytest.mark.long, pytest.mark.display]


def python(body: str, *, geometry: str = "360x260") -> str:
    return (
        f"{PRELUDE}root = tk.Tk()\nroot.geometry('{geometry}')\n{body}\nwatch(root)\n"
        "root.mainloop()\n"
    )


def press(share: Share, path: str, who: int = 0, x: int = 5, y: int = 5) -> None:
    place = (8 * x, 8 * y)
    share.order(
        share.copies[who].person,
        share.now_ms(),
        [["press", path, *place, 1, 0, None, 0], ["release", path, *place, 1, 256, None, 0]],
    )


# --- nothing acts by itself -----------------------------------------------------------------------


def test_with_the_order_cut_off_no_input_changes_anything(share):
    body = """
c = tk.Canvas(root, name="c", width=100, height=60); c.pack()
i = c.create_oval(5, 5, 95, 55, fill="red")
c.tag_bind(i, "<Enter>", lambda e: c.itemconfigure(i, fill="blue"))
c.tag_bind(i, "<1>", lambda e: c.move(i, 5, 5))
t = tk.Text(root, name="t", height=2); t.insert("1.0", "words here"); t.pack()
t.tag_add("x", "1.0", "end"); t.tag_bind("x", "<1>", lambda e: t.insert("end", "!"))
v = ttk.Treeview(root, name="v", height=2); v.insert("", "end", text="a", tags=("g",)); v.pack()
v.tag_bind("g", "<1>", lambda e: v.insert("", "end"))
top = tk.Toplevel(root, name="top"); top.geometry("100x60+400+0")
tk.Entry(top, name="e").pack()
other = tk.Tk(); other.geometry("100x60+400+200")
b = tk.Button(other, name="b", text="b", command=lambda: b.config(text="hit")); b.pack()
"""
    copies = share(python(body), 2)
    before = copies.check()
    places = copies.places(0)
    copies._passes = lambda person, event: False
    for path in (".c", ".t", ".v", ".top.e"):
        x, y, width, height = places[path]
        where = ("mousemove", x + width // 2, y + height // 2)
        copies.act(0, *where, "click", 1, "type", "abc")
    copies.act(0, "mousemove", 450, 215, "click", 1)
    copies.pass_ms(100)
    assert copies.copies[0].count("input") > 5
    assert copies.check() == before


def test_closing_by_the_window_manager_goes_through_the_order(share):
    body = """
top = tk.Toplevel(root, name="top"); top.title("the other"); top.geometry("200x100")
top.protocol("WM_DELETE_WINDOW", lambda: (log("asked"), top.destroy()))
"""
    copies = share(python(body), 2, manager=True)
    copies.act(0, "search", "--name", "the other", "windowactivate", "--sync", "key", "alt+F4")
    copies.pass_ms(100)
    copies.settle()
    if not copies.copies[0].count("input"):
        pytest.skip("this window manager has no key to close windows")
    assert copies.logged() == ["asked"]


def test_keys_of_the_app_never_reach_the_program(share):
    copies = share(python('root.bind_all("<Key>", lambda e: log(e.keysym))'), 1)
    copies.act(0, "mousemove", 50, 50)
    copies.act(0, "key", "F6", "ctrl+alt+g", "ctrl+alt+Escape", "x")
    said = [frame[1] for frame in copies.copies[0].heard if frame[0] == "key"]
    assert said == ["back", "floor", "stop"]
    assert "F6" not in copies.logged()


def test_before_go_nobody_acts(tmp_path, screens):
    program = tmp_path / "p.py"
    program.write_text(python('tk.Button(root, name="b", command=lambda: log("hit")).pack()'))
    copies = Share(tmp_path / "share", str(program), screens(1))
    try:
        copies.run(lambda: any(w.shown for w in copies.copies[0].windows.values()))
        copies.act(0, *copies.point(0, ".b"), "click", 1)
        assert copies.copies[0].count("input") == 0
    finally:
        copies.close()


# --- hostile events -------------------------------------------------------------------------------

HOSTILE = [
    [],
    ["press"],
    ["press", ".", 1],
    ["press", ".gone", 8, 8, 1, 0, None, 0],
    ["press", "nothing", 8, 8, 1, 0, None, 0],
    ["press", 99999, 8, 8, 1, 0, None, 0],
    ["press", -1, 8, 8, 1, 0, None, 0],
    ["press", None, 8, 8, 1, 0, None, 0],
    ["press", {"a": 1}, 8, 8, 1, 0, None, 0],
    ["press", ".", 2**40, 8, 1, 0, None, 0],
    ["press", ".", "8", 8, 1, 0, None, 0],
    ["press", ".", True, 8, 1, 0, None, 0],
    ["press", ".", 8.5, 8, 1, 0, None, 0],
    ["press", ".", 8, 8, -1, 0, None, 0],
    ["press", ".", 8, 8, 10**9, 0, None, 0],
    ["press", ".", 8, 8, 1, 2**60, None, 0],
    ["press", ".", 8, 8, 1, 0, [".", 1], 0],
    ["press", ".", 8, 8, 1, 0, 7, 0],
    ["press", "7:.", 8, 8, 1, 0, None, 0],
    ["press", ".; exit", 8, 8, 1, 0, None, 0],
    ["press", "[exit]", 8, 8, 1, 0, None, 0],
    ["press", ".\0", 8, 8, 1, 0, None, 0],
    ["press", ".\ud800", 8, 8, 1, 0, None, 0],
    ["wheel", ".", 8, 8, 10**9, 0, 0, 0, 0, 0, None, 0],
    ["wheel", ".", 8, 8, 0, "x", 0, 0, 0, 0, None, 0],
    ["key", ".", -5, 0, 0, "x", 0, 0],
    ["key", ".", 97, 0, 0, "x" * 10_000, 0, 0],
    ["key", ".", 97, 0, 0, None, 0, 0],
    ["key", ".", 2**70, 0, 0, "x", 0, 0],
    ["size", ".", 0, 0, 0],
    ["size", ".", 10**6, 10**6, 0],
    ["size", ".e", "a", 1, 0],
    ["close", ".gone", 0],
    ["close", ".", 1, 2, 0],
    ["text", ".", "x", "", 0, 0, 0],
    ["enter", ".", 1, 1, 0],
    ["nonsense", ".", 0],
    [None, ".", 0],
    [["press"], ".", 0],
]


def test_hostile_events_do_nothing_and_are_counted_alike(share):
    copies = share(python('e = tk.Entry(root, name="e"); e.pack(); e.focus_set()'), 2)
    before = copies.check()
    copies._number = lambda events: None
    copies._passes = lambda person, event: True
    for event in HOSTILE:
        copies.order("z" * 16, 5, [event])
    copies.settle()
    assert copies.check() == before
    assert [copy.skipped for copy in copies.copies] == [len(HOSTILE)] * 2
    press(copies, ".e")
    copies.settle()
    copies.check()


@pytest.mark.parametrize(
    "frame",
    [
        ["events"],
        ["events", 1, 2],
        ["events", "1", 2, "a", 0, [], 0],
        ["events", 1, -2, "a", 0, [], 0],
        ["events", 1, 2, 3, 0, [], 0],
        ["events", 1, 2, "a", 0, [], "0"],
        ["events", 1, 2, "a", 0, {}, 0],
        ["names", 0, 7],
        ["names", "x", ["."]],
        ["file", 9**9, 9],
        ["clipboard", 9**9, 9, 1],
        ["show"],
        ["say", ["."]],
        ["say", "nowhere"],
        ["unheard of", 1, 2, 3],
    ],
)
def test_a_frame_that_is_none_does_nothing(share, frame):
    copies = share(python('tk.Button(root, name="b", command=lambda: log("hit")).pack()'), 1)
    copies.copies[0].say(*frame)
    press(copies, ".b")
    copies.run(lambda: (copies.copies[0].folder / "log").read_text() == "hit\n")
    assert not copies.copies[0].gone


# --- text -----------------------------------------------------------------------------------------


def test_text_that_the_local_keyboard_does_not_have(share):
    copies = share(python('e = tk.Entry(root, name="e"); e.pack(); e.focus_set()\n'
                          'root.bind("<F5>", lambda ev: log(e.get()))'), 2)  # fmt: skip
    for letter in "é€жЖ中日":
        copies.order("z" * 16, 0, [["key", ".", 0x1000000 + ord(letter), 0, 0, letter, 0, 0]])
    copies.order("z" * 16, 0, [["key", ".", 0xFFC2, 0, 0, "", 0, 0]])
    copies.settle()
    assert copies.logged() == ["é€жЖ中日"]


def test_a_held_key_repeats_as_at_its_doer(share):
    copies = share(python('e = tk.Entry(root, name="e"); e.pack(); e.focus_set()'), 2)
    copies.click(0, ".e")
    empty = copies.check()
    copies.act(0, "keydown", "a", "sleep", 0.8, "keyup", "a")
    keys = [f for f in copies.log if f[0] == "events" for e in f[5] if e[0] == "key"]
    assert len(keys) > 3
    assert copies.check() != empty


# --- gestures -------------------------------------------------------------------------------------


def test_others_pointers_do_not_count_while_a_button_is_down(share):
    body = """
c = tk.Canvas(root, name="c"); c.pack()
c.bind("<B1-Motion>", lambda e: log("drag", e.x))
"""
    copies = share(python(body), 2, jitter_ms=60)
    a, b = (copy.person for copy in copies.copies)
    copies.order(a, 0, [["press", ".c", 80, 80, 1, 0, None, 0]])
    copies.order(b, 0, [["move", ".c", 400, 400, 0, None, 0]])
    copies.order(a, 9, [["move", ".c", 160, 80, 256, None, 0]])
    copies.order(a, 19, [["release", ".c", 160, 80, 1, 256, None, 0]])
    copies.settle()
    assert copies.logged() == ["drag 20"]
    assert copies.held == 1


def test_a_click_split_by_another_ones_is_no_double_click(share):
    body = """
b = tk.Frame(root, name="b", width=90, height=90); b.pack()
for n in ("1", "Double-1"): b.bind(f"<{n}>", lambda e, n=n: log(n))
"""
    copies = share(python(body), 2)
    for who in (0, 1, 0):
        press(copies, ".b", who)
    press(copies, ".b", 0)
    copies.settle()
    assert copies.logged() == ["1", "1", "1", "Double-1"]


# --- time -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("jitter_ms", [0, 120])
def test_a_held_arrow_repeats_as_often_everywhere(share, jitter_ms):
    body = """
s = tk.Spinbox(root, name="s", from_=0, to=999); s.pack()
"""
    copies = share(python(body), 3, jitter_ms=jitter_ms)
    x, y, width, _ = copies.places(0)[".s"]
    copies.act(0, "mousemove", x + width - 6, y + 5, "mousedown", 1, "sleep", 1.2, "mouseup", 1)
    copies.check()
    detail = said(copies, ".")
    # 400 ms and then every 100 ms of 1.2 s.
    count = int(json.dumps(detail).split(".s Spinbox")[1].split("{")[2].split(" ")[0].strip("{}"))
    assert 7 <= count <= 12


def said(copies: Share, window: str) -> str:
    """What the first copy says it has seen in that window at the last mark."""
    copy = copies.copies[0]
    before = copy.count("differs")
    copy.say("say", window)
    copies.run(lambda: copy.count("differs") > before)
    return str([frame for frame in copy.heard if frame[0] == "differs"][-1][2])


def test_timers_of_every_sort(share):
    body = """
def more():
    log("outer"); root.after(1, lambda: log("inner"))
root.after(50, more)
gone = root.after(60, lambda: log("never")); root.after_cancel(gone)
root.after(70, lambda: 1 / 0)
root.tk.eval('after 80 {puts [open log a] tcl}')
root.tk.eval('after 90 ::never; after cancel ::never')
idle = root.after_idle(log, "idle")
log("timer" if "timer" in str(root.tk.call("after", "info", root.after(10**6, log))) else "?")
log(len(root.tk.splitlist(root.tk.call("after", "info"))) >= 4)
"""
    copies = share(python(body), 2)
    copies.pass_ms(400)
    copies.settle()
    assert copies.logged()[:5] == ["timer", "True", "idle", "outer", "inner"]
    assert "ZeroDivisionError" in copies.copies[0].output()
    assert copies.copies[0].logs() == ""


def test_the_program_reads_the_order_clock(share):
    body = """
tk.Button(root, name="b", command=lambda: log(int(time.time() * 1000))).pack()
"""
    copies = share(python(body), 2)
    press(copies, ".b")
    copies.settle()
    first = int(copies.logged()[0])
    assert START_MS <= first < START_MS + 60_000


# --- answers of the order -------------------------------------------------------------------------

FILES = """
from tkinter import filedialog
kinds = dict(open=filedialog.askopenfilename, save=filedialog.asksaveasfilename,
             folder=filedialog.askdirectory, many=filedialog.askopenfilenames)
for name, ask in kinds.items():
    tk.Button(root, name=name, command=lambda ask=ask: log("got", ask(title="Which?"))).pack()
tk.Button(root, name="other", command=lambda: log("other")).pack()
"""


@pytest.mark.parametrize("name", ["open", "save", "folder", "many"])
def test_a_file_is_asked_of_the_one_who_acts(share, name):
    copies = share(python(FILES), 2, jitter_ms=40)
    asked = []

    def files(how: str, title: str, person: str) -> list[str]:
        asked.append((how, title, person))
        return ["/share/a.txt"]

    copies.files = files
    press(copies, f".{name}", 1)
    copies.settle()
    assert asked == [("open" if name == "many" else name, "Which?", copies.copies[1].person)]
    got = "('/share/a.txt',)" if name == "many" else "/share/a.txt"
    assert copies.logged() == [f"got {got}"]
    copies.check()


def test_while_a_file_is_awaited_nobody_acts(share):
    copies = share(python(FILES), 2)
    waiting: list[str] = []
    copies._wanted = lambda copy, frame: waiting.append(frame[1])
    press(copies, ".open")
    copies.run(lambda: waiting.count("file") == 2)
    press(copies, ".other", 1)
    copies.settle()
    copies._say_all("file", copies.copies[0].person, [], "")
    copies.settle()
    assert copies.logged() == ["got "]
    press(copies, ".other", 1)
    copies.settle()
    assert copies.logged() == ["other"]
    copies.check()


PASTE = 'e = tk.Entry(root, name="e", width=40); e.pack(); e.focus_set()\n' \
        'root.bind("<F5>", lambda ev: log(e.get()))'  # fmt: skip


def show_text(share: Share) -> None:
    """The program logs its entry."""
    share.order("z" * 16, 0, [["key", ".", 0xFFC2, 0, 0, "", 0, 0]])


def test_a_paste_brings_the_doers_text_to_all(share):
    copies = share(python(PASTE), 2, jitter_ms=40)
    with clipboard(copies.screens[1], "mine") as _, clipboard(copies.screens[0], "other"):
        copies.click(1, ".e")
        copies.act(1, "key", "ctrl+v")
        copies.settle()
        copies.act(1, *copies.point(1, ".e"), "click", 2)
        copies.settle()
    show_text(copies)
    copies.settle()
    assert copies.logged() in (["minemine"], ["mine"])
    copies.check()


def test_what_the_program_copied_is_pasted_without_any_desktop(share):
    copies = share(python(PASTE), 2, jitter_ms=40)
    copies.click(0, ".e")
    copies.act(0, "type", "ab ")
    copies.act(0, "key", "ctrl+slash", "ctrl+c", "End", "ctrl+v")
    copies.act(1, *copies.point(1, ".e", (200, 10)), "click", 1, "key", "ctrl+v")
    show_text(copies)
    copies.settle()
    assert copies.logged()[0].startswith("ab ab ")
    copies.check()


def test_a_text_that_never_comes_is_not_waited_for_for_ever(share):
    copies = share(python(PASTE), 2)
    copies.answer_texts = False
    copies.click(0, ".e")
    copies.act(0, "key", "ctrl+v", "x")
    show_text(copies)
    copies.run(lambda: all((c.folder / "log").read_text() for c in copies.copies))
    copies.settle()
    assert copies.logged() == ["x"]
    copies.check()


# --- sizes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("manager", [False, True], ids=["no manager", "manager"])
def test_a_persons_resizing_reaches_all(share, manager):
    body = 'root.title("to size"); tk.Text(root, name="t").pack(fill="both", expand=True)'
    copies = share(python(body), 2, manager=manager)
    copies.act(0, "search", "--name", "^to size$", "windowsize", 500, 333)
    copies.run(lambda: copies.copies[1].windows["."].width == 500, why="no size")
    copies.settle()
    assert copies.copies[1].windows["."].height == 333
    copies.check()
    sizes = [e for f in copies.log if f[0] == "events" for e in f[5] if e[0] == "size"]
    assert len(sizes) == 1


def test_hidden_copies_replay_and_show_the_same(share):
    body = 'b = tk.Button(root, name="b", text="b", command=lambda: log("hit")); b.pack()'
    for manager in (False, True):
        copies = share(python(body), 2, manager=manager)
        copies.copies[1].say("show", False)
        press(copies, ".b")
        copies.settle()
        copies.check()
        copies.copies[1].say("show", True)
        copies.pass_ms(100)
        press(copies, ".b")
        copies.settle()
        copies.click(1, ".b")
        assert copies.logged() == ["hit"] * 3
        copies.check()
        copies.close()


# --- several roots, and ends ----------------------------------------------------------------------


def test_a_second_root_made_later_and_the_first_one_destroyed(share):
    body = """
def second():
    other = tk.Tk(); other.geometry("200x80+380+0")
    tk.Button(other, name="c", text="c", command=lambda: log("second")).pack()
    tk.Entry(other, name="e").pack()
    watch(other)
tk.Button(root, name="make", command=second).pack()
tk.Button(root, name="end", command=root.destroy).pack()
"""
    copies = share(python(body).replace("root.mainloop()", "root.mainloop(); tk.mainloop()"), 2)
    press(copies, ".make")
    copies.settle()
    copies.act(0, "mousemove", 480, 15, "click", 1)
    assert copies.logged() == ["second"]
    copies.check()
    press(copies, ".end")
    copies.settle()
    press(copies, "1:.c", 1)
    copies.settle()
    assert copies.logged() == ["second"]
    copies.check()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("import sys; b = lambda: sys.exit(3)", 3),
        ("b = root.destroy", 0),
        ("import os; b = lambda: os._exit(5)", None),
    ],
)
def test_a_program_that_ends_itself(share, body, code):
    copies = share(python(f'{body}\ntk.Button(root, name="b", command=b).pack()'), 2)
    press(copies, ".b")
    copies.run(lambda: all(copy.gone for copy in copies.copies), why="still there")
    assert [copy.ended for copy in copies.copies] == [code] * 2


def test_a_program_that_raises_goes_on(share):
    copies = share(python('tk.Button(root, name="b", command=lambda: 1 / 0).pack()'), 2)
    press(copies, ".b")
    press(copies, ".b")
    copies.settle()
    assert copies.copies[0].output().count("ZeroDivisionError") == 2
    copies.check()


def test_a_program_that_fails_at_its_start_says_so(tmp_path, screens):
    program = tmp_path / "p.py"
    program.write_text("raise RuntimeError('no')")
    copies = Share(tmp_path / "share", str(program), screens(1))
    try:
        copies.run(lambda: copies.copies[0].gone)
        assert copies.copies[0].ended == 1
        assert "RuntimeError: no" in copies.copies[0].output()
    finally:
        copies.close()


def test_a_script_ends_by_exit(share):
    copies = share("button .b -command {exit 4}; pack .b", 2, name="p.tcl")
    press(copies, ".b")
    copies.run(lambda: all(copy.gone for copy in copies.copies), why="still there")
    assert [copy.ended for copy in copies.copies] == [4, 4]


def test_an_end_inside_a_modal_dialog(share):
    body = """
def modal():
    top = tk.Toplevel(root, name="top"); tk.Button(top, name="q", command=root.destroy).pack()
    top.grab_set(); root.wait_window(top)
tk.Button(root, name="b", command=modal).pack()
"""
    copies = share(python(body), 2)
    press(copies, ".b")
    copies.settle()
    press(copies, ".top.q", 1)
    copies.run(lambda: all(copy.gone for copy in copies.copies), why="still there")


def test_without_the_app_the_guest_ends(share):
    copies = share(python(""), 1)
    copies.copies[0].socket.shutdown(2)
    copies.copies[0].process.wait(10)


def test_stop_ends_at_once_even_in_a_dialog(share):
    body = 'from tkinter import messagebox\ntk.Button(root, name="b", command=lambda: messagebox.showinfo("a", "b")).pack()'
    copies = share(python(body), 1)
    press(copies, ".b")
    copies.settle()
    copies.copies[0].say("stop")
    copies.run(lambda: copies.copies[0].gone)
    assert copies.copies[0].process.wait(10) == 0


def test_a_killed_copy_leaves_the_others_as_they_were(share):
    copies = share(python('e = tk.Entry(root, name="e"); e.pack()'), 3)
    os.kill(copies.copies[1].process.pid, signal.SIGKILL)
    copies.run(lambda: copies.copies[1].gone)
    copies.act(0, *copies.point(0, ".e"), "click", 1, "key", "a")
    copies.check()


# --- what the program sees of us ------------------------------------------------------------------


def test_the_program_has_its_own_path_and_modules(share):
    body = """
import sys
log(sys.argv[1:], sys.path[0] == os.path.dirname(os.path.abspath(__file__)), __name__)
log([name for name in sys.modules if name.startswith(("app", "wire", "start", "outbox"))])
log(any(path.endswith("/guest") for path in sys.path), type(__builtins__).__name__)
log(sys.modules["__main__"].root is root)
"""
    copies = share(python(body), 2, arguments=("one", "two words"))
    assert copies.logged() == [
        "['one', 'two words'] True __main__",
        "[]",
        "False module",
        "True",
    ]


def test_what_no_pin_reaches_is_said_once(share):
    body = """
import socket, subprocess
def unfit():
    subprocess.run(["true"])
    with socket.socket() as s:
        try: s.connect(("127.0.0.1", 9))
        except OSError: pass
tk.Button(root, name="b", command=unfit).pack()
"""
    copies = share(python(body), 1)
    assert copies.copies[0].logs() == ""
    press(copies, ".b")
    press(copies, ".b")
    copies.settle()
    assert "starts other programs" in copies.copies[0].logs()
    assert copies.copies[0].count("log") == 2


def test_what_the_process_was_started_without_is_said(share):
    copies = share(python(""), 2, variables=lambda number: {"TZ": "UTC"[: 3 * (1 - number)]})
    assert [copy.heard[0][4] for copy in copies.copies] == [
        [],
        ["Started without TZ=UTC: copies may differ."],
    ]


def test_an_interpreter_without_windows_is_left_alone(tmp_path, screens):
    program = tmp_path / "p.py"
    program.write_text("import tkinter as tk\ntk.Tcl().eval('expr 1')\n")
    copies = Share(tmp_path / "share", str(program), screens(1))
    try:
        copies.run(lambda: copies.copies[0].gone)
        assert copies.copies[0].ended == 0
        assert copies.copies[0].count("hello") == 0
    finally:
        copies.close()
