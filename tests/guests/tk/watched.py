"""What the tests' own programs begin with: a log of what happened, and where widgets are.

A thread answers when the file `ask` appears: it writes the place on the screen of every window that
is mapped to `places`. It reads only, and asks Tk through Tk's own queue.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from app.bench.share.screen import Screen

PRELUDE = """
import json, os, threading, time, tkinter as tk
from tkinter import ttk
_log = open("log", "a", buffering=1)
def log(*words): print(*words, file=_log)
def _places(root):
    found, todo = {}, ["."]
    while todo:
        path = todo.pop()
        if int(root.tk.call("winfo", "ismapped", path)):
            found[path] = [int(root.tk.call("winfo", word, path))
                           for word in ("rootx", "rooty", "width", "height")]
        todo += map(str, root.tk.splitlist(root.tk.call("winfo", "children", path)))
    return found
def _serve(root):
    while True:
        if os.path.exists("ask"):
            os.unlink("ask")
            try: found = _places(root)
            except Exception as error: found = {"error": repr(error)}
            with open("places.new", "w") as file: json.dump(found, file)
            os.rename("places.new", "places")
        time.sleep(0.005)
def watch(root): threading.Thread(target=_serve, args=(root,), daemon=True).start()
"""

_OWNER = """
import sys, tkinter as tk
root = tk.Tk(); root.withdraw()
text = tk.Text(root); text.insert("1.0", sys.argv[1]); text.tag_add("sel", "1.0", "end-1c")
root.clipboard_clear(); root.clipboard_append(sys.argv[1]); root.update()
print("ready", flush=True)
root.mainloop()
"""


@contextmanager
def clipboard(screen: Screen, text: str) -> Iterator[None]:
    """Another program on that screen has this text on the clipboard, and has it selected."""
    with subprocess.Popen(
        [sys.executable, "-c", _OWNER, text],
        env={"DISPLAY": screen.name},
        stdout=subprocess.PIPE,
    ) as owner:
        try:
            assert owner.stdout is not None
            assert owner.stdout.readline() == b"ready\n"
            yield
        finally:
            owner.kill()
