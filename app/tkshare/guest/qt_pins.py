"""What is pinned inside the process, so that equal input finds equal programs.

Before the program's first line: random numbers, clocks, numbered timers. In its first turn of the
loop: animations, blinking, the times and distances of double clicks and drags. What must be in the
environment before the process starts is in `qt_environment`.
"""

from __future__ import annotations

import random
import sys
import time
from typing import Any

from app.tkshare.guest.qt_binding import Binding
from app.tkshare.guest.qt_clock import ShareClock
from app.tkshare.guest.start import Start

EFFECTS = (
    "UI_AnimateMenu",
    "UI_FadeMenu",
    "UI_AnimateCombo",
    "UI_AnimateTooltip",
    "UI_FadeTooltip",
    "UI_AnimateToolBox",
)
DOUBLE_CLICK_MS = 400
DRAG_DISTANCE = 10


def pin_process(
    binding: Binding, clock: ShareClock, start: Start, unpinned: list[str]
) -> list[Any]:
    """All that must be pinned before the program's first line; keep what is returned."""
    kept: list[Any] = []
    if "random" not in unpinned:
        kept.append(pin_random(binding, start.seed))
    if "clock" not in unpinned:
        pin_clocks(binding, clock)
    if "dialogs" not in unpinned:
        pin_dialogs(binding)
    return kept


def pin_random(binding: Binding, seed: int) -> Any:
    """Python's and Qt's generators start alike; keep what is returned."""
    random.seed(seed)
    generator = binding.core.QRandomGenerator(seed & 0xFFFFFFFF)
    for name in ("global_", "system", "securelySeeded"):
        if hasattr(binding.core.QRandomGenerator, name):
            setattr(binding.core.QRandomGenerator, name, staticmethod(lambda: generator))
    return generator


def pin_clocks(binding: Binding, clock: ShareClock) -> None:
    """The program reads the share's time, from Qt and from `time`."""
    core = binding.core
    moment = core.QDateTime.fromMSecsSinceEpoch
    utc = core.QTimeZone.utc() if hasattr(core.QTimeZone, "utc") else core.QTimeZone(b"UTC")

    def now(*_zone: Any) -> Any:
        return moment(clock.now_ms, utc)

    core.QDateTime.currentDateTime = staticmethod(now)
    core.QDateTime.currentDateTimeUtc = staticmethod(now)
    core.QDateTime.currentMSecsSinceEpoch = staticmethod(lambda: clock.now_ms)
    core.QDateTime.currentSecsSinceEpoch = staticmethod(lambda: clock.now_ms // 1000)
    core.QDate.currentDate = staticmethod(lambda: now().date())
    core.QTime.currentTime = staticmethod(lambda: now().time())
    time.time = lambda: clock.now_ms / 1000
    time.time_ns = lambda: clock.now_ms * 1_000_000


def pin_dialogs(binding: Binding) -> None:
    """Qt's own dialogs and menu bars: they live in this process and can be replayed."""
    attribute = binding.core.Qt.ApplicationAttribute
    for name in ("AA_DontUseNativeDialogs", "AA_DontUseNativeMenuBar"):
        binding.core.QCoreApplication.setAttribute(getattr(attribute, name), True)


def pin_application(binding: Binding) -> None:
    """What needs the application object."""
    application = binding.application()
    hints = binding.gui.QGuiApplication.styleHints()
    if binding.widgets is not None:
        effect = binding.core.Qt.UIEffect
        for name in EFFECTS:
            application.setEffectEnabled(getattr(effect, name), False)
        application.setCursorFlashTime(0)
        application.setDoubleClickInterval(DOUBLE_CLICK_MS)
        application.setStartDragDistance(DRAG_DISTANCE)
        return
    for setter, value in (
        ("setCursorFlashTime", 0),
        ("setMouseDoubleClickInterval", DOUBLE_CLICK_MS),
        ("setStartDragDistance", DRAG_DISTANCE),
    ):
        if hasattr(hints, setter):
            getattr(hints, setter)(value)


def versions(binding: Binding) -> dict[str, str]:
    """Of everything that decides how the program looks and acts."""
    return {
        "python": ".".join(map(str, sys.version_info[:3])),
        "qt": binding.qt_version,
        "binding": f"{binding.name} {binding.version}",
    }
