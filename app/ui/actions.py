"""The table of what can be done: one row per action, shared by menus, bars, tips and the key sheet.

An action that does nothing yet has no row. `Scope` says where the key works: letters only while
the board or a row has the focus.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.ui.icons import icon_of
from app.ui.strings import Common
from app.ui.theme import Theme
from app.ui.wording import Sentence


class Scope(Enum):
    """Where the key of an action works."""

    ANYWHERE = "anywhere"
    SESSION = "session"
    CHAT_ROW = "chat row"
    TOOL = "tool"
    BOARD = "board"
    STICK = "stick panel"

    @property
    def context(self) -> Qt.ShortcutContext:
        """Qt's name for it: in the whole window, or with the focus inside the owner only."""
        if self in {Scope.ANYWHERE, Scope.SESSION}:
            return Qt.ShortcutContext.WindowShortcut
        return Qt.ShortcutContext.WidgetWithChildrenShortcut


@dataclass(frozen=True, slots=True)
class ActionRow:
    """`keys` are portable (Ctrl is Cmd on macOS), the first is shown; `tip` says what it does."""

    name: str
    scope: Scope
    text: Sentence
    tip: Sentence
    icon: str | None = None
    keys: tuple[str, ...] = ()
    checkable: bool = False


_ANYWHERE, _SESSION, _ROW = Scope.ANYWHERE, Scope.SESSION, Scope.CHAT_ROW
_TOOL, _BOARD, _STICK = Scope.TOOL, Scope.BOARD, Scope.STICK


ACTIONS: Mapping[str, ActionRow] = {
    row.name: row
    for row in (
        ActionRow("pane-next", _ANYWHERE, Sentence("Next pane"),
                  Sentence("Go to the next part of the window"), None, ("F6",)),
        ActionRow("pane-previous", _ANYWHERE, Sentence("Previous pane"),
                  Sentence("Go to the part of the window before"), None, ("Shift+F6",)),
        ActionRow("go-people", _ANYWHERE, Sentence("People"),
                  Sentence("Go to the people"), "people", ("Alt+1",)),
        ActionRow("go-board", _ANYWHERE, Sentence("Board"),
                  Sentence("Go to the board"), "board", ("Alt+2",)),
        ActionRow("go-chat", _ANYWHERE, Sentence("Chat"),
                  Sentence("Go to the chat"), "chat", ("Alt+3",)),
        ActionRow("go-stick", _ANYWHERE, Sentence("The stick"),
                  Sentence("Go to the stick panel"), "stick", ("Alt+4",)),
        ActionRow("write", _ANYWHERE, Sentence("Write"),
                  Sentence("Write in the chat"), "chat", ("Ctrl+M",)),
        ActionRow("session-new", _ANYWHERE, Sentence("New session"),
                  Sentence("Start a session"), "plus", ("Ctrl+N",)),
        ActionRow("session-join", _ANYWHERE, Sentence("Join a session"),
                  Sentence("Join with an invite"), "link", ("Ctrl+J",)),
        ActionRow("invite", _SESSION, Sentence("Invite"),
                  Sentence("Let somebody in"), "invite", ("Ctrl+Shift+I",)),
        ActionRow("settings", _ANYWHERE, Sentence("Settings"),
                  Sentence("Change how Talkstick looks and moves"), "settings", ("Ctrl+,",)),
        ActionRow("keys", _ANYWHERE, Sentence("Keys"),
                  Sentence("Show all keys"), "keyboard", ("F1",)),
        ActionRow("menu", _ANYWHERE, Sentence("Menu"),
                  Sentence("Open the menu"), "menu", ("F10",)),
        ActionRow("full-screen", _ANYWHERE, Sentence("Full screen"),
                  Sentence("Fill the screen, or stop filling it"), "fit", ("F11",), checkable=True),
        ActionRow("session-leave", _SESSION, Sentence("Leave the session"),
                  Sentence("Leave for good; your copy stays on this computer"), "door"),
        ActionRow("tab-next", _SESSION, Sentence("Next tab"),
                  Sentence("Go to the next tab"), None, ("Ctrl+Tab",)),
        ActionRow("tab-previous", _SESSION, Sentence("Previous tab"),
                  Sentence("Go to the tab before"), None, ("Ctrl+Shift+Tab",)),
        ActionRow("share-program", _SESSION, Sentence("Share a program"),
                  Sentence("Let everybody run and use a program together"), "program"),
        ActionRow("share-floor", _SESSION, Sentence("Give the floor on"),
                  Sentence("Let somebody else act in the program"), "floor", ("Ctrl+Alt+G",)),
        ActionRow("share-stop", _SESSION, Sentence("Stop my copies"),
                  Sentence("End all shared programs on this computer at once"), "stop",
                  ("Ctrl+Alt+Escape",)),
        ActionRow("quit", _ANYWHERE, Sentence("Quit"),
                  Sentence("Close in order; the session stays on this computer"), None, ("Ctrl+Q",)),
        ActionRow("chat-toggle", _SESSION, Sentence("Chat"),
                  Sentence("Show or hide the chat"), "chat", ("Ctrl+Shift+C",), checkable=True),
        ActionRow("stick-panel", _SESSION, Sentence("Stick panel"),
                  Sentence("See where the stick is and why"), "map", ("Ctrl+Shift+S",),
                  checkable=True),
        ActionRow("stick-why", _SESSION, Sentence("Why it moved"),
                  Sentence("See why the stick moved last"), "info", ("Ctrl+Shift+W",)),
        ActionRow("stick-tables", _STICK, Sentence("Tables"),
                  Sentence("Read map, moves and waits as tables, or see them drawn"), "access",
                  ("T",), checkable=True),
        ActionRow("stream-move", _STICK, Sentence("Move to"),
                  Sentence("Move what is chosen to another computer"), "move-to", ("M",)),
        ActionRow("stream-destroy", _STICK, Sentence("Destroy"),
                  Sentence("End what is chosen for good"), "trash", ("Del",)),
        ActionRow("find", _SESSION, Sentence("Find"),
                  Sentence("Find words in the chat"), "search", ("Ctrl+F",)),
        ActionRow("chat-reply", _ROW, Sentence("Reply"),
                  Sentence("Reply to this line"), "reply", ("R",)),
        ActionRow("chat-edit", _ROW, Sentence("Edit"),
                  Sentence("Change your line"), "edit", ("E",)),
        ActionRow("chat-react", _ROW, Sentence("React"),
                  Sentence("Add a reaction to this line"), "emoji", ("+",)),
        ActionRow("chat-take-back", _ROW, Sentence("Take back"),
                  Sentence("Take your line back"), "trash", ("Del",)),
        ActionRow("tool-select", _TOOL, Sentence("Select"),
                  Sentence("Choose and move things"), "select", ("V",), checkable=True),
        ActionRow("tool-pan", _TOOL, Sentence("Pan"),
                  Sentence("Move the view; or hold Space while dragging"), "hand", ("H",),
                  checkable=True),
        ActionRow("tool-pen", _TOOL, Sentence("Pen"),
                  Sentence("Draw freely"), "pen", ("P",), checkable=True),
        ActionRow("tool-marker", _TOOL, Sentence("Marker"),
                  Sentence("Draw broad and clear"), "marker", ("M",), checkable=True),
        ActionRow("tool-eraser", _TOOL, Sentence("Eraser"),
                  Sentence("Take away what you touch"), "eraser", ("E",), checkable=True),
        ActionRow("tool-line", _TOOL, Sentence("Line"),
                  Sentence("Draw a straight line"), "line", ("L",), checkable=True),
        ActionRow("tool-arrow", _TOOL, Sentence("Arrow"),
                  Sentence("Draw an arrow"), "arrow", ("A",), checkable=True),
        ActionRow("tool-rectangle", _TOOL, Sentence("Rectangle"),
                  Sentence("Draw a rectangle"), "rectangle", ("R",), checkable=True),
        ActionRow("tool-ellipse", _TOOL, Sentence("Ellipse"),
                  Sentence("Draw an ellipse"), "ellipse", ("O",), checkable=True),
        ActionRow("tool-diamond", _TOOL, Sentence("Diamond"),
                  Sentence("Draw a diamond"), "diamond", ("D",), checkable=True),
        ActionRow("tool-text", _TOOL, Sentence("Text"),
                  Sentence("Write on the board"), "text", ("T",), checkable=True),
        ActionRow("tool-laser", _TOOL, Sentence("Laser"),
                  Sentence("Point with light that fades"), "laser", ("K",), checkable=True),
        ActionRow("undo", _BOARD, Sentence("Undo"),
                  Sentence("Take back what you did last"), "undo", ("Ctrl+Z",)),
        ActionRow("redo", _BOARD, Sentence("Redo"),
                  Sentence("Do again what you took back"), "redo", ("Ctrl+Shift+Z",)),
        ActionRow("duplicate", _BOARD, Sentence("Duplicate"),
                  Sentence("Make a copy of what is chosen"), "copy", ("Ctrl+D",)),
        ActionRow("delete", _BOARD, Sentence("Delete"),
                  Sentence("Take away what is chosen"), "trash", ("Del", "Backspace")),
        ActionRow("select-all", _BOARD, Sentence("Select all"),
                  Sentence("Choose everything on the board"), None, ("Ctrl+A",)),
        ActionRow("copy", _BOARD, Sentence("Copy"),
                  Sentence("Keep what is chosen, to put it elsewhere"), "copy", ("Ctrl+C",)),
        ActionRow("cut", _BOARD, Sentence("Cut"),
                  Sentence("Keep what is chosen and take it away"), None, ("Ctrl+X",)),
        ActionRow("paste", _BOARD, Sentence("Paste"),
                  Sentence("Put here what was kept"), None, ("Ctrl+V",)),
        ActionRow("group", _BOARD, Sentence("Group"),
                  Sentence("Hold what is chosen together"), None, ("Ctrl+G",)),
        ActionRow("ungroup", _BOARD, Sentence("Ungroup"),
                  Sentence("Let go what is held together"), None, ("Ctrl+Shift+G",)),
        ActionRow("front", _BOARD, Sentence("Bring to front"),
                  Sentence("Lay what is chosen over everything"), None, ("Ctrl+]",)),
        ActionRow("back", _BOARD, Sentence("Send to back"),
                  Sentence("Lay what is chosen under everything"), None, ("Ctrl+[",)),
        ActionRow("lock", _BOARD, Sentence("Lock"),
                  Sentence("Keep what is chosen where it is, or let it go"), "lock", ("Ctrl+L",),
                  checkable=True),
        ActionRow("export", _BOARD, Sentence("Export"),
                  Sentence("Save the board as a picture"), "export", ("Ctrl+E",)),
        ActionRow("outline", _BOARD, Sentence("Outline"),
                  Sentence("Everything on the board as a list"), "menu",
                  ("Ctrl+Shift+O",), checkable=True),
        ActionRow("follow", _BOARD, Sentence("Follow"),
                  Sentence("See what somebody else sees, or stop"), "follow",
                  ("Ctrl+Shift+F",), checkable=True),
        ActionRow("zoom-in", _BOARD, Sentence("Zoom in"),
                  Sentence("See things larger"), "plus", ("Ctrl++", "Ctrl+=")),
        ActionRow("zoom-out", _BOARD, Sentence("Zoom out"),
                  Sentence("See more of the board"), "minus", ("Ctrl+-",)),
        ActionRow("zoom-100", _BOARD, Sentence("100 %"),
                  Sentence("See things as large as they are"), None, ("Ctrl+0",)),
        ActionRow("zoom-all", _BOARD, Sentence("Show all"),
                  Sentence("See the whole board"), "fit", ("Shift+1",)),
        ActionRow("zoom-selection", _BOARD, Sentence("Show selection"),
                  Sentence("See what is chosen"), "follow", ("Shift+2",)),
    )
}  # fmt: skip


_ICON_SIZE = "iconPixels"


def shown_key(row: ActionRow) -> str:
    """The first key as this system writes it; empty if there is none."""
    if not row.keys:
        return ""
    return QKeySequence(row.keys[0]).toString(QKeySequence.SequenceFormat.NativeText)


def tip_of(row: ActionRow) -> str:
    """The tip with its key: "Draw freely, P"."""
    key = shown_key(row)
    return Common.WITH_KEY(name=row.tip(), key=key) if key else row.tip()


def accessible_name(row: ActionRow) -> str:
    """What a screen reader says of a button: "Pen, P"."""
    key = shown_key(row)
    return Common.WITH_KEY(name=row.text(), key=key) if key else row.text()


def make_action(name: str, theme: Theme, parent: QWidget, icon_size: int = 20) -> QAction:
    """A QAction of the table, added to `parent`, where its key works. KeyError: no such row."""
    row = ACTIONS[name]
    action = QAction(row.text(), parent)
    action.setObjectName(row.name)
    action.setToolTip(tip_of(row))
    action.setCheckable(row.checkable)
    action.setShortcuts([QKeySequence(key) for key in row.keys])
    action.setShortcutContext(row.scope.context)
    action.setProperty(_ICON_SIZE, icon_size)
    _dress(action, row, theme)
    parent.addAction(action)
    return action


def dress_actions(owner: QWidget, theme: Theme) -> None:
    """Give all actions of the table that belong to `owner` or its children the icons of a theme."""
    for action in owner.findChildren(QAction):
        row = ACTIONS.get(action.objectName())
        if row is not None:
            _dress(action, row, theme)


def _dress(action: QAction, row: ActionRow, theme: Theme) -> None:
    if row.icon is None:
        return
    tokens = theme.tokens
    is_tool = row.scope is Scope.TOOL
    rest = tokens.text if is_tool else tokens.text_soft
    chosen = tokens.on_ink if is_tool else tokens.text
    size = theme.px(int(action.property(_ICON_SIZE)))
    action.setIcon(icon_of(row.icon, size, rest, tokens.text_hint, chosen))
