"""The whole site as a model: `NodeMachine` on what the simulator gives it."""

from __future__ import annotations

from app.core import limits
from app.core.ids import SiteId
from app.core.instant import MILLI, Micros
from app.crypto.keys import Identity
from app.node.config import Config
from app.node.machine import NodeMachine
from app.node.turn import Machine
from app.sim.site import Boot, Model

EPOCH_WALL_MS = 1_700_000_000_000
"""The world's first moment on people's clocks; sites differ by what their own clock says."""


def build(boot: Boot) -> NodeMachine:
    """A site as a driver would build it."""
    host, port = boot.address
    return NodeMachine(
        saved=boot.saved,
        entropy=boot.entropy,
        rng=boot.rng,
        now=boot.now,
        config=Config(
            wall_ms=EPOCH_WALL_MS + boot.now // MILLI,
            addresses=(f"{host}:{port}",),
            null_crypto=boot.null_crypto,
            visible=True,
            snapshot_every=boot.snapshot_every or limits.SNAPSHOT_EVERY,
            tail_kept=boot.tail_kept or limits.TAIL_ENTRIES_KEPT,
        ),
    )


def identify(fields: dict[str, bytes]) -> SiteId | None:
    """Whose disk this is, None before its first commit."""
    seed = fields.get("key")
    return None if seed is None else Identity(seed).site


def provoke(machine: Machine, now: Micros) -> None:
    """The site proposes a view for no reason, if it may."""
    assert isinstance(machine, NodeMachine)
    if machine.session is not None:
        machine.session.order.recovery.propose("for no reason", now)


MODEL = Model(build, identify, provoke)
