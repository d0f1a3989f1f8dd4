"""How a move of the stick is said in one sentence, without pronouns, by its reason."""

from __future__ import annotations

from app.node.api import DispatcherMoved
from app.ui import figures
from app.ui.strings import Stick

GAIN_SAID_MS = 5.0
"""A smaller gain is no news."""


def move_sentence(event: DispatcherMoved, source: str, target: str, *, to_self: bool) -> str:
    """Where the stick went and why."""
    if to_self and event.reason in {"REGRET", "COUNT", "COMMAND"}:
        return Stick.TO_YOU()
    match event.reason:
        case "REGRET" | "COUNT" if event.gain_ms >= GAIN_SAID_MS:
            return Stick.TALKS_MOST(name=target, time=figures.milliseconds(event.gain_ms))
        case "REGRET" | "COUNT":
            return Stick.TALKS_MOST_LITTLE(name=target)
        case "HOME_FULL":
            return Stick.HOLDER_FULL(gone=source, name=target)
        case "HOME_LEAVING":
            return Stick.HOLDER_LEFT(gone=source, name=target)
        case "COMMAND":
            return Stick.HANDED(name=target)
        case _:
            return Stick.HOLDER_UNREACHABLE(gone=source, name=target)
