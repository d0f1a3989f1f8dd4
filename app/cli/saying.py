"""`say`: lines go to the site as they come, their answers are printed as they come, in order.

Two threads: one reads and sends, this one receives and prints, so that a slow order holds back
neither. How many lines may be under way is bounded; what the site has taken it keeps, whatever
happens to this command.
"""

from __future__ import annotations

import contextlib
import json
import sys
import threading
from collections.abc import Iterator
from typing import Any, Protocol

from app.cli.outcome import CommandFailed, Exit, complain
from app.core import limits
from app.core.errors import KnownError

Message = dict[str, Any]
LAST_REQUEST = 0
"""The request without lines that is answered when all lines are given to the site."""
_LINES_A_REQUEST_MAX = limits.RUN_ENTRIES_MAX
_CHARACTERS_A_REQUEST_MAX = limits.CONTROL_LINE_BYTES_MAX // 8


class Link(Protocol):
    """The way to the site."""

    def send(self, message: Message) -> None:
        """Ask."""

    def receive(self) -> Message:
        """The next answer."""


class _Sender(threading.Thread):
    """Gives the site all lines, with a bound on those it has not answered."""

    def __init__(self, link: Link, batches: Iterator[list[str]], how: Message) -> None:
        super().__init__(name="say", daemon=True)
        self._link = link
        self._batches = batches
        self._how = how
        self._room = threading.Semaphore(limits.LINES_UNDER_WAY_MAX)
        self._stopped = False
        self.first_line: dict[int, int] = {}
        """Request without its last answer -> the number of its first line, from 1."""
        self.left: dict[int, int] = {}
        """The same -> how many of its lines have no answer yet."""
        self.failure: OSError | None = None

    def run(self) -> None:
        """Send everything, then ask for an answer that comes when this was all."""
        try:
            self._send_all()
        except OSError as error:
            self.failure = error
        except KnownError:
            # The receiving side finds out the same, and tells.
            return
        with contextlib.suppress(KnownError):
            self._link.send({"do": "say", "request": LAST_REQUEST, "texts": [], **self._how})

    def _send_all(self) -> None:
        number, line = LAST_REQUEST, 1
        for batch in self._batches:
            for texts in _requests(batch):
                for _ in texts:
                    self._room.acquire()
                if self._stopped:
                    return
                number += 1
                self.first_line[number], self.left[number] = line, len(texts)
                line += len(texts)
                self._link.send({"do": "say", "request": number, "texts": texts, **self._how})

    def answered(self, request: int, count: int) -> None:
        """So many lines of a request are under way no more."""
        self.left[request] -= count
        self._room.release(count)

    def ended(self, request: int) -> None:
        """A request got its last answer."""
        left = self.left.pop(request)
        del self.first_line[request]
        if left:
            self._room.release(left)

    def stop(self) -> None:
        """Send nothing more; what is under way is."""
        self._stopped = True


def _requests(batch: list[str]) -> Iterator[list[str]]:
    """A batch cut to what fits one request.

    Of a line longer than that only the beginning is sent: it is no message either, and so is
    refused by its number like every line that is too long.
    """
    texts: list[str] = []
    size = 0
    for line in batch:
        text = line[:_CHARACTERS_A_REQUEST_MAX]
        if texts and (
            len(texts) >= _LINES_A_REQUEST_MAX or size + len(text) > _CHARACTERS_A_REQUEST_MAX
        ):
            yield texts
            texts, size = [], 0
        texts.append(text)
        size += len(text)
    if texts:
        yield texts


def say(link: Link, batches: Iterator[list[str]], wait: str, timeout: float) -> Exit:
    """Say every line of `batches` and print what became of each.

    A line that can't be a message is named on stderr and left out. If the site refuses to take
    lines, nothing more is said.

    Raises:
        CommandFailed: the site talks with too many, or some were refused, or not there in time; the others are done.
        KnownError: the site ended.
    """
    sender = _Sender(link, batches, {"wait": wait, "timeout": timeout})
    sender.start()
    failure: CommandFailed | None = None
    is_all = False
    while sender.left or not is_all:
        answer = link.receive()
        if "request" not in answer:
            # Not about a line: the site talks with this command no more.
            raise CommandFailed(str(answer["error"]), Exit(answer.get("exit", Exit.REFUSED)))
        if answer["request"] == LAST_REQUEST:
            is_all = True
            continue
        wrong = _take(answer, sender)
        if "error" in answer:
            sender.stop()
            is_all = True
        elif "late" in answer:
            wrong = CommandFailed(f"Not {wait} within {timeout:g} s; it is kept and will be sent.")
        if wrong is not None:
            if failure is not None and str(failure) != str(wrong):
                complain(str(failure))
            failure = wrong
    if sender.failure is not None:
        text = f"The input cannot be read ({sender.failure.strerror}). What was said is said."
        raise CommandFailed(text)
    if failure is not None:
        raise failure
    return Exit.DONE


def _take(answer: Message, sender: _Sender) -> CommandFailed | None:
    """Print the lines of an answer; what is wrong, if anything."""
    request = answer["request"]
    wrong: CommandFailed | None = None
    lines = answer.get("lines", ())
    if lines:
        texts = [json.dumps(line, ensure_ascii=False, separators=(",", ":")) for line in lines]
        sys.stdout.write("\n".join(texts) + "\n")
        sys.stdout.flush()
        sender.answered(request, len(lines))
    if "refused" in answer:
        number = sender.first_line[request] + answer["refused"]
        wrong = CommandFailed(f"line {number}: {answer['why']}", Exit.USAGE)
        sender.answered(request, 1)
    if "error" in answer:
        wrong = CommandFailed(str(answer["error"]), Exit(answer.get("exit", Exit.REFUSED)))
    if "error" in answer or "done" in answer:
        sender.ended(request)
    return wrong
