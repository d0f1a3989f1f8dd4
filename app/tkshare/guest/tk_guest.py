"""A Tk program as one copy of a shared one: the parts joined, and what they say to the app.

Everything that changes the program comes through `_inbox`, one event for each turn of Tk's loop,
and the next turn is asked for before an event is replayed: so a modal dialog, a menu or the
program's own `vwait` goes on inside an event and ends where its own loop ends it. What a person
does here goes out and comes back the same way as everybody else's.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections import deque
from pathlib import Path
from typing import Any, Final, NoReturn

from app.tkshare.guest import environment
from app.tkshare.guest.garbage import Garbage
from app.tkshare.guest.outbox import FRAME_MS, Outbox
from app.tkshare.guest.pins import Unfit
from app.tkshare.guest.start import Start
from app.tkshare.guest.tk_answers import Answers, Doing
from app.tkshare.guest.tk_capture import Capture
from app.tkshare.guest.tk_digest import Digests, hashed
from app.tkshare.guest.tk_focus import LogicalFocus
from app.tkshare.guest.tk_library import RefusedError, open_library, tkinter_library
from app.tkshare.guest.tk_names import NAME_CHARACTERS_MAX, Names
from app.tkshare.guest.tk_replay import Item, Replay, Settler, items_of
from app.tkshare.guest.tk_root import Root
from app.tkshare.guest.tk_time import ShareClock, Ticks, real_ms
from app.tkshare.guest.tk_windows import Windows
from app.tkshare.guest.wire import Frame, GoneError, Wire

READABLE: Final = 2
APPLIED_MAX: Final = 32
"""Events after which credit goes back while more wait."""
BEFORE_GO_MS: Final = 50
FLUSH_MS: Final = 10
STUCK_MS: Final = 3000
"""Longer than a pipe may hold events back."""
REFUSED_CODE: Final = 3
ORDERED: Final = ("events", "clock", "focus", "mark", "file", "clipboard", "go")
STUCK: Final = "This program runs its own loop; others' input waits until it ends."
LOOK_FONTS: Final = ("TkDefaultFont", "TkTextFont", "TkFixedFont", "TkMenuFont", "TkHeadingFont")
LOOK_TEXT: Final = "Sphinx of black quartz, judge my vow: 0123456789 (){}[] äöüß"


class Guest:
    """One copy. `attach` is called for every interpreter with Tk, the first one brings it to life."""

    def __init__(
        self, wire: Wire, start: Start, unfit: Unfit, pins: tuple[str, ...], garbage: Garbage
    ) -> None:
        self._wire = wire
        self._garbage = garbage
        self._unfit = unfit
        self._start = start
        self._pins = pins
        self._all: list[Root] = []
        self._inbox: deque[Item] = deque()
        self._names = Names()
        self._digests = Digests()
        self._outbox = Outbox(wire)
        self._answers = Answers(start.person, self.tell, self._shut)
        self.clock = ShareClock(start.start_ms, self.roots)
        self._windows = Windows(self.roots, self._names, self.tell, self._hear, self._mute)
        self._turning = False
        self._flushing = False
        self._framing = False
        self._index = 0
        self._applied = 0
        self._open: list[Item] = []
        self._said_stuck = False

    def roots(self) -> list[Root]:
        """The roots that still live."""
        return [root for root in self._all if root.alive()]

    # --- getting in -------------------------------------------------------------------------------

    def attach(self, app: Any) -> None:
        """A main window has just been made, and has no widgets yet."""
        try:
            library = open_library(
                tkinter_library(),
                str(app.call("info", "patchlevel")),
                str(app.call("tk", "windowingsystem")),
            )
        except RefusedError as error:
            self._wire.last("refused", str(error))
            os._exit(REFUSED_CODE)
        root = Root(len(self._all), app, library)
        values: dict[str, object] = {
            "now": self.clock.now_ms,
            "start": self._start.start_ms,
            "here": self._start.person,
        }
        if not self._all:
            self._come_alive(app, library)
        self._all.append(root)
        self.capture.add(root)
        root.prepare(values, self._start.seed, self._pins, lambda *words: self._asked(root, *words))
        if len(self._all) == 1:
            self.tell("hello", "tk", versions(app), "tk", unpinned(), look(root))

    def _come_alive(self, app: Any, library: Any) -> None:
        self._app = app
        self.capture = Capture(library, self._hear, self._say_key, self._windows.notice)
        self._focus = LogicalFocus(library, self.roots)
        self._settler = Settler(library, self.roots)
        self._replay = Replay(self.roots, self._names, self._focus, self._windows, self._answers)
        self._ticks = Ticks(
            self.clock,
            app,
            lambda: self.tell("wants", "tick", []),
            lambda: self._answers.waits_for_text,
        )
        app.createfilehandler(self._wire, READABLE, self._readable)
        app.createtimerhandler(BEFORE_GO_MS, self._before_go)

    def _before_go(self) -> None:
        """Until the share's clock runs nothing else reports the windows."""
        self._guarded(self._windows.report)
        self._warn()
        if not self.clock.running:
            self._app.createtimerhandler(BEFORE_GO_MS, self._before_go)

    # --- to the app -------------------------------------------------------------------------------

    def tell(self, *frame: Any) -> None:
        """Send a frame; without an app there is nobody to run for."""
        try:
            self._wire.send(*frame)
            if self._wire.unsent and not self._flushing:
                self._flushing = True
                self._app.createtimerhandler(FLUSH_MS, self._flush)
        except GoneError:
            self._leave()

    def _flush(self) -> None:
        self._flushing = False
        try:
            self._wire.flush()
        except GoneError:
            self._leave()
        if self._wire.unsent:
            self._flushing = True
            self._app.createtimerhandler(FLUSH_MS, self._flush)

    def _leave(self) -> NoReturn:
        os._exit(0)

    def _warn(self) -> None:
        for text in self._unfit.news():
            self._log(text)

    def _log(self, text: str) -> None:
        self.tell("log", text[-4000:])

    def _hear(self, event: list[Any]) -> None:
        """An event of this copy's person. Called inside the capture: no Tcl."""
        if not self.clock.running or len(event[1]) > NAME_CHARACTERS_MAX:
            return
        event[1] = self._names.short(event[1])
        if event[0] in ("press", "release", "move", "wheel") and event[-1] is not None:
            event[-1][0] = self._names.short(event[-1][0])
            if len(str(event[-1][0])) > NAME_CHARACTERS_MAX:
                event[-1] = None
        try:
            self._outbox.put(event, int(real_ms()))
        except GoneError:
            self._leave()
        if self._outbox.waiting and not self._framing:
            self._framing = True
            self._app.createtimerhandler(FRAME_MS, self._frame)

    def _frame(self) -> None:
        self._framing = False
        try:
            self._outbox.send(int(real_ms()))
        except GoneError:
            self._leave()

    def _say_key(self, which: str) -> None:
        self.tell("key", which)

    def _mute(self, kind: int, window: int) -> None:
        self.capture.mute(kind, window)

    def _shut(self, shut: bool) -> None:
        self.capture.shut = shut

    # --- from the program -------------------------------------------------------------------------

    def _asked(self, root: Root, word: str, *given: str) -> object:
        """`::talkstick::host`: a pin has something for the host."""
        if word == "grab":
            root.grabbed = given[0]
            self._replay.pointer.forget_pressed(root)
        elif word == "free":
            self._arm()
        elif word == "timer":
            self._ticks.schedule()
        elif word == "file":
            return self._answers.ask_file(root, *given)
        elif word == "text":
            answer = self._answers.ask_text(root, *given)
            self._ticks.schedule()
            return answer
        return ""

    # --- from the app -----------------------------------------------------------------------------

    def _readable(self, *_: object) -> None:
        try:
            frames = self._wire.receive()
        except GoneError:
            self._leave()
        for frame in frames:
            self._guarded(lambda frame=frame: self._take(frame))
        if self._outbox.waiting:
            self._frame()
        self._arm()
        self._say_if_stuck()

    def _take(self, frame: Frame) -> None:
        word = frame[0]
        if word in ORDERED:
            self._inbox.extend(items_of(frame))
        elif word == "names":
            keys = frame[2] if len(frame) == 3 and isinstance(frame[2], list) else []
            self._names.learn(frame[1], [str(key) for key in keys])
        elif word == "stop":
            self._wire.last("ended", 0)
            self._leave()
        elif word == "raise":
            self._windows.to_front()
        elif word == "show":
            self._windows.show(shown=bool(frame[1]))
        elif word == "say":
            key = self._names.key(frame[1]) or ""
            self.tell("differs", *self._digests.detail(key))

    def _say_if_stuck(self) -> None:
        waits = self._held() and self._inbox and self.clock.quiet_ms() > STUCK_MS
        if waits and not self._said_stuck and not self._answers.reading:
            self._said_stuck = True
            self._log(STUCK)

    # --- one step of the order at a time ----------------------------------------------------------

    def _held(self) -> bool:
        if self._settler.busy or self._answers.reading:
            return True
        return any(int(root.app.call("set", "::talkstick::busy")) for root in self.roots())

    def _arm(self) -> None:
        if self._inbox and not self._turning:
            self._turning = True
            self._app.createtimerhandler(0, self._turn)

    def _turn(self) -> None:
        self._turning = False
        if not self._inbox or self._held():
            return
        item = self._next()
        if item is None:
            if not self._answers.waits_for_text:
                self._arm()
            return
        # Before the replay: it may not return for long, and whatever loop it runs goes on here.
        self._arm()
        self._guarded(lambda: self._apply(item))

    def _next(self) -> Item | None:
        """The next step; while a text is awaited, only what brings it or ends the waiting."""
        if not self._answers.waits_for_text:
            return self._inbox.popleft()
        for at, item in enumerate(self._inbox):
            if item.word == "clipboard":
                del self._inbox[at]
                return item
            if self._answers.lose_patience(item.stamp_ms):
                return None
        return None

    def _apply(self, item: Item) -> None:
        before = self._answers.doing
        self._begin(Doing("", "", item.stamp_ms, {}))
        if item.word == "go":
            self.clock.go(item.stamp_ms)
        if item.word != "clipboard":
            self.clock.advance(item.stamp_ms)
        self._index = max(self._index, item.index)
        self._outbox.seen = self._index
        self._open.append(item)
        self._app.createtimerhandler(0, self._look_at_open)
        kind = item.data[0] if item.word == "events" and item.data else ""
        self._begin(Doing(item.person, str(kind), item.stamp_ms, {}))
        self._do(item)
        if self.roots():
            self._settler.settle()
            self._replay.note_focus(self._index)
            self._windows.report()
            self._windows.hide_new()
            self._warn()
            self._ticks.schedule()
        self._close(item)
        self._begin(before)
        self._arm()

    def _begin(self, doing: Doing) -> None:
        self._answers.doing = doing
        for root in self.roots():
            root.app.call("set", "::talkstick::person", doing.person)

    def _do(self, item: Item) -> None:
        if item.word == "events":
            self._garbage.event()
            self._replay.give(item)
        elif item.word == "go":
            self._first_focus()
        elif item.word == "mark":
            self._garbage.mark()
            self._mark(item)
        elif item.word == "file":
            paths = item.data[1] if len(item.data) > 1 else []
            chosen = item.data[2] if len(item.data) > 2 else ""
            own = Path(self._start.folder)
            self._answers.give_file([str(own / str(path)) for path in paths], str(chosen))
        elif item.word == "clipboard" and len(item.data) == 3:
            self._answers.give_text(str(item.data[1]), str(item.data[2]))

    def _first_focus(self) -> None:
        """All copies begin with the focus in the first root, wherever their persons are."""
        roots = self.roots()
        if roots:
            self._settler.settle()
            if self._focus.now() is None:
                self._focus.move(roots[0], ".", pressed=True)

    def _mark(self, item: Item) -> None:
        more = [self._focus.top(), str(self._replay.skipped)]
        now = self._focus.now()
        more.append(now.root.key(now.path) if now else "")
        more += [root.grabbed for root in self.roots()]
        digest, windows = self._digests.take(item.index, self.roots(), more)
        told = [[self._names.short(key), each] for key, each in windows]
        self.tell("digest", item.index, digest, told)

    def _look_at_open(self) -> None:
        """The loop turns inside an event: the program waits there, and the event is done."""
        if self._open and self._held():
            self._app.createtimerhandler(FRAME_MS, self._look_at_open)
            return
        for item in [*self._open]:
            self._close(item)

    def _close(self, item: Item) -> None:
        if item not in self._open:
            return
        self._open.remove(item)
        if item.word in ("events", "clock"):
            self._applied += 1
        if not self._inbox or self._applied >= APPLIED_MAX:
            self.tell("applied", self._index, self._applied, self._replay.skipped)
            self._applied = 0

    def _guarded(self, step: Any) -> None:
        """Nothing that the order or the app says makes the guest fall."""
        try:
            step()
        except (SystemExit, KeyboardInterrupt):
            raise
        except GoneError:
            self._leave()
        except Exception:  # noqa: BLE001 - said, and the next step comes
            self._log(traceback.format_exc())


def versions(app: Any) -> dict[str, str]:
    """What the offer names."""
    return {
        "python": ".".join(map(str, sys.version_info[:3])),
        "tcl": str(app.call("info", "patchlevel")),
        "tk": str(app.call("set", "tk_patchLevel")),
    }


def unpinned() -> list[str]:
    """What the process was started without; texts for people."""
    return [
        f"Started without {name}={value}: copies may differ."
        for name, value in environment.PINS.items()
        if os.environ.get(name) != value
    ]


def look(root: Root) -> str:
    """Equal where texts have the same size, so that a click lands on the same widget."""
    facts = [str(root.call("tk", "scaling"))]
    for font in LOOK_FONTS:
        facts.append(str(root.call("font", "metrics", font)))
        facts.append(str(root.call("font", "measure", font, LOOK_TEXT)))
    return hashed(facts)
