"""Figures for the stick panel: what the home's placement knows, and what this site measured itself.

For people only; nothing decides by it. Keeps the last moves and waits in rings of fixed size.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace

from app.core import limits
from app.core.ids import EntryId, SiteId, site_of
from app.core.instant import MILLI, Micros
from app.dispatcher.order import Order
from app.dispatcher.placement import Measures
from app.dispatcher.placement.panel import Panel, PanelRow
from app.dispatcher.placement.rates import DecayedRate
from app.node.api import MoveShown, StickPanel, StickRow
from app.node.meaning import Meaning
from app.node.window.numbering import Numbering
from app.node.window.waits import Waits


class Stick:
    """What this site saw of moves, waits and talk."""

    def __init__(self) -> None:
        self._moves: deque[MoveShown] = deque(maxlen=limits.STICK_MOVES_MAX)
        self._waits: deque[tuple[int, float]] = deque(maxlen=limits.STICK_WAITS_MAX)
        self._issued: dict[EntryId, Micros] = {}
        self._talk: dict[SiteId, DecayedRate] = {}
        self._ordered_at: Micros | None = None
        self._gap_since: Micros | None = None
        self.numbering = Numbering()
        self._by_measure = Waits()
        self._since_ms = 0

    # --- what happens -----------------------------------------------------------------------------

    def issued(self, entry_id: EntryId, now: Micros) -> None:
        """An own entry that counts as talk waits; only the first call counts."""
        if len(self._issued) < limits.STICK_WAITS_MAX:
            self._issued.setdefault(entry_id, now)

    def ordered(self, entry_id: EntryId, site: SiteId, now: Micros, wall_ms: int) -> None:
        """An entry that counts as talk got its place."""
        self._close_gap(now)
        self._ordered_at = now
        since = self._issued.pop(entry_id, None)
        if since is not None:
            self._waits.append((wall_ms, (now - since) / MILLI))
        rate = self._talk.get(site)
        if rate is None:
            if len(self._talk) >= limits.AUTHORS_MAX:
                return
            rate = self._talk[site] = DecayedRate(limits.TALK_SHARE_MICROS, now)
        rate.bump(now)

    def _close_gap(self, now: Micros) -> None:
        """The first entry after a move: how long did own lines wait for it, at most?"""
        if self._gap_since is None:
            return
        waiting = min(self._issued.values(), default=None)
        if waiting is not None and self._moves:
            gap_ms = (now - max(waiting, self._gap_since)) / MILLI
            self._moves[-1] = replace(
                self._moves[-1], gap_ms=max(gap_ms, 0.0), waited=len(self._issued)
            )
        self._gap_since = None

    def counted(self, entry_id: EntryId) -> None:
        """Any entry got its place: is it the author's next?"""
        faults = self.numbering.take(entry_id)
        if self._moves and (faults.lost or faults.doubled):
            last = self._moves[-1]
            self._moves[-1] = replace(
                last, lost=last.lost + faults.lost, doubled=last.doubled + faults.doubled
            )

    def measured(
        self,
        measures: Measures,
        sites: list[SiteId],
        home: SiteId | None,
        now: Micros,
        wall_ms: int,
    ) -> None:
        """The members measured each other again."""
        self._since_ms = self._since_ms or wall_ms
        rates = {site: self.talk_rate(site, now) for site in sites}
        self._by_measure.measured(sites, measures, rates)
        if home is not None:
            self._by_measure.note(home, rates, wall_ms)

    def moved(self, move: MoveShown, policy: str, now: Micros) -> None:
        """The stick is elsewhere: note what that means for everybody, as known now."""
        waits = self._by_measure
        sites = list(self._talk)
        rates = {site: self.talk_rate(site, now) for site in sites}
        self._moves.append(
            replace(
                move,
                policy=policy,
                share=self.talk_shares(sites, now).get(move.target, 0.0),
                before_ms=waits.mix(move.source, rates),
                after_ms=waits.mix(move.target, rates),
                people=waits.each(move.source, move.target),
            )
        )
        self._gap_since = now if self._ordered_at is None else self._ordered_at

    def talk_rate(self, site: SiteId, now: Micros) -> float:
        """Entries per second, averaged over about a minute."""
        rate = self._talk.get(site)
        return 0.0 if rate is None else rate.at(now)

    def talk_shares(self, sites: list[SiteId], now: Micros) -> dict[SiteId, float]:
        """Who says how much of what is said."""
        rates = {site: self.talk_rate(site, now) for site in sites}
        total = sum(rates.values())
        return {site: rate / total if total > 0 else 0.0 for site, rate in rates.items()}

    # --- what is shown ----------------------------------------------------------------------------

    def panel(
        self, order: Order, meaning: Meaning, now: Micros, leaving: Callable[[SiteId], bool]
    ) -> StickPanel:
        """Everything at this moment; figures of the accounts only where the stick is."""
        desk = order.desk
        home = desk.home
        placement = order.advice.placement
        view = order.disk.present
        names = {site_of(key): meaning.name_of(key) for key in (view.keys if view else ())}
        panel = placement.panel(now) if placement is not None else None
        if panel is not None:
            rows = [known_row(row, names.get(row.site, row.site)) for row in panel.rows]
        else:
            rows = [
                guest_row(site, name, self.talk_rate(site, now), leaving=leaving(site))
                for site, name in names.items()
            ]
        at = site_of(home[1]) if home is not None else None
        measures = order.advice.measures
        taken = measures.taken
        own = site_of(desk.own)
        shown = StickPanel(
            policy=meaning.policy,
            pin=meaning.pin,
            home=at,
            epoch=str(order.epoch),
            rows=self._with_waits(rows, at, now),
            price=panel.price if panel is not None else 0.0,
            heat=panel.heat if panel is not None else 0.0,
            tokens=panel.tokens if panel is not None else 0.0,
            dwell_left_ms=panel.dwell_micros / MILLI if panel is not None else 0.0,
            oldest_stroke_ms=_ms(panel.oldest_stroke_micros) if panel is not None else None,
            measures_age_ms=None if taken is None else (now - taken) / MILLI,
            moves=tuple(self._moves),
            rtt=tuple([(one, two, link.rtt_ms) for (one, two), link in measures.links.items()]),
            waits=((own, tuple(self._waits)),) if self._waits else (),
            expected=self._by_measure.expected(),
            everyone=self._by_measure.everyone(),
            since_ms=self._since_ms,
        )
        return shown if panel is None else with_accounts(shown, panel)

    def _with_waits(
        self, rows: list[StickRow], home: SiteId | None, now: Micros
    ) -> tuple[StickRow, ...]:
        """The rows with what everybody's lines wait for, and would with the stick there."""
        waits = self._by_measure
        rates = {row.site: self.talk_rate(row.site, now) for row in rows}
        return tuple(
            [
                replace(
                    row,
                    lines_a_minute=60 * rates[row.site],
                    wait_ms=None if home is None else waits.own(row.site, home),
                    here_ms=waits.mix(row.site, rates),
                )
                for row in rows
            ]
        )


def with_accounts(shown: StickPanel, panel: Panel) -> StickPanel:
    """The panel with what only the home knows beyond price and tokens."""
    return replace(
        shown,
        tokens_max=panel.tokens_max,
        token_ms=panel.token_micros / MILLI,
        heat_halves_ms=panel.heat_halves_micros / MILLI,
        profit=panel.profit,
        must=panel.must,
    )


def known_row(row: PanelRow, name: str) -> StickRow:
    """A site as the home's accounts have it."""
    return StickRow(
        row.site,
        name,
        row.cost_ms,
        row.gain_ms,
        100 * row.gain_share,
        row.regret_share,
        row.full,
        row.poor,
        row.leaving,
        row.stroke_micros is not None,
        row.talk_rate,
    )


def guest_row(site: SiteId, name: str, talk_rate: float, *, leaving: bool) -> StickRow:
    """A site as one knows it where the stick is not: no accounts."""
    return StickRow(
        site,
        name,
        cost_ms=0.0,
        gain_ms=0.0,
        gain_percent=0.0,
        regret=0.0,
        full=False,
        poor=False,
        leaving=leaving,
        stroke_open=False,
        talk_rate=talk_rate,
    )


def _ms(micros: int | None) -> float | None:
    return None if micros is None else micros / MILLI
