"""The network lab as rows: what this computer's own network is to do to each member.

Holds wishes only; who carries them out is the program around the window. They end with the session.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from app.core.ids import SiteId
from app.node.api import PersonShown
from app.ui import figures
from app.ui.strings import Lab as Text

DELAYS_MS = (0, 20, 50, 100, 250, 500, 1_000)
LOSSES = (0.0, 0.01, 0.05, 0.1, 0.2, 0.5)


@dataclass(frozen=True, slots=True)
class Worse:
    """One-way delay in ms and loss as a share, each way; `cut`: nothing passes."""

    delay_ms: float = 0.0
    loss: float = 0.0
    cut: bool = False


NOTHING = Worse()


class LabHouse(Protocol):
    """What the program around the window does for the lab; each call returns at once."""

    def set_lab(self, rules: tuple[tuple[SiteId, Worse], ...]) -> None:
        """What the own network is to do to these members from now on."""

    def can_kill(self, site: SiteId) -> bool:
        """Whether this member's process is one of this computer's that this window may kill."""

    def kill(self, site: SiteId) -> None:
        """End a member's process as a power cut would; this window's, too."""


@dataclass(frozen=True, slots=True)
class LabRow:
    """A member and what is done to the way there."""

    person: PersonShown
    worse: Worse


class LabModel(QObject):
    """`changed` after any change of people or wishes."""

    changed = Signal()

    def __init__(self, house: LabHouse, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.house = house
        self._people: tuple[PersonShown, ...] = ()
        self._rules: dict[SiteId, Worse] = {}

    def set_people(self, people: tuple[PersonShown, ...]) -> None:
        """Everybody, on any change; who left needs no rule."""
        shown = tuple([each for each in people if not each.is_self and each.state != "left"])
        if shown == self._people:
            return
        self._people = shown
        sites = {each.site for each in shown}
        kept = {site: rule for site, rule in self._rules.items() if site in sites}
        if kept != self._rules:
            self._rules = kept
            self.house.set_lab(tuple(kept.items()))
        self.changed.emit()

    def rows(self) -> tuple[LabRow, ...]:
        """The other members, in the order of people."""
        return tuple([LabRow(each, self.rule(each.site)) for each in self._people])

    def rule(self, site: SiteId) -> Worse:
        """What is done to the way to a member."""
        return self._rules.get(site, NOTHING)

    @property
    def is_on(self) -> bool:
        """Whether anything is done to anybody."""
        return bool(self._rules)

    def change(
        self,
        sites: tuple[SiteId, ...],
        *,
        delay_ms: float | None = None,
        loss: float | None = None,
        cut: bool | None = None,
    ) -> None:
        """Do this to the ways to these members; None leaves a wish as it is."""
        known = {each.site for each in self._people}
        for site in [each for each in sites if each in known]:
            rule = self.rule(site)
            rule = replace(
                rule,
                delay_ms=rule.delay_ms if delay_ms is None else delay_ms,
                loss=rule.loss if loss is None else loss,
                cut=rule.cut if cut is None else cut,
            )
            self._rules.pop(site, None)
            if rule != NOTHING:
                self._rules[site] = rule
        self._tell()

    def end(self) -> None:
        """Put everything back."""
        if self._rules:
            self._rules = {}
            self._tell()

    def _tell(self) -> None:
        self.house.set_lab(tuple(self._rules.items()))
        self.changed.emit()

    def sentence(self) -> str:
        """What the status bar warns of; empty while nothing is done."""
        if not self._rules:
            return ""
        cut = [each.name for each in self._people if self.rule(each.site).cut]
        if cut and len(cut) == len(self._people):
            return Text.ON_CUT_ALL()
        if cut:
            return Text.ON_CUT(names=figures.names(cut))
        return Text.ON()
