"""The adaptive policy: every entry adds to each site the regret 'we would have been better there'.

An account never falls below 0, so it forgets by itself; the dispatcher moves when one reaches the
price of a move (ski rental), and a move that did not pay raises the price of the next ones. It
looks at ordered entries and costs only: no hint ever reaches this file.

Sites are positions in the view; times are Micros.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.core.instant import Micros
from app.dispatcher.placement.costs import Costs
from app.dispatcher.placement.decisions import Judgement, Reason
from app.dispatcher.placement.tuning import Tuning


@dataclass(frozen=True, slots=True)
class Answer:
    """A decision by positions: `target` with a reason to move there, or to stay although."""

    moves: bool
    target: int | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class Situation:
    """What `decide` has to know besides the accounts."""

    home: int
    costs: Costs
    leaving: Collection[int]
    strokes: Mapping[int, Micros]
    """Who draws, and when the first entry of the stroke was ordered."""

    @property
    def urgent(self) -> bool:
        """Whether staying is worse than any brake."""
        return self.costs.full[self.home] or self.home in self.leaving


class Adaptive:
    """The accounts of one home, and the brakes that travel with the dispatcher."""

    def __init__(self, sites: int, now: Micros, tuning: Tuning) -> None:
        self.tuning = tuning
        self.regret = [0.0] * sites
        self.slots: list[int | None] = [None] * sites
        self.before: int | None = None
        self.profit = 0.0
        self.last: Micros | None = None
        """When the dispatcher arrived, or a permit was refused; None: it has always been here."""
        self._heat = 0.0
        self._heat_at = now
        self._credit_micros = tuning.tokens_max * tuning.token_micros
        self._credit_at = now

    def heat(self, now: Micros) -> float:
        """Doublings of the price, now."""
        return self._heat * math.pow(0.5, (now - self._heat_at) / self.tuning.heat_half_micros)

    def set_heat(self, now: Micros, heat: float) -> None:
        """Put the heat; it cools from now on."""
        self._heat = heat
        self._heat_at = now

    def heat_halves_micros(self, now: Micros) -> int:
        """Time until the heat has halved once more since it was put; 0 when there is none."""
        half = self.tuning.heat_half_micros
        return half - (now - self._heat_at) % half if self._heat > 0 else 0

    def credit_micros(self, now: Micros) -> int:
        """Saved-up time; `token_micros` of it buy one move. May be negative after urgent moves."""
        earned = self._credit_micros + (now - self._credit_at)
        return min(self.tuning.tokens_max * self.tuning.token_micros, earned)

    def set_credit(self, now: Micros, micros: int) -> None:
        """Put the saved-up time; it grows from now on."""
        self._credit_micros = max(micros, -self.tuning.tokens_max * self.tuning.token_micros)
        self._credit_at = now

    def price(self, now: Micros) -> float:
        """What an account must reach, in entry-milliseconds."""
        return self.tuning.price * math.pow(self.tuning.rise, self.heat(now))

    def next_token_micros(self, now: Micros) -> int:
        """Time until one more move is saved up; 0 when all are."""
        token, credit = self.tuning.token_micros, self.credit_micros(now)
        return 0 if credit >= self.tuning.tokens_max * token else token - credit % token

    def dwell_micros(self, now: Micros) -> int:
        """What is left of the least stay."""
        if self.last is None:
            return 0
        return max(0, self.last + self.tuning.dwell_micros - now)

    def count(self, now: Micros, author: int, home: int, costs: Costs) -> bool:
        """Add an entry to the accounts, at most one per author and slot.

        Returns:
            Whether it counted.
        """
        slot = now // self.tuning.slot_micros
        if slot == self.slots[author]:
            return False
        self.slots[author] = slot
        row = costs.table[author]
        here = (1 - self.tuning.slack) * row[home]
        self.regret = [
            max(0.0, account + here - there)
            for account, there in zip(self.regret, row, strict=True)
        ]
        if self.before is not None:
            self.profit += row[self.before] - row[home]
        return True

    def decide(self, now: Micros, situation: Situation) -> Answer:
        """Weigh the accounts against the price and the brakes; changes nothing but the credit."""
        urgent = situation.urgent
        credit = self.credit_micros(now)
        if not urgent and self.dwell_micros(now) > 0:
            return Answer(moves=False, target=None, reason=Reason.DWELL)
        if not urgent and credit < self.tuning.token_micros:
            return Answer(moves=False, target=None, reason=Reason.NO_TOKENS)
        answer = self._candidate(now, situation)
        if answer.moves:
            self.set_credit(now, credit)
        return answer

    def _candidate(self, now: Micros, situation: Situation) -> Answer:
        """The site to go to, or the one that came closest and what it failed."""
        home, costs, leaving = situation.home, situation.costs, situation.leaving
        ranked = self.ranked(home)
        price = self.price(now)
        rich = [site for site in ranked if self.regret[site] >= price]
        if not rich:
            return Answer(False, ranked[0] if ranked else None, Reason.BELOW_PRICE)
        able = [site for site in rich if not costs.full[site] and site not in leaving]
        if not able:
            full = costs.full[rich[0]]
            return Answer(False, rich[0], Reason.TARGET_FULL if full else Reason.TARGET_LEAVING)
        good = [site for site in able if not costs.poor[site] or costs.poor[home]]
        if not good:
            return Answer(False, able[0], Reason.TARGET_POOR)
        strokes = situation.strokes
        if strokes and not situation.urgent:
            oldest = now - min(strokes.values())
            if oldest < self.tuning.stroke_wait_micros:
                drawing = [site for site in good if site in strokes]
                if not drawing:
                    return Answer(False, good[0], Reason.STROKE)
                good = drawing
        return Answer(True, good[0], self._reason(situation))

    @staticmethod
    def _reason(situation: Situation) -> Reason:
        if situation.home in situation.leaving:
            return Reason.HOME_LEAVING
        return Reason.HOME_FULL if situation.costs.full[situation.home] else Reason.REGRET

    def ranked(self, home: int) -> list[int]:
        """The other sites, highest account first, ties by location."""
        others = [site for site in range(len(self.regret)) if site != home]
        return sorted(others, key=lambda site: -self.regret[site])

    def arrived(self, now: Micros, old_home: int | None) -> Judgement | None:
        """The hand-over is here: judge the move before, start all accounts at 0."""
        self.set_credit(now, self.credit_micros(now) - self.tuning.token_micros)
        judgement = None
        heat = self.heat(now)
        if self.before is not None:
            paid = self.profit >= self.tuning.must
            heat = min(self.tuning.heat_max, max(0.0, heat + (-1 if paid else 1)))
            judgement = Judgement(paid, self.profit, heat)
        self.set_heat(now, heat)
        self.before = old_home
        self.profit = 0.0
        self.last = now
        self.forget()
        return judgement

    def forget(self) -> None:
        """Start all accounts at 0."""
        self.regret = [0.0] * len(self.regret)

    def renumber(self, origin: Sequence[int | None]) -> None:
        """The view changed: `origin[i]` is the old position of the new member i, if it has one."""
        self.regret = [0.0 if old is None else self.regret[old] for old in origin]
        self.slots = [None if old is None else self.slots[old] for old in origin]
        if self.before is not None:
            self.before = origin.index(self.before) if self.before in origin else None
            if self.before is None:
                self.profit = 0.0
