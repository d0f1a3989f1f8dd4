"""Texts of the settings and of the sheet of keys."""

from __future__ import annotations

from app.ui.wording import Sentence


class Settings:
    """What a person chooses."""

    TITLE = Sentence("Settings – Talkstick")
    YOU = Sentence("You")
    LOOK = Sentence("Look")
    SYSTEM = Sentence("As the system")
    LIGHT = Sentence("Light")
    DARK = Sentence("Dark")
    TYPEFACE = Sentence("Typeface")
    TYPEFACE_NOTE = Sentence("Of the window. What is on a board looks alike for everybody.")
    INTER = Sentence("Inter")
    TEXT_SIZE = Sentence("Text size")
    TEXT_SIZE_NOTE = Sentence("Everything grows with it.")
    SPACING = Sentence("Spacing")
    SPACING_NOTE = Sentence("Compact shows about a third more lines and people.")
    COMFORTABLE = Sentence("Comfortable")
    COMPACT = Sentence("Compact")
    MOVEMENT = Sentence("Movement")
    MOVEMENT_NOTE = Sentence("Less: the stick appears at its new place, nothing slides or grows.")
    MOVEMENT_ALL = Sentence("All")
    MOVEMENT_LESS = Sentence("Less")
    NAME = Sentence("Name")
    NAME_NOTE = Sentence("The others see it beside your lines and your pointer.")
    SAVE = Sentence("Change")
    VISIBLE = Sentence("Visible to people near you")
    VISIBLE_NOTE = Sentence(
        "Others in this network see the session's title and who is in it, and can ask to join."
    )
    STICK = Sentence("The stick")
    STICK_IN_CHAT = Sentence("Say moves of the stick in the chat")
    STICK_IN_CHAT_NOTE = Sentence("At most one line in ten minutes. All moves are in the panel.")


class Keys:
    """The sheet of keys."""

    TITLE = Sentence("Keys – Talkstick")
    ANYWHERE = Sentence("Anywhere")
    SESSION = Sentence("Session")
    CHAT = Sentence("Chat")
    TOOLS = Sentence("Tools")
    BOARD = Sentence("Board")
    STICK = Sentence("Stick panel")
    COLUMN_WHAT = Sentence("What")
