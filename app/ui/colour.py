"""Arithmetic on colours written as `#RRGGBB`: contrast, mixing, and imported colours on a canvas.

No Qt and no colour of its own, so that what is promised about contrast can be computed anywhere.
"""

from __future__ import annotations

import colorsys

CANVAS_CONTRAST_MIN = 2.0
"""A free colour under this contrast can't be seen on the canvas: its lightness is mirrored."""


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2, "relative luminance")."""

    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(channel) for channel in channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Contrast ratio, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mix(colour: str, over: str, share: float) -> str:
    """`colour` laid over `over` with the opacity `share`."""
    pairs = zip(channels(colour), channels(over), strict=True)
    return "#" + "".join(f"{round(share * top + (1 - share) * below):02X}" for top, below in pairs)


def seen_on(colour: str, canvas: str) -> str:
    """A free or imported colour as it is drawn on `canvas`: mirrored in lightness if it sinks in."""
    if contrast(colour, canvas) >= CANVAS_CONTRAST_MIN:
        return colour
    red, green, blue = (channel / 255 for channel in channels(colour))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    mirrored = colorsys.hls_to_rgb(hue, 1 - lightness, saturation)
    return "#" + "".join(f"{round(255 * channel):02X}" for channel in mirrored)
