"""What the panel says of moves, brakes and looks: reasons and figures as sentences. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from app.core.ids import SiteId
from app.core.instant import MILLI, Micros
from app.node import api
from app.node.api import LookShown, MoveShown, StickPanel
from app.ui import figures
from app.ui.models.stick_words import GAIN_SAID_MS
from app.ui.stick.model import StickModel
from app.ui.strings import Figures
from app.ui.strings import StickPanel as Text

SAME_MS = 0.5
"""A smaller difference rounds to nothing."""
_PERCENT_MANY = 9.995


class Sign(Enum):
    """Whether a brake holds now: by an icon, and said in words."""

    FREE = "tick"
    HOLDS = "clock"
    UNKNOWN = "minus"


@dataclass(frozen=True, slots=True)
class Brake:
    """A line of the card: what it is, its present value, and what stands behind it as a tip."""

    sign: Sign
    text: str
    value: str
    share: float | None = None


def wait_text(milliseconds: float | None) -> str:
    """41 ms; 0.4 ms under one: a network of one room is not nothing."""
    if milliseconds is not None and 0 < milliseconds < 0.95:
        return Figures.MILLISECONDS(count=f"{milliseconds:.1f}")
    return figures.milliseconds(milliseconds)


def span_text(milliseconds: float) -> str:
    """71 ms, 1.4 s, 2 min."""
    return figures.micros(Micros(round(milliseconds * MILLI)))


def difference_text(before: float, after: float) -> str:
    """Saves 41 ms, costs 63 ms, the same."""
    gain = before - after
    if abs(gain) < SAME_MS:
        return Text.SAME()
    sentence = Text.SAVES if gain > 0 else Text.COSTS
    return sentence(time=figures.milliseconds(abs(gain)))


def gain_text(move: MoveShown) -> str:
    """What a move saved or cost a line of the mix; empty where nobody measured."""
    if move.before_ms is None or move.after_ms is None:
        return ""
    return difference_text(move.before_ms, move.after_ms)


def rule_text(policy: str) -> str:
    """The rule by which it moves."""
    name, _, count = policy.partition(":")
    match name:
        case "paper":
            return Text.RULE_PAPER(count=int(count) if count.isdecimal() else 50)
        case "fixed":
            return Text.RULE_FIXED()
        case "manual":
            return Text.RULE_MANUAL()
        case _:
            return Text.RULE_TALKS()


_SAID = {
    "COUNT": Text.MOVE_COUNT,
    "COMMAND": Text.MOVE_HAND,
    "HOME_FULL": Text.MOVE_FULL,
    "HOME_LEAVING": Text.MOVE_LEFT,
    api.APART: Text.MOVE_APART,
    api.TOGETHER: Text.MOVE_TOGETHER,
}
"""Reasons that need no figure."""


def reason_text(move: MoveShown) -> str:
    """Why a move was made, in two or three words, for the timeline."""
    match move.reason:
        case "REGRET" if move.before_ms is not None and move.after_ms is not None:
            gain = move.before_ms - move.after_ms
            if gain >= GAIN_SAID_MS:
                return Text.MOVE_TALKS_SAVES(time=figures.milliseconds(gain))
            return Text.MOVE_TALKS()
        case "REGRET":
            return Text.MOVE_TALKS()
        case reason if reason in _SAID:
            return _SAID[reason]()
        case _:
            if move.gap_ms > 0:
                return Text.MOVE_STOPPED_BACK(time=span_text(move.gap_ms))
            return Text.MOVE_STOPPED()


def look_text(look: LookShown, name: str) -> str:
    """Why the stick was not moved to somebody."""
    match look.reason:
        case "BELOW_PRICE":
            return Text.LOOK_PRICE(name=name, share=figures.percent(look.regret))
        case "STROKE":
            return Text.LOOK_STROKE(name=name)
        case "TARGET_FULL":
            return Text.LOOK_FULL(name=name)
        case "TARGET_LEAVING":
            return Text.LOOK_LEAVING(name=name)
        case "REFUSED":
            return Text.LOOK_REFUSED(name=name, why=look.why)
        case _:
            return Text.LOOK_POOR(name=name)


def _why_text(model: StickModel, move: MoveShown) -> str:
    """Why a move was made, as a sentence; empty where nothing is known."""
    source, target = model.face(move.source), model.face(move.target)
    match move.reason:
        case "COMMAND":
            return _by_hand(model, move)
        case "REGRET" if move.share <= 0:
            return ""
        case "REGRET":
            return Text.WHY_MADE(name=target.first, share=figures.percent(move.share))
        case reason if reason in _WHY_TO:
            return _WHY_TO[reason](name=target.first)
        case reason if reason in _WHY_FROM_TO:
            return _WHY_FROM_TO[reason](gone=source.first, name=target.first)
        case "HOME_FULL":
            return Text.WHY_FULL(gone=source.first)
        case _ if source.is_self:
            return Text.WHY_YOU_STOPPED(name=target.first)
        case _:
            return Text.WHY_STOPPED(gone=source.first, name=target.first)


_WHY_TO = {
    "COUNT": Text.WHY_COUNT,
    api.TOGETHER: Text.WHY_TOGETHER,
}
_WHY_FROM_TO = {"HOME_LEAVING": Text.WHY_LEFT, api.APART: Text.WHY_APART}


def _by_hand(model: StickModel, move: MoveShown) -> str:
    name = model.face(move.target).first
    if move.by is None:
        return Text.WHY_HAND(name=name)
    if move.by == move.target:
        return Text.WHY_TAKEN(name=name)
    return Text.WHY_HAND_BY(who=model.face(move.by).first, name=name)


def why_sentences(model: StickModel, move: MoveShown) -> tuple[str, ...]:
    """What a move was for, and what it means for who reads it."""
    source, target = model.face(move.source), model.face(move.target)
    known = move.before_ms is not None and move.after_ms is not None
    why = _why_text(model, move)
    said = [why] if why else []
    if known and move.before_ms is not None and move.after_ms is not None:
        said.append(
            Text.WHY_MEAN(
                before=wait_text(move.before_ms),
                source=source.first,
                after=wait_text(move.after_ms),
                name=target.first,
            )
        )
    return tuple(said)


_OF_PLACEMENT = frozenset({"REGRET", "COUNT", "COMMAND", "HOME_FULL", "HOME_LEAVING"})


def concerned(move: MoveShown) -> tuple[tuple[SiteId, float, float], ...]:
    """Whose lines a move is about, (site, before, after): who was gone had none."""
    if move.reason in _OF_PLACEMENT or move.reason == api.TOGETHER:
        return move.people
    return tuple([each for each in move.people if each[0] != move.source])


def own_sentence(model: StickModel, move: MoveShown) -> str:
    """What a move means for who reads it; empty where that is not known."""
    for site, before, after in concerned(move):
        if model.face(site).is_self:
            return Text.WHY_OWN(before=wait_text(before), after=wait_text(after))
    return ""


def brakes(model: StickModel) -> tuple[Brake, ...]:
    """The brakes with their present values; dashes where only the holder's computer knows."""
    panel = model.panel
    if panel is None:
        return ()
    age = panel.measures_age_ms
    age_text = Text.NEVER() if age is None else span_text(age)
    aged = Brake(Sign.FREE if age is not None else Sign.UNKNOWN, Text.BRAKE_AGE(), age_text)
    if panel.price <= 0:
        dash = Figures.UNKNOWN()
        lines = (
            Text.BRAKE_BEST_NOBODY(),
            Text.BRAKE_PRICE(),
            Text.BRAKE_DWELL(),
            Text.BRAKE_MOVES(count=4),
            Text.BRAKE_STROKE(),
        )
        return (*[Brake(Sign.UNKNOWN, line, dash) for line in lines], aged)
    return (*_known_brakes(model, panel), aged)


def _known_brakes(model: StickModel, panel: StickPanel) -> tuple[Brake, ...]:
    others = [row for row in panel.rows if row.site != panel.home]
    best = max(others, key=lambda row: row.regret, default=None)
    if best is None or best.regret < 0.005:
        regret = Brake(Sign.HOLDS, Text.BRAKE_BEST_NOBODY(), Text.NOBODY_BETTER(), 0.0)
    else:
        share = min(best.regret, _PERCENT_MANY)
        regret = Brake(
            Sign.FREE if best.regret >= 1 else Sign.HOLDS,
            Text.BRAKE_REGRET(name=model.face(best.site).first),
            figures.percent(share),
            min(best.regret, 1.0),
        )
    factor = 2.0**panel.heat
    price = (
        Text.PRICE_PLAIN()
        if factor < 1.05
        else Text.PRICE_HOT(factor=f"{factor:.1f}", time=span_text(panel.heat_halves_ms))
    )
    dwell = panel.dwell_left_ms
    stroke = panel.oldest_stroke_ms
    left = int(panel.tokens + 1e-6)
    return (
        regret,
        Brake(Sign.FREE if factor < 1.05 else Sign.HOLDS, Text.BRAKE_PRICE(), price),
        Brake(
            Sign.HOLDS if dwell > 0 else Sign.FREE,
            Text.BRAKE_DWELL(),
            Text.DWELL_LEFT(time=span_text(dwell)) if dwell > 0 else Text.DWELL_OVER(),
        ),
        Brake(
            Sign.FREE if left >= 1 else Sign.HOLDS,
            Text.BRAKE_MOVES(count=panel.tokens_max),
            Text.MOVES_LEFT(left=max(left, 0), count=panel.tokens_max),
        ),
        Brake(
            Sign.FREE if stroke is None else Sign.HOLDS,
            Text.BRAKE_STROKE(),
            Text.NONE() if stroke is None else span_text(stroke),
        ),
    )
