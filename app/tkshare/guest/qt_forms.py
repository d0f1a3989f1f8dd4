"""The forms in which events travel, and the way between them and Qt's own numbers.

A door captures an event as (kind, window, fields) and is given one to replay in the same form. The
fields and their units are those of the share model: places in 1/8 pixel of the window, `state` the
buttons and modifiers in one number, the buttons as they were before the event.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

BUTTONS = 0x00FFFFFF
MODIFIERS = 0x7F000000
PRESS, RELEASE, MOVE = 2, 3, 5
KEY_PRESS, KEY_RELEASE, SHORTCUT_OVERRIDE = 6, 7, 51
TEXT_BYTES = 40
"""UTF-8 of the texts of one event: the rest of 64 bytes is for its numbers."""

Fields = list[Any]
Hear = Callable[[str, Any, Fields], None]
"""(kind, window, fields without offset): a person did something here."""


class Door(Protocol):
    """One way in and out of Qt; `tap` and `filter` are the two."""

    word: str

    def move_focus(self, window: Any) -> None:
        """Make Qt believe that this window has the focus."""

    def give(self, kind: str, window: Any, fields: Fields, time_ms: int) -> None:
        """Replay one event at a visible window."""


def eighths(value: float) -> int:
    """Pixels to what travels."""
    return round(value * 8)


def pressed(state: int, kind: str, button: int) -> int:
    """The buttons after an event, of the state before it."""
    before = state & BUTTONS
    if kind == "press":
        return before | button
    return before & ~button if kind == "release" else before


def before(buttons: int, kind: int, button: int) -> int:
    """The buttons before an event, of those after it."""
    if kind == PRESS:
        return buttons & ~button
    return buttons | button if kind == RELEASE else buttons


def pointer(
    kind: int, x: float, y: float, button: int, buttons: int, modifiers: int
) -> tuple[str, Fields]:
    """(kind, fields) of a press, release or move."""
    state = (before(buttons, kind, button) & BUTTONS) | (modifiers & MODIFIERS)
    if kind == MOVE:
        return "move", [eighths(x), eighths(y), state, None]
    return "press" if kind == PRESS else "release", [eighths(x), eighths(y), button, state, None]


def pieces(text: str) -> list[str]:
    """A text in parts that each fit one event."""
    parts, part, size = [], "", 0
    for letter in text:
        length = len(letter.encode("utf-8", "replace"))
        if size + length > TEXT_BYTES:
            parts.append(part)
            part, size = "", 0
        part += letter
        size += length
    return [*parts, part]


_PLACE = (-(2**18), 2**18)
_WORD = (-(2**15), 2**15)
_STATE = (0, 2**31 - 1)
_CODE = (0, 2**32 - 1)
_BUTTON = (1, 2**24)
_LENGTH = (1, 2**15)
_FLAG = (0, 1)
TEXT, UNDER = "text", "under"
TEXT_CHARACTERS = 64

SHAPES: dict[str, tuple[Any, ...]] = {
    "press": (_PLACE, _PLACE, _BUTTON, _STATE, UNDER),
    "release": (_PLACE, _PLACE, _BUTTON, _STATE, UNDER),
    "move": (_PLACE, _PLACE, _STATE, UNDER),
    "wheel": (_PLACE, _PLACE, _WORD, _WORD, _WORD, _WORD, _STATE, (0, 4), UNDER),
    "key": (_CODE, _CODE, _STATE, TEXT, _FLAG),
    "keyup": (_CODE, _CODE, _STATE, TEXT, _FLAG),
    "text": (TEXT, TEXT, _WORD, (0, 2**15 - 1)),
    "context": (_PLACE, _PLACE, _STATE, _FLAG),
    "close": (),
    "enter": (_PLACE, _PLACE),
    "leave": (),
    "size": (_LENGTH, _LENGTH),
    "popup": (_PLACE, _PLACE, _LENGTH, _LENGTH, _STATE),
}
"""Fields of each kind: bounds of a number, a text, or the place that only Tk fills."""


def is_event(event: Any) -> bool:
    """Whether this is an event that can be replayed: whatever is wrong with it, it does nothing."""
    if not isinstance(event, list) or len(event) < 3 or not isinstance(event[0], str):
        return False
    shape = SHAPES.get(event[0])
    if shape is None or len(event) != len(shape) + 3 or type(event[-1]) is not int:
        return False
    if not isinstance(event[1], int | str):
        return False
    return all(_fits(value, wanted) for value, wanted in zip(event[2:-1], shape, strict=True))


def _fits(value: Any, wanted: Any) -> bool:
    if wanted is UNDER:
        return True
    if wanted is TEXT:
        return isinstance(value, str) and len(value) <= TEXT_CHARACTERS
    return type(value) is int and wanted[0] <= value <= wanted[1]
