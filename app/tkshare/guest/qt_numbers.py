"""Numbers that the order gave to names; until one has come back, the name itself travels."""

from __future__ import annotations

from typing import Any


class Numbers:
    """Both ways; what the app says is not trusted to be known."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._numbers: dict[str, int] = {}

    def take(self, first: int, names: list[Any]) -> None:
        """The order's numbers from `first` on."""
        for place, name in enumerate(names, start=first):
            if isinstance(name, str):
                self._names[place] = name
                self._numbers[name] = place

    def told(self, name: str) -> int | str:
        """What to send for a name."""
        return self._numbers.get(name, name)

    def number(self, name: str) -> int | None:
        """The number of a name, if it has one."""
        return self._numbers.get(name)

    def name(self, told: Any) -> str:
        """The name of what came; empty for a number that nobody gave."""
        return told if isinstance(told, str) else self._names.get(told, "")
