"""How a Tk program is run: Python programs as `__main__`, scripts as `wish` runs them.

The only hold on the program is `_tkinter.create`, where every interpreter is made: there the guest
comes in, before the first widget. The program itself is never read, changed or looked at.
"""

from __future__ import annotations

import os
import sys
import tkinter as tk
from pathlib import Path
from typing import Any, Final

from app.tkshare.guest.garbage import Garbage, pin_garbage
from app.tkshare.guest.pins import Unfit, pin_clock, pin_random
from app.tkshare.guest.start import Start
from app.tkshare.guest.start import run as run_program
from app.tkshare.guest.tk_guest import Guest
from app.tkshare.guest.tk_root import PINS
from app.tkshare.guest.wire import Wire

USE_TK: Final = 5
"""Place of `wantTk` among the arguments of `_tkinter.create`; `tk.Tcl()` has 0 there."""
WISH_BYTES: Final = 400
"""Within these a script names its interpreter."""


def is_script(program: str) -> bool:
    """Whether the file is one for `wish`: by its ending, or by the interpreter it names."""
    path = Path(program)
    if path.suffix == ".tcl":
        return True
    if path.suffix in {".py", ".pyw"} or not path.is_file():
        return False
    with path.open("rb") as file:
        return b"wish" in file.read(WISH_BYTES)


def run_script(wire: Wire, start: Start) -> int:
    """Run a script as `wish` would."""
    name = Path(start.program).stem
    root = tk.Tk(baseName=name, className=name.capitalize())

    def leave(code: str = "0") -> None:
        wire.last("ended", int(code))
        sys.stdout.flush()
        os._exit(int(code) & 0xFF)

    # `_tkinter` takes `exit` away; without it every Quit of a script fails.
    root.tk.createcommand("exit", leave)
    root.tk.call("set", "argv0", start.program)
    root.tk.call("set", "argv", tuple(start.arguments))
    root.tk.call("set", "argc", len(start.arguments))
    root.tk.call("set", "tcl_interactive", 0)
    try:
        root.tk.evalfile(start.program)
    except tk.TclError as error:
        sys.stderr.write(f"{root.tk.call('set', 'errorInfo') or error}\n")
        return 1
    root.mainloop()
    return 0


def run(wire: Wire, start: Start) -> int:
    """Run the program as one copy of a shared one; its exit code.

    `TALKSTICK_WITHOUT` names pins to leave out, by commas: it shows what each one is for.
    """
    left_out = os.environ.get("TALKSTICK_WITHOUT", "").split(",")
    kept = tuple(pin for pin in PINS if pin not in left_out)
    guest = Guest(wire, start, Unfit(), kept, Garbage(pinned="garbage" not in left_out))
    if "garbage" not in left_out:
        pin_garbage()
    if "python_random" not in left_out:
        pin_random(start.seed)
    if "python_clock" not in left_out:
        pin_clock(guest.clock.unix_ms, Path(start.program).resolve().parent)
    make = tk._tkinter.create  # type: ignore[attr-defined]

    def create(*given: Any, **named: Any) -> Any:
        app = make(*given, **named)
        if given[USE_TK] if len(given) > USE_TK else named.get("wantTk", True):
            guest.attach(app)
        return app

    tk._tkinter.create = create  # type: ignore[attr-defined]
    return run_script(wire, start) if is_script(start.program) else run_program(start)
