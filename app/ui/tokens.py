"""Every colour of the window but people's and the board's: one frozen `Tokens` per theme.

No colour is written anywhere else (people's and the board's are in `swatches`). Contrasts are
promises of the design; a test computes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Scheme(Enum):
    """Which tokens: always an argument, because no system has to say what it wishes."""

    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours as `#RRGGBB`, named for what they are for."""

    scheme: Scheme
    # grounds: the chrome, then panes with cards and fields, then wells with tracks and code
    window: str
    surface: str
    sunken: str
    canvas: str
    grid: str
    selected: str
    hover: str
    # words
    text: str
    text_soft: str
    text_hint: str
    # hairlines; borders of buttons and floating bars; borders of fields, boxes, switches
    line: str
    edge_soft: str
    edge: str
    # primary button, chosen tool, switch, toast
    ink: str
    on_ink: str
    focus: str
    # the stick, and nothing else is gold
    stick_fill: str
    stick_band: str
    stick_text: str
    stick_tint: str
    stick_line: str
    # news: text and sign, ground
    ok: str
    ok_tint: str
    warn: str
    warn_tint: str
    danger: str
    danger_tint: str
    apart: str
    apart_tint: str
    apart_line: str
    # initials on a person's mark, and the share of a person's colour in a tint
    on_mark: str
    mark_tint_share: float


LIGHT = Tokens(
    scheme=Scheme.LIGHT,
    window="#F5F4F0",
    surface="#FFFFFF",
    sunken="#ECEAE4",
    canvas="#FCFBF8",
    grid="#DDD9CF",
    selected="#EFEDE7",
    hover="#F4F2ED",
    text="#1C1C1E",
    text_soft="#53524D",
    text_hint="#66655F",
    line="#E2DFD7",
    edge_soft="#CDC9BF",
    edge="#85827A",
    ink="#1F1E1C",
    on_ink="#FFFFFF",
    focus="#1E62D0",
    stick_fill="#F2B52E",
    stick_band="#5B3A00",
    stick_text="#7D5200",
    stick_tint="#FCF1D3",
    stick_line="#E7C675",
    ok="#1A7040",
    ok_tint="#E4F2E9",
    warn="#9C3F0E",
    warn_tint="#FBECE2",
    danger="#B3261E",
    danger_tint="#FBE9E7",
    apart="#6A3AB2",
    apart_tint="#F1EBFA",
    apart_line="#CDB8EC",
    on_mark="#FFFFFF",
    mark_tint_share=0.10,
)

DARK = Tokens(
    scheme=Scheme.DARK,
    window="#191918",
    surface="#212120",
    sunken="#121211",
    canvas="#1C1C1B",
    grid="#343431",
    selected="#2C2C2A",
    hover="#272725",
    text="#EEEDE9",
    text_soft="#B9B7B0",
    text_hint="#9A9890",
    line="#363633",
    edge_soft="#4A4945",
    edge="#7F7D76",
    ink="#EEEDE9",
    on_ink="#191918",
    focus="#7FB0FF",
    stick_fill="#F4BE45",
    stick_band="#8A5A06",
    stick_text="#F4C65A",
    stick_tint="#382D14",
    stick_line="#6E5620",
    ok="#7FCB97",
    ok_tint="#1E3226",
    warn="#F3A071",
    warn_tint="#3B271B",
    danger="#FF9189",
    danger_tint="#3F2321",
    apart="#C7A6FF",
    apart_tint="#2E2540",
    apart_line="#5A4780",
    on_mark="#191918",
    mark_tint_share=0.14,
)

_OF_SCHEME = {Scheme.LIGHT: LIGHT, Scheme.DARK: DARK}


def tokens_of(scheme: Scheme) -> Tokens:
    """The tokens of a scheme."""
    return _OF_SCHEME[scheme]
