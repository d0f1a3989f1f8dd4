"""The constants of placement in one value, so that a test or an experiment can change one of them.

Chosen by simulation, 17 scenarios with 20 seeds each; the reason stands after each. In a session
only the defaults are used: sites with different constants would pull the dispatcher to and fro.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.core.instant import MILLI, SECOND


@dataclass(frozen=True, slots=True)
class Tuning:
    """Every constant of the cost matrix and of the adaptive policy."""

    price: float = 500.0
    """Entry-milliseconds a site must have been better by: three times what a move costs."""
    slack: float = 0.10
    """A site less than this better in the mix collects regret by chance only."""
    tail_ms: float = 30.0
    """What a measured round trip hides of a remote home: waking up, commit, hold-up behind losses."""
    own_weight: float = 0.5
    """Share of the author's own wait in the cost; the rest is the mean delivery to the others."""
    slot_micros: int = 50 * MILLI
    """One counted entry per author and slot: a stroke or flood weighs no more than a talker."""
    dwell_micros: int = 1 * SECOND
    """Least stay after an arrival."""
    token_micros: int = 5 * SECOND
    """Time that earns the right to one move: 12 moves a minute."""
    tokens_max: int = 4
    """Moves that can be saved up."""
    rise: float = 2.0
    """Each move that did not pay multiplies the price by this: the brake against oscillation."""
    heat_max: float = 6.0
    """Most doublings of the price: 64 times."""
    heat_half_micros: int = 120 * SECOND
    """Heat halves in this time."""
    must: float = 1_500.0
    """Entry-milliseconds a move must save to have paid: three prices."""
    stroke_wait_micros: int = 3 * SECOND
    """While somebody draws, courtesy lasts this long; who draws may have the dispatcher at once."""
    poor_loss: float = 0.10
    """A site that loses less than this to most of its peers is never poor."""
    poor_factor: float = 3.0
    """A poor site loses more than this many times the median: one bad pair makes nobody poor."""
    full_load: float = 0.8
    """Share of an uplink above which queues grow without bound soon."""
    load_max: float = 0.95
    """Load at which the queueing formula stops growing; it has a pole at 1."""
    unfit_ms: float = 5_000.0
    """Added to the cost of a full or leaving site."""
    backlog_micros: int = 150 * MILLI
    """An older unsent copy shows that the home's uplink is the limit."""
    learned_micros: int = 600 * SECOND
    """A limit that was learned and not seen again is forgotten: networks change."""
    refresh_micros: int = 2 * SECOND
    """Age at which costs are computed anew."""
    rate_micros: int = 3 * SECOND
    """Time constant of the decayed rates."""


DEFAULT = Tuning()
