"""`python -m tests.shots.contact_sheet FOLDER` draws the gallery, two pixels for one, to look at.

Not a test: for people who change a drawing or an icon.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main(folder: Path) -> int:
    """Write one picture for each drawing and scheme into `folder`."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from app.ui.theme import theme_of
    from app.ui.tokens import Scheme
    from tests.shots.gallery import GALLERY, drawn

    application = QApplication([])
    folder.mkdir(parents=True, exist_ok=True)
    for name in GALLERY:
        for scheme in Scheme:
            drawn(name, theme_of(scheme), 2.0).save(str(folder / f"{name}-{scheme.value}.png"))
    application.quit()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
