"""One logical pointer for everybody: where it is, what it presses, which window gets its events.

The desktop's own pointer never counts. Enter and Leave follow from the ordered pointer events as X
would have made them, targets follow from pressed window and logical grab as in Tk's
`TkPointerEvent`; so copies agree whatever their persons' mice do.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from app.tkshare.guest.tk_library import SERIAL
from app.tkshare.guest.tk_root import Root

DRAGGING: Final = (1, 2, 3)
"""Buttons that hold the pointer to the window pressed in."""
ANCESTOR, VIRTUAL, INFERIOR = "NotifyAncestor", "NotifyVirtual", "NotifyInferior"
NONLINEAR, NONLINEAR_VIRTUAL = "NotifyNonlinear", "NotifyNonlinearVirtual"


class At(NamedTuple):
    """A window of one root."""

    root: Root
    path: str

    def exists(self) -> bool:
        """Whether it is still there."""
        return self.root.exists(self.path)


class Pointing(NamedTuple):
    """A pointer event of the order: places in px, `time_ms` for `-time`."""

    word: str
    at: At
    x: int
    y: int
    button: int
    state: int
    under: tuple[At, int, int] | None
    time_ms: int


class Spot(NamedTuple):
    """Where an event happens: in the window and on this screen, px."""

    at: At
    x: int
    y: int
    x_root: int
    y_root: int


_WORDS: Final = {"press": "<ButtonPress>", "release": "<ButtonRelease>", "move": "<Motion>"}


class LogicalPointer:
    """Replays pointer events; `generate` failures (a window that went) are the caller's to count."""

    def __init__(self) -> None:
        self._over: At | None = None
        self._pressed: At | None = None
        self._down: list[int] = []
        self._inside = True

    def forget_pressed(self, root: Root) -> None:
        """The grab changed: what was pressed no longer holds the pointer."""
        if self._pressed is not None and self._pressed.root is root:
            self._pressed = None

    def target(self, event: Pointing) -> Spot:
        """The window that gets the event, and the place in it."""
        left, top = event.at.root.place(event.at.path)
        spot = Spot(event.at, event.x, event.y, left + event.x, top + event.y)
        root = event.at.root
        if root.grabbed and not root.exists(root.grabbed):
            root.grabbed = ""
        at = event.at
        if self._pressed is not None:
            at = self._pressed if self._pressed.exists() else at
        elif root.grabbed:
            under = event.under[0] if event.under else event.at
            allowed = under.root is not root or (under.exists() and root.inside_grab(under.path))
            at = under if allowed else At(root, root.grabbed)
        if at == event.at:
            return spot
        left, top = at.root.place(at.path)
        if event.under and at == event.under[0]:
            _, x, y = event.under
            return Spot(at, x, y, left + x, top + y)
        return Spot(at, spot.x_root - left, spot.y_root - top, spot.x_root, spot.y_root)

    def tell_programs(self, event: Pointing, spot: Spot) -> None:
        """What `winfo pointerxy` and `winfo containing` answer from now on."""
        under = event.under[0] if event.under else event.at
        for name, value in (
            ("pointerX", spot.x_root),
            ("pointerY", spot.y_root),
            ("under", under.path if under.root is event.at.root else ""),
        ):
            event.at.root.app.call("set", f"::talkstick::{name}", value)

    def cross(self, event: Pointing, spot: Spot) -> None:
        """Enter and Leave, as the pointer comes to the event's place."""
        if self._pressed is None:
            self._walk(spot, event)
            self._inside = True
            return
        width, height = spot.at.root.size(spot.at.path)
        inside = 0 <= spot.x < width and 0 <= spot.y < height
        if inside != self._inside:
            self._inside = inside
            self._crossing(spot.at, "<Enter>" if inside else "<Leave>", ANCESTOR, spot, event)

    def give(self, event: Pointing, spot: Spot) -> None:
        """The event itself. Raises `TclError` where the window is gone."""
        options: list[Any] = ["-button", event.button] if event.word != "move" else []
        if event.word == "press" and event.button in DRAGGING:
            if event.button not in self._down:
                self._down.append(event.button)
            self._pressed = self._pressed or spot.at
        elif event.word == "release" and event.button in self._down:
            self._down.remove(event.button)
            if not self._down:
                self._let_go()
        spot.at.root.call(
            "event", "generate", spot.at.path, _WORDS[event.word],
            "-x", spot.x, "-y", spot.y, "-rootx", spot.x_root, "-rooty", spot.y_root,
            "-time", event.time_ms, *options, "-state", event.state & 0xFFFF,
            "-serial", SERIAL, "-when", "now",
        )  # fmt: skip

    def _let_go(self) -> None:
        was, self._pressed = self._pressed, None
        if not self._inside:
            # The leave has been given already: the next walk begins outside.
            self._over = None if was == self._over else self._over
            self._inside = True

    def _walk(self, spot: Spot, event: Pointing) -> None:
        """X's crossing events from the last window to this one."""
        if self._over == spot.at:
            return
        before, self._over = self._over, spot.at
        old = [At(before.root, path) for path in before.root.chain(before.path)] if before else []
        new = [At(spot.at.root, path) for path in spot.at.root.chain(spot.at.path)]
        common = 0
        while common < min(len(old), len(new)) and old[common] == new[common]:
            common += 1
        left, entered = old[common:][::-1], new[common:]
        if common and not entered:
            first, between, last = ANCESTOR, VIRTUAL, INFERIOR
            entered = [spot.at]
        elif common and not left:
            left, first = [old[-1]], INFERIOR
            between, last = VIRTUAL, ANCESTOR
        else:
            first = last = NONLINEAR
            between = NONLINEAR_VIRTUAL
        for number, at in enumerate(left):
            self._crossing(at, "<Leave>", between if number else first, spot, event)
        for number, at in enumerate(entered, start=1):
            detail = last if number == len(entered) else between
            self._crossing(at, "<Enter>", detail, spot, event)

    def _crossing(self, at: At, word: str, detail: str, spot: Spot, event: Pointing) -> None:
        if not at.exists() or not at.root.inside_grab(at.path):
            return
        left, top = at.root.place(at.path)
        at.root.call(
            "event", "generate", at.path, word,
            "-x", spot.x_root - left, "-y", spot.y_root - top,
            "-rootx", spot.x_root, "-rooty", spot.y_root, "-state", event.state & 0xFFFF,
            "-time", event.time_ms, "-mode", "NotifyNormal", "-detail", detail,
            "-focus", 0, "-serial", SERIAL,
        )  # fmt: skip


class ClickTimes:
    """X times of replayed events: a person's own distances, and never two people's double click.

    A press of another person than the last press comes later than any double click; what one
    person does keeps the doer's own distances, so that delays on the way make no other clicks.
    """

    APART_MS: Final = 600
    FIRST_MS: Final = 1 << 20

    def __init__(self) -> None:
        self._person = ""
        self._pressed_ms = 0
        self._time_ms = self.FIRST_MS

    def of(self, person: str, word: str, doer_ms: int) -> int:
        """The time of this event, from the doer's own clock."""
        since = doer_ms - self._pressed_ms if person == self._person else 0
        time_ms = self._time_ms + max(0, since)
        if word == "press":
            if person != self._person:
                time_ms += self.APART_MS
            self._person, self._pressed_ms, self._time_ms = person, doer_ms, time_ms
        return time_ms & 0x7FFFFFFF
