"""Streams for Python programs outside: `from app.mstreams.shell import connect`.

Only a name: it stands where whoever reads about streams looks for it. What it names talks over the
control socket of a running site, so nothing in the app may import this module (ADR 12).

    with connect("folder", name="clock") as shell:
        shell.create("chat")
        shell.append("chat", b"hello")
"""

from __future__ import annotations

from app.drivers.control.shell import Refused, Shell, connect
from app.node.api import AgentRow, StreamRow

__all__ = ["AgentRow", "Refused", "Shell", "StreamRow", "connect"]
