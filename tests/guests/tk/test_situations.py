"""What people do to ordinary widgets: the same effect in every copy, whoever does it."""

from __future__ import annotations

import pytest

from tests.guests.tk.stage import Share
from tests.guests.tk.watched import PRELUDE

pytestmark = [pytest.mark.long, pytest.mark.display]

PROGRAM = (
    PRELUDE
    + r"""
root = tk.Tk(); root.title("situations"); root.geometry("700x560")
bar = tk.Menu(root); f = tk.Menu(bar, tearoff=1, title="torn")
f.add_command(label="New", underline=0, command=lambda: log("new"))
f.add_command(label="Open", underline=0, command=lambda: log("open"))
sub = tk.Menu(f, tearoff=0)
sub.add_command(label="Deep", command=lambda: log("deep"))
sub.add_command(label="Deeper", command=lambda: log("deeper"))
f.add_cascade(label="More", underline=0, menu=sub)
bar.add_cascade(label="File", underline=0, menu=f); root["menu"] = bar

def put(widget, x, y, w=None, h=None):
    widget.place(x=x, y=y, width=w, height=h); return widget
press = put(tk.Button(root, text="press", command=lambda: log("pressed")), 0, 0, 80, 30)
entry = put(tk.Entry(root, name="entry"), 90, 0, 150, 25)
text = put(tk.Text(root, name="text", font="TkFixedFont"), 0, 40, 240, 90)
text.insert("1.0", "one two three\nfour five six\nlink here\n")
text.tag_add("link", "3.0", "3.4")
text.tag_bind("link", "<1>", lambda e: log("link", e.x // 8 < 99))
text.tag_bind("link", "<Enter>", lambda e: log("over link"))
canvas = put(tk.Canvas(root, name="canvas", bg="white"), 250, 40, 150, 90)
item = canvas.create_rectangle(10, 10, 60, 60, fill="red")
canvas.tag_bind(item, "<Enter>", lambda e: log("item enter"))
canvas.tag_bind(item, "<1>", lambda e: log("item press"))
canvas.tag_bind(item, "<B1-Motion>", lambda e: canvas.coords(item, e.x, e.y, e.x + 50, e.y + 50))
canvas.tag_bind(item, "<ButtonRelease-1>", lambda e: log("item at", *map(int, canvas.coords(item))))
tree = put(ttk.Treeview(root, name="tree", show="tree", height=4), 410, 40, 130, 90)
tree.insert("", "end", "a", text="alpha", tags=("t",)); tree.insert("a", "end", "b", text="beta")
tree.tag_bind("t", "<1>", lambda e: log("tree tag"))
tree.bind("<<TreeviewSelect>>", lambda e: log("tree", *tree.selection()))
notebook = put(ttk.Notebook(root, name="notebook"), 550, 40, 140, 90)
for name in ("one", "two"): notebook.add(tk.Frame(notebook), text=name)
notebook.bind("<<NotebookTabChanged>>", lambda e: log("tab", notebook.index("current")))
combo = put(ttk.Combobox(root, name="combo", values=["x", "y", "z"], state="readonly"), 0, 140, 100)
combo.bind("<<ComboboxSelected>>", lambda e: log("combo", combo.get()))
spin = put(tk.Spinbox(root, name="spin", from_=0, to=999), 110, 140, 60, 24)
listbox = put(tk.Listbox(root, name="list"), 0, 170, 100, 90)
for n in range(30): listbox.insert("end", f"line {n}")
scroll = put(tk.Scrollbar(root, name="scroll", command=listbox.yview), 100, 170, 16, 90)
listbox["yscrollcommand"] = scroll.set
listbox.bind("<<ListboxSelect>>", lambda e: log("list", *listbox.curselection()))
scale = put(tk.Scale(root, name="scale", orient="horizontal", to=100), 120, 170, 130, 45)
var = tk.IntVar(); put(tk.Checkbutton(root, name="check", text="check", variable=var,
    command=lambda: log("check", var.get())), 120, 220)
option = tk.StringVar(value="p")
option.trace_add("write", lambda *a: log("option", option.get()))
om = tk.OptionMenu(root, option, "p", "q", "r"); put(om, 260, 140, 80, 28)
mb = tk.Menubutton(root, name="mb", text="mb", relief="raised")
mm = tk.Menu(mb, tearoff=0); mb["menu"] = mm
for n in "uvw": mm.add_command(label=n, command=lambda n=n: log("mb", n))
put(mb, 350, 140, 60, 28)
popup = tk.Menu(root, name="popup", tearoff=0)
for n in "klm": popup.add_command(label=n, command=lambda n=n: log("popup", n))
area = put(tk.Frame(root, name="area", bg="gray"), 250, 180, 150, 80)
area.bind("<3>", lambda e: popup.tk_popup(e.x_root, e.y_root))
area.bind("<Double-1>", lambda e: log("double"))
area.bind("<Triple-1>", lambda e: log("triple"))
area.bind("<1>", lambda e: log("single"))
area.bind("<4>", lambda e: log("up")); area.bind("<5>", lambda e: log("down"))
area.bind("<Enter>", lambda e: log("enter")); area.bind("<Leave>", lambda e: log("leave"))
own = put(tk.Label(root, name="own", text="own tags", relief="sunken"), 410, 180, 100, 30)
own.bindtags(("mine",)); root.bind_class("mine", "<1>", lambda e: log("mine"))
root.bind_all("<F2>", lambda e: log("F2")); root.bind("<F3>", lambda e: log("F3"))
def late():
    made = put(tk.Button(root, name="late", text="late", command=lambda: log("late")), 520, 180)
    log("made")
put(tk.Button(root, name="make", text="make", command=late), 520, 220)
def synthetic():
    own.event_generate("<1>", when="tail"); own.event_generate("<1>")
put(tk.Button(root, name="synthetic", text="syn", command=synthetic), 580, 180)
def modal():
    top = tk.Toplevel(root, name="modal"); top.title("modal"); top.geometry("200x80+100+300")
    name = tk.Entry(top, name="name"); name.pack(); name.focus_set()
    tk.Button(top, name="ok", text="ok", command=top.destroy).pack()
    top.bind("<Return>", lambda e: (log("name", name.get()), top.destroy()))
    top.wait_visibility(); top.grab_set(); root.wait_window(top); log("modal over")
put(tk.Button(root, name="open", text="modal", command=modal), 580, 220)
def box():
    from tkinter import messagebox
    log("answer", messagebox.askyesno("Q", "sure?"))
put(tk.Button(root, name="box", text="box", command=box), 640, 220)
def colour():
    from tkinter import colorchooser
    log("colour", colorchooser.askcolor("#102030")[1])
put(tk.Button(root, name="colour", text="col", command=colour), 640, 180)
def second():
    top = tk.Toplevel(root, name="second"); top.geometry("200x60+300+330")
    e2 = tk.Entry(top, name="e2"); e2.pack()
    top.protocol("WM_DELETE_WINDOW", lambda: (log("closed", e2.get()), top.destroy()))
put(tk.Button(root, name="another", text="2nd", command=second), 410, 220)
paned = put(ttk.Panedwindow(root, name="paned", orient="horizontal"), 420, 270, 200, 60)
for n in "ab": paned.add(tk.Frame(paned, name=n, width=90, height=50, bg=("red", "blue")[n == "b"]))
watch(root)
root.mainloop()
"""
)

MODES = [
    pytest.param({"manager": False, "jitter_ms": 0}, id="no manager"),
    pytest.param({"manager": True, "jitter_ms": 0}, id="manager", marks=pytest.mark.long),
    pytest.param({"manager": False, "jitter_ms": 120}, id="jitter", marks=pytest.mark.long),
]


@pytest.fixture(scope="module", params=MODES)
def stage(request, tmp_path_factory, screens):
    """Two copies of the program above, used by all tests one after the other."""
    options = dict(request.param)
    folder = tmp_path_factory.mktemp("situations")
    program = folder / "program.py"
    program.write_text(PROGRAM, "utf-8")
    shown = screens(2, manager=options.pop("manager"))
    share = Share(folder / "share", str(program), shown, **options)
    share.go()
    yield share
    share.close()


@pytest.fixture(params=[0, 1], ids=["first does", "second does"])
def doing(request, stage):
    """(the share, who acts); afterwards all copies are equal and no guest has complained."""
    logged(stage)
    yield stage, request.param
    stage.check()
    assert [copy.logs() + copy.output() for copy in stage.copies] == ["", ""]


def logged(share: Share) -> list[str]:
    """What happened, crossings not counted."""
    return [line for line in share.logged() if line not in ("enter", "leave")]


def test_a_button(doing):
    share, who = doing
    share.click(who, ".!button")
    assert logged(share) == ["pressed"]


def test_a_button_left_before_the_release(doing):
    share, who = doing
    away = share.point(who, ".area")
    share.act(who, *share.point(who, ".!button"), "mousedown", 1, *away, "mouseup", 1)
    assert "pressed" not in logged(share)


def test_typing_with_shift_and_dead_keys(doing):
    share, who = doing
    share.click(who, ".entry")
    share.act(who, "key", "ctrl+a", "type", "Hi!")
    share.act(who, "key", "eacute", "EuroSign", "BackSpace", "Cyrillic_a", "Return")
    share.act(who, "key", "F2", "F3")
    assert logged(share) == ["F2", "F3"]


def test_selecting_and_replacing_text(doing):
    share, who = doing
    share.act(who, *share.point(who, ".text", (20, 10)), "click", "--repeat", 2, 1)
    share.act(who, "type", "ab")
    share.act(who, "key", "Home", "shift+Right", "Delete")


def test_a_tag_of_a_text(doing):
    share, who = doing
    share.act(who, *share.point(who, ".!button"))
    share.act(who, "mousemove_relative", "1", "1")
    logged(share)
    share.click(who, ".text", (10, 38))
    assert logged(share)[:2] == ["over link", "link True"]


def test_an_item_of_a_canvas(doing):
    share, who = doing
    x, y, _, _ = share.places(who)[".canvas"]
    share.act(who, "mousemove", x + 140, y + 80)
    logged(share)
    # The rectangle goes back and forth between the two places.
    start = (x + 30, y + 30) if who == 0 else (x + 70, y + 40)
    end = (x + 60, y + 20) if who == 0 else (x + 10, y + 10)
    share.act(who, "mousemove", *start, "mousedown", 1, "mousemove", *end, "mouseup", 1)
    lines = logged(share)
    assert lines[:2] == ["item enter", "item press"]
    assert lines[2].startswith("item at")


def test_a_tag_of_a_tree(doing):
    share, who = doing
    share.click(who, ".tree", (60, 10))
    assert logged(share)[0] == "tree tag"


def test_opening_a_branch(doing):
    share, who = doing
    before = share.check()
    share.click(who, ".tree", (9, 10))
    assert share.check() != before


def test_a_tab(doing):
    share, who = doing
    share.click(who, ".notebook", (60 if who == 0 else 15, 10))
    assert logged(share) == [f"tab {1 - who}"]


def test_a_combobox_by_mouse(doing):
    share, who = doing
    share.click(who, ".combo")
    share.click(who, ".combo.popdown.f.l", (20, 8 + 18 * who))
    assert logged(share) == [f"combo {'xy'[who]}"]


def test_a_combobox_by_keys(doing):
    share, who = doing
    share.click(who, ".combo")
    share.act(who, "key", "Escape")
    share.act(who, "key", "Down")
    share.act(who, "key", "Down", "Down", "Down", "Return")
    assert logged(share) == ["combo z"]


def test_a_spinbox_and_a_scale(doing):
    share, who = doing
    before = share.check()
    share.click(who, ".spin", (50, 6))
    share.click(who, ".scale", (110, 30))
    assert share.check() != before


def test_a_list(doing):
    share, who = doing
    share.click(who, ".list", (30, 30))
    share.act(who, "key", "Down", "keydown", "shift", "key", "Down", "keyup", "shift")
    assert [line[:4] for line in logged(share)][:2] == ["list", "list"]


def test_a_scrollbar_by_dragging(doing):
    share, who = doing
    before = share.check()
    x, y, _, _ = share.places(who)[".scroll"]
    way = (20, 60) if who == 0 else (50, 20)
    share.act(
        who, "mousemove", x + 8, y + way[0], "mousedown", 1,
        "mousemove", x + 8, y + 40, "mousemove", x + 8, y + way[1], "mouseup", 1,
    )  # fmt: skip
    assert share.check() != before


def test_the_wheel(doing):
    share, who = doing
    share.act(who, *share.point(who, ".area"), "click", 4, "click", 5, "click", 5)
    assert logged(share) == ["up", "down", "down"]


def test_a_check_button(doing):
    share, who = doing
    share.click(who, ".check")
    assert logged(share) == [f"check {1 - who}"]


def test_an_option_menu(doing):
    share, who = doing
    share.click(who, ".!optionmenu")
    share.click(who, ".!optionmenu.menu", (20, 10 if who else 55))
    assert logged(share) == [f"option {'rp'[who]}"]


def test_a_menu_button_held_and_released_on_an_entry(doing):
    share, who = doing
    share.act(who, *share.point(who, ".mb"), "mousedown", 1)
    share.act(who, *share.point(who, ".mb.!menu", (15, 32)))
    share.act(who, "mouseup", 1)
    assert logged(share) == ["mb v"]


def test_a_menu_of_the_bar_by_clicks(doing):
    share, who = doing
    share.click(who, ".#!menu", (15, 10))
    share.click(who, ".#!menu.#!menu#!menu", (30, 55))
    assert logged(share) == ["open"]


def test_a_menu_of_the_bar_by_pressing_dragging_releasing(doing):
    share, who = doing
    share.act(who, *share.point(who, ".#!menu", (15, 10)), "mousedown", 1)
    share.act(who, *share.point(who, ".#!menu.#!menu#!menu", (30, 33)))
    share.act(who, "mouseup", 1)
    assert logged(share) == ["new"]


def test_a_menu_of_the_bar_by_keys(doing):
    share, who = doing
    share.click(who, ".entry")
    share.act(who, "key", "alt+f")
    share.act(who, "key", "Down", "Return")
    assert logged(share) == ["open"]


def test_a_letter_right_after_the_one_that_opens_the_menu(doing):
    share, who = doing
    share.click(who, ".entry")
    share.act(who, "key", "alt+f", "key", "o")
    assert logged(share) == ["open"]


def test_escape_closes_a_menu(doing):
    share, who = doing
    share.click(who, ".#!menu", (15, 10))
    share.act(who, "key", "Escape", "Escape")
    assert ".#!menu.#!menu#!menu" not in share.places(who)
    assert share.logged() == []


def test_a_cascade_opens_by_resting_on_it(doing):
    share, who = doing
    share.click(who, ".#!menu", (15, 10))
    menu = ".#!menu.#!menu#!menu"
    share.act(who, *share.point(who, menu, (30, 74)))
    deeper = f"{menu}.#!menu#!menu#!menu"
    share.run(lambda: deeper in share.places(who), why="no cascade")
    share.click(who, deeper, (20, 10))
    assert logged(share) == ["deep"]


def test_a_menu_torn_off(doing):
    share, who = doing
    share.click(who, ".#!menu", (15, 10))
    share.click(who, ".#!menu.#!menu#!menu", (30, 4))
    torn = next(path for path in share.places(who) if path.startswith(".tearoff"))
    share.click(who, torn, (20, 14))
    assert logged(share) == ["new"]
    share.order("z" * 16, 10**6 * who, [["close", torn, 0]])
    share.settle()


def test_a_popup_menu(doing):
    share, who = doing
    share.click(who, ".area", (60, 40), button=3)
    share.click(who, ".popup", (15, 32))
    assert logged(share) == ["popup l"]


def test_double_and_triple_clicks(doing):
    share, who = doing
    area = share.point(who, ".area")
    share.act(who, *area, "click", "--repeat", 3, "--delay", 40, 1)
    assert logged(share) == ["single", "double", "triple"]


def test_two_peoples_clicks_are_no_double_click(doing):
    share, who = doing
    for each in (who, 1 - who):
        share.click(each, ".area", (30 + 40 * who, 30))
    assert logged(share) == ["single", "single"]


def test_a_widget_with_bindtags_of_its_own(doing):
    share, who = doing
    share.click(who, ".own")
    assert logged(share) == ["mine"]


def test_a_widget_that_was_made_later(doing):
    share, who = doing
    share.click(who, ".make")
    share.click(who, ".late")
    assert logged(share) == ["made", "late"]


def test_events_that_the_program_makes_act_once(doing):
    share, who = doing
    heard = [copy.count("input") for copy in share.copies]
    share.click(who, ".synthetic")
    assert logged(share) == ["mine", "mine"]
    assert share.copies[1 - who].count("input") == heard[1 - who]


def test_a_modal_dialog_by_keys(doing):
    share, who = doing
    share.click(who, ".open")
    share.act(who, "type", "joe")
    share.click(1 - who, ".!button")
    share.act(who, "key", "Return")
    assert logged(share) == ["name joe", "modal over"]


def test_a_modal_dialog_by_the_others_mouse(doing):
    share, who = doing
    share.click(who, ".open")
    share.click(1 - who, ".modal.ok")
    assert logged(share) == ["modal over"]


def test_a_message_box(doing):
    share, who = doing
    share.click(who, ".box")
    button = next(path for path in share.places(who) if path.endswith("messagebox.yes"))
    share.click(who, button)
    assert logged(share) == ["answer True"]


def test_a_colour_dialog(doing):
    share, who = doing
    share.click(who, ".colour")
    share.act(who, "key", "Escape")
    # The dialog shows its button pressed for 100 ms of the order's clock.
    share.run(lambda: ".__tk__color" not in share.places(who), why="dialog still there")
    share.settle()
    assert logged(share) == ["colour None"]


def test_closing_a_window_and_typing_in_it(doing):
    share, who = doing
    share.click(who, ".another")
    share.click(who, ".second.e2")
    share.act(who, "type", "bye")
    share.order(share.copies[who].person, 0, [["close", ".second", 0]])
    share.settle()
    assert logged(share) == ["closed bye"]


def test_a_sash(doing):
    share, who = doing
    before = share.check()
    x, y, width, _ = share.places(who)[".paned.b"]
    share.act(
        who, "mousemove", x - 2, y + 20, "mousedown", 1,
        "mousemove", x + 20 - 40 * who, y + 20, "mouseup", 1,
    )  # fmt: skip
    assert share.check() != before
    assert width > 0
