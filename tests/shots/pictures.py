"""Approved pictures: a drawing is right if it is, pixel by pixel, the picture somebody approved.

`TALKSTICK_APPROVE=1 pytest tests/shots` writes them anew; look at each before committing it. The
shipped fonts, a fixed size and no window system make them alike on every Linux; elsewhere one pixel
in a thousand may differ.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtGui import QImage

APPROVED = Path(__file__).resolve().parent / "approved"
_SHARE_ELSEWHERE = 0.001


def differing_share(first: QImage, second: QImage) -> float:
    """Share of the pixels that differ; 1 for pictures of different size."""
    if first.size() != second.size():
        return 1.0
    form = QImage.Format.Format_RGB32
    one, two = first.convertToFormat(form), second.convertToFormat(form)
    if one == two:
        return 0.0
    different = sum(
        one.pixel(x, y) != two.pixel(x, y) for x in range(one.width()) for y in range(one.height())
    )
    return different / (one.width() * one.height())


def check_picture(name: str, image: QImage, scratch: Path) -> None:
    """Compare with `approved/NAME.png`; what was drawn is left in `scratch` if it differs."""
    path = APPROVED / f"{name}.png"
    if os.environ.get("TALKSTICK_APPROVE"):
        assert image.save(str(path))
        return
    assert path.exists(), f"{name} is not approved yet (see tests/shots/pictures.py)"
    share = differing_share(image, QImage(str(path)))
    if share > (0 if sys.platform == "linux" else _SHARE_ELSEWHERE):
        drawn = scratch / f"{name}.png"
        image.save(str(drawn))
        raise AssertionError(f"{share:.2%} of {name} differs from what is approved; see {drawn}")
