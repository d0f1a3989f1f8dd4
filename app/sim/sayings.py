"""What people say and draw: bodies of every kind, about what was said before, sensible or not.

Edits, reactions and drawings name entries of anybody, so that rooms meet work on things that are
gone, foreign or not ordered yet. Whether such an entry has an effect is the reducers' affair; all
sites must only agree.
"""

from __future__ import annotations

from typing import Any

from app.core import limits
from app.core.ids import EntryId
from app.core.rng import Rng
from app.rooms.json_form import body_from_json
from app.sim.plan import Plan

Saying = tuple[str, bytes]
"""(kind, body)."""

OBJECTS = ("rectangle", "ellipse", "text", "line")
EMOJIS = ("👍", "🎉", "😀")
REMEMBERED_MAX = 200


class Sayings:
    """Makes entries by one plan; remembers ids that can be talked about."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._known: list[EntryId] = []

    def remember(self, entry_id: EntryId) -> None:
        """An entry that later ones may be about."""
        self._known.append(entry_id)
        del self._known[:-REMEMBERED_MAX]

    def draw(self, rng: Rng, who: str) -> Saying:
        """The next thing somebody says."""
        if rng.chance(self._plan.odd_kinds):
            return self._odd(rng, who)
        if rng.chance(self._plan.boards):
            ops = [self._operation(rng) for _ in range(rng.between(1, 5))]
            return _saying("board", {"board": "main", "ops": ops})
        text = f"{who} says {rng.below(10**6)}" + "!" * rng.below(30)
        if rng.chance(self._plan.long_texts):
            text += "-" * rng.below(limits.TEXT_CHARACTERS_MAX - 100)
        return _saying("chat", {"text": text})

    def _odd(self, rng: Rng, who: str) -> Saying:
        about = str(rng.choice(self._known)) if self._known else None
        choice = rng.below(5)
        if about is None or choice == 0:
            return _saying("profile", {"name": f"{who} {rng.below(9)}"})
        if choice == 1:
            return _saying("chat.edit", {"of": about, "text": f"rather {rng.below(10**6)}"})
        if choice == 2:
            return _saying("chat.delete", {"of": about})
        if choice == 3:
            reaction = {"of": about, "emoji": rng.choice(EMOJIS), "on": rng.chance(0.7)}
            return _saying("chat.react", reaction)
        file = {"hash": rng.bytes(32).hex(), "size": rng.below(10**6), "name": "a.txt"}
        return _saying("file", {**file, "media_type": "text/plain"})

    def _operation(self, rng: Rng) -> dict[str, Any]:
        if not self._known or rng.chance(0.5):
            place = {"x": rng.below(1_000), "y": rng.below(1_000)}
            return {"op": "add", "type": rng.choice(OBJECTS), **place}
        ids = [f"{rng.choice(self._known)}.{rng.below(3)}"]
        choice = rng.below(3)
        if choice == 0:
            return {"op": "set", "ids": ids, "x": rng.below(1_000)}
        if choice == 1:
            return {"op": "move", "ids": ids, "dx": rng.below(50), "dy": rng.below(50)}
        return {"op": "delete", "ids": ids}


def _saying(kind: str, body: dict[str, Any]) -> Saying:
    return kind, body_from_json(kind, body)
