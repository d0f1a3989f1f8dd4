"""Which sessions were sighted, and where: what several ways of looking have found, put together.

A session is near while any way still has any of its sites. Bounded, because anybody in the network
can announce anything.
"""

from __future__ import annotations

from collections.abc import Callable

from app.core import limits

Found = Callable[[bytes, tuple[str, ...]], None]
"""Called with a session's tag and all addresses that are known, newest first."""
Lost = Callable[[bytes], None]
"""Called with a session's tag when nobody announces it any more."""


class Sightings:
    """`source` names one announcement of one way: a zeroconf name, or an address of a beacon."""

    def __init__(self, found: Found, lost: Lost) -> None:
        self._found = found
        self._lost = lost
        self._by_tag: dict[bytes, dict[str, tuple[str, ...]]] = {}
        self._told: dict[bytes, tuple[str, ...]] = {}

    def seen(self, source: str, tag: bytes, addresses: tuple[str, ...]) -> None:
        """Somebody announces a session at these addresses."""
        for other, known in list(self._by_tag.items()):
            if other != tag and source in known:
                self.gone(source, other)
        if tag not in self._by_tag and len(self._by_tag) >= limits.NEAR_SESSIONS_MAX:
            return
        sources = self._by_tag.setdefault(tag, {})
        if sources.pop(source, None) is None and len(sources) >= limits.NEAR_SOURCES_MAX:
            del sources[next(iter(sources))]
        sources[source] = addresses
        self._tell(tag)

    def gone(self, source: str, tag: bytes | None = None) -> None:
        """An announcement was taken back; `tag` may be left out."""
        for each in [tag] if tag is not None else list(self._by_tag):
            sources = self._by_tag.get(each, {})
            if sources.pop(source, None) is None:
                continue
            # Sites that stay are sighted anew: the one that went may have been the one that spoke.
            self._told.pop(each, None)
            self._lost(each)
            if sources:
                self._tell(each)
            else:
                del self._by_tag[each]

    def _tell(self, tag: bytes) -> None:
        newest_first = reversed(list(self._by_tag[tag].values()))
        addresses = dict.fromkeys(text for texts in newest_first for text in texts)
        told = tuple(addresses)[: limits.ADDRESSES_PER_SITE_MAX]
        if set(told) != set(self._told.get(tag, ())):
            self._told[tag] = told
            self._found(tag, told)
