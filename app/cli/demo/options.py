"""What can be written behind `demo`, and what it stands for. Pure."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.cli.demo.script import NAMES
from app.cli.parse import Parser

SITES_MIN, SITES_MAX = 2, len(NAMES)
SECONDS_MIN, SECONDS_MAX = 1, 3_600
DELAY_MS_MAX = 1_000
"""One way; with more, people join too slowly to watch."""


@dataclass(frozen=True, slots=True)
class Options:
    """How many people, for how long, how far apart (one way, in milliseconds)."""

    sites: int = 3
    seconds: int = 30
    delay_ms: int = 50


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            message = f"'{text}' is not a whole number from {low} to {high}"
            raise argparse.ArgumentTypeError(message)
        return int(text)

    return read


def parse_options(argv: Sequence[str]) -> Options:
    """Read the command line; wrong use ends with exit code 2 and one line, as everywhere."""
    parser = Parser(
        prog="talkstick demo",
        description=(
            "Several sites on this machine, each a real process, each packet delayed; people talk"
            " in turns, and the stick follows. Nothing is kept."
        ),
    )
    parser.add_argument(
        "--sites", type=_whole(SITES_MIN, SITES_MAX), default=3, help="people (default: 3)"
    )
    parser.add_argument(
        "--seconds",
        type=_whole(SECONDS_MIN, SECONDS_MAX),
        default=30,
        help="how long they talk (default: 30)",
    )
    parser.add_argument(
        "--delay-ms",
        type=_whole(0, DELAY_MS_MAX),
        default=50,
        help="delay of each packet, one way (default: 50)",
    )
    parser.add_argument(
        "--headless", action="store_true", help="stay in the terminal, as it does without a window"
    )
    given = parser.parse_args(argv)
    return Options(given.sites, given.seconds, given.delay_ms)
