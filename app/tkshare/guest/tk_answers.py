"""What a program asks of its machine and gets from the order: a file's name, a text to paste.

Every copy asks at the same place and waits there; the copy of the person who acts knows the answer,
and the order brings it to all. While a file's name is awaited what people begin is dropped; while a
text is, it stays in the inbox. Nothing is asked in a timer: nobody acts there.
"""

from __future__ import annotations

from collections.abc import Callable
from tkinter import TclError
from typing import Final, NamedTuple

from app.tkshare.guest.tk_root import Root

TEXT_CHARACTERS_MAX: Final = 8000
TITLE_CHARACTERS_MAX: Final = 512
PATIENCE_MS: Final = 2000
"""On the order's clock: then the program's own text counts (the doer has left, or can't read it)."""
ACTING: Final = ("press", "release", "key", "close")
"""Kinds of events in which a person means to paste; motion never reads anybody's clipboard."""


class Doing(NamedTuple):
    """What is replayed now: whose event of which kind ("" for timers), and texts it was given."""

    person: str
    kind: str
    stamp_ms: int
    given: dict[str, str]


class Answers:
    """`here` is whose copy this is; `shut` makes the capture drop what people begin."""

    def __init__(self, here: str, tell: Callable[..., None], shut: Callable[[bool], None]) -> None:
        self._here = here
        self._tell = tell
        self._shut = shut
        self._file_for: Root | None = None
        self._text_for: tuple[Root, str, Doing] | None = None
        self.doing = Doing("", "", 0, {})
        self.reading = 0
        """Above 0 while another program is asked for its text: ordered events wait."""

    @property
    def waits_for_file(self) -> bool:
        """Whether the program waits for a file's name."""
        return self._file_for is not None

    @property
    def waits_for_text(self) -> bool:
        """Whether the program waits for a text to paste."""
        return self._text_for is not None

    # --- asked by the program ---------------------------------------------------------------------

    def ask_file(self, root: Root, how: str, title: str, wanted: str) -> bool:
        """Whether an answer will come; false: the dialog is as good as cancelled."""
        if self._file_for is not None or not self.doing.person:
            return False
        self._file_for = root
        self._shut(True)
        cut = TITLE_CHARACTERS_MAX
        self._tell("wants", "file", self.doing.person, how, title[:cut], wanted[:cut])
        return True

    def ask_text(self, root: Root, mode: str, own: str) -> bool:
        """Whether `textAnswer` is set, or will be."""
        doing = self.doing
        if self._text_for is not None or not doing.person or doing.kind not in ACTING:
            return False
        if mode in doing.given:
            self._set_text(root, doing.given[mode])
            return True
        self._text_for = (root, mode, doing)
        if doing.person == self._here:
            text = self._read(root, mode, own)[:TEXT_CHARACTERS_MAX]
            self._tell("wants", "clipboard", mode.lower(), text)
        return True

    def _read(self, root: Root, mode: str, own: str) -> str:
        """The desktop's text if another program has put it there last, else the program's own."""
        library = root.library
        atom = library.Tk_InternAtom(root.main(), mode.encode())
        owner = library.XGetSelectionOwner(root.display, atom)
        if not owner or library.Tk_IdToWindow(root.display, owner):
            return own
        self.reading += 1
        try:
            for kind in ("UTF8_STRING", "STRING"):
                try:
                    return str(root.call("selection", "get", "-selection", mode, "-type", kind))
                except TclError:
                    continue
        finally:
            self.reading -= 1
        return own

    # --- answered by the order --------------------------------------------------------------------

    def give_file(self, paths: list[str], chosen: str) -> None:
        """The file's name has come."""
        root, self._file_for = self._file_for, None
        self._shut(False)
        if root is not None:
            root.app.call("set", "::talkstick::fileAnswer", (tuple(paths), chosen))

    def give_text(self, mode: str, text: str) -> None:
        """The text has come."""
        if self._text_for is None or self._text_for[1] != mode.upper():
            return
        root, wanted, doing = self._text_for
        self._text_for = None
        doing.given[wanted] = text
        self._set_text(root, text)

    def lose_patience(self, stamp_ms: int) -> bool:
        """Whether the order's clock says that no text will come."""
        if self._text_for is None or stamp_ms < self._text_for[2].stamp_ms + PATIENCE_MS:
            return False
        root, _, _ = self._text_for
        self._text_for = None
        root.app.call("set", "::talkstick::textAnswer", (0, ""))
        return True

    def _set_text(self, root: Root, text: str) -> None:
        root.app.call("set", "::talkstick::textAnswer", (1, text))
