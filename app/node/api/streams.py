"""Streams and their agents, for shells and panels: commands in, rows and console lines out.

A shell is somebody outside who asks for things and may leave at any time; what it started lives on.
`shell` in a command is the name that `ConnectShell` gave, or empty for the site itself. Whoever
refuses (session, site or stream, in this order) gives a reason, which stands in `Denied.why`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.core.ids import SiteId

StreamState = Literal["home", "running", "moving", "elsewhere"]
"""Here and at rest, here with handlers running, on the way out, or at home at another site."""


@dataclass(frozen=True, slots=True)
class AgentRow:
    """An agent of a stream.

    `agent` is its number in the stream, `kind` "tcl" or a builtin as "name@version"; `events` are
    those it has a handler for, empty while its code never ran here; `controls` marks the stream's
    controller; `error` is its last one, with its place.
    """

    agent: int
    kind: str
    controls: bool
    events: tuple[str, ...]
    failed: bool
    error: str


@dataclass(frozen=True, slots=True)
class StreamRow:
    """A stream as this site knows it; what its home alone knows comes from the home's last report.

    `epoch` is a text as of the dispatcher; `waiting` messages are here and not consumed, `unsent`
    are those that the stream itself has appended elsewhere and that are not consumed yet;
    `reported_ms` is the age of a report in milliseconds, 0 at home, None before the first.
    """

    stream: str
    home: SiteId
    location: int
    epoch: str
    state: StreamState
    waiting: int
    unsent: int
    agents: tuple[AgentRow, ...]
    reported_ms: int | None


# --- commands -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ConnectShell:
    """A shell begins; `Done.value` is its full name, `name@LOCATION`, under which it is a sender.

    An empty name is replaced by one. The site's controller may refuse.
    """

    token: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class LeaveShell:
    """A shell ends: its handles are gone, what it appended and started stays."""

    token: int
    shell: str


@dataclass(frozen=True, slots=True)
class StreamCreate:
    """Make a stream, at home here and open for its maker; `Done.value` is its name.

    An empty name asks for a temporary stream with a name of its own: it ends with its last agent.
    """

    token: int
    shell: str
    stream: str


@dataclass(frozen=True, slots=True)
class StreamOpen:
    """Open a stream for appending; `Done.value` is the handle, which is its name."""

    token: int
    shell: str
    stream: str


@dataclass(frozen=True, slots=True)
class StreamAppend:
    """Append a message; `Done.value` is its number in this site's flow to the stream.

    A shell must have opened (or made) the stream.
    """

    token: int
    shell: str
    stream: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class StreamCall:
    """Append and wait until it is consumed; `Done.value` is the answer of the handlers (bytes)."""

    token: int
    shell: str
    stream: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class StreamMove:
    """Move a stream to the member at a location; done when this site sees it there."""

    token: int
    shell: str
    stream: str
    location: int


@dataclass(frozen=True, slots=True)
class StreamDestroy:
    """End a stream, its agents and what waits for it; done when that is ordered."""

    token: int
    shell: str
    stream: str


@dataclass(frozen=True, slots=True)
class StreamLocate:
    """`Done.value` is the location of a stream or of a shell, as far as this site knows."""

    token: int
    shell: str
    name: str


@dataclass(frozen=True, slots=True)
class RegisterAgent:
    """Attach an agent to a stream; `Done.value` is its number. Done when that is ordered.

    `kind` is "tcl" with `code` as its source, or a builtin "name@version" without. With `controls`
    it is the stream's controller, which only the maker of a stream without agents can set. The
    stream "session" stands for the session's controller, "site" for that of this site.
    """

    token: int
    shell: str
    stream: str
    kind: str
    code: str = ""
    argv: str = ""
    controls: bool = False


@dataclass(frozen=True, slots=True)
class UnregisterAgent:
    """Kill an agent: its last handler runs at every site it has visited. Done when ordered."""

    token: int
    shell: str
    stream: str
    agent: int


@dataclass(frozen=True, slots=True)
class ReadStreams:
    """`Done.value` is a tuple of `StreamRow` by name, the dispatcher among them.

    Other homes are asked for a report, which is in the answer to the next one.
    """

    token: int


StreamCommand = (
    ConnectShell
    | LeaveShell
    | StreamCreate
    | StreamOpen
    | StreamAppend
    | StreamCall
    | StreamMove
    | StreamDestroy
    | StreamLocate
    | RegisterAgent
    | UnregisterAgent
    | ReadStreams
)


# --- events ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MessageConsumed:
    """Every append handler of the stream, at home here, is done with this message.

    `source` is the sending stream, empty for the site itself and its shells; the numbers of a
    stream that sends go on when it moves, those of a site belong to its incarnation.
    """

    stream: str
    sender: SiteId
    source: str
    incarnation: int
    number: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Console:
    """An agent of a stream says something at this site (`puts`), or why it failed."""

    site: SiteId
    stream: str
    text: str


StreamEvent = MessageConsumed | Console
