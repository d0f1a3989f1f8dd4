"""The clipboard of a screen, for the way of a link from one person to another.

`read` prints its text. `hold` puts the input's text there and stays until it is ended: under X,
who copied must go on answering.
"""

from __future__ import annotations

import sys

from PySide6.QtGui import QGuiApplication


def main(verb: str) -> int:
    application = QGuiApplication([])
    clipboard = application.clipboard()
    if verb == "read":
        sys.stdout.write(clipboard.text())
        return 0
    clipboard.setText(sys.stdin.read())
    sys.stdout.write("held\n")
    sys.stdout.flush()
    return application.exec()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
