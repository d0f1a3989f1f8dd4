"""What people do in a shared program: kinds of events, their fields, and which values are allowed.

One form for Tk and Qt. An event is an array: its kind, the window it was meant for, the fields of
its kind, and `offset_ms`, how many milliseconds after the entry's `t0_ms` it happened:

    [kind, window, field..., offset_ms]

Between app and guest (JSON) the kind is a word, in an entry (msgpack) its number. `window` is the
window's name: a text as the guest makes it, or, once its number has come back from the order
(`["names", ...]`), that number. Texts are the same in all copies, numbers the same after them.

| kind      | number | fields                                                         |
|-----------|--------|----------------------------------------------------------------|
| `press`   | 1      | x, y, button, state, under                                     |
| `release` | 2      | x, y, button, state, under                                     |
| `move`    | 3      | x, y, state, under                                             |
| `wheel`   | 4      | x, y, dx, dy, pixel_dx, pixel_dy, state, phase, under          |
| `key`     | 5      | symbol, code, state, text, repeat                              |
| `keyup`   | 6      | symbol, code, state, text, repeat                              |
| `text`    | 7      | commit, preedit, replace_from, replace_length                  |
| `context` | 8      | x, y, state, mouse                                             |
| `close`   | 9      |                                                                |
| `enter`   | 10     | x, y                                                           |
| `leave`   | 11     |                                                                |
| `size`    | 12     | width, height                                                  |
| `popup`   | 13     | x, y, width, height, scroll                                    |

* `x`, `y`: in 1/8 device-independent pixel from the window's top left corner, within +-2^18;
  Tk: 8 times the pixel; of `popup`: from that of the window it belongs to.
* `button`: the toolkit's own number (Tk: 1, 2, 3, 8, 9; never 4 to 7, they are `wheel`. Qt:
  `Qt::MouseButton`: 1, 2, 4, ...). 1 to 2^24.
* `state`: before the event, as the toolkit has it, 0 to 2^31 - 1. Tk: X's state. Qt: buttons and
  keyboard modifiers in one number (buttons lie below 2^24, modifiers above).
* `under`: null, or [window, x, y], the window under the pointer and the place in it, where that is
  another one than `window` (Tk; Qt sends null).
* `dx`, `dy`: 1/8 degree, 120 a notch, as `QWheelEvent::angleDelta` (Tk on X11: button 4 is
  dy = 120, 5 is dy = -120, 6 is dx = 120, 7 is dx = -120, a press and a release in one event);
  `pixel_dx`, `pixel_dy` as `pixelDelta`; all within +-2^15; `phase` as `Qt::ScrollPhase`, 0 to 4.
* `symbol`: Tk: keysym; Qt: `Qt::Key`. `code`: Tk: keycode; Qt: native scan code. 0 to 2^32 - 1.
  `text`: what the key types at the doer. `repeat`: 1 for a key that repeats by being held, else 0.
* `commit`, `preedit`: texts of an input method; `replace_from` within +-2^15, `replace_length`
  0 to 2^15 - 1.
* `mouse`: 1 if the mouse asked for the context menu, 0 for the key.
* `width`, `height`: pixels, 1 to 2^15. `scroll`: a popup list's scroll value, 0 to 2^31 - 1.
* `offset_ms`: 0 to 1,000.

Whatever else an event holds, it is at most 64 bytes in an entry, its names not counted: a longer
text of an input method goes as several events. Nothing here knows whether an event passes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from app.core import limits
from app.core.codec import Plain, encode
from app.core.errors import RemoteError

Name = int | str
"""A window or timer: the text that its guest makes, or the number that the order gave it."""

Under = tuple[Name, int, int]
"""The window under the pointer, and the place in it, 1/8 px."""

Reader = Callable[[Plain], Any]

COORDINATE_MAX: Final = 2**18
WORD_MAX: Final = 2**15
STATE_MAX: Final = 2**31 - 1
CODE_MAX: Final = 2**32 - 1
BUTTON_MAX: Final = 2**24


@dataclass(frozen=True, slots=True)
class Event:
    """One event; `fields` in the order of `FIELDS`, `offset_ms` after the entry's `t0_ms`."""

    kind: str
    window: Name
    fields: tuple[Any, ...]
    offset_ms: int = 0

    def field(self, name: str) -> Any:
        """The value of a field of this kind."""
        return self.fields[PLACES[self.kind][name]]

    def plain(self) -> list[Plain]:
        """The array for an entry."""
        return [NUMBERS[self.kind], self.window, *map(_flat, self.fields), self.offset_ms]

    def told(self) -> list[Plain]:
        """The array for a guest."""
        return [self.kind, self.window, *map(_flat, self.fields), self.offset_ms]


def _flat(value: Any) -> Plain:
    return list(value) if isinstance(value, tuple) else value


# --- readers of fields ----------------------------------------------------------------------------


def number(low: int, high: int) -> Reader:
    """A reader of an int within these bounds, both included."""

    def read(value: Plain) -> int:
        if type(value) is not int or not low <= value <= high:
            message = f"a number from {low} to {high} expected"
            raise RemoteError(message)
        return value

    return read


def read_text(value: Plain) -> str:
    """A text that an event may carry: its length is that of the whole event's business."""
    if type(value) is not str or len(value) > limits.SHARE_EVENT_BYTES_MAX:
        message = f"a text of at most {limits.SHARE_EVENT_BYTES_MAX} characters expected"
        raise RemoteError(message)
    require_unicode(value)
    return value


def require_unicode(text: str) -> None:
    """JSON can spell half a character, which no entry can carry; raises `RemoteError`."""
    try:
        text.encode()
    except UnicodeEncodeError:
        message = "half a character"
        raise RemoteError(message) from None


def read_name(value: Plain) -> Name:
    """A name: a number of the order, or a text of one line."""
    if type(value) is int and 0 <= value < limits.SHARE_NAMES_MAX:
        return value
    if type(value) is str and 1 <= len(value) <= limits.SHARE_NAME_CHARACTERS_MAX:
        require_unicode(value)
        if value.isprintable():
            return value
    message = "a window's name or number expected"
    raise RemoteError(message)


def _under(value: Plain) -> Under | None:
    if value is None:
        return None
    if type(value) is not list or len(value) != 3:
        message = "null or [window, x, y] expected"
        raise RemoteError(message)
    return (read_name(value[0]), _place(value[1]), _place(value[2]))


_place = number(-COORDINATE_MAX, COORDINATE_MAX)
_word = number(-WORD_MAX, WORD_MAX)
_state = number(0, STATE_MAX)
_code = number(0, CODE_MAX)
_length = number(1, WORD_MAX)
_flag = number(0, 1)
_offset = number(0, limits.SHARE_OFFSET_MS_MAX)

_PLACED = (("x", _place), ("y", _place))
_BUTTON = (*_PLACED, ("button", number(1, BUTTON_MAX)), ("state", _state), ("under", _under))
_KEY = (
    ("symbol", _code),
    ("code", _code),
    ("state", _state),
    ("text", read_text),
    ("repeat", _flag),
)

FIELDS: Final[dict[str, tuple[tuple[str, Reader], ...]]] = {
    "press": _BUTTON,
    "release": _BUTTON,
    "move": (*_PLACED, ("state", _state), ("under", _under)),
    "wheel": (
        *_PLACED,
        ("dx", _word),
        ("dy", _word),
        ("pixel_dx", _word),
        ("pixel_dy", _word),
        ("state", _state),
        ("phase", number(0, 4)),
        ("under", _under),
    ),
    "key": _KEY,
    "keyup": _KEY,
    "text": (
        ("commit", read_text),
        ("preedit", read_text),
        ("replace_from", _word),
        ("replace_length", number(0, WORD_MAX - 1)),
    ),
    "context": (*_PLACED, ("state", _state), ("mouse", _flag)),
    "close": (),
    "enter": _PLACED,
    "leave": (),
    "size": (("width", _length), ("height", _length)),
    "popup": (*_PLACED, ("width", _length), ("height", _length), ("scroll", _state)),
}
"""Fields of each kind, in order. The order of the kinds is that of their numbers: never change it."""

KINDS: Final = tuple(FIELDS)
NUMBERS: Final = {kind: place for place, kind in enumerate(KINDS, start=1)}
PLACES: Final = {
    kind: {name: place for place, (name, _) in enumerate(fields)} for kind, fields in FIELDS.items()
}

POINTING: Final = frozenset(("press", "release", "move", "wheel", "enter", "leave"))
"""Kinds that the gesture lock holds back (the context menu by mouse as well)."""
WITH_UNDER: Final = frozenset(("press", "release", "move", "wheel"))
"""Kinds whose last field is `under`."""
OF_THE_GUEST: Final = frozenset(("size", "popup"))
"""Kinds that a guest sends of itself: neither floor nor lock binds them."""
LATE: Final = frozenset(("press", "wheel", "key", "text", "context", "close"))
"""Kinds that do harm when their doer saw another picture than the one they meet."""


# --- reading --------------------------------------------------------------------------------------


def _read(kind: str, plain: list[Plain]) -> Event:
    readers = FIELDS[kind]
    if len(plain) != len(readers) + 3:
        message = f"{kind}: {len(readers)} fields expected, found {len(plain) - 3}"
        raise RemoteError(message)
    where = "window"
    try:
        window = read_name(plain[1])
        fields = []
        for (name, reader), value in zip(readers, plain[2:-1], strict=True):
            where = name
            fields.append(reader(value))
        where = "offset_ms"
        event = Event(kind, window, tuple(fields), _offset(plain[-1]))
    except RemoteError as error:
        message = f"{kind}: {where}: {error}"
        raise RemoteError(message) from None
    if size_of(event) > limits.SHARE_EVENT_BYTES_MAX:
        message = f"{kind}: {size_of(event)} bytes, at most {limits.SHARE_EVENT_BYTES_MAX}"
        raise RemoteError(message)
    return event


def size_of(event: Event) -> int:
    """Bytes of the event in an entry, names not counted: a number of four bytes each instead."""
    plain = event.plain()
    plain[1] = CODE_MAX
    if event.kind in WITH_UNDER and type(plain[-2]) is list:
        plain[-2] = [CODE_MAX, *plain[-2][1:]]
    return len(encode(plain))


def read_event(plain: Plain) -> Event | None:
    """An event of an entry; None for a kind of a later version.

    Raises:
        RemoteError: not an event, or one whose fields are wrong.
    """
    if type(plain) is not list or len(plain) < 3 or type(plain[0]) is not int or plain[0] < 1:
        message = "an event is an array that begins with the number of its kind"
        raise RemoteError(message)
    return _read(KINDS[plain[0] - 1], plain) if plain[0] <= len(KINDS) else None


def hear_event(plain: Plain) -> Event:
    """An event as a guest tells it.

    Raises:
        RemoteError: not an event, or one whose fields are wrong.
    """
    if type(plain) is not list or len(plain) < 3 or type(plain[0]) is not str:
        message = "an event is an array that begins with its kind"
        raise RemoteError(message)
    if plain[0] not in FIELDS:
        message = "no such kind of event"
        raise RemoteError(message)
    return _read(plain[0], plain)
