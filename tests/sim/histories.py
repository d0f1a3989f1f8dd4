"""Histories made by hand: what sites commit and show, record by record, without any machine."""

from __future__ import annotations

import dataclasses

from app.core.codec import encode
from app.core.ids import Key, site_of
from app.core.schema import Codec
from app.dispatcher.entries import NO_HASH, Entry, Placed, make_entry, next_chain
from app.dispatcher.epochs import Ballot, ViewId, epoch_of
from app.dispatcher.records import DropQueue, SaveField, SaveLog, SaveQueue, SaveView
from app.dispatcher.snapshots import PROVEN_CODEC, Manifest, Packing, Proven
from app.dispatcher.views import (
    CERTIFICATE_CODEC,
    VIEW_CODEC,
    Certificate,
    Member,
    View,
    founding,
    genesis_id,
)
from app.node import api
from app.sim.checkers.watch import Watch
from app.sim.storage import Disk

NONCE = bytes(16)
A, B, C, D = 0, 1, 2, 3


def key_of(site: int) -> Key:
    return Key(bytes([65 + site]) * 32)


SESSION = genesis_id(key_of(A), NONCE)


def number(name: str, value: int | None) -> SaveField:
    return SaveField(name, None if value is None else encode(value))


def accepted(view: View, owner: int = A, n: int = 1) -> SaveField:
    ballot = Codec(Ballot).to_plain(Ballot(n, key_of(owner)))
    return SaveField("accepted", encode([ballot, VIEW_CODEC.to_plain(view)]))


def promised(owner: int = A, n: int = 1) -> SaveField:
    return SaveField("promised", Codec(Ballot).encode(Ballot(n, key_of(owner))))


class Story:
    """Some sites, their disks, and all checkers."""

    def __init__(self, sites: int = 3) -> None:
        self.disks = [Disk() for _ in range(sites)]
        self.watch = Watch(self.disks)
        for site in range(sites):
            self.watch.introduce(site, site_of(key_of(site)))
        self._entries: dict[tuple[int, int], Entry] = {}

    # --- values -----------------------------------------------------------------------------------

    def say(self, site: int, body: bytes = b"", incarnation: int = 1, kind: str = "chat") -> Entry:
        """The author's next entry; on no disk yet."""
        before = self._entries.get((site, incarnation))
        entry = make_entry(
            SESSION,
            (key_of(site), incarnation),
            before.number + 1 if before else 1,
            before.hash if before else NO_HASH,
            (kind, body, 0, 0, b""),
        )
        self._entries[site, incarnation] = entry
        return entry

    @staticmethod
    def place(entry: Entry, before: Placed | None = None, view: int = 1, k: int = 0) -> Placed:
        """The entry behind `before`, or at index 1."""
        index, chain, stamp = (
            (before.index, before.chain, before.stamp_ms) if before else (0, SESSION, 0)
        )
        epoch = epoch_of(ViewId(view), k)
        return Placed(index + 1, epoch, stamp, next_chain(chain, epoch, stamp, entry), entry)

    @staticmethod
    def view(at: int, members: tuple[int, ...], base: Placed | None = None, first: int = A) -> View:
        """A primary view that begins behind `base`."""
        index, chain = (base.index, base.chain) if base else (0, SESSION)
        named = tuple([Member(key_of(site), site + 1) for site in members])
        return View(SESSION, at, 0, b"", named, 9, key_of(first), index, chain, index)

    @staticmethod
    def certificate(view: View) -> SaveView:
        signature = (key_of(A), bytes(64))
        raw = CERTIFICATE_CODEC.encode(Certificate(view, Ballot(1, key_of(A)), (signature,)))
        return SaveView(view.id, raw)

    # --- what happens -----------------------------------------------------------------------------

    def commit(self, site: int, *records: object) -> None:
        self.disks[site].commit(records)  # type: ignore[arg-type]
        self.watch.committed(site, records)  # type: ignore[arg-type]

    def found(self) -> View:
        """A founds the session and holds the token."""
        founder = founding(key_of(A), NONCE, bytes(64))
        raw = CERTIFICATE_CODEC.encode(founder)
        records = (SaveView(founder.view.id, raw), number("prim", 1), number("hold", 0))
        self.commit(A, *records, number("kmax", 0))
        return founder.view

    def begin(self, members: tuple[int, ...], first: int = A) -> View:
        """View 2 of these members, decided by A alone and installed by all, with an empty log."""
        self.found()
        view = self.view(2, members, first=first)
        self.commit(A, promised(), accepted(view))
        for site in members:
            self.install(site, view)
        return view

    def install(self, site: int, view: View, *more: object) -> None:
        first = self.disks[site].certificates.get(ViewId(1)) is None
        records: list[object] = []
        if first:
            raw = self.disks[A].certificates[ViewId(1)]
            records.append(SaveView(ViewId(1), raw))
            for number_between in range(2, view.number):
                view_id = ViewId(number_between)
                records.append(SaveView(view_id, self.disks[A].certificates[view_id]))
        holds = view.first == key_of(site)
        records += [
            self.certificate(view),
            number("prim", view.number),
            SaveField("promised", None),
            SaveField("accepted", None),
            number("hold", 0 if holds else None),
            number("kmax", 0),
        ]
        self.commit(site, *records, *more)

    def queue(self, site: int, position: int, *entries: Entry) -> None:
        self.commit(site, SaveQueue(position, entries))

    def store(self, site: int, *placed: Placed, dropped: tuple[int, ...] = ()) -> None:
        self.commit(site, SaveLog(placed), DropQueue(dropped), number("length", placed[-1].index))

    def snapshot(self, site: int, at: Placed, numbers: dict[int, int], *voters: int) -> Proven:
        """A snapshot on the site's disk: last numbers by author, and who vouches for it."""
        packing = Packing()
        for author, last in sorted(numbers.items()):
            packing.add(("numbers", [key_of(author), 1], [last, bytes(32)]))
        packing.close()
        manifest = Manifest(
            SESSION, at.index, at.epoch, at.stamp_ms, at.chain, tuple(packing.hashes)
        )
        votes = tuple([(key_of(voter), bytes(64)) for voter in voters])
        proven = Proven(manifest, at.epoch.number, votes)
        fields = [
            SaveField(f"snap.{at.index}.{place}", piece)
            for place, piece in enumerate(packing.pieces)
        ]
        self.commit(site, *fields, SaveField("snapshot", PROVEN_CODEC.encode(proven)))
        return proven

    def show_settled(self, site: int, index: int) -> None:
        self.watch.shown(site, api.EntriesSettled(index))

    def show(self, site: int, *placed: Placed) -> None:
        shown = tuple([api.EntryShown(item, "", settled=False) for item in placed])
        self.watch.shown(site, api.EntriesOrdered(shown))


def altered(placed: Placed, **changes: object) -> Placed:
    return dataclasses.replace(placed, **changes)  # type: ignore[arg-type]
