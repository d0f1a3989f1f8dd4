"""The real window with somebody who looks on: what `talkstick bench ui` starts.

Prints a JSON line for each thing that was seen, and ends as the window does.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from app.cli import window
from app.ui.bench_board import paint
from app.ui.bench_window import SCENES, Message, Watch

ALL_SCENES = {**SCENES, "paint": paint}


def main(argv: Sequence[str]) -> int:
    """Run the window of a folder, and tell what one scene shows."""
    parser = argparse.ArgumentParser(prog="talkstick bench-window", description=__doc__)
    parser.add_argument("scene", choices=list(ALL_SCENES))
    parser.add_argument("number", type=int)
    parser.add_argument("settle_ms", type=int)
    parser.add_argument("data", type=Path)
    parser.add_argument("link", nargs="?", default="")
    given = parser.parse_args(argv)
    watch = Watch(ALL_SCENES[given.scene], given.number, given.settle_ms, _tell, time.process_time)
    return int(window.run(given.data, given.link, watch.begin))


def _tell(message: Message) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()
