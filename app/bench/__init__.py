"""Measures the app on this machine: real processes, sockets and disks. Judges nothing."""

from app.bench.program import main

__all__ = ["main"]
