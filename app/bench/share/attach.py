"""What a guest adds to a program's start: from the start of the process to its usable window.

The program says when its window was first drawn and its loop turns; under a guest it is usable once
the guest has said hello and told of that window, too. Both are started in turn, in the same
environment, so that a busy machine meets both alike.
"""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import subprocess
import time
from pathlib import Path
from statistics import median
from typing import Any

from app.bench.figures import Figures
from app.bench.share import programs
from app.bench.share.ear import Ear
from app.bench.share.screen import Screen
from app.core import limits
from app.core.errors import KnownError
from app.core.instant import SECOND
from app.drivers.processes import kill_group
from app.drivers.sharelaunch import environment, interpreter, launch

WIDGETS = (5, 2_000)
FULL_TIMES = 7
QUICK_TIMES = 1
PERSON = "a" * 16
START_MS = 1_800_000_000_000

_LENGTH = struct.Struct(">I")


def run(folder: Path, screen: Screen, *, quick: bool) -> Figures:
    """`share.attach_ms.tk.w5` and so on; the larger of both as `share.attach_ms.tk`."""
    figures: Figures = {}
    for toolkit in programs.TOOLKITS:
        for widgets in WIDGETS:
            alone, shared = _compare(folder, screen, toolkit, widgets, quick=quick)
            figures[f"share.start_alone_ms.{toolkit}.w{widgets}"] = alone
            figures[f"share.attach_ms.{toolkit}.w{widgets}"] = shared - alone
        added = [figures[f"share.attach_ms.{toolkit}.w{widgets}"] for widgets in WIDGETS]
        figures[f"share.attach_ms.{toolkit}"] = max(added)
    return figures


def _compare(
    folder: Path, screen: Screen, toolkit: str, widgets: int, *, quick: bool
) -> tuple[float, float]:
    """Medians in ms: alone, and under a guest."""
    place = folder / f"attach-{toolkit}-{widgets}"
    place.mkdir()
    path = programs.write(place, toolkit)
    variables = environment(toolkit, place, {}) | {"DISPLAY": screen.name}
    alone: list[float] = []
    shared: list[float] = []
    with Ear() as ear:
        arguments = [str(widgets), ear.path]
        for _ in range(QUICK_TIMES if quick else FULL_TIMES):
            alone.append(_alone(ear, screen, place, [str(path), *arguments], variables))
            start = {
                "program": str(path), "kind": "file", "arguments": arguments, "seed": 1,
                "folder": str(place), "person": PERSON, "start_ms": START_MS,
            }  # fmt: skip
            shared.append(_shared(ear, screen, toolkit, start, variables))
    return median(alone), median(shared)


def _alone(
    ear: Ear, screen: Screen, folder: Path, words: list[str], variables: dict[str, str]
) -> float:
    ear.empty()
    begun = time.monotonic()
    process = subprocess.Popen(  # noqa: S603 - a program of our own
        [interpreter(""), *words], cwd=folder, env=variables, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        return (ear.wait_for(screen.name, "ready") - begun) * 1_000
    finally:
        kill_group(process)
        process.wait()


def _shared(
    ear: Ear, screen: Screen, toolkit: str, start: dict[str, Any], variables: dict[str, str]
) -> float:
    ear.empty()
    begun = time.monotonic()
    process, ours, output = launch(toolkit, interpreter(""), Path(str(start["folder"])), variables)
    with output, ours:
        try:
            body = json.dumps(["start", start]).encode()
            ours.sendall(_LENGTH.pack(len(body)) + body)
            attached = _attached(ours)
            drawn = ear.wait_for(screen.name, "ready")
        finally:
            kill_group(process)
            process.wait()
    return (max(attached, drawn) - begun) * 1_000


def _attached(line: socket.socket) -> float:
    """The instant at which the guest had said hello and told of a window; raises `KnownError`."""
    line.settimeout(limits.BENCH_PATIENCE_MICROS / SECOND)
    data = b""
    missing = {"hello", "window"}
    with contextlib.suppress(OSError):
        while part := line.recv(1 << 16):
            data += part
            while len(data) >= _LENGTH.size:
                (length,) = _LENGTH.unpack_from(data)
                if len(data) < _LENGTH.size + length:
                    break
                frame = json.loads(data[_LENGTH.size : _LENGTH.size + length])
                data = data[_LENGTH.size + length :]
                if frame[0] == "hello" or (frame[0] == "window" and frame[5]):
                    missing.discard(frame[0])
                if not missing:
                    return time.monotonic()
    raise KnownError("A measured guest did not attach.")
