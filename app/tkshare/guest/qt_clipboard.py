"""What a paste brings: the text of the doer's clipboard, in the order before the paste itself.

Each person's clipboard is their own until they paste into the program. Only then does its text
travel, and only text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.tkshare.guest import qt_forms as forms
from app.tkshare.guest.qt_binding import Binding

TEXT_CHARACTERS = 8_000
KEY_V, KEY_INSERT, KEY_PASTE = 0x56, 0x01000006, 0x01000012
CONTROL, SHIFT = 0x04000000, 0x02000000
MIDDLE = 4
MODES = {"clipboard": 0, "primary": 2}


class Clipboard:
    """`carry(mode, text)` sends a text ahead of the event that will paste it."""

    def __init__(self, binding: Binding, carry: Callable[[str, str], None]) -> None:
        self._binding = binding
        self._carry = carry

    def before(self, kind: str, fields: forms.Fields) -> None:
        """An event is about to be sent: its paste's content goes first."""
        if kind == "key":
            symbol, state = fields[0], fields[2]
            if (
                (symbol == KEY_V and state & CONTROL)
                or (symbol == KEY_INSERT and state & SHIFT)
                or symbol == KEY_PASTE
                or self._in_paste_menu()
            ):
                self._send("clipboard")
        elif kind == "press" and fields[2] == MIDDLE:
            self._send("primary")
        elif kind == "release" and self._in_paste_menu():
            self._send("clipboard")

    def _in_paste_menu(self) -> bool:
        """Whether a menu with a way to paste is open; what its item will do can't be known."""
        widgets = self._binding.widgets
        menu = widgets.QApplication.activePopupWidget() if widgets is not None else None
        if menu is None or not isinstance(menu, widgets.QMenu):
            return False
        paste = self._binding.gui.QKeySequence.StandardKey.Paste
        wanted = [key.toString() for key in self._binding.gui.QKeySequence.keyBindings(paste)]
        return any(
            action.shortcut().toString() in wanted
            or action.text().replace("&", "").lower().startswith("paste")
            for action in menu.actions()
        )

    def _mode(self, word: str) -> Any:
        return self._binding.gui.QClipboard.Mode(MODES[word])

    def _send(self, word: str) -> None:
        clipboard = self._binding.gui.QGuiApplication.clipboard()
        self._carry(word, clipboard.text(self._mode(word))[:TEXT_CHARACTERS])

    def set(self, word: str, text: str) -> None:
        """The order's content, on every copy alike."""
        clipboard = self._binding.gui.QGuiApplication.clipboard()
        if word in MODES and clipboard.text(self._mode(word)) != text:
            clipboard.setText(text, self._mode(word))
