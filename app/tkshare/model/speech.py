"""What a guest and the app say to each other: JSON arrays that begin with a word, checked.

A guest is another program's process: whatever it says is read here or nowhere, and a wrong frame is
a `RemoteError`. `person` is a site's id (16 characters). `name` is a name as in `events`.
`index` is the index of the entry in the session's order.

Guest to app:

* `["hello", toolkit, {part: version}, door, [refusal...], look]`: toolkit "tk" or "qt"; parts such
  as "python", "tk", "qt", "binding"; door "tk", "tap" or "filter"; texts for people on what can't
  be shared here; look: hex, at most 64 digits, equal where fonts and metrics are equal.
* `["window", number, key, width, height, shown]`: a top-level window is new, changed or gone
  (`shown` false); number as the order gave it, null while it has none; sizes in pixels.
* `["input", seen, t0_ms, [event...]]`: what the person here did, captured and suppressed. `seen`:
  the index that was last applied when it was captured. `t0_ms`: the guest's own clock. Events as in
  `app.tkshare.model.events`, at most 64.
* `["wants", "tick", [[name, interval_ms]...]]`: timers are due; a timer that is due twice stands
  twice; Tk: the empty list. The app passes on the keeper's only.
* `["wants", "file", person, how, title, filter]`: the program asks for a file, in the event of
  `person`; how "open", "save" or "folder". The app of that person asks it, all copies wait.
* `["wants", "clipboard", mode, text]`: before a paste: mode "clipboard" or "primary".
* `["wants", "focus", name]`: the program itself moved its keyboard focus to that window.
* `["applied", index, events, skipped]`: everything up to `index` is replayed; so many events since
  the last time (credit that comes back; a clock frame counts as one event, all other frames as
  none), so many without effect since the start.
* `["digest", index, hex, [[name, hex]...]]`: at that mark: of all, and of each top-level window,
  in the order of the names' texts; hex of at most 64 digits.
* `["differs", index, detail]`: text for people on what was found in the window that differs.
* `["key", which]`: "back" (F6), "floor" (Ctrl+Alt+G) or "stop" (Ctrl+Alt+Escape).
* `["pointer", person, x, y]`: the pointer of `person`, as replayed, is there on this screen.
* `["refused", why]` · `["alive"]` · `["ended", code]` · `["log", text]`

App to guest:

* `["start", {...}]` · `["go", index, stamp_ms]`: the clock of the share runs from here.
* `["names", first, [key...]]`: the order's numbers from `first` on; before anything that uses them.
* `["events", index, stamp_ms, person, t0_ms, [event...], seen]`: what passed, in order; sizes too.
  `seen`: what the doer's copy had applied when it was captured (a key moves the focus only if that
  is at least the index of the last focus change).
* `["clock", index, stamp_ms, [[name, interval_ms]...]]`: these timers fire.
* `["focus", index, stamp_ms, name]` · `["mark", index, stamp_ms]`: compute the digest here.
* `["file", index, stamp_ms, person, [path...], filter]`: no path: cancelled.
* `["clipboard", index, stamp_ms, person, mode, text]`: the contents are this before what follows.
* `["show", shown]` · `["raise"]` · `["credit", events]` · `["say", window_name]`: `differs` for it.
* `["stop"]` · `["alive"]`

A stamp of a frame never falls along the stream.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from app.core import limits
from app.core.codec import Plain
from app.core.errors import RemoteError
from app.tkshare.model.events import (
    STATE_MAX,
    WORD_MAX,
    Event,
    Name,
    Reader,
    hear_event,
    number,
    read_name,
    require_unicode,
)

NUMBER_MAX: Final = 2**53
TOOLKITS: Final = ("tk", "qt")
DOORS: Final = ("tk", "tap", "filter")
DIALOGS: Final = ("open", "save", "folder")
CLIPBOARDS: Final = ("clipboard", "primary")
GUEST_KEYS: Final = ("back", "floor", "stop")

Due = tuple[Name, int]
"""A timer that is due: its name, its interval in ms."""

_HEX = re.compile(r"([0-9a-f]{2}){0,32}")
_SITE = re.compile(r"[a-z2-7]{16}")


# --- what a guest says ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hello:
    """The guest has the program in hand; the program's windows may not be there yet."""

    toolkit: str
    versions: tuple[tuple[str, str], ...]
    door: str
    refusals: tuple[str, ...]
    look: str


@dataclass(frozen=True, slots=True)
class Window:
    """A top-level window, in pixels."""

    number: int | None
    key: str
    width: int
    height: int
    shown: bool


@dataclass(frozen=True, slots=True)
class Acted:
    """The person here acted."""

    seen: int
    t0_ms: int
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class TicksDue:
    """Timers of the program are due."""

    due: tuple[Due, ...]


@dataclass(frozen=True, slots=True)
class FileWanted:
    """The program asks for a file, in an event of `person`."""

    person: str
    how: str
    title: str
    filter: str


@dataclass(frozen=True, slots=True)
class ClipboardWanted:
    """What a paste of the person here would bring."""

    mode: str
    text: str


@dataclass(frozen=True, slots=True)
class FocusWanted:
    """The program moved its focus itself."""

    name: Name


@dataclass(frozen=True, slots=True)
class AppliedTo:
    """Replayed up to `index`: `events` since the last time, `skipped` since the start."""

    index: int
    events: int
    skipped: int


@dataclass(frozen=True, slots=True)
class Digested:
    """The state at a mark, whole and by window."""

    index: int
    digest: bytes
    windows: tuple[tuple[Name, bytes], ...]


@dataclass(frozen=True, slots=True)
class Differs:
    """In words: what the window holds that differs."""

    index: int
    detail: str


@dataclass(frozen=True, slots=True)
class PointerSeen:
    """Where somebody's replayed pointer is, in pixels of this screen."""

    person: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class KeyForUs:
    """A key that is the app's and never the program's."""

    which: str


@dataclass(frozen=True, slots=True)
class RefusedProgram:
    """The program can't be shared; for people."""

    why: str


@dataclass(frozen=True, slots=True)
class Alive:
    """The heartbeat."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The program ended by itself."""

    code: int


@dataclass(frozen=True, slots=True)
class Log:
    """A line of the program's output or of the guest's own."""

    text: str


Spoken = (
    Hello
    | Window
    | Acted
    | TicksDue
    | FileWanted
    | ClipboardWanted
    | FocusWanted
    | AppliedTo
    | Digested
    | Differs
    | PointerSeen
    | KeyForUs
    | RefusedProgram
    | Alive
    | Ended
    | Log
)


# --- readers --------------------------------------------------------------------------------------


def text_of(characters_max: int) -> Reader:
    """A reader of a text of at most so many characters."""

    def read(value: Plain) -> str:
        if type(value) is not str or len(value) > characters_max:
            message = f"a text of at most {characters_max} characters expected"
            raise RemoteError(message)
        require_unicode(value)
        return value

    return read


def one_of(words: tuple[str, ...]) -> Reader:
    """A reader of one of these words."""

    def read(value: Plain) -> str:
        if type(value) is not str or value not in words:
            message = f"one of {', '.join(words)} expected"
            raise RemoteError(message)
        return value

    return read


def many(reader: Reader, count_max: int) -> Reader:
    """A reader of a list of at most so many."""

    def read(value: Plain) -> tuple[Any, ...]:
        if type(value) is not list or len(value) > count_max:
            message = f"a list of at most {count_max} expected"
            raise RemoteError(message)
        return tuple([reader(item) for item in value])

    return read


def pair(first: Reader, second: Reader) -> Reader:
    """A reader of a list of two."""

    def read(value: Plain) -> tuple[Any, Any]:
        if type(value) is not list or len(value) != 2:
            message = "a list of two expected"
            raise RemoteError(message)
        return (first(value[0]), second(value[1]))

    return read


def _hex(value: Plain) -> bytes:
    if type(value) is not str or _HEX.fullmatch(value) is None:
        message = "at most 64 hex digits expected"
        raise RemoteError(message)
    return bytes.fromhex(value)


def _hex_text(value: Plain) -> str:
    return _hex(value).hex()


def _site(value: Plain) -> str:
    if type(value) is not str or _SITE.fullmatch(value) is None:
        message = "a site's id expected"
        raise RemoteError(message)
    return value


def _flag(value: Plain) -> bool:
    if type(value) is not bool:
        message = "true or false expected"
        raise RemoteError(message)
    return value


def _key(value: Plain) -> str:
    name = read_name(value)
    if type(name) is not str:
        message = "a window's name expected"
        raise RemoteError(message)
    return name


def _number_or_none(value: Plain) -> int | None:
    return None if value is None else int(_name_number(value))


def _versions(value: Plain) -> tuple[tuple[str, str], ...]:
    if type(value) is not dict or len(value) > limits.SHARE_VERSIONS_MAX:
        message = f"at most {limits.SHARE_VERSIONS_MAX} versions by part expected"
        raise RemoteError(message)
    return tuple(sorted((_word(part), _word(version)) for part, version in value.items()))


_name_number = number(0, limits.SHARE_NAMES_MAX - 1)
_number = number(0, NUMBER_MAX)
_pixels = number(0, WORD_MAX)
_place = number(-WORD_MAX, WORD_MAX)
_word = text_of(limits.SHARE_VERSION_CHARACTERS_MAX)
_line = text_of(limits.SHARE_REASON_CHARACTERS_MAX)
read_due = many(pair(read_name, number(0, STATE_MAX)), limits.SHARE_DUE_MAX)
"""Timers that are due."""
read_windows = many(pair(read_name, _hex), limits.SHARE_WINDOWS_MAX)

_SPOKEN: Final[dict[str, tuple[Callable[..., Spoken], tuple[Reader, ...]]]] = {
    "hello": (
        Hello,
        (
            one_of(TOOLKITS),
            _versions,
            one_of(DOORS),
            many(_line, limits.SHARE_REFUSALS_MAX),
            _hex_text,
        ),
    ),
    "window": (Window, (_number_or_none, _key, _pixels, _pixels, _flag)),
    "input": (Acted, (_number, _number, many(hear_event, limits.SHARE_EVENTS_MAX))),
    "applied": (AppliedTo, (_number, _number, _number)),
    "digest": (Digested, (_number, _hex, read_windows)),
    "differs": (Differs, (_number, _line)),
    "pointer": (PointerSeen, (_site, _place, _place)),
    "key": (KeyForUs, (one_of(GUEST_KEYS),)),
    "refused": (RefusedProgram, (_line,)),
    "alive": (Alive, ()),
    "ended": (Ended, (number(-STATE_MAX, STATE_MAX),)),
    "log": (Log, (text_of(limits.SHARE_LOG_CHARACTERS_MAX),)),
}
_WANTS: Final[dict[str, tuple[Callable[..., Spoken], tuple[Reader, ...]]]] = {
    "tick": (TicksDue, (read_due,)),
    "file": (FileWanted, (_site, one_of(DIALOGS), _line, _line)),
    "clipboard": (
        ClipboardWanted,
        (one_of(CLIPBOARDS), text_of(limits.SHARE_CLIPBOARD_CHARACTERS_MAX)),
    ),
    "focus": (FocusWanted, (read_name,)),
}


def hear(plain: Plain) -> Spoken:
    """What a guest says.

    Raises:
        RemoteError: it is no frame of a guest; the text says why.
    """
    if type(plain) is not list or not plain or type(plain[0]) is not str:
        message = "a frame is an array that begins with a word"
        raise RemoteError(message)
    table, word, given = _SPOKEN, plain[0], plain[1:]
    if word == "wants" and given and type(given[0]) is str:
        table, word, given = _WANTS, given[0], given[1:]
    if word not in table:
        message = "no such frame of a guest"
        raise RemoteError(message)
    kind, readers = table[word]
    if len(given) < len(readers):
        message = f"{word}: {len(readers)} fields expected, found {len(given)}"
        raise RemoteError(message)
    try:
        return kind(*[reader(item) for reader, item in zip(readers, given, strict=False)])
    except RemoteError as error:
        message = f"{word}: {error}"
        raise RemoteError(message) from None
