"""What a figure was measured on, so that two machines are not compared by mistake."""

from __future__ import annotations

import os
import platform
import sqlite3
import sys
import time
from pathlib import Path

from app import __version__
from app.bench.figures import percentile

DISK_TRIES = 50
PAGE_BYTES = 4_096


def describe(folder: Path) -> dict[str, object]:
    """The machine, and how long its disk takes below `folder` to make one page durable."""
    return {
        "version": __version__,
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count() or 1,
        "load": _load(),
        "display": display(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "disk_sync_ms_p50": round(disk_sync_ms(folder), 3),
    }


def display() -> str:
    """What windows are shown by: a picture in memory (`offscreen`) has no way to a screen."""
    named = {"WAYLAND_DISPLAY": "wayland", "DISPLAY": "x11"}
    found = [name for variable, name in named.items() if os.environ.get(variable)]
    return os.environ.get("QT_QPA_PLATFORM") or next(iter(found), sys.platform)


def disk_sync_ms(folder: Path) -> float:
    """Median time of writing one page and waiting until it is durable."""
    path = folder / "disk-speed"
    took: list[float] = []
    with path.open("wb", buffering=0) as file:
        for _ in range(DISK_TRIES):
            begun = time.monotonic()
            file.write(b"x" * PAGE_BYTES)
            os.fsync(file.fileno())
            took.append((time.monotonic() - begun) * 1_000)
    path.unlink()
    return percentile(took, 50)


def _processor() -> str:
    """The processor's name where the system tells it."""
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _load() -> float:
    """How busy the machine was in the last minute, in cores; 0 where nobody knows."""
    if not hasattr(os, "getloadavg"):
        return 0.0
    return round(os.getloadavg()[0], 2)
