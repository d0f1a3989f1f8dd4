"""Each pin, on and off: with it copies agree, without it they don't, in the situation it is for."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from app.bench.share.screen import Screen
from tests.guests.tk.stage import Share
from tests.guests.tk.watched import PRELUDE, clipboard

pytestmark = [pytest.mark.long, pytest.mark.display]

both = pytest.mark.parametrize("pinned", [True, False], ids=["on", "off"])


def without(name: str, *, pinned: bool) -> str:
    return "" if pinned else name


def python(body: str) -> str:
    return (
        f"{PRELUDE}root = tk.Tk()\nroot.geometry('300x200')\n{body}\nwatch(root)\nroot.mainloop()\n"
    )


SHOWS = """
shown = tk.Label(root, name="shown"); shown.pack()
def show(): shown["text"] = {value}
tk.Button(root, name="show", text="show", command=show).pack()
"""


def press(share: Share, path: str, who: int = 0) -> None:
    """A click as the order brings it, without waiting."""
    share.order(
        share.copies[who].person,
        share.now_ms(),
        [["press", path, 40, 40, 1, 0, None, 0], ["release", path, 40, 40, 1, 256, None, 0]],
    )


def shows_the_same(share: Share) -> bool:
    press(share, ".show")
    share.settle()
    return share.same()


@both
def test_event(share, pinned):
    body = """
own = tk.Label(root, name="own", text="own"); own.pack()
own.bind("<Motion>", lambda e: log("hit"))
tk.Button(root, name="make", text="make", command=lambda: own.event_generate("<Motion>")).pack()
"""
    copies = share(python(body), without=without("event", pinned=pinned))
    copies.click(0, ".make")
    assert (copies.logged() == ["hit"]) is pinned


@both
def test_grab(share, pinned):
    body = """
mb = tk.Menubutton(root, name="mb", text="menu"); mb.pack()
menu = tk.Menu(mb, tearoff=0); mb["menu"] = menu
for n in "abc": menu.add_command(label=n, command=lambda n=n: log(n))
"""
    copies = share(python(body), without=without("grab", pinned=pinned))
    copies.act(0, *copies.point(0, ".mb"), "mousedown", 1)
    copies.act(0, *copies.point(0, ".mb.!menu", (10, 30)))
    copies.act(0, "mouseup", 1)
    assert (copies.logged() == ["b"]) is pinned


def focused(screen: Screen) -> str:
    return subprocess.run(
        ["xdotool", "getwindowfocus"],
        env={"DISPLAY": screen.name},
        capture_output=True,
        text=True,
        check=False,  # nothing has the focus: no number
    ).stdout


@both
def test_focus(share, pinned):
    body = """
e = tk.Entry(root, name="e"); e.pack()
tk.Button(root, name="force", text="force", command=e.focus_force).pack()
"""
    copies = share(python(body), without=without("focus", pinned=pinned))
    before = focused(copies.screens[1])
    press(copies, ".force")
    copies.settle()
    assert (focused(copies.screens[1]) == before) is pinned


@both
def test_winfo(share, pinned):
    body = SHOWS.format(value="str(root.winfo_pointerx() - root.winfo_rootx())")
    copies = share(python(body), without=without("winfo", pinned=pinned))
    copies.act(1, "mousemove", 900, 900)
    copies.click(0, ".show")
    assert copies.same() is pinned


@both
def test_update(share, pinned):
    body = """
def long():
    log("begin")
    for n in range(20): root.update(); time.sleep(0.01)
    log("end")
tk.Button(root, name="long", text="long", command=long).pack()
tk.Button(root, name="short", text="short", command=lambda: log("short")).pack()
"""
    copies = share(python(body), without=without("update", pinned=pinned))
    press(copies, ".long")
    press(copies, ".short")
    copies.settle()
    assert (copies.logged() == ["begin", "end", "short"]) is pinned


@both
def test_fileevent(share, pinned):
    source = """
text .t; pack .t
button .read -text read -command {
    set number [file tail [file dirname [pwd]]]
    set pipe [open "|sh -c {sleep 0.$number; echo from the pipe}" r]
    fileevent $pipe readable {
        if {[gets $pipe line] >= 0} { .t insert end $line } else { close $pipe }
    }
}
button .add -text add -command { .t insert end "by hand" }
pack .read .add
"""
    copies = share(source, name="p.tcl", without=without("fileevent", pinned=pinned))
    press(copies, ".read")
    copies.pass_ms(60)
    press(copies, ".add")
    copies.pass_ms(400)
    copies.settle()
    assert copies.same() is pinned


@both
@pytest.mark.parametrize(
    ("pin", "value"),
    [
        ("clock", 'root.tk.call("clock", "milliseconds")'),
        ("clock", 'root.tk.eval("clock microseconds")'),
        ("python_clock", "time.time()"),
        ("python_clock", "time.time_ns()"),
        ("python_clock", "time.perf_counter()"),
        ("python_clock", '__import__("datetime").datetime.now()'),
        ("random", 'root.tk.eval("expr rand()")'),
        ("python_random", '__import__("random").random()'),
        ("python_random", '__import__("random").Random().random()'),
    ],
)
def test_what_a_program_reads_of_its_machine(share, pin, value, pinned):
    copies = share(python(SHOWS.format(value=value)), without=without(pin, pinned=pinned))
    assert all(shows_the_same(copies) for _ in range(5)) is pinned


@both
def test_after(share, pinned):
    body = """
shown = tk.Label(root, text="0"); shown.pack()
def count():
    shown["text"] = int(shown["text"]) + 1
    root.after(9, count)
root.after(9, count)
"""
    copies = share(python(body), 3, jitter_ms=80, without=without("after", pinned=pinned))
    copies.pass_ms(300)
    found = []
    for _ in range(3):
        found.append(copies.same())
        copies.pass_ms(60)
    assert all(found) is pinned


@both
def test_scaling(tmp_path, screens, pinned):
    program = tmp_path / "p.py"
    body = "tk.Label(root, text='a place').place(x='3c', y='1c')"
    program.write_text(python(body), "utf-8")
    other = Screen(dpi=140)
    fonts = [Path("/usr/share/fonts/truetype/dejavu")]
    copies = Share(
        tmp_path / "share",
        str(program),
        [*screens(1), other],
        without=without("scaling", pinned=pinned),
        fonts=fonts if fonts[0].is_dir() else None,
    )
    try:
        copies.go()
        assert copies.same() is pinned
        looks = [copy.heard[0][5] for copy in copies.copies]
        assert (looks[0] == looks[1]) is pinned
    finally:
        copies.close()
        other.close()


@both
def test_appname(share, pinned):
    copies = share(python(""), one_screen=True, without=without("appname", pinned=pinned))
    assert copies.same() is pinned


@both
def test_wm(share, pinned):
    body = """
tk.Button(root, name="grow", text="grow", command=lambda: root.geometry("420x260")).pack()
"""
    copies = share(python(body), without=without("wm", pinned=pinned))
    press(copies, ".grow")
    copies.pass_ms(400)
    sizes = [frame for frame in copies.log if frame[0] == "events" and frame[5][0][0] == "size"]
    assert (sizes == []) is pinned


@both
def test_interp(share, pinned):
    body = """
def make():
    try: root.tk.eval("interp create inner; inner eval {package require Tk}"); log("made")
    except tk.TclError: log("refused")
tk.Button(root, name="make", text="make", command=make).pack()
"""
    copies = share(python(body), without=without("interp", pinned=pinned))
    press(copies, ".make")
    copies.settle()
    assert (copies.logged() == ["refused"]) is pinned


@both
def test_files(share, pinned):
    body = """
from tkinter import filedialog
tk.Button(root, name="open", text="open", command=lambda: log(filedialog.askopenfilename())).pack()
"""
    copies = share(python(body), without=without("files", pinned=pinned))
    press(copies, ".open")
    copies.pass_ms(200)
    assert (copies.logged() == [""]) is pinned


@both
def test_clipboard(share, pinned):
    copies = share(
        python('tk.Entry(root, name="e", width=30).pack()'),
        without=without("clipboard", pinned=pinned),
    )
    with clipboard(copies.screens[0], "from elsewhere"):
        copies.click(0, ".e")
        before = copies.check()
        copies.act(0, "key", "ctrl+v")
        copies.settle()
        assert copies.same() is pinned
        if pinned:
            assert copies.check() != before


@both
def test_hash_seed(share, pinned):
    body = SHOWS.format(value="','.join(set('abcdefghijkl'))")
    copies = share(
        python(body), variables=lambda number: {} if pinned else {"PYTHONHASHSEED": str(number)}
    )
    assert shows_the_same(copies) is pinned


@both
def test_time_zone(share, pinned):
    body = SHOWS.format(value="time.strftime('%H')")
    copies = share(
        python(body), variables=lambda number: {} if pinned else {"TZ": ("UTC", "UTC-9")[number]}
    )
    assert shows_the_same(copies) is pinned


@both
def test_words_of_the_locale(share, pinned):
    body = SHOWS.format(value="__import__('os').environ.get('LC_ALL')")
    copies = share(
        python(body),
        variables=lambda number: {} if pinned else {"LC_ALL": ("C.UTF-8", "C")[number]},
    )
    assert shows_the_same(copies) is pinned


KNOTS = """
gone = []
class Knot:
    def __init__(self): self.me = self
    def __del__(self): gone.append(1)
def tie():
    for _ in range(100): Knot()
    return len(gone)
"""


@both
def test_garbage(share, pinned):
    copies = share(
        python(KNOTS + SHOWS.format(value="tie()")),
        variables=lambda number: {} if pinned or number else {"TALKSTICK_WITHOUT": "garbage"},
    )
    assert all(shows_the_same(copies) for _ in range(12)) is pinned
