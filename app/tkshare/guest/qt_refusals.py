"""What of a program can't be shared, seen by its classes; said to people, never half done."""

from __future__ import annotations

from app.tkshare.guest.qt_binding import Binding
from app.tkshare.guest.qt_names import Names

BY_CLASS = {
    "QMovie": "Moving pictures run by each computer's clock; not exact.",
    "QVideoWidget": "Video runs by each computer's clock; not exact.",
    "QMediaPlayer": "Sound and video run by each computer's clock; not exact.",
    "QOpenGLWidget": "What OpenGL draws is not compared; not exact.",
    "QRhiWidget": "What the graphics processor draws is not compared; not exact.",
    "QWebEngineView": "Web pages load by themselves; not exact.",
    "QSystemTrayIcon": "The icon in the system tray is not shared.",
    "QNetworkAccessManager": "What comes from the network may differ; not exact.",
    "QTcpSocket": "What comes from the network may differ; not exact.",
    "QProcess": "Other programs that it starts are not shared.",
    "QQuickFlickable": "What is flicked or scrolled in Qt Quick rests elsewhere in each copy; not exact.",
    "QThread": "Work in threads ends at another moment in each copy; not exact.",
    "QFileSystemModel": "The listing of each computer's files is not compared.",
}
ALWAYS = "Touch, pen, gestures, printing and drops from other programs are not shared."


def refusals(binding: Binding, names: Names) -> list[str]:
    """Texts for people, each at most once."""
    found = dict.fromkeys([ALWAYS])
    met: dict[str, None] = {}
    roots = [binding.application(), *names.windows()]
    if binding.widgets is not None:
        roots += binding.widgets.QApplication.topLevelWidgets()
    for root in roots:
        if root is None:
            continue
        for thing in (root, *root.findChildren(binding.core.QObject)):
            kind = thing.metaObject()
            while kind is not None and kind.className() not in met:
                met[kind.className()] = None
                reason = BY_CLASS.get(kind.className())
                if reason is not None:
                    found[reason] = None
                kind = kind.superClass()
    return list(found)
