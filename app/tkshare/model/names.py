"""Numbers for the names of a share's windows and timers, given in the order of first appearance.

A name costs 10 to 140 bytes, its number one to three. Past the bound names go on as texts.
"""

from __future__ import annotations

from dataclasses import replace

from app.core import limits
from app.tkshare.model.bodies import ShareId
from app.tkshare.model.events import WITH_UNDER, Event, Name
from app.tkshare.model.state import NoEffect, Share, Tables


class Names:
    """The name table over the tables of all shares."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def number(self, share: Share, name: Name, keys: list[str]) -> tuple[Share, Name]:
        """A name's number, a new one if there is none; new names are appended to `keys`.

        Raises:
            NoEffect: a number that the order did not give.
        """
        if isinstance(name, int):
            if name >= share.names:
                message = "there is no such window"
                raise NoEffect(message)
            return share, name
        known = self._tables.names.get((share.id, name))
        if known is not None:
            return share, known
        number = share.names
        if number >= limits.SHARE_NAMES_MAX:
            return share, name
        self._tables.names.set((share.id, name), number)
        self._tables.labels.set((share.id, number), name)
        keys.append(name)
        return replace(share, names=number + 1), number

    def in_event(self, share: Share, event: Event, keys: list[str]) -> tuple[Share, Event]:
        """The event with numbers for its names. Raises `NoEffect`."""
        share, window = self.number(share, event.window, keys)
        fields = event.fields
        if event.kind in WITH_UNDER and fields[-1] is not None:
            share, under = self.number(share, fields[-1][0], keys)
            fields = (*fields[:-1], (under, *fields[-1][1:]))
        return share, replace(event, window=window, fields=fields)

    def known(self, share: ShareId, name: Name) -> Name:
        """A name's number if it has one; it gets none."""
        if isinstance(name, int):
            return name
        known = self._tables.names.get((share, name))
        return name if known is None else known

    def text(self, share: ShareId, name: Name) -> str:
        """The text of a name; of a number that nobody knows, the number."""
        if isinstance(name, str):
            return name
        return self._tables.labels.get((share, name)) or str(name)

    def forget(self, share: Share) -> None:
        """The share is over."""
        for number in range(share.names):
            label = self._tables.labels.get((share.id, number))
            self._tables.sizes.set((share.id, number), None)
            self._tables.labels.set((share.id, number), None)
            if label is not None:
                self._tables.names.set((share.id, label), None)
