"""How a site meets strangers in the network; a person may change it at any time.

A session is shown to strangers only where its people want that, and letting in is a member's word.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.node.api import Admitting


@dataclass(slots=True)
class Manners:
    """`visible`: strangers get an answer at all; `admitting`: what becomes of those who ask."""

    visible: bool
    admitting: Admitting
