"""What can happen to a stream, and who waits for what comes of it.

The names of events are those in messages to guests and in panels; `HANDLERS` gives the method of a
builtin agent for each. Events that only a controller decides (`POLICY`) are questions: their
handlers may deny. Never decides anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.core.ids import Key
from app.mstreams.frames import NOWHERE, Peer

ATTACHED: Final = "attached"
"""The agent begins at this site: its first visit, or a restart."""
APPEND: Final = "append"
DEPARTURE: Final = "departure"
"""About to leave; the controller may deny."""
ARRIVAL: Final = "arrival"
"""At home here: made, moved here, or after a failure. For a site's controller: may it come?"""
RELOCATION: Final = "relocation"
"""At home here after a move."""
OPEN: Final = "open"
"""Somebody opens the stream; controllers may deny."""
AGENT: Final = "agent"
"""An agent was registered. For controllers: may it be?"""
NEW_PEER: Final = "new_peer"
SITE_LEFT: Final = "site_left"
FAILURE: Final = "failure"
"""At home here because the home failed."""
TIMER: Final = "timer"
CLOSING: Final = "closing"
"""The agent is killed: at every site it has visited. For a controller: may the stream end?"""
REPLY: Final = "reply"
"""The answer to a call of this (builtin) agent."""
CREATE: Final = "create"
DESTROY: Final = "destroy"
MOVE: Final = "move"
UNREGISTER: Final = "unregister"
SHELL: Final = "shell"
SHELL_LEFT: Final = "shell_left"

HANDLERS: Final[dict[str, str]] = {
    ATTACHED: "on_attached",
    APPEND: "on_append",
    DEPARTURE: "on_departure",
    ARRIVAL: "on_arrival",
    RELOCATION: "on_relocation",
    OPEN: "on_open",
    AGENT: "on_agent",
    NEW_PEER: "on_site_joined",
    SITE_LEFT: "on_site_left",
    FAILURE: "on_failure",
    TIMER: "on_timer",
    CLOSING: "on_closing",
    REPLY: "on_reply",
    CREATE: "on_create",
    DESTROY: "on_destroy",
    MOVE: "on_move",
    UNREGISTER: "on_unregister",
    SHELL: "on_shell",
    SHELL_LEFT: "on_shell_left",
}


# --- who waits ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ByShell:
    """A command with this token."""

    token: int


@dataclass(frozen=True, slots=True)
class ByHandler:
    """A handler that runs in a guest and waits."""

    run: int
    ask: int


@dataclass(frozen=True, slots=True)
class ByAgent:
    """An effect of an agent: only a refusal is told. `call` numbers a builtin agent's call."""

    stream: str
    agent: int
    call: int | None = None


@dataclass(frozen=True, slots=True)
class ByLeader:
    """A question that the leader `site` has put; this site itself, if it leads."""

    site: Key
    number: int
    guarded: bool


Caller = ByShell | ByHandler | ByAgent | ByLeader

Value = str | int | bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What a caller gets: a value, or a reason why not."""

    caller: Caller
    ok: bool
    value: Value


# --- what happens ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Message:
    """What an append handler gets.

    `source` is the sending stream, empty for a site; `sender` the site itself, NOWHERE for a
    stream; `shell` names the shell that said it; `location` is where it was sent from.
    """

    sender: Key
    source: str
    incarnation: int
    number: int
    payload: bytes
    shell: str = ""
    call: bool = False
    location: int = 0

    @property
    def peer(self) -> Peer:
        """The flow it belongs to."""
        return (self.sender, self.source)

    @property
    def name(self) -> str:
        """The sender's name: a stream, a shell, or `@LOCATION` for a site itself."""
        return self.source or self.shell or f"@{self.location}"


@dataclass(frozen=True, slots=True)
class Happening:
    """One event at one stream.

    `text` says more (a location, a timer, a stream that is asked about); `asker` and `location` say
    who asks. `agent` is who alone it concerns, 0 for all. `payload` and `ok` are an answer's.
    """

    event: str
    text: str = ""
    asker: str = ""
    location: int = 0
    agent: int = 0
    caller: ByLeader | ByShell | None = None
    message: Message | None = None
    payload: bytes = b""
    ok: bool = True

    @property
    def is_for_controllers(self) -> bool:
        """Whether it is a question and no event: of an opening, all agents are told."""
        return self.caller is not None and self.event != OPEN


def peer_is_stream(peer: Peer) -> bool:
    """Whether a peer is a stream, not a site."""
    return peer[0] == NOWHERE
