"""What every test may rely on: no window system, and Hypothesis as fast as the place demands.

The header names long files: past 400 lines an idea is often not cut yet. A signal, never a failure.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

from hypothesis import HealthCheck, settings

APP = Path(__file__).resolve().parent.parent / "app"
LINES_WORTH_A_LOOK = 400

SCREEN = Path(__file__).resolve().parent / "screen.json"
"""A laptop's screen: Qt's own would be 800 pixels wide, and no dialog has its size there."""
if os.environ.get("QT_QPA_PLATFORM", "offscreen") == "offscreen":
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={SCREEN}"

# A shell that starts the suite in the background has SIGINT ignored, and programs inherit that;
# a handler of our own is the default again in every program that a test starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

# No deadline: a shared machine may stop for a second at any place.
settings.register_profile(
    "dev", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("ci", settings.get_profile("dev"), max_examples=200, derandomize=True)
settings.register_profile("nightly", settings.get_profile("dev"), max_examples=5_000)
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev")
)


def pytest_report_header() -> list[str]:
    lengths = {
        path.relative_to(APP).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in sorted(APP.rglob("*.py"))
    }
    long = [f"{name} {count}" for name, count in lengths.items() if count > LINES_WORTH_A_LOOK]
    return [f"long files, worth a look: {', '.join(long)}"] if long else []
