"""What a small world is: disks, and every message that was ever sent (ORDER.md 5.9).

A site is nothing but its disk, so a crash needs no step of its own; a message that was sent may come
now, later, twice or never. Values are tuples of small things, so that states compare and hash fast.
Never decides anything: `steps` does, by the rules.
"""

from __future__ import annotations

from typing import NamedTuple

from app.core.codec import digest
from app.core.ids import Key, site_bytes, site_of
from app.dispatcher.epochs import Ballot, Epoch, ViewId
from app.dispatcher.views import Member, View

SESSION = bytes(32)


class Said(NamedTuple):
    """An entry: its name, and the names of all that its author had in log or queue."""

    author: Key
    number: int
    causes: tuple[tuple[Key, int], ...]

    @property
    def name(self) -> tuple[Key, int]:
        """What it is called."""
        return self.author, self.number


class Row(NamedTuple):
    """An entry with the epoch that ordered it."""

    said: Said
    epoch: Epoch


Log = tuple[Row, ...]


class Site(NamedTuple):
    """One disk (5.1). `views` are the decided primary views known, from 1 on."""

    prim: int
    plog: Log
    views: tuple[View, ...]
    promised: Ballot | None = None
    accepted: tuple[Ballot, View] | None = None
    frozen: int = 0
    branch: View | None = None
    blog: Log = ()
    hold: int | None = None
    kmax: int = 0
    queue: tuple[Said, ...] = ()
    said: int = 0
    settled: int = 0
    left: bool = False

    @property
    def log(self) -> Log:
        """The log of the view it works in."""
        return self.plog if self.branch is None else self.blog

    @property
    def cur(self) -> ViewId:
        """The view it works in."""
        return ViewId(self.prim) if self.branch is None else self.branch.id

    @property
    def view(self) -> View | None:
        """The same, whole."""
        if self.branch is not None:
            return self.branch
        return self.views[self.prim - 1] if self.prim else None


class Submitted(NamedTuple):
    """O2."""

    view: ViewId
    entries: tuple[Said, ...]


class OrderedRow(NamedTuple):
    """O4: a row, and the log before it."""

    view: ViewId
    before: Log
    row: Row


class Handed(NamedTuple):
    """T2."""

    view: ViewId
    k: int
    target: Key
    log: Log


class Collected(NamedTuple):
    """P1; `attempt` tells two proposals of one site apart."""

    number: int
    ballot: Ballot
    attempt: int


class Promised(NamedTuple):
    """P2."""

    number: int
    ballot: Ballot
    by: Key
    log: Log
    kmax: int
    holds: bool
    accepted: tuple[Ballot, View] | None


class Proposed(NamedTuple):
    """P4: with the log that the view begins with."""

    number: int
    ballot: Ballot
    attempt: int
    view: View
    base: Log


class Voted(NamedTuple):
    """P6."""

    number: int
    ballot: Ballot
    view: View
    base: Log
    by: Key


class Branched(NamedTuple):
    """D2."""

    view: View
    base: Log


class Reported(NamedTuple):
    """O6: the firm part of a primary log; a longer one replaces it."""

    by: Key
    prim: int
    log: Log


class Leaving(NamedTuple):
    """S4: who may be left out of the successor of a view."""

    by: Key
    number: int


Message = (
    Submitted
    | OrderedRow
    | Handed
    | Collected
    | Promised
    | Proposed
    | Voted
    | Branched
    | Reported
    | Leaving
)


Numbers = tuple[tuple[int, ...], tuple[int, ...]]
"""A world by the numbers of its disks and messages."""


class Tables:
    """Every disk and every message that was ever seen, numbered: states are then small numbers."""

    def __init__(self) -> None:
        self.sites: list[Site] = []
        self.messages: list[Message] = []
        self._site_numbers: dict[Site, int] = {}
        self._message_numbers: dict[Message, int] = {}

    def site(self, site: Site) -> int:
        """The number of a disk."""
        number = self._site_numbers.get(site)
        if number is None:
            number = self._site_numbers[site] = len(self.sites)
            self.sites.append(site)
        return number

    def message(self, message: Message) -> int:
        """The number of a message."""
        number = self._message_numbers.get(message)
        if number is None:
            number = self._message_numbers[message] = len(self.messages)
            self.messages.append(message)
        return number

    def world(self, key: Numbers) -> World:
        """The world with these numbers."""
        sites, sent = key
        return World(
            tuple([self.sites[number] for number in sites]),
            tuple([self.messages[number] for number in sent]),
            key,
        )


class World(NamedTuple):
    """All disks, and all that was sent."""

    sites: tuple[Site, ...]
    sent: tuple[Message, ...]
    key: Numbers


_KEYS = [Key(bytes([65 + site]) * 32) for site in range(26)]


def key_of(site: int) -> Key:
    """The name of site A, B, C ..."""
    return _KEYS[site]


_CHAINS: dict[Log, bytes] = {}


def chain_of(log: Log) -> bytes:
    """A name for a log's contents."""
    chain = _CHAINS.get(log)
    if chain is None:
        chain = _CHAINS[log] = digest("talkstick search", [len(_CHAINS)]) if log else SESSION
    return chain


def primary(number: int, keys: list[Key], first: Key, base: Log) -> View:
    """A primary view; locations don't matter here."""
    members = tuple([Member(key, place + 1) for place, key in enumerate(keys)])
    size = len(base)
    return View(SESSION, number, 0, b"", members, 99, first, size, chain_of(base), size)


def branch(number: int, d: int, keys: list[Key], base: Log, root: int) -> View:
    """A branch made by the first of `keys`."""
    members = tuple([Member(key, place + 1) for place, key in enumerate(keys)])
    leader = site_bytes(site_of(keys[0]))
    return View(SESSION, number, d, leader, members, 99, keys[0], len(base), chain_of(base), root)


def is_prefix(short: Log, long: Log) -> bool:
    """Whether one log is the beginning of the other."""
    return long[: len(short)] == short
