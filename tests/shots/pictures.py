"""Approved pictures: a drawing is right if it is, pixel by pixel, the picture somebody approved.

Of a small picture all is kept. Of a whole window a digest of the pixels is kept, in a thumbnail that
shows what was approved: the pictures of all windows at all sizes would outweigh everything else.

`TALKSTICK_APPROVE=1 pytest tests/shots` writes them anew; look at each before committing it. The
shipped fonts, a fixed size and no window system make them alike on every Linux; elsewhere one pixel
in a thousand may differ.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

APPROVED = Path(__file__).resolve().parent / "approved"
_SHARE_ELSEWHERE = 0.001


_THUMBNAIL_WIDTH = 480
_COLOURS = 24
_PIXELS = "pixels"
"""Name of the text in a thumbnail that holds the digest of the picture's pixels."""


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


def digest(image: QImage) -> str:
    """Of all pixels, and of the size."""
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    made = hashlib.blake2b(f"{plain.width()}x{plain.height()}".encode(), digest_size=16)
    made.update(plain.constBits())
    return made.hexdigest()


def thumbnail(image: QImage) -> QImage:
    """Small in every way; its text holds the digest of the whole."""
    smooth = Qt.TransformationMode.SmoothTransformation
    small = image.scaledToWidth(min(_THUMBNAIL_WIDTH, image.width()), smooth)
    flags = Qt.ImageConversionFlag.ThresholdDither | Qt.ImageConversionFlag.AvoidDither
    grey = small.convertToFormat(QImage.Format.Format_Grayscale8)
    table = [0xFF000000 | level * 0x010101 for level in range(0, 256, 256 // _COLOURS)]
    made = grey.convertToFormat(QImage.Format.Format_Indexed8, table, flags)
    made.setText(_PIXELS, digest(image))
    return made


def check_window(name: str, image: QImage, scratch: Path) -> None:
    """Compare with the digest in `approved/NAME.png`; what was drawn is left in `scratch`.

    Only where a digest can hold: fonts of other systems differ in single pixels.
    """
    path = APPROVED / f"{name}.png"
    if os.environ.get("TALKSTICK_APPROVE"):
        if QImage(str(path)).text(_PIXELS) != digest(image):
            assert thumbnail(image).save(str(path))
        return
    assert path.exists(), f"{name} is not approved yet (see tests/shots/pictures.py)"
    if sys.platform == "linux" and QImage(str(path)).text(_PIXELS) != digest(image):
        drawn = scratch / f"{name}.png"
        image.save(str(drawn))
        raise AssertionError(f"{name} is not as approved; see {drawn} beside {path}")
