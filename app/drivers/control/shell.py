"""A shell's end of the control socket: somebody outside who drives streams and may leave any time.

Mobile Streams, section 2: "A Shell may connect to the Middleware and issue requests and may exit at
any time. The reactive part is persistent." It only asks: what may be done, the site, the session's
leader and controllers say. Programs import it as `app.mstreams.shell`.
"""

from __future__ import annotations

import base64
import contextlib
import threading
from pathlib import Path
from typing import Any, Self

from app.core.errors import KnownError
from app.drivers.control.client import Client
from app.node.api import AgentRow, StreamRow

Answer = dict[str, Any]


class Refused(KnownError):
    """The site, the session or a stream says no; the text is the reason."""


def connect(data_folder: Path | str, *, name: str = "") -> Shell:
    """Begin a shell at the site that runs in a data folder; use it as a context manager.

    Args:
        data_folder: the folder of a running site (`talkstick site --data FOLDER`, or the window).
        name: what the shell is called at that site, one line without '@'; empty for a name of its
            own. What it appends carries the name as its sender, as `NAME@LOCATION`.

    Raises:
        KnownError: no site runs there.
        Refused: the name is taken or wrong, or the site's controller does not let it in.
    """
    client = Client.connect(Path(data_folder))
    try:
        return Shell(client, name)
    except BaseException:
        client.close()
        raise


class Shell:
    """A connected shell; made by `connect`.

    Every method waits for its answer, for seconds at most, and may be called from any thread, one
    after the other. Each raises `Refused` with a reason if it is not done, and `KnownError` if the
    site has ended.
    """

    def __init__(self, client: Client, name: str) -> None:
        self._client = client
        self._turn = threading.Lock()
        self._last = 0
        self.name = str(self._ask("connect", name=name)["value"])
        """Its full name, `NAME@LOCATION`."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_about: object) -> None:
        self.leave()

    @property
    def location(self) -> int:
        """Where this shell is: a small number, the founder's is 1."""
        return int(self.name.rpartition("@")[2])

    def leave(self) -> None:
        """End the shell. Its handles are gone; what it appended and started stays."""
        with contextlib.suppress(KnownError):
            self._ask("leave")
        self._client.close()

    # --- streams ----------------------------------------------------------------------------------

    def create(self, stream: str = "") -> str:
        """Make a stream, at home at this site and open for this shell; its name.

        Args:
            stream: a name that is nobody's in the session; empty for a temporary stream, which gets
                a name of its own and ends with its last agent.
        """
        return str(self._ask("create", stream=stream)["value"])

    def open(self, stream: str) -> str:
        """Open a stream for `append` and `call`; the handle, which is its name."""
        return str(self._ask("open", stream=stream)["value"])

    def append(self, stream: str, payload: bytes) -> int:
        """Append a message to an open stream; its number in this site's flow to that stream.

        It is on this site's disk then, and is delivered in order whatever moves or fails; it does
        not wait for that.
        """
        return int(self._ask("append", stream=stream, data=_text(payload))["value"])

    def call(self, stream: str, payload: bytes) -> bytes:
        """Append a message to an open stream, wait until it is consumed; what the handlers answer.

        Refused after ten seconds without an answer; the message may still be consumed then.
        """
        return base64.b64decode(self._ask("call", stream=stream, data=_text(payload))["data"])

    def move(self, stream: str, location: int) -> None:
        """Move a stream; returns when this site sees it there."""
        self._ask("move", stream=stream, location=location)

    def destroy(self, stream: str) -> None:
        """End a stream, its agents, and what waits for it."""
        self._ask("destroy", stream=stream)

    def locate(self, name: str) -> int:
        """The location of a stream or of a shell, as far as this site knows."""
        return int(self._ask("locate", name=name)["value"])

    def streams(self) -> tuple[StreamRow, ...]:
        """All streams of the session by name, the dispatcher among them.

        What only a stream's home knows is as old as `reported_ms` says.
        """
        return tuple([_row(row) for row in self._ask("list")["rows"]])

    # --- agents -----------------------------------------------------------------------------------

    def register(
        self,
        stream: str,
        code: str,
        argv: str = "",
        *,
        kind: str = "tcl",
        controls: bool = False,
    ) -> int:
        """Attach an agent to a stream; its number there.

        Args:
            stream: its name; `session` and `site` stand for the controllers of the session and of
                this site.
            code: the agent's source, empty for a builtin.
            argv: what its body finds as `$argv`, a Tcl list if it is more than one word.
            kind: `tcl`, or a builtin as `NAME@VERSION`.
            controls: make it the stream's controller, which only its maker can do, and first.
        """
        answer = self._ask(
            "register", stream=stream, kind=kind, code=code, argv=argv, controls=controls
        )
        return int(answer["value"])

    def unregister(self, stream: str, agent: int) -> None:
        """Kill an agent: its last handler runs at every site it has visited."""
        self._ask("unregister", stream=stream, agent=agent)

    # --- asking -----------------------------------------------------------------------------------

    def _ask(self, verb: str, **fields: Any) -> Answer:
        with self._turn:
            self._last += 1
            # A site that hung up has said why, which is the answer; or it ended, as that tells.
            with contextlib.suppress(KnownError):
                self._client.send({"request": self._last, "do": "shell", "verb": verb, **fields})
            answer = self._client.receive()
            while answer.get("request") not in {self._last, None}:
                answer = self._client.receive()
        if "error" in answer:
            raise Refused(str(answer["error"]))
        return answer


def _text(payload: bytes) -> str:
    return base64.b64encode(payload).decode("ascii")


def _row(row: Answer) -> StreamRow:
    """A stream again: JSON knows no tuples."""
    agents = [AgentRow(**{**agent, "events": tuple(agent["events"])}) for agent in row["agents"]]
    return StreamRow(**{**row, "agents": tuple(agents)})
