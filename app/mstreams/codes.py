"""Source of agents: kept by hash, fetched once, handed to whoever asks.

The log says which source an agent has, by its hash; the bytes travel beside it, in chunks and on
request, from the leader, or from whoever registered the agent before the leader has it. What was
asked for and does not come is asked of the others in turn. Never runs or reads any of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from app.core import limits
from app.core.codec import digest
from app.core.errors import LocalError, RemoteError
from app.core.ids import Key
from app.core.instant import Micros, after, earliest
from app.mstreams.agent import Builtins
from app.mstreams.backoff import Backoff
from app.mstreams.desk import Desk
from app.mstreams.frames import CodeChunk, CodeWanted, Definition
from app.mstreams.records import code_field
from app.mstreams.servers import GUEST_KIND

CODE_LABEL = "talkstick code"


def hash_of(source: bytes) -> bytes:
    """The name of a source."""
    return digest(CODE_LABEL, [source])


@dataclass(slots=True)
class Fetch:
    """A source under way; `asked` counts whom it was asked of."""

    first: Key | None
    backoff: Backoff
    ends: Micros
    parts: bytearray = field(default_factory=bytearray)
    asked: int = 0


class Codes:
    """Sources by hash, and those under way."""

    def __init__(self, desk: Desk, builtins: Builtins) -> None:
        self._desk = desk
        self._builtins = builtins
        self._sources: dict[bytes, bytes] = {}
        self._fetches: dict[bytes, Fetch] = {}
        self._arrived: list[bytes] = []
        self._used: dict[bytes, None] = {}
        self.site_code: tuple[str, ...] = ()
        """What the site's controller puts before every agent's own source."""

    def restore(self, source: bytes) -> None:
        """A source from the disk."""
        self._sources[hash_of(source)] = source

    def find(self, code: bytes) -> str | None:
        """The text of a source, None where it is not here."""
        source = self._sources.get(code)
        return None if source is None else source.decode("utf-8", "replace")

    def keep(self, source: bytes) -> bytes:
        """A source that somebody at this site registers; its hash."""
        code = hash_of(source)
        if code not in self._sources:
            self._sources[code] = source
            self._desk.save(code_field(code), source)
        return code

    def define(self, kind: str, code: str, argv: str, *, controls: bool = False) -> Definition:
        """What is to be registered, still without a number. Raises `LocalError`."""
        name, _, version = kind.partition("@")
        source = code.encode()
        if len(argv.encode()) > limits.AGENT_ARGV_BYTES_MAX:
            message = f"arguments of an agent have at most {limits.AGENT_ARGV_BYTES_MAX} bytes"
            raise LocalError(message)
        if kind == GUEST_KIND:
            if not 0 < len(source) <= limits.CODE_BYTES_MAX:
                message = f"the source of an agent has 1 to {limits.CODE_BYTES_MAX} bytes"
                raise LocalError(message)
            return Definition(1, kind, 1, self.keep(source), argv, controls)
        if not version.isdigit() or not self._builtins.known(name, int(version)):
            message = f"there is no kind of agent '{kind}'; it is 'tcl' or a builtin 'name@version'"
            raise LocalError(message)
        return Definition(1, name, int(version), b"", argv, controls)

    def inject(self, code: str) -> None:
        """The site's controller wants this before every new agent's source."""
        if len("".join([*self.site_code, code]).encode()) <= limits.CODE_BYTES_MAX // 4:
            self.site_code = (*self.site_code, code)

    # --- fetching ---------------------------------------------------------------------------------

    def want(self, code: bytes, first: Key | None) -> None:
        """Have a source fetched, from `first` if it has it, else from others in turn."""
        if code in self._sources or code in self._fetches:
            return
        if len(self._fetches) >= limits.REQUESTS_MAX:
            return  # whoever wants it wants it again
        now = self._desk.now
        backoff = Backoff(limits.CODE_REPEAT_MICROS, limits.CODE_REPEAT_MICROS)
        fetch = Fetch(first, backoff, after(now, limits.CODE_PATIENCE_MICROS))
        self._fetches[code] = fetch
        self._ask(code, fetch)

    def fetching(self, code: bytes) -> bool:
        """Whether a source is under way."""
        return code in self._fetches

    def asked(self, sender: Key, frame: CodeWanted) -> None:
        """Somebody wants a source: a chunk of it, if it is here."""
        source = self._sources.get(frame.code)
        if source is not None:
            data = source[frame.offset : frame.offset + limits.CODE_CHUNK_BYTES]
            self._desk.send(sender, CodeChunk(frame.code, frame.offset, len(source), data))

    def came(self, sender: Key, frame: CodeChunk) -> None:
        """A chunk of what was asked for.

        Raises:
            RemoteError: it is not what its hash says.
        """
        fetch = self._fetches.get(frame.code)
        if fetch is None or frame.offset != len(fetch.parts):
            return
        fetch.parts += frame.data
        if len(fetch.parts) < frame.total and frame.data:
            fetch.backoff.start(self._desk.now)
            self._desk.send(sender, CodeWanted(frame.code, len(fetch.parts)))
            return
        source = bytes(fetch.parts)
        if hash_of(source) != frame.code:
            fetch.parts.clear()
            message = "a source that is not what its hash says"
            raise RemoteError(message)
        del self._fetches[frame.code]
        self.keep(source)
        self._arrived.append(frame.code)

    def settled(self) -> list[bytes]:
        """Sources that came, or that nobody had in time, since the last call."""
        arrived, self._arrived = self._arrived, []
        return arrived

    def repeat(self) -> None:
        """Ask again, somebody else; give up what nobody has."""
        now = self._desk.now
        for code, fetch in list(self._fetches.items()):
            if fetch.ends <= now:
                del self._fetches[code]
                self._arrived.append(code)
            elif fetch.backoff.due(now):
                self._ask(code, fetch)

    def deadline(self) -> Micros | None:
        """When something is due."""
        fetches = self._fetches.values()
        return earliest(*[one.backoff.at for one in fetches], *[one.ends for one in fetches])

    def used(self, codes: list[bytes]) -> None:
        """These are in use now; what was and is no longer is forgotten."""
        before, self._used = self._used, dict.fromkeys(codes)
        for code in before:
            if code not in self._used and code in self._sources:
                del self._sources[code]
                self._desk.save(code_field(code), None)

    def _ask(self, code: bytes, fetch: Fetch) -> None:
        others = [key for key in self._desk.members if key not in {self._desk.own, fetch.first}]
        leader = self._desk.leader
        others.sort(key=lambda key: key != leader)
        turns = [fetch.first, *others] if fetch.first not in {None, self._desk.own} else others
        fetch.backoff.start(self._desk.now)
        if turns:
            target = turns[fetch.asked % len(turns)]
            fetch.asked += 1
            fetch.parts.clear()
            if target is not None:
                self._desk.send(target, CodeWanted(code, 0))
