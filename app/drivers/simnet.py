"""A poor network below a real socket: `--sim-net delay=50,jitter=5,loss=0.05`.

Each packet that leaves waits `delay` ms, give or take up to `jitter` ms (so packets may overtake
one another), and is lost with probability `loss`. For demos and measurements; never in the way
when the option isn't given.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from app.core import limits
from app.core.errors import LocalError
from app.core.rng import Rng
from app.node.contract import Address

Send = Callable[[Address, bytes], None]

_BOUNDS = {"delay": 60_000.0, "jitter": 60_000.0, "loss": 1.0}
_FORM = "expected delay=MS,jitter=MS,loss=0..1, each at most once (for example delay=50,loss=0.05)"


@dataclass(frozen=True, slots=True)
class SimulatedNetwork:
    """One-way delay and jitter in ms; loss as a probability."""

    delay: float = 0.0
    jitter: float = 0.0
    loss: float = 0.0


def parse_simulated(text: str) -> SimulatedNetwork:
    """Read the option's text.

    Raises:
        LocalError: a name is unknown or doubled, a number is none or out of bounds.
    """
    values: dict[str, float] = {}
    for part in text.split(","):
        name, _, number = part.strip().partition("=")
        if name not in _BOUNDS or name in values:
            message = f"'{part}' in '{text}' is not understood: {_FORM}"
            raise LocalError(message)
        try:
            value = float(number)
        except ValueError:
            value = -1.0
        if not 0.0 <= value <= _BOUNDS[name]:
            message = f"{name}={number} is not between 0 and {_BOUNDS[name]:g}: {_FORM}"
            raise LocalError(message)
        values[name] = value
    return SimulatedNetwork(**values)


class SimulatedWire:
    """Stands before a `send` and makes it worse."""

    def __init__(
        self, network: SimulatedNetwork, send: Send, rng: Rng, loop: asyncio.AbstractEventLoop
    ) -> None:
        self._network = network
        self._send = send
        self._rng = rng
        self._loop = loop
        self._under_way = 0

    def send(self, target: Address, data: bytes) -> None:
        """Send late, or never."""
        network = self._network
        if self._rng.chance(network.loss) or self._under_way >= limits.SIMULATED_PACKETS_MAX:
            return
        jitter = self._rng.uniform(-network.jitter, network.jitter) if network.jitter else 0.0
        self._under_way += 1
        self._loop.call_later(max(0.0, network.delay + jitter) / 1_000, self._arrive, target, data)

    def _arrive(self, target: Address, data: bytes) -> None:
        self._under_way -= 1
        self._send(target, data)
