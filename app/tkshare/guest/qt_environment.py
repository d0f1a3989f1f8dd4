"""What the process of a Qt guest must find in its environment, as Qt reads it once, at its start.

Whoever starts the guest merges this into the environment; nothing can be made good afterwards. Each
pin stands with what differs between copies without it.
"""

from __future__ import annotations

from pathlib import Path

PINS: dict[str, str] = {
    "QT_QPA_PLATFORM": "xcb",  # one platform, one flow of events (under Wayland: XWayland)
    "QT_QPA_PLATFORMTHEME": "",  # desktop themes bring native dialogs, other fonts and metrics
    "XDG_CURRENT_DESKTOP": "",  # as above
    "QT_STYLE_OVERRIDE": "Fusion",  # other styles: other metrics, animations
    "QT_QUICK_CONTROLS_STYLE": "Fusion",
    "QT_FONT_DPI": "96",
    "QT_SCALE_FACTOR": "1",
    "QT_ENABLE_HIGHDPI_SCALING": "0",
    "QT_XCB_USE_SIMPLE_DRAG": "1",  # a drag offers nothing to other programs
    "QT_XCB_NO_GRAB_SERVER": "1",  # somebody else's open menu takes no grab on this desktop
    "QT_HASH_SEED": "0",  # order of QHash and QSet
    "PYTHONHASHSEED": "0",  # order of sets of texts
    "LC_ALL": "C.UTF-8",  # words and numbers
    "LANGUAGE": "",
    "TZ": "UTC",
    "QSG_RENDER_LOOP": "basic",  # Qt Quick draws in a thread of its own otherwise
    "QT_QUICK_BACKEND": "software",
    "QT_IM_MODULE": "",  # an input method of one person's desktop changes what keys give
}

_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


def environment(folder: Path, fonts: Path | None) -> dict[str, str]:
    """The pins, for a share that has this folder for its own (the same path on every machine).

    Args:
        folder: home, temporary and settings folder of the program; made if it isn't there.
        fonts: the folder of the shipped fonts, the only ones that the program will find; None
            leaves the machine's own, and with them another size of every text.
    """
    home, temporary = folder / "home", folder / "temporary"
    for each in (home, temporary):
        each.mkdir(parents=True, exist_ok=True)
    pins = PINS | {
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local/share"),
        "XDG_CACHE_HOME": str(home / ".cache"),
    }
    if fonts is not None:
        configuration = folder / "fonts.conf"
        text = _FONTS.format(fonts=fonts, cache=home / ".cache/fontconfig")
        configuration.write_text(text, encoding="utf-8")
        pins["FONTCONFIG_FILE"] = str(configuration)
    return pins
