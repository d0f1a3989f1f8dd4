"""What travels when the dispatcher moves: values and ages, never instants.

Two sites have no clock in common, so whatever is a time leaves as an age and is put on the
receiver's own clock. Floats don't travel: they are scaled to whole millionths. Accounts and slots
stay behind: they start empty at the new home.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from app.core import limits
from app.core.ids import site_bytes, site_from_bytes
from app.core.instant import Micros
from app.core.schema import Codec, Size
from app.dispatcher.placement.adaptive import Adaptive
from app.dispatcher.placement.ledger import Ledger

MILLION = 1_000_000

_SITE_BYTES = 10
_RATE_MAX = 10**6 * MILLION
"""A million a second: beyond anything one process orders or sends."""
_PROFIT_MAX = 10**9 * MILLION
"""Entry-milliseconds; eleven days of waiting."""
_CREDIT_MICROS_MAX = 10**9

SiteBytes = Annotated[bytes, Size(_SITE_BYTES, _SITE_BYTES)]
Age = Annotated[int, Size(0, 2**53)]
"""Micros since something happened."""


@dataclass(frozen=True, slots=True)
class LearnedUplink:
    """A limit that a home found out by running into it."""

    site: SiteBytes
    packets_per_second_millionths: Annotated[int, Size(0, _RATE_MAX)]
    age_micros: Age


@dataclass(frozen=True, slots=True)
class OpenStroke:
    """A stroke whose end is not in the order yet."""

    site: SiteBytes
    age_micros: Age


@dataclass(frozen=True, slots=True)
class Briefcase:
    """Placement's part of the dispatcher's briefcase."""

    heat_millionths: Annotated[int, Size(0, 64 * MILLION)]
    before: SiteBytes | None
    """The home before the one that packs."""
    profit_millionths: Annotated[int, Size(-_PROFIT_MAX, _PROFIT_MAX)]
    credit_micros: Annotated[int, Size(-_CREDIT_MICROS_MAX, _CREDIT_MICROS_MAX)]
    rate_millionths: Annotated[int, Size(0, _RATE_MAX)]
    learned: Annotated[tuple[LearnedUplink, ...], Size(0, limits.MEMBERS_MAX)]
    strokes: Annotated[tuple[OpenStroke, ...], Size(0, limits.MEMBERS_MAX)]
    move_ages_micros: Annotated[tuple[Age, ...], Size(0, limits.PLACEMENT_MOVES_MAX)]
    """Moves of the last minute; for the panel only."""


_codec = Codec(Briefcase)


def _millionths(value: float, high: int) -> int:
    return max(-high, min(high, round(value * MILLION)))


def pack(now: Micros, ledger: Ledger, adaptive: Adaptive, moves: Sequence[Micros]) -> bytes:
    """The briefcase's canonical bytes."""
    before = adaptive.before
    case = Briefcase(
        heat_millionths=_millionths(adaptive.heat(now), 64 * MILLION),
        before=None if before is None else site_bytes(ledger.members[before]),
        profit_millionths=_millionths(adaptive.profit, _PROFIT_MAX),
        credit_micros=adaptive.credit_micros(now),
        rate_millionths=_millionths(ledger.rate.at(now), _RATE_MAX),
        learned=tuple(
            LearnedUplink(site_bytes(site), _millionths(limit, _RATE_MAX), now - seen)
            for site, (limit, seen) in ledger.learned.items()
        ),
        strokes=tuple(
            OpenStroke(site_bytes(ledger.members[position]), now - since)
            for position, since in ledger.strokes.items()
        ),
        move_ages_micros=tuple(now - at for at in moves),
    )
    return _codec.encode(case)


def unpack(data: bytes) -> Briefcase:
    """Read a briefcase.

    Raises:
        RemoteError: malformed, too long or out of bounds.
    """
    return _codec.decode(data, limits.BRIEFCASE_BYTES_MAX)


def put(case: Briefcase, now: Micros, ledger: Ledger, adaptive: Adaptive) -> list[Micros]:
    """Put a briefcase's contents where they belong; what names a site outside the view is dropped.

    Returns:
        When the moves of the last minute were, on this site's clock.
    """
    adaptive.set_heat(now, min(adaptive.tuning.heat_max, case.heat_millionths / MILLION))
    adaptive.set_credit(now, case.credit_micros)
    if case.before is not None:
        adaptive.before = ledger.index.get(site_from_bytes(case.before))
    if adaptive.before is not None:
        adaptive.profit = case.profit_millionths / MILLION
    ledger.rate = ledger.new_rate(now, case.rate_millionths / MILLION)
    for uplink in case.learned:
        site = site_from_bytes(uplink.site)
        if site in ledger.index:
            limit = uplink.packets_per_second_millionths / MILLION
            ledger.learned[site] = (limit, Micros(now - uplink.age_micros))
    for stroke in case.strokes:
        position = ledger.index.get(site_from_bytes(stroke.site))
        if position is not None:
            ledger.strokes[position] = Micros(now - stroke.age_micros)
    return [Micros(now - age) for age in case.move_ages_micros]
