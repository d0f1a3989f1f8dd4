"""Who may act in a shared program: one small function for each thing that moves the floor.

Free for all, by request with a queue that everyone sees, in turn, or as a moderator lets. Pure;
knows people and the policy, nothing of what they do with it.
"""

from __future__ import annotations

from dataclasses import replace

from app.core import limits
from app.core.ids import Key
from app.tkshare.model.state import Floor, NoEffect


def hindrance(floor: Floor, key: Key) -> str:
    """Why this person may not act now; empty if they may."""
    if floor.policy == "free" or floor.holder == key:
        return ""
    if floor.holder is not None:
        return "somebody else has the floor"
    return {
        "request": "ask for the floor first",
        "turn": "it is nobody's turn yet; ask for the floor",
        "moderator": "a moderator gives the floor; ask for it",
    }[floor.policy]


def ask(floor: Floor, key: Key) -> Floor:
    """This person would like to act. Raises `NoEffect`."""
    if floor.policy == "free":
        message = "everyone may act here"
        raise NoEffect(message)
    if key == floor.holder or key in floor.queue:
        message = "you have the floor" if key == floor.holder else "you are waiting already"
        raise NoEffect(message)
    if floor.holder is None and floor.policy != "moderator":
        return replace(floor, holder=key)
    if floor.policy == "turn":
        message = "turns go round by themselves"
        raise NoEffect(message)
    if len(floor.queue) >= limits.MEMBERS_MAX:
        message = "too many are waiting already"
        raise NoEffect(message)
    return replace(floor, queue=(*floor.queue, key))


def grant(floor: Floor, author: Key, person: Key, *, moderates: bool) -> Floor:
    """`author` lets `person` act. Raises `NoEffect`."""
    if floor.policy == "free":
        message = "everyone may act here"
        raise NoEffect(message)
    holds = floor.holder == author and floor.policy != "moderator"
    if not (moderates or holds):
        message = "only a moderator, or who has the floor, can give it to somebody"
        raise NoEffect(message)
    queue = tuple([each for each in floor.queue if each != person])
    return replace(floor, holder=person, queue=queue)


def give(floor: Floor, key: Key, taking_part: tuple[Key, ...]) -> Floor:
    """This person gives the floor on, or takes back that it asked. Raises `NoEffect`."""
    if key in floor.queue:
        return replace(floor, queue=tuple([each for each in floor.queue if each != key]))
    if floor.holder != key:
        message = "you do not have the floor"
        raise NoEffect(message)
    return _passed_on(floor, key, taking_part)


def leave(floor: Floor, key: Key, taking_part: tuple[Key, ...]) -> Floor:
    """This person is gone; `taking_part` is as it was with them."""
    queue = tuple([each for each in floor.queue if each != key])
    floor = replace(floor, queue=queue)
    if floor.holder != key:
        return floor
    passed = _passed_on(floor, key, taking_part)
    return replace(passed, holder=None) if passed.holder == key else passed


def _passed_on(floor: Floor, key: Key, taking_part: tuple[Key, ...]) -> Floor:
    if floor.policy == "turn":
        if key not in taking_part:
            return replace(floor, holder=taking_part[0] if taking_part else None)
        place = taking_part.index(key)
        return replace(floor, holder=taking_part[(place + 1) % len(taking_part)])
    if floor.policy == "request" and floor.queue:
        return replace(floor, holder=floor.queue[0], queue=floor.queue[1:])
    return replace(floor, holder=None)
