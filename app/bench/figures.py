"""Numbers from samples: percentiles, and one figure from several runs. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

Figures = dict[str, float]
"""Name of a figure -> its value; the unit is the name's end."""

COUNTS_OF_HARM = (".lost", ".moved", ".doubled", ".reordered", ".differing", ".divergences")
"""Of these the worst run counts: a median would hide the one time that it happened."""

DECIMALS = 3


def percentile(samples: Sequence[float], percent: float) -> float:
    """The smallest sample that at least `percent` of all do not exceed (nearest rank)."""
    ranked = sorted(samples)
    return ranked[max(0, math.ceil(len(ranked) * percent / 100) - 1)]


def over_runs(runs: Sequence[Figures]) -> Figures:
    """For each figure the median of all runs, or the worst where it counts harm."""
    return {
        name: round(
            max(run[name] for run in runs)
            if name.endswith(COUNTS_OF_HARM)
            else median(run[name] for run in runs),
            DECIMALS,
        )
        for name in runs[0]
    }
