"""Texts of the session window around its panes: bars, menu, people, invite, troubles."""

from __future__ import annotations

from app.ui.wording import Sentence


class Session:
    """The session's window: bars, banners, status."""

    INVITE = Sentence("Invite")
    MORE = Sentence("More")
    PEOPLE = Sentence("People")
    BOARD = Sentence("Board")
    CHAT = Sentence("Chat")
    CHAT_NEW = Sentence("{chat}, {count} new")
    ALONE = Sentence("Only this computer so far")
    TOGETHER = Sentence("Together, {count} of {all} computers")
    APART = Sentence("Apart, {count} of {all} computers")
    ORDERED = Sentence("Ordered {count}")
    SETTLED = Sentence("Settled {count}")
    SETTLED_WAITS = Sentence("Settled {count}, waits")
    OWN_LINES = Sentence("Your lines: ordered in {time}")
    OWN_LINES_AT_ONCE = Sentence("Your lines: ordered at once")
    FIELD_OPENS = Sentence("See more in the stick panel")
    SAVED = Sentence("Saved on this computer")
    NOT_SAVED = Sentence("Not saved: the disk does not work")
    DISK_NOTE = Sentence(
        "Talkstick goes on by itself as soon as the disk takes it. What you were writing stays"
        " in its field until then."
    )
    HOLDER_GONE = Sentence(
        "{name}'s computer stopped. Another one takes over; until then lines wait here, and they"
        " are safe."
    )
    LEAVING = Sentence("Leaving in order")


class Menu:
    """What stands in the menu and in no table of keys."""

    CLOSE_SESSION = Sentence("Close the session")
    LEAVE = Sentence("Leave the session")
    LEAVE_TEXT = Sentence(
        "You are no longer in {session} then, and come back with an invite only. Your copy stays"
        " on this computer. To come back without one, close the session instead."
    )
    LEAVE_YES = Sentence("Leave")


class People:
    """The list of people; `..._SPOKEN` stands within the sentence of a row."""

    COUNT = Sentence("People {count}")
    COUNT_APART = Sentence("{count} of {all} here")
    HAS_STICK = Sentence("has the stick")
    HOLDS = Sentence("Has the stick")
    NOT_REACHABLE = Sentence("Not reachable")
    DRAWING = Sentence("Drawing")
    WRITING = Sentence("Writing on the board")
    LASER = Sentence("Pointing")
    TYPING = Sentence("Typing")
    QUIET = Sentence("Here")
    NEW = Sentence("Somebody new")
    AWAY = Sentence("Away {time}")
    JOINED = Sentence("{name} joined")
    LEFT = Sentence("{name} left")
    TYPING_SPOKEN = Sentence("typing")
    DRAWING_SPOKEN = Sentence("drawing")
    WRITING_SPOKEN = Sentence("writing on the board")
    LASER_SPOKEN = Sentence("pointing")
    NOT_REACHABLE_SINCE_SPOKEN = Sentence("not reachable for {time}")


class Invite:
    """Letting somebody in."""

    TITLE = Sentence("Invite to {session}")
    NOTE = Sentence("Who has this link can join. Send it to people you trust.")
    LINK = Sentence("Link")
    COPY_LINK = Sentence("Copy link")
    MAKE = Sentence("Make a link")
    LINK_COPIED = Sentence("The link is copied")
    END = Sentence("Ends")
    END_NEVER = Sentence("never")
    END_HOUR = Sentence("in an hour")
    END_DAY = Sentence("in a day")
    END_WEEK = Sentence("in a week")
    USES = Sentence("Number of uses")
    USES_ANY = Sentence("any")
    USES_ONE = Sentence("once")
    TAKE_BACK = Sentence("Take back")
    UNTIL_NEVER = Sentence("Never ends")
    UNTIL_TODAY = Sentence("Until {time} today")
    UNTIL_DAY = Sentence("Until {time} on {day}")
    ROW_ANY = Sentence("{until}, for any number of people")
    ROW_COUNTED = Sentence("{until}, used {used} of {uses} times")
    REFUSED = Sentence("Not done: {reason}")
    ADDRESS = Sentence("In this network “Someone missing?” also finds the session at {address}")


class Trouble:
    """What happened, what is safe, what to do."""

    OURS = Sentence(
        "Talkstick made a mistake and goes on. What was ordered is safe."
        " Copy the report and send it to us."
    )
