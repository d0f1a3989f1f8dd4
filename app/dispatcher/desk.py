"""What the parts of the order share: the disk state, who was heard, and the list of outputs.

A part never calls another part's handler; it changes the disk state and adds outputs here, and
`order` routes. Heartbeats are hearsay: they start things, no rule of safety rests on them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.core import limits
from app.core.ids import Key, SiteId, site_of
from app.core.instant import Micros
from app.core.trace import Trace
from app.dispatcher import rules
from app.dispatcher.disk import Disk
from app.dispatcher.entries import Placed, Verify
from app.dispatcher.messages import Elsewhere, OrderBeat, Wish
from app.dispatcher.records import LoadLog
from app.dispatcher.snapshots import Image, Proven
from app.dispatcher.views import View


@dataclass(frozen=True, slots=True)
class Transmit:
    """Send this frame to a member or candidate over its link."""

    to: Key
    frame: object


@dataclass(frozen=True, slots=True)
class ReadRows:
    """Read rows of the log; the answer comes back through `Order.loaded`."""

    token: int
    request: LoadLog


@dataclass(frozen=True, slots=True)
class Stored:
    """Entries were added to the log, in order."""

    placed: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The log was cut to `index`."""

    index: int


@dataclass(frozen=True, slots=True)
class Settled:
    """The mark rose to `index`."""

    index: int


@dataclass(frozen=True, slots=True)
class Replaced:
    """The log begins anew at a snapshot: the rooms mean what that says, and what follows on it."""

    image: Image


@dataclass(frozen=True, slots=True)
class Diverged:
    """A quorum means something else than this site at this index, at which the logs are the same."""

    index: int


@dataclass(frozen=True, slots=True)
class Repaired:
    """Mean what that quorum means, and what stands in the log behind it."""

    image: Image
    placed: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class Installed:
    """This site installed a view, or made or joined a branch; `before` is the one it worked in.

    `present` is False for a primary view beside a later branch, in which people go on.
    """

    view: View
    before: View | None
    present: bool = True


@dataclass(frozen=True, slots=True)
class TokenMoved:
    """The token of the present view is known to be at `target` as move `k`."""

    source: Key
    target: Key
    k: int
    reason: str
    gain_ms: float


@dataclass(frozen=True, slots=True)
class WishRefused:
    """A person's wish with this token was not granted; or, 0, that of placement for `target`."""

    token: int
    reason: str
    target: SiteId | None = None


@dataclass(frozen=True, slots=True)
class MoveAsked:
    """The leader would grant this wish; others have a say first: `Order.vetted` goes on with it."""

    sender: Key
    wish: Wish


@dataclass(frozen=True, slots=True)
class Convicted:
    """This member signed two orders, or voted twice under one ballot (H1, H2)."""

    key: Key


OrderOutput = (
    Transmit
    | ReadRows
    | Stored
    | TakenBack
    | Replaced
    | Diverged
    | Repaired
    | Settled
    | Installed
    | TokenMoved
    | WishRefused
    | MoveAsked
    | Convicted
)


@dataclass(frozen=True, slots=True)
class Heard:
    """A site's newest heartbeat, when it came, and how long the own log was then."""

    beat: OrderBeat
    at: Micros
    own_length: int


class Desk:
    """Shared by the parts of one site's order."""

    def __init__(
        self, disk: Disk, sign: Callable[[bytes], bytes], verify: Verify, trace: Trace
    ) -> None:
        self.disk = disk
        self.own = disk.own
        self.sign = sign
        self.verify = verify
        self.trace = trace
        self.out: list[OrderOutput] = []
        self.heard: dict[Key, Heard] = {}
        self.home: tuple[int, Key] | None = None
        self.woken_at = Micros(0)
        self.leaving = False
        self.convicted: dict[Key, None] = {}
        self._shown_home: Key | None = None
        self._stored: list[Placed] = []

    def send(self, to: Key, frame: object) -> None:
        """Queue a frame; frames to oneself are a mistake."""
        assert to != self.own, frame
        self.out.append(Transmit(to, frame))

    def others(self) -> list[Key]:
        """The other members of the present view."""
        view = self.disk.present
        return [key for key in view.keys if key != self.own] if view else []

    def voters(self) -> list[Key]:
        """The other members of the last primary view."""
        view = self.disk.prim
        return [key for key in view.keys if key != self.own] if view else []

    def around(self) -> list[Key]:
        """Whoever else is in the highest primary view known, in the last one, or in the present one."""
        views = [certificate.view for certificate in self.disk.certificates[-1:]]
        views += [view for view in (self.disk.prim, self.disk.present) if view is not None]
        keys = dict.fromkeys([key for view in views for key in view.keys])
        return [key for key in keys if key != self.own]

    def present(self, key: Key, now: Micros) -> bool:
        """Whether a site was heard lately (oneself always).

        Just woken, a site counts those it heard before as present until they had time to be heard.
        """
        if key == self.own:
            return True
        heard = self.heard.get(key)
        return heard is not None and now - max(heard.at, self.woken_at) <= limits.PRESENT_MICROS

    def hear(self, key: Key, beat: OrderBeat, now: Micros) -> bool:
        """Keep a site's newest heartbeat; of too many sites, forget who is silent for longest.

        Returns:
            Whether the own log grew since that site's heartbeat before.
        """
        before = self.heard.get(key)
        if key not in self.heard and len(self.heard) >= limits.HEARD_SITES_MAX:
            del self.heard[min(self.heard, key=lambda other: self.heard[other].at)]
        self.heard[key] = Heard(beat, now, self.disk.log.length)
        return before is not None and self.disk.log.length > before.own_length

    @property
    def says_leaving(self) -> bool:
        """S4: whether this site leaves, and may say so."""
        return self.leaving and rules.may_say_leaving(
            holds=self.disk.hold is not None,
            in_branch=self.disk.branch is not None,
            queued=len(self.disk.queue),
            settled=self.disk.settled,
            length=self.disk.log.length,
        )

    def store(self, placed: Placed) -> None:
        """Append to the log and tell the rooms at the end of the turn."""
        self.disk.append(placed)
        self._stored.append(placed)

    def take_back(self, index: int) -> None:
        """Cut the log and tell the rooms."""
        if index < self.disk.log.length:
            self.flush_stored()
            self.disk.take_back(index)
            self.out.append(TakenBack(index))

    def switched(
        self, common: int | None, length: int, surely: int, image: Image | None = None
    ) -> None:
        """The present log is another one.

        Args:
            common: how many of its entries are the same as before; None: it begins at a snapshot
                beyond what this site had.
            length: how many there were.
            surely: how many of these are the same in any case.
            image: that snapshot.
        """
        log = self.disk.log
        same = min(length, max(self.disk.settled, surely)) if common is None else common
        if same < length:
            self.out.append(TakenBack(same))
        if common is None:
            same = log.begins
            self.out.append(Replaced(image or self.disk.read_image(same)))
        rows = log.after(same, log.length)
        if rows:
            self.out.append(Stored(tuple(rows)))

    def adopt(self, proven: Proven, image: Image) -> None:
        """Go on from a snapshot of what this site never had."""
        self.flush_stored()
        before = self.disk.settled
        if self.disk.adopt(proven, image):
            # The log was on the same path, unless somebody told this site another order.
            self.out.append(TakenBack(before))
        self.out.append(Replaced(image))
        self.out.append(Settled(self.disk.settled))

    def flush_stored(self) -> None:
        """Tell what was stored so far, before anything that comes after it."""
        if self._stored:
            self.out.append(Stored(tuple(self._stored)))
            self._stored = []

    def settle(self, index: int) -> None:
        """Raise the mark, never beyond the own log."""
        mark = min(index, self.disk.log.length)
        if mark > self.disk.settled:
            self.flush_stored()
            self.disk.set_settled(mark)
            self.out.append(Settled(mark))

    def note_home(self, k: int, home: Key) -> None:
        """Learn that move `k` of the present view's token is at `home`."""
        if self.home is None or k > self.home[0]:
            self.home = (k, home)

    def announce(self, k: int, home: Key, reason: str, gain_ms: float) -> None:
        """Say that the token is at `home`, if people saw it elsewhere."""
        if self._shown_home is not None and self._shown_home != home:
            self.flush_stored()
            self.out.append(TokenMoved(self._shown_home, home, k, reason, gain_ms))
        self._shown_home = home

    def elsewhere(self) -> Elsewhere | None:
        """The newest (view id, k, home) this site knows (O2)."""
        if self.home is None:
            return None
        return Elsewhere(self.disk.cur, self.home[0], self.home[1])

    def note(self, now: Micros, subject: str, text: str) -> None:
        """Add a line to the trace."""
        self.trace.note(now, subject, f"{site_of(self.own)[:6]} {text}")
