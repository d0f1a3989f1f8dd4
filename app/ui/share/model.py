"""The shared programs of the open session as the window knows them: newest state, times, news.

Plain values and signals. It holds what the node told and when, and decides nothing of a share.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.core.ids import SiteId
from app.core.instant import SECOND, Micros
from app.node import api
from app.node.api import PersonShown, ShareShown, WindowShown
from app.ui.moments import Clock
from app.ui.strings import Floor, Share, ShareNews

REFUSED_MICROS = 6 * SECOND
"""What did not count is said for as long as a toast."""


@dataclass(frozen=True, slots=True)
class Told:
    """News of a share, for who doesn't look at it; `urgent` interrupts a screen reader."""

    text: str
    urgent: bool = False


@dataclass(slots=True)
class _Seen:
    """What this window noted of one share, besides its newest state."""

    held_since: Micros
    refused_at: Micros
    refused: str = ""
    is_repaired: bool = False


class ShareModel(QObject):
    """`came`, `changed`, `gone` carry a share's id, `told` news, `pointed` a `SharePointer`.

    `file_wanted` carries a `ShareFileWanted`; `back` says that the person wants this window.
    """

    came = Signal(str)
    changed = Signal(str)
    gone = Signal(str)
    told = Signal(object)
    pointed = Signal(object)
    file_wanted = Signal(object)
    back = Signal()

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.clock = clock
        self.apart = False
        self._shares: dict[str, ShareShown] = {}
        self._seen: dict[str, _Seen] = {}
        self._asked_at: dict[tuple[str, SiteId], Micros] = {}
        self._windows: dict[str, tuple[WindowShown, ...]] = {}
        self._people: dict[SiteId, PersonShown] = {}

    # --- what the node tells ----------------------------------------------------------------------

    def take(self, event: object) -> None:
        """Any event of the bridge; what is not about shares or people does nothing."""
        match event:
            case api.PeopleChanged(people):
                self._people = {each.site: each for each in people}
                self._changed_all()
            case api.ShareChanged(share):
                self._set(share, is_new=share.id not in self._shares)
            case api.ShareGone(share):
                self._drop(share)
            case api.ShareRefused(share, why):
                self._refuse(share, why)
            case api.ShareRepaired(share) if share in self._shares:
                self._seen[share].is_repaired = True
                self.told.emit(Told(ShareNews.REPAIRED(program=self.title(share)), urgent=True))
            case api.ShareWindows(share, windows):
                self._windows[share] = windows
                self.changed.emit(share)
            case api.SharePointer():
                self.pointed.emit(event)
            case api.ShareFileWanted():
                self.file_wanted.emit(event)
            case api.ShareKeyPressed(share, key):
                self._key(share, key)
            case _:
                return

    def learn(self, shares: tuple[ShareShown, ...]) -> None:
        """All shares, when the session is opened or goes on: none is news, and no other is there.

        One that is over is shown to whoever saw it before.
        """
        listed = [share.id for share in shares]
        for known in [share for share in self._shares if share not in listed]:
            self._drop(known)
        for share in shares:
            if share.phase != "ended" or share.id in self._shares:
                self._set(share, is_new=False)

    def set_apart(self, *, apart: bool) -> None:
        """Whether anything that is done here can settle."""
        if apart != self.apart:
            self.apart = apart
            self._changed_all()

    def _set(self, share: ShareShown, *, is_new: bool) -> None:
        now = self.clock.now()
        before = self._shares.get(share.id)
        seen = self._seen.setdefault(share.id, _Seen(now, now))
        if before is None or before.holder != share.holder:
            seen.held_since = now
        if share.copy == "current":
            seen.is_repaired = False
        for site in share.queue:
            self._asked_at.setdefault((share.id, site), now)
        for key in [key for key in self._asked_at if key[0] == share.id]:
            if key[1] not in share.queue:
                del self._asked_at[key]
        self._shares[share.id] = share
        if before is None:
            self.came.emit(share.id)
            if is_new and share.owner != self.own:
                name = self.name(share.owner)
                self.told.emit(Told(ShareNews.SHARES(name=name, program=share.title)))
        else:
            self._tell_change(before, share)
        self.changed.emit(share.id)

    def _tell_change(self, before: ShareShown, share: ShareShown) -> None:
        if share.holder == self.own and before.holder != self.own:
            self.told.emit(Told(ShareNews.FLOOR_YOURS(program=share.title), urgent=True))
        if share.phase == "ended" and before.phase != "ended":
            self.told.emit(Told(ShareNews.ENDED(program=share.title)))
        elif share.copy == "failed" and before.copy != "failed":
            text = ShareNews.BROKE(program=share.title, reason=share.why)
            self.told.emit(Told(text, urgent=True))

    def _drop(self, share: str) -> None:
        if self._shares.pop(share, None) is not None:
            self._seen.pop(share)
            self._windows.pop(share, None)
            self._asked_at = {key: at for key, at in self._asked_at.items() if key[0] != share}
            self.gone.emit(share)

    def _refuse(self, share: str, why: str) -> None:
        if share in self._shares:
            self.refuse(share, Share.REFUSED(reason=why))

    def refuse(self, share: str, text: str) -> None:
        """Something was not done: said in the share's tab for a while, and at once."""
        seen = self._seen.get(share)
        if seen is not None:
            seen.refused, seen.refused_at = text, self.clock.now()
            self.told.emit(Told(text, urgent=True))
            self.changed.emit(share)

    def _key(self, share: str, key: str) -> None:
        if key == "back":
            self.back.emit()
        elif key == "stop":
            self.told.emit(Told(ShareNews.STOPPED(program=self.title(share)), urgent=True))

    def _changed_all(self) -> None:
        for share in list(self._shares):
            self.changed.emit(share)

    # --- what panes read --------------------------------------------------------------------------

    @property
    def own(self) -> SiteId | None:
        """This site, once the people are known."""
        return next((site for site, each in self._people.items() if each.is_self), None)

    def ids(self) -> tuple[str, ...]:
        """All shares, in the order of their offers."""
        return tuple(self._shares)

    def share(self, share: str) -> ShareShown | None:
        """The newest state, None if there is no such share."""
        return self._shares.get(share)

    def title(self, share: str) -> str:
        """Its name; empty if there is no such share."""
        found = self._shares.get(share)
        return "" if found is None else found.title

    def running(self) -> tuple[str, ...]:
        """Shares of which a copy runs here, or is about to."""
        at_work = ("fetching", "starting", "replaying", "current")
        return tuple([each.id for each in self._shares.values() if each.copy in at_work])

    def windows(self, share: str) -> tuple[WindowShown, ...]:
        """Windows of the copy here."""
        return self._windows.get(share, ())

    def is_repaired(self, share: str) -> bool:
        """Whether the copy here catches up because a new view took back what it showed."""
        seen = self._seen.get(share)
        return seen is not None and seen.is_repaired

    def refused(self, share: str) -> str:
        """What did not count a moment ago; empty if all did."""
        seen = self._seen.get(share)
        if seen is None or self.clock.now() - seen.refused_at > REFUSED_MICROS:
            return ""
        return seen.refused

    def held_seconds(self, share: str) -> int:
        """How long the floor is where it is, as seen here."""
        seen = self._seen.get(share)
        return 0 if seen is None else (self.clock.now() - seen.held_since) // SECOND

    def asked_seconds(self, share: str, site: SiteId) -> int:
        """How long somebody has waited for the floor, as seen here."""
        since = self._asked_at.get((share, site))
        return 0 if since is None else (self.clock.now() - since) // SECOND

    def name(self, site: SiteId) -> str:
        """How somebody is called; who left a share behind may be nobody we know."""
        person = self._people.get(site)
        return person.name if person is not None else Share.SOMEBODY()

    def name_or_you(self, site: SiteId) -> str:
        """The name, or the word for oneself at the beginning of a row."""
        return Floor.YOU() if site == self.own else self.name(site)

    def colour(self, site: SiteId) -> str:
        """The colour's name; empty for strangers."""
        person = self._people.get(site)
        return person.colour if person is not None else ""
