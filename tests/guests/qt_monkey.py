"""Random people at a shared Qt program: clicks, drags, wheel, typing, keys, from one seed.

Real input at real copies, by all persons in turn or at once; the digest is compared at marks. A
difference is told by the seed, the mark before it, and the windows that differ.
"""

from __future__ import annotations

import random
from typing import Any

from tests.guests.qt_stage import Copy, Order

KEYS = (
    "Tab", "Return", "Escape", "Down", "Up", "Left", "Right", "Home", "End", "space", "BackSpace",
    "Delete", "Next", "Prior", "Shift_L+Right", "Shift_L+Down", "Control_L+a", "Control_L+c",
    "Control_L+v", "Control_L+z", "F2", "Menu", "Alt_L+Down",
)  # fmt: skip
LETTERS = "abcdefgh ijklmno"


class Monkey:
    """`choose(copy)` picks a place on a visible window of the program."""

    def __init__(self, order: Order, seed: int, *, keys: tuple[str, ...] = KEYS) -> None:
        self._order = order
        self._random = random.Random(seed)
        self._keys = keys
        self.actions: list[str] = []
        self.checks = 0

    def _place(self, copy: Copy) -> list[int]:
        boxes = self._order.ask(
            copy,
            "[[w.x(), w.y(), w.width(), w.height()] for w in names.visible()"
            " if w.width() > 20 and w.height() > 12]",
        )
        # Menus and dialogs are newer: more often there.
        x, y, width, height = (
            boxes[-1] if self._random.random() < 0.7 else self._random.choice(boxes)
        )
        x += 3 + self._random.randrange(max(1, width - 6))
        y += 3 + self._random.randrange(max(1, height - 6))
        return [min(max(x, 0), 1279), min(max(y, 0), 899)]

    def act(self, copy: Copy) -> None:
        """One action at one copy."""
        dice = self._random.random()
        hand = copy.hand
        if dice < 0.45:
            place = self._place(copy)
            times = 2 if self._random.random() < 0.15 else 1
            button = 3 if self._random.random() < 0.12 else 1
            self.actions.append(f"{copy.person[0]} click {place} {button} x{times}")
            hand.click(place, button, times)
        elif dice < 0.58:
            places = [self._place(copy), self._place(copy)]
            self.actions.append(f"{copy.person[0]} drag {places}")
            hand.drag(places)
        elif dice < 0.68:
            place = self._place(copy)
            self.actions.append(f"{copy.person[0]} wheel {place}")
            hand.click(place, self._random.choice((4, 5)))
        elif dice < 0.84:
            text = "".join(self._random.choice(LETTERS) for _ in range(4))
            self.actions.append(f"{copy.person[0]} type {text}")
            hand.type(text)
        else:
            key = self._random.choice(self._keys)
            self.actions.append(f"{copy.person[0]} key {key}")
            hand.key(key)

    def run(self, actions: int, check_every: int, *, at_once: bool) -> int:
        """Act; compare after every so many actions; how many it were until the program's end.

        Raises:
            AssertionError: copies differ, with what was done since the last mark.
        """
        order = self._order
        for number in range(1, actions + 1):
            living = [copy for copy in order.copies if not copy.gone]
            if not living:
                return number
            try:
                self.act(self._random.choice(living))
            except ConnectionError:
                order.settle()  # the program ended while somebody looked into it
                continue
            if not at_once:
                order.settle(0.02)
            if number % check_every == 0:
                order.settle(0.1)
                self.compare(check_every)
        return actions

    def compare(self, since: int) -> None:
        """All copies at one mark."""
        order = self._order
        self.checks += 1
        living = [copy for copy in order.copies if not copy.gone]
        digests = order.digest()
        if len(set(digests)) > 1:
            detail: list[Any] = [copy.windows[order.index] for copy in living]
            skipped = [copy.skipped for copy in living]
            lines = [order.ask(copy, "state()") for copy in living]
            message = f"{self.actions[-since:]} {detail} skipped {skipped}\n" + "\n".join(lines)
            raise AssertionError(message)
