"""Texts of the board."""

from __future__ import annotations

from app.ui.wording import Sentence


class Board:
    """Drawing together."""

    EMPTY = Sentence("Draw anywhere. P pen, T text.")
    INKS = {  # noqa: RUF012
        "ink": Sentence("Ink"),
        "grey": Sentence("Grey"),
        "cherry": Sentence("Cherry"),
        "orange": Sentence("Orange"),
        "fern": Sentence("Fern"),
        "petrol": Sentence("Petrol"),
        "azure": Sentence("Azure"),
        "violet": Sentence("Violet"),
    }
    CANVAS = Sentence("Board")
    TOOLS = Sentence("Tools")
    OPTIONS = Sentence("How it is drawn")
    SELECTION = Sentence("What is chosen")
    HERE = Sentence("Who is here")
    MAP = Sentence("Map of the board")
    TEXT_FIELD = Sentence("Text on the board")
    WIDTHS = (Sentence("Fine"), Sentence("Middle"), Sentence("Bold"), Sentence("Broad"))
    DASHES = {  # noqa: RUF012
        "solid": Sentence("Solid line"),
        "dashed": Sentence("Dashed line"),
        "dotted": Sentence("Dotted line"),
    }
    FILLS = {  # noqa: RUF012
        "": Sentence("No fill"),
        "stone": Sentence("Filled with stone"),
        "mint": Sentence("Filled with mint"),
        "sky": Sentence("Filled with sky"),
        "lilac": Sentence("Filled with lilac"),
        "peach": Sentence("Filled with peach"),
        "rose": Sentence("Filled with rose"),
        "solid": Sentence("Filled with the ink"),
    }
    HEADS = {  # noqa: RUF012
        "END": Sentence("Arrow at the end"),
        "BOTH": Sentence("Arrows at both ends"),
        "TRIANGLE": Sentence("Filled head"),
        "DOT": Sentence("Dot and arrow"),
    }
    SMOOTHING = Sentence("Smoothing")
    COLOURS = Sentence("Colour and line")
    ZOOM = Sentence("Zoom {percent}")
    FOLLOWING = Sentence("Following {name}, Esc to stop")
    FOLLOW_WHOM = Sentence("Follow {name}")
    NOBODY_TO_FOLLOW = Sentence("Nobody else is looking at this board.")
    EXPORT_TITLE = Sentence("Save the board as a picture")
    EXPORT_NAME = Sentence("board.png")
    EXPORT_FORMS = Sentence("Pictures (*.png);;Drawings (*.svg);;Pages (*.pdf)")
    EXPORT_EMPTY = Sentence("There is nothing on the board yet.")
    EXPORT_DONE = Sentence("The board is saved as {name}")
    EXPORT_NOT = Sentence("The board is not saved")
    EXPORT_ENDING = Sentence("A picture ends in .png, .svg or .pdf; “{name}” does not.")
    EXPORT_FAILED = Sentence(
        "{name} could not be written. The board is as it was. Choose another folder."
    )
    EXPORT_NO_MEMORY = Sentence(
        "The picture is too large for this computer's memory. Save a drawing (.svg) instead."
    )
    CLIPBOARD_FOREIGN = Sentence("The clipboard holds nothing that can be put on a board.")
    REFUSED = Sentence("Not drawn: {reason}")
    KEYS_TITLE = Sentence("The board without a mouse")
    KEYS = (
        (Sentence("Move the cross, or what is chosen: by a step, ten steps, one pixel"),
         "Arrows, Shift, Ctrl"),
        (Sentence("Begin at the cross, and end there"), "Space"),
        (Sentence("Place at the cross, or write in what is chosen"), "Enter"),
        (Sentence("Choose the next thing, or the one before"), "Tab"),
        (Sentence("Make what is chosen larger or smaller"), "Alt+Shift+Arrows"),
        (Sentence("Connect it to the nearest thing that way"), "Alt+Arrows"),
    )  # fmt: skip
    PLACE = Sentence("{x}, {y}")
    SIZE = Sentence("{w} by {h}")
    CROSS_ON = Sentence("{place}, on {thing}")
    CROSS_DOWN = Sentence("Down")
    CROSS_UP = Sentence("Up")
    ONE_OF = Sentence("{thing}, {count} of {all}")
    CONNECTED = Sentence("Connected to {thing}")
    NOTHING_THAT_WAY = Sentence("Nothing lies that way.")
