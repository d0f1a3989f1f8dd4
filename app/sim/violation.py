"""The one exception a checker raises: which promise is broken, and how it shows."""

from __future__ import annotations


class Violation(Exception):
    """A promise of ORDER.md does not hold; `checker` names it."""

    def __init__(self, checker: str, text: str) -> None:
        super().__init__(f"{checker}: {text}")
        self.checker = checker
        self.text = text
