"""Fakes of the program around the window: they note what it is asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.core.ids import SiteId
from app.ui.models.lab import Worse


@dataclass
class FakeLab:
    """A house of the network lab; `own` are the members whose programs it may end."""

    own: tuple[SiteId, ...] = ()
    rules: list[tuple[tuple[SiteId, Worse], ...]] = field(default_factory=list)
    killed: list[SiteId] = field(default_factory=list)

    def set_lab(self, rules: tuple[tuple[SiteId, Worse], ...]) -> None:
        self.rules.append(rules)

    def can_kill(self, site: SiteId) -> bool:
        return site in self.own

    def kill(self, site: SiteId) -> None:
        self.killed.append(site)
