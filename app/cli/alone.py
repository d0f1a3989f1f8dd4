"""*Try it alone*: people in the window's session that this computer plays, as real sites.

They are processes like those of the demo, reachable from this computer only, and end with the
session. What they say and when is `conversation`'s. A process that dies is simply gone, which is
something to look at, too.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Iterable

from app.cli.conversation import Conversation, Step
from app.cli.demo.company import Company, Told
from app.cli.demo.script import NAMES
from app.core.errors import KnownError
from app.core.ids import SiteId
from app.core.rng import Rng
from app.node.api import EntryShown
from app.rooms.rooms import TALK

TITLE = "Try it alone"
DELAY_MS = 120
"""What anybody sends to another takes so long, so that it makes a difference where the stick is."""
_PEOPLE = 3
_POLL_SECONDS = 0.1
"""Between two looks whether they are ready; nobody looks any more once they are."""


class Alone:
    """Starts the others once the session is open, and lets them talk."""

    def __init__(self, loop: asyncio.AbstractEventLoop, own_name: str) -> None:
        self._loop = loop
        self._names = [name for name in NAMES if name != own_name][:_PEOPLE]
        self._company = Company(DELAY_MS)
        self._ready: dict[int, None] = {}
        self._sites: dict[SiteId, int] = {}
        self._conversation = Conversation(_PEOPLE, Rng(TITLE))
        self._timer: asyncio.TimerHandle | None = None
        self._steps = 0
        self._person: SiteId | None = None
        self._closed = threading.Event()

    def begin(self, invite: str, person: SiteId) -> None:
        """The session is open: let them in. Later calls do nothing."""
        if self._person is not None or self._closed.is_set():
            return
        self._person = person
        for name in self._names:
            self._company.start(name, ("--join", invite))
        self._timer = self._loop.call_later(_POLL_SECONDS, self._look)

    def ordered(self, entries: Iterable[EntryShown]) -> None:
        """When the person at this computer says or draws something they listen, and one answers."""
        placed = [each.placed.entry for each in entries]
        if not any(each.site == self._person and each.kind in TALK for each in placed):
            return
        if len(self._ready) == len(self._names) and not self._closed.is_set():
            self._conversation.heard()
            self._go_on()

    def plays(self, site: SiteId) -> bool:
        """Whether a process of this computer plays this person."""
        self._take_messages()
        return site in self._sites

    def kill(self, site: SiteId) -> None:
        """End one of them as a power cut would."""
        self._company.kill(self._sites[site])

    def close(self) -> None:
        """End them all, at once: what they have is thrown away. Not for the window's thread."""
        self._closed.set()
        if self._timer is not None:
            self._loop.call_soon_threadsafe(self._timer.cancel)
        self._company.close(patience_seconds=0.0)

    def _look(self) -> None:
        """Connect to those that are ready; all of them begin together."""
        self._take_messages()
        if len(self._ready) == len(self._names):
            self._go_on()
        elif not self._closed.is_set():
            self._timer = self._loop.call_later(_POLL_SECONDS, self._look)

    def _take_messages(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                message = self._company.messages.get_nowait()
                if isinstance(message, Told) and message.event.get("event") == "ready":
                    self._sites[SiteId(message.event["site"])] = message.position
                    with contextlib.suppress(KnownError):
                        self._company.connect(message.position)
                        self._ready[message.position] = None

    def _go_on(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if not self._closed.is_set():
            step = self._conversation.next()
            self._timer = self._loop.call_later(step.wait, self._act, step)

    def _act(self, step: Step) -> None:
        self._take_messages()
        self._steps += 1
        wish: dict[str, object] = {"do": "say", "texts": [step.text]}
        if step.drawing:
            wish = {"do": "draw", "part": step.drawing, "last": True, "board": "main"}
        self._company.ask(step.talker, {"request": self._steps, "wait": "none", **wish})
        self._go_on()
