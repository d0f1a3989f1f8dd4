"""Streams and the chat that follows its talkers, measured as the Mobile Streams paper does.

Moves of a stream over real sites; two streams that both move while packets get lost (its figure 5);
and a chat of three whose talker changes (its figure 7). The last two run whole sites over the
simulator's network, so that they are the same on every machine.
"""

from __future__ import annotations

from pathlib import Path

from app.bench import hops
from app.bench.figures import Figures
from app.bench.pairs import Cell, run_cell
from app.bench.played import play
from app.bench.scene import paper_chat
from app.core.rng import Rng

EVERY = (1, 5, 10, 50, 100)
LOSSES_PERCENT = (0, 10, 20, 30)
FULL_MESSAGES, QUICK_MESSAGES = 500, 20
POLICIES = {
    "fixed": "fixed",
    **{f"paper-{count}": f"paper:{count}" for count in (200, 100, 50, 20, 10)},
    "adaptive": "adaptive",
}
ONE_WAY_MS = 50.0
TURN_S = 20.0
FULL_S, QUICK_S = 600.0, 20.0
SEED = 1


def run(folder: Path, *, quick: bool) -> Figures:
    """`streams.*`, and `chat.<policy>.talker_ms` and `lurker_ms`."""
    figures = hops.run(folder, quick=quick)
    messages = QUICK_MESSAGES if quick else FULL_MESSAGES
    for every in EVERY:
        for percent in LOSSES_PERCENT:
            cell = run_cell(every, percent / 100, messages, SEED)
            figures[f"streams.consumed_ms.k{every}.loss{percent}"] = cell.mean_ms
            _add_harm(figures, cell)
    scene = paper_chat(ONE_WAY_MS, TURN_S, QUICK_S if quick else FULL_S, Rng(str(SEED)))
    for name, policy in POLICIES.items():
        played = play(scene, policy, SEED)
        figures[f"chat.{name}.talker_ms"] = played.talker_ms
        figures[f"chat.{name}.lurker_ms"] = played.lurker_ms
    return figures


def _add_harm(figures: Figures, cell: Cell) -> None:
    figures["streams.lost"] += cell.lost
    figures["streams.doubled"] += cell.doubled
    figures["streams.reordered"] += cell.reordered
