"""A poor network at the door of one site, put there by its own person to see what happens.

Delays, loses and cuts what this site sends to chosen addresses and what comes from them; nobody
else's traffic. Off until rules are set, forgotten with the site. Never looks into a datagram.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from app.core import limits
from app.core.rng import Rng
from app.drivers.udp import Batch
from app.node.contract import Address

Send = Callable[[Address, bytes], None]
Receive = Callable[[Batch], None]


@dataclass(frozen=True, slots=True)
class Worse:
    """One-way delay in ms and loss as a probability, each way; `cut`: nothing passes."""

    delay_ms: float = 0.0
    loss: float = 0.0
    cut: bool = False


class Lab:
    """Stands between a site and its socket, both ways; passes everything while there is no rule."""

    def __init__(
        self, send: Send, receive: Receive, rng: Rng, loop: asyncio.AbstractEventLoop
    ) -> None:
        self._send = send
        self._receive = receive
        self._rng = rng
        self._loop = loop
        self._rules: Mapping[Address, Worse] = {}
        self._under_way = 0
        self.dropped = 0

    def set_rules(self, rules: Mapping[Address, Worse]) -> None:
        """From now on; what is under way arrives as it was sent."""
        self._rules = dict(rules)

    def send(self, target: Address, data: bytes) -> None:
        """Towards the socket."""
        rule = self._rules.get(target)
        if rule is None:
            self._send(target, data)
        elif self._passes(rule):
            self._later(rule, partial(self._send, target, data))

    def receive(self, batch: Batch) -> None:
        """From the socket; a batch without rules stays one."""
        if not self._rules:
            self._receive(batch)
            return
        rest: Batch = []
        for each in batch:
            rule = self._rules.get(each[0])
            if rule is None:
                rest.append(each)
            elif self._passes(rule):
                self._later(rule, partial(self._receive, [each]))
        if rest:
            self._receive(rest)

    def _passes(self, rule: Worse) -> bool:
        full = rule.delay_ms > 0 and self._under_way >= limits.SIMULATED_PACKETS_MAX
        if rule.cut or self._rng.chance(rule.loss) or full:
            self.dropped += 1
            return False
        return True

    def _later(self, rule: Worse, then: Callable[[], None]) -> None:
        if rule.delay_ms <= 0:
            then()
            return
        self._under_way += 1
        self._loop.call_later(rule.delay_ms / 1_000, self._arrive, then)

    def _arrive(self, then: Callable[[], None]) -> None:
        self._under_way -= 1
        then()
