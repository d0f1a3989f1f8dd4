"""Agents shipped with the app; importing this makes their kinds known."""

from __future__ import annotations

from app.mstreams.agents import basic as _basic

KINDS = _basic.KINDS
"""Their names, as in `RegisterAgent`."""
