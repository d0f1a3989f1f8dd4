"""How many hellos are answered in a second: each costs cryptography for somebody unproven.

There is a bound on all, and a share of it for each host and for those who know no secret, so that
nobody can keep the members out. Never looks at anything but numbers.
"""

from __future__ import annotations

from app.core import limits
from app.core.instant import SECOND, Micros
from app.crypto.hello import Pattern


class HelloRates:
    """The hellos of the present second."""

    def __init__(self) -> None:
        self._since = Micros(0)
        self._all = 0
        self._asks = 0
        self._of_host: dict[str, int] = {}

    def allow(self, host: str, pattern: Pattern, now: Micros) -> bool:
        """Count one, unless it is one too many."""
        if now - self._since >= SECOND:
            self._since = now
            self._all = self._asks = 0
            self._of_host.clear()
        of_host = self._of_host.get(host, 0)
        asks = pattern is Pattern.ASK
        if (
            self._all >= limits.HELLOS_PER_SECOND_MAX
            or of_host >= limits.HELLOS_PER_HOST_PER_SECOND_MAX
            or (asks and self._asks >= limits.ASKS_PER_SECOND_MAX)
        ):
            return False
        self._all += 1
        self._asks += asks
        self._of_host[host] = of_host + 1
        return True
