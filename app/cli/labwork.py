"""The window's network lab, between people and addresses.

People choose members; the network knows addresses, which change: while a rule is in force they are
asked for again and again. Holds no rule beyond the session.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from app.cli.desk import Answer, Desk
from app.core.ids import SiteId
from app.node.api import Done, ReadWays, WaysShown
from app.node.contract import Address
from app.ui.models.lab import Worse

AGAIN_SECONDS = 0.5
"""A member that changes its address gets through for no longer."""

MakeWorse = Callable[[Mapping[Address, tuple[float, float, bool]]], None]
CallLater = Callable[..., asyncio.TimerHandle]


class LabWork:
    """The rules of one open session; `make_worse` is its site's door."""

    def __init__(self, desk: Desk, make_worse: MakeWorse, call_later: CallLater) -> None:
        self._desk = desk
        self._make_worse = make_worse
        self._call_later = call_later
        self._rules: dict[SiteId, Worse] = {}
        self._timer: asyncio.TimerHandle | None = None

    def set_rules(self, rules: tuple[tuple[SiteId, Worse], ...]) -> None:
        """From now on these."""
        self._rules = dict(rules)
        self._stop()
        if self._rules:
            self._look()
        else:
            self._make_worse({})

    def end(self) -> None:
        """The session is over."""
        self._rules = {}
        self._stop()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        self._timer = self._call_later(AGAIN_SECONDS, self._look)
        self._desk.ask(ReadWays, self._learn)

    def _learn(self, answer: Answer) -> None:
        """Where the members are reached now."""
        if not self._rules or not isinstance(answer, Done) or not isinstance(answer.value, tuple):
            return
        worse: dict[Address, tuple[float, float, bool]] = {}
        for ways in answer.value:
            rule = self._rules.get(ways.site) if isinstance(ways, WaysShown) else None
            if rule is not None:
                for address in ways.addresses:
                    worse[address] = (rule.delay_ms, rule.loss, rule.cut)
        self._make_worse(worse)
