"""The toplevels as the app knows them: what there is, in which size, shown or hidden.

A person's own resizing can't be held back, the X server has done it: so it is told as a size that
all copies take. Sizes that the program asks for are never told: every copy has them already.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from app.tkshare.guest.tk_library import MAP, UNMAP
from app.tkshare.guest.tk_names import Names
from app.tkshare.guest.tk_root import Root

SETTLED_MS: Final = 150
"""A resize is over when nothing changed for so long."""
SIZE_MAX: Final = 1 << 15

Size = tuple[int, int]
Seen = tuple[int, int, bool]


class Windows:
    """`tell` sends a frame to the app, `resized` an event of this copy's person.

    `mute` keeps the next event of a kind of an X window from Tk.
    """

    def __init__(
        self,
        roots: Callable[[], list[Root]],
        names: Names,
        tell: Callable[..., None],
        resized: Callable[[list[Any]], None],
        mute: Callable[[int, int], None],
    ) -> None:
        self._roots = roots
        self._names = names
        self._tell = tell
        self._resized = resized
        self._mute = mute
        self._known: dict[str, Seen] = {}
        self._agreed: dict[str, Size] = {}
        self._told: dict[str, Size] = {}
        self._noticed: list[str] = []
        self._armed = False
        self._hidden = False
        self._away: dict[tuple[str, int, int], Any] = {}

    def report(self) -> None:
        """Tell the app what changed since the last time."""
        now: dict[str, Seen] = {}
        for root in self._roots():
            tops = root.app.splitlist(root.app.call("::talkstick::toplevels"))
            for path in map(str, tops[::2]):
                now[root.key(path)] = (*root.size(path), root.mapped(path))
        gone = [(key, (*seen[:2], False)) for key, seen in self._known.items() if key not in now]
        for key, seen in [*gone, *now.items()]:
            if self._known.get(key) != seen and not (key not in now and not self._known[key][2]):
                self._tell("window", self._names.number(key), key, *seen)
        self._known = now

    # --- sizes ------------------------------------------------------------------------------------

    def notice(self, key: str) -> None:
        """The desktop changed this toplevel's size or place. Called inside the capture: no Tcl."""
        if key not in self._noticed:
            self._noticed.append(key)
        roots = self._roots()
        if roots and not self._armed:
            self._armed = True
            roots[0].app.createtimerhandler(SETTLED_MS, self._look)

    def _look(self) -> None:
        self._armed = False
        noticed, self._noticed = self._noticed, []
        for root in self._roots():
            tops = root.app.splitlist(root.app.call("::talkstick::toplevels"))
            for path, state in zip(map(str, tops[::2]), map(str, tops[1::2]), strict=True):
                key = root.key(path)
                if key in noticed and state == "normal" and root.mapped(path):
                    self._compare(root, path, key)

    def _compare(self, root: Root, path: str, key: str) -> None:
        size = root.size(path)
        asked = self._asked(root, path)
        known = (self._agreed.get(key), self._told.get(key), asked)
        if size in known or not all(1 <= each < SIZE_MAX for each in size):
            return
        self._told[key] = size
        self._resized(["size", key, *size])

    def _asked(self, root: Root, path: str) -> Size:
        """The size that the program wants: by `wm geometry`, else what its widgets need."""
        asked = root.app.call("::talkstick::asked_size", path)
        width, height = map(int, root.app.splitlist(asked))
        return width, height

    def agree(self, root: Root, path: str, size: Size) -> None:
        """All copies take this size now."""
        self._agreed[root.key(path)] = size
        self._told.pop(root.key(path), None)
        root.call("wm", "geometry", path, f"{size[0]}x{size[1]}")
        root.call("update", "idletasks")

    # --- shown or hidden --------------------------------------------------------------------------

    def to_front(self) -> None:
        """Bring the program's windows before those of other programs."""
        for root in self._roots():
            tops = root.app.splitlist(root.app.call("::talkstick::toplevels"))
            for path, state in zip(map(str, tops[::2]), map(str, tops[1::2]), strict=True):
                if state == "iconic":
                    root.call("wm", "deiconify", path)
                elif state == "normal":
                    root.call("raise", path)

    def show(self, *, shown: bool) -> None:
        """Hide the windows while an old share is replayed; for Tk they stay as they are."""
        if shown:
            for (_, display, wrapper), library in self._away.items():
                self._mute(MAP, wrapper)
                library.XMapWindow(display, wrapper)
            self._away.clear()
        self._hidden = not shown
        self.hide_new()

    def hide_new(self) -> None:
        """Hide what has come up since."""
        if not self._hidden:
            return
        for root in self._roots():
            for path in map(str, root.app.splitlist(root.app.call("::talkstick::toplevels"))[::2]):
                wrapper = root.wrapper(path)
                if not wrapper or not root.mapped(path):
                    continue
                key = (root.key(path), wrapper[0].display, wrapper[0].window)
                if key not in self._away:
                    self._away[key] = root.library
                    self._mute(UNMAP, wrapper[0].window)
                    root.library.XUnmapWindow(root.display, wrapper[0].window)
