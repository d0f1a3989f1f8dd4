"""The log as a site keeps it in memory: its end, the last numbers, and a tail.

It begins with the session, or at a snapshot: what stands before that is not told apart any more.

The tail holds everything that is not settled (a new view may take it back) and some more, so that
a member who is a little behind is served without the disk. Older rows are on disk only. Never
decides what may be stored: `replica` and `sequencer` do.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.core import limits
from app.core.errors import Bug
from app.dispatcher.entries import Author, Entry, Placed
from app.dispatcher.epochs import Epoch
from app.dispatcher.records import Range


@dataclass(frozen=True, slots=True)
class Beginning:
    """Where a log begins: the order part of the entry at `index`, and the last numbers there."""

    index: int
    epoch: Epoch
    stamp_ms: int
    chain: bytes
    numbers: dict[Author, tuple[int, bytes]]


class Log:
    """A prefix of the total order, to `length`; its rows stand from `begins` + 1 on."""

    def __init__(self, session: bytes) -> None:
        self.begins = 0
        self.begin_chain = session
        self.length = 0
        self.chain = session
        self.stamp_ms = 0
        self.epoch: Epoch | None = None
        self.numbers: dict[Author, tuple[int, bytes]] = {}
        self._tail: list[Placed] = []
        self._tail_after = 0
        self._chain_before_tail = session
        self._stamp_before_tail = 0
        self._epoch_before_tail: Epoch | None = None
        self._segments: list[Range] = []

    @classmethod
    def beginning(cls, at: Beginning) -> Log:
        """A log that ends where its snapshot was made."""
        log = cls(at.chain)
        log.begins = log.length = log._tail_after = at.index
        log.epoch = log._epoch_before_tail = at.epoch
        log.stamp_ms = log._stamp_before_tail = at.stamp_ms
        log.numbers = dict(at.numbers)
        return log

    def begin_at(self, index: int, chain: bytes) -> None:
        """A snapshot was made at `index`, which is settled: rows up to it may go."""
        self.begins, self.begin_chain = index, chain
        self._segments = self.segments(index + 1, self.length)

    def beginning_at(self, index: int) -> Beginning | None:
        """What a snapshot at `index` begins with; None where memory has not what came after."""
        rows = self.after(index - 1, self.length)
        if not rows or index < 1:
            return None
        numbers = dict(self.numbers)
        for placed in reversed(rows[1:]):
            _forget_number(numbers, placed.entry)
        at = rows[0]
        return Beginning(index, at.epoch, at.stamp_ms, at.chain, numbers)

    def append(self, placed: Placed) -> None:
        """Store the next entry; the caller has checked that it continues the log."""
        entry = placed.entry
        same = placed.epoch is self.epoch
        self.length = placed.index
        self.chain = placed.chain
        self.stamp_ms = placed.stamp_ms
        self.epoch = placed.epoch
        self.numbers[(entry.author, entry.incarnation)] = (entry.number, entry.hash)
        self._tail.append(placed)
        if self._segments:
            view, first, _ = self._segments[-1]
            if same or view == placed.epoch.view:
                self._segments[-1] = (view, first, placed.index)
                return
        self._segments.append((placed.epoch.view, placed.index, placed.index))

    def copy(self, index: int) -> Log:
        """A log of its own that ends at `index`; what memory has is shared, nothing is read."""
        twin = Log(self.chain)
        twin.begins, twin.begin_chain = self.begins, self.begin_chain
        twin.length, twin.chain, twin.stamp_ms, twin.epoch = (
            self.length,
            self.chain,
            self.stamp_ms,
            self.epoch,
        )
        twin.numbers = dict(self.numbers)
        twin._tail = list(self._tail)
        twin._tail_after = self._tail_after
        twin._chain_before_tail = self._chain_before_tail
        twin._stamp_before_tail = self._stamp_before_tail
        twin._epoch_before_tail = self._epoch_before_tail
        twin._segments = list(self._segments)
        twin.cut(index)
        return twin

    def segments(self, first: int, last: int) -> list[Range]:
        """Where the rows `first` to `last` stand: (view, first, last index), in order."""
        return [
            (view, max(first, low), min(last, high))
            for view, low, high in self._segments
            if high >= first and low <= last
        ]

    def has(self, author: Author, number: int) -> bool:
        """Whether that entry is in this log: numbers have no gaps."""
        return number <= self.last_number(author)

    def common_with(self, other: Log) -> int:
        """The last index up to which both are the same, as far as memory has both.

        Where memory has not both, it is settled, so the same.
        """
        low = max(self._tail_after, other._tail_after)
        high = min(self.length, other.length)
        while low < high:
            middle = (low + high + 1) // 2
            if self.chain_at(middle) == other.chain_at(middle):
                low = middle
            else:
                high = middle - 1
        return min(low, high)

    def begins_beyond(self, old: Log) -> bool:
        """Whether this log's snapshot is of what `old` has not: nothing leads there from it.

        What `old` has no more in memory is settled, so the same.
        """
        if self.begins > old.length:
            return True
        known = old.chain_at(self.begins)
        return known is not None and known != self.begin_chain

    def last_number(self, author: Author) -> int:
        """The incarnation's last number in the log, 0 for none."""
        known = self.numbers.get(author)
        return known[0] if known else 0

    def chain_at(self, index: int) -> bytes | None:
        """The chain after `index`, or None where only the disk knows."""
        if index == self.length:
            return self.chain
        if index == self._tail_after:
            return self._chain_before_tail
        if self._tail_after < index < self.length:
            return self._tail[index - self._tail_after - 1].chain
        return None

    def after(self, index: int, count: int) -> list[Placed] | None:
        """At most `count` entries after `index`, or None where only the disk has them."""
        if index < self._tail_after:
            return None
        start = index - self._tail_after
        return self._tail[start : start + count]

    def in_memory(self) -> list[Placed]:
        """All entries that memory has: what is not settled is among them."""
        return list(self._tail)

    def cut(self, index: int) -> list[Placed]:
        """Take back everything after `index`; returns it in order."""
        if index < self._tail_after:
            message = f"index {index} left memory, so it was settled"
            raise Bug(message)
        keep = index - self._tail_after
        removed = self._tail[keep:]
        del self._tail[keep:]
        for placed in reversed(removed):
            _forget_number(self.numbers, placed.entry)
        self._segments = self.segments(1, index)
        self.length = index
        last = self._tail[-1] if self._tail else None
        self.chain = last.chain if last else self._chain_before_tail
        self.stamp_ms = last.stamp_ms if last else self._stamp_before_tail
        self.epoch = last.epoch if last else self._epoch_before_tail
        return removed

    def forget_before(self, settled: int, kept: int = limits.TAIL_ENTRIES_KEPT) -> None:
        """Drop settled entries from memory when they are more than twice those `kept`."""
        surplus = min(settled, self.length) - self._tail_after - kept
        if surplus < kept:
            return
        last = self._tail[surplus - 1]
        self._tail_after = last.index
        self._chain_before_tail = last.chain
        self._stamp_before_tail = last.stamp_ms
        self._epoch_before_tail = last.epoch
        del self._tail[:surplus]


def _forget_number(numbers: dict[Author, tuple[int, bytes]], entry: Entry) -> None:
    """The entry before this one is its incarnation's last."""
    author = (entry.author, entry.incarnation)
    if entry.number == 1:
        del numbers[author]
    else:
        numbers[author] = (entry.number - 1, entry.previous)
