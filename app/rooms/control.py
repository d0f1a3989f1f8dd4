"""Who may do what, and what the session as a whole has settled on.

An entry of `control.*` has an effect iff its author led the view in which it was ordered (it acts
on a moderator's wish) or is a moderator or owner itself. What concerns an owner takes an owner in
any case, and a session never loses its last one: else whoever leads could take it over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from app.core import limits
from app.core.codec import Plain
from app.core.ids import Key, SiteId
from app.core.schema import Codec
from app.dispatcher.epochs import Epoch
from app.mstreams.frames import Definition
from app.rooms.bodies import (
    CODECS,
    ROLES,
    Ban,
    Came,
    Code,
    Invite,
    Pin,
    Policy,
    Revoke,
    Role,
    Stream,
    StreamAgent,
    Title,
)
from app.rooms.entry import OrderedEntry, Refusal
from app.rooms.events import (
    AgentsChanged,
    Banned,
    CodeAllowed,
    ControlRestored,
    InviteChanged,
    PinChanged,
    PolicyChanged,
    RoleChanged,
    RoomEvent,
    StreamChanged,
    TitleChanged,
)
from app.rooms.journal import Journal, JournalMap

RANKS: Final = {role: rank for rank, role in enumerate(ROLES)}
BANNED: Final = "banned"
BANNED_RANK: Final = -1
EDITOR_RANK: Final = RANKS["editor"]
MODERATOR_RANK: Final = RANKS["moderator"]
DEFAULT_ROLE: Final = "editor"
DEFAULT_POLICY: Final = "adaptive"
CREATED: Final = "created"
DESTROYED: Final = "destroyed"
SESSION_STREAM: Final = "session"
EVERYBODYS_STREAMS: Final = (SESSION_STREAM, "dispatcher")
"""Streams that no entry makes; their agents run at members' sites, whoever registers them."""
_DEFINITION: Final = Codec(Definition)

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class InviteState:
    """`end` is wall-clock ms, 0 for never; `uses` 0 for any number, `came` are who used it."""

    end: int
    uses: int
    role: str
    maker: Key
    revoked: bool
    came: tuple[Key, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether who comes by it is written down: it has a number of uses or gives a role."""
        return self.uses > 0 or self.role != DEFAULT_ROLE

    def plain(self) -> Plain:
        """What the state hash covers."""
        return [self.end, self.uses, self.role, self.maker, self.revoked, list(self.came)]


@dataclass(frozen=True, slots=True)
class StreamState:
    """Where a stream is, and what happened to it last."""

    home: SiteId
    epoch: Epoch
    what: str

    def plain(self) -> Plain:
        """What the state hash covers."""
        return [self.home, self.epoch.plain(), self.what]


@dataclass(frozen=True, slots=True)
class AgentsState:
    """Agents of a stream; `last` is the highest number given, `changes` counts what led here.

    The session's controller has its `briefcase` here; `count` says how often that has changed.
    """

    agents: tuple[Definition, ...] = ()
    last: int = 0
    changes: int = 0
    briefcase: bytes = b""
    count: int = 0

    def plain(self) -> Plain:
        """What the state hash covers."""
        agents: Plain = [_DEFINITION.to_plain(agent) for agent in self.agents]
        return [agents, self.last, self.changes, self.briefcase, self.count]


def _same(value: Plain) -> Plain:
    return value


class ControlRoom:
    """Reducer of control.*."""

    def __init__(self, journal: Journal, founder: Key) -> None:
        self._roles: JournalMap[Key, str] = journal.map("control.role", _same)
        self._settings: JournalMap[str, str] = journal.map("control.setting", _same)
        self._invites: JournalMap[bytes, InviteState] = journal.map(
            "control.invite", InviteState.plain
        )
        self._streams: JournalMap[str, StreamState] = journal.map(
            "control.stream", StreamState.plain
        )
        self._agents: JournalMap[str, AgentsState] = journal.map("control.agent", AgentsState.plain)
        self._floor: JournalMap[str, int] = journal.map("control.floor", _same)
        self._codes: JournalMap[bytes, bool] = journal.map("control.code", _same)
        self._roles.set(founder, "owner")
        self.handlers: dict[str, Callable[[OrderedEntry], list[RoomEvent]]] = {
            "control.policy": self._policy,
            "control.pin": self._pin,
            "control.role": self._role,
            "control.ban": self._ban,
            "control.invite": self._invite,
            "control.revoke": self._revoke,
            "control.came": self._came,
            "control.stream": self._stream,
            "control.agent": self._agent,
            "control.code": self._code,
            "control.title": self._title,
        }

    # --- what others ask ---

    @property
    def policy(self) -> str:
        """adaptive, paper, paper:K, fixed or manual."""
        return self._settings.get("policy") or DEFAULT_POLICY

    @property
    def pin(self) -> SiteId | None:
        """Where the dispatcher is pinned."""
        site = self._settings.get("pin")
        return None if site is None else SiteId(site)

    @property
    def title(self) -> str:
        """The session's title; empty before the first."""
        return self._settings.get("title") or ""

    def role(self, key: Key) -> str:
        """owner, moderator, editor, viewer or banned."""
        return self._roles.get(key) or DEFAULT_ROLE

    def rank(self, key: Key) -> int:
        """The role as a number: a higher one may do more; below zero: nothing."""
        return RANKS.get(self.role(key), BANNED_RANK)

    def moderates(self, key: Key) -> bool:
        """Whether this is a moderator or an owner."""
        return self.rank(key) >= MODERATOR_RANK

    def banned(self, key: Key) -> bool:
        """Whether this key's entries have no effect."""
        return self.role(key) == BANNED

    def invite(self, invite_id: bytes) -> InviteState | None:
        """An invite that was made in this session, revoked or not."""
        return self._invites.get(invite_id)

    def invites(self) -> list[tuple[bytes, InviteState]]:
        """All invites, by id."""
        return sorted(self._invites.items(), key=lambda item: item[0])

    def stream(self, name: str) -> StreamState | None:
        """Where a stream is."""
        return self._streams.get(name)

    def streams(self) -> list[tuple[str, StreamState]]:
        """All streams by name."""
        return sorted(self._streams.items(), key=lambda item: item[0])

    @property
    def streams_floor(self) -> int:
        """The highest view number in an epoch of a stream that has ended."""
        return self._floor.get("streams") or 0

    def agents(self, stream: str) -> AgentsState:
        """The agents of a stream; those of `session` are the session's controllers."""
        return self._agents.get(stream) or AgentsState()

    def staffed(self) -> list[str]:
        """Streams that have or had agents, by name."""
        return sorted([name for name, _ in self._agents.items()])

    def allows_code(self, code_hash: bytes) -> bool:
        """Whether agents of this program may run."""
        return code_hash in self._codes

    # --- what entries do ---

    def apply(self, entry: OrderedEntry) -> list[RoomEvent]:
        """One `control.*` entry."""
        if not entry.by_leader and not self.moderates(entry.author):
            message = "only a moderator can change this"
            raise Refusal(message)
        return self.handlers[entry.kind](entry)

    def restored(
        self, touched: Iterable[tuple[JournalMap[bytes, object], bytes]]
    ) -> list[RoomEvent]:
        """Events for what a revert touched."""
        parts: dict[str, bool] = {}
        events: list[RoomEvent] = []
        for room, key in touched:
            if room is self._invites:
                events.append(InviteChanged(key))
            elif room.room.startswith("control."):
                parts[room.room.removeprefix("control.")] = True
        return [*events, *(ControlRestored(part) for part in parts)]

    def _policy(self, entry: OrderedEntry) -> list[RoomEvent]:
        body: Policy = CODECS["control.policy"].decode(entry.body)
        self._settings.set("policy", body.policy)
        return [PolicyChanged(body.policy)]

    def _pin(self, entry: OrderedEntry) -> list[RoomEvent]:
        body: Pin = CODECS["control.pin"].decode(entry.body)
        self._settings.set("pin", body.site)
        return [PinChanged(self.pin)]

    def _title(self, entry: OrderedEntry) -> list[RoomEvent]:
        body: Title = CODECS["control.title"].decode(entry.body)
        self._settings.set("title", body.title)
        return [TitleChanged(body.title)]

    def _role(self, entry: OrderedEntry) -> list[RoomEvent]:
        body: Role = CODECS["control.role"].decode(entry.body)
        self._guard_owners(entry.author, body.key, body.role)
        self._set_role(body.key, body.role)
        return [RoleChanged(body.key, body.role)]

    def _ban(self, entry: OrderedEntry) -> list[RoomEvent]:
        body: Ban = CODECS["control.ban"].decode(entry.body)
        self._guard_owners(entry.author, body.key, BANNED)
        self._set_role(body.key, BANNED)
        return [Banned(body.key, entry.author)]

    def _guard_owners(self, author: Key, key: Key, role: str) -> None:
        if "owner" not in (role, self.role(key)):
            return
        if self.role(author) != "owner":
            message = "only an owner can make an owner or take that role away"
            raise Refusal(message)
        if role != "owner" and sum(held == "owner" for _, held in self._roles.items()) == 1:
            message = "this is the last owner: make another one first"
            raise Refusal(message)

    def _set_role(self, key: Key, role: str) -> None:
        _make_room(self._roles, key, limits.AUTHORS_MAX, "roles")
        self._roles.set(key, role)

    def _invite(self, entry: OrderedEntry) -> list[RoomEvent]:
        body: Invite = CODECS["control.invite"].decode(entry.body)
        if body.id in self._invites:
            message = "an invite with this id was made before"
            raise Refusal(message)
        _make_room(self._invites, body.id, limits.INVITES_MAX, "invites")
        state = InviteState(body.end, body.uses, body.role, entry.author, revoked=False)
        self._invites.set(body.id, state)
        return [InviteChanged(body.id)]

    def _revoke(self, entry: OrderedEntry) -> list[RoomEvent]:
        body: Revoke = CODECS["control.revoke"].decode(entry.body)
        state = self._invites.get(body.id)
        if state is None:
            message = "there is no invite with this id"
            raise Refusal(message, early=False)
        self._invites.set(body.id, replace(state, revoked=True))
        return [InviteChanged(body.id)]

    def _came(self, entry: OrderedEntry) -> list[RoomEvent]:
        """Said by every leader that knows of it: the first time counts."""
        body: Came = CODECS["control.came"].decode(entry.body)
        state = self._invites.get(body.invite)
        if state is None:
            message = "there is no invite with this id"
            raise Refusal(message, early=False)
        events: list[RoomEvent] = []
        if state.counts and body.key not in state.came:
            if len(state.came) >= limits.INVITE_USES_KEPT_MAX:
                message = f"only {limits.INVITE_USES_KEPT_MAX} uses of an invite are counted"
                raise Refusal(message)
            self._invites.set(body.invite, replace(state, came=(*state.came, body.key)))
            events.append(InviteChanged(body.invite))
        if state.role != DEFAULT_ROLE and body.key not in self._roles:
            self._set_role(body.key, state.role)
            events.append(RoleChanged(body.key, state.role))
        return events

    def _stream(self, entry: OrderedEntry) -> list[RoomEvent]:
        body: Stream = CODECS["control.stream"].decode(entry.body)
        present = self._streams.get(body.stream)
        late = present is not None and body.what != DESTROYED and body.epoch < present.epoch
        if late:
            # Said before a failure and ordered after it: the newer home stands.
            return []
        _make_room(self._streams, body.stream, limits.STREAMS_MAX, "streams")
        self._check_life(present, body)
        state = StreamState(body.home_site, body.epoch, body.what)
        self._streams.set(body.stream, None if body.what == DESTROYED else state)
        if body.what == DESTROYED:
            self._agents.set(body.stream, None)
            self._floor.set("streams", max(self.streams_floor, body.epoch.number))
        return [StreamChanged(body.stream, body.home_site, body.epoch, body.what)]

    def _check_life(self, present: StreamState | None, body: Stream) -> None:
        """Nothing late revives a stream or takes it back to where it was. Raises `Refusal`."""
        if present is None and body.what != CREATED:
            message = f"there is no stream '{body.stream}'"
            raise Refusal(message, early=False)
        if present is None:
            return
        if body.what == CREATED:
            message = f"there is a stream '{body.stream}' already"
            raise Refusal(message)
        passed = (
            body.epoch.number != present.epoch.number
            if body.what == DESTROYED
            else body.epoch <= present.epoch
        )
        if passed:
            message = f"the stream '{body.stream}' has moved on"
            raise Refusal(message)

    def _agent(self, entry: OrderedEntry) -> list[RoomEvent]:
        body: StreamAgent = CODECS["control.agent"].decode(entry.body)
        if body.stream not in self._streams and body.stream not in EVERYBODYS_STREAMS:
            message = f"there is no stream '{body.stream}'"
            raise Refusal(message, early=False)
        present = self.agents(body.stream)
        if body.what == "kept":
            return self._keep(body, present)
        others = tuple([each for each in present.agents if each.number != body.agent.number])
        if body.what == "registered":
            if body.agent.number <= present.last:
                message = f"'{body.stream}' has had an agent {body.agent.number} before"
                raise Refusal(message)
            if len(others) >= limits.AGENTS_MAX:
                message = f"'{body.stream}' has all the agents it can ({limits.AGENTS_MAX})"
                raise Refusal(message)
            others = (*others, body.agent)
        last = max(present.last, body.agent.number)
        # Another controller has a briefcase of its own; what was kept goes on being counted.
        state = AgentsState(others, last, present.changes + 1, b"", present.count)
        self._agents.set(body.stream, state)
        return [AgentsChanged(body.stream)]

    def _keep(self, body: StreamAgent, present: AgentsState) -> list[RoomEvent]:
        """The briefcase of the session's controller, as the site that led has it. Raises `Refusal`."""
        if body.stream != SESSION_STREAM or body.agent not in present.agents:
            message = "only the briefcase of the session's controller is kept"
            raise Refusal(message, early=False)
        if body.count <= present.count:
            message = "a newer briefcase of the session's controller is kept"
            raise Refusal(message, early=False)
        self._agents.set(body.stream, replace(present, briefcase=body.briefcase, count=body.count))
        return [AgentsChanged(body.stream)]

    def _code(self, entry: OrderedEntry) -> list[RoomEvent]:
        body: Code = CODECS["control.code"].decode(entry.body)
        _make_room(self._codes, body.hash, limits.CODES_MAX, "programs of agents")
        self._codes.set(body.hash, True)
        return [CodeAllowed(body.hash)]


def _make_room(table: JournalMap[K, V], key: K, bound: int, what: str) -> None:
    if key not in table and len(table) >= bound:
        message = f"this session holds all the {what} it can ({bound})"
        raise Refusal(message)
