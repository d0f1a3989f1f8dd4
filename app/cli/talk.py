"""The commands that talk to a running site through its control socket. Each asks, prints, ends."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from app.cli.data import data_folder
from app.cli.objects import objects_of
from app.cli.outcome import CommandFailed, Exit, complain
from app.cli.saying import say
from app.cli.share import messages_of
from app.core import limits
from app.core.errors import KnownError
from app.drivers.control.client import Client

Message = dict[str, Any]
_PART_CHARACTERS = limits.CONTROL_LINE_BYTES_MAX // 8
"""JSON may write a character as six bytes; a part stays within one line."""


def emit(value: Message) -> None:
    """Print one JSON line."""
    sys.stdout.write(_text(value) + "\n")


def _text(value: Message) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def run(arguments: argparse.Namespace) -> Exit:
    """Carry out a command; raises `KnownError` or `CommandFailed`."""
    client = Client.connect(data_folder(arguments.data))
    try:
        return _COMMANDS[arguments.command](client, arguments)
    finally:
        client.close()


def ask(client: Client, message: Message) -> Message:
    """One request with one answer.

    Raises:
        CommandFailed: the site said no.
    """
    _send(client, {"request": 0, **message})
    return checked(client.receive())


def _send(client: Client, message: Message) -> None:
    """Ask; a site that hung up has said why, which is the answer, or ended, which that tells."""
    with contextlib.suppress(KnownError):
        client.send(message)


def checked(answer: Message) -> Message:
    """The answer, unless it is a refusal; raises `CommandFailed`."""
    if "error" in answer:
        raise CommandFailed(str(answer["error"]), Exit(answer.get("exit", Exit.REFUSED)))
    return answer


def _say(client: Client, arguments: argparse.Namespace) -> Exit:
    if arguments.text == ["-"]:
        return say(client, read_batches(sys.stdin.fileno()), arguments.wait, arguments.timeout)
    return say(client, iter([[" ".join(arguments.text)]]), arguments.wait, arguments.timeout)


def read_batches(descriptor: int) -> Iterator[list[str]]:
    """Lines of the input, as many at a time as are there; a last one may lack its end.

    A line beyond any bound is not kept: what is given of it is its beginning, still too long.
    """
    rest = b""
    while data := os.read(descriptor, 65_536):
        *lines, rest = (rest + data).split(b"\n")
        if lines:
            yield [line.removesuffix(b"\r").decode("utf-8", "replace") for line in lines]
        rest = rest[: limits.CONTROL_LINE_BYTES_MAX]
    if rest:
        yield [rest.removesuffix(b"\r").decode("utf-8", "replace")]


def _log(client: Client, arguments: argparse.Namespace) -> Exit:
    first = arguments.first
    while True:
        answer = ask(client, {"do": "log", "from": first, "follow": arguments.follow})
        if "reverted" in answer:
            first = max(answer["reverted"], arguments.first)
            emit({"event": "reverted", "from": first})
        for row in answer.get("rows", ()):
            if row["index"] > first:
                # Of what is compacted only lines are left.
                emit({"event": "compacted", "from": first, "to": row["index"] - 1})
            emit(row)
            first = row["index"] + 1
        if not answer.get("rows") and not arguments.follow:
            return Exit.DONE
        sys.stdout.flush()


def _asking(make: Callable[[argparse.Namespace], Message]) -> Callable[..., Exit]:
    """A command of one request whose answer is a line."""

    def command(client: Client, arguments: argparse.Namespace) -> Exit:
        answer = ask(client, make(arguments))
        if "text" in answer:
            sys.stdout.write(answer["text"] + "\n")
        else:
            emit(answer["line"])
        return Exit.DONE

    return command


def _draw(client: Client, arguments: argparse.Namespace) -> Exit:
    text = _read_text(arguments.file)
    parts = [text[at : at + _PART_CHARACTERS] for at in range(0, len(text), _PART_CHARACTERS)]
    for part in parts[:-1]:
        ask(client, {"do": "draw", "part": part, "last": False})
    last = parts[-1] if parts else ""
    message = {"do": "draw", "part": last, "last": True, "board": arguments.board}
    if not _drawn(client, message):
        complain(f"Nothing was drawn: there are no shapes in '{arguments.file}'.")
    return Exit.DONE


def _drawn(client: Client, message: Message) -> int:
    """Print each entry of a drawing as it is ordered; how many there are."""
    _send(client, {"request": 0, **message, "wait": "ordered", "timeout": 30.0})
    count, is_late = 0, False
    while True:
        answer = checked(client.receive())
        is_late = is_late or "late" in answer
        for line in answer.get("lines", ()):
            emit(line)
            count += 1
        if "done" in answer:
            break
    if is_late:
        text = "Not ordered within 30 s; the drawing is kept and will be sent."
        raise CommandFailed(text)
    return count


def _read_text(name: str) -> str:
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        text = f"'{name}' cannot be read ({error.strerror}). Nothing was drawn."
        raise CommandFailed(text, Exit.USAGE) from None
    except UnicodeDecodeError:
        text = f"'{name}' is not text in UTF-8. Nothing was drawn."
        raise CommandFailed(text, Exit.USAGE) from None


def _export(client: Client, arguments: argparse.Namespace) -> Exit:
    out: Path = arguments.out
    if out.suffix.lower() != ".json":
        return _export_picture(client, out, arguments.board)
    lines = [_text(row) for row in _board_rows(client, arguments.board)]
    with _replacing(out) as fresh:
        fresh.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return Exit.DONE


@contextlib.contextmanager
def _replacing(out: Path) -> Iterator[Path]:
    """A file of the same name beside `out` that takes its place once it is whole."""
    try:
        with tempfile.TemporaryDirectory(prefix=".talkstick-", dir=out.parent) as folder:
            fresh = Path(folder) / out.name
            yield fresh
            fresh.replace(out)
    except OSError as error:
        text = f"{out} cannot be written ({error.strerror}). What was there is unchanged."
        raise KnownError(text) from None


def _export_picture(client: Client, out: Path, board: str) -> Exit:
    """Drawn here and not by the site: a large picture must not make anybody wait."""
    try:
        from app.ui.board.picture import draw_without_window
    except ImportError as error:
        text = (
            f"A picture is drawn with Qt, which cannot be loaded here ({error}). Nothing was"
            " written. Install what is missing, or export to a file that ends in .json."
        )
        raise KnownError(text) from None
    objects = objects_of(list(_board_rows(client, board, "objects")))
    title = ask(client, {"do": "status"})["line"]["session"]["title"]
    with _replacing(out) as fresh:
        draw_without_window(objects, fresh, title)
    return Exit.DONE


def _admit(client: Client, arguments: argparse.Namespace) -> Exit:
    if not arguments.site:
        for row in ask(client, {"do": "asking"})["rows"]:
            emit(row)
        return Exit.DONE
    message = {"do": "admit", "site": arguments.site, "let_in": not arguments.deny}
    emit(ask(client, message)["line"])
    return Exit.DONE


def _share(client: Client, arguments: argparse.Namespace) -> Exit:
    for message in messages_of(arguments, Path.cwd()):
        for row in ask(client, message)["rows"]:
            emit(row)
    if arguments.join and not arguments.yes:
        text = "It will run on your computer with all your rights. To start it, add --yes."
        raise CommandFailed(text)
    return Exit.DONE


def _board_rows(client: Client, board: str, what: str = "board") -> Iterator[Message]:
    rows = ask(client, {"do": what, "board": board})["rows"]
    while rows:
        yield from rows
        rows = ask(client, {"do": "more"})["rows"]


_COMMANDS: dict[str, Callable[[Client, argparse.Namespace], Exit]] = {
    "say": _say,
    "log": _log,
    "status": _asking(lambda _: {"do": "status"}),
    "move": _asking(lambda given: {"do": "move", "site": given.site}),
    "policy": _asking(lambda given: {"do": "policy", "policy": given.policy}),
    "invite": _asking(
        lambda given: {
            "do": "invite",
            "expires": given.expires,
            "uses": given.uses,
            "role": given.role,
        }
    ),
    "admit": _admit,
    "leave": _asking(lambda given: {"do": "leave", "now": given.now}),
    "draw": _draw,
    "export": _export,
    "share": _share,
}
