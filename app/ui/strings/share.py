"""Texts of shared programs: offer, consent, tab, floor, copies, actions, where files go."""

from __future__ import annotations

from app.ui.wording import Plural, Sentence


class Offering:
    """Sharing a program, and being asked whether one may run here."""

    TITLE = Sentence("Share a program")
    NOTE = Sentence(
        "It runs on everyone's computer, nobody sees your screen. Who starts a copy gets its files."
    )
    LIST = Sentence("Programs")
    SHIPPED = Sentence("Comes with Talkstick")
    RECENT = Sentence("Shared from here before")
    PATH = Sentence("Program")
    PATH_FIELD = Sentence("A file, a folder, or the name of a module")
    BROWSE = Sentence("Browse")
    BROWSE_TITLE = Sentence("Choose a program")
    ARGUMENTS = Sentence("Arguments")
    ARGUMENTS_FIELD = Sentence("What stands behind its name, if anything")
    PYTHON = Sentence("Python")
    PYTHON_FIELD = Sentence("Another Python for your copy, if it needs one")
    SHARE = Sentence("Share it")
    GATHERING = Sentence("Reading its files")
    NOTHING = Sentence("Choose a program, or write where it is.")
    QUOTES = Sentence("A quotation mark has no other end.")
    CONSENT_TITLE = Sentence("Start {program} on your computer?")
    CONSENT_NOTE = Sentence(
        "It will run on your computer, with your rights: what you can read or delete, it can too."
        " Start it only if you trust {name}, who sends it."
    )
    SENDER = Sentence("Sent by")
    ENTRY = Sentence("Runs")
    SIZE = Sentence("Size")
    FILES = Plural("{size} in one file", "{size} in {count} files")
    HASH = Sentence("Hash")
    HASH_NOTE = Sentence("Equal hashes mean equal files, to the last letter.")
    START = Sentence("Start it here")


class Share:
    """The tab of a shared program."""

    TABS = Sentence("Board and programs")
    ADD = Sentence("Share a program, or open one that you put away")
    SHARED_BY = Sentence("shared by {name}, {toolkit}")
    SHARED_BY_YOU = Sentence("shared by you, {toolkit}")
    SOMEBODY = Sentence("Somebody")
    FRONT = Sentence("Bring to front")
    CLOSE_COPY = Sentence("Close my copy")
    MORE = Sentence("More about {program}")
    SIDE = Sentence("Floor, copies and actions")
    CLOSE_SIDE = Sentence("Close this panel")
    START = Sentence("Start my copy")
    WATCH = Sentence("Just watch the chat")
    STOP = Sentence("Stop")
    AGAIN = Sentence("Start again")
    REPAIR = Sentence("Repair it")
    AFRESH = Sentence("Start it afresh")
    PUT_AWAY = Sentence("Put this tab away")
    END = Sentence("End it for everyone")
    END_TEXT = Sentence(
        "All copies of {program} end, here and everywhere. What was done in it is lost where it was"
        " not saved."
    )
    OFFERED = Sentence("{name} wants to share {program}")
    OFFERED_NOTE = Sentence("Your own copy starts on your computer, once you agree.")
    CLOSED = Sentence("Your copy is closed")
    CLOSED_NOTE = Sentence("The others go on. A new copy catches up by itself.")
    ENDED = Sentence("{program} is over")
    ENDED_NOTE = Sentence("Nothing more happens in it. What was saved is kept.")
    BROKE = Sentence("{program} ended here")
    BROKE_NOTE = Sentence("It says: {reason}. The others go on.")
    FETCHING = Sentence("Fetching the program from {name}")
    STARTING = Sentence("Starting, {count} of {all} are ready")
    STARTING_FIRST = Sentence("Starting")
    REPLAYING = Sentence("Your copy isn't ready")
    REPLAYING_NOTE = Sentence(
        "It catches up, {told} of {steps} steps. What you do in it does not count yet."
    )
    REPAIRED_NOTE = Sentence(
        "The order changed while you were apart, so your copy starts again: {told} of {steps} steps."
    )
    HUNG = Sentence("{program} doesn't answer here")
    HUNG_NOTE = Sentence("The others go on. Wait for it, or start your copy again.")
    APART = Sentence("Apart: nothing you do here counts")
    APART_NOTE = Sentence("Your copy stays as it is until you meet the others again.")
    REFUSED = Sentence("That did not count: {reason}")
    FREE = Sentence("Everybody may act")
    FREE_NOTE = Sentence("While somebody holds a button down, the other pointers wait.")
    DRAGGING = Sentence("{name} is dragging")
    DRAGGING_NOTE = Sentence("Your pointer counts again when the button is up.")
    POINTING = Sentence("{name} is working")
    POINTING_NOTE = Sentence("Your mouse and keys reach the program once you have the floor.")
    NEXT = Sentence("You are next")
    WAITING_NTH = Sentence("You are number {count} in line")
    NEXT_NOTE = Sentence("Your mouse and keys reach the program when {name} gives the floor on.")
    YOURS = Sentence("You have the floor")
    YOURS_NOTE = Sentence("All keys go to the program; F6 leads back, Ctrl+Alt+G gives it on.")
    NOBODY = Sentence("Nobody has the floor")
    NOBODY_NOTE = Sentence("Ask for it, and your mouse and keys reach the program.")
    ON_DESKTOP = Sentence("Its windows stand on your desktop")
    WINDOW_SIZE = Sentence("{width} × {height}")
    WELL = Plural("One window, {sizes}", "{count} windows: {sizes}")


class Floor:
    """Who may act."""

    TITLE = Sentence("Floor")
    POLICY = Sentence("Who may act")
    POLICIES = {  # noqa: RUF012
        "free": Sentence("Free"),
        "request": Sentence("By request"),
        "turn": Sentence("In turn"),
        "moderator": Sentence("Moderator"),
    }
    HELD = Sentence("{time}, others point")
    HELD_YOU = Sentence("for {time}")
    WAITING = Sentence("Waiting")
    ROW_NEXT = Sentence("next")
    ROW_ASKED = Sentence("asked {time} ago")
    YOU = Sentence("You")
    GIVE = Sentence("Give")
    GIVE_TO = Sentence("Give the floor to {name}")
    ASK = Sentence("Ask for the floor")
    WITHDRAW = Sentence("Withdraw")
    GIVE_ON = Sentence("Give it on")
    GAVE = Sentence("You gave the floor on")


class Copies:
    """Whether all see the same."""

    TITLE = Sentence("Copies")
    BADGE_SAME = Sentence("{count} identical")
    BADGE_DIFFERS = Sentence("{name} differs")
    BADGE_DIFFERS_YOU = Sentence("Yours differs")
    BADGE_BEHIND = Sentence("{count} identical, {more} catching up")
    BADGE_UNKNOWN = Plural("One copy", "{count} copies")
    SAME = Plural("One copy, nothing to compare", "{count} copies identical")
    SAME_NOTE = Sentence("proved at #{index}")
    DIFFERS = Sentence("{name}'s copy differs since #{index}")
    DIFFERS_YOU = Sentence("Your copy differs since #{index}")
    DIFFERS_WHERE = Sentence("first in {window}")
    DIFFERS_THEIRS = Sentence("{name} can repair it: the copy starts again and replays all.")
    DIFFERS_OWN = Sentence("To repair it, your copy starts again and replays all.")
    UNKNOWN = Sentence("Not compared yet")
    UNKNOWN_NOTE = Sentence("That happens in the next quiet moment.")
    LONG = Sentence("A new copy needs over a minute to catch up: {count} events.")
    LONG_THEIRS = Sentence("{name}, who shares it, can start it afresh.")
    NOT_EXACT = Sentence("{name} has another version ({parts}): copies may differ.")
    OTHER_LOOK = Sentence("{name} has other fonts or sizes: copies may differ.")
    SECOND_DOOR = Sentence("{name}'s copy takes part by its windows only: some things do nothing.")
    NOT_EXACT_YOU = Sentence("Your copy has another version ({parts}): copies may differ.")
    OTHER_LOOK_YOU = Sentence("Your copy has other fonts or sizes: copies may differ.")
    SECOND_DOOR_YOU = Sentence("Your copy takes part by its windows only: some things do nothing.")
    READY = Sentence("ready")
    CATCHING_UP = Sentence("catching up")


class Actions:
    """What was done."""

    TITLE = Sentence("Actions")
    LIST = Sentence("The last actions, newest first")
    NONE = Sentence("Nobody has done anything yet.")
    PRESS = Plural("press in {window}", "{count} presses in {window}")
    KEYS = Plural("a key in {window}", "{count} keys in {window}")
    WHEEL = Sentence("turn the wheel in {window}")
    CLOSE = Sentence("close {window}")
    MENU = Sentence("menu of {window}")
    FILE = Plural("bring in {window}", "bring in {count} files, {window} first")
    PASTE = Sentence("paste")
    ROW = Sentence("#{index}, {name}: {action}")
    FILES_NOTE = Sentence(
        "Saved files land in the share's folder on every computer, and are kept when a copy ends."
    )


class ShareNews:
    """What is said of a share where it is not in sight."""

    SHARES = Sentence("{name} shares {program}")
    FLOOR_YOURS = Sentence("You have the floor in {program}")
    ENDED = Sentence("{program} is over for everyone")
    BROKE = Sentence("{program} ended on your computer: {reason}")
    STOPPED = Sentence("Your copy of {program} is closed")
    STOPPED_ALL = Plural("Your copy is closed", "{count} copies are closed")
    REPAIRED = Sentence("Your copy of {program} starts again and replays")
    OPEN_TITLE = Sentence("{program} asks for a file")
    SAVE_TITLE = Sentence("{program} asks where to save")
    FOLDER_TITLE = Sentence("{program} asks for a folder")
    FILE_REFUSED = Sentence("{program} gets no file: {reason}")
