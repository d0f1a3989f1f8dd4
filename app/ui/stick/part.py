"""Parts of the panel that something else can open: words only, so that panes need not know it."""

from __future__ import annotations

from enum import Enum


class Part(Enum):
    """Where the panel opens."""

    MAP = "map"
    WHY = "why"
    WAITING = "waiting"
    LOG = "log"
    LAB = "lab"
