"""`python -m tests.window.two_people [--keep FOLDER]`: two people meet, talk and draw.

Two real windows on two screens, driven by mouse and keyboard alone: first run, a session, an
invite, chat both ways, every tool, undo, the stick on its way, the end and the next start. Both
must have the same state whenever it is looked at. A picture of both screens is kept of each step.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from tests.window.screen import missing
from tests.window.stage import Json, NotSeen, Person, stage, wait_until

SIZE = (1_440, 900)
SESSION = "Ferry timetable"
WORDS = 6
"""As many words are compared."""
Point = tuple[int, int]


class Meeting:
    """Ada and Bram; `keep` is where the pictures go."""

    def __init__(self, ada: Person, bram: Person, keep: Path | None) -> None:
        self.ada, self.bram = ada, bram
        self.both = (ada, bram)
        self._keep = keep
        self._step = 0

    def shot(self, what: str) -> None:
        """Keep both screens, and say how far it is."""
        self._step += 1
        sys.stdout.write(f"{self._step:2} {what}\n")
        sys.stdout.flush()
        if self._keep is None:
            return
        for person in self.both:
            name = f"{self._step:02}-{what.replace(' ', '-')}-{person.name.lower()}.png"
            person.screen.picture().save(str(self._keep / name))

    # --- coming together ---

    def first_run(self, person: Person, name: str, column: int, row: int) -> None:
        """A name and a colour; `column` and `row` say where the colour is in its field of 6 by 2."""
        person.start()
        begin = person.see("Begin", "push button")
        colours = next(each for each in person.things() if each.name.endswith(", square"))
        person.write(name)
        person.screen.do(
            "mousemove",
            colours.x + colours.width * (2 * column + 1) // 12,
            colours.y + colours.height * (2 * row + 1) // 4,
            "click",
            1,
        )
        self.shot(f"first run of {person.name}")
        person.click(begin)
        person.see("Recent", "label")

    def found(self) -> None:
        self.shot("lobby")
        self.ada.click(self.ada.see("What is it about?", "text"))
        self.ada.write(SESSION)
        self.ada.press("Return")
        self.ada.see("Invite", "push button")
        self.shot("session with one")

    def join_by_link(self) -> None:
        """Ada copies a link, it gets to Bram somehow, he pastes it."""
        self.ada.click(self.ada.see("Invite", "push button"))
        copy = self.ada.see("Copy link", "push button")
        self.shot("invite")
        self.ada.click(copy)
        self.ada.see("Copied", "push button")
        link = self.ada.copied()
        if not link.startswith("talkstick:"):
            raise NotSeen(f"a link in the clipboard, but “{link}”")
        self.ada.press("Escape")
        self.bram.hold(link)
        self.bram.click(self.bram.see("Join with an invite", "text"))
        self.bram.press("ctrl+v")
        self.shot("link pasted")
        self.bram.press("Return")
        self.bram.see("Invite", "push button")

    def join_nearby(self) -> None:
        """Bram sees the session in his network and asks; Ada compares the words and lets him in."""
        self.bram.see(f"Ask to join: {SESSION}", "push button")
        self.shot("near you")
        self.bram.click(self.bram.see(f"Ask to join: {SESSION}", "push button"))
        let_in = self.ada.see("Let in as editor", "push button")
        self.bram.see(f"Cancel: {SESSION}", "push button")
        words = [
            {each.name for each in person.things() if len(each.name.split()) == WORDS}
            for person in self.both
        ]
        if not words[0] & words[1]:
            raise NotSeen(f"the same six words on both screens, but {words}")
        self.shot("asked")
        self.ada.click(let_in)
        self.bram.see("Invite", "push button")

    def together(self) -> None:
        for person in self.both:
            person.see("Together, 2 of 2 computers")
        self.shot("together")

    # --- chat ---

    def say(self, who: Person, text: str) -> None:
        """Say it and see it at the other's."""
        who.press("ctrl+m")
        who.write(text)
        who.press("Return")
        for person in self.both:
            person.read(f", {text}")

    def chat(self) -> None:
        self.say(self.ada, "Shall we draw the way from search to pay?")
        self.say(self.bram, "Yes. I take the right half")
        self.bram.press("ctrl+m")
        self.bram.write("the left")
        self.bram.press("Return")
        self.bram.read(", the left. ")
        self.bram.press("Up")
        self.bram.press("ctrl+a")
        self.bram.write("the right half, I mean")
        self.bram.press("Return")
        for person in self.both:
            person.read(", the right half, I mean. ")
        self.bram.write("Half")
        self.ada.read("is typing")
        self.shot("chat")
        self.bram.press("ctrl+a", "BackSpace")

    # --- board ---

    def spot(self, who: Person, x: float, y: float) -> Point:
        """A place on the board in parts of its width and height."""
        board = who.board()
        return round(board.x + x * board.width), round(board.y + y * board.height)

    def stroke(self, who: Person, tool: str, *spots: tuple[float, float]) -> None:
        """Choose a tool by its button and draw along the spots."""
        who.click(who.see(tool, "check box"))
        corners = [self.spot(who, *each) for each in spots]
        points = [corners[0]]
        for start, end in pairwise(corners):
            points += [
                (
                    start[0] + (end[0] - start[0]) * step // 8,
                    start[1] + (end[1] - start[1]) * step // 8,
                )
                for step in range(1, 9)
            ]
        before = self.states()
        who.screen.drag(points)
        self.changed(before, f"{tool} of {who.name}")

    def states(self) -> list[str]:
        return [str(person.status()["state_hash"]) for person in self.both]

    def changed(self, before: list[str], what: str) -> None:
        """Both have the same state, and another than before."""

        def same() -> bool:
            now = self.states()
            return now[0] == now[1] and now[0] != before[0]

        wait_until(same, f"new state that both have after: {what}")

    def draw(self) -> None:
        ada, bram = self.ada, self.bram
        circle = [
            (
                0.18 + 0.09 * math.cos(turn * math.tau / 12),
                0.3 + 0.1 * math.sin(turn * math.tau / 12),
            )
            for turn in range(13)
        ]
        self.stroke(ada, "Pen, P", *circle)
        self.stroke(bram, "Rectangle, R", (0.6, 0.2), (0.85, 0.55))
        self.shot("pen and rectangle")
        self.stroke(ada, "Ellipse, O", (0.1, 0.5), (0.28, 0.65))
        self.stroke(bram, "Diamond, D", (0.65, 0.6), (0.8, 0.75))
        self.stroke(ada, "Arrow, A", (0.3, 0.3), (0.58, 0.32))
        self.stroke(bram, "Line, L", (0.62, 0.3), (0.83, 0.3))
        self.stroke(ada, "Marker, M", (0.12, 0.72), (0.3, 0.74))
        self.text(bram, "Choose a sailing", 0.63, 0.24)
        self.shot("every tool that stays")
        self.laser(ada)
        self.stroke(bram, "Eraser, E", (0.2, 0.7), (0.24, 0.8))
        self.shot("erased")

    def text(self, who: Person, words: str, x: float, y: float) -> None:
        before = self.states()
        who.click(who.see("Text, T", "check box"))
        who.screen.do("mousemove", *self.spot(who, x, y), "click", 1)
        who.see("Text on the board", "text")
        who.write(words)
        who.press("Escape")
        self.changed(before, "text")

    def laser(self, who: Person) -> None:
        who.click(who.see("Laser, K", "check box"))
        points = [self.spot(who, 0.4 + 0.02 * step, 0.4 + 0.01 * (step % 3)) for step in range(9)]
        who.screen.do("mousemove", *points[0], "mousedown", 1)
        for point in points:
            who.screen.do("mousemove", *point)
        self.shot("laser")
        who.screen.do("mouseup", 1)

    def undo(self) -> None:
        """Each takes back own work only, and does it again."""
        for person in self.both:
            before = self.states()
            person.click(person.see("Undo, Ctrl+Z", "push button"))
            self.changed(before, f"undo of {person.name}")
        self.shot("undone")
        for person in self.both:
            before = self.states()
            person.press("alt+2", "ctrl+shift+z")
            self.changed(before, f"redo of {person.name}")
        self.shot("done again")

    def choose(self) -> None:
        """Select with a frame, move, duplicate, group, take away."""
        ada = self.ada
        ada.click(ada.see("Select, V", "check box"))
        ada.screen.drag(
            [self.spot(ada, 0.05, 0.15), self.spot(ada, 0.2, 0.4), self.spot(ada, 0.33, 0.67)]
        )
        ada.see("What is chosen", "panel")
        for keys in ("Right", "shift+Down", "ctrl+d", "ctrl+g", "Delete"):
            before = self.states()
            ada.press(keys)
            self.changed(before, keys)
            if keys == "ctrl+g":
                self.shot("chosen")
        ada.press("Escape")

    # --- the stick ---

    def stick(self) -> None:
        """It follows who writes most; the pill says so at once, and the status too."""
        ada, bram = self.ada, self.bram
        ada.see("You have the stick. Open the stick panel", "push button")
        bram.see("Ada has the stick. Open the stick panel", "push button")
        ada.command("policy", "paper:3")
        for number in ("one", "two", "three", "four", "five"):
            self.say(bram, f"Point {number}")

        def holder(person: Person) -> Json:
            found: Json = person.status()["dispatcher"]
            return found

        for person in self.both:
            wait_until(lambda person=person: holder(person)["name"] == "Bram", "Bram as holder")  # type: ignore[misc]
        self.shot("the stick went to Bram")
        bram.see("You have the stick…", "push button")
        ada.see("Bram has the stick. Open the stick panel", "push button")
        ada.read("Bram, has the stick")

    # --- the end ---

    def equal(self) -> None:
        """Both have the same, all of it."""

        def same() -> bool:
            first, second = (person.status() for person in self.both)
            return all(first[each] == second[each] for each in ("state_hash", "head"))

        wait_until(same, "equal state and log")
        self.shot("equal")

    def end(self) -> None:
        """Bram closes and comes back; then both close. Nobody may have complained."""
        self.bram.press("ctrl+q")
        self.expect_end(self.bram)
        self.ada.see("Only this computer so far", seconds=60)
        self.bram.start()
        self.bram.read(", Point five. ")
        self.together()
        self.equal()
        for person in self.both:
            person.press("ctrl+q")
        for person in self.both:
            self.expect_end(person)

    @staticmethod
    def expect_end(person: Person) -> None:
        code = person.ended()
        if code or person.complaints:
            raise NotSeen(f"a quiet end: {person.name} ended with {code}: {person.complaints}")


def play(meeting: Meeting, join: Callable[[], None]) -> None:
    """The whole play. `join`: the way in which Bram comes from his lobby into Ada's session."""
    meeting.first_run(meeting.ada, "Ada", 0, 0)
    meeting.first_run(meeting.bram, "Bram", 5, 0)
    meeting.found()
    join()
    meeting.together()
    meeting.chat()
    meeting.draw()
    meeting.undo()
    meeting.choose()
    meeting.stick()
    meeting.equal()
    meeting.end()


def main() -> int:
    """0: all was seen; 1: something was not; 77: a program that is needed is not installed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n", maxsplit=1)[0])
    parser.add_argument("--keep", type=Path, help="folder for the pictures")
    parser.add_argument(
        "--way", choices=("link", "near"), default="near", help="how Bram comes into the session"
    )
    parser.add_argument(
        "--displays", type=int, nargs=2, default=(), help="numbers of the X servers"
    )
    given = parser.parse_args()
    if lacking := missing():
        sys.stdout.write(f"skipped: {', '.join(lacking)} not installed\n")
        return 77
    if given.keep is not None:
        given.keep.mkdir(parents=True, exist_ok=True)
    with stage(("Ada", "Bram"), SIZE, tuple(given.displays)) as (ada, bram):
        meeting = Meeting(ada, bram, given.keep)
        try:
            ways = {"link": meeting.join_by_link, "near": meeting.join_nearby}
            play(meeting, ways[given.way])
        except NotSeen as error:
            meeting.shot("failed")
            sys.stdout.write(f"FAILED: {error}\n")
            for person in meeting.both:
                sys.stdout.writelines(f"{person.name}: {line}\n" for line in person.complaints)
            return 1
    sys.stdout.write("all seen\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
