"""Programs that are measured: ordinary ones that know nothing of us, but tell what they show.

Each sends datagrams to the Unix socket that its last argument names: its display and a word. What
it says costs the same with a guest and without.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

TK: Final = """\
import os, socket, sys, tkinter

widgets, told = int(sys.argv[1]), sys.argv[2]
line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
line.setblocking(False)

def tell(word):
    try:
        line.sendto(f"{os.environ['DISPLAY']} {word}".encode(), told)
    except OSError:
        pass

root = tkinter.Tk()
root.geometry("800x600+0+0")
text = tkinter.StringVar()
text.trace_add("write", lambda *_: tell(f"key {len(text.get())}"))
tkinter.Entry(root, textvariable=text).place(x=0, y=0, width=800, height=40)
sheet = tkinter.Canvas(root, background="white")
sheet.place(x=0, y=40, width=800, height=360)
strokes = []

def down(event):
    strokes.append(sheet.create_line(event.x, event.y, event.x, event.y))

def drawn(event):
    sheet.coords(strokes[-1], *sheet.coords(strokes[-1]), event.x, event.y)

sheet.bind("<Button-1>", down)
sheet.bind("<B1-Motion>", drawn)
for place in range(widgets):
    label = tkinter.Label(root, text=str(place))
    label.place(x=place % 50 * 16, y=400 + place // 50 * 5)

def shown(event):
    root.unbind("<Expose>")
    root.after_idle(tell, "ready")

root.bind("<Expose>", shown)
root.mainloop()
"""

QT: Final = """\
import os, socket, sys
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget

widgets, told = int(sys.argv[1]), sys.argv[2]
line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
line.setblocking(False)

def tell(word):
    try:
        line.sendto(f"{os.environ['DISPLAY']} {word}".encode(), told)
    except OSError:
        pass

class Window(QWidget):
    def __init__(self):
        super().__init__()
        self.resize(800, 600)
        self.move(0, 0)
        self.strokes = []
        self.is_shown = False
        self.text = QLineEdit(self)
        self.text.setGeometry(0, 0, 800, 40)
        self.text.textChanged.connect(lambda text: tell(f"key {len(text)}"))
        for place in range(widgets):
            QLabel(str(place), self).move(place % 50 * 16, 400 + place // 50 * 5)

    def mousePressEvent(self, event):
        self.strokes.append([event.position().toPoint()])

    def mouseMoveEvent(self, event):
        self.strokes[-1].append(event.position().toPoint())
        self.update()

    def paintEvent(self, event):
        painter = QPainter(self)
        for stroke in self.strokes:
            painter.drawPolyline(stroke)
        if not self.is_shown:
            self.is_shown = True
            QTimer.singleShot(0, lambda: tell("ready"))

application = QApplication(sys.argv)
window = Window()
window.show()
application.exec()
"""

TOOLKITS: Final = {"tk": TK, "qt": QT}


def write(folder: Path, toolkit: str) -> Path:
    """The program of a toolkit as a file there."""
    path = folder / f"measured_{toolkit}.py"
    path.write_text(TOOLKITS[toolkit], encoding="utf-8")
    return path
