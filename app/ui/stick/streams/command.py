"""Reads one command line: the words of Tcl without its substitutions. Pure.

Whatever is read here means the same in a script of `talkstick shell`; what would need an interpreter
is refused with a reason, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from app.core.errors import LocalError
from app.node.api import (
    Answered,
    RegisterAgent,
    StreamAppend,
    StreamCall,
    StreamCreate,
    StreamDestroy,
    StreamLocate,
    StreamMove,
    StreamOpen,
    UnregisterAgent,
)
from app.ui.strings import Streams as Text

Make = Callable[[int, str], Answered]
"""Makes the command of a token and the shell's name."""

_SPACES = " \t\n"
_SIGNS = {"n": "\n", "t": "\t", "r": "\r"}
_CONTINUED = re.compile(r"((?:^|[^\\])(?:\\\\)*)\\\n[ \t]*")
"""A backslash at the end of a line: line and spaces after it are one space, even in braces."""
_NUMBER_DIGITS_MAX = 9


class Unfinished(Exception):
    """A brace or a quotation mark is still open: more lines belong to it."""


@dataclass(frozen=True, slots=True)
class _Usage:
    words: str
    make: Callable[[list[str]], Make | None]
    """None: these are not its words."""

    @property
    def name(self) -> str:
        return self.words.split(" ")[0]


def words_of(line: str) -> list[str]:
    """The words of one command, none of an empty one or a remark.

    Raises:
        Unfinished: something is still open.
        LocalError: it would need an interpreter.
    """
    found: list[str] = []
    line = _CONTINUED.sub(r"\1 ", line).rstrip()
    place, end = 0, len(line)
    while place < end:
        sign = line[place]
        if sign in _SPACES:
            if sign == "\n" and found and line[place:].strip():
                raise LocalError(Text.COMMAND_ONE())
            place += 1
            continue
        if sign == "#" and not found:
            after = line.find("\n", place)
            place = end if after < 0 else after
            continue
        word, place = _word(line, place)
        found.append(word)
        if place < end and line[place] not in _SPACES:
            raise LocalError(Text.COMMAND_ONE() if line[place] == ";" else Text.COMMAND_AFTER())
    return found


def _word(line: str, place: int) -> tuple[str, int]:
    if line.startswith("{*}", place):
        raise LocalError(Text.COMMAND_SUBSTITUTES(sign="{*}"))
    if line[place] == "{":
        return _braced(line, place)
    quoted = line[place] == '"'
    return _plain(line, place + quoted, quoted=quoted)


def _braced(line: str, place: int) -> tuple[str, int]:
    """As it is, up to the brace that closes it."""
    depth, start = 0, place + 1
    while place < len(line):
        match line[place]:
            case "\\":
                place += 1
            case "{":
                depth += 1
            case "}":
                depth -= 1
                if not depth:
                    return line[start:place], place + 1
            case _:
                pass
        place += 1
    raise Unfinished


def _plain(line: str, place: int, *, quoted: bool) -> tuple[str, int]:
    """Up to the mark that closes it, or to a space; backslashes take the sign that follows."""
    word = ""
    while place < len(line):
        sign = line[place]
        if sign == "\\":
            if place + 1 >= len(line):
                raise Unfinished
            following = line[place + 1]
            if following.isalnum() and following not in _SIGNS:
                raise LocalError(Text.COMMAND_SUBSTITUTES(sign=f"\\{following}"))
            word += _SIGNS.get(following, following)
            place += 2
            continue
        if quoted and sign == '"':
            return word, place + 1
        if not quoted and (sign in _SPACES or sign == ";"):
            return word, place
        if sign in "$[":
            raise LocalError(Text.COMMAND_SUBSTITUTES(sign=sign))
        word += sign
        place += 1
    if quoted:
        raise Unfinished
    return word, place


def _create(words: list[str]) -> Make | None:
    if len(words) != 1:
        return None
    stream = "" if words[0] == "-temp" else words[0]
    return lambda token, shell: StreamCreate(token, shell, stream)


def _of_stream(make: Callable[[int, str, str], Answered]) -> Callable[[list[str]], Make | None]:
    def read(words: list[str]) -> Make | None:
        if len(words) != 1:
            return None
        return lambda token, shell: make(token, shell, words[0])

    return read


def _with_text(
    make: Callable[[int, str, str, bytes], Answered],
) -> Callable[[list[str]], Make | None]:
    def read(words: list[str]) -> Make | None:
        if len(words) != 2:
            return None
        payload = words[1].encode("utf-8", "replace")
        return lambda token, shell: make(token, shell, words[0], payload)

    return read


def _with_number(
    make: Callable[[int, str, str, int], Answered],
) -> Callable[[list[str]], Make | None]:
    def read(words: list[str]) -> Make | None:
        if len(words) != 2:
            return None
        number = _number(words[1])
        return lambda token, shell: make(token, shell, words[0], number)

    return read


def _register(words: list[str]) -> Make | None:
    kind, controls, rest = "tcl", False, list(words)
    while len(rest) > 3:
        match rest.pop(0):
            case "-controller":
                controls = True
            case "-kind":
                kind = rest.pop(0)
            case _:
                return None
    if len(rest) != 3:
        return None
    stream, argv, code = rest
    return lambda token, shell: RegisterAgent(token, shell, stream, kind, code, argv, controls)


def _number(word: str) -> int:
    if not (word.isascii() and word.isdigit() and len(word) <= _NUMBER_DIGITS_MAX):
        raise LocalError(Text.COMMAND_NUMBER(word=word[:40]))
    return int(word)


_USAGES = (
    _Usage("stream_create NAME", _create),
    _Usage("stream_open STREAM", _of_stream(StreamOpen)),
    _Usage("stream_append STREAM TEXT", _with_text(StreamAppend)),
    _Usage("stream_call STREAM TEXT", _with_text(StreamCall)),
    _Usage("stream_move STREAM LOCATION", _with_number(StreamMove)),
    _Usage("stream_destroy STREAM", _of_stream(StreamDestroy)),
    _Usage("stream_location NAME", _of_stream(StreamLocate)),
    _Usage("register_agent ?-controller? ?-kind KIND? STREAM ARGUMENT CODE", _register),
    _Usage("unregister_agent STREAM AGENT", _with_number(UnregisterAgent)),
)
HELP = "help"
NAMES = (HELP, *[usage.name for usage in _USAGES])


def help_text() -> str:
    """All commands, one a line, and what cannot be said here."""
    return "\n".join([*[usage.words for usage in _USAGES], Text.COMMAND_HELP()])


def read(words: list[str]) -> Make:
    """The command that the words say.

    Raises:
        LocalError: there is none, or it is written otherwise.
    """
    usage = next((each for each in _USAGES if each.name == words[0]), None)
    if usage is None:
        raise LocalError(Text.COMMAND_UNKNOWN(name=words[0][:40]))
    made = usage.make(words[1:])
    if made is None:
        raise LocalError(Text.COMMAND_USAGE(usage=usage.words))
    return made
