"""Runs the demo: opens the company, lets people talk by the script, draws, and judges at the end.

One thread: it takes messages of the sites until the next thing is due. What is shown is computed
from the score alone, what is judged from the logs alone.
"""

from __future__ import annotations

import queue
import signal
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from app.cli.demo import picture
from app.cli.demo.company import Answered, Company, Ended, LogRead, Message, Told
from app.cli.demo.options import Options, parse_options
from app.cli.demo.score import Person, Score
from app.cli.demo.screen import Screen
from app.cli.demo.script import NAMES, Script, text
from app.cli.demo.verdict import Row, judge
from app.cli.outcome import CommandFailed, Exit
from app.core import limits
from app.core.instant import MILLI, SECOND, Micros, after
from app.drivers import clock

_START_MICROS = 30 * SECOND
"""Patience until everybody is there."""
_REST_MICROS = 20 * SECOND
"""Patience until every line is ordered and settled everywhere."""
_FRAME_MICROS = 200 * MILLI
_MEASURING_MICROS = limits.MEASURES_EVERY_MICROS + limits.HEARTBEAT_MICROS
"""Until everybody knows how far everybody is: the stick's way depends on it."""
_STATUS = -1
"""Number of the request for a status; lines have the positive numbers."""


def main(argv: Sequence[str]) -> int:
    """Run the demo; 0 only if every copy is identical and nothing is missing or doubled.

    Raises:
        CommandFailed: a site died, or didn't get ready in time.
        KeyboardInterrupt: somebody wants it to end.
    """
    options = parse_options(argv)
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _interrupted)
    screen = Screen(sys.stdout)
    company = Company(options.delay_ms)
    try:
        return Show(options, company, screen).run()
    finally:
        screen.close()
        company.close()


def _interrupted(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


class Show:
    """One run."""

    def __init__(self, options: Options, company: Company, screen: Screen) -> None:
        self._options = options
        self._company = company
        self._screen = screen
        self._names = NAMES[: options.sites]
        self._script = Script(options.sites, Micros(options.seconds * SECOND))
        self._sites: list[str] = ["" for _ in self._names]
        self._invite = ""
        self._met: dict[int, None] = {}
        self._logs: dict[int, list[Row]] = {}
        self._score: Score | None = None
        self._started = Micros(0)

    def run(self) -> Exit:
        """From the first process to the verdict."""
        self._screen.say(picture.title(self._options))
        self._screen.say(f"Starting {len(self._names)} sites ...")
        self._assemble()
        score = Score(
            [Person(name, site) for name, site in zip(self._names, self._sites, strict=True)],
            self._sites[0],
        )
        self._score = score
        self._talk(score)
        return self._judge(score)

    # --- before -----------------------------------------------------------------------------------

    def _assemble(self) -> None:
        """Found the session, let the others join, wait until all know all."""
        company, deadline = self._company, after(clock.now(), _START_MICROS)
        company.start(self._names[0], ("--create", "Demo"))
        self._until(lambda: bool(self._sites[0]), deadline, "The first site did not get ready")
        for name in self._names[1:]:
            company.start(name, ("--join", self._invite))
        self._until(lambda: all(self._sites), deadline, "Not everybody could join")
        for position in range(len(self._names)):
            company.connect(position)
        while len(self._met) < len(self._names):
            for position in range(len(self._names)):
                company.ask(position, {"do": "status", "request": _STATUS})
            self._take_until(after(clock.now(), _FRAME_MICROS))
            if clock.now() > deadline:
                text = "Not everybody found everybody in time. Nothing is kept; try again."
                raise CommandFailed(text)
        self._screen.say("Everybody is here; they measure how far apart they are ...")
        self._take_until(after(clock.now(), _MEASURING_MICROS))
        self._screen.say("")

    def _until(self, there: Callable[[], bool], deadline: Micros, otherwise: str) -> None:
        while not there():
            if clock.now() > deadline:
                text = f"{otherwise} in time. Nothing is kept; try again on a machine less busy."
                raise CommandFailed(text)
            self._take_until(after(clock.now(), _FRAME_MICROS), there)

    # --- talking ----------------------------------------------------------------------------------

    def _talk(self, score: Score) -> None:
        """Say every line when it is due, and show how it goes."""
        script = self._script
        self._started = start = clock.now()
        line, turn = 0, -1
        while (at := Micros(clock.now() - start)) < script.length:
            if script.turn(at) != turn:
                if turn >= 0:
                    self._line(picture.how_sentence(score, script.talker(turn)))
                turn = script.turn(at)
                self._line(picture.turn_sentence(score, script.talker(turn)))
            for number in range(line, script.due(at)):
                self._say(score, script.talker_of(number))
            line = script.due(at)
            self._draw(score, script.talker(turn))
            self._take_until(Micros(start + script.next_due(at)))
        for number in range(line, script.due(script.length)):
            self._say(score, script.talker_of(number))
        deadline = after(clock.now(), _REST_MICROS)
        while not score.at_rest and clock.now() < deadline:
            self._draw(score, None)
            self._take_until(after(clock.now(), _FRAME_MICROS), lambda: score.at_rest)
        self._line(picture.how_sentence(score, script.talker(turn)))
        self._draw(score, None)

    def _say(self, score: Score, position: int) -> None:
        number = len(score.people[position].said)
        said = text(number)
        score.said(position, number, said)
        self._company.ask(
            position,
            {"do": "say", "request": number, "texts": [said], "wait": "ordered", "timeout": 60},
        )

    def _draw(self, score: Score, talker: int | None) -> None:
        if self._screen.live:
            seconds = (clock.now() - self._started) / SECOND
            lines = picture.table(self._options, score, seconds, talker, self._screen.style)
            self._screen.draw(lines)

    def _line(self, sentence: str) -> None:
        """A line with its time, where there is no table."""
        if not self._screen.live:
            seconds = (clock.now() - self._started) / SECOND
            self._screen.say(f"{seconds:6.1f} s   {sentence}")

    # --- the end ----------------------------------------------------------------------------------

    def _judge(self, score: Score) -> Exit:
        """Read every copy and print what they show."""
        at_rest = score.at_rest
        for position in range(len(self._names)):
            self._company.read_log(position)
        deadline = after(clock.now(), _REST_MICROS)
        self._until(
            lambda: len(self._logs) == len(self._names), deadline, "Not every log could be read"
        )
        verdict = judge(
            self._names,
            self._sites,
            [person.said for person in score.people],
            [self._logs[position] for position in range(len(self._names))],
        )
        self._screen.close()
        self._screen.say("")
        for row in picture.summary(score, verdict, self._screen.style):
            self._screen.say(row)
        if not at_rest:
            self._screen.say(f"  Not everything was settled within {_REST_MICROS // SECOND} s.")
        return Exit.DONE if verdict.good and at_rest else Exit.REFUSED

    # --- what the sites say -----------------------------------------------------------------------

    def _take_until(self, when: Micros, enough: Callable[[], bool] | None = None) -> None:
        """Take messages until then, or until it is enough."""
        while (left := when - clock.now()) > 0 and not (enough is not None and enough()):
            try:
                self._take(self._company.messages.get(timeout=left / SECOND))
            except queue.Empty:
                return

    def _take(self, message: Message) -> None:
        match message:
            case Told(position, event):
                self._told(position, event)
            case Answered(position, answer):
                self._answered(position, answer)
            case LogRead(position, rows):
                self._logs[position] = rows
            case Ended(position, why):
                text = f"The site of {self._names[position]} ended ({why}). The demo is over."
                raise CommandFailed(text)

    def _told(self, position: int, event: Row) -> None:
        if event["event"] == "ready":
            self._sites[position] = event["site"]
            self._invite = self._invite or event["invite"]
        elif self._score is not None:
            moves = len(self._score.moves)
            seconds = (clock.now() - self._started) / SECOND
            self._score.happened(position, event, seconds)
            for move in self._score.moves[moves:]:
                self._line(picture.move_sentence(self._score, move))

    def _answered(self, position: int, answer: Row) -> None:
        if answer.get("request") == _STATUS:
            members = answer.get("line", {}).get("members", ())
            present = [member for member in members if member["state"] == "present"]
            if len(present) == len(self._names):
                self._met[position] = None
        elif "error" in answer or "refused" in answer:
            why = answer.get("error") or answer.get("why")
            text = f"The site of {self._names[position]} took no line: {why}"
            raise CommandFailed(text)
        elif self._score is not None:
            self._score.answered(position, answer)
