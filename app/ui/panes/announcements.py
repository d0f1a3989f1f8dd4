"""Carries the news of a session to the screen reader, where one listens."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from app.core.ids import EntryId
from app.core.instant import MILLI
from app.node import api
from app.ui.announcing import Announcement, Announcer, News
from app.ui.bridge import NodeBridge
from app.ui.models.chat_words import shown_name
from app.ui.models.names import known_name
from app.ui.models.status import SessionStatus
from app.ui.moments import Clock
from app.ui.share.model import ShareModel, Told
from app.ui.speech import speak
from app.ui.strings import Announce, Nearby, People

_TEXT_MAX = 300
"""Letters of a line that are said; the row has all."""
_SAID_KEPT = 512
"""Lines that are known to be said: more than a view takes back."""


class Announcements(QObject):
    """Listens to the bridge and to the view-models of the session; `window` is who speaks."""

    def __init__(
        self,
        bridge: NodeBridge,
        status: SessionStatus,
        shares: ShareModel,
        clock: Clock,
        window: QWidget,
        silent: tuple[str, ...],
    ) -> None:
        super().__init__(window)
        self._status = status
        self._clock = clock
        self._window = window
        self.announcer = Announcer(silent)
        self._newest = 0
        self._said: dict[EntryId, None] = {}
        self._could_settle = True
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._say)
        bridge.chat.connect(self._on_chat)
        bridge.member.connect(self._on_member)
        bridge.door.connect(self._on_door)
        shares.told.connect(self._on_share)
        status.moved.connect(self._on_moved)
        status.changed.connect(self._on_status)

    def _hear(self, news: News, text: str, *, to_self: bool = False, asks: bool = False) -> None:
        self.announcer.hear(news, text, self._clock.now(), to_self=to_self, asks=asks)
        self._say()

    def _say(self) -> None:
        now = self._clock.now()
        for each in self.announcer.take(now):
            self.speak(each)
        due = self.announcer.deadline()
        if due is not None and not self._timer.isActive():
            self._timer.start(max(0, due - now) // MILLI + 1)

    def speak(self, said: Announcement) -> None:
        """Hand a sentence to the screen reader."""
        speak(self._window, said.text, urgent=said.urgent)

    # --- news -------------------------------------------------------------------------------------

    def _on_chat(self, event: object) -> None:
        if isinstance(event, api.ChatRowsGone):
            # They come again, elsewhere, and others may take their places.
            self._newest = min(self._newest, event.first_index - 1)
        if not isinstance(event, api.ChatRowsChanged):
            return
        for row in event.rows:
            if row.own:
                if row.state == "refused" and self._is_new(row.id):
                    self._hear(News.TROUBLE, Announce.REFUSED(why=row.why))
            elif row.index is not None and row.index > self._newest:
                self._newest = row.index
                if not row.deleted and self._is_new(row.id):
                    text = Announce.LINE(name=shown_name(row), text=row.text[:_TEXT_MAX])
                    self._hear(News.LINE, text)

    def _is_new(self, entry: EntryId) -> bool:
        """Whether it was not said lately."""
        if entry in self._said:
            return False
        self._said[entry] = None
        if len(self._said) > _SAID_KEPT:
            del self._said[next(iter(self._said))]
        return True

    def _on_member(self, event: api.MemberChanged) -> None:
        if event.state == "joined":
            name = known_name(event.name, event.site)
            self._hear(News.PERSON, People.JOINED(name=name))

    def _on_door(self, event: object) -> None:
        if isinstance(event, api.AskedToJoin):
            self._hear(News.PERSON, Nearby.CARD(name=event.name), asks=True)

    def _on_share(self, told: Told) -> None:
        self._hear(News.PERSON, told.text, asks=told.urgent)

    def _on_moved(self, sentence: str) -> None:
        self._hear(News.STICK, sentence, to_self=self._status.holds_stick)

    def _on_status(self) -> None:
        can_settle = self._status.can_settle or not self._status.people
        if can_settle != self._could_settle:
            self._could_settle = can_settle
            self._hear(News.TROUBLE, Announce.TOGETHER() if can_settle else Announce.APART())
