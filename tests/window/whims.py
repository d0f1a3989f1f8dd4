"""What a monkey does next: anything that mouse and keyboard can reach, from one seed.

It leaves three things alone: it does not leave a session for good, it deletes none from the disk,
and in a file dialog it only types a name or goes away. All else may happen at any time.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise

from app.ui.actions import ACTIONS
from app.ui.strings import Board, Lobby, Menu, Session
from tests.window.access import Thing
from tests.window.acts import Act

Point = list[int]

_LEFT_ALONE = (Menu.LEAVE_YES(), Lobby.FORGET_YES())
_PRESSED = frozenset(
    {"push button", "check box", "radio button", "menu item", "combo box", "list item", "slider",
     "text", "toggle button", "page tab", "link", "button", "check menu item"}
)  # fmt: skip
_TOOLS = tuple(row.keys[0].lower() for name, row in ACTIONS.items() if name.startswith("tool-"))
_KEY_NAMES = {
    "Del": "Delete", "Backspace": "BackSpace", "+": "plus", "-": "minus", "=": "equal",
    ",": "comma", "[": "bracketleft", "]": "bracketright",
}  # fmt: skip
_WORDS = (
    "ferry", "quay", "**bold**", "`code`", "_soft_", "@Bram", "10:35", "# not a head", "> quote",
    "1. one", "- two", "<b>", "&amp;", "a" * 60, "~~no~~", "![x](y)", "| a | b |", "...",
)  # fmt: skip
_LOOSE_KEYS = (
    "Escape", "Tab", "shift+Tab", "Return", "space", "Up", "Down", "Left", "Right", "Home", "End",
    "Prior", "Next", "Delete", "BackSpace", "shift+Return", "Menu", "shift+Left", "ctrl+Right",
    "alt+shift+Up", "alt+Right", "F6", "shift+F6", "r", "e", "plus", "Delete",
)  # fmt: skip


def key_of(text: str) -> str:
    """Qt's name of a key as X calls it: `Ctrl+]` is `ctrl+bracketright`."""
    if text.endswith("++"):
        held, last = text[:-2].split("+"), "+"
    elif text == "+":
        held, last = [], "+"
    else:
        *held, last = text.split("+")
    last = _KEY_NAMES.get(last, last)
    return "+".join([*(each.lower() for each in held), last.lower() if len(last) == 1 else last])


SHORTCUTS = tuple(
    key_of(key) for name, row in ACTIONS.items() for key in row.keys if name != "quit"
)


class Whims:
    """The next act of a seed. `size`: the screens, in pixels; `quits`: who may end the program."""

    def __init__(self, seed: int, size: tuple[int, int], quits: tuple[int, ...]) -> None:
        self._random = random.Random(seed)
        self._size = size
        self._quits = quits
        self._plans: list[tuple[int, Callable[[int, list[Thing]], list[Act]]]] = [
            (30, self._draw),
            (12, self._choose),
            (12, self._shortcut),
            (14, self._press_something),
            (8, self._say),
            (6, self._wheel),
            (3, self._menu),
            (4, self._click_anywhere),
            (5, self._loose_keys),
            (3, self._wander),
            (3, self._escape),
            (2, self._write_on_board),
            (1, self._clear),
        ]

    def next(self, who: int, things: list[Thing], *, home: bool) -> list[Act]:
        """A few acts of one person who sees these things; `home`: the session is open."""
        if any(each.name == Board.EXPORT_TITLE() for each in things):
            return self._save(who)
        if not home and self._random.random() < 0.3:
            return [{"who": who, "do": "link"}]
        if who in self._quits and self._random.random() < 0.003:
            return [self._keys(who, "Escape", "Escape", "ctrl+q")]
        (plan,) = self._random.choices(
            [plan for _weight, plan in self._plans], [weight for weight, _plan in self._plans]
        )
        return plan(who, things)

    # --- plans ---

    def _draw(self, who: int, things: list[Thing]) -> list[Act]:
        tool = self._random.choice(_TOOLS)
        acts = [self._keys(who, "alt+2", tool)]
        for _each in range(self._random.randint(1, 3)):
            points = self._path(things, self._random.randint(2, 12))
            acts.append(self._drag(who, points, self._random.choice(("", "", "", "shift", "ctrl"))))
        return acts

    def _choose(self, who: int, things: list[Thing]) -> list[Act]:
        acts = [self._keys(who, "alt+2", "v")]
        for _each in range(self._random.randint(1, 3)):
            if self._random.random() < 0.5:
                held = self._random.choice(("", "", "shift", "alt", "space"))
                acts.append(self._drag(who, self._path(things, 3), held))
            else:
                acts.append(self._click(who, self._spot(things), self._random.choice((1, 1, 2))))
        return acts

    def _shortcut(self, who: int, _things: list[Thing]) -> list[Act]:
        before = ["alt+2"] if self._random.random() < 0.5 else []
        return [self._keys(who, *before, self._random.choice(SHORTCUTS))]

    def _press_something(self, who: int, things: list[Thing]) -> list[Act]:
        there = [
            each
            for each in things
            if each.role in _PRESSED
            and each.enabled
            and each.width > 0
            and each.name not in _LEFT_ALONE
        ]
        if not there:
            return self._escape(who, things)
        thing = self._random.choice(there)
        at = [
            thing.x + self._random.randrange(thing.width),
            thing.y + self._random.randrange(max(thing.height, 1)),
        ]
        acts = [{**self._click(who, self._inside(at), 1), "of": f"{thing.role} {thing.name}"[:80]}]
        if thing.role == "text":
            acts.append({"who": who, "do": "write", "text": self._text()})
        elif thing.role == "combo box":
            acts.append(self._keys(who, self._random.choice(("Up", "Down")), "Return"))
        return acts

    def _say(self, who: int, _things: list[Thing]) -> list[Act]:
        end = self._random.choice(("Return", "Return", "Return", "shift+Return", "Escape"))
        return [
            self._keys(who, "ctrl+m"),
            {"who": who, "do": "write", "text": self._text()},
            self._keys(who, end),
        ]

    def _wheel(self, who: int, things: list[Thing]) -> list[Act]:
        at = self._spot(things) if self._random.random() < 0.7 else self._anywhere()
        return [
            {
                "who": who,
                "do": "wheel",
                "at": at,
                "button": self._random.choice((4, 5)),
                "count": self._random.randint(1, 8),
                "held": self._random.choice(("", "ctrl", "ctrl", "shift")),
            }
        ]

    def _menu(self, who: int, _things: list[Thing]) -> list[Act]:
        downs = ["Down"] * self._random.randint(1, 9)
        return [self._keys(who, "F10", *downs, self._random.choice(("Return", "Escape")))]

    def _click_anywhere(self, who: int, things: list[Thing]) -> list[Act]:
        if any(each.name in _LEFT_ALONE for each in things):
            return self._escape(who, things)
        act = self._click(who, self._anywhere(), self._random.choice((1, 1, 2, 3)))
        return [{**act, "button": self._random.choice((1, 1, 2, 3))}]

    def _loose_keys(self, who: int, things: list[Thing]) -> list[Act]:
        if any(each.name in _LEFT_ALONE for each in things):
            return self._escape(who, things)
        count = self._random.randint(1, 6)
        return [self._keys(who, *(self._random.choice(_LOOSE_KEYS) for _each in range(count)))]

    def _wander(self, who: int, _things: list[Thing]) -> list[Act]:
        points = [self._anywhere() for _each in range(self._random.randint(2, 8))]
        return [{"who": who, "do": "move", "points": points}]

    def _escape(self, who: int, _things: list[Thing]) -> list[Act]:
        return [self._keys(who, "Escape", "Escape")]

    def _write_on_board(self, who: int, things: list[Thing]) -> list[Act]:
        return [
            self._keys(who, "alt+2", "t"),
            self._click(who, self._spot(things), 1),
            {"who": who, "do": "write", "text": self._text()},
            self._keys(who, self._random.choice(("Escape", "Tab", "Return"))),
        ]

    def _clear(self, who: int, _things: list[Thing]) -> list[Act]:
        return [self._keys(who, "Escape", "alt+2", "v", "ctrl+a", "Delete")]

    def _save(self, who: int) -> list[Act]:
        if self._random.random() < 0.5:
            return [self._keys(who, "Escape")]
        name = f"board{self._random.randrange(10_000)}.{self._random.choice(('png', 'svg'))}"
        return [
            self._keys(who, "ctrl+a"),
            {"who": who, "do": "write", "text": name},
            self._keys(who, "Return"),
        ]

    # --- pieces ---

    def _keys(self, who: int, *keys: str) -> Act:
        return {"who": who, "do": "keys", "keys": list(keys)}

    def _click(self, who: int, at: Point, count: int) -> Act:
        return {"who": who, "do": "click", "at": at, "button": 1, "count": count}

    def _drag(self, who: int, points: list[Point], held: str) -> Act:
        return {"who": who, "do": "drag", "points": points, "button": 1, "held": held}

    def _text(self) -> str:
        return " ".join(self._random.choices(_WORDS, k=self._random.randint(1, 5)))

    def _anywhere(self) -> Point:
        return [self._random.randrange(self._size[0]), self._random.randrange(self._size[1])]

    def _inside(self, at: Point) -> Point:
        return [min(max(at[0], 0), self._size[0] - 1), min(max(at[1], 0), self._size[1] - 1)]

    def _spot(self, things: list[Thing]) -> Point:
        """Somewhere on the board, if there is one."""
        board = next((each for each in things if each.name == Session.BOARD()), None)
        if board is None or board.width < 1 or board.height < 1:
            return self._anywhere()
        x = board.x + self._random.randrange(board.width)
        y = board.y + self._random.randrange(board.height)
        return self._inside([x, y])

    def _path(self, things: list[Thing], count: int) -> list[Point]:
        corners = [self._spot(things) for _each in range(count)]
        points = [corners[0]]
        for start, end in pairwise(corners):
            points += [
                [
                    start[0] + (end[0] - start[0]) * part // 4,
                    start[1] + (end[1] - start[1]) * part // 4,
                ]
                for part in range(1, 5)
            ]
        return points
