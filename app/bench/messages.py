"""What the measuring process and its sites say to each other. Instants are monotonic seconds.

On one machine the monotonic clock is the same for all processes, so an instant taken in one may be
compared with one taken in another.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.core.ids import EntryId, SiteId
from app.node.api.streams import StreamCommand


@dataclass(frozen=True, slots=True)
class Setup:
    """How a site is started: its folder, its one-way delay, and whether it keeps every instant.

    With `port` it has that one; with `witness` its promises are noted in its folder.
    """

    folder: str
    delay_ms: float
    keeps: bool
    port: int = 0
    witness: bool = False


# --- to a site ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """Found a session; answered by `Ready`."""

    policy: str


@dataclass(frozen=True, slots=True)
class Join:
    """Join by an invite; answered by `Ready`."""

    invite: str


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on with the session of the folder; answered by `Ready`."""


@dataclass(frozen=True, slots=True)
class Talk:
    """Say one line after another."""

    lines: int
    every_ms: float
    characters: int


@dataclass(frozen=True, slots=True)
class Flood:
    """Say lines in bursts, as fast as a window of unsettled ones allows; answered by `Flooded`.

    It is over when `total` lines, everybody's, are in this site's log.
    """

    lines: int
    total: int
    burst: int
    window: int
    characters: int


@dataclass(frozen=True, slots=True)
class Fill:
    """Draw so many things on the board, some in each entry; answered by `Filled`."""

    objects: int
    per_entry: int


@dataclass(frozen=True, slots=True)
class Move:
    """Wish the dispatcher to a site."""

    target: SiteId


@dataclass(frozen=True, slots=True)
class Await:
    """Tell when so many lines are in the log; answered by `Report`."""

    lines: int


@dataclass(frozen=True, slots=True)
class Meet:
    """Tell when so many members are present; answered by `Met`."""

    members: int


@dataclass(frozen=True, slots=True)
class Chatter:
    """Say one line after another until `Hush`."""

    every_ms: float
    characters: int


@dataclass(frozen=True, slots=True)
class Hush:
    """Say nothing more."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Send nothing to the sites at these ports from now on; without any the cut is healed."""

    ports: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Watch:
    """Tell, by `Onward`, the first line that is ordered in a later primary view than the newest yet.

    With an author: the first one of this or a later start of that site, in any primary view.
    """

    author: SiteId | None = None
    incarnation: int = 0


@dataclass(frozen=True, slots=True)
class Look:
    """Answered by `Looked`."""


@dataclass(frozen=True, slots=True)
class Recount:
    """Answered by `Seen`: what came while this process ran."""


@dataclass(frozen=True, slots=True)
class ReadWhole:
    """Answered by `Whole`: the log from its beginning."""


@dataclass(frozen=True, slots=True)
class Do:
    """Give the site a command; answered by `Answer`."""

    command: StreamCommand


@dataclass(frozen=True, slots=True)
class TellConsumed:
    """Tell what a stream consumed at this site; answered by `Consumed`."""

    stream: str


# --- from a site ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ready:
    """The site takes commands."""

    site: SiteId
    invite: str
    seconds: float
    port: int
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Filled:
    """All that was to be drawn is settled."""


@dataclass(frozen=True, slots=True)
class Met:
    """As many members as asked for are present."""


@dataclass(frozen=True, slots=True)
class Flooded:
    """When the first line was said and the last one was in the log; processor time in between."""

    begun: float
    ended: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Arrived:
    """This site saw the dispatcher at `target`; `wished` is when a wish was taken here, if any."""

    target: SiteId
    at: float
    wished: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """Own lines with the instants at which they were taken; the log with those it was shown at."""

    said: tuple[tuple[EntryId, float], ...]
    shown: tuple[tuple[EntryId, float], ...]


@dataclass(frozen=True, slots=True)
class Onward:
    """A line that was watched for is shown; `view` is the number of its view."""

    at: float
    view: int


@dataclass(frozen=True, slots=True)
class Looked:
    """How a site sees the session; `present` counts members, `settled` and `length` entries."""

    leader: SiteId | None
    dispatcher: SiteId | None
    present: int
    epoch: str
    length: int
    chain: str
    settled: int
    queue: int


@dataclass(frozen=True, slots=True)
class Row:
    """A line as it was shown: its place, its epoch, the instant."""

    entry: EntryId
    index: int
    epoch: str
    at: float


@dataclass(frozen=True, slots=True)
class Answer:
    """A command's answer."""

    value: object


@dataclass(frozen=True, slots=True)
class Heard:
    """An agent said something on this site's console."""

    stream: str
    text: str
    at: float


@dataclass(frozen=True, slots=True)
class Seen:
    """Lines that came while this process ran, without those that were taken back."""

    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """Every entry of the log, with its index."""

    rows: tuple[tuple[EntryId, int], ...]


@dataclass(frozen=True, slots=True)
class Consumed:
    """What a stream consumed at this site: (sender, the sender's number)."""

    messages: tuple[tuple[SiteId, int], ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """The site can't go on."""

    why: str
