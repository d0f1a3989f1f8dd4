"""What a Python program must not take from its own machine: chance and clocks.

Put in before the program's first line. The order's clock is what the program reads; the standard
library goes on with the real one where it measures waiting, else its waits would never end. Not
covered: `os.urandom` and what comes from it, numpy's generators, clocks read in C.
"""

from __future__ import annotations

import datetime as dt
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

NowMs = Callable[[], int]
"""Unix time on the order's clock."""


def pin_random(seed: int) -> None:
    """The module's own generator, and those that a program makes without a seed of its own."""
    random.seed(seed)
    made = 0
    original = random.Random

    class Seeded(original):  # type: ignore[misc, valid-type]
        """`random.Random` whose chance is the share's where the program names none."""

        def __init__(self, x: Any = None) -> None:
            nonlocal made
            if x is None:
                made += 1
                x = f"{seed}/{made}"
            super().__init__(x)

    Seeded.__name__ = Seeded.__qualname__ = "Random"
    Seeded.__module__ = "random"
    random.Random = Seeded  # type: ignore[misc]


def pin_clock(now_ms: NowMs, folder: Path) -> None:
    """`time` and `datetime` read the order's clock.

    `monotonic` and `perf_counter` do so for code of the program's folder and its `__main__` only:
    the standard library waits by them.
    """
    _pin_wall_clock(now_ms)
    _pin_dates(now_ms)
    inside = str(folder.resolve())
    first_ms = now_ms()

    def belongs(frame: Any) -> bool:
        names = frame.f_globals
        return names.get("__name__") == "__main__" or str(names.get("__file__") or "").startswith(
            inside
        )

    def counter(real: Callable[[], Any], per_ms: float) -> Callable[[], Any]:
        whole = isinstance(real(), int)

        def read() -> Any:
            if not belongs(sys._getframe(1)):
                return real()
            value = (now_ms() - first_ms) * per_ms
            return int(value) if whole else value

        return read

    for name, per_ms in (
        ("monotonic", 1e-3),
        ("perf_counter", 1e-3),
        ("monotonic_ns", 1e6),
        ("perf_counter_ns", 1e6),
    ):
        setattr(time, name, counter(getattr(time, name), per_ms))


def _pin_wall_clock(now_ms: NowMs) -> None:
    localtime, gmtime, strftime, ctime = time.localtime, time.gmtime, time.strftime, time.ctime

    def seconds(given: float | None) -> float:
        return now_ms() / 1000 if given is None else given

    changes: dict[str, Callable[..., Any]] = {
        "time": lambda: now_ms() / 1000,
        "time_ns": lambda: now_ms() * 1_000_000,
        "localtime": lambda at=None: localtime(seconds(at)),
        "gmtime": lambda at=None: gmtime(seconds(at)),
        "ctime": lambda at=None: ctime(seconds(at)),
        "asctime": lambda at=None: asctime(localtime(seconds(None)) if at is None else at),
        "strftime": lambda how, at=None: strftime(
            how, localtime(seconds(at)) if at is None else at
        ),
    }
    asctime = time.asctime
    for name, change in changes.items():
        setattr(time, name, change)


def _pin_dates(now_ms: NowMs) -> None:
    real_date, real_datetime = dt.date, dt.datetime

    class Kind(type):
        """A real date is an instance of the pinned class too: C code makes real ones."""

        def __instancecheck__(cls, value: object) -> bool:
            real = real_datetime if "now" in cls.__dict__ else real_date
            return isinstance(value, real)

    class Date(real_date, metaclass=Kind):  # type: ignore[misc, valid-type]
        """`datetime.date` on the order's clock."""

        @classmethod
        def today(cls) -> Any:
            """The order's day, local."""
            return cls.fromtimestamp(now_ms() / 1000)

    class Datetime(real_datetime, metaclass=Kind):  # type: ignore[misc, valid-type]
        """`datetime.datetime` on the order's clock."""

        @classmethod
        def now(cls, tz: Any = None) -> Any:
            """The order's time, local or of that zone."""
            return cls.fromtimestamp(now_ms() / 1000, tz)

        @classmethod
        def today(cls) -> Any:
            """The order's time, local."""
            return cls.now()

        @classmethod
        def utcnow(cls) -> Any:
            """The order's time in UTC, without a zone, as the program's library has it."""
            return cls.fromtimestamp(now_ms() / 1000, dt.UTC).replace(tzinfo=None)

    for pinned, name in ((Date, "date"), (Datetime, "datetime")):
        pinned.__name__ = pinned.__qualname__ = name
        pinned.__module__ = "datetime"
        setattr(dt, name, pinned)


UNFIT = {
    "socket.connect": "This program talks to other machines: what it hears may differ in each copy.",
    "socket.bind": "This program listens for other machines: what it hears may differ in each copy.",
    "subprocess.Popen": "This program starts other programs: they are not shared.",
    "os.system": "This program starts other programs: they are not shared.",
    "os.posix_spawn": "This program starts other programs: they are not shared.",
    "os.fork": "This program makes a second process of itself: that one is not shared.",
}
"""What no pin reaches, by the interpreter's audit events; texts for people."""


class Unfit:
    """Notices what makes copies differ and can't be pinned; each is said once."""

    def __init__(self) -> None:
        self._seen: dict[str, None] = {}
        self._said = 0
        sys.addaudithook(self._hook)

    def _hook(self, event: str, _arguments: object) -> None:
        # In any thread: a dict's new key is one step, and it is said elsewhere.
        if event in UNFIT:
            self._seen[UNFIT[event]] = None

    def news(self) -> list[str]:
        """What has been noticed since the last time."""
        if len(self._seen) == self._said:
            return []
        texts = list(self._seen)[self._said :]
        self._said += len(texts)
        return texts
