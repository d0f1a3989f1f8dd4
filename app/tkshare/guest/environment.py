"""What a guest's process must find in its environment, as it is read once, at the start.

Whoever starts the guest merges this into the environment. Each pin stands with what differs
between copies without it. Nothing is read or started here; one file is written, that of the fonts.
"""

from __future__ import annotations

from pathlib import Path

PINS: dict[str, str] = {
    "PYTHONHASHSEED": "0",  # order of sets of texts
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",  # words, numbers, the order of names
    "LANGUAGE": "",
}

DPI = 96

_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
{folders}
  <cachedir>{cache}</cachedir>
  <match target="pattern">
    <edit name="dpi" mode="assign"><double>{dpi}</double></edit>
  </match>
  <match target="font">
    <edit name="antialias" mode="assign"><bool>true</bool></edit>
    <edit name="hinting" mode="assign"><bool>false</bool></edit>
    <edit name="autohint" mode="assign"><bool>false</bool></edit>
  </match>
</fontconfig>
"""


def environment(folder: Path, fonts: list[Path]) -> dict[str, str]:
    """The pins for a share that has `folder` for its own, the same path on every machine.

    `fonts` are folders of fonts that all machines have; with none, the machine's own fonts are
    used, and the copies' looks tell whether texts have the same size.
    """
    pins = dict(PINS)
    pins["HOME"] = str(folder)
    pins["TMPDIR"] = str(folder / "tmp")
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    if fonts:
        settings = folder / "tmp" / "fonts.conf"
        folders = "\n".join(f"  <dir>{each}</dir>" for each in fonts)
        cache = folder / "tmp" / "fonts"
        settings.write_text(_FONTS.format(folders=folders, cache=cache, dpi=DPI), "utf-8")
        pins["FONTCONFIG_FILE"] = str(settings)
    return pins
