"""Content by its hash, among members: fetched in parts, served to who asks, kept by the driver.

A hash names content and proves it, so it may come from anybody. Parts are hashed as they come and
kept at once; what turns out to be something else is dropped, and another member asked. Bounded:
few at a time, one request each. Never knows what the content is for.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.core import limits
from app.core.ids import HASH_BYTES, Key
from app.core.instant import Micros, after, earliest
from app.node.contract import BlobOutput, DropBlob, ReadBlob, WriteBlob
from app.node.frames import Blob, BlobWanted

if TYPE_CHECKING:
    from app.node.session import Session


@dataclass(slots=True)
class _Fetch:
    """One content under way; `sources` are asked in turn."""

    hash: bytes
    size: int
    sources: tuple[Key, ...]
    offset: int = 0
    until: int = 0
    turn: int = 0
    tries: int = 0
    again_at: Micros = field(default_factory=lambda: Micros(0))
    hasher: hashlib.blake2b = field(default_factory=lambda: hashlib.blake2b(digest_size=HASH_BYTES))


@dataclass(frozen=True, slots=True)
class _Serve:
    """A member waits for this part."""

    to: Key
    hash: bytes
    offset: int


class Fetching:
    """`outputs` collects what the driver must do; `here` what is known to be kept."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.outputs: list[BlobOutput] = []
        self.here: dict[bytes, bool] = {}
        self.nobody_has: dict[bytes, bool] = {}
        self.read: dict[bytes, bytes] = {}
        self._waiting: dict[bytes, _Fetch] = {}
        self._active: dict[bytes, _Fetch] = {}
        self._reads: dict[int, _Serve | _Fetch | bytes] = {}
        self._last_token = 0

    # --- what others want of this -----------------------------------------------------------------

    def want(self, hash_: bytes, size: int, sources: tuple[Key, ...]) -> None:
        """Have this content kept here sooner or later; then it is in `here`."""
        known = hash_ in self.here or hash_ in self._waiting or hash_ in self._active
        if known or len(self._waiting) >= limits.BLOBS_WANTED_MAX:
            return
        self.nobody_has.pop(hash_, None)
        self._waiting[hash_] = _Fetch(hash_, size, sources)

    def want_bytes(self, hash_: bytes, size: int) -> None:
        """Read content that is kept here whole; then it is in `read` until somebody takes it."""
        if hash_ not in self.read and hash_ not in self._reads.values():
            self._ask_disk(hash_, hash_, 0, size)

    def forget(self, hash_: bytes) -> None:
        """Nobody wants it any more."""
        self._waiting.pop(hash_, None)
        self._active.pop(hash_, None)
        self.read.pop(hash_, None)

    def keep(self, data: bytes, hash_: bytes) -> None:
        """Keep content that this site made."""
        for offset in range(0, max(1, len(data)), limits.BLOB_CHUNK_BYTES):
            part = data[offset : offset + limits.BLOB_CHUNK_BYTES]
            self.outputs.append(WriteBlob(hash_, offset, part, len(data)))
        self.here[hash_] = True

    # --- the disk ---------------------------------------------------------------------------------

    def _ask_disk(
        self, why: _Serve | _Fetch | bytes, hash_: bytes, offset: int, count: int
    ) -> None:
        self._last_token += 1
        self._reads[self._last_token] = why
        self.outputs.append(ReadBlob(self._last_token, hash_, offset, count))

    def answered(self, token: int, data: bytes | None, now: Micros) -> None:
        """The driver has read."""
        why = self._reads.pop(token, None)
        if isinstance(why, _Serve):
            found = Blob(why.hash, why.offset, data or b"", missing=data is None)
            self._session.wiring.send(why.to, found)
        elif isinstance(why, _Fetch):
            if why.hash not in self._active:
                return
            if data is not None:
                self._done(why)
            elif why.size == 0:
                self.outputs.append(WriteBlob(why.hash, 0, b"", 0))
                self._done(why)
            else:
                self._ask_peer(why, now)
        elif why is not None and data is not None:
            self.read[why] = data

    # --- members ----------------------------------------------------------------------------------

    def wanted(self, sender: Key, frame: BlobWanted) -> None:
        """A member wants some content."""
        for offset in range(frame.offset, frame.offset + frame.count, limits.BLOB_CHUNK_BYTES):
            if len(self._reads) >= limits.BLOB_READS_MAX:
                self._session.wiring.channels.count("too much content wanted")
                return
            count = min(limits.BLOB_CHUNK_BYTES, frame.offset + frame.count - offset)
            self._ask_disk(_Serve(sender, frame.hash, offset), frame.hash, offset, count)

    def came(self, sender: Key, frame: Blob, now: Micros) -> None:
        """A part of something, if it is what was asked for."""
        fetch = self._active.get(frame.hash)
        if fetch is None or sender != self._source(fetch) or frame.offset != fetch.offset:
            return
        if frame.missing:
            self._next_source(fetch, now)
            return
        data = frame.data
        if not data or fetch.offset + len(data) > fetch.size:
            self._next_source(fetch, now)
            return
        fetch.hasher.update(data)
        last = fetch.offset + len(data) == fetch.size
        if last and fetch.hasher.digest() != fetch.hash:
            self._session.wiring.channels.count("content with another hash")
            self._next_source(fetch, now)
            return
        self.outputs.append(WriteBlob(fetch.hash, fetch.offset, data, fetch.size))
        fetch.offset += len(data)
        fetch.tries = 0
        fetch.again_at = after(now, limits.BLOB_PATIENCE_MICROS)
        if last:
            self._done(fetch)
        elif fetch.offset >= fetch.until:
            self._ask_peer(fetch, now)

    def _done(self, fetch: _Fetch) -> None:
        del self._active[fetch.hash]
        self.here[fetch.hash] = True

    def _source(self, fetch: _Fetch) -> Key | None:
        """Who is asked now: first whom the asker named, then everybody else who is present."""
        session = self._session
        others = [key for key in session.desk.others() if key not in fetch.sources]
        named = [key for key in fetch.sources if key != session.own]
        sources = [*named, *others]
        return sources[fetch.turn % len(sources)] if sources else None

    def _next_source(self, fetch: _Fetch, now: Micros) -> None:
        """Begin again with somebody else: parts of two members may not belong together."""
        if fetch.offset:
            self.outputs.append(DropBlob(fetch.hash))
        fetch.offset = 0
        fetch.hasher = hashlib.blake2b(digest_size=HASH_BYTES)
        fetch.turn += 1
        fetch.tries += 1
        if fetch.tries >= limits.BLOB_TRIES_MAX:
            del self._active[fetch.hash]
            self.nobody_has[fetch.hash] = True
            return
        fetch.again_at = after(now, limits.BLOB_PATIENCE_MICROS // 10)
        fetch.until = 0

    def _ask_peer(self, fetch: _Fetch, now: Micros) -> None:
        fetch.again_at = after(now, limits.BLOB_PATIENCE_MICROS)
        count = min(limits.BLOB_REQUEST_BYTES, fetch.size - fetch.offset)
        fetch.until = fetch.offset + count
        source = self._source(fetch)
        if source is not None:
            self._session.wiring.send(source, BlobWanted(fetch.hash, fetch.offset, count))

    # --- turns ------------------------------------------------------------------------------------

    def tick(self, now: Micros) -> None:
        """Begin what waits, ask again for what does not come."""
        for fetch in list(self._active.values()):
            if now < fetch.again_at:
                continue
            if fetch.until:
                self._next_source(fetch, now)
            if fetch.hash in self._active:
                self._ask_peer(fetch, now)
        while self._waiting and len(self._active) < limits.BLOB_FETCHES_MAX:
            hash_ = next(iter(self._waiting))
            fetch = self._active[hash_] = self._waiting.pop(hash_)
            fetch.again_at = after(now, limits.BLOB_PATIENCE_MICROS)
            self._ask_disk(fetch, hash_, 0, 0)

    def deadline(self) -> Micros | None:
        """When something is to be asked again."""
        if self._waiting and len(self._active) < limits.BLOB_FETCHES_MAX:
            return Micros(0)
        return earliest(*[fetch.again_at for fetch in self._active.values()])
