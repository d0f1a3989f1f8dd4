"""Random real input at several screens at once, and the copies compared after each round."""

from __future__ import annotations

import random

from tests.guests.tk.stage import Share

KEYS = (
    "a", "b", "z", "1", "7", "space", "Return", "Tab", "shift+Tab", "BackSpace", "Delete", "Left",
    "Right", "Up", "Down", "Home", "End", "Escape", "Escape", "ctrl+a", "ctrl+c", "ctrl+v", "alt+f",
    "shift+Right", "Next", "Prior", "F10", "period", "parenleft", "eacute",
)  # fmt: skip
ROUND = 10
"""Actions of one person in one go."""


class Monkey:
    """`avoid` are rectangles (x, y, width, height) where nobody clicks: what ends the program."""

    def __init__(
        self, share: Share, seed: int, *, avoid: tuple[tuple[int, int, int, int], ...] = ()
    ) -> None:
        self._share = share
        self._random = random.Random(seed)
        self._avoid = avoid
        self.equal = 0
        self.checks = 0

    def run(self, actions: int, *, every: int = 90, keys: tuple[str, ...] = KEYS) -> int:
        """So many actions of all persons together, or until the program ends; how many it were.

        Raises:
            AssertionError: copies differ.
        """
        done = since = 0
        while done < actions and self._share.living():
            tools = [
                screen.act(*self._words(number, keys))
                for number, screen in enumerate(self._share.screens)
            ]
            self._share.wait_for(*tools)
            done += ROUND * len(tools)
            since += ROUND * len(tools)
            if since >= every or done >= actions:
                since = 0
                self.check()
        return done

    def check(self) -> None:
        """Buttons up, everything applied, all copies equal."""
        self._share.wait_for(*[screen.act("mouseup", 1) for screen in self._share.screens])
        self._share.pass_ms(150)
        self._share.settle()
        if self._share.living():
            self.checks += 1
            self._share.check()
            self.equal += 1

    def _words(self, number: int, keys: tuple[str, ...]) -> list[object]:
        words: list[object] = []
        for _ in range(ROUND):
            words += self._action(number, keys)
            words += ["sleep", round(self._random.uniform(0.002, 0.03), 4)]
        return words

    def _action(self, number: int, keys: tuple[str, ...]) -> list[object]:
        chance = self._random.random()
        if chance < 0.30:
            return ["key", self._random.choice(keys)]
        x, y = self._spot(number)
        if chance < 0.70:
            return ["mousemove", x, y, "click", 1]
        if chance < 0.74:
            return ["mousemove", x, y, "click", "--repeat", 2, "--delay", 20, 1]
        if chance < 0.78:
            return ["mousemove", x, y, "click", 3]
        if chance < 0.86:
            return ["mousemove", x, y, "click", self._random.choice((4, 5))]
        to_x, to_y = self._spot(number)
        middle = ["mousemove", (x + to_x) // 2, (y + to_y) // 2]
        held = ["sleep", 0.2] if chance > 0.96 else []
        return [
            "mousemove", x, y, "mousedown", 1, *held, *middle, "mousemove", to_x, to_y,
            "mouseup", 1,
        ]  # fmt: skip

    def _spot(self, number: int) -> tuple[int, int]:
        shown = [w for w in self._share.copies[number].windows.values() if w.shown]
        width = max((w.width for w in shown), default=300)
        height = max((w.height for w in shown), default=300) + 25
        while True:
            x, y = self._random.randrange(width), self._random.randrange(height)
            inside = (ax <= x < ax + w and ay <= y < ay + h for ax, ay, w, h in self._avoid)
            if not any(inside):
                return x, y
