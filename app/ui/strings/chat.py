"""Texts of the chat and its emoji."""

from __future__ import annotations

from app.ui.wording import Plural, Sentence


class Chat:
    """Messages and where they are on their way."""

    EMPTY = Sentence("Say hello. Everyone who joins later sees it too.")
    FIELD = Sentence("Write to everyone")
    SEND = Sentence("Send")
    WAITING = Sentence("Waiting to be ordered")
    WAITING_LONG = Sentence("waiting for the stick, {time}")
    WAITING_VERY_LONG = Sentence("still trying, kept here")
    ORDERED = Sentence("Ordered at {count}")
    SETTLED = Sentence("Settled: most computers have it on disk, it cannot change any more")
    TRIED = Sentence("What was tried")
    TRIED_SINCE = Sentence("This line has waited for {time}.")
    TRIED_HOLDER = Sentence("{name} has the stick and answers in {time}.")
    TRIED_HOLDER_HERE = Sentence("The stick is at this computer, which waits for the others.")
    TRIED_HOLDER_GONE = Sentence("{name} has the stick and does not answer.")
    TRIED_NOBODY = Sentence("Nobody has the stick just now.")
    TRIED_REACHED = Sentence("{count} of {all} computers can be reached.")
    TRIED_SAFE = Sentence(
        "The line is kept on this computer. It goes by itself as soon as order is back; you need"
        " do nothing."
    )
    AGAIN = Sentence("Write it again")
    KEPT_APART = Sentence("Kept here, joins theirs later")
    REFUSED = Sentence("Not sent: {reason}")
    EDITED = Sentence("edited")
    CHANGING = Sentence("changing")
    TAKEN_BACK = Sentence("{name} took back a line")
    TAKE_BACK_TITLE = Sentence("Take this line back?")
    TAKE_BACK_TEXT = Sentence("“{text}” goes for everybody, and does not come back.")
    TAKE_BACK_YES = Sentence("Take back")
    NEW_LINES = Sentence("{count} new")
    TYPING = Plural("{names} is typing", "{names} are typing")
    TYPING_MANY = Sentence("{count} people are typing")
    REPLY_TO = Sentence("Reply to {name}: {text}")
    AS_ONE = Sentence("{name}, {time}, {text} {state}")
    AS_ONE_REPLY = Sentence("{name}, {time}, in reply to “{quote}”, {text} {state}")
    AS_ONE_END = Sentence("{text}.")
    ORDERED_SPOKEN = Sentence("Ordered")
    SETTLED_SPOKEN = Sentence("Settled")
    SEEN = Plural("seen by {count} person", "seen by {count} people")
    SEEN_BY = Sentence("Seen by {names}")
    FIND = Sentence("Find in the chat")
    FIND_OLDER = Sentence("Older line")
    FIND_NEWER = Sentence("Newer line")
    FOUND = Sentence("{count} of {all}")
    FOUND_MORE = Sentence("{count} of {all} or more")
    FOUND_NOTHING = Plural(
        "Nothing with “{text}” in {count} line.", "Nothing with “{text}” in {count} lines."
    )
    LOOKING = Plural("Looking, {count} line so far", "Looking, {count} lines so far")
    TO_NEWEST = Sentence("Back to the newest lines")
    TOO_LONG = Sentence("This is longer than {count} letters. Send it in two parts.")
    UNREAD = Sentence("New lines")
    EMOJI = Sentence("Add an emoji")
    BOLD = Sentence("Bold")
    BOLD_SIGN = Sentence("B")
    EDIT_OWN = Sentence("Change your line")
    LINK_TITLE = Sentence("Open a link")
    LINK_PLACE = Sentence("This leads to {place}")
    KEYS = (
        (Sentence("Send"), "Enter"),
        (Sentence("New line"), "Shift+Enter"),
        (Sentence("Edit your last line, in an empty field"), "Up"),
        (Sentence("Next line that was found, and the one before"), "Enter, Shift+Enter"),
    )


class Emoji:
    """The palette of reactions; the keys travel."""

    TITLE = Sentence("Choose an emoji")
    FIND = Sentence("Find an emoji by its name")
    NOTHING = Sentence("No emoji of that name")
    ALL = {  # noqa: RUF012
        "👍": Sentence("thumb up"),
        "❤️": Sentence("heart"),
        "😂": Sentence("tears of joy"),
        "🎉": Sentence("party"),
        "👀": Sentence("eyes"),
        "✅": Sentence("tick"),
        "🙏": Sentence("thanks"),
        "🔥": Sentence("fire"),
        "😮": Sentence("surprise"),
        "😢": Sentence("tear"),
        "🤔": Sentence("thinking"),
        "👎": Sentence("thumb down"),
        "🚀": Sentence("rocket"),
        "💡": Sentence("idea"),
        "👏": Sentence("applause"),
        "🙂": Sentence("smile"),
        "☕": Sentence("coffee"),
        "⏳": Sentence("takes time"),
    }
