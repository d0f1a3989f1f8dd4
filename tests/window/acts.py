"""Acts: what two hands did, as plain JSON that can be done again exactly."""

from __future__ import annotations

from typing import Any

from tests.window.stage import Person

Act = dict[str, Any]
"""`who` is a place in the list of people, `do` the verb; the rest belongs to the verb."""


def _keys(person: Person, act: Act) -> None:
    person.screen.do("key", "--delay", 20, *act["keys"])


def _write(person: Person, act: Act) -> None:
    person.screen.do("type", "--delay", 6, act["text"])


def _click(person: Person, act: Act) -> None:
    count = ("--repeat", act["count"], "--delay", 60)
    person.screen.do("mousemove", *act["at"], "click", *count, act["button"])


def _move(person: Person, act: Act) -> None:
    words: list[object] = []
    for point in act["points"]:
        words += ["mousemove", *point, "sleep", 0.02]
    person.screen.do(*words)


def _drag(person: Person, act: Act) -> None:
    held = act["held"]
    if held:
        person.screen.do("keydown", held)
    person.screen.drag([(x, y) for x, y in act["points"]], act["button"])
    if held:
        person.screen.do("keyup", held)


def _wheel(person: Person, act: Act) -> None:
    held = act["held"]
    before, after = (("keydown", held), ("keyup", held)) if held else ((), ())
    turns = ("click", "--repeat", act["count"], "--delay", 15, act["button"])
    person.screen.do("mousemove", *act["at"], *before, *turns, *after)


_HANDS = {
    "keys": _keys,
    "write": _write,
    "click": _click,
    "move": _move,
    "drag": _drag,
    "wheel": _wheel,
    "start": lambda person, _act: person.start(),
}


def perform(act: Act, people: list[Person], link: str) -> None:
    """Do it."""
    person = people[act["who"]]
    if act["do"] == "link":
        # A second start hands the link to the first.
        person.hand_over(link)
    else:
        _HANDS[act["do"]](person, act)
