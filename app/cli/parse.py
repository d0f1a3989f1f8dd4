"""What can be written behind `talkstick` (FORMATS.md 6), checked as far as it can be without a site.

Wrong use is one line on stderr that helps, and exit code 2. Options of commands that don't exist
yet are not offered.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn, TypeVar

from app.cli.outcome import Exit, complain
from app.core import limits
from app.core.errors import LocalError

ROLES = ("owner", "moderator", "editor", "viewer")
EXPORTS = (".png", ".svg", ".pdf", ".json")

T = TypeVar("T")

_DURATION = re.compile(r"([1-9][0-9]{0,8})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


class Parser(argparse.ArgumentParser):
    """One line instead of a page when something is wrong."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where the help is."""
        program = self.prog.removeprefix("talkstick").strip()
        where = f"{program}: " if program else ""
        complain(f"{where}{message} (see '{self.prog} --help')")
        raise SystemExit(int(Exit.USAGE))


def _checked(check: Callable[[str], T]) -> Callable[[str], T]:
    """A type for argparse from a function that raises `LocalError`."""

    def read(text: str) -> T:
        try:
            return check(text)
        except LocalError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return read


def duration(text: str) -> int:
    """How many seconds an invite lasts: 90s, 30m, 1h or 7d.

    Raises:
        LocalError: it is none of these, or too long.
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        message = f"'{text}' is not a duration (for example 30m, 1h, 7d)"
        raise LocalError(message)
    seconds = int(match[1]) * _SECONDS[match[2]]
    if seconds > limits.INVITE_SECONDS_MAX:
        days = limits.INVITE_SECONDS_MAX // _SECONDS["d"]
        message = f"'{text}' is too long: at most {days}d, or leave it out for no end"
        raise LocalError(message)
    return seconds


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0.0 <= seconds <= limits.COMMAND_WAIT_SECONDS_MAX:
        message = f"'{text}' is not a number of seconds from 0 to {limits.COMMAND_WAIT_SECONDS_MAX}"
        raise LocalError(message)
    return seconds


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) < 2**53:
        message = f"'{text}' is not a whole number from 1"
        raise LocalError(message)
    return int(text)


def _policy(text: str) -> str:
    from app.dispatcher.placement import parse_policy

    return str(parse_policy(text))


def _invite(text: str) -> str:
    from app.crypto.invite import parse_invite

    parse_invite(text)
    return text


def _name(text: str) -> str:
    name = text.strip()
    if not 1 <= len(name) <= 64 or any(not char.isprintable() for char in name):
        message = "a name has 1 to 64 characters in one line"
        raise LocalError(message)
    return name


def _title(text: str) -> str:
    title = text.strip()
    if not 1 <= len(title) <= 128 or any(not char.isprintable() for char in title):
        message = "a title has 1 to 128 characters in one line"
        raise LocalError(message)
    return title


def _export_path(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() not in EXPORTS:
        message = f"'{text}' does not end in {' or '.join(EXPORTS)}"
        raise LocalError(message)
    return path


def make_parser() -> Parser:
    """The whole command line."""
    top = Parser(
        prog="talkstick",
        description="Chat and draw together in one order, peer to peer.",
        epilog="Every command has its own --help.",
    )
    top.add_argument("--version", action="store_true", help="the version and its build")
    top.add_argument("--data", type=Path, metavar="DIR", help="data folder (default: the system's)")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)

    def command(name: str, text: str) -> Parser:
        made: Parser = commands.add_parser(name, help=text, description=text)
        made.add_argument(
            "--data",
            type=Path,
            metavar="DIR",
            default=argparse.SUPPRESS,
            help="data folder of the site (default: the system's)",
        )
        return made

    _add_site(command("site", "Run a site without a window; prints events as JSON lines."))
    _add_talking(command)
    _add_session(command)
    _add_board(command)
    _add_share(command("share", "Share a Tk or Qt program: everyone uses it at once."))
    _add_shell(command("shell", "Run a Tcl script that drives streams, or type its commands."))
    commands.add_parser("demo", help="try it alone: several sites on this machine", add_help=False)
    commands.add_parser("bench", help="measure it on this machine", add_help=False)
    return top


def _add_site(site: Parser) -> None:
    site.add_argument("--name", type=_checked(_name), help="what the others call you")
    way = site.add_mutually_exclusive_group()
    way.add_argument("--create", type=_checked(_title), metavar="TITLE", help="found a session")
    way.add_argument("--join", type=_checked(_invite), metavar="INVITE", help="join by a link")
    way.add_argument("--near", type=_checked(_title), metavar="TITLE", help="ask to join nearby")
    site.add_argument(
        "--admit",
        choices=("ask", "all", "none"),
        default="ask",
        help="what becomes of people nearby who ask to join",
    )
    site.add_argument(
        "--listen", metavar="HOST:PORT", default="0.0.0.0:0", help="where to listen (UDP)"
    )
    site.add_argument("--no-lan", action="store_true", help="be neither seen nor asked nearby")
    site.add_argument(
        "--policy", type=_checked(_policy), help="where the dispatcher lives; goes with --create"
    )
    site.add_argument(
        "--sim-net",
        metavar="delay=50,jitter=5,loss=0.05",
        help="make the network worse: one-way ms and a probability",
    )


def _add_talking(command: Callable[[str, str], Parser]) -> None:
    say = command("say", "Say a line; '-' says each line of the input.")
    say.add_argument("--wait", choices=("none", "ordered", "settled"), default="ordered")
    say.add_argument("--timeout", type=_checked(_seconds), default=30.0, metavar="S")
    say.add_argument("text", nargs="+", metavar="TEXT")
    log = command("log", "Print the log.")
    log.add_argument("--from", dest="first", type=_checked(_count), default=1, metavar="N")
    log.add_argument("--follow", action="store_true", help="go on with what comes")


def _add_session(command: Callable[[str, str], Parser]) -> None:
    command("status", "Who is here, where the dispatcher is, how far the log is.")
    move = command("move", "Move the dispatcher to a member.")
    move.add_argument("site", metavar="NAME|SITE")
    policy = command("policy", "Set how the dispatcher is placed.")
    policy.add_argument("policy", type=_checked(_policy), metavar="POLICY")
    invite = command("invite", "Make a link that lets others in.")
    invite.add_argument("--expires", type=_checked(duration), default=0, metavar="1h")
    invite.add_argument("--uses", type=_checked(_count), default=0, metavar="N")
    invite.add_argument("--role", choices=ROLES, default="editor")
    admit = command("admit", "Let somebody in who asks to join; alone it lists who asks.")
    admit.add_argument("--list", action="store_true", help="who asks, and the six words to compare")
    admit.add_argument("--deny", action="store_true", help="do not let this one in")
    admit.add_argument("site", nargs="?", default="", metavar="NAME|SITE")
    leave = command("leave", "Leave the session for good, once the others have all that is yours.")
    leave.add_argument("--now", action="store_true", help="close at once instead; stays a member")


def _add_board(command: Callable[[str, str], Parser]) -> None:
    draw = command("draw", "Draw a file of JSON lines, or an Excalidraw file; '-' reads the input.")
    draw.add_argument("file", metavar="FILE")
    draw.add_argument("--board", default="main", metavar="NAME")
    export = command("export", "Write a board into a file.")
    export.add_argument("out", type=_checked(_export_path), metavar="OUT.png|.svg|.pdf|.json")
    export.add_argument("--board", default="main", metavar="NAME")


def _add_share(share: Parser) -> None:
    share.usage = "%(prog)s [--data DIR] [--python EXE] (PROGRAM [ARGS...] | --join ID [--yes] | --list | --end ID)"
    share.add_argument(
        "--python", default="", metavar="EXE", help="the interpreter of the copy here"
    )
    way = share.add_mutually_exclusive_group()
    way.add_argument("--join", metavar="ID", help="start a copy of somebody's program here")
    way.add_argument("--list", action="store_true", help="the shared programs of the session")
    way.add_argument("--end", metavar="ID", help="end a share for everyone")
    share.add_argument("--yes", action="store_true", help="goes with --join: yes, run it here")
    share.add_argument(
        "program", nargs="?", default="", metavar="PROGRAM", help="file, folder, module"
    )
    share.add_argument("arguments", nargs=argparse.REMAINDER, metavar="ARGS", help="its arguments")


def _check_share(parser: Parser, arguments: argparse.Namespace) -> None:
    alone = arguments.join or arguments.list or arguments.end
    if alone and arguments.program:
        parser.error("share: --join, --list and --end go without a program")
    if not alone and not arguments.program:
        parser.error("share: which program? (a file, a folder or a module)")
    if arguments.yes and not arguments.join:
        parser.error("share: --yes goes with --join")
    if arguments.python and (arguments.list or arguments.end):
        parser.error("share: --python goes with a program or --join")


def _add_shell(shell: Parser) -> None:
    shell.add_argument(
        "--name", default="", metavar="NAME", help="what the shell is called (default: a number)"
    )
    shell.add_argument("-c", dest="code", metavar="CODE", help="run this code")
    shell.add_argument(
        "words",
        nargs="*",
        metavar="SCRIPT",
        help="a script and its arguments; without it and without -c the input is run",
    )


def _check_site(parser: Parser, arguments: argparse.Namespace) -> None:
    if arguments.policy is not None and arguments.create is None:
        parser.error("--policy goes with --create; in a session use 'talkstick policy'")
    joins = arguments.create or arguments.join or arguments.near
    if joins and arguments.name is None:
        parser.error("site: --name is needed to create or join a session")
    if arguments.near and arguments.no_lan:
        parser.error("site: --near looks around in the network, --no-lan does not")


def _check_admit(parser: Parser, arguments: argparse.Namespace) -> None:
    if arguments.list and (arguments.site or arguments.deny):
        parser.error("admit: --list goes alone")
    if arguments.deny and not arguments.site:
        parser.error("admit: --deny needs a name or a site ('talkstick admit' lists them)")


def _check_shell(parser: Parser, arguments: argparse.Namespace) -> None:
    if arguments.code is not None and arguments.words:
        parser.error("shell: either a SCRIPT or -c CODE")


_CHECKS = {
    "site": _check_site,
    "share": _check_share,
    "shell": _check_shell,
    "admit": _check_admit,
}
"""What argparse can't say."""


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the arguments; ends the process with 2 and one line where they are wrong."""
    parser = make_parser()
    arguments = parser.parse_args(argv)
    if arguments.command is None and not arguments.version:
        parser.error("which command?")
    if arguments.command in _CHECKS:
        _CHECKS[arguments.command](parser, arguments)
    return arguments
