"""Texts that only a screen reader says, and the choice of what it says."""

from __future__ import annotations

from app.ui.wording import Plural, Sentence


class Announce:
    """News of a session."""

    LINE = Sentence("{name}: {text}")
    MORE_LINES = Plural("{count} more line", "{count} more lines")
    REFUSED = Sentence("Not sent: {why}")
    APART = Sentence("Apart. Nothing settles until you meet.")
    TOGETHER = Sentence("Together again.")
    TITLE = Sentence("What a screen reader says by itself")
    NOTE = Sentence("Rows, buttons and the board can be read at any time.")
    LINES = Sentence("New lines")
    PEOPLE = Sentence("Who comes, and who asks to join")
    STICK = Sentence("Moves of the stick")
    TROUBLES = Sentence("What was refused, apart, together")
