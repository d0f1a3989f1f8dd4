"""Placement at the home: takes what was ordered and measured, answers when and where to move.

Pure: it starts nothing by itself and reads no clock. It decides only after an entry has its index,
at a person's command, or when the home says that it leaves; hints never reach it. What it decides
is a wish: safety does not rest on it.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Collection, Mapping, Sequence

from app.core import limits
from app.core.errors import LocalError
from app.core.ids import SiteId
from app.core.instant import SECOND, Micros
from app.dispatcher.placement.adaptive import Adaptive, Situation
from app.dispatcher.placement.briefcase import pack, put, unpack
from app.dispatcher.placement.costs import best_home
from app.dispatcher.placement.decisions import SAME_SLOT, Decision, Judgement, Kind, Reason
from app.dispatcher.placement.ledger import Ledger, Stroke
from app.dispatcher.placement.measures import Measures
from app.dispatcher.placement.panel import Panel, panel_rows
from app.dispatcher.placement.paper import PaperCounter, busiest
from app.dispatcher.placement.policy import Policy, PolicyName
from app.dispatcher.placement.tuning import DEFAULT, Tuning

MINUTE = 60 * SECOND


class Placement:
    """One home's view of where the dispatcher should be.

    At a new home: make one, give it `measures`, `restore` the briefcase, then call `arrived`.
    """

    def __init__(
        self,
        policy: Policy,
        members: Sequence[SiteId],
        home: SiteId,
        now: Micros,
        tuning: Tuning = DEFAULT,
    ) -> None:
        self.policy = policy
        self.tuning = tuning
        self.ledger = Ledger(members, home, now, tuning)
        self._pin: SiteId | None = None
        self._moving = False
        self._last: Decision | None = None
        self._start(now)

    def _start(self, now: Micros) -> None:
        sites = len(self.ledger.members)
        self.adaptive = Adaptive(sites, now, self.tuning)
        self._paper = PaperCounter(sites)
        self._moves: deque[Micros] = deque(maxlen=limits.PLACEMENT_MOVES_MAX)

    # --- what the caller tells ---------------------------------------------------------------

    def measures(self, measures: Measures) -> None:
        """Take over a matrix; it counts from the next computation of the costs on."""
        self.ledger.measures = measures

    def leaving(self, sites: Collection[SiteId]) -> None:
        """Who is about to go (all of them, each time)."""
        self.ledger.set_leaving(sites)

    def backlog(self, age_micros: int) -> None:
        """How old the home's oldest unsent copy is; 0 when none waits."""
        self.ledger.backlog_micros = age_micros

    def moving(self, under_way: bool) -> None:
        """Whether a permit or a hand-over is under way."""
        self._moving = under_way

    def permit_refused(self, now: Micros) -> None:
        """The leader said no, or the permit is void: stay at least the dwell before asking again."""
        self._moving = False
        self.adaptive.last = now

    def set_policy(self, policy: Policy) -> None:
        """Another rule from now on; what was counted under the old one is forgotten."""
        self.policy = policy
        self._paper = PaperCounter(len(self.ledger.members))
        self.adaptive.forget()

    def pin(self, site: SiteId | None) -> None:
        """Hold the dispatcher where it is (None: let it go); going there first is a `command`."""
        self._pin = site
        self.set_policy(self.policy)

    def set_members(self, members: Sequence[SiteId], home: SiteId, now: Micros) -> None:
        """A new view. Members keep what is known of them; a new one starts at 0.

        Another home than before means that the old one is gone without a hand-over: everything
        starts empty, see `recovered`.

        Raises:
            LocalError: the home is not a member.
        """
        old_home = self.ledger.members[self.ledger.home]
        origin = self.ledger.set_members(members, home, now)
        self._paper.renumber(origin)
        self.adaptive.renumber(origin)
        if home != old_home:
            self.recovered(now)

    def recovered(self, now: Micros) -> None:
        """This site became the home because the old one died: start empty, stay the dwell."""
        self.ledger.reset(now)
        self._start(now)
        self._moving = False
        self.adaptive.last = now

    def arrived(self, now: Micros, old_home: SiteId) -> Judgement | None:
        """The hand-over has arrived and this site is the home.

        Returns:
            Whether the move before this one had paid, if there was one to judge.
        """
        self._moving = False
        self._moves.append(now)
        self._paper = PaperCounter(len(self.ledger.members))
        return self.adaptive.arrived(now, self.ledger.index.get(old_home))

    def save(self, now: Micros) -> bytes:
        """The briefcase: what the next home has to know."""
        recent = [at for at in self._moves if now - at < MINUTE]
        return pack(now, self.ledger, self.adaptive, recent)

    def restore(self, data: bytes, now: Micros) -> None:
        """Take over the last home's briefcase; `arrived` comes next. Nothing changes on an error.

        Raises:
            RemoteError: malformed or out of bounds.
        """
        case = unpack(data)
        self.ledger.reset(now)
        self.ledger.forget_costs()
        self._start(now)
        self._moves.extend(put(case, now, self.ledger, self.adaptive))

    # --- decisions ---------------------------------------------------------------------------

    def on_ordered(self, now: Micros, author: SiteId, stroke: Stroke = Stroke.NONE) -> Decision:
        """An entry of `author` that counts as talk has got its index.

        An author that is not in the view (its entries were brought by others) counts for the
        load only.
        """
        ledger = self.ledger
        ledger.rate.bump(now)
        position = ledger.index.get(author)
        if position is None:
            return SAME_SLOT
        ledger.count(now, position, stroke)
        counted = self.adaptive.count(now, position, ledger.home, ledger.costs(now))
        if self.policy.name is PolicyName.PAPER:
            decision = self._on_paper(now, position)
        elif counted or stroke is Stroke.END:
            decision = self._on_counted(now)
        else:
            return SAME_SLOT
        self._last = decision
        return decision

    def _on_counted(self, now: Micros) -> Decision:
        """The accounts' answer; `fixed`, `manual` and a pin are an infinite price."""
        if self._moving:
            return Decision(Kind.STAY, None, Reason.MOVING)
        if self.policy.name is not PolicyName.ADAPTIVE or self._pin is not None:
            ranked = self.adaptive.ranked(self.ledger.home)
            best = ranked[0] if ranked else None
            return self._decision(now, Kind.STAY, best, Reason.BELOW_PRICE, price=math.inf)
        ledger = self.ledger
        leaving = tuple(ledger.index[site] for site in ledger.leaving)
        situation = Situation(ledger.home, ledger.costs(now), leaving, ledger.strokes)
        answer = self.adaptive.decide(now, situation)
        kind = Kind.MOVE if answer.moves else Kind.STAY
        return self._decision(now, kind, answer.target, answer.reason)

    def _on_paper(self, now: Micros, position: int) -> Decision:
        """The paper's answer; regret and price are the highest counter and K."""
        every = self.policy.count
        counters = self._paper.count(position, every)
        if counters is None:
            return Decision(Kind.STAY, None, Reason.BELOW_PRICE, price=every)
        if self._moving:
            return Decision(Kind.STAY, None, Reason.MOVING)
        target = busiest(counters, self.ledger.home)
        moves = target != self.ledger.home and self._pin is None
        return self._decision(
            now,
            Kind.MOVE if moves else Kind.STAY,
            target,
            Reason.COUNT if moves else Reason.BELOW_PRICE,
            price=every,
            regret=counters[target],
        )

    def command(self, now: Micros, target: SiteId) -> Decision:
        """A person says 'move to'. Price, dwell, tokens, strokes and a pin don't count.

        It may go to a poor site (the panel's row says so before), never to a full or leaving one.

        Raises:
            LocalError: the target is not a member, or is the home.
        """
        ledger = self.ledger
        position = ledger.index.get(target)
        if position is None:
            message = "That computer is not in the session now, so the stick can't go there."
            raise LocalError(message)
        if position == ledger.home:
            message = "The stick is there already."
            raise LocalError(message)
        ledger.forget_costs()
        kind, reason = Kind.MOVE, Reason.COMMAND
        if self._moving:
            kind, reason = Kind.STAY, Reason.MOVING
        elif ledger.costs(now).full[position]:
            kind, reason = Kind.STAY, Reason.TARGET_FULL
        elif target in ledger.leaving:
            kind, reason = Kind.STAY, Reason.TARGET_LEAVING
        self._last = self._decision(now, kind, position, reason)
        return self._last

    def on_home_leaving(self, now: Micros) -> Decision:
        """This home is about to go: do not wait for an entry.

        Goes by `best_home` under every policy and pin; stays only when a move is under way or
        nobody is left who stays.
        """
        ledger = self.ledger
        ledger.set_leaving((*ledger.leaving, ledger.members[ledger.home]))
        if self._moving:
            return Decision(Kind.STAY, None, Reason.MOVING)
        target = best_home(
            ledger.members, ledger.talk_rates(now), ledger.costs(now), ledger.leaving
        )
        if target is None:
            return Decision(Kind.STAY, None, Reason.TARGET_LEAVING)
        position = ledger.index[target]
        self._last = self._decision(now, Kind.MOVE, position, Reason.HOME_LEAVING)
        return self._last

    def _decision(
        self,
        now: Micros,
        kind: Kind,
        target: int | None,
        reason: Reason,
        *,
        price: float | None = None,
        regret: float | None = None,
    ) -> Decision:
        """Put names and figures to an answer; price and regret are the accounts' unless given."""
        price = self.adaptive.price(now) if price is None else price
        if target is None:
            return Decision(kind, None, reason, price=price)
        ledger = self.ledger
        weights = ledger.weights(now)
        here = ledger.mix(now, weights, ledger.home)
        others = [site for site in self.adaptive.ranked(ledger.home) if site != target]
        return Decision(
            kind,
            ledger.members[target],
            reason,
            regret=self.adaptive.regret[target] if regret is None else regret,
            price=price,
            gain_ms=here - ledger.mix(now, weights, target),
            wait_ms=ledger.costs(now).own[target][ledger.home],
            runner_up=ledger.members[others[0]] if others else None,
        )

    # --- for people --------------------------------------------------------------------------

    @property
    def newest(self) -> Decision | None:
        """The newest decision that weighed anything."""
        return self._last

    def panel(self, now: Micros, hints: Mapping[SiteId, str] | None = None) -> Panel:
        """What the window shows; `hints` (unordered presence) pass through to the rows."""
        adaptive = self.adaptive
        oldest = min(self.ledger.strokes.values(), default=None)
        taken = self.ledger.measures.taken
        return Panel(
            rows=panel_rows(now, self.ledger, adaptive, hints or {}),
            policy=self.policy,
            pin=self._pin,
            moving=self._moving,
            price=adaptive.price(now),
            heat=adaptive.heat(now),
            heat_halves_micros=adaptive.heat_halves_micros(now),
            tokens=adaptive.credit_micros(now) / self.tuning.token_micros,
            tokens_max=self.tuning.tokens_max,
            token_micros=adaptive.next_token_micros(now),
            dwell_micros=adaptive.dwell_micros(now),
            oldest_stroke_micros=None if oldest is None else now - oldest,
            moves_last_minute=sum(now - at < MINUTE for at in self._moves),
            profit=adaptive.profit,
            must=self.tuning.must,
            measures_age_micros=None if taken is None else now - taken,
            rate=self.ledger.rate.at(now),
            last=self._last,
        )
