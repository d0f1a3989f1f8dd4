"""The order's disk state (ORDER.md 5.1) in memory, with every change noted as a record.

One turn's notes are committed together before anything of that turn leaves the site; so what
stands here between two turns is what a restart finds. Only this file writes the fields' encodings.
Rules live in `rules`, messages elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from app.core import limits
from app.core.codec import Plain, decode, encode
from app.core.errors import Bug, RemoteError
from app.core.ids import Key
from app.core.schema import Codec
from app.dispatcher import rules
from app.dispatcher.entries import Entry, Placed, next_chain
from app.dispatcher.epochs import Ballot, Epoch, ViewId
from app.dispatcher.log import Log
from app.dispatcher.queue import Queue
from app.dispatcher.records import (
    DropLog,
    DropQueue,
    OrderRecord,
    Range,
    Saved,
    SaveField,
    SaveLog,
    SaveQueue,
    SaveView,
)
from app.dispatcher.snapshots import PROVEN_CODEC, Image, Proven, piece_hash, read_image
from app.dispatcher.views import CERTIFICATE_CODEC, VIEW_CODEC, Certificate, View

_BALLOT: Final = Codec(Ballot)
PIECES_PREFIX: Final = "snap."


def path_ranges(views: Sequence[View], last: int, length: int) -> list[Range]:
    """Where the rows of a log of `length` stand: (view, first, last index), in order.

    Args:
        views: the decided primary views from 1 on, in order.
        last: the number of the view whose log it is.
        length: how many entries.
    """
    ranges: list[Range] = []
    end = length
    for view in reversed(views[:last]):
        if view.base_index < end:
            ranges.append((view.id, view.base_index + 1, end))
            end = view.base_index
    ranges.reverse()
    return ranges


def clipped(ranges: Iterable[Range], first: int, last: int) -> list[Range]:
    """What of these stretches stands from `first` to `last`."""
    return [
        (view, max(low, first), min(high, last))
        for view, low, high in ranges
        if high >= first and low <= last
    ]


class Disk:
    """What 5.1 lists, for one session."""

    def __init__(self, own: Key, session: bytes, saved: Saved) -> None:
        self.own = own
        self.session = session
        self.tail_kept = limits.TAIL_ENTRIES_KEPT
        self._records: list[OrderRecord] = []
        self._placed: list[Placed] = []
        self._dropped: list[int] = []
        fields = saved.fields
        self.certificates: list[Certificate] = [
            CERTIFICATE_CODEC.decode(raw) for raw in saved.certificates
        ]
        self.prim_number = _int(fields, "prim", 0)
        self.following_number = _int(fields, "following", 0)
        self.promised = _BALLOT.decode(fields["promised"]) if "promised" in fields else None
        self.accepted: tuple[Ballot, View] | None = None
        if "accepted" in fields:
            ballot, view = decode(fields["accepted"])
            self.accepted = (_BALLOT.from_plain(ballot), VIEW_CODEC.from_plain(view))
        self.frozen_firm = _int(fields, "firm", 0)
        self.kmax = _int(fields, "kmax", 0)
        self.hold: int | None = _int(fields, "hold", 0) if "hold" in fields else None
        self.hand_over: bytes | None = fields.get("handover")
        self.settled = _int(fields, "settled", 0)
        self._settled_saved = self.settled
        self.queue = Queue(saved.queue)
        self.images: dict[int, tuple[Proven, tuple[bytes, ...]]] = {}
        self.image: Image | None = None
        self.dropped = _int(fields, "dropped", 0)
        self.plog = self._begin_log(fields, "snapshot")
        self.log = self.plog
        self.branch: View | None = None
        self._branch_base: list[Range] = []
        if "branch" in fields:
            self.branch, self._branch_base = read_branch(fields["branch"])
            self.log = self._begin_log(fields, "bsnapshot")
        self.settled = max(self.settled, self.log.begins)
        self._drop_orphans(fields)
        self._saved_primary = _int(fields, "length", 0)
        self._saved_branch = _int(fields, "blength", 0)

    def _begin_log(self, fields: Mapping[str, bytes], name: str) -> Log:
        """The beginning of a log: its snapshot, or the session's; `image` is that of the last call."""
        self.image = None
        if name not in fields:
            return Log(self.session)
        try:
            proven = PROVEN_CODEC.decode(fields[name])
            count = len(proven.manifest.pieces)
            pieces = [fields[piece_name(proven.index, place)] for place in range(count)]
            if tuple(map(piece_hash, pieces)) != proven.manifest.pieces:
                message = f"the snapshot at {proven.index} is damaged"
                raise Bug(message)
            self.image = read_image(proven.manifest, pieces)
        except (KeyError, RemoteError) as error:
            message = f"the snapshot is damaged: {error}"
            raise Bug(message) from None
        self.images[proven.index] = (proven, self.image.pieces)
        return Log.beginning(self.image.beginning)

    def read_image(self, index: int) -> Image:
        """What stands in the snapshot at `index`, at which a log begins."""
        proven, pieces = self.images[index]
        return read_image(proven.manifest, pieces)

    def _drop_orphans(self, fields: Mapping[str, bytes]) -> None:
        """Pieces of a snapshot that was not finished."""
        for name in sorted(fields):
            if name.startswith(PIECES_PREFIX) and int(name.split(".")[1]) not in self.images:
                self._records.append(SaveField(name, None))

    # --- snapshots --------------------------------------------------------------------------------

    @property
    def snapshot(self) -> Proven | None:
        """What the primary log begins at."""
        kept = self.images.get(self.plog.begins)
        return None if kept is None else kept[0]

    def write_piece(self, index: int, place: int, piece: bytes) -> None:
        """Put a piece of a snapshot on the disk; it counts once `compact` names it."""
        self._records.append(SaveField(piece_name(index, place), piece))

    def compact(self, proven: Proven, pieces: tuple[bytes, ...]) -> None:
        """The primary log begins at this snapshot of it, whose pieces are written."""
        self.images[proven.index] = (proven, pieces)
        self.plog.begin_at(proven.index, proven.manifest.chain)
        self.plog.numbers = dict(rules.numbers_in_snapshot(self.plog.numbers))
        self._records.append(SaveField("snapshot", PROVEN_CODEC.encode(proven)))
        self._save("settled", self.settled)
        self._forget_images()

    def drop_rows(self, count: int, kept: tuple[str, ...]) -> bool:
        """Delete at most `count` rows that the snapshot stands for, but for those of `kept` kinds.

        Returns:
            Whether more of them are left.
        """
        begins = self.plog.begins
        if self.dropped >= begins:
            return False
        first, last = self.dropped + 1, min(begins, self.dropped + count)
        ranges = clipped(path_ranges(self.views, self.path_number, begins), first, last)
        self.dropped = last
        self._records.append(DropLog(tuple(ranges), kept))
        self._save("dropped", last)
        return last < begins

    def adopt(self, proven: Proven, image: Image) -> bool:
        """Go on from a snapshot of what this site never had; O5 for what it had instead.

        Returns:
            Whether it had something instead.
        """
        old, new = self.plog, Log.beginning(image.beginning)
        self.plog = self.log = new
        self.settled = max(self.settled, proven.index)
        self._take_image(proven, image, "snapshot")
        instead = any(not _has(new, placed.entry) for placed in old.in_memory())
        self._requeue(old, new)
        self._flush_rows()
        self._save("settled", self.settled)
        self._forget_images()
        return instead

    def adopt_primary(self, proven: Proven, image: Image) -> None:
        """The same beside a branch, which stays as it is."""
        old, self.plog = self.plog, Log.beginning(image.beginning)
        self._take_image(proven, image, "snapshot")
        self._flush_rows()
        removed = [
            placed.entry
            for placed in old.in_memory()
            if placed.entry not in self.queue
            and not _has(self.plog, placed.entry)
            and not _has(self.log, placed.entry)
        ]
        if removed:
            self.reset_queue(rules.queue_after_view(removed, list(self.queue), self.own))
        self._forget_images()

    def _take_image(self, proven: Proven, image: Image, field: str) -> None:
        if proven.index not in self.images:
            for place, piece in enumerate(image.pieces):
                self.write_piece(proven.index, place, piece)
            self.images[proven.index] = (proven, image.pieces)
        self._records.append(SaveField(field, PROVEN_CODEC.encode(proven)))

    def _forget_images(self) -> None:
        """Pieces of snapshots at which no log begins any more."""
        for index in list(self.images):
            if index not in {self.plog.begins, self.log.begins}:
                proven, _ = self.images.pop(index)
                for place in range(len(proven.manifest.pieces)):
                    self._records.append(SaveField(piece_name(index, place), None))

    def _requeue(self, old: Log, new: Log) -> None:
        """O5: what the old log had and the new one lacks goes to the front of the queue."""
        removed = [placed.entry for placed in old.in_memory() if not _has(new, placed.entry)]
        entries = rules.queue_after_view(removed, list(self.queue), self.own)
        self._flush_rows()
        self.reset_queue([entry for entry in entries if not _has(new, entry)])

    # --- views ------------------------------------------------------------------------------------

    @property
    def views(self) -> list[View]:
        """The decided primary views known, from 1 on."""
        return [certificate.view for certificate in self.certificates]

    @property
    def highest(self) -> int:
        """The highest decided primary view known."""
        return len(self.certificates)

    @property
    def prim(self) -> View | None:
        """The last primary view installed."""
        return self.certificates[self.prim_number - 1].view if self.prim_number else None

    @property
    def present(self) -> View | None:
        """The branch, or the last primary view installed: whom this site has to do with."""
        return self.prim if self.branch is None else self.branch

    @property
    def view(self) -> View | None:
        """The view this site works in; None before the first, and on the way to a later one."""
        if self.branch is not None:
            return self.branch
        return None if self.following_number else self.prim

    @property
    def cur(self) -> ViewId:
        """The id of the view this site works in; number 0 before the first."""
        return ViewId(self.prim_number) if self.branch is None else self.branch.id

    @property
    def saved_length(self) -> int:
        """How long the present log on the disk is."""
        return self._saved_primary if self.branch is None else self._saved_branch

    @property
    def path_number(self) -> int:
        """The view whose log path the primary rows are on."""
        return self.following_number or self.prim_number

    def ranges(self, first: int, last: int) -> list[Range]:
        """Where the rows `first` to `last` of the present log stand; of older ones some are left."""
        begins = self.log.begins
        older = clipped(path_ranges(self.views, self.path_number, begins), first, min(last, begins))
        return [*older, *self.log.segments(first, last)]

    def on_path(self, epoch: Epoch, first: int, last: int) -> bool:
        """Whether rows `first` to `last` of the present log can be of this epoch."""
        if self.branch is not None:
            return epoch.view == self.branch.id and first > self.branch.base_index
        return not epoch.branch and self._view_at(first) == self._view_at(last) == epoch.number

    def path_end(self, epoch: Epoch, first: int) -> int:
        """The last index from `first` on of the primary log that can be of this epoch's view.

        Less than `first` if none: a later view's base ends the stretch of the views before it.
        """
        if epoch.branch or self._view_at(first) != epoch.number:
            return first - 1
        later = self.certificates[epoch.number : self.path_number]
        return min([certificate.view.base_index for certificate in later], default=2**63)

    def surely_same(self, number: int) -> int:
        """How much of the present log is surely the beginning of every log of view `number`."""
        branch = self.branch
        if branch is None:
            return self.agreed_length(number)
        later = self.views[branch.number : number]
        return min([branch.root_index, *[view.base_index for view in later[:1]]])

    def agreed_length(self, number: int) -> int:
        """How much of the primary log is surely the beginning of every log of view `number`."""
        own, length = self.primary_number, self.plog.length
        if own >= number:
            return min([length, *[view.base_index for view in self.views[number:own]]])
        return min(length, self.certificates[own].view.base_index)

    def _view_at(self, index: int) -> int:
        """The number of the view in which the present log's `index` was given."""
        number = self.path_number
        while number > 1 and self.certificates[number - 1].view.base_index >= index:
            number -= 1
        return number

    def replay(self, saved: Saved) -> Iterator[Placed]:
        """Rebuild the log in memory from the disk, yielding its entries for the rooms.

        Raises:
            Bug: rows are missing or do not chain up: this journal must not be used (S2).
        """
        length = self._saved_primary
        path = path_ranges(self.views, self.path_number, length)
        primary = clipped(path, self.plog.begins + 1, length)
        if self.branch is None:
            yield from self._replay(saved, self.plog, primary, self._saved_primary)
            return
        # The mark is of the branch's log; of the primary one only what its view began with is sure.
        sure = min(self.settled, self.views[self.prim_number - 1].base_index)
        for _ in self._replay(saved, self.plog, primary, self._saved_primary, sure):
            pass
        base = self.branch.base_index
        own = (self.branch.id, base + 1, self._saved_branch)
        ranges = [*self._branch_base, *([own] if own[1] <= own[2] else [])]
        yield from self._replay(saved, self.log, ranges, self._saved_branch)

    def _replay(
        self,
        saved: Saved,
        log: Log,
        ranges: Sequence[Range],
        length: int,
        settled: int | None = None,
    ) -> Iterator[Placed]:
        settled = self.settled if settled is None else settled
        for placed in saved.read_log(ranges):
            if placed.index != log.length + 1:
                message = f"log row {log.length + 1} is missing"
                raise Bug(message)
            chain = next_chain(log.chain, placed.epoch, placed.stamp_ms, placed.entry)
            if placed.chain != chain:
                message = f"log row {placed.index} does not follow the one before it"
                raise Bug(message)
            log.append(placed)
            log.forget_before(settled, self.tail_kept)
            yield placed
        if log.length != length:
            message = f"the log ends at {log.length} and should end at {length}"
            raise Bug(message)

    def add_certificate(self, certificate: Certificate) -> None:
        """Keep the next decided view; the caller has checked it."""
        self.certificates.append(certificate)
        self._records.append(SaveView(certificate.view.id, CERTIFICATE_CODEC.encode(certificate)))

    def set_prim(self, number: int) -> None:
        """Install a view: promises about its number are over."""
        self.prim_number = number
        self._save("prim", number)
        self.set_following(0)
        self.promised = None
        self.accepted = None
        self._records.append(SaveField("promised", None))
        self._records.append(SaveField("accepted", None))

    def set_following(self, number: int) -> None:
        """Name the decided view whose base is being fetched, 0 for none."""
        self.following_number = number
        self._records.append(SaveField("following", encode(number) if number else None))

    # --- votes ------------------------------------------------------------------------------------

    @property
    def fenced(self) -> bool:
        """P3."""
        return rules.is_fenced(self.promised, self.accepted[0] if self.accepted else None)

    @property
    def stopped(self) -> bool:
        """Whether the fence stops what people do here: it binds the primary log only (P3)."""
        return self.fenced and self.branch is None

    @property
    def firm(self) -> int:
        """How long the log of `prim` was at the first promise or accept; else its length.

        On the way to a later view the log is no more that of `prim`, but for the part that its
        successor took over.
        """
        if self.following_number:
            return min(self.plog.length, self.certificates[self.prim_number].view.base_index)
        return rules.firm_length(self.frozen_firm, self.plog.length, fenced=self.fenced)

    @property
    def settled_in_prim(self) -> int:
        """The mark as far as it speaks of the log of `prim` (O6)."""
        return min(self.settled, self.firm) if self.following_number else self.settled

    @property
    def primary_number(self) -> int:
        """The view whose log `plog` is a part of; on the way the last one whose base it has whole."""
        if not self.following_number:
            return self.prim_number
        return max(
            [
                view.number
                for view in self.views[: self.following_number]
                if view.base_index <= self.plog.length
            ]
        )

    @property
    def best_root(self) -> tuple[int, int]:
        """(p, length) of the highest primary log that this site stands on (D2)."""
        own = (self.primary_number, self.plog.length)
        if self.branch is None:
            return own
        return rules.best_root(own, (self.branch.number, self.branch.root_index))

    def promise(self, ballot: Ballot) -> None:
        """Bind this site to `ballot`; freezes `firm` at the first."""
        self._freeze()
        self.promised = ballot
        self._records.extend(rules.promise_records(_BALLOT.encode(ballot)))

    def accept(self, ballot: Ballot, view: View) -> None:
        """Accept `view` under `ballot`, which is a promise too."""
        self._freeze()
        self.promised = ballot
        self.accepted = (ballot, view)
        accepted = encode([_BALLOT.to_plain(ballot), VIEW_CODEC.to_plain(view)])
        self._records.extend(rules.accept_records(_BALLOT.encode(ballot), accepted))

    def _freeze(self) -> None:
        if not self.fenced:
            self.frozen_firm = self.plog.length
            self._save("firm", self.frozen_firm)

    # --- token ------------------------------------------------------------------------------------

    def set_token(self, hold: int | None, kmax: int) -> None:
        """Hold move `hold` or nothing; `kmax` is the highest move known."""
        self.hold = hold
        self.kmax = kmax
        self._records.append(SaveField("hold", None if hold is None else encode(hold)))
        self._save("kmax", kmax)

    def release(self, k: int, hand_over: bytes) -> None:
        """T2: no token any more, and a hand-over to repeat."""
        self.hold = None
        self.kmax = k
        self.hand_over = hand_over
        self._records.extend(rules.release_records(k, hand_over))

    def set_hand_over(self, hand_over: bytes | None) -> None:
        """Forget the hand-over once it is confirmed or the view is over."""
        if hand_over != self.hand_over:
            self.hand_over = hand_over
            self._records.append(SaveField("handover", hand_over))

    def raise_kmax(self, k: int) -> None:
        """A higher move is known to be taken or handed over."""
        if k > self.kmax:
            self.kmax = k
            self._save("kmax", k)

    # --- log and queue ----------------------------------------------------------------------------

    def append(self, placed: Placed) -> None:
        """Store the next entry of the log; it leaves the queue (O5)."""
        self.log.append(placed)
        self._placed.append(placed)
        position = self.queue.drop(placed.entry)
        if position is not None:
            self._dropped.append(position)

    def append_primary(self, placed: Placed) -> None:
        """Store the next entry of the primary log, for a vote or a later view, beside a branch."""
        self.plog.append(placed)
        self._placed.append(placed)

    def cut_primary(self, index: int) -> None:
        """Cut the primary log beside a branch; what stands nowhere else goes to the queue."""
        removed = [
            placed.entry
            for placed in self.plog.cut(index)
            if placed.entry not in self.queue
            and not self.log.has(
                (placed.entry.author, placed.entry.incarnation), placed.entry.number
            )
        ]
        if removed:
            self.reset_queue(rules.queue_after_view(removed, list(self.queue), self.own))

    def enter_branch(
        self, view: View, log: Log, taken: tuple[Proven, Image] | None = None
    ) -> int | None:
        """Work in a branch from now on (D3); the primary log stays as it is.

        Args:
            view: the branch.
            log: its base.
            taken: the snapshot at which that begins, if it was fetched for it.

        Returns:
            How much of the log before it is the same; None if it begins at a snapshot beyond.
        """
        old = self.log
        if taken is not None:
            self._take_image(*taken, "bsnapshot")
        elif log.begins:
            proven = self.images[log.begins][0]
            self._records.append(SaveField("bsnapshot", PROVEN_CODEC.encode(proven)))
        self.branch = view
        self.plog = rules.primary_beside(self.plog, log)
        base = log.segments(1, view.base_index)
        self._records.extend(rules.branch_records(write_branch(view, base)))
        return self._switch(old, log)

    def leave_branch(self) -> int | None:
        """The primary log is the present one again: a later primary view is installed.

        Returns:
            How much of the log before it is the same; None if it begins at a snapshot beyond.
        """
        old = self.log
        self.branch = None
        self._records.append(SaveField("branch", None))
        self._records.append(SaveField("blength", None))
        self._records.append(SaveField("bsnapshot", None))
        self._saved_branch = 0
        return self._switch(old, self.plog)

    def _switch(self, old: Log, new: Log) -> int | None:
        """O5 between two logs."""
        self.log = new
        self._requeue(old, new)
        self._forget_images()
        return None if new.begins_beyond(old) else old.common_with(new)

    def keep_rows(self, rows: Iterable[Placed]) -> None:
        """Rows of a branch's base that are not on this disk yet."""
        self._placed.extend(rows)

    def take_back(self, index: int) -> int:
        """Cut the log to `index`; what is cut goes to the queue as O5 says.

        Returns:
            How many entries were taken back.
        """
        removed = self.log.cut(index)
        if removed:
            self._flush_rows()
            entries = rules.queue_after_view(
                [placed.entry for placed in removed], list(self.queue), self.own
            )
            self.reset_queue(entries)
        return len(removed)

    def reset_queue(self, entries: Iterable[Entry]) -> None:
        """Replace the whole queue."""
        kept = list(entries)
        self._flush_rows()
        old, first = self.queue.reset(kept)
        self._records.append(SaveQueue(first, tuple(kept)))
        self._records.append(DropQueue(old))

    def enqueue(self, entries: Sequence[Entry]) -> None:
        """Add own new entries at the end of the queue."""
        positions = [self.queue.add(entry) for entry in entries]
        self._records.append(SaveQueue(positions[0], tuple(entries)))

    def set_settled(self, index: int) -> None:
        """Raise the mark."""
        self.settled = index
        self.log.forget_before(index, self.tail_kept)

    # --- records ----------------------------------------------------------------------------------

    def drain(self) -> list[OrderRecord]:
        """The records of this turn; none are left."""
        self._flush_rows()
        if self._settled_saved != self.settled and self._records:
            # Lazily: the mark can be found again, so it never causes a commit of its own.
            self._settled_saved = self.settled
            self._save("settled", self.settled)
        records, self._records = self._records, []
        return records

    def _flush_rows(self) -> None:
        if self._placed:
            self._records.append(SaveLog(tuple(self._placed)))
            self._placed = []
        if self._dropped:
            self._records.append(DropQueue(tuple(self._dropped)))
            self._dropped = []
        if self.plog.length != self._saved_primary:
            self._saved_primary = self.plog.length
            self._save("length", self._saved_primary)
        if self.branch is not None and self.log.length != self._saved_branch:
            self._saved_branch = self.log.length
            self._save("blength", self._saved_branch)

    def save_field(self, name: str, value: bytes | None) -> None:
        """Keep a field of another room."""
        self._records.append(SaveField(name, value))

    def _save(self, name: str, value: int) -> None:
        self._records.append(SaveField(name, encode(value)))


def write_branch(view: View, base: Sequence[Range]) -> bytes:
    """The field `branch`: its view, and where the rows of its base stand."""
    ranges: list[Plain] = [[*_plain_id(view), first, last] for view, first, last in base]
    return encode([VIEW_CODEC.to_plain(view), ranges])


def read_branch(raw: bytes) -> tuple[View, list[Range]]:
    """Inverse of `write_branch`."""
    view, ranges = decode(raw)
    return VIEW_CODEC.from_plain(view), [
        (ViewId(number, branch, leader), first, last)
        for number, branch, leader, first, last in ranges
    ]


def _plain_id(view: ViewId) -> list[Plain]:
    return [view.number, view.branch, view.leader]


def _int(fields: dict[str, bytes], name: str, default: int) -> int:
    raw = fields.get(name)
    if raw is None:
        return default
    value = decode(raw)
    if type(value) is not int:
        message = f"field {name} is damaged"
        raise Bug(message)
    return value


def piece_name(index: int, place: int) -> str:
    """The field of a piece of a snapshot."""
    return f"{PIECES_PREFIX}{index}.{place}"


def _has(log: Log, entry: Entry) -> bool:
    return log.has((entry.author, entry.incarnation), entry.number)
