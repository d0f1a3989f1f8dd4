"""What happened lately, for people: a bounded ring of records, and marks that tests can assert.

The core has no logger. It notes (now, subject, text) here; a driver may print them, a crash report
attaches them, the simulator prints them behind a failing seed. Never put message texts or keys in.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from app.core import limits
from app.core.instant import Micros


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the trace; `subject` is link, move, order, view, join or room."""

    now: Micros
    subject: str
    text: str


class Trace:
    """The last `TRACE_RECORDS_MAX` records and a count of each mark."""

    def __init__(self) -> None:
        self.records: deque[Record] = deque(maxlen=limits.TRACE_RECORDS_MAX)
        self.marks: dict[str, int] = {}

    def note(self, now: Micros, subject: str, text: str) -> None:
        """Add a record."""
        self.records.append(Record(now, subject, text))

    def mark(self, name: str) -> None:
        """Count an odd branch; one test names it and hits it."""
        self.marks[name] = self.marks.get(name, 0) + 1
