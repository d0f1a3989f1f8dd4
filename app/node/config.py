"""What a driver decides before a site starts. Nothing here changes while it runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Config:
    """How this site runs.

    `wall_ms` is the wall clock at the machine's first `now`: for display and for the end of
    invites, never for the order. `null_crypto` replaces the sealed box by one without encryption
    (long simulations only; the handshake stays real).
    """

    wall_ms: int
    addresses: tuple[str, ...] = ()
    null_crypto: bool = False
