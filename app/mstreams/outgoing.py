"""What this site itself says to streams, and what it waits for: messages, calls, wishes.

Messages are kept in the site's bag until they are consumed. Never consumes anything and never judges
a move.
"""

from __future__ import annotations

from app.core.instant import Micros, earliest
from app.mstreams.bag import Bag
from app.mstreams.calls import Calls
from app.mstreams.desk import Desk
from app.mstreams.directory import Directory
from app.mstreams.events import Caller
from app.mstreams.flow import Said
from app.mstreams.wishes import Wishes


class Outgoing:
    """The site's bag, its calls and its wishes."""

    def __init__(self, desk: Desk, directory: Directory) -> None:
        self._desk = desk
        self._directory = directory
        self.bag = Bag(desk, directory)
        self.calls = Calls(desk)
        self.wishes = Wishes(desk)

    def append(self, name: str, said: Said) -> int:
        """Append as this site or one of its shells; its number. Raises `LocalError`."""
        return self.bag.append(name, said)

    def call(self, name: str, said: Said, caller: Caller) -> None:
        """Call as this site or one of its shells. Raises `LocalError`."""
        self.calls.check_room()
        number = self.bag.append(name, said)
        self.calls.add((name, "", self._desk.incarnation, number), caller)

    def redirect(self, name: str) -> None:
        """The home may be another one: send there what waits."""
        self.bag.redirect(name)
        self.wishes.moved(name, self._directory.find(name))

    def ended(self, name: str) -> None:
        """A stream has ended: nothing waits for it any more."""
        self.bag.forget(name)
        self.calls.ended(name)
        self.wishes.moved(name, None)

    def repeat(self) -> None:
        """Send again what is due."""
        self.bag.repeat()
        self.calls.overdue()
        self.wishes.repeat()

    def deadline(self) -> Micros | None:
        """When something is due."""
        return earliest(self.bag.deadline(), self.calls.deadline(), self.wishes.deadline())
