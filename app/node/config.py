"""What a driver decides before a site starts. Nothing here changes while it runs."""

from __future__ import annotations

from dataclasses import dataclass

from app.core import limits
from app.node.api import Admitting


@dataclass(frozen=True, slots=True)
class Config:
    """How this site runs.

    `wall_ms` is the wall clock at the machine's first `now`: for display and for the end of
    invites, never for the order. `null_crypto` replaces the sealed box by one without encryption
    (long simulations only; the handshake stays real). `window`: whether somebody looks, who is told
    of rows, objects, people and hints; a headless site spares itself that. `visible` and `admitting`:
    how strangers in the network are met at first. `snapshot_every`: entries between two snapshots,
    the same at all sites of a session; `tail_kept`: settled ones in memory, for members a little
    behind.
    """

    wall_ms: int
    addresses: tuple[str, ...] = ()
    null_crypto: bool = False
    window: bool = False
    visible: bool = False
    admitting: Admitting = Admitting.ASK
    snapshot_every: int = limits.SNAPSHOT_EVERY
    tail_kept: int = limits.TAIL_ENTRIES_KEPT
