"""Colours that belong to people and to what they draw: marks, board inks, notes.

A person's colour comes with its silhouette, so colour alone never says who. What travels is the
name of a colour; what it looks like is decided here, by the theme of the one who looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from app.ui.colour import mix, seen_on
from app.ui.tokens import Scheme, Tokens


class Shape(Enum):
    """The silhouette of a person's mark."""

    SQUARE = "square"
    CIRCLE = "circle"
    HEXAGON = "hexagon"
    LEAF = "leaf"


@dataclass(frozen=True, slots=True)
class Swatch:
    """A named colour in both schemes."""

    name: str
    light: str
    dark: str

    def on(self, tokens: Tokens) -> str:
        """This colour in the scheme of `tokens`."""
        return self.light if tokens.scheme is Scheme.LIGHT else self.dark


@dataclass(frozen=True, slots=True)
class PersonColour(Swatch):
    """A person's colour with its fixed silhouette."""

    shape: Shape

    def tint(self, tokens: Tokens) -> str:
        """The ground of a mention, a lane, a card: this colour thinly over the surface."""
        return mix(self.on(tokens), tokens.surface, tokens.mark_tint_share)


PERSON_COLOURS = {
    colour.name: colour
    for colour in (
        PersonColour("azure", "#154FA1", "#B5D5FD", Shape.SQUARE),
        PersonColour("brick", "#713906", "#DA9064", Shape.LEAF),
        PersonColour("slate", "#4B535E", "#C1C1C1", Shape.CIRCLE),
        PersonColour("indigo", "#3101AD", "#9E95FF", Shape.HEXAGON),
        PersonColour("walnut", "#462A14", "#E5D6C4", Shape.HEXAGON),
        PersonColour("fern", "#0A603A", "#8DD78D", Shape.CIRCLE),
        PersonColour("jade", "#143630", "#8DAF9F", Shape.LEAF),
        PersonColour("olive", "#6F6D0A", "#B4C147", Shape.SQUARE),
        PersonColour("violet", "#714AE4", "#C5ADFE", Shape.LEAF),
        PersonColour("cherry", "#BC3853", "#FC7489", Shape.HEXAGON),
        PersonColour("orchid", "#61005E", "#F08AD0", Shape.CIRCLE),
        PersonColour("petrol", "#09718A", "#17B4C3", Shape.SQUARE),
    )
}
"""In the order in which they are proposed to newcomers: most unlike those before."""

INKS = {
    ink.name: ink
    for ink in (
        Swatch("ink", "#1C1C1E", "#EEEDE9"),
        Swatch("grey", "#6B6A64", "#9A9890"),
        Swatch("cherry", "#BC3853", "#FC7489"),
        Swatch("orange", "#B4530A", "#F08A4B"),
        Swatch("fern", "#0A603A", "#8DD78D"),
        Swatch("petrol", "#09718A", "#17B4C3"),
        Swatch("azure", "#154FA1", "#86B6FF"),
        Swatch("violet", "#714AE4", "#C5ADFE"),
    )
}
"""Inks of the board: names, so nobody draws black on black."""

NOTES = {
    note.name: note
    for note in (
        Swatch("mint", "#DDEFE2", "#2C4A38"),
        Swatch("sky", "#DCE8F6", "#2B4159"),
        Swatch("lilac", "#EAE2F6", "#43355C"),
        Swatch("peach", "#F8E4DA", "#553828"),
        Swatch("rose", "#F8E0E6", "#56303C"),
        Swatch("stone", "#E9E7E1", "#3A3936"),
    )
}
"""Papers of notes."""

_SLATE = PERSON_COLOURS["slate"]


def person_colour(name: str) -> PersonColour:
    """The colour of that name; slate for a name that a newer version made up."""
    return PERSON_COLOURS.get(name, _SLATE)


def ink_colour(stored: str, tokens: Tokens) -> str:
    """An ink's name, or a free `#RRGGBB`, as it is drawn on the canvas; else the plain ink."""
    if stored in INKS:
        return INKS[stored].on(tokens)
    digits = stored[1:]
    if len(stored) == 7 and stored[0] == "#" and all(d in "0123456789abcdefABCDEF" for d in digits):
        return seen_on(stored.upper(), tokens.canvas)
    return INKS["ink"].on(tokens)


def initials(name: str) -> str:
    """Up to two letters that stand for a name: Ada Moreira, AM; ada, A; nothing, ?."""
    words = [word for word in name.split() if word[0].isalnum()]
    if not words:
        return "?"
    letters = words[0][0] + (words[-1][0] if len(words) > 1 else "")
    return letters.upper()[:2]
