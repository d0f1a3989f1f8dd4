"""Where the dispatcher should live: a pure function of what was ordered and what was measured.

`Placement` is what the home asks; `best_home` and `compute_costs` serve whoever has to name a home
without one. Nothing here does I/O, reads a clock or draws lots.
"""

from __future__ import annotations

from app.dispatcher.placement.costs import Costs, best_home, compute_costs
from app.dispatcher.placement.decisions import Decision, Judgement, Kind, Reason
from app.dispatcher.placement.ledger import Stroke
from app.dispatcher.placement.measures import Link, Measures
from app.dispatcher.placement.panel import Panel, PanelRow
from app.dispatcher.placement.placement import Placement
from app.dispatcher.placement.policy import (
    ADAPTIVE,
    FIXED,
    MANUAL,
    Policy,
    PolicyName,
    parse_policy,
)
from app.dispatcher.placement.tuning import DEFAULT, Tuning

__all__ = [
    "ADAPTIVE",
    "DEFAULT",
    "FIXED",
    "MANUAL",
    "Costs",
    "Decision",
    "Judgement",
    "Kind",
    "Link",
    "Measures",
    "Panel",
    "PanelRow",
    "Placement",
    "Policy",
    "PolicyName",
    "Reason",
    "Stroke",
    "Tuning",
    "best_home",
    "compute_costs",
    "parse_policy",
]
