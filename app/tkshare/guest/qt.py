"""The file that the app starts for a Qt program: `python GUEST/qt.py FD`."""

from __future__ import annotations

import runpy
from pathlib import Path

if __name__ == "__main__":
    runpy.run_path(str(Path(__file__).with_name("start.py")))["enter"]("qt_guest")
