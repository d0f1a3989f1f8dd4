"""Bytes of a minute of typing and dragging: as ordered events, and the same minute as pixels.

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
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from app.bench.figures import Figures
from app.bench.share.people import SAMPLES
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
LETTERS = (*"etaoinshrdlu", "space", "space", "space", "Return")
ASK_SECONDS = 1 / 30
START_SECONDS = 10.0
RFB: Final = b"RFB 003.008\n"
ENCODINGS: Final = (7, 16, 5, 0, -250, -26)
"""Tight, ZRLE, hextile, raw; compression 6; quality 6: what viewers ask for as they come."""
READ_BYTES = 1 << 16


class Viewer:
    """x11vnc at a display, and a viewer that counts what it gets; `received` in bytes."""

    def __init__(self, screen: Screen) -> None:
        self.received = 0
        self.is_over = False
        self._line = socket.socket(socket.AF_UNIX)
        self._line.settimeout(START_SECONDS)
        self._threads: list[threading.Thread] = []
        # Short-lived and of this user alone: a socket's name has at most 107 bytes.
        self._folder = tempfile.TemporaryDirectory(prefix="ts-vnc-")
        path = str(Path(self._folder.name) / "s")
        self._server = subprocess.Popen(  # noqa: S603 - a fixed program
            ["x11vnc", "-display", screen.name, "-unixsock", path, "-rfbport", "0",  # noqa: S607
             "-nopw", "-shared", "-forever", "-quiet"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            self._reach(path)
            self._width, self._height = self._begin()
            self._line.settimeout(None)
        except BaseException:
            self.close()
            raise
        self._threads = [
            threading.Thread(target=each, daemon=True) for each in (self._count, self._ask)
        ]
        for thread in self._threads:
            thread.start()

    def _reach(self, path: str) -> None:
        until = time.monotonic() + START_SECONDS
        while self._line.connect_ex(path):
            if time.monotonic() > until:
                raise KnownError("x11vnc did not start.")
            time.sleep(0.05)

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
        for thread in self._threads:
            thread.join()
        self._line.close()
        self._folder.cleanup()

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
    """`share.bytes_per_minute`: half of it typing, half of it dragging, over the network.

    `share.typing_bytes_per_minute` and so on are what a whole minute of one thing would be;
    `share.pixel_bytes_per_minute` and `share.bytes_ratio` only where x11vnc is installed.
    """
    seconds = QUICK_SECONDS if quick else FULL_SECONDS
    place = folder / "pixels"
    place.mkdir()
    with Table(place, screens[:2]) as table, contextlib.ExitStack() as stack:
        program = place / "editor.py"
        shutil.copy(SAMPLES / "qt_editor.py", program)
        table.share(str(program), place)
        idle = Count(table)
        time.sleep(seconds / 4)
        idle_bytes, _ = idle.stop()
        viewer = None
        if shutil.which("x11vnc") is not None:
            viewer = stack.enter_context(Viewer(screens[0]))
            time.sleep(1)
        typing = Count(table, viewer)
        _type(table.seats[0], seconds / 2)
        typing_bytes, typing_pixels = typing.stop()
        dragging = Count(table, viewer)
        _drag(table.seats[0], seconds / 2)
        dragging_bytes, dragging_pixels = dragging.stop()
    halves = 60 / seconds
    figures = {
        "share.idle_bytes_per_minute": idle_bytes * 4 * halves,
        "share.typing_bytes_per_minute": typing_bytes * 2 * halves,
        "share.dragging_bytes_per_minute": dragging_bytes * 2 * halves,
        "share.bytes_per_minute": (typing_bytes + dragging_bytes) * halves,
    }
    pixels = typing_pixels + dragging_pixels
    if viewer is not None:
        figures["share.pixel_bytes_per_minute"] = pixels * halves
        figures["share.bytes_ratio"] = (typing_bytes + dragging_bytes) / max(pixels, 1)
    return figures


class Count:
    """What all sites send, and what the viewer gets, from here to `stop`."""

    def __init__(self, table: Table, viewer: Viewer | None = None) -> None:
        self._table = table
        self._viewer = viewer
        self._events, self._pixels = self._now()

    def _now(self) -> tuple[int, int]:
        sent = sum(seat.sent_bytes() for seat in self._table.seats)
        return sent, 0 if self._viewer is None else self._viewer.received

    def stop(self) -> tuple[int, int]:
        """(bytes of the sites, bytes of the viewer)."""
        events, pixels = self._now()
        return events - self._events, pixels - self._pixels


def _type(seat: Seat, seconds: float) -> None:
    """Words and lines, so that the page scrolls as it does under an author."""
    rng = random.Random(2)  # noqa: S311 - letters, not secrets
    until = time.monotonic() + seconds
    x, y, width, height = seat.hand.windows()[-1]
    seat.hand.click((x + width // 2, y + height // 2))
    while time.monotonic() < until:
        seat.hand.key(rng.choice(LETTERS))
        time.sleep(TYPING_PAUSE_SECONDS)


def _drag(seat: Seat, seconds: float) -> None:
    """The mouse selects text to and fro, as far as the page goes."""
    until = time.monotonic() + seconds
    x, y, width, height = seat.hand.windows()[-1]
    places = [(x + width // 6, y + height // 3), (x + width * 5 // 6, y + height * 5 // 6)]
    while time.monotonic() < until:
        first, last = places
        seat.hand.move(*first)
        seat.hand.button(1, down=True)
        for step in range(STROKE_POINTS + 1):
            seat.hand.move(
                first[0] + (last[0] - first[0]) * step // STROKE_POINTS,
                first[1] + (last[1] - first[1]) * step // STROKE_POINTS,
            )
            time.sleep(POINT_PAUSE_SECONDS)
        seat.hand.button(1, down=False)
        places.reverse()
