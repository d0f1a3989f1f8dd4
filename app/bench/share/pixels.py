"""Bytes of a minute of typing and drawing: as ordered events, and the same minute as pixels.

Two sites share a program; at the display of the first, x11vnc serves what is to be seen to one
viewer, which asks for what changed as often as viewers do. Both are counted over the same minute:
all datagrams of both sites, and what the viewer receives.
"""

from __future__ import annotations

import contextlib
import random
import shutil
import socket
import struct
import subprocess
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from app.bench.figures import Figures
from app.bench.share import programs
from app.bench.share.ear import Ear
from app.bench.share.screen import Screen
from app.bench.share.seats import Seat, Table
from app.core.errors import KnownError

FULL_SECONDS = 60.0
QUICK_SECONDS = 4.0
TYPING_PAUSE_SECONDS = 0.18
"""Five to six letters a second."""
POINT_PAUSE_SECONDS = 0.01
"""A mouse tells of its way a hundred times a second."""
STROKE_POINTS = 90
SHEET = (20, 60, 760, 320)
"""Where the program's canvas is: x, y, width, height."""
ASK_SECONDS = 1 / 30
START_SECONDS = 10.0
RFB: Final = b"RFB 003.008\n"
ENCODINGS: Final = (7, 16, 5, 0, -250, -26)
"""Tight, ZRLE, hextile, raw; compression 6; quality 6: what viewers ask for as they come."""
READ_BYTES = 1 << 16


class Viewer:
    """x11vnc at a display, and a viewer that counts what it gets; `received` in bytes."""

    def __init__(self, folder: Path, screen: Screen) -> None:
        self.received = 0
        self.is_over = False
        path = str(folder / "vnc")
        self._server = subprocess.Popen(  # noqa: S603 - a fixed program
            ["x11vnc", "-display", screen.name, "-unixsock", path, "-rfbport", "0",  # noqa: S607
             "-nopw", "-shared", "-forever", "-quiet"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            self._line = self._reach(path)
            self._width, self._height = self._begin()
        except BaseException:
            self.close()
            raise
        self._threads = [
            threading.Thread(target=each, daemon=True) for each in (self._count, self._ask)
        ]
        for thread in self._threads:
            thread.start()

    def _reach(self, path: str) -> socket.socket:
        until = time.monotonic() + START_SECONDS
        while True:
            line = socket.socket(socket.AF_UNIX)
            line.settimeout(START_SECONDS)
            try:
                line.connect(path)
            except OSError:
                line.close()
                if time.monotonic() > until:
                    raise KnownError("x11vnc did not start.") from None
                time.sleep(0.05)
            else:
                return line

    def _read(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            part = self._line.recv(count - len(data))
            if not part:
                raise KnownError("x11vnc hung up.")
            data += part
        return data

    def _begin(self) -> tuple[int, int]:
        """RFC 6143, section 7.1 to 7.3: no password; the size of the screen."""
        self._read(len(RFB))
        self._line.sendall(RFB)
        self._read(self._read(1)[0])
        self._line.sendall(b"\x01")
        self._read(4)
        self._line.sendall(b"\x01")
        width, height = struct.unpack(">HH", self._read(4))
        self._read(16)
        (length,) = struct.unpack(">I", self._read(4))
        self._read(length)
        self._line.sendall(struct.pack(f">BxH{len(ENCODINGS)}i", 2, len(ENCODINGS), *ENCODINGS))
        self._request(everything=True, size=(width, height))
        return width, height

    def _request(self, *, everything: bool, size: tuple[int, int]) -> None:
        self._line.sendall(struct.pack(">BBHHHH", 3, int(not everything), 0, 0, *size))

    def _ask(self) -> None:
        """Ask for what changed, as a viewer does that has shown the last picture."""
        with contextlib.suppress(OSError):
            while not self.is_over:
                self._request(everything=False, size=(self._width, self._height))
                time.sleep(ASK_SECONDS)

    def _count(self) -> None:
        with contextlib.suppress(OSError):
            while part := self._line.recv(READ_BYTES):
                self.received += len(part)

    def close(self) -> None:
        """Hang up and end the server."""
        self.is_over = True
        self._server.terminate()
        self._server.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def run(folder: Path, screens: list[Screen], *, quick: bool) -> Figures:
    """`share.bytes_per_minute`, `share.pixel_bytes_per_minute`, `share.bytes_ratio`.

    `share.idle_bytes_per_minute` is what two sites say when nobody acts. Nothing without x11vnc.
    """
    if shutil.which("x11vnc") is None:
        return {}
    seconds = QUICK_SECONDS if quick else FULL_SECONDS
    place = folder / "pixels"
    place.mkdir()
    with Ear() as ear, Table(place, screens[:2]) as table:
        program = programs.write(place, "tk")
        table.share(str(program), place, "5", ear.path)
        idle_from = _sent(table)
        time.sleep(seconds / 4)
        idle = (_sent(table) - idle_from) * 4
        with Viewer(place, screens[0]) as viewer:
            time.sleep(1)
            events_from, pixels_from = _sent(table), viewer.received
            _act(table.seats[0], seconds)
            events, pixels = _sent(table) - events_from, viewer.received - pixels_from
    per_minute = 60 / seconds
    return {
        "share.bytes_per_minute": events * per_minute,
        "share.idle_bytes_per_minute": idle * per_minute,
        "share.pixel_bytes_per_minute": pixels * per_minute,
        "share.bytes_ratio": events / max(pixels, 1),
    }


def _sent(table: Table) -> int:
    return sum(seat.sent_bytes() for seat in table.seats)


def _act(seat: Seat, seconds: float) -> None:
    """Half of the time writing, half of it drawing, by turns."""
    rng = random.Random(2)  # noqa: S311 - where a line goes, not secrets
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        turn = min(until, time.monotonic() + seconds / 8)
        seat.hand.click((400, 20))
        while time.monotonic() < turn:
            seat.hand.key(rng.choice("abcdefghijklmnopqrstuvwxyz"))
            time.sleep(TYPING_PAUSE_SECONDS)
        turn = min(until, time.monotonic() + seconds / 8)
        while time.monotonic() < turn:
            _draw(seat, rng)


def _draw(seat: Seat, rng: random.Random) -> None:
    x, y, width, height = SHEET
    at_x, at_y = x + rng.random() * width, y + rng.random() * height
    by_x, by_y = rng.uniform(-3, 3), rng.uniform(-3, 3)
    seat.hand.move(int(at_x), int(at_y))
    seat.hand.button(1, down=True)
    for _ in range(STROKE_POINTS):
        by_x, by_y = by_x + rng.uniform(-1, 1), by_y + rng.uniform(-1, 1)
        at_x = min(max(at_x + by_x, x), x + width)
        at_y = min(max(at_y + by_y, y), y + height)
        seat.hand.move(int(at_x), int(at_y))
        time.sleep(POINT_PAUSE_SECONDS)
    seat.hand.button(1, down=False)
