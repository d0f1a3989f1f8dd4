"""The digest of what one sees: whole, by toplevel, and in words for the one that differs."""

from __future__ import annotations

import hashlib

from app.tkshare.guest.tk_root import Root

DIGEST_BYTES = 16
DETAIL_CHARACTERS_MAX = 512
WINDOWS_MAX = 64


def hashed(lines: list[str]) -> str:
    """A hash of texts, each kept apart from the next."""
    state = hashlib.blake2b(digest_size=DIGEST_BYTES)
    for line in lines:
        encoded = line.encode("utf-8", "replace")
        state.update(len(encoded).to_bytes(4, "big") + encoded)
    return state.hexdigest()


class Digests:
    """Takes digests and remembers the lines of the last one."""

    def __init__(self) -> None:
        self._index = 0
        self._lines: dict[str, list[str]] = {}

    def take(
        self, index: int, roots: list[Root], more: list[str]
    ) -> tuple[str, list[tuple[str, str]]]:
        """The whole, and (name, digest) of each toplevel by name.

        `more` is what counts and belongs to no window.
        """
        self._index = index
        self._lines = {}
        for root in roots:
            # Texts, not objects: the same empty value is () in one copy and "" in another.
            picture = root.app.splitlist(root.app.eval("::talkstick::picture"))
            for top, line in zip(picture[::2], picture[1::2], strict=True):
                self._lines.setdefault(root.key(str(top)), []).append(str(line))
        by_window = [(name, hashed(self._lines[name])) for name in sorted(self._lines)]
        whole = hashed([text for each in by_window for text in each] + more)
        return whole, by_window[:WINDOWS_MAX]

    def detail(self, name: str) -> tuple[int, str]:
        """The mark's index, and what that toplevel held at it, as far as a line for people goes."""
        text = "\n".join(self._lines.get(name, []))
        return self._index, text[:DETAIL_CHARACTERS_MAX]

    def lines(self) -> dict[str, list[str]]:
        """All lines of the last mark, by toplevel."""
        return self._lines
