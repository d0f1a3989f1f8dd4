"""Names of windows: Tk's paths, with the root's number where a program has several roots.

`.!frame.!button` is a window of the first root, `1:.` the second root itself. The order numbers
each name at its first appearance; from then on both sides send the number.
"""

from __future__ import annotations

import re

Name = int | str

ROOTS_MAX = 64
NAMES_MAX = 1 << 14
NAME_CHARACTERS_MAX = 240
"""What happens in a window with a longer name is not shared."""

_PREFIX = re.compile(r"([1-9][0-9]?):(?=\.)")


class Names:
    """Numbers of the order for names, both ways."""

    def __init__(self) -> None:
        self._keys: list[str] = []
        self._numbers: dict[str, int] = {}

    def learn(self, first: int, keys: list[str]) -> None:
        """The order has numbered these, from `first` on; what doesn't fit is not learnt."""
        if first != len(self._keys) or first + len(keys) > NAMES_MAX:
            return
        for key in keys:
            self._numbers.setdefault(key, len(self._keys))
            self._keys.append(key)

    def number(self, key: str) -> int | None:
        """The order's number, if it has one yet."""
        return self._numbers.get(key)

    def short(self, key: str) -> Name:
        """What is sent for this name."""
        return self._numbers.get(key, key)

    def key(self, name: object) -> str | None:
        """The name in full, None for what is no name or a number never heard of."""
        if isinstance(name, str):
            return name
        if type(name) is int and 0 <= name < len(self._keys):
            return self._keys[name]
        return None


def key_of(root: int, path: str) -> str:
    """The name of a window of that root."""
    return f"{root}:{path}" if root else path


def split(key: str) -> tuple[int, str] | None:
    """Root and path of a name; None for what can be none."""
    prefix = _PREFIX.match(key)
    root, path = (int(prefix[1]), key[prefix.end() :]) if prefix else (0, key)
    if not path.startswith(".") or root >= ROOTS_MAX or "\0" in path:
        return None
    return root, path
