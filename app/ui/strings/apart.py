"""Texts of being apart and together again, of waiting, and of the network lab."""

from __future__ import annotations

from app.ui.wording import Plural, Sentence


class Apart:
    """The banner, the card after a merge, and what a computer waits for."""

    WE = Sentence("You are apart from {names}")
    WE_WITH = Sentence("You and {company} are apart from {names}")
    SINCE = Sentence("since {time}, {span}")
    WITH_SINCE = Sentence("{text} {since}")
    KEEP = Sentence(
        "Keep working. What you do is kept on this computer and joins theirs when you meet again."
    )
    KEEP_WITH = Plural(
        "Keep working, the two of you. What you do is kept here and joins theirs when you meet"
        " again.",
        "Keep working together. What you do is kept here and joins theirs when you meet again.",
    )
    """Counted in others who are here."""
    NOTHING_SETTLES = Sentence("Nothing settles until then.")
    UNSETTLED = Plural(
        "{count} line has not settled, and nothing does until then.",
        "{count} lines have not settled, and nothing does until then.",
    )
    THEY = Plural(
        "{names} is apart since {time}. Here everything goes on.",
        "{names} are apart since {time}. Here everything goes on.",
    )
    NAMES_MORE = Plural("{names} and {count} other", "{names} and {count} others")
    LOOKING = Sentence("Looking for them")
    LINES_KEPT = Sentence("Your lines: kept here, {count} to join")
    LINES_KEPT_NONE = Sentence("Your lines: kept here")
    ORDERED_HERE = Sentence("Ordered here {count}")
    RULE = Sentence("Apart since {time}")
    TITLE = Sentence("Together again, {time}")
    CARD_THEY = Plural("{names} was apart for {span}.", "{names} were apart for {span}.")
    CARD_WE = Sentence("You were apart from {names} for {span}.")
    FROM_LINES = Plural("From them joined: {count} line.", "From them joined: {count} lines.")
    FROM_THINGS = Plural(
        "From them joined: {count} change of the board.",
        "From them joined: {count} changes of the board.",
    )
    FROM_BOTH = Plural(
        "From them joined: {lines} lines and {count} change of the board.",
        "From them joined: {lines} lines and {count} changes of the board.",
    )
    FROM_ONE_AND = Plural(
        "From them joined: 1 line and {count} change of the board.",
        "From them joined: 1 line and {count} changes of the board.",
    )
    FROM_NOTHING = Sentence("Nothing was said there meanwhile.")
    OWN = Plural(
        "{count} line of this computer joined theirs.",
        "{count} lines of this computer joined theirs.",
    )
    SHOW = Sentence("Show them")
    WRITTEN_APART = Sentence("From {name}, written while apart")
    WHAT_WAITS = Sentence("What was tried")
    WAITS_FOR = Sentence("{name} is not reachable since {time}.")
    WAITS_CALLS = Sentence(
        "Talkstick calls them again and again where they were last, and listens for them."
    )
    WAITS_QUORUM = Sentence(
        "{count} of {all} computers are here. {needed} have to be before anything settles."
    )
    WAITS_ENOUGH = Sentence("{count} of {all} computers are here: enough for everything to settle.")
    WAITS_PLACE = Plural(
        "{count} line of yours waits for its place.", "{count} lines of yours wait for their place."
    )
    WAITS_UNSETTLED = Plural(
        "{count} line has its place here and has not settled.",
        "{count} lines have their place here and have not settled.",
    )
    FETCHING = Sentence("This computer fetches what it missed: {count} of {all} pieces")
    WAITS_FETCHING = Sentence(
        "This computer fetches what it missed: {count} of {all} pieces are here."
    )
    WAITS_NOTHING = Sentence("Everything that was said here is safe; you need do nothing.")


class Lab:
    """The network lab: what this computer's own network does to the others."""

    TAB = Sentence("Network lab")
    TAB_SHORT = Sentence("Lab")
    WAYS = Sentence("The way to the others")
    WAYS_NOTE = Sentence("only what this computer sends and gets")
    EVERYBODY = Sentence("Everybody")
    DELAY = Sentence("delay, each way")
    LOSS = Sentence("loss, each way")
    CUT = Sentence("cut")
    DELAY_OF = Sentence("Delay of what goes to {name} and comes from there")
    LOSS_OF = Sentence("Loss of what goes to {name} and comes from there")
    CUT_OF = Sentence("Cut the way to {name}")
    NO_DELAY = Sentence("none")
    MIXED = Sentence("mixed")
    STATE = Sentence("now")
    EMPTY = Sentence("Nobody else is here yet. There is no way to make worse.")
    END = Sentence("Put everything back")
    NOTE = Sentence(
        "Nobody else's traffic is touched. It ends when you put everything back, and when this"
        " window or the session closes."
    )
    ON = Sentence("Network lab is on")
    ON_CUT = Sentence("Network lab: cut from {names}")
    ON_CUT_ALL = Sentence("Network lab: cut from everybody")
    ON_TIP = Sentence("This computer's own network is made worse on purpose. See the network lab.")
    STICK = Sentence("The stick's computer stops")
    STICK_NOTE = Sentence("as in a power cut")
    KILL = Sentence("Stop it")
    HOLDS_YOU = Sentence(
        "The stick is at this computer. Its program can be ended at once, without a word: this window"
        " is gone then, and the others go on."
    )
    HOLDS_HERE = Sentence(
        "{name} has the stick. This computer plays that person, so the program can be ended at once,"
        " without a word."
    )
    HOLDS_ELSEWHERE = Sentence(
        "{name} has the stick. That program runs on another computer and can't be stopped from here."
        " Do it there, or move the stick here first."
    )
    HOLDS_NOBODY = Sentence("Nobody has the stick just now, so there is nothing to stop.")
    ASK_TITLE = Sentence("Stop the computer that has the stick?")
    ASK_YOU = Sentence(
        "This window ends at once. What was ordered is on disk here and safe; open the session again"
        " to come back. What you were writing is lost."
    )
    ASK_THEM = Sentence("{name} does not come back in this session. The others go on without.")
    ASK_YES = Sentence("Stop it now")
    WENT_ON = Sentence("{name} has the stick no more, so nothing was stopped")
    STOPPED = Sentence("{name}'s program was stopped")
