"""Streams of a session: only the dispatcher, a usual one, one with too much of everything."""

from __future__ import annotations

from typing import Any

from app.node.api import AgentRow, Console, StreamRow
from tests.ui.worlds import SITES

ADA, BRAM, CHIDI, DILARA, EMI = SITES
DISPATCHER_AGENT = AgentRow(
    1, "dispatcher@1", True, ("append", "arrival", "departure", "failure"), False, ""
)
ERROR = 'can\'t read "talker": no such variable (append handler, line 3)'


def stream(name: str, place: int = 0, **more: Any) -> StreamRow:
    """Stream `name` at home at site `place`; self is 1."""
    values: dict[str, Any] = {
        "stream": name,
        "home": SITES[place],
        "location": place + 1,
        "epoch": "3.2",
        "state": "home" if place == 1 else "elsewhere",
        "waiting": 0,
        "unsent": 0,
        "agents": (),
        "reported_ms": 0 if place == 1 else 1_000,
    }
    return StreamRow(**{**values, **more})


def agent(number: int, kind: str = "tcl", **more: Any) -> AgentRow:
    values: dict[str, Any] = {
        "agent": number,
        "kind": kind,
        "controls": False,
        "events": ("append",),
        "failed": False,
        "error": "",
    }
    return AgentRow(**{**values, **more})


def alone() -> tuple[StreamRow, ...]:
    return (stream("dispatcher", 1, epoch="1.0", agents=(DISPATCHER_AGENT,)),)


def usual() -> tuple[StreamRow, ...]:
    follow = ("append", "departure", "relocation")
    return (
        stream(
            "chat",
            0,
            waiting=3,
            unsent=2,
            agents=(agent(1, events=follow), agent(2, events=("append", "arrival", "timer"))),
        ),
        stream("display-2", 1, epoch="3.0", state="running", waiting=12, agents=(agent(1),)),
        stream("dispatcher", 0, epoch="3.7", reported_ms=0, agents=(DISPATCHER_AGENT,)),
        stream(
            "votes",
            2,
            epoch="3.1",
            reported_ms=41_000,
            agents=(
                agent(1, "count@1", controls=True, events=("append", "open")),
                agent(2, failed=True, error=ERROR),
            ),
        ),
        stream("zed", 4, epoch="3.4", reported_ms=None, agents=(agent(1, events=()),)),
    )


def crowded() -> tuple[StreamRow, ...]:
    return (
        *usual(),
        *[
            stream(
                f"stream-with-a-name-that-is-as-long-as-it-may-be-and-{place:02}",
                place % 5,
                waiting=1_234_567,
                unsent=98_765,
                agents=tuple([agent(number, failed=True, error=ERROR * 3) for number in (1, 2)]),
            )
            for place in range(20)
        ],
    )


SAID = (
    Console(BRAM, "display-2", "Ada: Shall we meet at the pier?"),
    Console(BRAM, "display-2", "Chidi: Yes, at four."),
    Console(BRAM, "chat", "moves to 1, who talked most (7 of 10)"),
    Console(BRAM, "votes", f"agent 2 failed: {ERROR}"),
)
