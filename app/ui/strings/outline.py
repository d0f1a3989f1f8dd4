"""Texts of the board's outline, its twin for ears and keys."""

from __future__ import annotations

from app.ui.wording import Plural, Sentence


class Outline:
    """What is on the board, in order of reading."""

    TITLE = Sentence("Outline")
    LIST = Sentence("Outline of the board")
    CLOSE = Sentence("Close the outline")
    EMPTY = Sentence("Nothing is drawn yet.")
    COUNT = Plural("{count} thing", "{count} things")
    THING = Sentence("{kind}: {text}")
    BY = Sentence("{thing}, by {name}")
    GROUP = Plural("Group of {count} thing", "Group of {count} things")
    FROM_TO = Sentence("{kind} from {first} to {last}")
    FROM = Sentence("{kind} from {thing}")
    TO = Sentence("{kind} to {thing}")
    KINDS = {  # noqa: RUF012 - a table of texts
        "stroke": Sentence("Stroke"),
        "line": Sentence("Line"),
        "arrow": Sentence("Arrow"),
        "rectangle": Sentence("Rectangle"),
        "ellipse": Sentence("Ellipse"),
        "diamond": Sentence("Diamond"),
        "text": Sentence("Text"),
    }
