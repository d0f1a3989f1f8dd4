"""The last actions of a share in short, read backwards from its record: for windows only.

Nobody reads twelve lines of "key": what one person does in one window in a row is one action. It
looks at a bounded part of the record, however long the share runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from app.core import limits
from app.core.ids import site_of
from app.node.api import ActionKind, ActionShown
from app.tkshare.model.events import Name
from app.tkshare.model.record import Record
from app.tkshare.model.steps import FileCame, Passed, Pasted, Step

_KINDS: Final[dict[str, ActionKind]] = {
    "close": "close",
    "press": "press",
    "context": "menu",
    "wheel": "wheel",
    "key": "keys",
    "text": "keys",
}
"""The gravest first; what is in none of them (a pointer that moves) is no action."""
_IN_A_ROW: Final = ("wheel", "keys")


def recent_actions(record: Record, text_of: Callable[[Name], str]) -> tuple[ActionShown, ...]:
    """The last actions, newest first.

    Args:
        record: all steps of the share.
        text_of: the text of a name.
    """
    found: list[ActionShown] = []
    for action in _backwards(record, text_of):
        last = found[-1] if found else None
        if last is not None and action.kind in _IN_A_ROW and _same(last, action):
            count = last.count + action.count
            found[-1] = ActionShown(last.index, last.site, last.kind, last.window, count)
        elif len(found) == limits.SHARE_RECENT_ACTIONS_MAX:
            break
        else:
            found.append(action)
    return tuple(found)


def _backwards(record: Record, text_of: Callable[[Name], str]) -> Iterator[ActionShown]:
    first = max(0, len(record) - limits.SHARE_RECENT_STEPS_MAX)
    for place in range(len(record) - 1, first - 1, -1):
        action = _action(record.step(place), text_of)
        if action is not None:
            yield action


def _action(step: Step, text_of: Callable[[Name], str]) -> ActionShown | None:
    match step:
        case Passed(index, _, person, _, events):
            words = [event.kind for event in events]
            word = next((each for each in _KINDS if each in words), None)
            if word is None:
                return None
            kind = _KINDS[word]
            same = [event for event in events if _KINDS.get(event.kind) == kind]
            return ActionShown(index, site_of(person), kind, text_of(same[-1].window), len(same))
        case FileCame(index, _, person, files, _) if files:
            return ActionShown(index, site_of(person), "file", files[0].name, len(files))
        case Pasted(index, _, person):
            return ActionShown(index, site_of(person), "paste", "", 1)
        case _:
            return None


def _same(one: ActionShown, other: ActionShown) -> bool:
    return (one.site, one.kind, one.window) == (other.site, other.kind, other.window)
