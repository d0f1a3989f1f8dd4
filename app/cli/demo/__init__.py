"""`demo`: try it alone. Real sites as processes, people who talk in turns, a verdict at the end."""

from __future__ import annotations

from app.cli.demo.show import main

__all__ = ["main"]
