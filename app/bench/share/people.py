"""Random people at a shared program, each at a real site: do its copies ever differ?

All act at once: clicks, drags, the wheel, letters and keys, at any place where a window of the
program is to be seen on their screen. Then everybody rests until the copies were compared.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.bench.figures import Figures
from app.bench.share.screen import Hand, Screen
from app.bench.share.seats import Row, Table
from app.core.errors import KnownError

SAMPLES: Final = Path(__file__).resolve().parents[3] / "resources" / "samples"
PROGRAMS: Final = ("order_form.py", "drawing.tcl", "qt_editor.py", "qt_table.py")
QUICK_PROGRAMS: Final = ("drawing.tcl", "qt_table.py")
JITTER: Final = ("--sim-net", "delay=30,jitter=30")
"""0 to 60 ms for each packet, one way: 0 to 120 ms from a person to the others and back."""
FULL_ACTIONS = 300
QUICK_ACTIONS = 12
CHECK_EVERY = 40
REST_SECONDS = 0.02
SMALLEST = 12
"""Windows of fewer pixels are frames and shadows."""

KEYS: Final = (
    "Tab", "Return", "Escape", "Down", "Up", "Left", "Right", "Home", "End", "space", "BackSpace",
    "Delete", "Next", "Prior", "Shift_L+Right", "Control_L+a", "Control_L+c", "Control_L+v",
    "Control_L+z", "Alt_L+f",
)  # fmt: skip
LETTERS: Final = "abcdefgh ijklmno"


@dataclass
class Outcome:
    """What became of one program with these people."""

    actions: int = 0
    checks: int = 0
    ended: bool = False
    """Somebody ended the program, in all copies."""
    differs: Row | None = None


class Person:
    """Acts at one screen, by chance."""

    def __init__(self, hand: Hand, rng: random.Random, keys: Sequence[str] = KEYS) -> None:
        self._hand = hand
        self._rng = rng
        self._keys = keys

    def act(self) -> None:
        """One action; nothing where no window is shown."""
        boxes = [box for box in self._hand.windows() if min(box[2:]) >= SMALLEST]
        if not boxes:
            return
        chance = self._rng.random()
        if chance < 0.45:
            self._hand.click(self._place(boxes), 3 if self._rng.random() < 0.12 else 1)
        elif chance < 0.52:
            self._hand.click(self._place(boxes), 1, 2)
        elif chance < 0.62:
            self._hand.drag([self._place(boxes), self._place(boxes)])
        elif chance < 0.70:
            self._hand.click(self._place(boxes), self._rng.choice((4, 5)))
        elif chance < 0.85:
            self._hand.type("".join(self._rng.choice(LETTERS) for _ in range(4)))
        else:
            self._hand.key(self._rng.choice(self._keys))

    def _place(self, boxes: list[tuple[int, int, int, int]]) -> tuple[int, int]:
        # Menus and dialogs are the highest: more often there.
        x, y, width, height = boxes[-1] if self._rng.random() < 0.7 else self._rng.choice(boxes)
        return x + self._rng.randrange(width), y + self._rng.randrange(height)


def use(table: Table, share: str, seed: int, actions: int, keys: Sequence[str] = KEYS) -> Outcome:
    """So many actions of all people of the table, compared now and then.

    Raises:
        KnownError: the copies were never compared.
    """
    rng = random.Random(seed)  # noqa: S311 - what people do, not secrets
    people = [Person(seat.hand, random.Random(rng.random()), keys) for seat in table.seats]  # noqa: S311
    outcome = Outcome()
    while outcome.actions < actions and not outcome.ended and outcome.differs is None:
        for _ in range(min(CHECK_EVERY, actions - outcome.actions)):
            rng.choice(people).act()
            outcome.actions += 1
            time.sleep(rng.random() * REST_SECONDS)
        _compare(table, share, outcome)
    return outcome


def _compare(table: Table, share: str, outcome: Outcome) -> None:
    """Wait for quiet, and for what the first site says of all copies."""
    time.sleep(REST_SECONDS)
    shown = table.compared(share)
    outcome.checks += 1
    outcome.ended = shown["copy"] == "failed"
    if shown["identical"] is False:
        outcome.differs = shown["differs"]


def run(folder: Path, screens: list[Screen], *, quick: bool) -> Figures:
    """`share.divergences` of all samples, `share.random_actions`, `share.random_checks`."""
    actions = checks = divergences = 0
    for name in QUICK_PROGRAMS if quick else PROGRAMS:
        place = folder / f"people-{name}"
        place.mkdir()
        with Table(place, screens, *JITTER) as table:
            share = table.share(str(SAMPLES / name), place)
            outcome = use(table, share, 1, QUICK_ACTIONS if quick else FULL_ACTIONS)
        actions += outcome.actions
        checks += outcome.checks
        divergences += outcome.differs is not None
    if not checks:
        raise KnownError("Copies of the samples were never compared.")
    return {
        "share.divergences": float(divergences),
        "share.random_actions": float(actions),
        "share.random_checks": float(checks),
    }
