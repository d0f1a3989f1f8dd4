"""Tk's C library and Xlib, as far as no Tcl command reaches them.

Structures and functions only: what is done with them is the business of their users. All of it
holds for Tk 8.6 on X11; whoever wants to use it asks `open_library`, which says why not.

Source: tk.h (`Tk_FakeWin`), tkInt.h (`TkKeyEvent`), tkIntPlatDecls.h, Xlib.h.
"""

from __future__ import annotations

import ctypes
import tkinter as tk
from ctypes import (
    POINTER,
    Structure,
    c_char,
    c_char_p,
    c_int,
    c_long,
    c_uint,
    c_ulong,
    c_void_p,
)
from typing import Any, ClassVar, Final

KEY_PRESS, KEY_RELEASE, BUTTON_PRESS, BUTTON_RELEASE, MOTION = 2, 3, 4, 5, 6
ENTER, LEAVE, FOCUS_IN, FOCUS_OUT = 7, 8, 9, 10
UNMAP, MAP, CONFIGURE, SELECTION_CLEAR, CLIENT_MESSAGE = 18, 19, 22, 29, 33

SERIAL: Final = 0x6B7A5EED
"""The mark of events that were made here; the X server's own serials don't come so far."""
TK_MADE: Final = (0x547321AC, 0x347321AB)
"""`send_event` of the focus and grab events that Tk makes itself."""
HEAD: Final = 1
"""TCL_QUEUE_HEAD."""


class Attributes(Structure):
    """XSetWindowAttributes."""

    _fields_: ClassVar[Any] = (
        ("_pixels", c_ulong * 4),
        ("_gravities", c_int * 3),
        ("_backing", c_ulong * 2),
        ("_save_under", c_int),
        ("_masks", c_long * 2),
        ("override_redirect", c_int),
        ("_ids", c_ulong * 2),
    )


class Changes(Structure):
    """XWindowChanges."""

    _fields_: ClassVar[Any] = (
        ("x", c_int),
        ("y", c_int),
        ("width", c_int),
        ("height", c_int),
        ("_border", c_int),
        ("_sibling", c_ulong),
        ("_stack_mode", c_int),
    )


class FakeWindow(Structure):
    """The public head of a TkWindow."""

    _fields_: ClassVar[Any] = (
        ("display", c_void_p),
        ("disp", c_void_p),
        ("screen", c_int),
        ("visual", c_void_p),
        ("depth", c_int),
        ("window", c_ulong),
        ("_children", c_void_p),
        ("_last_child", c_void_p),
        ("parent", c_void_p),
        ("_next", c_void_p),
        ("main", c_void_p),
        ("path", c_char_p),
        ("_name", c_char_p),
        ("kind", c_char_p),
        ("changes", Changes),
        ("_dirty_changes", c_uint),
        ("attributes", Attributes),
        ("_dirty_attributes", c_ulong),
        ("flags", c_uint),
    )


MAPPED, TOP_LEVEL = 1, 2
"""Bits of `FakeWindow.flags`."""


class KeyEvent(Structure):
    """XKeyEvent, whose head XButtonEvent and XMotionEvent share, and Tk's own tail (TkKeyEvent)."""

    _fields_: ClassVar[Any] = (
        ("type", c_int),
        ("serial", c_ulong),
        ("send", c_int),
        ("display", c_void_p),
        ("window", c_ulong),
        ("root", c_ulong),
        ("sub", c_ulong),
        ("time", c_ulong),
        ("x", c_int),
        ("y", c_int),
        ("x_root", c_int),
        ("y_root", c_int),
        ("state", c_uint),
        ("code", c_uint),
        ("same_screen", c_int),
        ("text", c_void_p),
        ("text_bytes", c_int),
        ("symbol", c_ulong),
        ("_rest", c_long * 12),
    )


class FocusEvent(Structure):
    """XFocusChangeEvent, with room for the whole of XEvent."""

    _fields_: ClassVar[Any] = (
        ("type", c_int),
        ("serial", c_ulong),
        ("send", c_int),
        ("display", c_void_p),
        ("window", c_ulong),
        ("mode", c_int),
        ("detail", c_int),
        ("_rest", c_long * 24),
    )


class ClientEvent(Structure):
    """XClientMessageEvent with data of longs."""

    _fields_: ClassVar[Any] = (
        ("type", c_int),
        ("serial", c_ulong),
        ("send", c_int),
        ("display", c_void_p),
        ("window", c_ulong),
        ("kind", c_ulong),
        ("format", c_int),
        ("data", c_long * 5),
    )


class TclString(Structure):
    """Tcl_DString."""

    _fields_: ClassVar[Any] = (
        ("text", c_void_p),
        ("length", c_int),
        ("room", c_int),
        ("static", c_char * 200),
    )


Window = POINTER(FakeWindow)
HANDLER = ctypes.CFUNCTYPE(c_int, c_void_p, POINTER(KeyEvent))
"""Tk_GenericProc: client data, event; not 0: Tk never hears of the event."""

_FUNCTIONS: Final[dict[str, tuple[Any, tuple[Any, ...]]]] = {
    "Tk_CreateGenericHandler": (None, (HANDLER, c_void_p)),
    "Tk_DeleteGenericHandler": (None, (HANDLER, c_void_p)),
    "Tk_IdToWindow": (Window, (c_void_p, c_ulong)),
    "Tk_NameToWindow": (Window, (c_void_p, c_char_p, Window)),
    "Tk_MainWindow": (Window, (c_void_p,)),
    "Tk_CoordsToWindow": (Window, (c_int, c_int, Window)),
    "Tk_GetRootCoords": (None, (Window, c_void_p, c_void_p)),
    "Tk_QueueWindowEvent": (None, (c_void_p, c_int)),
    "Tk_GetAtomName": (c_char_p, (Window, c_ulong)),
    "Tk_InternAtom": (c_ulong, (Window, c_char_p)),
    "TkpGetWrapperWindow": (Window, (Window,)),
    "TkWmFocusToplevel": (Window, (Window,)),
    "TkpGetString": (c_char_p, (Window, c_void_p, c_void_p)),
    "TkpGetKeySym": (c_ulong, (c_void_p, c_void_p)),
    "Tcl_Alloc": (c_void_p, (c_uint,)),
    "Tcl_DStringInit": (None, (c_void_p,)),
    "Tcl_DStringFree": (None, (c_void_p,)),
    "XSync": (c_int, (c_void_p, c_int)),
    "XGetSelectionOwner": (c_ulong, (c_void_p, c_ulong)),
    "XMapWindow": (c_int, (c_void_p, c_ulong)),
    "XUnmapWindow": (c_int, (c_void_p, c_ulong)),
}

UNREACHABLE: Final = "This Python's Tk is built in a way TkShare cannot reach."
UNTRIED: Final = "TkShare has not been tried with Tk {} on {}."


class RefusedError(Exception):
    """The program can't be shared here; the text is for people."""


def open_library(path: str, patch_level: str, system: str) -> Any:
    """The library with the types of its functions set.

    `path` is that of the `_tkinter` module: what it is linked with is found through it.

    Raises:
        RefusedError: another Tk than what this was made for.
    """
    if not patch_level.startswith("8.6.") or system != "x11":
        raise RefusedError(UNTRIED.format(patch_level, system))
    try:
        library = ctypes.CDLL(path)
        for name, (result, arguments) in _FUNCTIONS.items():
            function = getattr(library, name)
            function.restype = result
            function.argtypes = arguments
    except (OSError, AttributeError):
        raise RefusedError(UNREACHABLE) from None
    return library


def tkinter_library() -> str:
    """The path of the `_tkinter` module, or "" where it is built into the interpreter."""
    return str(getattr(tk._tkinter, "__file__", ""))  # type: ignore[attr-defined]
