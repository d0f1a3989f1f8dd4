"""From a program on this disk to an offer: which files, their hashes, what runs, what it needs.

A program is a file, a folder, or a module by its name. Its files are read once, kept by their
hashes, and never changed. Reads a disk for as long as it takes: not for the thread of an event loop.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.core import limits
from app.core.errors import KnownError, LocalError, RemoteError
from app.drivers.blobs import Blobs
from app.drivers.sharelaunch import interpreter
from app.tkshare.model.bodies import Offer
from app.tkshare.model.manifest import (
    ENVIRONMENT,
    LEFT_OUT,
    ProgramFile,
    belonging,
    encode_listing,
)

_SCRIPT_BYTES: Final = 400
"""Within these a script names its interpreter."""
_ENTRIES: Final = ("__main__.py", "main.py", "main.pyw", "main.tcl")
"""What runs in a folder, the first that is there."""
_IMPORT: Final = rb"^[ \t]*(?:from|import)[ \t](?:[\w. \t]+,)*[ \t]*"
"""The beginning of an import up to a module's name; others may stand before it."""
_IMPORTS_QT: Final = re.compile(_IMPORT + rb"(PySide6|PyQt6)\b", re.MULTILINE)
_IMPORTS_TK: Final = re.compile(
    _IMPORT + rb"(?:_?tkinter|turtle|customtkinter|ttkbootstrap)\b", re.MULTILINE
)

_PROBE_TK: Final = """
import json, sys, tkinter
print(json.dumps({"python": "%d.%d.%d" % sys.version_info[:3], "tk": tkinter._tkinter.TK_VERSION,
    "tcl": tkinter.Tcl().eval("info patchlevel")}))
"""
_PROBE_QT: Final = """
import importlib, json, sys
core = importlib.import_module("{binding}.QtCore")
print(json.dumps({{"python": "%d.%d.%d" % sys.version_info[:3], "qt": core.qVersion(),
    "binding": "{binding} " + str(getattr(core, "PYQT_VERSION_STR", "") or core.__version__)}}))
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A program on the disk: `paths` below `root`, with `/`; `entry` is one, or a module's name."""

    kind: str
    title: str
    root: Path
    entry: str
    paths: tuple[str, ...]


def find_program(program: str, folder: Path) -> Found:
    """The program that a person means.

    Args:
        program: path of a file or a folder, or the name of a module.
        folder: where paths and modules begin.

    Raises:
        LocalError: there is none, or it is too large; the text is for people.
    """
    path = folder / Path(program).expanduser()
    try:
        if path.is_file():
            return Found("file", _title(path.stem), path.parent, path.name, (path.name,))
        if path.is_dir():
            paths = tuple(belonging(_walk(path)))
            return Found("folder", _title(path.resolve().name), path, _entry(path, paths), paths)
        found = _find_module(program, folder)
    except OSError as error:
        message = f"'{program}' cannot be read ({error.strerror}). Nothing is shared."
        raise LocalError(message) from None
    if found is None:
        message = f"there is no program '{program}': no file, no folder, and no module of that name"
        raise LocalError(message)
    return found


def gather(
    found: Found, arguments: tuple[str, ...], python: str, blobs: Blobs, seed: int
) -> tuple[Offer, bytes]:
    """Keep a program's files; its offer and its list of files.

    Args:
        found: the program.
        arguments: what stands behind it.
        python: another interpreter, empty for the app's own.
        blobs: where files are kept.
        seed: of chance in all copies.

    Raises:
        LocalError: this can't be shared; the text says why.
        KnownError: a file can't be read or kept, or the interpreter lacks the toolkit.
    """
    files: list[ProgramFile] = []
    total = 0
    toolkit = ""
    # What runs decides; in what it imports there may be anything.
    for path in sorted(found.paths, key=lambda path: (path != found.entry, path)):
        content = _content(found, path)
        total += len(content)
        if total > limits.SHARE_BYTES_MAX:
            raise LocalError(_too_large())
        toolkit = toolkit or _toolkit_of(path, content)
        try:
            files.append(ProgramFile(path, len(content), blobs.put(content)))
        except RemoteError as error:
            raise LocalError(str(error)) from None
    if not toolkit:
        message = (
            f"'{found.title}' can't be shared: it is no program with Tk (tkinter or wish) or Qt 6"
            " (PySide6 or PyQt6)"
        )
        raise LocalError(message)
    listing = encode_listing(files)
    try:
        offer = Offer(
            title=found.title,
            kind=found.kind,
            entry=found.entry,
            arguments=arguments,
            toolkit="tk" if toolkit == "tk" else "qt",
            files=len(files),
            size=total,
            listing=blobs.put(listing),
            listing_size=len(listing),
            versions=versions_of(toolkit, python),
            seed=seed,
        )
    except RemoteError as error:
        raise LocalError(str(error)) from None
    return offer, listing


def versions_of(toolkit: str, python: str) -> tuple[tuple[str, str], ...]:
    """What an interpreter has, by parts as guests name them.

    Args:
        toolkit: "tk", or the name of a binding of Qt.
        python: another interpreter, empty for the app's own.

    Raises:
        KnownError: it can't be started, or lacks the toolkit.
    """
    program = interpreter(python)
    probe = _PROBE_TK if toolkit == "tk" else _PROBE_QT.format(binding=toolkit)
    wanted = "tkinter" if toolkit == "tk" else toolkit
    try:
        done = subprocess.run(  # noqa: S603 - an interpreter that a person named
            [program, "-B", "-c", probe],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=limits.SHARE_PROBE_SECONDS,
            check=True,
        )
        said = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        words = getattr(error, "stderr", None) or b""
        last = ["", *words.decode("utf-8", "replace").strip().splitlines()][-1]
        message = (
            f"The program needs {wanted}, which '{program}' does not have"
            f"{f' ({last})' if last else ''}. Name another Python with --python."
        )
        raise KnownError(message) from None
    return tuple(sorted((str(part), str(version)) for part, version in said.items()))


# --- what belongs to it ---------------------------------------------------------------------------


def _title(name: str) -> str:
    """For people: order_form is "Order form"."""
    words = " ".join(name.replace("_", " ").replace("-", " ").split())
    return (words[:1].upper() + words[1:])[: limits.TITLE_CHARACTERS_MAX] or "Program"


def _walk(top: Path) -> Iterator[str]:
    """Paths of all files below a folder that may belong to a program; gives up beyond the bound."""
    count = 0
    for folder, folders, files in os.walk(top):
        if ENVIRONMENT in files and Path(folder) != top:
            folders.clear()
            continue
        folders[:] = sorted(each for each in folders if each not in LEFT_OUT)
        for name in sorted(files):
            path = Path(folder) / name
            inside = not path.is_symlink() or path.resolve().is_relative_to(top.resolve())
            left_out = name in LEFT_OUT or name.endswith(".pyc")
            if left_out or not inside or not path.is_file():
                continue
            count += 1
            if count > limits.SHARE_FILES_MAX:
                message = (
                    f"'{top}' has more than {limits.SHARE_FILES_MAX:,} files; share a smaller"
                    " folder, or the program's file alone"
                )
                raise LocalError(message)
            yield path.relative_to(top).as_posix()


def _entry(top: Path, paths: tuple[str, ...]) -> str:
    """What runs in a folder."""
    known = next((name for name in _ENTRIES if name in paths), None)
    if known is not None:
        return known
    programs = [
        path for path in paths if "/" not in path and path.endswith((".py", ".pyw", ".tcl"))
    ]
    if len(programs) == 1:
        return programs[0]
    named = [path for path in programs if Path(path).stem == top.resolve().name]
    if len(named) == 1:
        return named[0]
    message = (
        f"it is not clear what runs in '{top}': name that file __main__.py or main.py, or share the"
        " file itself"
    )
    raise LocalError(message)


def _find_module(name: str, folder: Path) -> Found | None:
    """A module by its dotted name, in the folder or in this Python's library."""
    parts = name.split(".")
    if not all(part.isidentifier() for part in parts):
        return None
    library = Path(os.__file__).parent
    for root in (folder, library):
        path = root.joinpath(*parts)
        top = root / parts[0]
        runs = path.with_suffix(".py").is_file() or (path / "__main__.py").is_file()
        if not runs:
            continue
        if top.is_dir():
            inside = belonging(f"{parts[0]}/{each}" for each in _walk(top))
            return Found("module", _title(parts[-1]), root, name, tuple(inside))
        return Found("module", _title(name), root, name, (f"{name}.py",))
    return None


def _content(found: Found, path: str) -> bytes:
    try:
        with (found.root / path).open("rb") as file:
            content = file.read(limits.SHARE_BYTES_MAX + 1)
    except OSError as error:
        message = f"'{path}' cannot be read ({error.strerror}). Nothing is shared."
        raise LocalError(message) from None
    if len(content) > limits.SHARE_BYTES_MAX:
        raise LocalError(_too_large())
    return content


def _too_large() -> str:
    most = limits.SHARE_BYTES_MAX // 1_000_000
    return f"it has more than {most} MB; a shared program has at most {most} MB in all its files"


def _toolkit_of(path: str, content: bytes) -> str:
    """Toolkit "tk", the binding of Qt, or empty for a file that shows no windows itself."""
    name = path.rpartition("/")[2]
    if name.endswith(".tcl"):
        return "tk"
    if name.endswith((".py", ".pyw")) or "." not in name:
        binding = _IMPORTS_QT.search(content)
        if binding is not None:
            return binding[1].decode()
        if _IMPORTS_TK.search(content) or b"wish" in content[:_SCRIPT_BYTES]:
            return "tk"
    return ""
