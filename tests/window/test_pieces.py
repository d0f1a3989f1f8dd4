"""The pieces of the window's commands that need no screen."""

from __future__ import annotations

import pytest

from tests.window.access import Thing
from tests.window.bus import _Reader, _Writer
from tests.window.screen import NEEDED, missing
from tests.window.whims import SHORTCUTS, Whims, key_of

BOARD = Thing("filler", "Board", 200, 50, 600, 500, 0, ())


@pytest.mark.parametrize(
    ("qt", "x"),
    [
        ("Ctrl+Shift+Z", "ctrl+shift+z"),
        ("Ctrl+]", "ctrl+bracketright"),
        ("Ctrl++", "ctrl+plus"),
        ("+", "plus"),
        ("Del", "Delete"),
        ("F10", "F10"),
        ("V", "v"),
    ],
)
def test_keys_are_called_as_x_calls_them(qt, x):
    assert key_of(qt) == x


def test_every_key_of_the_table_is_pressed_but_the_one_that_ends_all():
    assert "ctrl+q" not in SHORTCUTS
    assert {"ctrl+z", "v", "F6", "ctrl+shift+c"} <= set(SHORTCUTS)


def test_a_seed_is_a_play():
    def acts(seed):
        whims = Whims(seed, (1_000, 700), quits=(1,))
        return [whims.next(turn % 2, [BOARD], home=turn % 5 > 0) for turn in range(300)]

    assert acts(1) == acts(1)
    assert acts(1) != acts(2)


def test_every_act_stays_on_the_screen():
    whims = Whims(3, (640, 400), quits=())
    for turn in range(300):
        for act in whims.next(turn % 2, [BOARD], home=True):
            for x, y in [*act.get("points", []), *([act["at"]] if "at" in act else [])]:
                assert 0 <= x < 640
                assert 0 <= y < 400


def test_the_monkey_does_not_leave_for_good():
    leave = Thing("push button", "Leave", 0, 0, 10, 10, 1 << 8, ())
    whims = Whims(1, (640, 400), quits=())
    for turn in range(500):
        for act in whims.next(turn % 2, [leave], home=True):
            assert "Leave" not in act.get("of", "")


def test_what_is_written_to_the_bus_can_be_read():
    writer = _Writer()
    for kind, value in (("y", 7), ("s", "räk"), ("u", 2**31), ("g", "a(so)"), ("d", 1.5)):
        writer.put(kind, value)
    assert _Reader(bytes(writer.data)).values("ysugd") == [7, "räk", 2**31, "a(so)", 1.5]


def test_a_list_of_references_is_read():
    data = bytes.fromhex("1f00000000000000" "04000000" "3a312e3000" "000000")  # fmt: skip
    data += bytes.fromhex("0e000000") + b"/org/a11y/null\0"
    assert _Reader(data).values("a(so)") == [[(":1.0", "/org/a11y/null")]]


def test_what_is_not_installed_is_named(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert set(NEEDED) <= set(missing())
