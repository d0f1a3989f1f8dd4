"""How a guest's process comes to run somebody else's program as if it ran alone.

`enter` is what `tk.py` and `qt.py` call: it loads the guest's modules, hears from the app what to
run, pins what would differ between copies, and runs the program as `__main__` with its own
`sys.argv` and `sys.path`. Of this folder nothing stays in `sys.path`, and no module of ours in
`sys.modules` under a name that a program could want.
"""

from __future__ import annotations

import builtins
import importlib
import os
import runpy
import socket
import sys
import traceback
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

PACKAGE = "app.tkshare.guest"
HERE = Path(__file__).resolve().parent
FAILED = 1
MISUSED = 2


class Start(NamedTuple):
    """What the app's first frame, `["start", {...}]`, says; its keys are these names."""

    program: str
    """A file's path, or a module's name."""
    kind: str
    """`file` or `module`."""
    arguments: list[str]
    folder: str
    """The share's folder, the same path on every machine: the program's working folder."""
    person: str
    """Whose copy this is: a site's id."""
    seed: int
    start_ms: int
    """Unix time that the program's clocks show before the share's clock runs."""


def read_start(frame: list[Any]) -> Start:
    """The start as the app says it; raises `ValueError`."""
    given = frame[1] if frame[0] == "start" and len(frame) > 1 else None
    kinds = {"program": str, "kind": str, "folder": str, "person": str, "seed": int}
    kinds |= {"start_ms": int, "arguments": list}
    if not isinstance(given, dict) or any(
        type(given.get(name)) is not kind for name, kind in kinds.items()
    ):
        message = f"a start names {', '.join(kinds)}"
        raise ValueError(message)
    return Start(**{name: given[name] for name in Start._fields})


@contextmanager
def siblings() -> Iterator[None]:
    """Within it `app.tkshare.guest` is this folder; after it there is no `app` any more."""
    for name in ("app", "app.tkshare", PACKAGE):
        package = types.ModuleType(name)
        package.__path__ = [str(HERE)] if name == PACKAGE else []
        sys.modules[name] = package
    try:
        yield
    finally:
        for name in [each for each in sys.modules if each == "app" or each.startswith("app.")]:
            del sys.modules[name]


def run(start: Start) -> int:
    """Run the program as `__main__`; its exit code, with what Python would have printed.

    `init_globals` makes `__builtins__` of `__main__` the module, as in a program that was started
    by the interpreter itself: IDLE's completion needs it.
    """
    unchanged: dict[str, Any] = {"__builtins__": builtins}
    try:
        if start.kind == "module":
            sys.path.insert(0, str(Path.cwd()))
            sys.argv = [start.program, *start.arguments]
            runpy.run_module(
                start.program, init_globals=unchanged, run_name="__main__", alter_sys=True
            )
        else:
            sys.path.insert(0, str(Path(start.program).resolve().parent))
            sys.argv = [start.program, *start.arguments]
            runpy.run_path(start.program, init_globals=unchanged, run_name="__main__")
    except SystemExit as ended:
        if ended.code is None:
            return 0
        if isinstance(ended.code, int):
            return ended.code
        sys.stderr.write(f"{ended.code}\n")
        return FAILED
    except BaseException:  # noqa: BLE001 - whatever a program raises ends the program, as it would alone
        traceback.print_exc()
        return FAILED
    return 0


def enter(name: str) -> NoReturn:
    """Become a guest: `name` is this folder's module with `Guest(wire, start)` and its `run`.

    The command line is `tk.py FD`: the inherited socket's number. `sys.path[0]`, this folder, goes.
    """
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal():
        sys.stderr.write("a guest is started by Talkstick: FD, the socket's number, expected\n")
        raise SystemExit(MISUSED)
    if sys.path and Path(sys.path[0]).resolve() == HERE:
        del sys.path[0]
    with siblings():
        wire_module = importlib.import_module(f"{PACKAGE}.wire")
        guest_module = importlib.import_module(f"{PACKAGE}.{name}")
    connection = socket.socket(fileno=int(sys.argv[1]))
    connection.set_inheritable(False)
    wire = wire_module.Wire(connection)
    start = read_start(wire.first())
    os.chdir(start.folder)
    guest: Callable[[Any, Start], int] = guest_module.run
    code = guest(wire, start)
    wire.last("ended", code)
    raise SystemExit(code)
